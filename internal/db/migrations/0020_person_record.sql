-- +goose Up
-- What a record holds besides the name (rules.md 5.45, as far as a module uses it).
ALTER TABLE person ADD COLUMN other_name text NOT NULL DEFAULT '';
ALTER TABLE person ADD COLUMN card text NOT NULL DEFAULT '';        -- Party card, digits only (rules.md 5.29)
ALTER TABLE person ADD COLUMN idno_sealed text NOT NULL DEFAULT ''; -- personal identity number, sealed (rules.md 9.14)
ALTER TABLE person ADD COLUMN idno_mac text NOT NULL DEFAULT '';    -- keyed hash of it: the same person twice is found
ALTER TABLE person ADD COLUMN merged_into bigint NOT NULL DEFAULT 0; -- another person of the register; 0 none

-- Away and temporarily elsewhere (rules.md 5.12, 5.15, 5.16).
ALTER TABLE member_spell ADD COLUMN report_on text NOT NULL DEFAULT '';  -- next report is due; '' none
ALTER TABLE member_spell ADD COLUMN basis text NOT NULL DEFAULT '';      -- decision or request it rests on
ALTER TABLE member_spell ADD COLUMN contact text NOT NULL DEFAULT '';
CREATE INDEX member_spell_report ON member_spell (part_id, report_on);
