package org

import (
	"context"
	"slices"

	"chibo/access"
	"chibo/internal/db"
)

// Over many parts, a page of List would sort every unit of the scope to show fifty.
// Its order begins with the part, so the parts are walked in their order until the
// page is full.

const partsAfterSQL = `SELECT g.id, g.seq FROM org g
 WHERE g.id = g.part_id AND g.path >= $1 AND g.path < $2 AND (g.seq, g.id) >= (CAST($3 AS integer), CAST($4 AS bigint))
 ORDER BY g.seq, g.id`

const listPartSQL = listColumns + whereFilter + ` AND o.part_id = $17` + listPage

// mayWalk says whether the units asked for stand in every part, so that a walk over
// the parts ends soon.
func (f Filter) mayWalk() bool {
	kinds := f.Kinds
	if f.Kind != "" {
		kinds = []string{f.Kind}
	}
	common := append(CellKinds(), GrassrootsKinds()...)
	return f.Search == "" && f.Type == "" && len(kinds) > 0 && !slices.ContainsFunc(kinds, func(k string) bool { return !slices.Contains(common, k) })
}

// walkParts is List over the parts of a scope. args are those of listSQL.
func walkParts(ctx context.Context, q db.Q, scope access.Scope, args []any, after [6]int64, limit int) ([]Unit, error) {
	lo, hi := scope.Range()
	parts, err := db.List(ctx, q, func(s db.Scanner) (id int64, err error) {
		var seq int
		return id, s.Scan(&id, &seq)
	}, partsAfterSQL, lo, hi, after[0], after[1])
	if err != nil {
		return nil, err
	}
	var out []Unit
	for _, part := range parts {
		args[15] = limit - len(out)
		list, err := db.List(ctx, q, scanListed, listPartSQL, append(args, part)...)
		if err != nil {
			return nil, err
		}
		if out = append(out, list...); len(out) >= limit {
			break
		}
	}
	return out, nil
}
