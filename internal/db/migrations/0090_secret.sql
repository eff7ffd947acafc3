-- +goose Up
-- Secret votes (rules.md 1.32, 2.33; docs/adr/0030). What a person chose stands nowhere.
CREATE TABLE secret_vote (
  part_id    bigint  NOT NULL,
  id         bigint  NOT NULL,
  owner      text    NOT NULL,              -- meeting
  owner_id   bigint  NOT NULL,
  subject    text    NOT NULL,
  purpose    text    NOT NULL,              -- election, discipline, admission, recognition, other
  kind       text    NOT NULL,              -- question, candidates, ladder
  seats      integer NOT NULL,              -- to be elected, of candidates
  mark_min   integer NOT NULL,              -- options that one ballot marks
  mark_max   integer NOT NULL,
  round      integer NOT NULL,
  least      integer NOT NULL,              -- fewest ballots of one way, as of the day
  phones     boolean NOT NULL,              -- sealed ballots may be cast
  warrant    text    NOT NULL,              -- decision that allows phones
  guarded    boolean NOT NULL,              -- outside the protocol only passed or not
  guard_why  text    NOT NULL,
  base       integer NOT NULL,
  state      text    NOT NULL,              -- open, closed, counted, void
  public_key text    NOT NULL,              -- of the box; erased with the count
  key_12     text    NOT NULL,              -- private key, sealed under two codes
  key_13     text    NOT NULL,
  key_23     text    NOT NULL,
  tries      integer NOT NULL DEFAULT 0,    -- wrong codes since the last right ones
  tried_at   bigint  NOT NULL DEFAULT 0,
  sealed     integer NOT NULL DEFAULT 0,    -- ballots of phones in the count
  broken     integer NOT NULL DEFAULT 0,    -- of these, not to be opened: changed by somebody
  issued     integer NOT NULL DEFAULT 0,    -- paper ballots
  returned   integer NOT NULL DEFAULT 0,
  invalid    integer NOT NULL DEFAULT 0,
  prints     text    NOT NULL DEFAULT '',   -- fingerprints of the sealed ballots, sorted
  opened_at  bigint  NOT NULL,
  closed_at  bigint  NOT NULL DEFAULT 0,
  counted_at bigint  NOT NULL DEFAULT 0,
  version    integer NOT NULL DEFAULT 1,
  PRIMARY KEY (part_id, id)
);
CREATE INDEX secret_vote_owner ON secret_vote (part_id, owner_id);

CREATE TABLE secret_option (
  part_id       bigint  NOT NULL,
  vote_id       bigint  NOT NULL,
  seq           integer NOT NULL,           -- from 1, as on the ballot
  title         text    NOT NULL,
  membership_id bigint  NOT NULL,           -- the candidate; 0 none
  rule          text    NOT NULL,           -- rulebook key of the threshold; empty: it cannot pass
  rule_id       text    NOT NULL,
  num           integer NOT NULL,
  den           integer NOT NULL,
  strict        boolean NOT NULL,
  votes         integer NOT NULL DEFAULT 0, -- of the joint count
  passed        boolean NOT NULL DEFAULT FALSE,
  PRIMARY KEY (part_id, vote_id, seq)
);

CREATE TABLE secret_elector (
  part_id       bigint  NOT NULL,
  vote_id       bigint  NOT NULL,
  membership_id bigint  NOT NULL,
  in_base       boolean NOT NULL,
  may_cast      boolean NOT NULL,
  reason        text    NOT NULL,
  paper         boolean NOT NULL DEFAULT FALSE, -- was given a paper ballot
  PRIMARY KEY (part_id, vote_id, membership_id)
);

-- Sealed to a key that nobody on the server holds; erased with the count.
CREATE TABLE secret_ballot (
  part_id       bigint NOT NULL,
  vote_id       bigint NOT NULL,
  membership_id bigint NOT NULL,
  op            text   NOT NULL,             -- made on the device: the same again is answered the same
  box           text   NOT NULL,
  PRIMARY KEY (part_id, vote_id, membership_id)
);

-- The counting team (tổ kiểm phiếu): who holds which slip, and who counts the paper.
CREATE TABLE secret_team (
  part_id       bigint  NOT NULL,
  vote_id       bigint  NOT NULL,
  seat          integer NOT NULL,            -- from 1: the number of the slip
  membership_id bigint  NOT NULL,
  PRIMARY KEY (part_id, vote_id, seat)
);

-- What two people of the counting team counted, each for himself or herself.
CREATE TABLE secret_paper (
  part_id    bigint  NOT NULL,
  vote_id    bigint  NOT NULL,
  seat       integer NOT NULL,
  by_account bigint  NOT NULL,               -- whose device it was typed on
  issued     integer NOT NULL,
  returned   integer NOT NULL,
  invalid    integer NOT NULL,
  votes      text    NOT NULL,               -- of each option in order, joined by commas
  at         bigint  NOT NULL,
  PRIMARY KEY (part_id, vote_id, seat)
);

-- Recorded decisions by which a committee allows secret ballots on phones in a unit and
-- below it. Without one all vote on paper.
CREATE TABLE secret_warrant (
  part_id    bigint  NOT NULL,
  id         bigint  NOT NULL,
  org_id     bigint  NOT NULL,
  decision   text    NOT NULL,               -- number, day and who signed, as on the paper
  from_day   text    NOT NULL,
  to_day     text    NOT NULL DEFAULT '',    -- exclusive; empty: until further notice
  by_account bigint  NOT NULL,
  at         bigint  NOT NULL,
  PRIMARY KEY (part_id, id)
);
CREATE INDEX secret_warrant_org ON secret_warrant (org_id);
