-- +goose Up
-- Agenda templates that committees make for themselves and the units below. Rule data,
-- read from every part, as rule_override is: no part_id. A row is never changed: one that
-- begins later, or was made later, takes its place.
CREATE TABLE agenda_template (
  id         bigint NOT NULL PRIMARY KEY,
  org_id     bigint NOT NULL,
  kind       text   NOT NULL,              -- of meeting
  cell_type  text   NOT NULL,              -- rules.md 1.34; '' for every type
  valid_from text   NOT NULL,
  items      text   NOT NULL,              -- JSON; '' goes back to what stands above from that day
  source     text   NOT NULL,              -- the paper or the reason
  by_account bigint NOT NULL,
  by_name    text   NOT NULL,
  at         bigint NOT NULL,
  op         text   NOT NULL               -- id made on the device: sent twice, made once
);
CREATE INDEX agenda_template_org ON agenda_template (org_id, kind, cell_type, valid_from);
CREATE UNIQUE INDEX agenda_template_op ON agenda_template (org_id, op);

-- What a committee asks the cells below to talk about (rules.md 2.11), read from every part.
CREATE TABLE guidance (
  id             bigint  NOT NULL PRIMARY KEY,
  org_id         bigint  NOT NULL,
  title          text    NOT NULL,
  text           text    NOT NULL,
  link           text    NOT NULL,             -- of the paper; may be empty
  content        text    NOT NULL,             -- kind of content
  minutes        integer NOT NULL,             -- proposed on the agenda
  from_day       text    NOT NULL,
  until_day      text    NOT NULL,             -- last day; '' without end
  cell_types     text    NOT NULL,             -- ',office,school,'; '' every type
  by_account     bigint  NOT NULL,
  by_name        text    NOT NULL,
  at             bigint  NOT NULL,
  op             text    NOT NULL,
  withdrawn_at   bigint  NOT NULL DEFAULT 0,
  withdrawn_by   bigint  NOT NULL DEFAULT 0,
  withdrawn_name text    NOT NULL DEFAULT ''
);
CREATE INDEX guidance_org ON guidance (org_id, from_day);
CREATE UNIQUE INDEX guidance_op ON guidance (org_id, op);

-- A cell put a guidance on the agenda of a meeting.
CREATE TABLE guidance_taken (
  part_id     bigint NOT NULL,
  guidance_id bigint NOT NULL,
  meeting_id  bigint NOT NULL,
  cell_id     bigint NOT NULL,
  item_id     bigint NOT NULL,
  by_account  bigint NOT NULL,
  at          bigint NOT NULL,
  day         text   NOT NULL DEFAULT '',      -- of the meeting that dealt with it; '' not yet
  PRIMARY KEY (part_id, guidance_id, meeting_id)
);
CREATE INDEX guidance_taken_meeting ON guidance_taken (part_id, meeting_id);
CREATE INDEX guidance_taken_of ON guidance_taken (guidance_id, cell_id);

-- What a closed meeting spent its minutes on: one row for each, so that the spread over
-- cells of a type is read without walking meetings.
CREATE TABLE agenda_balance (
  part_id    bigint  NOT NULL,
  meeting_id bigint  NOT NULL,
  cell_id    bigint  NOT NULL,
  cell_type  text    NOT NULL,
  kind       text    NOT NULL,             -- of meeting
  month      integer NOT NULL,
  shares     text    NOT NULL,             -- 'learning 5 4 review 10 12': minutes planned and spent
  PRIMARY KEY (part_id, meeting_id)
);
CREATE INDEX agenda_balance_type ON agenda_balance (part_id, cell_type, kind, month);

ALTER TABLE meeting ADD COLUMN template_id bigint NOT NULL DEFAULT 0;  -- agenda_template; 0 the rulebook's
ALTER TABLE meeting_item ADD COLUMN code text NOT NULL DEFAULT '';     -- of the template's item; '' own
