package meeting

import (
	"context"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
)

const plannedCellsSQL = `SELECT t.org_id, COUNT(*) FROM org o JOIN plan_theme t ON t.part_id = o.part_id AND t.org_id = o.id
 WHERE o.path >= $1 AND o.path < $2 AND t.month >= $3 AND t.month <= $4 GROUP BY t.org_id`

// PlannedThemes counts the themes that each cell of the scope has planned from one month
// to another, both inside; a cell without any is not there.
func PlannedThemes(ctx context.Context, q db.Q, scope access.Scope, from, to civil.Month) (map[int64]int, error) {
	lo, hi := scope.Range()
	out := map[int64]int{}
	_, err := db.List(ctx, q, func(s db.Scanner) (n int, err error) {
		var cell int64
		if err = s.Scan(&cell, &n); err == nil {
			out[cell] = n
		}
		return n, err
	}, plannedCellsSQL, lo, hi, from, to)
	return out, err
}
