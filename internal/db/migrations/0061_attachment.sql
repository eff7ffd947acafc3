-- +goose Up
-- A file or photograph that belongs to a meeting, a task or a decision.
CREATE TABLE attachment (
  part_id    bigint NOT NULL,
  id         bigint NOT NULL,
  owner      text   NOT NULL,              -- meeting, task, decision
  owner_id   bigint NOT NULL,
  org_id     bigint NOT NULL,              -- cell of the owner
  name       text   NOT NULL,              -- as the person's device called it
  type       text   NOT NULL,              -- found in its content, 'image/jpeg'
  size       bigint NOT NULL,              -- bytes kept
  hash       text   NOT NULL,              -- SHA-256 of the bytes kept
  note       text   NOT NULL DEFAULT '',
  by_account bigint NOT NULL,
  by_name    text   NOT NULL,
  at         bigint NOT NULL,
  removed_at bigint NOT NULL DEFAULT 0,    -- the row stays: who took it away and when is known
  removed_by bigint NOT NULL DEFAULT 0,
  op         text   NOT NULL,              -- id made on the device: sent twice, kept once
  PRIMARY KEY (part_id, id)
);
CREATE UNIQUE INDEX attachment_op ON attachment (part_id, owner_id, op);
CREATE INDEX attachment_owner ON attachment (part_id, owner, owner_id);
CREATE INDEX attachment_hash ON attachment (hash) WHERE removed_at = 0;
