-- +goose Up
-- A first password is to be changed at the first sign-in and lapses.
ALTER TABLE account ADD COLUMN first_until bigint NOT NULL DEFAULT 0;  -- UTC milliseconds; 0: the password is the person's own
ALTER TABLE account ADD COLUMN signed_at bigint NOT NULL DEFAULT 0;    -- first sign-in, UTC milliseconds; 0 never
ALTER TABLE account ADD COLUMN closed_on text NOT NULL DEFAULT '';     -- first day without, after leaving; '' open
ALTER TABLE account ADD COLUMN why text NOT NULL DEFAULT '';           -- reason of the block
-- Those who have a session have signed in.
UPDATE account SET signed_at = created_at WHERE id IN (SELECT account_id FROM session);

-- Who gave whom a first password, when and why. Never the password.
CREATE TABLE account_first (
  id         bigint NOT NULL PRIMARY KEY,
  account_id bigint NOT NULL,
  how        text   NOT NULL,              -- slip, person
  reason     text   NOT NULL,
  by_account bigint NOT NULL,
  by_name    text   NOT NULL,
  at         bigint NOT NULL
);
CREATE INDEX account_first_of ON account_first (account_id, at);
CREATE INDEX account_first_by ON account_first (by_account, at);
