-- +goose Up
-- Disagreement about a score as a conversation (rules.md 3.05-3.07; docs/adr/0034).
ALTER TABLE score ADD COLUMN kind text NOT NULL DEFAULT 'regular'; -- kind of meeting
ALTER TABLE score ADD COLUMN settled_at bigint NOT NULL DEFAULT 0; -- an appeal was settled: the grade is final
ALTER TABLE score_point ADD COLUMN upper10 integer NOT NULL DEFAULT -1; -- -1: as the cell gave

CREATE TABLE score_talk (
  part_id   bigint  NOT NULL,
  score_id  bigint  NOT NULL,
  cell_id   bigint  NOT NULL,
  state     text    NOT NULL,            -- asked, answered, appealed, closed
  appeal_to text    NOT NULL DEFAULT '', -- rule of the day of the appeal: above, direct
  due       text    NOT NULL DEFAULT '', -- last day of whose turn it is
  PRIMARY KEY (part_id, score_id)
);
CREATE INDEX score_talk_open ON score_talk (part_id, cell_id) WHERE state <> 'closed';

-- What was said, in order; rows are added and never changed.
CREATE TABLE score_entry (
  part_id    bigint  NOT NULL,
  score_id   bigint  NOT NULL,
  id         bigint  NOT NULL,
  kind       text    NOT NULL,           -- dispute, answer, accept, decide, appeal, settle
  unit_id    bigint  NOT NULL,           -- for whom it was said
  unit_name  text    NOT NULL,           -- as it was called then
  account_id bigint  NOT NULL,
  by_name    text    NOT NULL,
  criterion  text    NOT NULL DEFAULT '',
  points10   integer NOT NULL DEFAULT -1,
  grade      text    NOT NULL DEFAULT '',
  link       text    NOT NULL DEFAULT '', -- which records it points to
  body       text    NOT NULL DEFAULT '',
  due        text    NOT NULL DEFAULT '',
  op         text    NOT NULL DEFAULT '', -- made on the device
  at         bigint  NOT NULL,
  PRIMARY KEY (part_id, score_id, id)
);
CREATE UNIQUE INDEX score_entry_op ON score_entry (part_id, score_id, op) WHERE op <> '';
