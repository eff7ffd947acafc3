package office

import (
	"context"

	"chibo/internal/db"
)

const heldSQL = columns + ` WHERE f.person_id = $1 ORDER BY f.from_day DESC, f.id`

// HeldBy gives all posts a person holds or held, in any unit, the latest first.
func HeldBy(ctx context.Context, q db.Q, personID int64) ([]Holder, error) {
	return db.List(ctx, q, scanHolder, heldSQL, personID)
}
