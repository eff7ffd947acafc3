package office

import (
	"context"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
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
