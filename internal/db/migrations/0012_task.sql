-- +goose Up
CREATE TABLE task (
  part_id     bigint  NOT NULL,
  id          bigint  NOT NULL,
  cell_id     bigint  NOT NULL,
  source_id   bigint  NOT NULL DEFAULT 0,  -- meeting that decided it
  document_id bigint  NOT NULL DEFAULT 0,  -- its resolution
  seq         integer NOT NULL DEFAULT 0,  -- number of the decision there
  title       text    NOT NULL,
  product     text    NOT NULL DEFAULT '', -- what is expected, rules.md 6.05
  assignee_id bigint  NOT NULL,            -- membership
  kind        text    NOT NULL,            -- planned, unplanned
  start_on    text    NOT NULL,
  due         text    NOT NULL,
  state       text    NOT NULL,            -- open, done, late, beyond, undone
  progress    text    NOT NULL DEFAULT '', -- the assignee's last word
  told_at     bigint  NOT NULL DEFAULT 0,
  done_on     text    NOT NULL DEFAULT '',
  judged_by   bigint  NOT NULL DEFAULT 0,
  version     integer NOT NULL DEFAULT 1,
  PRIMARY KEY (part_id, id)
);
CREATE INDEX task_cell ON task (part_id, cell_id, due);
-- What is open, in a cell or in all cells of a subtree, without reading the past.
CREATE INDEX task_open ON task (part_id, cell_id, due, done_on) WHERE state = 'open';
CREATE INDEX task_due ON task (part_id, due, state);
CREATE INDEX task_assignee ON task (part_id, assignee_id, state);
CREATE INDEX task_source ON task (part_id, source_id);

-- The table that opens the next meeting: state at start and result (rules.md 2.37).
CREATE TABLE task_review (
  part_id   bigint NOT NULL,
  review_id bigint NOT NULL,               -- meeting that looks back
  task_id   bigint NOT NULL,
  before    text   NOT NULL,               -- state at its start
  result    text   NOT NULL DEFAULT '',    -- state it was judged to; '' not yet
  note      text   NOT NULL DEFAULT '',
  PRIMARY KEY (part_id, review_id, task_id)
);
