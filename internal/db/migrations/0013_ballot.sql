-- +goose Up
CREATE TABLE vote (
  part_id   bigint  NOT NULL,
  id        bigint  NOT NULL,
  owner     text    NOT NULL,              -- meeting
  owner_id  bigint  NOT NULL,
  subject   text    NOT NULL,
  purpose   text    NOT NULL,              -- resolution, agenda, score, other
  method    text    NOT NULL,              -- open
  rule      text    NOT NULL,              -- rulebook key of the threshold, rules.md 2.31
  rule_id   text    NOT NULL,
  num       integer NOT NULL,              -- threshold num/den, as of the day
  den       integer NOT NULL,
  strict    boolean NOT NULL,              -- more than, not at least
  base      integer NOT NULL,              -- fixed when it closes
  needed    integer NOT NULL,
  state     text    NOT NULL,              -- open, closed
  yes       integer NOT NULL DEFAULT 0,
  no        integer NOT NULL DEFAULT 0,
  other     integer NOT NULL DEFAULT 0,    -- abstained, blank
  hand_yes  integer NOT NULL DEFAULT 0,    -- of these, counted by raised hands
  hand_no   integer NOT NULL DEFAULT 0,
  hand_other integer NOT NULL DEFAULT 0,
  passed    boolean NOT NULL DEFAULT FALSE,
  opened_at bigint  NOT NULL,
  closed_at bigint  NOT NULL DEFAULT 0,
  version   integer NOT NULL DEFAULT 1,
  PRIMARY KEY (part_id, id)
);
CREATE INDEX vote_owner ON vote (part_id, owner_id);

-- Person by person: in the base or not, may cast or not, and why.
CREATE TABLE vote_elector (
  part_id       bigint  NOT NULL,
  vote_id       bigint  NOT NULL,
  membership_id bigint  NOT NULL,
  in_base       boolean NOT NULL,
  may_cast      boolean NOT NULL,
  reason        text    NOT NULL,          -- official, reserve, exempt_absent, temp_out_absent, absent, suspended, guest
  PRIMARY KEY (part_id, vote_id, membership_id)
);

CREATE TABLE vote_cast (
  part_id       bigint NOT NULL,
  vote_id       bigint NOT NULL,
  membership_id bigint NOT NULL,
  choice        text   NOT NULL,           -- yes, no, other
  at            bigint NOT NULL,
  by_account    bigint NOT NULL,
  PRIMARY KEY (part_id, vote_id, membership_id)
);

-- Ý kiến bảo lưu (rules.md 2.19).
CREATE TABLE vote_reserved (
  part_id       bigint NOT NULL,
  vote_id       bigint NOT NULL,
  membership_id bigint NOT NULL,
  text          text   NOT NULL,
  at            bigint NOT NULL,
  PRIMARY KEY (part_id, vote_id, membership_id)
);
