-- +goose Up
-- Tasks that are over, of a part, for the committees to which they rise.
CREATE INDEX task_late ON task (part_id, due, cell_id) WHERE state = 'open' AND done_on = '';
