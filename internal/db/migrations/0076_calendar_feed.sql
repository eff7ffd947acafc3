-- +goose Up
-- Addresses under which a person's calendar program fetches the own meetings. The address
-- is a right, so only its hash is kept. A local table, like session.
CREATE TABLE calendar_feed (
  token      text   NOT NULL PRIMARY KEY,  -- SHA-256
  account_id bigint NOT NULL,
  made_at    bigint NOT NULL
);
CREATE UNIQUE INDEX calendar_feed_account ON calendar_feed (account_id);
