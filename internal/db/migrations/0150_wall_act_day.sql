-- +goose Up
-- A wall asks for what was done lately in each part.
CREATE INDEX wall_act_day ON wall_act (part_id, day);
