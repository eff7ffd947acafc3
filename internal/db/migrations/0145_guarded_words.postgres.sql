-- +goose Up
-- Papers about a person are in no search (docs/adr/0037): their words leave the index.
UPDATE document SET words = '' WHERE words <> '' AND owner LIKE '%:%' ESCAPE '$';
