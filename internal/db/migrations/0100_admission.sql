-- +goose Up
-- People on their way into the Party (rules.md 4): one row for each attempt, from the first
-- contact on. Only what steps, conditions and statistics use; nothing of relatives.
CREATE TABLE dossier (
  part_id       bigint  NOT NULL,
  id            bigint  NOT NULL,
  cell_id       bigint  NOT NULL,
  name          text    NOT NULL,             -- as typed; '' after the retention
  fold          text    NOT NULL,
  sort          text    NOT NULL,
  sex           text    NOT NULL,             -- f, m
  birth         text    NOT NULL,             -- to the day, the month or the year
  citizen       boolean NOT NULL,             -- of Viet Nam
  ethnic        text    NOT NULL DEFAULT '',  -- rulebook people.ethnic_groups
  education     text    NOT NULL DEFAULT '',  -- rulebook education.levels
  professional  text    NOT NULL DEFAULT '',  -- rulebook education.professional
  occupation    text    NOT NULL DEFAULT '',  -- rulebook admission.occupations
  owner         boolean NOT NULL DEFAULT FALSE, -- of a private business
  youth_union   boolean NOT NULL DEFAULT FALSE, -- a member of it
  youth_base    boolean NOT NULL DEFAULT FALSE, -- the place has a base of it
  trade_union   boolean NOT NULL DEFAULT FALSE, -- a member of it
  education_as  text    NOT NULL DEFAULT '',  -- exception of education
  again         boolean NOT NULL DEFAULT FALSE, -- was a member before
  left_on       text    NOT NULL DEFAULT '',  -- the Party, of one who was
  disunity      boolean NOT NULL DEFAULT FALSE, -- left after serious disunity (4.16)
  state         text    NOT NULL,             -- open, stopped, done, removed
  step          text    NOT NULL,             -- the one that waits; '' none
  holder_id     bigint  NOT NULL,             -- unit that acts next
  since         text    NOT NULL,             -- day from which the step waits
  clock         text    NOT NULL DEFAULT '',  -- nearest deadline
  due           text    NOT NULL DEFAULT '',
  tracked_on    text    NOT NULL,
  reviewed_on   text    NOT NULL DEFAULT '',  -- last look of the cell at this person
  meeting_id    bigint  NOT NULL DEFAULT 0,   -- meeting on whose agenda the person stands
  item_id       bigint  NOT NULL DEFAULT 0,
  decided_on    text    NOT NULL DEFAULT '',  -- decision of admission
  joined_on     text    NOT NULL DEFAULT '',  -- ceremony
  official_on   text    NOT NULL DEFAULT '',
  membership_id bigint  NOT NULL DEFAULT 0,   -- in this cell, from the ceremony on
  stop_reason   text    NOT NULL DEFAULT '',
  stopped_on    text    NOT NULL DEFAULT '',
  keep_until    text    NOT NULL DEFAULT '',  -- last day before the name is erased
  to_cell       bigint  NOT NULL DEFAULT 0,   -- handed over, not yet taken
  by_account    bigint  NOT NULL,
  at            bigint  NOT NULL,
  version       integer NOT NULL DEFAULT 1,
  op            text    NOT NULL,             -- id made on the device: sent twice, kept once
  PRIMARY KEY (part_id, id)
);
CREATE UNIQUE INDEX dossier_op ON dossier (part_id, op);
CREATE INDEX dossier_cell ON dossier (part_id, cell_id, state);
CREATE INDEX dossier_holder ON dossier (holder_id, state, due);
CREATE INDEX dossier_due ON dossier (state, due);
CREATE INDEX dossier_alike ON dossier (fold, birth);
CREATE INDEX dossier_to ON dossier (to_cell) WHERE to_cell <> 0;
CREATE INDEX dossier_member ON dossier (part_id, membership_id) WHERE membership_id <> 0;
CREATE INDEX dossier_kept ON dossier (keep_until) WHERE keep_until <> '';

