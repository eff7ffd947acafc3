-- +goose Up
-- Indexes that a bulk fill has put off, with how to make them again; empty otherwise.
CREATE TABLE late_index (
  name text NOT NULL PRIMARY KEY,
  ddl  text NOT NULL
);
