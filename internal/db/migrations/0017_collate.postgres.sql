-- +goose Up
-- Byte order, as SQLite has it: path ranges and sort keys depend on it.
ALTER TABLE org ALTER COLUMN path TYPE text COLLATE "C";
ALTER TABLE org ALTER COLUMN fold TYPE text COLLATE "C";
ALTER TABLE org_past ALTER COLUMN path TYPE text COLLATE "C";
ALTER TABLE person ALTER COLUMN fold TYPE text COLLATE "C";
ALTER TABLE person ALTER COLUMN sort TYPE text COLLATE "C";
ALTER TABLE membership ALTER COLUMN sort TYPE text COLLATE "C";
