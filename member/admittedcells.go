package member

import (
	"context"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
)

const admittedCellsSQL = `SELECT m.cell_id, COUNT(*) FROM org c JOIN membership m ON m.part_id = c.part_id AND m.cell_id = c.id
 WHERE c.path >= $1 AND c.path < $2 AND m.origin = 'admission' AND m.admitted_on >= $3 AND m.admitted_on < $4 GROUP BY m.cell_id`

// AdmittedCells counts the admissions of each cell of the scope from one day up to,
// without, another; a cell without any is not there. It names nobody.
func AdmittedCells(ctx context.Context, q db.Q, scope access.Scope, from, to civil.Date) (map[int64]int, error) {
	lo, hi := scope.Range()
	out := map[int64]int{}
	_, err := db.List(ctx, q, func(s db.Scanner) (n int, err error) {
		var cell int64
		if err = s.Scan(&cell, &n); err == nil {
			out[cell] = n
		}
		return n, err
	}, admittedCellsSQL, lo, hi, from, to)
	return out, err
}
