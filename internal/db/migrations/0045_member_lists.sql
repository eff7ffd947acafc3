-- +goose Up
-- Lists of many parts: by a standing that few have, and by the day of admission.
CREATE INDEX member_spell_kind ON member_spell (part_id, kind);
CREATE INDEX membership_guest ON membership (part_id) WHERE kind = 'guest';
DROP INDEX membership_admitted;
CREATE INDEX membership_admission ON membership (part_id, admitted_on) WHERE origin = 'admission';
CREATE INDEX membership_admission_day ON membership (admitted_on, id) WHERE origin = 'admission';
