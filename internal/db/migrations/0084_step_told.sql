-- +goose Up
-- Whose late step of the month path was told to its owner, so that nobody is told twice.
CREATE TABLE step_told (
  part_id    bigint NOT NULL,
  meeting_id bigint NOT NULL,
  step       text   NOT NULL,
  due        text   NOT NULL,              -- of the step then: a new day is told anew
  at         bigint NOT NULL,
  PRIMARY KEY (part_id, meeting_id, step, due)
);
