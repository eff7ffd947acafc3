-- +goose Up
-- A paper of a dossier names it by its number alone: the unit that issued the paper may lie
-- in another part.
CREATE INDEX dossier_id ON dossier (id);