-- What was done, in order. A row is never changed; one noted by mistake is struck.
CREATE TABLE dossier_step (
  part_id    bigint  NOT NULL,
  id         bigint  NOT NULL,
  dossier_id bigint  NOT NULL,
  step       text    NOT NULL,               -- rulebook admission.steps, or stop, resume, move, remove
  outcome    text    NOT NULL,               -- passed, failed, back
  day        text    NOT NULL,               -- of the act: its rules hold
  received   text    NOT NULL DEFAULT '',    -- of a decision: the day it came to the cell
  number     text    NOT NULL DEFAULT '',    -- of the paper
  body       text    NOT NULL DEFAULT '',    -- who decided, as the paper names it
  yes        integer NOT NULL DEFAULT 0,
  no         integer NOT NULL DEFAULT 0,
  base       integer NOT NULL DEFAULT 0,     -- 0: no vote
  rule       text    NOT NULL DEFAULT '',    -- key of the threshold
  rule_from  text    NOT NULL DEFAULT '',    -- day from which the version used holds
  meeting_id bigint  NOT NULL DEFAULT 0,
  vote_id    bigint  NOT NULL DEFAULT 0,
  secret     boolean NOT NULL DEFAULT FALSE,
  note       text    NOT NULL DEFAULT '',
  missing    text    NOT NULL DEFAULT '',    -- conditions that were missing, and the person went on
  unit_id    bigint  NOT NULL,               -- whose act it is
  account    bigint  NOT NULL,
  name       text    NOT NULL,               -- of the account then
  at         bigint  NOT NULL,
  struck_at  bigint  NOT NULL DEFAULT 0,
  op         text    NOT NULL,
  PRIMARY KEY (part_id, id)
);
CREATE INDEX dossier_step_of ON dossier_step (part_id, dossier_id, id);
CREATE UNIQUE INDEX dossier_step_op ON dossier_step (part_id, dossier_id, op);

-- Deadlines, each from the start that the rule of its day names.
CREATE TABLE dossier_clock (
  part_id    bigint NOT NULL,
  dossier_id bigint NOT NULL,
  clock      text   NOT NULL,                -- rulebook admission.clocks
  from_day   text   NOT NULL,
  opens      text   NOT NULL DEFAULT '',     -- the step is not done before
  due        text   NOT NULL,
  plain_due  text   NOT NULL,                -- without the extension
  reason     text   NOT NULL DEFAULT '',     -- of the extension
  done_on    text   NOT NULL DEFAULT '',
  PRIMARY KEY (part_id, dossier_id, clock)
);
-- Which alarms have gone out.
CREATE TABLE dossier_told (
  part_id    bigint  NOT NULL,
  dossier_id bigint  NOT NULL,
  clock      text    NOT NULL,
  due        text    NOT NULL,               -- another day is told anew
  mark       integer NOT NULL,               -- days before; below zero: days late
  at         bigint  NOT NULL,
  PRIMARY KEY (part_id, dossier_id, clock, due, mark)
);

-- Papers are recorded, never kept here (rules.md 5.24, 9.15).
CREATE TABLE dossier_paper (
  part_id    bigint  NOT NULL,
  dossier_id bigint  NOT NULL,
  kind       text    NOT NULL,               -- rulebook admission.papers, or consent.age, consent.education
  present    boolean NOT NULL,
  number     text    NOT NULL DEFAULT '',
  day        text    NOT NULL DEFAULT '',
  pages      integer NOT NULL DEFAULT 0,
  kept       text    NOT NULL DEFAULT '',    -- rulebook admission.keeps
  checked_by text    NOT NULL DEFAULT '',
  checked_on text    NOT NULL DEFAULT '',
  note       text    NOT NULL DEFAULT '',
  at         bigint  NOT NULL,
  version    integer NOT NULL DEFAULT 1,
  PRIMARY KEY (part_id, dossier_id, kind)
);

-- Who introduces: official members, and the Youth Union or the trade union.
CREATE TABLE dossier_introducer (
  part_id       bigint  NOT NULL,
  dossier_id    bigint  NOT NULL,
  seq           integer NOT NULL,
  way           text    NOT NULL,            -- member, youth, trade
  membership_id bigint  NOT NULL DEFAULT 0,  -- of the cell; 0 an organisation, or sent from above
  name          text    NOT NULL,
  since         text    NOT NULL DEFAULT '', -- from when they have worked together
  sent          boolean NOT NULL DEFAULT FALSE, -- by the committee above (4.21)
  number        text    NOT NULL DEFAULT '', -- of the organisation's resolution
  day           text    NOT NULL DEFAULT '',
  PRIMARY KEY (part_id, dossier_id, seq)
);

