-- +goose Up
-- A day that passed in a conversation about a score is told once (quality.Service.Remind).
ALTER TABLE score_talk ADD COLUMN told text NOT NULL DEFAULT ''; -- the day that was told of last
CREATE INDEX score_talk_due ON score_talk (due) WHERE state <> 'closed';
