-- +goose Up
-- On which item of the agenda it was done, for the minutes.
ALTER TABLE question_step ADD COLUMN item_id bigint NOT NULL DEFAULT 0;
