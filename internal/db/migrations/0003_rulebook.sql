-- +goose Up
-- What a unit puts in the place of a rule, for itself and all below it. Rows are
-- only added; of those in force the one that begins latest wins.
CREATE TABLE rule_override (
  id         bigint NOT NULL PRIMARY KEY,
  org_id     bigint NOT NULL,
  key        text   NOT NULL,              -- rulebook key
  value      text   NOT NULL,              -- JSON; null: back to what stands above the unit
  valid_from text   NOT NULL,
  valid_to   text   NOT NULL DEFAULT '',   -- first day without; '' open
  source     text   NOT NULL,
  made_by    bigint NOT NULL,
  made_at    bigint NOT NULL
);
CREATE INDEX rule_override_org ON rule_override (org_id, key);
