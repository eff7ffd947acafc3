-- +goose Up
-- One level of the tree, in its order and page by page.
DROP INDEX org_parent;
CREATE INDEX org_siblings ON org (parent_id, seq, id);
-- Search by name reads this alone until it knows which units it shows.
CREATE INDEX org_find ON org (path, fold, id, valid_to);
-- A level of the tree on a past day, and what has changed since.
CREATE INDEX org_past_siblings ON org_past (parent_id, from_day);
CREATE INDEX org_past_to ON org_past (to_day);
