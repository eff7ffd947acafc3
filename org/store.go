package org

import (
	"context"
	"strconv"
	"strings"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/tree"
	"chibo/internal/viet"
)

const columns = `o.id, COALESCE(o.parent_id, 0), o.path, o.depth, o.part_id, o.kind, o.type, o.name, o.short,
 o.paper_name, o.place, o.hall, o.code, o.seq, o.valid_from, o.valid_to, o.version,
 o.since, o.successor_id`

const insertSQL = `INSERT INTO org (id, parent_id, path, depth, part_id, kind, type, name, short, paper_name,
  place, hall, fold, code, seq, valid_from)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`

func insertUnit(ctx context.Context, tx *db.Tx, u Unit) error {
	_, err := tx.Exec(ctx, insertSQL, u.row()...)
	return err
}

func (u Unit) row() []any {
	var parent any
	if u.ParentID != 0 {
		parent = u.ParentID
	}
	return []any{
		u.ID, parent, string(u.Path), u.Depth, u.PartID, u.Kind, u.Type, u.Name, u.Short,
		u.PaperName, u.Place, u.Hall, viet.Fold(u.Name + " " + u.Short), u.Code, u.Seq, u.ValidFrom,
	}
}

func (u *Unit) dest(path *string) []any {
	return []any{
		&u.ID, &u.ParentID, path, &u.Depth, &u.PartID, &u.Kind, &u.Type, &u.Name, &u.Short,
		&u.PaperName, &u.Place, &u.Hall, &u.Code, &u.Seq, &u.ValidFrom, &u.ValidTo, &u.Version,
		&u.Since, &u.SuccessorID,
	}
}

func scanUnit(s db.Scanner) (Unit, error) {
	var u Unit
	var path string
	err := s.Scan(u.dest(&path)...)
	u.Path = tree.Path(path)
	return u, err
}

func scanListed(s db.Scanner) (Unit, error) {
	var u Unit
	var path string
	err := s.Scan(append(u.dest(&path), &u.ParentShort, &u.place.partSeq, &u.place.parentDepth, &u.place.parentSeq)...)
	u.Path = tree.Path(path)
	return u, err
}

const byIDSQL = `SELECT ` + columns + ` FROM org o WHERE o.id = $1`

// ByID gives a unit, or ErrNotFound. It checks no right: the caller does, with the
// unit's Access.
func ByID(ctx context.Context, q db.Q, id int64) (Unit, error) {
	return one(scanUnit(q.QueryRow(ctx, byIDSQL, id)))
}

const byIDsSQL = `SELECT ` + columns + ` FROM org o WHERE o.id` + db.InList

// ByIDs gives units by their ids, those that there are. It checks no right.
func ByIDs(ctx context.Context, q db.Q, ids []int64) (map[int64]Unit, error) {
	out := make(map[int64]Unit, len(ids))
	for args := range db.In(ids) {
		list, err := db.List(ctx, q, scanUnit, byIDsSQL, args...)
		if err != nil {
			return nil, err
		}
		for _, u := range list {
			out[u.ID] = u
		}
	}
	return out, nil
}

func one(u Unit, err error) (Unit, error) {
	if db.NoRows(err) {
		return Unit{}, ErrNotFound
	}
	return u, err
}

const topSQL = `SELECT ` + columns + ` FROM org o WHERE o.parent_id IS NULL ORDER BY o.id LIMIT 1`

// Top gives the unit above all others, or ErrNotFound before the first one is founded.
func Top(ctx context.Context, q db.Q) (Unit, error) {
	return one(scanUnit(q.QueryRow(ctx, topSQL)))
}

// lineageMax is how many units Ancestors and Lineage can give: the tree has four levels and a
// sectional organisation, so eight leave room.
const lineageMax = 8

const ancestorsSQL = `SELECT ` + columns + ` FROM org o
 WHERE o.id IN ($1, $2, $3, $4, $5, $6, $7, $8) ORDER BY o.depth`

