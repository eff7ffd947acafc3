-- +goose Up
-- One act that changes the tree: many steps, rehearsed, carried out, and perhaps
-- taken back. Acts are as few as the tree's changes and are kept whole, like the tree.
CREATE TABLE reorg_act (
  id         bigint  NOT NULL PRIMARY KEY,
  org_id     bigint  NOT NULL,              -- all its units lie under this one
  title      text    NOT NULL,
  basis_no   text    NOT NULL DEFAULT '',   -- legal basis: number, day and issuing body
  basis_day  text    NOT NULL DEFAULT '',
  basis_by   text    NOT NULL DEFAULT '',
  day        text    NOT NULL DEFAULT '',   -- of effect
  remark     text    NOT NULL DEFAULT '',   -- shown on every page of the act
  state      text    NOT NULL,              -- draft, running, stopped, done, undoing, undone
  items      integer NOT NULL DEFAULT 0,    -- of the plan, when it was begun
  done       integer NOT NULL DEFAULT 0,    -- of them, in force now
  problem    text    NOT NULL DEFAULT '',   -- what stopped it: a key with its values, JSON
  totals     text    NOT NULL DEFAULT '',   -- figures of the root before, after, and taken back, JSON
  made_by    bigint  NOT NULL,              -- account
  made_at    bigint  NOT NULL,
  run_by     bigint  NOT NULL DEFAULT 0,    -- account that carried it out
  started_at bigint  NOT NULL DEFAULT 0,
  ended_at   bigint  NOT NULL DEFAULT 0,
  version    integer NOT NULL DEFAULT 1
);
CREATE INDEX reorg_act_org ON reorg_act (org_id, id);

CREATE TABLE reorg_step (
  act_id bigint  NOT NULL,
  id     bigint  NOT NULL,
  seq    integer NOT NULL,
  data   text    NOT NULL,                  -- JSON: kind, ids of units and memberships, new names
  PRIMARY KEY (act_id, id)
);

-- What is done in one transaction each: a cell is moved whole or not at all.
CREATE TABLE reorg_item (
  act_id  bigint  NOT NULL,
  seq     integer NOT NULL,
  step_id bigint  NOT NULL,
  data    text    NOT NULL,                 -- JSON, as in reorg_step
  done_at bigint  NOT NULL DEFAULT 0,
  notes   text    NOT NULL DEFAULT '',      -- what each feature needs to take it back, JSON of ids and days
  PRIMARY KEY (act_id, seq)
);

-- What stood in the act's units when it was complete; anything else was done later.
CREATE TABLE reorg_sign (
  act_id bigint NOT NULL,
  mark   text   NOT NULL,
  PRIMARY KEY (act_id, mark)
);

-- Where the rows of a unit went, so that old addresses are answered.
CREATE TABLE reorg_moved (
  id        bigint NOT NULL PRIMARY KEY,
  org_id    bigint NOT NULL,
  from_part bigint NOT NULL,
  to_part   bigint NOT NULL,
  at        bigint NOT NULL
);
CREATE INDEX reorg_moved_from ON reorg_moved (from_part, to_part);
