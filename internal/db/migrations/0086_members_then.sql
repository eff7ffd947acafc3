-- +goose Up
-- Who has come since a day, for the number of members of a past day in a wide scope.
CREATE INDEX membership_came ON membership (from_day, part_id) WHERE kind = 'home';
-- The last admission of a cell is looked up for each cell of a reorganisation.
CREATE INDEX membership_admission_cell ON membership (part_id, cell_id, admitted_on) WHERE origin = 'admission';
