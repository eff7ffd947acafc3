-- +goose Up
-- A campaign of a committee: steps with days that units below take. Read from every part,
-- as guidance is: no part_id.
CREATE TABLE campaign (
  id          bigint  NOT NULL PRIMARY KEY,
  org_id      bigint  NOT NULL,            -- committee
  title       text    NOT NULL,
  text        text    NOT NULL,            -- guidance; may be empty
  kinds       text    NOT NULL,            -- ',grassroots,grassroots_cell,': kinds of unit that take part
  by_account  bigint  NOT NULL,
  by_name     text    NOT NULL,
  at          bigint  NOT NULL,
  closed_at   bigint  NOT NULL DEFAULT 0,
  closed_name text    NOT NULL DEFAULT '',
  version     integer NOT NULL DEFAULT 1,
  op          text    NOT NULL             -- id made on the device: sent twice, made once
);
CREATE INDEX campaign_org ON campaign (org_id, closed_at);
CREATE UNIQUE INDEX campaign_op ON campaign (org_id, op);

CREATE TABLE campaign_step (
  campaign_id bigint  NOT NULL,
  id          bigint  NOT NULL,
  seq         integer NOT NULL,
  title       text    NOT NULL,
  due         text    NOT NULL,
  PRIMARY KEY (campaign_id, id)
);

-- What a unit reported of a step.
CREATE TABLE campaign_report (
  part_id     bigint  NOT NULL,
  campaign_id bigint  NOT NULL,
  step_id     bigint  NOT NULL,
  org_id      bigint  NOT NULL,
  id          bigint  NOT NULL,
  state       text    NOT NULL,            -- draft (files only), reported, accepted, returned
  note        text    NOT NULL DEFAULT '',
  day         text    NOT NULL DEFAULT '', -- when it was reported last
  version     integer NOT NULL DEFAULT 1,
  PRIMARY KEY (part_id, campaign_id, step_id, org_id),
  UNIQUE (part_id, id)
);

-- Each word about a report, in order: nothing is overwritten.
CREATE TABLE campaign_word (
  part_id    bigint NOT NULL,
  id         bigint NOT NULL,
  report_id  bigint NOT NULL,
  org_id     bigint NOT NULL,              -- unit of the report
  state      text   NOT NULL,              -- that it brought about
  text       text   NOT NULL,
  by_account bigint NOT NULL,
  by_name    text   NOT NULL,
  at         bigint NOT NULL,
  op         text   NOT NULL,
  PRIMARY KEY (part_id, id)
);
CREATE INDEX campaign_word_report ON campaign_word (part_id, report_id, id);
CREATE UNIQUE INDEX campaign_word_op ON campaign_word (part_id, report_id, op);
