package org

import (
	"context"
	"slices"

	"chibo/access"
	"chibo/internal/db"
)

const childrenSQL = `SELECT ` + columns + ` FROM org o
 WHERE o.parent_id = $1 AND o.path >= $2 AND o.path < $3 AND o.valid_to = ''
   AND (o.seq, o.id) > (CAST($4 AS integer), CAST($5 AS bigint))
 ORDER BY o.seq, o.id LIMIT $6`

// Children gives the living units directly under the unit, in their order; after is
// Sibling of the last row of the page before.
func Children(ctx context.Context, q db.Q, scope access.Scope, id int64, after string, limit int) ([]Unit, error) {
	seq, last, err := parseSibling(after)
	if err != nil {
		return nil, err
	}
	lo, hi := scope.Range()
	return db.List(ctx, q, scanUnit, childrenSQL, id, lo, hi, seq, last, limit)
}

// ofPage is a page of a level, c, as Children gave it.
const ofPage = ` WHERE c.parent_id = $1 AND c.path >= $2 AND c.path < $3
   AND (c.seq, c.id) >= (CAST($4 AS integer), CAST($5 AS bigint)) AND (c.seq, c.id) <= (CAST($6 AS integer), CAST($7 AS bigint))`

const (
	broodSQL = `SELECT c.id, 1 FROM org c` + ofPage + `
   AND EXISTS (SELECT 1 FROM org k WHERE k.parent_id = c.id AND k.valid_to = '')`

	// The end of a subtree's range is its path with '/' for the last point. The scope said
	// again, on an expression that no index has, tells PostgreSQL that a range is small.
	cellsBelowSQL = `SELECT c.id, COUNT(*) FROM org c CROSS JOIN org k` + ofPage + `
   AND k.path >= c.path AND k.path < substr(c.path, 1, length(c.path) - 1) || '/' AND k.path || '' >= $2 AND k.path || '' < $3
   AND k.kind IN ('cell', 'grassroots_cell') AND k.valid_to = '' GROUP BY c.id`
)

// Broods tells which units of a page of Children of the parent have living units
// below them.
func Broods(ctx context.Context, q db.Q, scope access.Scope, parent int64, page []Unit) (map[int64]bool, error) {
	list, err := countOf(ctx, q, broodSQL, scope, parent, page)
	out := make(map[int64]bool, len(list))
	for id := range list {
		out[id] = true
	}
	return out, err
}

// CellsBelow gives how many living cells stand under each unit of a page of Children
// of the parent, itself included: nothing for units above the parts, under which
// there may be very many.
func CellsBelow(ctx context.Context, q db.Q, scope access.Scope, parent int64, page []Unit) (map[int64]int, error) {
	if slices.ContainsFunc(page, Unit.IsAbove) {
		return nil, nil
	}
	return countOf(ctx, q, cellsBelowSQL, scope, parent, page)
}

func countOf(ctx context.Context, q db.Q, query string, scope access.Scope, parent int64, page []Unit) (map[int64]int, error) {
	if len(page) == 0 {
		return nil, nil
	}
	type pair struct {
		id int64
		n  int
	}
	lo, hi := scope.Range()
	first, last := page[0], page[len(page)-1]
	list, err := db.List(ctx, q, func(s db.Scanner) (p pair, err error) {
		err = s.Scan(&p.id, &p.n)
		return p, err
	}, query, parent, lo, hi, first.Seq, first.ID, last.Seq, last.ID)
	out := make(map[int64]int, len(list))
	for _, p := range list {
		out[p.id] = p.n
	}
	return out, err
}

const mergedSQL = `SELECT ` + columns + ` FROM org o WHERE o.parent_id = $1 AND o.successor_id = $1 ORDER BY o.valid_to, o.id LIMIT $2`

// Merged gives the units that were merged into the unit, the earliest first. Their
// names may be seen by whoever may see the unit.
func Merged(ctx context.Context, q db.Q, id int64) ([]Unit, error) {
	return db.List(ctx, q, scanUnit, mergedSQL, id, listLimit)
}
