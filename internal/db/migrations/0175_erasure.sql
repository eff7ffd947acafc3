-- +goose Up
-- What was deleted and must become unreadable in the engine's files: written with the deletion,
-- taken out when the engine has let go of it for certain.
CREATE TABLE erasure (
  id       bigint NOT NULL PRIMARY KEY,
  what     text   NOT NULL,            -- whose it is: kind and id, for who asks
  from_tab text   NOT NULL,            -- tables, with spaces between
  mark     bigint NOT NULL DEFAULT 0,  -- PostgreSQL: all of its transactions are older than this one; 0 not known yet
  at       bigint NOT NULL
);
CREATE INDEX erasure_what ON erasure (what);
-- Counts of before may have left something behind without a note of it.
INSERT INTO erasure (id, what, from_tab, at)
SELECT 1, 'before', 'secret_ballot secret_vote secret_paper', 0 WHERE EXISTS (SELECT 1 FROM secret_vote WHERE state IN ('counted', 'void'));
INSERT INTO erasure (id, what, from_tab, at)
SELECT 2, 'before', 'voice_sealed', 0 WHERE EXISTS (SELECT 1 FROM voice_box WHERE state <> 'open');
