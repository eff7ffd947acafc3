-- +goose Up
-- What a meeting says of the people on the cell's list belongs to an item of its agenda.
ALTER TABLE dossier_note ADD COLUMN item_id bigint NOT NULL DEFAULT 0;
