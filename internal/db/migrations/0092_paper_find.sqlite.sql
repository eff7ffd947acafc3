-- +goose Up
-- Search in issued papers, docs/adr/0027. The words of a paper: in SQLite full text whose
-- row is the paper's id, so that it stays right when the paper changes its part.
ALTER TABLE document ADD COLUMN words text NOT NULL DEFAULT ''; -- in PostgreSQL only
CREATE INDEX document_id ON document (id);
CREATE VIRTUAL TABLE document_fts USING fts5 (
  words, content = '', contentless_delete = 1, detail = none, tokenize = 'unicode61 remove_diacritics 0'
);
