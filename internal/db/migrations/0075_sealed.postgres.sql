-- +goose Up
-- Opinions sent in before the meeting without a name. No column, no other row and no
-- order leads to who wrote: the key is random, the day is the only time, and all rows of
-- a meeting are written anew with each one. See docs/adr/0020.
CREATE TABLE sealed_opinion (
  part_id    bigint NOT NULL,
  meeting_id bigint NOT NULL,
  id         text   NOT NULL,              -- random
  item_id    bigint NOT NULL DEFAULT 0,
  text       text   NOT NULL,
  day        text   NOT NULL,
  PRIMARY KEY (part_id, meeting_id, id)
);
