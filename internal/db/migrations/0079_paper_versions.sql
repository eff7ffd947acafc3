-- +goose Up
-- An act sent twice from a device issues one paper.
ALTER TABLE document ADD COLUMN op text NOT NULL DEFAULT '';
ALTER TABLE document ADD COLUMN version integer NOT NULL DEFAULT 1;  -- the one in force
CREATE UNIQUE INDEX document_op ON document (part_id, owner_id, op) WHERE op <> '';

-- A later version of a paper, from 2 on; the first stands in document and stays as it is.
CREATE TABLE document_version (
  part_id     bigint  NOT NULL,
  document_id bigint  NOT NULL,
  version     integer NOT NULL,
  model       text    NOT NULL,
  model_hash  text    NOT NULL,             -- SHA-256, hex
  pdf_hash    text    NOT NULL,             -- frozen files in blob
  docx_hash   text    NOT NULL,
  reason      text    NOT NULL,
  signer      text    NOT NULL,             -- name of who corrected it
  issued_at   bigint  NOT NULL,
  issued_by   bigint  NOT NULL,
  op          text    NOT NULL,
  PRIMARY KEY (part_id, document_id, version)
);
CREATE UNIQUE INDEX document_version_op ON document_version (part_id, document_id, op);

-- For whom a paper was made who may not read the unit's other papers.
CREATE TABLE document_addressee (
  part_id     bigint  NOT NULL,
  document_id bigint  NOT NULL,
  seq         integer NOT NULL,
  kind        text    NOT NULL,             -- unit, person, text
  unit_id     bigint  NOT NULL DEFAULT 0,
  person_id   bigint  NOT NULL DEFAULT 0,
  name        text    NOT NULL,             -- as the paper calls it
  PRIMARY KEY (part_id, document_id, seq)
);

-- Who says to have read which version; document_read only knows who opened the page.
CREATE TABLE document_ack (
  part_id     bigint  NOT NULL,
  document_id bigint  NOT NULL,
  version     integer NOT NULL,
  person_id   bigint  NOT NULL,
  at          bigint  NOT NULL,
  by_account  bigint  NOT NULL,
  by_name     text    NOT NULL DEFAULT '',  -- who noted it for somebody else; '' the reader did
  note        text    NOT NULL DEFAULT '',  -- how that is known
  PRIMARY KEY (part_id, document_id, version, person_id)
);
