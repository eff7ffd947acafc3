-- +goose Up
-- New guidance is told to the leads of the cells it is for, cell by cell: the last one told;
-- -1 all were. What stood here before is known.
ALTER TABLE guidance ADD COLUMN told_after bigint NOT NULL DEFAULT 0;
UPDATE guidance SET told_after = -1;

-- That a cell's lead was told of the quarter's thematic duty, once a quarter (rules.md 2.02).
CREATE TABLE duty_told (
  part_id bigint  NOT NULL,
  org_id  bigint  NOT NULL,
  month   integer NOT NULL,                 -- first of the quarter
  at      bigint  NOT NULL,
  PRIMARY KEY (part_id, org_id, month)
);
