-- +goose Up
-- Numbers that the statistics of admissions ask for and that are kept of nobody (rules.md
-- 8.08: family planning, marriage to a foreigner): typed as a total of a unit and year.
CREATE TABLE admission_total (
  part_id    bigint  NOT NULL,
  org_id     bigint  NOT NULL,
  year       integer NOT NULL,
  code       text    NOT NULL,               -- rulebook admission.totals
  count      integer NOT NULL,
  by_account bigint  NOT NULL,
  by_name    text    NOT NULL,
  at         bigint  NOT NULL,
  version    integer NOT NULL DEFAULT 1,
  PRIMARY KEY (part_id, org_id, year, code)
);
-- What a unit said, each time, of why nobody was admitted and what comes next; the plan
-- of the year has the latest.
CREATE TABLE admission_said (
  part_id    bigint  NOT NULL,
  id         bigint  NOT NULL,
  org_id     bigint  NOT NULL,
  year       integer NOT NULL,
  none       boolean NOT NULL,               -- nobody is left to be admitted (rules.md 4.05)
  reason     text    NOT NULL,
  next_step  text    NOT NULL,
  next_on    text    NOT NULL,
  by_account bigint  NOT NULL,
  by_name    text    NOT NULL,
  at         bigint  NOT NULL,
  PRIMARY KEY (part_id, id)
);
CREATE INDEX admission_said_of ON admission_said (part_id, org_id, id);
-- The admissions of a year.
CREATE INDEX dossier_decided ON dossier (decided_on) WHERE decided_on <> '';
-- Boards over whole organisations read this alone: open dossiers with their step and deadline.
CREATE INDEX dossier_board ON dossier (part_id, state, due, step, since, holder_id, id);
