-- +goose Up
-- Which keys this database was used with: a print of each version, from which the
-- key cannot be found. The keys themselves lie in a file outside.
CREATE TABLE seal_key (
  version integer NOT NULL PRIMARY KEY,
  print   text    NOT NULL
);
CREATE INDEX person_card ON person (part_id, card) WHERE card <> '';
CREATE INDEX person_idno ON person (part_id, idno_mac) WHERE idno_mac <> '';