// Ancestors gives the units above u, the top first, without u itself.
func Ancestors(ctx context.Context, q db.Q, u Unit) ([]Unit, error) {
	ids := u.Path.Ids()
	if len(ids) < 2 {
		return nil, nil
	}
	return inOrder(ctx, q, ids[:len(ids)-1])
}

// Lineage gives the unit at a path after those above it, the top first.
func Lineage(ctx context.Context, q db.Q, path tree.Path) ([]Unit, error) {
	return inOrder(ctx, q, path.Ids())
}

// inOrder gives the last units of a path.
func inOrder(ctx context.Context, q db.Q, ids []int64) ([]Unit, error) {
	args := make([]any, lineageMax)
	for i := range args {
		args[i] = int64(0)
	}
	for i, id := range ids[max(0, len(ids)-lineageMax):] {
		args[i] = id
	}
	return db.List(ctx, q, scanUnit, ancestorsSQL, args...)
}

const livingSQL = `SELECT ` + columns + ` FROM org o WHERE o.path >= $1 AND o.path < $2 AND o.valid_to = '' ORDER BY o.path`

// Living gives the living units from a place down, itself first, in the order of
// paths. It checks no right: the caller does.
func Living(ctx context.Context, q db.Q, path tree.Path) ([]Unit, error) {
	lo, hi := path.Range()
	return db.List(ctx, q, scanUnit, livingSQL, lo, hi)
}

// Filter narrows List and Count. The zero Filter is every living unit.
type Filter struct {
	Kind   string   // one kind
	Kinds  []string // or any of up to four kinds
	Type   string
	Search string     // part of a name, as typed
	Day    civil.Date // the units of that day; zero: those without an end
	Limit  int        // zero: 500
	After  string     // Cursor of the last unit of the page before
}

const listLimit = 500

const whereFilter = ` WHERE o.path >= $1 AND o.path < $2
   AND ($3 = '' OR o.kind IN ($3, $4, $5, $6))
   AND ($7 = '' OR o.type = $7)
   AND ($8 = '' OR o.fold LIKE $8)
   AND o.valid_from <= $9 AND (o.valid_to = '' OR o.valid_to > $9)`

const listOrder = `COALESCE(g.seq, 0), o.part_id, COALESCE(p.depth, 0), COALESCE(p.seq, 0), o.seq, o.id`

const listSQL = listColumns + whereFilter + listPage

const (
	listColumns = `SELECT ` + columns + `, COALESCE(p.short, ''), COALESCE(g.seq, 0), COALESCE(p.depth, 0), COALESCE(p.seq, 0)
  FROM org o LEFT JOIN org p ON p.id = o.parent_id LEFT JOIN org g ON g.id = o.part_id`

	listPage = `
   AND (` + listOrder + `) > (CAST($10 AS integer), CAST($11 AS bigint), CAST($12 AS integer), CAST($13 AS integer), CAST($14 AS integer), CAST($15 AS bigint))
 ORDER BY ` + listOrder + ` LIMIT $16`
)

const countSQL = `SELECT COUNT(*) FROM org o` + whereFilter

func (f Filter) args(scope access.Scope) []any {
	lo, hi := scope.Range()
	var kinds [4]any
	all := f.Kinds
	if f.Kind != "" {
		all = []string{f.Kind}
	}
	for i := range kinds {
		kinds[i] = ""
		if i < len(all) {
			kinds[i] = all[i]
		}
	}
	search := viet.Fold(f.Search)
	if search != "" {
		search = "%" + search + "%"
	}
	return []any{lo, hi, kinds[0], kinds[1], kinds[2], kinds[3], f.Type, search, dayOrLast(f.Day)}
}

// dayOrLast turns "no day asked" into a day after every planned end, so that only
// units without an end are left.
func dayOrLast(d civil.Date) string {
	if d.IsZero() {
		return "9999-12-31"
	}
	return d.String()
}

