package office

import (
	"context"

	"chibo/internal/db"
)

const postsSQL = columns + ` WHERE f.part_id = $1 AND f.org_id = $2 ORDER BY f.from_day, f.id`

// Posts gives all posts of a unit, those of the past too, in order of time.
func Posts(ctx context.Context, q db.Q, part, orgID int64) ([]Holder, error) {
	return db.List(ctx, q, scanHolder, postsSQL, part, orgID)
}
