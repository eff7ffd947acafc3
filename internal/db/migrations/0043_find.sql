-- +goose Up
-- Search by name, docs/adr/0015.
ALTER TABLE person ADD COLUMN other_fold text /*pg COLLATE "C"*/ NOT NULL DEFAULT '';
-- Of guests and of who has left; everybody else is found by the person.
ALTER TABLE membership ADD COLUMN fold text /*pg COLLATE "C"*/ NOT NULL DEFAULT '';

-- One part, or a few: all folded names lie together, and the row is read for a hit only.
DROP INDEX person_fold;
CREATE INDEX person_find ON person (part_id, fold, other_fold, id);
CREATE INDEX membership_fold ON membership (part_id, fold, id) WHERE fold <> '';
CREATE INDEX org_find ON org (path, fold);
-- The last six digits of a Party card.
CREATE INDEX person_card_end ON person (substr(card, length(card) - 5), part_id) WHERE card <> '';

-- The words of all folded names, by which the beginning of a word becomes whole words.
CREATE TABLE name_word (
  word text /*pg COLLATE "C"*/ NOT NULL PRIMARY KEY
);
