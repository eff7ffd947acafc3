-- +goose Up
-- The Party fee is settled for a month (rules.md 2.15, 5.44): no row is not settled.
-- No amounts are kept.
CREATE TABLE fee (
  part_id       bigint  NOT NULL,
  cell_id       bigint  NOT NULL,
  month         integer NOT NULL,
  membership_id bigint  NOT NULL,
  act_id        bigint  NOT NULL,             -- rows noted by one press are taken back by one press
  at            bigint  NOT NULL,
  by_account    bigint  NOT NULL,
  PRIMARY KEY (part_id, cell_id, month, membership_id)
);
