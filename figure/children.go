package figure

import (
	"context"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/tree"
	"chibo/org"
)

// Child is a unit right under another one with the sums of its parts.
type Child struct {
	ID      int64
	Path    tree.Path
	Kind    string
	Type    string
	Name    string
	Short   string
	Cells   int         // that live in the last month
	Members int         // the same
	Barren  int         // cells older than a day in which nobody was admitted on or after it
	Months  []UnitMonth // Of is Cells
}

// Month gives a month's sums, zero when it is not there.
func (c Child) Month(m civil.Month) UnitMonth {
	for _, u := range c.Months {
		if u.Month == m {
			return u
		}
	}
	return UnitMonth{Month: m, Of: c.Cells}
}

// Quarter gives the sums of a month's quarter up to that month.
func (c Child) Quarter(m civil.Month) (out []UnitMonth) {
	for k := m.QuarterFirst(); k <= m; k = k.Add(1) {
		out = append(out, c.Month(k))
	}
	return out
}

// The parts p under a child c of the unit $1: a range of paths, whose end is the path
// with its last dot turned into the next sign. $2 and $3 bound the scope, $4 and $5 the
// last month, in which the child lives. CROSS JOIN keeps SQLite in this order: it does
// not see that a range of paths is small. The scope said again, on an expression that no
// index has, tells PostgreSQL the same: it would read all states of the country else.
const (
	fromChildren = ` FROM org c CROSS JOIN org p`
	ofChildren   = ` WHERE p.path >= c.path AND p.path < substr(c.path, 1, length(c.path) - 1) || '/' AND p.path || '' >= $2 AND p.path || '' < $3 AND p.id = p.part_id AND c.parent_id = $1 AND c.path >= $2 AND c.path < $3 AND c.valid_from <= $4 AND (c.valid_to = '' OR c.valid_to > $5)`

	childrenSQL = `SELECT c.id, c.path, c.kind, c.type, c.name, c.short, COALESCE(SUM(s.members), 0)` +
		fromChildren + ` LEFT JOIN unit_state s ON s.part_id = p.id` + ofChildren + `
 GROUP BY c.id, c.path, c.kind, c.type, c.name, c.short, c.seq ORDER BY c.seq, c.id`

	childMonthsSQL = `SELECT c.id, m.month, ` + unitSums + fromChildren + ` CROSS JOIN unit_month m` + ofChildren + ` AND m.part_id = p.id
   AND m.month >= $6 AND m.month <= $7 GROUP BY c.id, m.month ORDER BY m.month`

	childCellsSQL = `SELECT c.id, COUNT(*) FROM org c CROSS JOIN org o
 WHERE o.kind IN ('cell', 'grassroots_cell') AND o.path >= c.path AND o.path < substr(c.path, 1, length(c.path) - 1) || '/' AND o.path || '' >= $2 AND o.path || '' < $3
   AND o.valid_from <= $4 AND (o.valid_to = '' OR o.valid_to > $5)
   AND c.parent_id = $1 AND c.path >= $2 AND c.path < $3 AND c.valid_from <= $4 AND (c.valid_to = '' OR c.valid_to > $5) GROUP BY c.id`

	// Of the barren cells those that are too young to be called so.
	childYoungSQL = `SELECT c.id, COUNT(*) FROM org c CROSS JOIN org o CROSS JOIN cell_state s
 WHERE o.kind IN ('cell', 'grassroots_cell') AND o.path >= c.path AND o.path < substr(c.path, 1, length(c.path) - 1) || '/' AND o.path || '' >= $2 AND o.path || '' < $3
   AND o.valid_from > $7 AND o.valid_to = '' AND s.part_id = o.part_id AND s.cell_id = o.id AND s.last_admitted < $6
   AND c.parent_id = $1 AND c.path >= $2 AND c.path < $3 AND c.valid_from <= $4 AND (c.valid_to = '' OR c.valid_to > $5) GROUP BY c.id`

	childBarrenSQL = `SELECT c.id, COUNT(*)` + fromChildren + ` CROSS JOIN cell_state s` + ofChildren + ` AND s.part_id = p.id
   AND s.last_admitted < $6 GROUP BY c.id`
)

