-- +goose Up
CREATE TABLE org (
  id         bigint  NOT NULL PRIMARY KEY,
  parent_id  bigint,
  path       text    NOT NULL,             -- '1.34.345.'
  depth      integer NOT NULL,
  part_id    bigint  NOT NULL,
  kind       text    NOT NULL,             -- rulebook org kinds
  type       text    NOT NULL DEFAULT '',  -- rules.md 1.34 for cells, 1.35 for units
  name       text    NOT NULL,             -- 'Chi bộ Tổ dân phố Hòa Bình'
  short      text    NOT NULL,             -- 'TDP Hòa Bình'
  paper_name text    NOT NULL,             -- 'CHI BỘ TỔ DÂN PHỐ HÒA BÌNH'
  place      text    NOT NULL DEFAULT '',  -- 'Đức Thọ', before the date on papers
  hall       text    NOT NULL DEFAULT '',  -- usual place of meetings
  fold       text    NOT NULL,
  code       text    NOT NULL DEFAULT '',  -- rules.md 1.38, optional
  seq        integer NOT NULL DEFAULT 0,   -- order among siblings
  valid_from text    NOT NULL,
  valid_to   text    NOT NULL DEFAULT '',
  version    integer NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX org_path ON org (path);
CREATE INDEX org_parent ON org (parent_id);
CREATE INDEX org_depth ON org (depth, path);
CREATE INDEX org_part ON org (part_id, kind);
-- The units whose id is a part_id: sums over a subtree start here.
CREATE INDEX org_parts ON org (path) WHERE id = part_id;

-- What a unit was: one row per changed unit, in the transaction of the change.
CREATE TABLE org_past (
  org_id    bigint  NOT NULL,
  from_day  text    NOT NULL,
  to_day    text    NOT NULL,
  parent_id bigint,
  path      text    NOT NULL,
  part_id   bigint  NOT NULL,
  kind      text    NOT NULL,
  name      text    NOT NULL,
  PRIMARY KEY (org_id, from_day)
);
CREATE INDEX org_past_path ON org_past (path, from_day);
