-- +goose Up
-- Meetings that are being prepared or held: a few of many, asked for by every wall.
CREATE INDEX meeting_live ON meeting (part_id, org_id, month) WHERE state IN ('preparing', 'agreed', 'invited', 'open');
-- Whom to call, without reading the row.
CREATE INDEX office_call ON office (part_id, org_id, title, from_day, to_day, name) WHERE title IN ('secretary', 'deputy');
