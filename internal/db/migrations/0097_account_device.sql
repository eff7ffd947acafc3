-- +goose Up
-- Who signed in and out on one browser, for as long as it matters to a secret ballot (docs/adr/0030).
-- A browser is known by a random mark that it keeps when somebody signs out.
CREATE TABLE account_device (
  device     text   NOT NULL,              -- SHA-256 of the mark
  account_id bigint NOT NULL,
  at         bigint NOT NULL,              -- the last sign-in or sign-out, UTC milliseconds
  PRIMARY KEY (device, account_id)
);
CREATE INDEX account_device_at ON account_device (at);

ALTER TABLE session ADD COLUMN device text NOT NULL DEFAULT '';  -- empty: begun before browsers had marks
CREATE INDEX session_device ON session (device);
