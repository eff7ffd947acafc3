-- +goose Up
CREATE TABLE document_number (
  part_id bigint  NOT NULL,
  org_id  bigint  NOT NULL,
  term_id bigint  NOT NULL,
  kind    text    NOT NULL,
  last    integer NOT NULL,
  PRIMARY KEY (part_id, org_id, term_id, kind)
);

CREATE TABLE document (
  part_id    bigint  NOT NULL,
  id         bigint  NOT NULL,
  org_id     bigint  NOT NULL,
  term_id    bigint  NOT NULL,
  kind       text    NOT NULL,             -- NQ, BB: rules.md 7.18
  number     integer NOT NULL,
  symbol     text    NOT NULL,             -- '05-NQ/CB'
  subject    text    NOT NULL,
  issued_on  text    NOT NULL,
  owner      text    NOT NULL,             -- meeting
  owner_id   bigint  NOT NULL,
  model      text    NOT NULL,             -- the JSON it is rendered from
  model_hash text    NOT NULL,             -- SHA-256, hex
  pdf_hash   text    NOT NULL DEFAULT '',  -- frozen file in blob; '' rendered when opened
  docx_hash  text    NOT NULL DEFAULT '',
  issued_at  bigint  NOT NULL,
  issued_by  bigint  NOT NULL,
  PRIMARY KEY (part_id, id),
  UNIQUE (part_id, org_id, term_id, kind, number)
);
CREATE INDEX document_owner ON document (part_id, owner_id);
CREATE INDEX document_org ON document (part_id, org_id, issued_on);

CREATE TABLE document_read (
  part_id     bigint NOT NULL,
  document_id bigint NOT NULL,
  person_id   bigint NOT NULL,
  at          bigint NOT NULL,
  PRIMARY KEY (part_id, document_id, person_id)
);
