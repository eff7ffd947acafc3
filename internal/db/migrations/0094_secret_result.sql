-- +goose Up
-- What a secret vote leads to: the item of the agenda it belongs to, the post that an
-- election fills, and the counting protocol that tells its numbers.
ALTER TABLE secret_vote ADD COLUMN item_id bigint NOT NULL DEFAULT 0;
ALTER TABLE secret_vote ADD COLUMN post text NOT NULL DEFAULT '';          -- office title, of an election
ALTER TABLE secret_vote ADD COLUMN slate boolean NOT NULL DEFAULT FALSE;   -- one mark for all the names
ALTER TABLE secret_vote ADD COLUMN protocol_id bigint NOT NULL DEFAULT 0;  -- document
