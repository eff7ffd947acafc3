-- +goose Up
-- In which office somebody read, and the ways in which the log is asked.
ALTER TABLE read_log ADD COLUMN role text NOT NULL DEFAULT '';
ALTER TABLE read_log ADD COLUMN role_org bigint NOT NULL DEFAULT 0;
CREATE INDEX read_log_of ON read_log (person_id, id) WHERE person_id <> 0;
CREATE INDEX read_log_by ON read_log (account_id, id);
CREATE INDEX read_log_age ON read_log (id);

-- A proposal to correct a record, made by the member it is about.
CREATE TABLE correction (
  part_id       bigint NOT NULL,             -- of the membership it was made through
  id            bigint NOT NULL,
  person_id     bigint NOT NULL,
  membership_id bigint NOT NULL,
  cell_id       bigint NOT NULL,
  state         text   NOT NULL,             -- waiting, closed, withdrawn
  note          text   NOT NULL DEFAULT '',  -- the member's
  at            bigint NOT NULL,
  closed_at     bigint NOT NULL DEFAULT 0,
  version       integer NOT NULL DEFAULT 1,
  PRIMARY KEY (part_id, id)
);
CREATE INDEX correction_waiting ON correction (part_id, person_id) WHERE state = 'waiting';
CREATE INDEX correction_person ON correction (person_id, id);
CREATE TABLE correction_field (
  part_id       bigint NOT NULL,
  correction_id bigint NOT NULL,
  field         text   NOT NULL,             -- name, other_name, sex, birth, phone, card, idno, admitted_on, official_on
  old           text   NOT NULL,             -- when it was proposed; numbers are sealed
  new           text   NOT NULL,
  verdict       text   NOT NULL DEFAULT '',  -- '' waits, accepted, refused
  answer        text   NOT NULL DEFAULT '',  -- why it was refused
  account_id    bigint NOT NULL DEFAULT 0,   -- who decided
  decider       text   NOT NULL DEFAULT '',  -- name of that account then
  decided_at    bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (part_id, correction_id, field)
);

-- A badge of Party age (rules.md 5.40-5.43), proposed or given.
CREATE TABLE badge (
  part_id       bigint NOT NULL,
  id            bigint NOT NULL,
  person_id     bigint NOT NULL,
  membership_id bigint NOT NULL,
  cell_id       bigint NOT NULL,
  name          text   NOT NULL,             -- as it was then
  years         integer NOT NULL,
  kind          text   NOT NULL,             -- normal, early, posthumous
  state         text   NOT NULL,             -- proposed, given, dropped
  day           text   NOT NULL,             -- the day of giving it is meant for
  given_on      text   NOT NULL DEFAULT '',
  given_by      text   NOT NULL DEFAULT '',  -- the body that decided
  decision      text   NOT NULL DEFAULT '',  -- its number
  at            bigint NOT NULL,
  account_id    bigint NOT NULL,             -- who proposed
  version       integer NOT NULL DEFAULT 1,
  PRIMARY KEY (part_id, id)
);
CREATE INDEX badge_person ON badge (person_id);
CREATE INDEX badge_day ON badge (part_id, day, cell_id);
