-- +goose Up
CREATE TABLE notice (
  part_id   bigint NOT NULL,
  id        bigint NOT NULL,
  person_id bigint NOT NULL,
  kind      text   NOT NULL,               -- meeting.invited
  args      text   NOT NULL DEFAULT '{}',  -- values for the sentence, JSON
  href      text   NOT NULL,
  at        bigint NOT NULL,
  read_at   bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (part_id, id)
);
CREATE INDEX notice_person ON notice (part_id, person_id, read_at);
