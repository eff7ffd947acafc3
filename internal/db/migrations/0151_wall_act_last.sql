-- +goose Up
-- A wall asks for the last act about each matter in each part.
DROP INDEX wall_act_day;
CREATE INDEX wall_act_last ON wall_act (part_id, day, unit_id, kind, id);
