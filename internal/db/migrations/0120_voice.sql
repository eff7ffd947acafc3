-- +goose Up
-- What members say of a meeting, without a name (docs/adr/0036). One row a meeting.
CREATE TABLE voice_box (
  part_id    bigint  NOT NULL,
  meeting_id bigint  NOT NULL,
  cell_id    bigint  NOT NULL,
  month      integer NOT NULL,
  items      text    NOT NULL,             -- rulebook voice.items as they were asked, joined by commas
  levels     text    NOT NULL,             -- rulebook voice.scale likewise, the best first
  least      integer NOT NULL,             -- fewer answers are never opened
  closes_on  text    NOT NULL,             -- last day
  state      text    NOT NULL,             -- open, shown, few
  answers    integer NOT NULL DEFAULT 0,   -- of a shown one
  PRIMARY KEY (part_id, meeting_id)
);
CREATE INDEX voice_box_open ON voice_box (closes_on) WHERE state = 'open';
CREATE INDEX voice_box_cell ON voice_box (part_id, cell_id, month);

-- Answers on their way: who answered is a keyed print, what was answered is sealed. No
-- hour, no rising id; erased when the window has closed.
CREATE TABLE voice_sealed (
  part_id    bigint NOT NULL,
  meeting_id bigint NOT NULL,
  mark       text   NOT NULL,
  box        text   NOT NULL,
  PRIMARY KEY (part_id, meeting_id, mark)
);

-- Sums of all answers to one item: what is left of them.
CREATE TABLE voice_sum (
  part_id    bigint  NOT NULL,
  meeting_id bigint  NOT NULL,
  item       text    NOT NULL,
  level      text    NOT NULL,
  count      integer NOT NULL,
  PRIMARY KEY (part_id, meeting_id, item, level)
);
