package org

import (
	"context"

	"chibo/internal/db"
	"chibo/internal/fault"
)

// AddAll founds many units in the caller's transaction, as Add does one: each under
// its parent, which is in the list before it or in the tree already. All need an ID.
// It is for imports and sample data: a code that is taken is looked for in the list
// only. The units come back in the order of the list.
func AddAll(ctx context.Context, tx *db.Tx, list []NewUnit) ([]Unit, error) {
	known := make(map[int64]*Unit, len(list))
	out := make([]Unit, 0, len(list))
	rows := make([][]any, 0, len(list))
	codes := map[string]bool{}
	for _, in := range list {
		parent := known[in.ParentID]
		if parent == nil {
			var err error
			if parent, err = parentOf(ctx, tx, in); err != nil {
				return nil, err
			}
			if parent != nil {
				known[in.ParentID] = parent
			}
		}
		u := in.unit(tx, parent)
		if err := in.check(u, parent); err != nil {
			return nil, err
		}
		if u.Code != "" && codes[u.Code] {
			return nil, fault.Field("code", "org.err.code_taken", "Name", u.Name)
		}
		codes[u.Code] = true
		out = append(out, u)
		known[u.ID] = &out[len(out)-1]
		rows = append(rows, u.row())
	}
	return out, db.Many(ctx, tx, insertSQL, rows)
}
