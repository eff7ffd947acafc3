package task

import (
	"context"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/tree"
	"chibo/org"
)

// Risen is a cell whose tasks have been overdue so long that the committee above looks.
type Risen struct {
	CellID int64
	Count  int
	Oldest civil.Date // day that was over first
}

// A task rises one level after so many days, another one after as many again.
const risenSQL = `SELECT o.id, COUNT(*), MIN(t.due)
  FROM org o JOIN task t ON t.part_id = o.part_id AND t.cell_id = o.id
 WHERE o.path >= $1 AND o.path < $2 AND t.state = 'open' AND t.done_on = '' AND t.due < $4 AND t.due < CASE o.depth` + risenDay + `
 GROUP BY o.depth, o.id ORDER BY o.depth, o.id`

// levelsDown is how far below a committee its cells may stand.
const levelsDown = 5

// RisenIn gives the cells of the unit whose tasks have risen to it: a task that is
// overdue for more than days rises one level, for more than twice as many another one.
func RisenIn(ctx context.Context, q db.Q, scope access.Scope, depth int, day civil.Date, days int) ([]Risen, error) {
	lo, hi := scope.Range()
	args := []any{lo, hi, depth}
	for level := range levelsDown {
		args = append(args, day.AddDays(-days*(level+1)))
	}
	return db.List(ctx, q, func(s db.Scanner) (r Risen, err error) {
		err = s.Scan(&r.CellID, &r.Count, &r.Oldest)
		return r, err
	}, risenSQL, args...)
}

// The same cells from the parts p of a scope and their late tasks (index task_late). A cell
// stands at its part or below it, so a task that has not risen from the part's own level
// far enough is not looked at.
const (
	risenDay      = ` - CAST($3 AS integer) WHEN 1 THEN $4 WHEN 2 THEN $5 WHEN 3 THEN $6 WHEN 4 THEN $7 WHEN 5 THEN $8 ELSE '' END`
	risenBelowSQL = `SELECT o.path FROM org p CROSS JOIN task t CROSS JOIN org o
 WHERE p.id = p.part_id AND p.path >= $1 AND p.path < $2 AND t.part_id = p.id AND t.state = 'open' AND t.done_on = '' AND t.due < CASE p.depth` + risenDay + `
   AND o.id = t.cell_id AND o.path >= $1 AND o.path < $2 AND o.valid_to = '' AND t.due < CASE o.depth` + risenDay + ` GROUP BY o.path`
)

// RisenBelow counts the living cells that RisenIn lists, by unit right below one above very
// many cells.
func RisenBelow(ctx context.Context, q db.Q, scope access.Scope, u org.Unit, depth int, day civil.Date, days int) (map[int64]int, error) {
	lo, hi := scope.Range()
	args := []any{lo, hi, depth}
	for level := 1; level <= levelsDown; level++ {
		args = append(args, day.AddDays(-days*level))
	}
	cells, err := db.List(ctx, q, func(s db.Scanner) (p tree.Path, err error) { return p, s.Scan(&p) }, risenBelowSQL, args...)
	out := map[int64]int{}
	for _, c := range cells {
		out[u.Path.Toward(c)]++
	}
	return out, err
}
