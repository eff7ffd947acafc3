-- +goose Up
-- Who asked to speak in a meeting, when the chair gave the word, and until when.
CREATE TABLE speech (
  part_id       bigint NOT NULL,
  id            bigint NOT NULL,
  meeting_id    bigint NOT NULL,
  item_id       bigint NOT NULL DEFAULT 0, -- item under way when asked
  membership_id bigint NOT NULL,
  asked_at      bigint NOT NULL,
  began_at      bigint NOT NULL DEFAULT 0, -- 0: waits
  ended_at      bigint NOT NULL DEFAULT 0, -- 0: waits or speaks
  by_account    bigint NOT NULL,
  op            text   NOT NULL,           -- id made on the device
  PRIMARY KEY (part_id, id)
);
CREATE UNIQUE INDEX speech_op ON speech (part_id, meeting_id, op);
-- A member waits or speaks once at a time.
CREATE UNIQUE INDEX speech_open ON speech (part_id, meeting_id, membership_id) WHERE ended_at = 0;

-- Criticism and self-criticism. Its text is read by those named in readers and goes
-- nowhere else: no paper, no search, no event, no export.
CREATE TABLE criticism (
  part_id       bigint NOT NULL,
  id            bigint NOT NULL,
  meeting_id    bigint NOT NULL,
  membership_id bigint NOT NULL,           -- whom it concerns
  said_by       bigint NOT NULL,           -- membership; the same: self-criticism
  readers       text   NOT NULL,           -- the cell's rule when it was written: room, committee, members
  text          text   NOT NULL,
  at            bigint NOT NULL,
  by_account    bigint NOT NULL,
  op            text   NOT NULL,
  PRIMARY KEY (part_id, id)
);
CREATE UNIQUE INDEX criticism_op ON criticism (part_id, meeting_id, op);

-- Praise and reminders by name, for minutes and resolution (rules.md 2.16, 2.37).
CREATE TABLE mention (
  part_id       bigint NOT NULL,
  id            bigint NOT NULL,
  meeting_id    bigint NOT NULL,
  membership_id bigint NOT NULL,
  kind          text   NOT NULL,           -- praise, remind
  text          text   NOT NULL,
  at            bigint NOT NULL,
  by_account    bigint NOT NULL,
  op            text   NOT NULL,
  PRIMARY KEY (part_id, id)
);
CREATE UNIQUE INDEX mention_op ON mention (part_id, meeting_id, op);
CREATE INDEX mention_member ON mention (part_id, membership_id);

-- Who writes a text of an open meeting now: a lease.
CREATE TABLE pen (
  part_id    bigint NOT NULL,
  meeting_id bigint NOT NULL,
  field      text   NOT NULL,              -- notes, conclusion, praise, shortcomings, ...
  account_id bigint NOT NULL,
  name       text   NOT NULL,              -- of the account then
  since      bigint NOT NULL,
  until      bigint NOT NULL,
  taken_from text   NOT NULL DEFAULT '',   -- who held it when it was taken over
  PRIMARY KEY (part_id, meeting_id, field)
);

-- When the opinion of an absent member was read out.
ALTER TABLE opinion ADD COLUMN read_at bigint NOT NULL DEFAULT 0;

-- An earlier task that goes on by this decision.
ALTER TABLE decision ADD COLUMN task_id bigint NOT NULL DEFAULT 0;

-- An item begun again: when, and the time of its earlier turns.
ALTER TABLE meeting_item ADD COLUMN resumed_at bigint NOT NULL DEFAULT 0;
ALTER TABLE meeting_item ADD COLUMN spent_ms bigint NOT NULL DEFAULT 0;
