-- +goose Up
-- The fixed day on which a cell meets, from a month on; the latest that has begun counts.
CREATE TABLE meeting_series (
  part_id    bigint  NOT NULL,
  id         bigint  NOT NULL,
  org_id     bigint  NOT NULL,
  from_month integer NOT NULL,
  day        integer NOT NULL,             -- of the month, 31 is its last; 0 by weekday
  nth        integer NOT NULL,             -- 1 to 4, 5 the last one; 0 by day
  weekday    integer NOT NULL,             -- 0 Sunday
  shift      text    NOT NULL,             -- on a holiday: keep, before, after
  minute     integer NOT NULL,             -- of the day, Viet Nam
  place      text    NOT NULL,
  made_at    bigint  NOT NULL,
  made_by    bigint  NOT NULL,
  PRIMARY KEY (part_id, id)
);
CREATE INDEX meeting_series_org ON meeting_series (part_id, org_id, from_month);

-- What a cell means to talk about in its thematic meetings (rules.md 2.02, 8.05).
CREATE TABLE plan_theme (
  part_id    bigint  NOT NULL,
  id         bigint  NOT NULL,
  org_id     bigint  NOT NULL,
  month      integer NOT NULL,
  theme      text    NOT NULL,
  speaker_id bigint  NOT NULL DEFAULT 0,   -- membership
  PRIMARY KEY (part_id, id)
);
CREATE INDEX plan_theme_org ON plan_theme (part_id, org_id, month);
