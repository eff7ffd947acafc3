-- +goose Up
-- The yearly work plan of a cell: what it does in which month, who is in charge, what
-- must come out of it, and what came.
CREATE TABLE work_plan (
  part_id     bigint  NOT NULL,
  id          bigint  NOT NULL,
  cell_id     bigint  NOT NULL,
  year        integer NOT NULL,
  state       text    NOT NULL,             -- draft, approved
  approved_on text    NOT NULL DEFAULT '',
  meeting_id  bigint  NOT NULL DEFAULT 0,   -- that approved it; 0 on a day without one here
  note        text    NOT NULL DEFAULT '',  -- with the approval: number of a resolution
  version     integer NOT NULL DEFAULT 1,
  PRIMARY KEY (part_id, id)
);
CREATE UNIQUE INDEX work_plan_of ON work_plan (part_id, cell_id, year);

CREATE TABLE work_item (
  part_id    bigint  NOT NULL,
  id         bigint  NOT NULL,
  plan_id    bigint  NOT NULL,
  cell_id    bigint  NOT NULL,
  from_month integer NOT NULL,
  to_month   integer NOT NULL,              -- the same for one month
  title      text    NOT NULL,
  content    text    NOT NULL,              -- rulebook content kind
  who_id     bigint  NOT NULL DEFAULT 0,    -- membership; 0 nobody yet
  who_name   text    NOT NULL DEFAULT '',   -- as it was then
  product    text    NOT NULL DEFAULT '',
  note       text    NOT NULL DEFAULT '',
  source     text    NOT NULL DEFAULT '',   -- '' own, last: taken over from the year before, else code of an occasion
  result     text    NOT NULL DEFAULT '',   -- '' not told, done, part, undone
  told       text    NOT NULL DEFAULT '',   -- the result in words
  told_on    text    NOT NULL DEFAULT '',
  proof_id   bigint  NOT NULL DEFAULT 0,    -- meeting that proves it; 0 none
  dropped    text    NOT NULL DEFAULT '',   -- why; '' it stands
  dropped_on text    NOT NULL DEFAULT '',
  added_on   text    NOT NULL DEFAULT '',   -- day, when it came after the approval
  version    integer NOT NULL DEFAULT 1,
  PRIMARY KEY (part_id, id)
);
CREATE INDEX work_item_plan ON work_item (part_id, plan_id, from_month, to_month, id);
CREATE INDEX work_item_cell ON work_item (part_id, cell_id, from_month);
CREATE INDEX work_item_who ON work_item (part_id, who_id) WHERE who_id <> 0;

-- What was done with a plan, in order; nothing of it is ever changed.
CREATE TABLE work_step (
  part_id bigint  NOT NULL,
  id      bigint  NOT NULL,
  plan_id bigint  NOT NULL,
  item_id bigint  NOT NULL DEFAULT 0,       -- 0 the plan as a whole
  title   text    NOT NULL DEFAULT '',      -- of the item then
  at      bigint  NOT NULL,
  account bigint  NOT NULL,
  name    text    NOT NULL,                 -- of the account then
  kind    text    NOT NULL,                 -- start, last, occasions, add, title, months, who, product, content, note, drop, back, result, task, approve
  was     text    NOT NULL DEFAULT '',
  became  text    NOT NULL DEFAULT '',
  reason  text    NOT NULL DEFAULT '',
  after   boolean NOT NULL,                 -- the plan was approved
  op      text    NOT NULL DEFAULT '',      -- id made on the device: sent twice, done once
  PRIMARY KEY (part_id, id)
);
CREATE UNIQUE INDEX work_step_op ON work_step (part_id, op) WHERE op <> '';
CREATE INDEX work_step_plan ON work_step (part_id, plan_id, id);
CREATE INDEX work_step_item ON work_step (part_id, item_id, id) WHERE item_id <> 0;

-- On which agendas an item, or the plan as a whole, was put.
CREATE TABLE work_taken (
  part_id        bigint NOT NULL,
  meeting_id     bigint NOT NULL,
  agenda_item_id bigint NOT NULL,
  cell_id        bigint NOT NULL,
  plan_id        bigint NOT NULL,
  item_id        bigint NOT NULL DEFAULT 0, -- 0 the plan as a whole
  day            text   NOT NULL DEFAULT '',-- of the meeting that dealt with it; '' not yet
  PRIMARY KEY (part_id, meeting_id, agenda_item_id)
);
CREATE INDEX work_taken_cell ON work_taken (part_id, cell_id);
CREATE INDEX work_taken_plan ON work_taken (part_id, plan_id);

-- The tasks that came out of an item.
CREATE TABLE work_task (
  part_id bigint NOT NULL,
  item_id bigint NOT NULL,
  task_id bigint NOT NULL,
  cell_id bigint NOT NULL,
  PRIMARY KEY (part_id, item_id, task_id)
);
CREATE INDEX work_task_cell ON work_task (part_id, cell_id);
CREATE INDEX work_task_task ON work_task (part_id, task_id);
