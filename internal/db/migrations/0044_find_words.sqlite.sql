-- +goose Up
-- Many parts: full text. A document is a person: folded words, the keys of words that
-- carry marks (k…), the part (zp…).
CREATE INDEX person_id ON person (id);
CREATE VIRTUAL TABLE person_fts USING fts5 (
  words, content = '', contentless_delete = 1, detail = none, tokenize = 'unicode61 remove_diacritics 0'
);
