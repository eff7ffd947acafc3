-- +goose Up
-- Work to be done once, outside of the transaction that asked for it.
-- A local table: claimed by one statement, never joined with the facts.
CREATE TABLE job (
  id           bigint  NOT NULL PRIMARY KEY,
  kind         text    NOT NULL,
  payload      text    NOT NULL,
  key          text             UNIQUE,           -- the same key is the same job; NULL never is
  state        text    NOT NULL CHECK (state IN ('ready', 'dead')),
  attempts     integer NOT NULL,                  -- how often it was begun
  max_attempts integer NOT NULL,
  run_at       bigint  NOT NULL,                  -- not before; ms UTC
  locked_until bigint,                            -- a runner has it until then; ms UTC
  locked_by    text,                              -- which claim has it
  last_error   text,
  created_at   bigint  NOT NULL
);
CREATE INDEX job_due ON job (state, run_at);

-- +goose Down
DROP TABLE job;
