-- +goose Up
-- Large files by their SHA-256, in pieces, so that nobody holds one whole in memory.
CREATE TABLE blob_file (
  hash       text   NOT NULL PRIMARY KEY,
  size       bigint NOT NULL,
  created_at bigint NOT NULL
);
CREATE TABLE blob_chunk (
  hash text    NOT NULL,
  seq  integer NOT NULL,
  data /*pg bytea*/ /*lite blob*/ NOT NULL,
  PRIMARY KEY (hash, seq)
);
