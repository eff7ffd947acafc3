-- +goose Up
-- A proposal that a member leaves (rules.md 5.30, 5.31, 5.03), with the facts that led to it.
CREATE TABLE leaving (
  part_id       bigint  NOT NULL,
  id            bigint  NOT NULL,
  membership_id bigint  NOT NULL,
  cell_id       bigint  NOT NULL,
  kind          text    NOT NULL,             -- removal, resignation, death, expulsion
  state         text    NOT NULL,             -- proposed, confirmed, dropped
  facts         text    NOT NULL DEFAULT '{}', -- months, JSON: no names
  reason        text    NOT NULL DEFAULT '',
  proposed_on   text    NOT NULL,
  decision      text    NOT NULL DEFAULT '',
  decision_on   text    NOT NULL DEFAULT '',
  left_on       text    NOT NULL DEFAULT '',  -- first day outside
  by_account    bigint  NOT NULL,
  version       integer NOT NULL DEFAULT 1,
  PRIMARY KEY (part_id, id)
);
CREATE INDEX leaving_cell ON leaving (part_id, cell_id, state);
CREATE UNIQUE INDEX leaving_open ON leaving (part_id, membership_id) WHERE state = 'proposed';
