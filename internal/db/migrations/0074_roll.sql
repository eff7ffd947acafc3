-- +goose Up
-- A presence that somebody else noted: who helped, how it is known; and whether the
-- member says that it is wrong.
ALTER TABLE roll ADD COLUMN helped_by bigint NOT NULL DEFAULT 0;   -- membership; 0 nobody
ALTER TABLE roll ADD COLUMN known text NOT NULL DEFAULT '';        -- room, phone, other: how the presence is known
ALTER TABLE roll ADD COLUMN known_note text NOT NULL DEFAULT '';
ALTER TABLE roll ADD COLUMN late boolean NOT NULL DEFAULT FALSE;   -- came after the opening, as the keeper of the roll noted
ALTER TABLE roll ADD COLUMN contested boolean NOT NULL DEFAULT FALSE;

-- What was done about a presence that somebody else noted; nothing is taken away.
CREATE TABLE roll_trail (
  part_id       bigint NOT NULL,
  id            bigint NOT NULL,
  meeting_id    bigint NOT NULL,
  membership_id bigint NOT NULL,
  act           text   NOT NULL,           -- help, contest, settle
  presence      text   NOT NULL,           -- as it stood after the act
  text          text   NOT NULL DEFAULT '',
  by_id         bigint NOT NULL,           -- membership of who did it; 0 not a member
  at            bigint NOT NULL,
  op            text   NOT NULL,           -- id made on the device: sent twice, kept once
  PRIMARY KEY (part_id, id)
);
CREATE UNIQUE INDEX roll_trail_op ON roll_trail (part_id, meeting_id, op);
CREATE INDEX roll_trail_of ON roll_trail (part_id, meeting_id, membership_id);

-- Times out of the room, of a member or a guest of the meeting.
CREATE TABLE roll_away (
  part_id    bigint NOT NULL,
  id         bigint NOT NULL,
  meeting_id bigint NOT NULL,
  who_id     bigint NOT NULL,              -- membership, or meeting_guest.id
  left_at    bigint NOT NULL,
  back_at    bigint NOT NULL DEFAULT 0,    -- 0 not back
  by_account bigint NOT NULL,
  op         text   NOT NULL,
  PRIMARY KEY (part_id, id)
);
CREATE UNIQUE INDEX roll_away_op ON roll_away (part_id, meeting_id, op);

-- Who is in the room without being of the body: name and unit, no account.
CREATE TABLE meeting_guest (
  part_id    bigint NOT NULL,
  id         bigint NOT NULL,
  meeting_id bigint NOT NULL,
  kind       text   NOT NULL,              -- upper: of the committee above; guest
  name       text   NOT NULL,
  post       text   NOT NULL DEFAULT '',
  unit       text   NOT NULL DEFAULT '',
  came_at    bigint NOT NULL,
  by_account bigint NOT NULL,
  op         text   NOT NULL,
  PRIMARY KEY (part_id, id)
);
CREATE UNIQUE INDEX meeting_guest_op ON meeting_guest (part_id, meeting_id, op);

-- Who was in the room when a vote closed. Written once, with the result.
CREATE TABLE vote_room (
  part_id    bigint NOT NULL,
  meeting_id bigint NOT NULL,
  vote_id    bigint NOT NULL,
  who_id     bigint NOT NULL,              -- membership, or meeting_guest.id
  label      text   NOT NULL DEFAULT '',   -- of a guest: name, post, unit as they were
  PRIMARY KEY (part_id, vote_id, who_id)
);
CREATE INDEX vote_room_of ON vote_room (part_id, meeting_id);
