-- +goose Up
-- Indexes that a bulk fill has put off, with how to make them again; empty otherwise.
CREATE TABLE late_index (
  name text NOT NULL PRIMARY KEY,
  ddl  text NOT NULL
);

-- Cells without an admission, counted in the index alone.
CREATE INDEX cell_state_admitted ON cell_state (part_id, last_admitted);

-- Units of a kind, counted in the index alone.
CREATE INDEX org_kind ON org (kind, path, valid_from, valid_to);

-- A list in the order of names tells other parts from the index.
DROP INDEX membership_sort;
CREATE INDEX membership_sort ON membership (sort, id, part_id);
