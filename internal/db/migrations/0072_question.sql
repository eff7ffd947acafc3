-- +goose Up
-- What a member or the people ask of the cell and of the committees above it.
CREATE TABLE question (
  part_id     bigint  NOT NULL,
  id          bigint  NOT NULL,
  cell_id     bigint  NOT NULL,
  asker_id    bigint  NOT NULL,             -- membership; 0 heard from people
  heard       text    NOT NULL DEFAULT '',  -- from whom, in general words: no names
  kind        text    NOT NULL,             -- rulebook question.kinds
  text        text    NOT NULL,
  named       boolean NOT NULL,             -- committees above may read the asker's name
  by_account  bigint  NOT NULL,             -- who entered it
  by_name     text    NOT NULL DEFAULT '',  -- '' the asker entered it
  at          bigint  NOT NULL,
  day         text    NOT NULL,
  state       text    NOT NULL,             -- cell, agenda, up, joined, answered, declined
  holder_id   bigint  NOT NULL,             -- unit whose turn it is; of a joined one, as the one it is joined to
  since       text    NOT NULL,             -- day it came there
  due         text    NOT NULL DEFAULT '',  -- last day for the holder; '' none
  meeting_id  bigint  NOT NULL DEFAULT 0,   -- on whose agenda it is
  item_id     bigint  NOT NULL DEFAULT 0,
  joined_to   bigint  NOT NULL DEFAULT 0,   -- question of the same cell
  round       integer NOT NULL DEFAULT 1,   -- 2: asked again
  answer      text    NOT NULL DEFAULT '',  -- also why it was declined
  answered_by bigint  NOT NULL DEFAULT 0,   -- unit
  answered_on text    NOT NULL DEFAULT '',
  read_on     text    NOT NULL DEFAULT '',  -- day the asker read the answer or was told it
  version     integer NOT NULL DEFAULT 1,
  op          text    NOT NULL,             -- id made on the device: sent twice, kept once
  PRIMARY KEY (part_id, id)
);
CREATE UNIQUE INDEX question_op ON question (part_id, op);
CREATE INDEX question_cell ON question (part_id, cell_id, state);
CREATE INDEX question_asker ON question (part_id, asker_id);
CREATE INDEX question_holder ON question (holder_id, state, due);

-- In whose hands a question is and was: one open row for each question, always.
CREATE TABLE question_hand (
  part_id     bigint NOT NULL,
  id          bigint NOT NULL,
  question_id bigint NOT NULL,
  org_id      bigint NOT NULL,
  since       text   NOT NULL,
  left_on     text   NOT NULL DEFAULT '',   -- '' it is there now
  how         text   NOT NULL DEFAULT '',   -- step with which it left
  PRIMARY KEY (part_id, id)
);
CREATE UNIQUE INDEX question_hand_one ON question_hand (part_id, question_id) WHERE left_on = '';
CREATE INDEX question_hand_of ON question_hand (part_id, question_id, id);
CREATE INDEX question_hand_org ON question_hand (org_id, id);

-- What was done with a question, in order; nothing of it is ever changed.
CREATE TABLE question_step (
  part_id     bigint  NOT NULL,
  id          bigint  NOT NULL,
  question_id bigint  NOT NULL,
  at          bigint  NOT NULL,
  account     bigint  NOT NULL,
  name        text    NOT NULL,             -- of the account then
  own         boolean NOT NULL,             -- by the asker: the name is kept as the asker wishes
  kind        text    NOT NULL,
  unit        text    NOT NULL DEFAULT '',  -- name of the unit that acted, as it was then
  from_id     bigint  NOT NULL,             -- holder before
  to_id       bigint  NOT NULL,             -- holder after
  to_name     text    NOT NULL DEFAULT '',  -- its name then, where it changed
  state       text    NOT NULL,             -- after
  due         text    NOT NULL DEFAULT '',  -- after
  note        text    NOT NULL DEFAULT '',
  meeting_id  bigint  NOT NULL DEFAULT 0,   -- in which it was done
  op          text    NOT NULL,
  PRIMARY KEY (part_id, id)
);
CREATE INDEX question_step_of ON question_step (part_id, question_id, id);
CREATE INDEX question_step_in ON question_step (part_id, meeting_id) WHERE meeting_id <> 0;
CREATE UNIQUE INDEX question_step_op ON question_step (part_id, question_id, op);

-- Which warnings have gone out, so that none goes twice.
CREATE TABLE question_told (
  part_id     bigint NOT NULL,
  question_id bigint NOT NULL,
  kind        text   NOT NULL,             -- soon, late, risen
  due         text   NOT NULL,             -- of the holder then: another day is told anew
  at          bigint NOT NULL,
  PRIMARY KEY (part_id, question_id, kind, due)
);
