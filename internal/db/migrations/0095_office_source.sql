-- +goose Up
-- What a post rests on: the counting protocol of an election, a decision from above.
ALTER TABLE office ADD COLUMN source text NOT NULL DEFAULT '';
