-- +goose Up
-- Two records looked at side by side: one person (merged into keep_id, until undone)
-- or two. Both lie in one part.
CREATE TABLE person_pair (
  part_id   bigint NOT NULL,
  id        bigint NOT NULL,
  keep_id   bigint NOT NULL,
  other_id  bigint NOT NULL,
  state     text   NOT NULL,                 -- merged, undone, distinct
  detail    text   NOT NULL DEFAULT '{}',    -- JSON: what to take back; ids and field names only
  at        bigint NOT NULL,
  account_id bigint NOT NULL,
  decider   text   NOT NULL,
  undone_at bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (part_id, id)
);
CREATE INDEX person_pair_keep ON person_pair (part_id, keep_id);
CREATE INDEX person_pair_other ON person_pair (part_id, other_id);
