-- +goose Up
-- What a step of a reorganisation found, so that it can be taken back exactly.
-- A copy of org's columns; kind '' means that the step founded the unit.
CREATE TABLE org_before (
  act_id       bigint  NOT NULL,
  step         bigint  NOT NULL,
  org_id       bigint  NOT NULL,
  parent_id    bigint,
  path         text    NOT NULL DEFAULT '',
  depth        integer NOT NULL DEFAULT 0,
  part_id      bigint  NOT NULL DEFAULT 0,
  kind         text    NOT NULL DEFAULT '',
  type         text    NOT NULL DEFAULT '',
  name         text    NOT NULL DEFAULT '',
  short        text    NOT NULL DEFAULT '',
  paper_name   text    NOT NULL DEFAULT '',
  place        text    NOT NULL DEFAULT '',
  hall         text    NOT NULL DEFAULT '',
  fold         text    NOT NULL DEFAULT '',
  code         text    NOT NULL DEFAULT '',
  seq          integer NOT NULL DEFAULT 0,
  valid_to     text    NOT NULL DEFAULT '',
  since        text    NOT NULL DEFAULT '',
  successor_id bigint  NOT NULL DEFAULT 0,
  version      integer NOT NULL DEFAULT 0, -- that the step found
  done_version integer NOT NULL DEFAULT 0, -- that the step left: another one now was made by somebody later
  PRIMARY KEY (act_id, step, org_id)
);
CREATE INDEX org_before_org ON org_before (org_id, act_id);
-- Acts look for the states they ended.
CREATE INDEX org_past_act ON org_past (act_id, org_id);
