-- +goose Up
-- What a committee did about a line of its wall: reminded, planned a visit, offered help.
CREATE TABLE wall_act (
  part_id    bigint  NOT NULL,             -- of the unit
  id         bigint  NOT NULL,
  unit_id    bigint  NOT NULL,             -- cell or unit that the line was about
  org_id     bigint  NOT NULL,             -- committee that acted
  kind       text    NOT NULL,             -- matter of the line
  act        text    NOT NULL,             -- remind, visit, help
  day        text    NOT NULL,             -- when it was done
  text       text    NOT NULL DEFAULT '',  -- what was said to the unit
  visit_on   text    NOT NULL DEFAULT '',  -- of a visit: the day planned
  visitor_id bigint  NOT NULL DEFAULT 0,   -- person who goes
  visitor    text    NOT NULL DEFAULT '',  -- name as of then
  done_on    text    NOT NULL DEFAULT '',  -- of a visit: the day it took place
  result     text    NOT NULL DEFAULT '',  -- what came of it
  by_account bigint  NOT NULL,
  by_name    text    NOT NULL,
  at         bigint  NOT NULL,
  op         text    NOT NULL,             -- id made on the device: sent twice, done once
  version    integer NOT NULL DEFAULT 1,
  PRIMARY KEY (part_id, id)
);
CREATE INDEX wall_act_unit ON wall_act (part_id, unit_id, day);
CREATE INDEX wall_act_visitor ON wall_act (visitor_id, done_on);
CREATE UNIQUE INDEX wall_act_op ON wall_act (part_id, unit_id, op);
