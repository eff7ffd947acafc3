-- +goose Up
-- One level of the tree, in its order and page by page.
DROP INDEX org_parent;
CREATE INDEX org_siblings ON org (parent_id, seq, id);
-- A level of the tree on a past day, and what has changed since.
CREATE INDEX org_past_siblings ON org_past (parent_id, from_day);
CREATE INDEX org_past_to ON org_past (to_day);
