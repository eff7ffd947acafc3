-- +goose Up
CREATE TABLE score (
  part_id      bigint  NOT NULL,
  id           bigint  NOT NULL,
  meeting_id   bigint  NOT NULL,
  cell_id      bigint  NOT NULL,
  month        integer NOT NULL,
  sheet        text    NOT NULL,           -- rulebook sheet code
  self10       integer NOT NULL DEFAULT -1, -- tenths of a point; -1 none
  self_grade   text    NOT NULL DEFAULT '',
  upper10      integer NOT NULL DEFAULT -1,
  upper_grade  text    NOT NULL DEFAULT '', -- the direct upper committee decides (rules.md 3.05)
  upper_reason text    NOT NULL DEFAULT '',
  state        text    NOT NULL,           -- proposed, confirmed, sent, decided
  vote_id      bigint  NOT NULL DEFAULT 0,
  confirmed_at bigint  NOT NULL DEFAULT 0,
  decided_at   bigint  NOT NULL DEFAULT 0,
  decided_by   bigint  NOT NULL DEFAULT 0,
  version      integer NOT NULL DEFAULT 1,
  PRIMARY KEY (part_id, id),
  UNIQUE (part_id, meeting_id)
);
CREATE INDEX score_cell ON score (part_id, cell_id, month);
-- What waits for the upper committee, in all cells of a subtree.
CREATE INDEX score_waiting ON score (part_id, cell_id, month) WHERE state IN ('confirmed', 'sent');

CREATE TABLE score_point (
  part_id   bigint  NOT NULL,
  score_id  bigint  NOT NULL,
  criterion text    NOT NULL,              -- A1
  proposed10 integer NOT NULL DEFAULT -1,  -- from evidence; -1: asked of a person
  self10    integer NOT NULL DEFAULT -1,
  reason    text    NOT NULL DEFAULT '',   -- why self differs from proposed
  evidence  text    NOT NULL DEFAULT '{}', -- facts it was proposed from, JSON
  PRIMARY KEY (part_id, score_id, criterion)
);
