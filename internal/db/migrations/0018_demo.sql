-- +goose Up
-- Which parts of the sample data are complete, so that a fill that was stopped
-- goes on where it was. Empty in real use.
CREATE TABLE demo_fill (
  step    text   NOT NULL PRIMARY KEY,     -- ground, 2026-10
  done_at bigint NOT NULL
);