// List gives the units of the scope, part after part in the order of the parts, and
// in each by parent and then among siblings.
func List(ctx context.Context, q db.Q, scope access.Scope, f Filter) ([]Unit, error) {
	after, err := parseCursor(f.After)
	if err != nil {
		return nil, err
	}
	limit := f.Limit
	if limit <= 0 {
		limit = listLimit
	}
	args := f.args(scope)
	args = append(args, after[0], after[1], after[2], after[3], after[4], after[5], limit)
	if f.mayWalk() {
		span, err := SpanOf(ctx, q, scope)
		if err != nil {
			return nil, err
		}
		if span.Part == 0 {
			return walkParts(ctx, q, scope, args, after, limit)
		}
	}
	return db.List(ctx, q, scanListed, listSQL, args...)
}

// Kinds alone, as most counts ask, are counted in the index of kinds.
const countKindSQL = `SELECT COUNT(*) FROM org o
 WHERE o.kind = $3 AND o.path >= $1 AND o.path < $2 AND o.valid_from <= $4 AND (o.valid_to = '' OR o.valid_to > $4)`

// Count gives how many units List would give without a limit.
func Count(ctx context.Context, q db.Q, scope access.Scope, f Filter) (int, error) {
	var n int
	kinds := f.Kinds
	if f.Kind != "" {
		kinds = []string{f.Kind}
	}
	if len(kinds) > 0 && f.Type == "" && f.Search == "" {
		lo, hi := scope.Range()
		for _, kind := range kinds {
			var of int
			if err := q.QueryRow(ctx, countKindSQL, lo, hi, kind, dayOrLast(f.Day)).Scan(&of); err != nil {
				return 0, err
			}
			n += of
		}
		return n, nil
	}
	err := q.QueryRow(ctx, countSQL, f.args(scope)...).Scan(&n)
	return n, err
}

func parseCursor(s string) ([6]int64, error) {
	out := [6]int64{-1, -1, -1, -1, -1, -1}
	if s == "" {
		return out, nil
	}
	fields := strings.Split(s, ".")
	if len(fields) != len(out) {
		return out, errCursor()
	}
	for i, f := range fields {
		n, err := strconv.ParseInt(f, 10, 64)
		if err != nil || n < 0 {
			return out, errCursor()
		}
		out[i] = n
	}
	return out, nil
}

// errCursor answers a cursor that no page of ours made.
func errCursor() error { return fault.New(fault.NotFound, "err.not_found") }

// The kinds are named so that each is counted in the index of kinds alone; one more
// kind is one more name.
const countKindsSQL = `SELECT o.kind, COUNT(*) FROM org o
 WHERE o.kind IN ('central', 'province', 'district', 'commune', 'grassroots', 'grassroots_cell', 'section', 'dependent', 'cell', 'group')
   AND o.path >= $1 AND o.path < $2 AND o.valid_from <= $3 AND (o.valid_to = '' OR o.valid_to > $3)
 GROUP BY o.kind`

// CountKinds gives how many units of each kind live in the scope on the day (zero:
// those without an end), for the figures of a home page.
func CountKinds(ctx context.Context, q db.Q, scope access.Scope, day civil.Date) (map[string]int, error) {
	lo, hi := scope.Range()
	return countKinds(ctx, q, countKindsSQL, lo, hi, dayOrLast(day))
}

func countKinds(ctx context.Context, q db.Q, query string, args ...any) (map[string]int, error) {
	type pair struct {
		kind string
		n    int
	}
	pairs, err := db.List(ctx, q, func(s db.Scanner) (p pair, err error) {
		err = s.Scan(&p.kind, &p.n)
		return p, err
	}, query, args...)
	out := make(map[string]int, len(pairs))
	for _, p := range pairs {
		out[p.kind] = p.n
	}
	return out, err
}
