-- +goose Up
-- A sheet on its way into the register. Everything of it that names somebody is
-- sealed, and gone when it is stored, given up, or a day old.
CREATE TABLE import_run (
  part_id    bigint NOT NULL,              -- of the unit it goes to
  id         bigint NOT NULL,
  org_id     bigint NOT NULL,
  account_id bigint NOT NULL,
  kind       text   NOT NULL,              -- members, units, offices
  file       text   NOT NULL,              -- its name, sealed
  size       bigint NOT NULL,
  state      text   NOT NULL,              -- mapping, checking, checked, writing, done, failed
  mode       text   NOT NULL DEFAULT '',   -- all, good
  fault      text   NOT NULL DEFAULT '',   -- key of what stopped it
  mapping    text   NOT NULL DEFAULT '',   -- columns, sealed
  head       text   NOT NULL DEFAULT '',   -- first rows, sealed
  report     text   NOT NULL DEFAULT '',   -- counts
  at         bigint NOT NULL,
  PRIMARY KEY (part_id, id)
);
CREATE INDEX import_run_account ON import_run (account_id, id);
CREATE INDEX import_run_at ON import_run (at);

CREATE TABLE import_chunk (
  part_id bigint  NOT NULL,
  run_id  bigint  NOT NULL,
  n       integer NOT NULL,
  data    text    NOT NULL,                -- sealed
  PRIMARY KEY (part_id, run_id, n)
);

-- Rows about which there is something to say, with their cells.
CREATE TABLE import_row (
  part_id bigint  NOT NULL,
  run_id  bigint  NOT NULL,
  row_no  integer NOT NULL,
  level   integer NOT NULL,                -- -1 a change, 0 warning, 1 question, 2 error
  data    text    NOT NULL,                -- sealed
  PRIMARY KEY (part_id, run_id, row_no)
);

-- What a person typed over cells, and answered.
CREATE TABLE import_said (
  part_id bigint  NOT NULL,
  run_id  bigint  NOT NULL,
  row_no  integer NOT NULL,
  field   text    NOT NULL,                -- '' the answer to the row's question
  value   text    NOT NULL,                -- sealed
  PRIMARY KEY (part_id, run_id, row_no, field)
);

-- What headings meant the last time, per unit and kind. No heading names a person.
CREATE TABLE import_map (
  part_id bigint NOT NULL,
  org_id  bigint NOT NULL,
  kind    text   NOT NULL,
  mapping text   NOT NULL,
  PRIMARY KEY (part_id, org_id, kind)
);
