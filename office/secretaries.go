package office

import (
	"context"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
)

const secretariesSQL = `SELECT f.org_id, f.name
  FROM org o JOIN office f ON f.part_id = o.part_id AND f.org_id = o.id
 WHERE o.path >= $1 AND o.path < $2 AND f.title = 'secretary' AND f.from_day <= $3 AND (f.to_day = '' OR f.to_day > $3)`

// Secretaries gives the secretary's name of each unit of the scope on the day:
// whom a committee calls.
func Secretaries(ctx context.Context, q db.Q, scope access.Scope, day civil.Date) (map[int64]string, error) {
	lo, hi := scope.Range()
	type pair struct {
		org  int64
		name string
	}
	list, err := db.List(ctx, q, func(s db.Scanner) (p pair, err error) {
		err = s.Scan(&p.org, &p.name) // before p is returned: the order inside a return is open
		return p, err
	}, secretariesSQL, lo, hi, day)
	out := make(map[int64]string, len(list))
	for _, p := range list {
		out[p.org] = p.name
	}
	return out, err
}
