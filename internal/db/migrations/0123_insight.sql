-- +goose Up
-- Questions that the figures ask, the cell first.
CREATE TABLE insight_sign (
  part_id     bigint  NOT NULL,
  cell_id     bigint  NOT NULL,
  code        text    NOT NULL,            -- same_text, on_eve, above
  month       integer NOT NULL,            -- of the meeting at which it was seen
  count       integer NOT NULL,            -- how often in a row
  seen_on     text    NOT NULL,
  answer      text    NOT NULL DEFAULT '',
  answered_by text    NOT NULL DEFAULT '', -- name
  answered_on text    NOT NULL DEFAULT '',
  version     integer NOT NULL DEFAULT 1,
  PRIMARY KEY (part_id, cell_id, code, month)
);

-- Measures of improvement: each is a task of the cell, so it comes back until judged.
CREATE TABLE insight_measure (
  part_id    bigint NOT NULL,
  cell_id    bigint NOT NULL,
  task_id    bigint NOT NULL,
  about      text   NOT NULL DEFAULT '',   -- code of a sign; '' none
  day        text   NOT NULL,
  by_account bigint NOT NULL,
  op         text   NOT NULL,
  PRIMARY KEY (part_id, task_id)
);
CREATE UNIQUE INDEX insight_measure_op ON insight_measure (part_id, op);
CREATE INDEX insight_measure_cell ON insight_measure (part_id, cell_id, day);
