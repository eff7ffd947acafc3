-- +goose Up
-- What is asked of one meeting, cell or person and had no index to be found by.
CREATE INDEX agenda_balance_cell ON agenda_balance (part_id, cell_id, kind, month);
CREATE INDEX guidance_taken_cell ON guidance_taken (part_id, cell_id);
CREATE INDEX question_joined ON question (part_id, joined_to) WHERE joined_to <> 0;
CREATE INDEX person_merged ON person (part_id, merged_into) WHERE merged_into <> 0;
CREATE INDEX leaving_of ON leaving (part_id, membership_id);
CREATE INDEX transfer_of ON transfer (part_id, from_membership);
CREATE INDEX dossier_meeting ON dossier (part_id, meeting_id) WHERE meeting_id <> 0;
