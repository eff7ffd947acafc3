-- +goose Up
-- A right that a stand-in holds: a part of the role only, and for whom.
ALTER TABLE access_grant ADD COLUMN only_actions text NOT NULL DEFAULT ''; -- 'cell.read meeting.convene'; '' all that the role allows
ALTER TABLE access_grant ADD COLUMN for_id bigint NOT NULL DEFAULT 0;      -- person whose stand-in the holder is; 0 an own right
ALTER TABLE access_grant ADD COLUMN for_name text NOT NULL DEFAULT '';     -- that person's name then
CREATE INDEX access_grant_source ON access_grant (source, source_id);

-- Acts done for somebody carry that person.
ALTER TABLE audit ADD COLUMN for_id bigint NOT NULL DEFAULT 0;
CREATE INDEX audit_for ON audit (for_id, account_id, at) WHERE for_id <> 0;

-- Only the secretary, or a deputy who was authorised, convenes (rules.md 1.37).
UPDATE access_grant SET role = 'deputy'
 WHERE source = 'office' AND role = 'lead' AND source_id IN (SELECT id FROM office WHERE title = 'deputy');

-- Who holds a post lets another do part of its work from day to day.
CREATE TABLE standin (
  id          bigint NOT NULL PRIMARY KEY,
  org_id      bigint NOT NULL,
  office_id   bigint NOT NULL,              -- the giver's post
  title       text   NOT NULL,              -- of that post
  giver_id    bigint NOT NULL,              -- person
  giver_name  text   NOT NULL,              -- as it was then
  giver_part  bigint NOT NULL,
  person_id   bigint NOT NULL,              -- the stand-in
  person_name text   NOT NULL,
  person_part bigint NOT NULL,
  duties      text   NOT NULL,              -- 'convene meeting'
  reason      text   NOT NULL,
  from_day    text   NOT NULL,
  to_day      text   NOT NULL,              -- first day without; moves when it ends early
  made_by     bigint NOT NULL,              -- account
  made_at     bigint NOT NULL,
  ended_by    bigint NOT NULL DEFAULT 0,    -- account that withdrew it; 0 nobody
  ended_at    bigint NOT NULL DEFAULT 0,
  ended_how   text   NOT NULL DEFAULT ''    -- withdrawn, declined, post
);
CREATE INDEX standin_org ON standin (org_id, to_day);
CREATE INDEX standin_office ON standin (office_id);
CREATE INDEX standin_giver ON standin (giver_id);
CREATE INDEX standin_person ON standin (person_id);

-- A right given to a person without a post: keeper, administrator.
CREATE TABLE direct_grant (
  id          bigint NOT NULL PRIMARY KEY,
  person_id   bigint NOT NULL,
  person_name text   NOT NULL,
  role        text   NOT NULL,              -- keeper, admin
  org_id      bigint NOT NULL,
  from_day    text   NOT NULL,
  to_day      text   NOT NULL DEFAULT '',
  reason      text   NOT NULL,
  made_by     bigint NOT NULL,
  made_name   text   NOT NULL,
  made_at     bigint NOT NULL,
  ended_by    bigint NOT NULL DEFAULT 0,
  ended_at    bigint NOT NULL DEFAULT 0,
  end_reason  text   NOT NULL DEFAULT ''
);
CREATE INDEX direct_grant_org ON direct_grant (org_id);
CREATE INDEX direct_grant_person ON direct_grant (person_id);
