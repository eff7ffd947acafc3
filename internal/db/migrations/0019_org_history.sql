-- +goose Up
-- Since when a unit is what it is now; before that, org_past has what it was.
-- '' means since it was founded.
ALTER TABLE org ADD COLUMN since text NOT NULL DEFAULT '';
-- The unit that took over what this one did when it was merged or dissolved; 0 none.
ALTER TABLE org ADD COLUMN successor_id bigint NOT NULL DEFAULT 0;
CREATE INDEX org_code ON org (code) WHERE code <> '';

-- All that a page or a paper of a past day shows of the unit.
ALTER TABLE org_past ADD COLUMN depth integer NOT NULL DEFAULT 0;
ALTER TABLE org_past ADD COLUMN type text NOT NULL DEFAULT '';
ALTER TABLE org_past ADD COLUMN short text NOT NULL DEFAULT '';
ALTER TABLE org_past ADD COLUMN paper_name text NOT NULL DEFAULT '';
ALTER TABLE org_past ADD COLUMN place text NOT NULL DEFAULT '';
ALTER TABLE org_past ADD COLUMN code text NOT NULL DEFAULT '';
ALTER TABLE org_past ADD COLUMN seq integer NOT NULL DEFAULT 0;
ALTER TABLE org_past ADD COLUMN act_id bigint NOT NULL DEFAULT 0; -- the reorganisation that ended this state; 0 a plain change
