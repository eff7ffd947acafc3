-- +goose Up
CREATE TABLE account (
  id         bigint NOT NULL PRIMARY KEY,
  login      text   NOT NULL,
  pass       text   NOT NULL,              -- argon2id, PHC string
  person_id  bigint NOT NULL,              -- 0: an administrator outside the register
  part_id    bigint NOT NULL,
  name       text   NOT NULL,
  state      text   NOT NULL DEFAULT 'active',
  sample     boolean NOT NULL DEFAULT FALSE, -- offered on the demo's sign-in page
  office     text   NOT NULL DEFAULT '',   -- shown beside the name there
  unit       text   NOT NULL DEFAULT '',
  created_at bigint NOT NULL
);
CREATE UNIQUE INDEX account_login ON account (login);
CREATE INDEX account_person ON account (person_id);

CREATE TABLE session (
  token      text   NOT NULL PRIMARY KEY,  -- SHA-256 of what the browser holds
  account_id bigint NOT NULL,
  data       text   NOT NULL,              -- base64
  expires_at bigint NOT NULL,
  created_at bigint NOT NULL,
  seen_at    bigint NOT NULL,
  agent      text   NOT NULL DEFAULT ''    -- 'Chrome, Android': shortened on purpose
);
CREATE INDEX session_account ON session (account_id);
CREATE INDEX session_expires ON session (expires_at);
