-- +goose Up
-- A spell is changed by one person at a time; the organisation at the place (rules.md 5.16).
ALTER TABLE member_spell ADD COLUMN version integer NOT NULL DEFAULT 1;
ALTER TABLE member_spell ADD COLUMN host text NOT NULL DEFAULT '';

-- A person is in one cell at a time, wherever the cells' parts are.
CREATE INDEX membership_of_person ON membership (person_id);
-- The same person entered twice: by folded name, by card, by identity number, in any part.
CREATE INDEX person_alike ON person (fold, birth);
CREATE INDEX person_alike_card ON person (card) WHERE card <> '';
CREATE INDEX person_alike_idno ON person (idno_mac) WHERE idno_mac <> '';

-- A move of a member, recorded and not conducted (rules.md 5.04-5.14). The row lies
-- with the cell that is left, or with the receiving one when it comes from outside.
CREATE TABLE transfer (
  part_id         bigint  NOT NULL,
  id              bigint  NOT NULL,
  kind            text    NOT NULL,             -- internal, official, abroad, temporary
  state           text    NOT NULL,             -- announced, left, arrived, returned, cancelled
  person_id       bigint  NOT NULL DEFAULT 0,   -- 0: from outside and not yet in the register
  name            text    NOT NULL,             -- as it was then
  from_cell       bigint  NOT NULL DEFAULT 0,   -- 0: from outside
  from_membership bigint  NOT NULL DEFAULT 0,
  from_text       text    NOT NULL DEFAULT '',  -- the organisation outside
  to_cell         bigint  NOT NULL DEFAULT 0,   -- 0: to outside
  to_membership   bigint  NOT NULL DEFAULT 0,
  to_text         text    NOT NULL DEFAULT '',
  spell_id        bigint  NOT NULL DEFAULT 0,   -- temp_out at home during a temporary one
  basis           text    NOT NULL DEFAULT '',  -- decision or request
  basis_on        text    NOT NULL DEFAULT '',  -- takes effect, or the residence changed: clocks begin
  introduced_on   text    NOT NULL DEFAULT '',  -- day of the introduction
  until_on        text    NOT NULL DEFAULT '',  -- planned end of a temporary one
  study           boolean NOT NULL DEFAULT FALSE,
  left_on         text    NOT NULL DEFAULT '',
  arrived_on      text    NOT NULL DEFAULT '',
  ended_on        text    NOT NULL DEFAULT '',  -- returned or cancelled
  hold            text    NOT NULL DEFAULT '',  -- rulebook transfer.holds: a note that warns
  note            text    NOT NULL DEFAULT '',
  created_at      bigint  NOT NULL,
  version         integer NOT NULL DEFAULT 1,
  PRIMARY KEY (part_id, id)
);
CREATE INDEX transfer_from ON transfer (part_id, from_cell, state);
CREATE INDEX transfer_to ON transfer (to_cell, state);
CREATE INDEX transfer_person ON transfer (person_id);
-- Registers of who left in some days, and of who is away or exempt (rules.md 5.26).
CREATE INDEX membership_left ON membership (to_day) WHERE to_day <> '';
CREATE INDEX member_spell_waiting ON member_spell (kind, report_on);