// The same for children k below a part: sums over the cells o under each.
const (
	fromSmall = ` FROM org k CROSS JOIN org o`
	ofSmall   = ` WHERE o.path >= k.path AND o.path < substr(k.path, 1, length(k.path) - 1) || '/' AND o.path || '' >= $2 AND o.path || '' < $3 AND k.parent_id = $1 AND k.path >= $2 AND k.path < $3 AND k.valid_from <= $4 AND (k.valid_to = '' OR k.valid_to > $5)`

	smallSQL = `SELECT k.id, k.path, k.kind, k.type, k.name, k.short, COALESCE(SUM(s.members), 0)` +
		fromSmall + ` LEFT JOIN cell_state s ON s.part_id = o.part_id AND s.cell_id = o.id AND o.valid_to = ''` + ofSmall + `
 GROUP BY k.id, k.path, k.kind, k.type, k.name, k.short, k.seq ORDER BY k.seq, k.id`

	smallMonthsSQL = `SELECT k.id, c.month, ` + cellSums + fromSmall + ` CROSS JOIN cell_month c` + ofSmall + ` AND c.part_id = o.part_id AND c.cell_id = o.id
   AND c.month >= $6 AND c.month <= $7 GROUP BY k.id, c.month ORDER BY c.month`

	smallBarrenSQL = `SELECT k.id, COUNT(*)` + fromSmall + ` CROSS JOIN cell_state s` + ofSmall + ` AND s.part_id = o.part_id AND s.cell_id = o.id AND o.valid_to = ''
   AND s.last_admitted < $6 GROUP BY k.id`
)

// Children gives the units right under u that live in the last month, in their order,
// with their sums from one month to another, both inside. before is the day
// for Barren; zero: not asked.
func Children(ctx context.Context, q db.Q, scope access.Scope, u org.Unit, from, to civil.Month, before civil.Date) ([]Child, error) {
	units, months, barren := childrenSQL, childMonthsSQL, childBarrenSQL
	if !u.IsAbove() {
		units, months, barren = smallSQL, smallMonthsSQL, smallBarrenSQL
	}
	lo, hi := scope.Range()
	args := []any{u.ID, lo, hi, to.Last(), to.First()}
	list, err := db.List(ctx, q, func(s db.Scanner) (c Child, err error) {
		var path string
		err = s.Scan(&c.ID, &path, &c.Kind, &c.Type, &c.Name, &c.Short, &c.Members)
		c.Path = tree.Path(path)
		return c, err
	}, units, args...)
	if err != nil {
		return nil, err
	}
	at := make(map[int64]*Child, len(list))
	for i := range list {
		at[list[i].ID] = &list[i]
	}
	count := func(put func(c *Child, n int)) func(s db.Scanner) (int, error) {
		return func(s db.Scanner) (n int, err error) {
			var id int64
			if err = s.Scan(&id, &n); err == nil && at[id] != nil {
				put(at[id], n)
			}
			return n, err
		}
	}
	if _, err = db.List(ctx, q, count(func(c *Child, n int) { c.Cells = n }), childCellsSQL, args...); err != nil {
		return nil, err
	}
	_, err = db.List(ctx, q, func(s db.Scanner) (m UnitMonth, err error) {
		var id int64
		if err = s.Scan(append([]any{&id, &m.Month}, m.dest()...)...); err == nil && at[id] != nil {
			c := at[id]
			m.Of = c.Cells
			c.Months = append(c.Months, m)
		}
		return m, err
	}, months, append(args, from, to)...)
	if err != nil || before.IsZero() {
		return list, err
	}
	_, err = db.List(ctx, q, count(func(c *Child, n int) { c.Barren = n }), barren, append(args, before)...)
	if err != nil {
		return nil, err
	}
	_, err = db.List(ctx, q, count(func(c *Child, n int) { c.Barren -= n }), childYoungSQL, append(args, before, before.Month().Last())...)
	return list, err
}
