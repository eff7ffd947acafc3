-- +goose Up
-- Frozen files by their SHA-256.
CREATE TABLE blob (
  hash text   NOT NULL PRIMARY KEY,
  size bigint NOT NULL,
  data bytea  NOT NULL
);
