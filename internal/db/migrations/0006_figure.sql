-- +goose Up
CREATE TABLE cell_month (
  part_id    bigint  NOT NULL,
  month      integer NOT NULL,
  cell_id    bigint  NOT NULL,
  met_day    text    NOT NULL DEFAULT '',  -- regular meeting held; '' not yet
  thematic   integer NOT NULL DEFAULT 0,   -- thematic meetings held
  due        integer NOT NULL DEFAULT 0,   -- members bound to attend
  present    integer NOT NULL DEFAULT 0,
  excused    integer NOT NULL DEFAULT 0,
  unexcused  integer NOT NULL DEFAULT 0,
  speakers   integer NOT NULL DEFAULT 0,
  minutes    integer NOT NULL DEFAULT 0,
  agreed     integer NOT NULL DEFAULT 0,   -- 1: the cell committee met before
  tasks_due  integer NOT NULL DEFAULT 0,   -- tasks of the last resolution
  tasks_done integer NOT NULL DEFAULT 0,
  score10    integer NOT NULL DEFAULT -1,  -- tenths of a point; -1 no points
  grade      text    NOT NULL DEFAULT '',  -- good fair average weak, pass fail, '' none
  sent_day   text    NOT NULL DEFAULT '',  -- papers and score sent up
  sent_late  integer NOT NULL DEFAULT 0,   -- days after the deadline
  PRIMARY KEY (part_id, month, cell_id)
);

CREATE TABLE unit_month (
  part_id    bigint  NOT NULL,
  month      integer NOT NULL,
  cells      integer NOT NULL DEFAULT 0,   -- cells with a row this month
  met        integer NOT NULL DEFAULT 0,
  thematic   integer NOT NULL DEFAULT 0,   -- cells with a thematic meeting
  due        integer NOT NULL DEFAULT 0,
  present    integer NOT NULL DEFAULT 0,
  excused    integer NOT NULL DEFAULT 0,
  unexcused  integer NOT NULL DEFAULT 0,
  speakers   integer NOT NULL DEFAULT 0,
  minutes    integer NOT NULL DEFAULT 0,
  agreed     integer NOT NULL DEFAULT 0,
  tasks_due  integer NOT NULL DEFAULT 0,
  tasks_done integer NOT NULL DEFAULT 0,
  good       integer NOT NULL DEFAULT 0,
  fair       integer NOT NULL DEFAULT 0,
  average    integer NOT NULL DEFAULT 0,
  weak       integer NOT NULL DEFAULT 0,
  passed     integer NOT NULL DEFAULT 0,
  failed     integer NOT NULL DEFAULT 0,
  sent       integer NOT NULL DEFAULT 0,
  sent_late  integer NOT NULL DEFAULT 0,   -- cells late
  PRIMARY KEY (part_id, month)
);

CREATE TABLE cell_state (
  part_id       bigint  NOT NULL,
  cell_id       bigint  NOT NULL,
  members       integer NOT NULL DEFAULT 0,
  officials     integer NOT NULL DEFAULT 0,
  reserves      integer NOT NULL DEFAULT 0,
  exempt        integer NOT NULL DEFAULT 0,
  away          integer NOT NULL DEFAULT 0, -- temporary activity elsewhere
  last_admitted text    NOT NULL DEFAULT '',
  PRIMARY KEY (part_id, cell_id)
);

CREATE TABLE unit_state (
  part_id   bigint  NOT NULL,
  cells     integer NOT NULL DEFAULT 0,
  members   integer NOT NULL DEFAULT 0,
  officials integer NOT NULL DEFAULT 0,
  reserves  integer NOT NULL DEFAULT 0,
  exempt    integer NOT NULL DEFAULT 0,
  away      integer NOT NULL DEFAULT 0,
  PRIMARY KEY (part_id)
);
