package member

import (
	"context"

	"chibo/access"
	"chibo/internal/db"
	"chibo/org"
)

// Then is the members of a past day as reported then: those who belonged to the cells
// that stood in the view, under the names that they and their units had. Only those are
// named whose cell stands today in May, the widest scope of the reader around the
// view's unit; the others are a number, see docs/adr/0025.
type Then struct {
	View org.View
	May  access.Scope

	few int // cells up to which the view is narrow; 0: narrowCells
}

// narrowCells is up to how many cells are read member by member, and then sorted; in
// more of them, names are walked in their order until a page is full.
const narrowCells = 1000

const (
	thenColumns = rowHead + `COALESCE(h.short, c.short), COALESCE(u.id, 0), COALESCE(uh.short, u.short, '')` + rowTail

	thenJoins = ` LEFT JOIN org_past h ON h.org_id = c.id AND h.from_day <= $3 AND h.to_day > $3
  LEFT JOIN org u ON u.id = COALESCE(h.part_id, c.part_id)
  LEFT JOIN org_past uh ON uh.org_id = u.id AND uh.from_day <= $3 AND uh.to_day > $3` + rowPerson

	// stood: the cell c of a membership m stood from $1 to $2 on day $3.
	stood = ` (c.since <= $3 OR h.org_id IS NOT NULL) AND COALESCE(h.path, c.path) >= $1 AND COALESCE(h.path, c.path) < $2 AND` + inOnDay

	// stoodCells are the cells that stood there.
	stoodCells = `(SELECT o.id, o.part_id FROM org o WHERE o.since <= $3 AND o.path >= $1 AND o.path < $2 AND o.kind IN ('cell', 'grassroots_cell')
  UNION ALL SELECT o.id, o.part_id FROM org_past p JOIN org o ON o.id = p.org_id
   WHERE p.from_day <= $3 AND p.to_day > $3 AND p.path >= $1 AND p.path < $2 AND p.kind IN ('cell', 'grassroots_cell')) t`

	ofStood = ` FROM ` + stoodCells + ` CROSS JOIN membership m CROSS JOIN org c`
	toStood = ` WHERE m.part_id = t.part_id AND m.cell_id = t.id AND c.id = t.id AND`

	listNarrowThenSQL = thenColumns + ofStood + thenJoins + toStood + inOnDay + ` AND c.path >= $10 AND c.path < $11` + sorted
	listWideThenSQL   = thenColumns + ` FROM membership m CROSS JOIN org c` + thenJoins + ` WHERE c.id = m.cell_id AND` + stood + `
   AND c.path >= $10 || substr(m.sort, 1, 0) AND c.path < $11 || substr(m.sort, 1, 0)` + page

	countThenSQL = `SELECT COUNT(*) FROM (SELECT m.id` + ofStood + inForce + toStood + inOnDay + ` AND c.path >= $6 AND c.path < $7 GROUP BY m.id LIMIT $8) y`
)

func (t Then) args(f Filter) []any {
	lo, hi := t.View.Range()
	return f.args(org.Span{Lo: lo, Hi: hi})
}

// wide says whether the view has more than narrowCells cells.
func (t Then) wide(ctx context.Context, q db.Q) (bool, error) {
	kinds, err := t.View.CountKinds(ctx, q)
	n := 0
	for _, k := range org.CellKinds() {
		n += kinds[k]
	}
	few := t.few
	if few == 0 {
		few = narrowCells
	}
	return n > few, err
}

// List is List in the view. The filter's day is the view's, and it has no cell.
func (t Then) List(ctx context.Context, q db.Q, f Filter) ([]Row, error) {
	f.Day = t.View.Day
	sort, id, err := parseCursor(f.After)
	if err != nil {
		return nil, err
	}
	limit := f.Limit
	if limit <= 0 {
		limit = listLimit
	}
	wide, err := t.wide(ctx, q)
	if err != nil {
		return nil, err
	}
	query := listNarrowThenSQL
	if wide {
		query = listWideThenSQL
	}
	lo, hi := t.May.Range()
	args := append(t.args(f), t.May.Reach(), sort, id, limit, lo, hi)
	list, err := db.List(ctx, q, func(s db.Scanner) (Row, error) { return scanRow(s, f.Day) }, query, args...)
	return distinct(list, func(r Row) int64 { return r.Ref.ID }), err
}

// CountUpTo gives how many List would give without a limit, where counting stops at
// most.
func (t Then) CountUpTo(ctx context.Context, q db.Q, f Filter, most int) (n int, err error) {
	f.Day = t.View.Day
	lo, hi := t.May.Range()
	return n, q.QueryRow(ctx, countThenSQL, append(t.args(f), lo, hi, most)...).Scan(&n)
}

const elsewhereSQL = sizeOf + ` FROM (SELECT o.id, o.part_id FROM org_past p JOIN org o ON o.id = p.org_id
  WHERE p.from_day <= $1 AND p.to_day > $1 AND p.path >= $2 AND p.path < $3 AND p.kind IN ('cell', 'grassroots_cell')
    AND (o.path < $4 OR o.path >= $5)) t` + ofDay

// Elsewhere gives how many members then belonged to cells of the view that stand
// outside of May today: SizeThen counts them, List does not name them.
func (t Then) Elsewhere(ctx context.Context, q db.Q) (int, error) {
	var s Size
	lo, hi := t.View.Range()
	mayLo, mayHi := t.May.Range()
	err := q.QueryRow(ctx, elsewhereSQL, t.View.Day, lo, hi, mayLo, mayHi).Scan(&s.Members, &s.Officials)
	return s.Members, err
}
