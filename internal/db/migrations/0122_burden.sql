-- +goose Up
-- What the program asked of a cell in a month, by the acts on record.
CREATE TABLE burden_month (
  part_id bigint  NOT NULL,
  month   integer NOT NULL,
  cell_id bigint  NOT NULL,
  acts    integer NOT NULL,               -- of people
  clicks  integer NOT NULL,
  texts   integer NOT NULL,               -- typed
  seconds integer NOT NULL,
  filled  integer NOT NULL,               -- fields that the program filled itself
  PRIMARY KEY (part_id, month, cell_id)
);
