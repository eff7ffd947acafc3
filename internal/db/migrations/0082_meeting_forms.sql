-- +goose Up
-- A thematic meeting held after the regular one of the same evening (rules.md 2.03, 2.06),
-- and what a meeting that is not held in one room needs (2.42-2.44).
ALTER TABLE meeting ADD COLUMN after_id bigint NOT NULL DEFAULT 0; -- the regular meeting before it, same part; 0 none
ALTER TABLE meeting ADD COLUMN allowed_by text NOT NULL DEFAULT ''; -- who allowed the form, and why
ALTER TABLE meeting ADD COLUMN room text NOT NULL DEFAULT '';      -- address of the room on the network

-- A meeting that was called off does not take the month's place.
DROP INDEX meeting_regular;
CREATE UNIQUE INDEX meeting_regular ON meeting (part_id, org_id, body, month) WHERE kind = 'regular' AND state <> 'cancelled';
CREATE UNIQUE INDEX meeting_after ON meeting (part_id, after_id) WHERE after_id <> 0 AND state <> 'cancelled';

-- What became of an announced meeting's day, with the reason.
CREATE TABLE meeting_change (
  part_id    bigint NOT NULL,
  id         bigint NOT NULL,
  meeting_id bigint NOT NULL,
  what       text   NOT NULL,              -- moved, postponed, cancelled
  from_at    bigint NOT NULL,
  from_place text   NOT NULL,
  to_at      bigint NOT NULL DEFAULT 0,    -- 0: cancelled
  to_place   text   NOT NULL DEFAULT '',
  reason     text   NOT NULL DEFAULT '',
  at         bigint NOT NULL,
  by_account bigint NOT NULL,
  PRIMARY KEY (part_id, id)
);
CREATE INDEX meeting_change_of ON meeting_change (part_id, meeting_id, id);

-- Who of a meeting was there over the network, and how that is known.
CREATE TABLE roll_online (
  part_id       bigint NOT NULL,
  meeting_id    bigint NOT NULL,
  membership_id bigint NOT NULL,
  how           text   NOT NULL,           -- seen: by the secretary, in the room on the network; code: read out there
  at            bigint NOT NULL,
  by_account    bigint NOT NULL,
  PRIMARY KEY (part_id, meeting_id, membership_id)
);
