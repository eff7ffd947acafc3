-- +goose Up
-- Indexes that a bulk fill has put off, with how to make them again; empty otherwise.
CREATE TABLE late_index (
  name text NOT NULL PRIMARY KEY,
  ddl  text NOT NULL
);

-- Counted in the index alone: cells without an admission, and admissions of a time.
CREATE INDEX cell_state_admitted ON cell_state (part_id, last_admitted);
DROP INDEX membership_admitted;
CREATE INDEX membership_admitted ON membership (part_id, admitted_on) WHERE origin = 'admission';

-- Units of a kind, counted in the index alone.
CREATE INDEX org_kind ON org (kind, path, valid_from, valid_to);

-- A list in the order of names tells other parts from the index.
DROP INDEX membership_sort;
CREATE INDEX membership_sort ON membership (sort, id, part_id);
