package figure

import (
	"context"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
)

const (
	monthsSQL = `SELECT c.part_id, c.month, c.cell_id, ` + cellColumns + `
  FROM org o JOIN cell_month c ON c.part_id = o.part_id AND c.cell_id = o.id
 WHERE o.path >= $1 AND o.path < $2 AND c.month >= $3 AND c.month <= $4`
	monthsUnderSQL = monthsSQL + ` AND o.parent_id = $5`

	cellsUnderSQL = cellRows + ` AND o.parent_id = $6 ORDER BY ` + cellOrder
)

// CellsUnder is Cells of those right under a unit of the scope.
func CellsUnder(ctx context.Context, q db.Q, scope access.Scope, unit int64, month civil.Month) ([]CellRow, error) {
	return cells(ctx, q, scope, month, cellsUnderSQL, unit)
}

// Months gives the cell-months of the scope from one month to another, both inside, by
// cell and month, or of the cells right under a unit only; under 0: of all. A month
// without a row is not there.
func Months(ctx context.Context, q db.Q, scope access.Scope, under int64, from, to civil.Month) (map[int64]map[civil.Month]CellMonth, error) {
	lo, hi := scope.Range()
	query, args := monthsSQL, []any{lo, hi, from, to}
	if under != 0 {
		query, args = monthsUnderSQL, append(args, under)
	}
	list, err := db.List(ctx, q, func(s db.Scanner) (c CellMonth, err error) {
		var agreed int
		err = s.Scan(append([]any{&c.Part, &c.Month, &c.CellID}, c.dest(&agreed)...)...)
		c.Agreed = agreed != 0
		return c, err
	}, query, args...)
	if err != nil {
		return nil, err
	}
	out := map[int64]map[civil.Month]CellMonth{}
	for _, c := range list {
		if out[c.CellID] == nil {
			out[c.CellID] = map[civil.Month]CellMonth{}
		}
		out[c.CellID][c.Month] = c
	}
	return out, nil
}
