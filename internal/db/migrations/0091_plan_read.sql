-- +goose Up
-- The plan of a meeting as members could read it: a version gets its number when somebody
-- opens it, so ten corrections nobody has seen are one version.
CREATE TABLE plan_version (
  part_id    bigint  NOT NULL,
  meeting_id bigint  NOT NULL,
  no         integer NOT NULL,
  print      text    NOT NULL,              -- hash of agenda, draft and decisions
  at         bigint  NOT NULL,              -- when it was first opened
  PRIMARY KEY (part_id, meeting_id, no)
);

-- Which member opened and read which paper before a meeting.
CREATE TABLE paper_seen (
  part_id       bigint  NOT NULL,
  meeting_id    bigint  NOT NULL,
  membership_id bigint  NOT NULL,
  paper_id      bigint  NOT NULL,           -- file; 0 the plan
  no            integer NOT NULL,           -- version of the plan; 0 of a file
  opened_at     bigint  NOT NULL,
  read_at       bigint  NOT NULL DEFAULT 0, -- the member says so; 0 not
  PRIMARY KEY (part_id, meeting_id, membership_id, paper_id, no)
);
CREATE INDEX paper_seen_by ON paper_seen (part_id, membership_id);
CREATE INDEX roll_trail_by ON roll_trail (part_id, membership_id);
