-- +goose Up
-- The item of the yearly work plan that a decision carries out; 0 none.
ALTER TABLE decision ADD COLUMN work_id bigint NOT NULL DEFAULT 0;
