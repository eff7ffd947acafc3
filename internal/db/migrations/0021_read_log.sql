-- +goose Up
-- Who opened whose record, when and why: shown to the member whose record it is.
-- A list that was read is one row, with person_id 0 and how many it held.
CREATE TABLE read_log (
  part_id    bigint  NOT NULL,             -- of the person, or of the list's unit
  id         bigint  NOT NULL,
  at         bigint  NOT NULL,             -- UTC milliseconds
  account_id bigint  NOT NULL,
  reader     text    NOT NULL,             -- name of the account then: the member may know it
  person_id  bigint  NOT NULL,             -- 0 a list
  org_id     bigint  NOT NULL,             -- cell of the person, or unit of the list
  what       text    NOT NULL,             -- record, reveal.idno, reveal.card, reveal.phone, list, calls, export, find
  reason     text    NOT NULL DEFAULT '',  -- as the reader gave it, where one is asked
  rows       integer NOT NULL DEFAULT 1,
  PRIMARY KEY (part_id, id)
);
CREATE INDEX read_log_person ON read_log (part_id, person_id, id);
CREATE INDEX read_log_org ON read_log (part_id, org_id, id);
