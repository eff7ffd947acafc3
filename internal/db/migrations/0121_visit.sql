-- +goose Up
-- A committee member attended a cell's meeting and left remarks.
CREATE TABLE visit (
  part_id     bigint  NOT NULL,
  id          bigint  NOT NULL,
  cell_id     bigint  NOT NULL,
  meeting_id  bigint  NOT NULL DEFAULT 0,  -- 0: not kept in the program
  day         text    NOT NULL,
  unit_id     bigint  NOT NULL,            -- committee of the visitor
  unit_name   text    NOT NULL,
  by_account  bigint  NOT NULL,
  by_person   bigint  NOT NULL,
  by_name     text    NOT NULL,
  on_roll     boolean NOT NULL,            -- the meeting's guests have the name; else said by the visitor
  at          bigint  NOT NULL,
  answer      text    NOT NULL DEFAULT '', -- of the cell
  answered_by text    NOT NULL DEFAULT '', -- name
  answered_on text    NOT NULL DEFAULT '',
  version     integer NOT NULL DEFAULT 1,
  op          text    NOT NULL,
  PRIMARY KEY (part_id, id)
);
CREATE UNIQUE INDEX visit_op ON visit (part_id, op);
CREATE INDEX visit_cell ON visit (part_id, cell_id, day);
CREATE INDEX visit_meeting ON visit (part_id, meeting_id) WHERE meeting_id <> 0;
CREATE INDEX visit_unit ON visit (unit_id, day);

CREATE TABLE visit_remark (
  part_id  bigint NOT NULL,
  visit_id bigint NOT NULL,
  aspect   text   NOT NULL,                -- rulebook visit.aspects
  text     text   NOT NULL,
  task_id  bigint NOT NULL DEFAULT 0,      -- task of the cell that came of it
  own_due  text   NOT NULL DEFAULT '',     -- the committee took it upon itself
  own_name text   NOT NULL DEFAULT '',     -- who
  own_done text   NOT NULL DEFAULT '',
  PRIMARY KEY (part_id, visit_id, aspect)
);
