-- +goose Up
-- A right: a person holds a role over a unit and all below it, between days.
CREATE TABLE access_grant (
  id        bigint NOT NULL PRIMARY KEY,
  person_id bigint NOT NULL,
  role      text   NOT NULL,
  org_id    bigint NOT NULL,
  from_day  text   NOT NULL,
  to_day    text   NOT NULL DEFAULT '',    -- first day without the right; '' open
  source    text   NOT NULL,               -- office, standin, admin
  source_id bigint NOT NULL DEFAULT 0
);
CREATE INDEX access_grant_person ON access_grant (person_id);
CREATE INDEX access_grant_org ON access_grant (org_id, role);
