-- +goose Up
-- Kinds of records that a unit keeps from the levels above. A row ends, it is never
-- deleted: what was kept when stays readable.
CREATE TABLE kept (
  id         bigint NOT NULL PRIMARY KEY,
  org_id     bigint NOT NULL,
  kind       text   NOT NULL,               -- contact, opinions, drafts, tasks
  reason     text   NOT NULL,
  by_account bigint NOT NULL,
  by_name    text   NOT NULL,               -- secretary then
  at         bigint NOT NULL,
  ended_at   bigint NOT NULL DEFAULT 0,
  ended_by   bigint NOT NULL DEFAULT 0,
  ended_name text   NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX kept_open ON kept (kind, org_id) WHERE ended_at = 0;
CREATE INDEX kept_org ON kept (org_id);
