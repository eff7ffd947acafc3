-- +goose Up
-- Who did what, in the transaction of the act itself.
CREATE TABLE audit (
  part_id    bigint NOT NULL,
  id         bigint NOT NULL,
  at         bigint NOT NULL,              -- UTC milliseconds
  account_id bigint NOT NULL,              -- 0: the program
  action     text   NOT NULL,              -- meeting.adjourn
  target     text   NOT NULL,              -- kind of the thing
  target_id  bigint NOT NULL,
  detail     text   NOT NULL DEFAULT '{}', -- JSON without personal data
  PRIMARY KEY (part_id, id)
);
CREATE INDEX audit_id ON audit (id);
CREATE INDEX audit_target ON audit (part_id, target, target_id);

-- Afterwards, a job chains blocks of rows by hash: no lock stands in a write.
CREATE TABLE audit_seal (
  seq      bigint  NOT NULL PRIMARY KEY,
  upto     bigint  NOT NULL,               -- rows with before < id <= upto
  rows     integer NOT NULL,
  hash     text    NOT NULL,               -- SHA-256 over prev and the rows
  prev     text    NOT NULL,
  at       bigint  NOT NULL
);
