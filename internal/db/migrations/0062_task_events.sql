-- +goose Up
-- Why the evaluator judged so, and who gave the task outside of a meeting.
ALTER TABLE task ADD COLUMN verdict text NOT NULL DEFAULT '';
ALTER TABLE task ADD COLUMN given_by bigint NOT NULL DEFAULT 0;   -- account; 0 a meeting did

-- What happened to a task, in order: given, reported, changed, judged.
CREATE TABLE task_event (
  part_id bigint NOT NULL,
  id      bigint NOT NULL,
  task_id bigint NOT NULL,
  at      bigint NOT NULL,             -- UTC milliseconds
  account bigint NOT NULL,
  name    text   NOT NULL,             -- of the account then
  kind    text   NOT NULL,             -- given, report, change, verdict
  was     text   NOT NULL DEFAULT '',  -- day or name before a change
  became  text   NOT NULL DEFAULT '',  -- day or name after it; the state of a verdict
  note    text   NOT NULL DEFAULT '',
  PRIMARY KEY (part_id, id)
);
CREATE INDEX task_event_of ON task_event (part_id, task_id, id);

-- Which reminders have gone out, so that none goes twice.
CREATE TABLE task_reminder (
  part_id bigint NOT NULL,
  task_id bigint NOT NULL,
  kind    text   NOT NULL,             -- soon, overdue
  due     text   NOT NULL,             -- of the task then: a new day is reminded of anew
  at      bigint NOT NULL,
  PRIMARY KEY (part_id, task_id, kind, due)
);
