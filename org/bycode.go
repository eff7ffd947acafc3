package org

import (
	"context"

	"chibo/internal/db"
)

const byCodeSQL = `SELECT ` + columns + ` FROM org o WHERE o.code = $1 AND o.code <> '' AND o.valid_to = '' ORDER BY o.id LIMIT 1`

// ByCode gives the living unit with a national code (rules.md 1.38), or ErrNotFound.
// It checks no right.
func ByCode(ctx context.Context, q db.Q, code string) (Unit, error) {
	return one(scanUnit(q.QueryRow(ctx, byCodeSQL, code)))
}
