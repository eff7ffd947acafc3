-- +goose Up
CREATE TABLE meeting (
  part_id      bigint  NOT NULL,
  id           bigint  NOT NULL,
  org_id       bigint  NOT NULL,
  body         text    NOT NULL,           -- cell, cell_committee, committee, ... rules.md 1.33, 2.45
  kind         text    NOT NULL,           -- regular, thematic, extraordinary
  month        integer NOT NULL,
  day          text    NOT NULL,
  starts_at    bigint  NOT NULL,           -- planned
  place        text    NOT NULL,
  theme        text    NOT NULL DEFAULT '',
  form         text    NOT NULL DEFAULT 'full', -- full, group, online, mixed: rules.md 2.44
  state        text    NOT NULL,           -- preparing, agreed, invited, open, closed, sent
  chair_id     bigint  NOT NULL DEFAULT 0, -- membership
  clerk_id     bigint  NOT NULL DEFAULT 0, -- meeting secretary, membership
  review       text    NOT NULL DEFAULT '', -- draft resolution, part I
  direction    text    NOT NULL DEFAULT '', -- part II
  praise       text    NOT NULL DEFAULT '',
  shortcomings text    NOT NULL DEFAULT '',
  conclusion   text    NOT NULL DEFAULT '', -- the chair's
  agreed_by    bigint  NOT NULL DEFAULT 0, -- committee meeting that agreed it
  item_id      bigint  NOT NULL DEFAULT 0, -- item under way
  secret       text    NOT NULL DEFAULT '', -- key of the changing check-in code
  fee_paid     integer NOT NULL DEFAULT -1, -- members announced as paid, rules.md 2.15; -1 not announced
  invited_at   bigint  NOT NULL DEFAULT 0,
  opened_at    bigint  NOT NULL DEFAULT 0,
  closed_at    bigint  NOT NULL DEFAULT 0,
  sent_at      bigint  NOT NULL DEFAULT 0,
  created_at   bigint  NOT NULL,
  version      integer NOT NULL DEFAULT 1,
  PRIMARY KEY (part_id, id)
);
-- One regular meeting of a body in a month (rules.md 2.01).
CREATE UNIQUE INDEX meeting_regular ON meeting (part_id, org_id, body, month) WHERE kind = 'regular';
CREATE INDEX meeting_day ON meeting (part_id, day);
CREATE INDEX meeting_org ON meeting (part_id, org_id, body, day);

CREATE TABLE meeting_step (
  part_id    bigint NOT NULL,
  meeting_id bigint NOT NULL,
  step       text   NOT NULL,              -- rulebook month path
  owner_id   bigint NOT NULL DEFAULT 0,    -- membership
  due        text   NOT NULL,
  done_on    text   NOT NULL DEFAULT '',
  PRIMARY KEY (part_id, meeting_id, step)
);

CREATE TABLE meeting_item (
  part_id    bigint  NOT NULL,
  id         bigint  NOT NULL,
  meeting_id bigint  NOT NULL,
  seq        integer NOT NULL,
  title      text    NOT NULL,
  content    text    NOT NULL,             -- rulebook content kinds
  minutes    integer NOT NULL CHECK (minutes > 0),
  speaker_id bigint  NOT NULL DEFAULT 0,
  note       text    NOT NULL DEFAULT '',
  started_at bigint  NOT NULL DEFAULT 0,
  ended_at   bigint  NOT NULL DEFAULT 0,
  PRIMARY KEY (part_id, id)
);
CREATE INDEX meeting_item_of ON meeting_item (part_id, meeting_id, seq);

-- One row per member of the body: invitation, answer and presence.
CREATE TABLE roll (
  part_id       bigint NOT NULL,
  meeting_id    bigint NOT NULL,
  membership_id bigint NOT NULL,
  standing      text   NOT NULL,           -- official, reserve, exempt, temp_out, suspended, guest
  seen_at       bigint NOT NULL DEFAULT 0,
  answer        text   NOT NULL DEFAULT '', -- yes, no
  answer_reason text   NOT NULL DEFAULT '',
  presence      text   NOT NULL DEFAULT '', -- present, excused, unexcused; '' not yet called
  reason        text   NOT NULL DEFAULT '', -- rulebook absence reasons
  arrived_at    bigint NOT NULL DEFAULT 0,
  how           text   NOT NULL DEFAULT '', -- code, hand
  by_account    bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (part_id, meeting_id, membership_id)
);
CREATE INDEX roll_member ON roll (part_id, membership_id);

CREATE TABLE opinion (
  part_id       bigint NOT NULL,
  id            bigint NOT NULL,
  meeting_id    bigint NOT NULL,
  item_id       bigint NOT NULL DEFAULT 0,
  membership_id bigint NOT NULL,
  phase         text   NOT NULL,           -- before, during
  text          text   NOT NULL,           -- '' spoke, words not noted
  at            bigint NOT NULL,
  by_account    bigint NOT NULL,
  op            text   NOT NULL,           -- id made on the device: sent twice, kept once
  PRIMARY KEY (part_id, id)
);
CREATE UNIQUE INDEX opinion_op ON opinion (part_id, meeting_id, op);
CREATE INDEX opinion_meeting ON opinion (part_id, meeting_id, item_id);

-- Part III of the draft resolution: who, what, until when (rules.md 2.37).
CREATE TABLE decision (
  part_id     bigint  NOT NULL,
  id          bigint  NOT NULL,
  meeting_id  bigint  NOT NULL,
  seq         integer NOT NULL,
  title       text    NOT NULL,
  assignee_id bigint  NOT NULL,
  due         text    NOT NULL,
  product     text    NOT NULL DEFAULT '',
  PRIMARY KEY (part_id, id)
);
CREATE INDEX decision_of ON decision (part_id, meeting_id, seq);
