-- +goose Up
-- Search in issued papers, docs/adr/0027. The words of a paper: folded, each once, and the
-- unit that issued it.
ALTER TABLE document ADD COLUMN words text COLLATE "C" NOT NULL DEFAULT '';
CREATE INDEX document_id ON document (id);
CREATE INDEX document_words ON document USING gin (array_to_tsvector(string_to_array(words, ' ')));
