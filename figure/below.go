package figure

import (
	"context"

	"chibo/access"
	"chibo/internal/db"
	"chibo/org"
)

// The rows of one page of a level of the tree, c, each summed over what stands below
// it: over parts where the level stands above or at them, else over single cells. The
// end of a subtree's range is its path with '/' for the last point. The scope is said
// again for PostgreSQL, see childrenSQL.
const (
	ofLevel = ` WHERE c.parent_id = $1 AND c.path >= $2 AND c.path < $3
   AND (c.seq, c.id) >= (CAST($4 AS integer), CAST($5 AS bigint)) AND (c.seq, c.id) <= (CAST($6 AS integer), CAST($7 AS bigint))`

	belowPartsSQL = `SELECT c.id, SUM(s.members)
  FROM org c CROSS JOIN org p CROSS JOIN unit_state s` + ofLevel + `
   AND p.path >= c.path AND p.path < substr(c.path, 1, length(c.path) - 1) || '/' AND p.path || '' >= $2 AND p.path || '' < $3 AND p.id = p.part_id AND s.part_id = p.id
 GROUP BY c.id`

	belowCellsSQL = `SELECT c.id, SUM(s.members)
  FROM org c CROSS JOIN org o CROSS JOIN cell_state s` + ofLevel + `
   AND o.path >= c.path AND o.path < substr(c.path, 1, length(c.path) - 1) || '/' AND o.path || '' >= $2 AND o.path || '' < $3
   AND s.part_id = o.part_id AND s.cell_id = o.id
 GROUP BY c.id`
)

// Below gives, for a page of units that stand directly under the parent (in the order
// of org.Children), how many members each has below it.
func Below(ctx context.Context, q db.Q, scope access.Scope, parent org.Unit, page []org.Unit) (map[int64]int, error) {
	if len(page) == 0 {
		return nil, nil
	}
	query := belowCellsSQL
	if parent.IsAbove() {
		query = belowPartsSQL
	}
	type row struct {
		id int64
		n  int
	}
	lo, hi := scope.Range()
	first, last := page[0], page[len(page)-1]
	rows, err := db.List(ctx, q, func(s db.Scanner) (r row, err error) {
		err = s.Scan(&r.id, &r.n)
		return r, err
	}, query, parent.ID, lo, hi, first.Seq, first.ID, last.Seq, last.ID)
	out := make(map[int64]int, len(rows))
	for _, r := range rows {
		out[r.id] = r.n
	}
	return out, err
}