-- Who helps the person, and from when to when.
CREATE TABLE dossier_helper (
  part_id       bigint NOT NULL,
  id            bigint NOT NULL,
  dossier_id    bigint NOT NULL,
  membership_id bigint NOT NULL,
  name          text   NOT NULL,
  from_day      text   NOT NULL,
  to_day        text   NOT NULL DEFAULT '',
  PRIMARY KEY (part_id, id)
);
CREATE INDEX dossier_helper_of ON dossier_helper (part_id, dossier_id);
CREATE INDEX dossier_helper_member ON dossier_helper (part_id, membership_id);

-- What the cell or a helper said of the person, month by month, and the work it gave.
CREATE TABLE dossier_note (
  part_id    bigint NOT NULL,
  id         bigint NOT NULL,
  dossier_id bigint NOT NULL,
  kind       text   NOT NULL,                -- review, work
  day        text   NOT NULL,
  due        text   NOT NULL DEFAULT '',     -- of work
  done_on    text   NOT NULL DEFAULT '',
  verdict    text   NOT NULL DEFAULT '',     -- rulebook admission.verdicts
  text       text   NOT NULL,
  meeting_id bigint NOT NULL DEFAULT 0,      -- in which the list was looked at
  account    bigint NOT NULL,
  name       text   NOT NULL,
  at         bigint NOT NULL,
  PRIMARY KEY (part_id, id)
);
CREATE INDEX dossier_note_of ON dossier_note (part_id, dossier_id, id);

-- Which units have had it in their hands: they go on reading it.
CREATE TABLE dossier_hand (
  part_id    bigint NOT NULL,
  dossier_id bigint NOT NULL,
  org_id     bigint NOT NULL,
  since      text   NOT NULL,
  PRIMARY KEY (part_id, dossier_id, org_id)
);
CREATE INDEX dossier_hand_org ON dossier_hand (org_id);

-- Who opened it: one line for each account and day.
CREATE TABLE dossier_read (
  part_id    bigint  NOT NULL,
  dossier_id bigint  NOT NULL,
  account    bigint  NOT NULL,
  day        text    NOT NULL,
  name       text    NOT NULL,
  times      integer NOT NULL,
  at         bigint  NOT NULL,
  PRIMARY KEY (part_id, dossier_id, account, day)
);

-- The yearly sourcing plan and target of a unit (rules.md 4.01-4.05).
CREATE TABLE admission_plan (
  part_id      bigint  NOT NULL,
  org_id       bigint  NOT NULL,
  year         integer NOT NULL,
  q1           integer NOT NULL DEFAULT 0,   -- admissions up to the end of each quarter
  q2           integer NOT NULL DEFAULT 0,
  q3           integer NOT NULL DEFAULT 0,
  q4           integer NOT NULL DEFAULT 0,   -- the target of the year
  sources      integer NOT NULL DEFAULT 0,   -- outstanding people on the list at the year's end
  text         text    NOT NULL DEFAULT '',  -- how
  none         boolean NOT NULL DEFAULT FALSE, -- nobody is left to be admitted (4.05)
  reason       text    NOT NULL DEFAULT '',  -- why nobody was admitted for years
  next_step    text    NOT NULL DEFAULT '',
  next_on      text    NOT NULL DEFAULT '',
  base_on      text    NOT NULL DEFAULT '',  -- day of the membership that the rate is of (4.04)
  base_members integer NOT NULL DEFAULT 0,
  by_account   bigint  NOT NULL,
  by_name      text    NOT NULL,
  at           bigint  NOT NULL,
  version      integer NOT NULL DEFAULT 1,
  PRIMARY KEY (part_id, org_id, year)
);

-- A vote on a matter of a feature above the meeting: one person's admission.
ALTER TABLE vote ADD COLUMN matter_id bigint NOT NULL DEFAULT 0;
