-- +goose Up
-- Work to be done outside of the transaction that asked for it.
-- A local table: claimed by one statement, never joined with the facts.
CREATE TABLE job (
  id           bigint  NOT NULL PRIMARY KEY,
  kind         text    NOT NULL,
  payload      text    NOT NULL,                  -- JSON without personal data
  key          text    UNIQUE,                    -- the same key is the same job; none is always a new one
  state        text    NOT NULL CHECK (state IN ('ready', 'done', 'dead')),
  attempts     integer NOT NULL,                  -- how often it was begun
  max_attempts integer NOT NULL,
  run_at       bigint  NOT NULL,                  -- not before; when done, when that was; UTC milliseconds
  locked_until bigint,                            -- a runner has it until then; UTC milliseconds
  locked_by    text,                              -- the claim that has it
  last_error   text,                              -- kinds and keys of errors, never their values
  created_at   bigint  NOT NULL
);
CREATE INDEX job_due ON job (state, run_at);

-- +goose Down
DROP TABLE job;
