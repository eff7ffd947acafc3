-- +goose Up
-- Papers about a person are in no search (docs/adr/0037): their words leave the index, and
-- what is deleted leaves its pages.
DELETE FROM document_fts WHERE rowid IN (SELECT id FROM document WHERE owner LIKE '%:%' ESCAPE '$');
INSERT INTO document_fts (document_fts) VALUES ('optimize');
