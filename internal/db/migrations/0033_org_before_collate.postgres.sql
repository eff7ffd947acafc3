-- +goose Up
-- Byte order, as SQLite has it.
ALTER TABLE org_before ALTER COLUMN path TYPE text COLLATE "C";
ALTER TABLE org_before ALTER COLUMN fold TYPE text COLLATE "C";
