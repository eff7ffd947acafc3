package office

import (
	"context"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/viet"
	"chibo/org"
)

// Callee is whom a committee calls about a unit.
type Callee struct {
	Name  string
	Title string // Secretary, or Deputy where there is no secretary
}

const calleesSQL = `SELECT f.org_id, f.name, f.title
  FROM org o JOIN office f ON f.part_id = o.part_id AND f.org_id = o.id
 WHERE o.path >= $1 AND o.path < $2 AND f.title IN ('secretary', 'deputy') AND f.from_day <= $3 AND (f.to_day = '' OR f.to_day > $3)`

// Callees gives whom to call about each unit of the scope on the day: its secretary,
// else a deputy.
func Callees(ctx context.Context, q db.Q, scope access.Scope, day civil.Date) (map[int64]Callee, error) {
	lo, hi := scope.Range()
	type pair struct {
		org int64
		c   Callee
	}
	list, err := db.List(ctx, q, func(s db.Scanner) (p pair, err error) {
		err = s.Scan(&p.org, &p.c.Name, &p.c.Title) // before p is returned: the order inside a return is open
		return p, err
	}, calleesSQL, lo, hi, day)
	out := make(map[int64]Callee, len(list))
	for _, p := range list {
		if had, ok := out[p.org]; !ok || rank(p.c.Title) < rank(had.Title) {
			out[p.org] = p.c
		}
	}
	return out, err
}

// The units c of a page of a level, as org.Children gave it.
const secretariesSQL = `SELECT f.org_id, f.name FROM org c CROSS JOIN office f
 WHERE c.parent_id = $1 AND c.path >= $2 AND c.path < $3
   AND (c.seq, c.id) >= (CAST($4 AS integer), CAST($5 AS bigint)) AND (c.seq, c.id) <= (CAST($6 AS integer), CAST($7 AS bigint))
   AND f.part_id = c.part_id AND f.org_id = c.id AND f.title = 'secretary' AND f.from_day <= $8 AND (f.to_day = '' OR f.to_day > $8)`

// Secretaries gives the names of those who lead the units of a page of org.Children of the
// parent on the day; of several in one unit the first by name.
func Secretaries(ctx context.Context, q db.Q, scope access.Scope, parent int64, page []org.Unit, day civil.Date) (map[int64]string, error) {
	if len(page) == 0 {
		return nil, nil
	}
	lo, hi := scope.Range()
	first, last := page[0], page[len(page)-1]
	type pair struct {
		org  int64
		name string
	}
	list, err := db.List(ctx, q, func(s db.Scanner) (p pair, err error) {
		err = s.Scan(&p.org, &p.name)
		return p, err
	}, secretariesSQL, parent, lo, hi, first.Seq, first.ID, last.Seq, last.ID, day)
	out := make(map[int64]string, len(list))
	for _, p := range list {
		if had, ok := out[p.org]; !ok || viet.SortKey(p.name) < viet.SortKey(had) {
			out[p.org] = p.name
		}
	}
	return out, err
}
