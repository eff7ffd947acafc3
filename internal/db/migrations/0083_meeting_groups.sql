-- +goose Up
-- Who belongs to which Party group of a cell, today (rules.md 1.15).
CREATE TABLE group_member (
  part_id       bigint NOT NULL,
  membership_id bigint NOT NULL,
  org_id        bigint NOT NULL,           -- the cell
  group_id      bigint NOT NULL,
  PRIMARY KEY (part_id, membership_id)
);
CREATE INDEX group_member_org ON group_member (part_id, org_id);

-- A meeting held by group: each Party group with its own hour, place, leader and notes
-- (rules.md 2.43).
CREATE TABLE group_session (
  part_id    bigint  NOT NULL,
  meeting_id bigint  NOT NULL,
  group_id   bigint  NOT NULL,
  name       text    NOT NULL,             -- of the group as it was
  starts_at  bigint  NOT NULL,             -- planned
  place      text    NOT NULL,
  leader_id  bigint  NOT NULL DEFAULT 0,   -- membership
  note       text    NOT NULL DEFAULT '',
  opened_at  bigint  NOT NULL DEFAULT 0,
  closed_at  bigint  NOT NULL DEFAULT 0,
  version    integer NOT NULL DEFAULT 1,
  PRIMARY KEY (part_id, meeting_id, group_id)
);

-- Who met with which group: written when the meeting is opened.
CREATE TABLE session_seat (
  part_id       bigint NOT NULL,
  meeting_id    bigint NOT NULL,
  membership_id bigint NOT NULL,
  group_id      bigint NOT NULL,
  PRIMARY KEY (part_id, meeting_id, membership_id)
);

-- Raised hands of one group in one vote; the vote has their sum.
CREATE TABLE session_hands (
  part_id    bigint  NOT NULL,
  meeting_id bigint  NOT NULL,
  vote_id    bigint  NOT NULL,
  group_id   bigint  NOT NULL,
  yes        integer NOT NULL,
  no         integer NOT NULL,
  other      integer NOT NULL,
  at         bigint  NOT NULL,
  by_account bigint  NOT NULL,
  PRIMARY KEY (part_id, vote_id, group_id)
);
CREATE INDEX session_hands_of ON session_hands (part_id, meeting_id);
