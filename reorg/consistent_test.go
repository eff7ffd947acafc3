package reorg_test

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"pgregory.net/rapid"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/tree"
	"chibo/org"
)

// consistent says whether the tree is its own recomputation, rows lie in the part of
// their unit, and sums are those of the cells.
func (w *world) consistent(t rapid.TB) {
	t.Helper()
	for _, p := range w.problems(t) {
		t.Error(p)
	}
}

// problems gives what is wrong with the tree and its rows, always in the same words and order.
func (w *world) problems(t rapid.TB) (out []string) {
	t.Helper()
	list := w.all(t)
	by := map[int64]org.Unit{}
	for _, u := range list {
		by[u.ID] = u
	}
	for _, u := range list {
		var above tree.Path
		part := u.ID
		if u.ParentID != 0 {
			parent, ok := by[u.ParentID]
			if !ok {
				out = append(out, fmt.Sprintf("%s has no parent", u.Name))
			}
			above = parent.Path
			if !parent.IsAbove() {
				part = parent.PartID
			}
		}
		if u.Path != above.Child(u.ID) || u.Depth != u.Path.Depth() {
			out = append(out, fmt.Sprintf("%s stands at %s (%d), its parent at %s", u.Name, u.Path, u.Depth, above))
		}
		// A committee that was merged keeps its own rows.
		kept := u.PartID == u.ID && u.SuccessorID != 0 && !u.IsCell()
		if u.PartID != part && !kept {
			out = append(out, fmt.Sprintf("%s lies in the part %d, want %d (%+v)", u.Name, u.PartID, part, u))
		}
	}
	queries := map[string]string{
		"memberships out of their cell's part": `SELECT COUNT(*) FROM membership m JOIN org o ON o.id = m.cell_id WHERE o.part_id <> m.part_id`,
		"persons out of their home's part": `SELECT COUNT(*) FROM membership m LEFT JOIN person p ON p.part_id = m.part_id AND p.id = m.person_id
			WHERE m.kind = 'home' AND m.to_day = '' AND p.id IS NULL`,
		"persons without an open home":     `SELECT COUNT(*) FROM person p LEFT JOIN membership m ON m.part_id = p.part_id AND m.person_id = p.id AND m.to_day = '' WHERE m.id IS NULL`,
		"open members of an ended cell":    `SELECT COUNT(*) FROM membership m JOIN org o ON o.id = m.cell_id WHERE m.to_day = '' AND o.valid_to <> ''`,
		"offices out of their unit's part": `SELECT COUNT(*) FROM office f JOIN org o ON o.id = f.org_id WHERE o.part_id <> f.part_id`,
		"tasks out of their cell's part":   `SELECT COUNT(*) FROM task k JOIN org o ON o.id = k.cell_id WHERE o.part_id <> k.part_id`,
		"months out of their cell's part":  `SELECT COUNT(*) FROM cell_month c JOIN org o ON o.id = c.cell_id WHERE o.part_id <> c.part_id`,
		"states out of their cell's part":  `SELECT COUNT(*) FROM cell_state c JOIN org o ON o.id = c.cell_id WHERE o.part_id <> c.part_id`,
		"sums of months that are not": `SELECT COUNT(*) FROM unit_month u LEFT JOIN (SELECT part_id, month, COUNT(*) AS cells, SUM(present) AS present, SUM(due) AS due
			FROM cell_month GROUP BY part_id, month) c ON c.part_id = u.part_id AND c.month = u.month
			WHERE c.cells IS NULL OR c.cells <> u.cells OR c.present <> u.present OR c.due <> u.due`,
		"months without a sum": `SELECT COUNT(*) FROM cell_month c LEFT JOIN unit_month u ON u.part_id = c.part_id AND u.month = c.month WHERE u.part_id IS NULL`,
		"sums of states that are not": `SELECT COUNT(*) FROM unit_state u LEFT JOIN (SELECT part_id, COUNT(*) AS cells, SUM(members) AS members, SUM(officials) AS officials
			FROM cell_state GROUP BY part_id) c ON c.part_id = u.part_id
			WHERE c.cells IS NULL OR c.cells <> u.cells OR c.members <> u.members OR c.officials <> u.officials`,
		"states that are not their members": `SELECT COUNT(*) FROM cell_state c LEFT JOIN (SELECT part_id, cell_id, COUNT(*) AS n FROM membership WHERE to_day = '' GROUP BY part_id, cell_id) m
			ON m.part_id = c.part_id AND m.cell_id = c.cell_id WHERE COALESCE(m.n, 0) <> c.members`,
		"open rights of ended units": `SELECT COUNT(*) FROM access_grant g JOIN org o ON o.id = g.org_id WHERE g.to_day = '' AND o.valid_to <> '' AND g.source IN ('membership', 'office')`,
	}
	for _, what := range slices.Sorted(maps.Keys(queries)) {
		w.read(t, func(q db.Q) error {
			var n int
			err := q.QueryRow(context.Background(), queries[what]).Scan(&n)
			if n > 0 {
				out = append(out, fmt.Sprintf("%d %s", n, what))
			}
			return err
		})
	}
	return out
}

// all gives every unit that ever had a row, by id: also one that was there on no day, since
// others may stand under it.
func (w *world) all(t rapid.TB) (list []org.Unit) {
	t.Helper()
	w.read(t, func(q db.Q) (err error) {
		list, err = db.List(context.Background(), q, func(s db.Scanner) (u org.Unit, err error) {
			var path string
			err = s.Scan(&u.ID, &u.ParentID, &path, &u.Depth, &u.PartID, &u.Kind, &u.Name, &u.ValidFrom, &u.ValidTo, &u.Since, &u.SuccessorID)
			u.Path = tree.Path(path)
			return u, err
		}, `SELECT id, COALESCE(parent_id, 0), path, depth, part_id, kind, name, valid_from, valid_to, since, successor_id FROM org ORDER BY id`)
		return err
	})
	return list
}

// seen is a unit as it was on a day.
type seen struct {
	from   civil.Date // its first day
	parent int64
	path   tree.Path
	kind   string
	name   string
}

// asOf gives the living tree of a day, from today's and its past.
func (w *world) asOf(t rapid.TB, day civil.Date) map[int64]seen {
	t.Helper()
	out := map[int64]seen{}
	for _, query := range []string{
		`SELECT id, valid_from, COALESCE(parent_id, 0), path, kind, name FROM org WHERE valid_from <= $1 AND (since = '' OR since <= $1) AND (valid_to = '' OR valid_to > $1)`,
		`SELECT p.org_id, o.valid_from, COALESCE(p.parent_id, 0), p.path, p.kind, p.name FROM org_past p JOIN org o ON o.id = p.org_id WHERE p.from_day <= $1 AND p.to_day > $1`,
	} {
		w.read(t, func(q db.Q) error {
			type row struct {
				id int64
				seen
			}
			list, err := db.List(context.Background(), q, func(s db.Scanner) (r row, err error) {
				var path string
				err = s.Scan(&r.id, &r.from, &r.parent, &path, &r.kind, &r.name)
				r.path = tree.Path(path)
				return r, err
			}, query, day)
			for _, r := range list {
				if _, twice := out[r.id]; twice {
					t.Errorf("%s stands twice on %s", r.name, day)
				}
				out[r.id] = r.seen
			}
			return err
		})
	}
	return out
}
