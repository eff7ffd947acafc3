-- +goose Up
CREATE TABLE person (
  part_id  bigint NOT NULL,
  id       bigint NOT NULL,
  name     text   NOT NULL,                -- as typed
  fold     text   NOT NULL,                -- viet.Fold, for search
  sort     text   NOT NULL,                -- viet.SortKey
  sex      text   NOT NULL,                -- f, m
  birth    text   NOT NULL DEFAULT '',
  phone    text   NOT NULL DEFAULT '',
  version  integer NOT NULL DEFAULT 1,
  PRIMARY KEY (part_id, id)
);
CREATE INDEX person_fold ON person (part_id, fold, id);

CREATE TABLE membership (
  part_id     bigint NOT NULL,
  id          bigint NOT NULL,
  person_id   bigint NOT NULL,
  cell_id     bigint NOT NULL,
  kind        text   NOT NULL,             -- home, guest (temporary activity here)
  name        text   NOT NULL,             -- as it was then
  sort        text   NOT NULL,
  from_day    text   NOT NULL,
  to_day      text   NOT NULL DEFAULT '',  -- first day outside; '' still in
  origin      text   NOT NULL,             -- admission, transfer, founded
  ending      text   NOT NULL DEFAULT '',  -- transfer, death, removal, resignation, expulsion
  admitted_on text   NOT NULL DEFAULT '',  -- decision of admission, rules.md 5.02
  official_on text   NOT NULL DEFAULT '',  -- '' while reserve
  PRIMARY KEY (part_id, id)
);
CREATE INDEX membership_cell ON membership (part_id, cell_id, sort, id);
-- Lists in the order of names: over many parts, and over one.
CREATE INDEX membership_sort ON membership (sort, id);
CREATE INDEX membership_part_sort ON membership (part_id, sort, id);
CREATE INDEX membership_person ON membership (part_id, person_id);
CREATE INDEX membership_admitted ON membership (part_id, admitted_on);

-- A time in which a member's rights or duties differ.
CREATE TABLE member_spell (
  part_id       bigint NOT NULL,
  id            bigint NOT NULL,
  membership_id bigint NOT NULL,
  kind          text   NOT NULL,           -- exempt, temp_out, away, suspended
  from_day      text   NOT NULL,
  to_day        text   NOT NULL DEFAULT '',
  reason        text   NOT NULL DEFAULT '',
  place         text   NOT NULL DEFAULT '',
  PRIMARY KEY (part_id, id)
);
CREATE INDEX member_spell_of ON member_spell (part_id, membership_id);
