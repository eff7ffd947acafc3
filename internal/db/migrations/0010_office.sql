-- +goose Up
-- A term of a unit's committee; numbers of papers run per term (rules.md 7.07).
CREATE TABLE term (
  part_id  bigint NOT NULL,
  id       bigint NOT NULL,
  org_id   bigint NOT NULL,
  name     text   NOT NULL,                -- '2025-2030'
  from_day text   NOT NULL,
  to_day   text   NOT NULL DEFAULT '',
  PRIMARY KEY (part_id, id)
);
CREATE INDEX term_org ON term (part_id, org_id, from_day);

CREATE TABLE office (
  part_id       bigint NOT NULL,
  id            bigint NOT NULL,
  org_id        bigint NOT NULL,
  person_id     bigint NOT NULL,
  membership_id bigint NOT NULL DEFAULT 0, -- in the cell; 0: held in a unit above the own cell
  name          text   NOT NULL,           -- as it was then
  title         text   NOT NULL,           -- secretary, deputy, committee, follower, staff
  body          text   NOT NULL DEFAULT '', -- cell_committee, committee, standing_board
  from_day      text   NOT NULL,
  to_day        text   NOT NULL DEFAULT '',
  how           text   NOT NULL DEFAULT 'elected', -- elected, appointed
  PRIMARY KEY (part_id, id)
);
CREATE INDEX office_org ON office (part_id, org_id);
CREATE INDEX office_person ON office (person_id);
