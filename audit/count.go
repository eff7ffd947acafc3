package audit

import (
	"context"

	"chibo/internal/db"
)

// Count says how often an action was done to one thing.
type Count struct {
	Action  string
	People  int // by accounts
	Program int // by the program itself
}

const countOnSQL = `SELECT action, COUNT(*) FILTER (WHERE account_id <> 0), COUNT(*) FILTER (WHERE account_id = 0) FROM audit
 WHERE part_id = $1 AND target = $2 AND target_id = $3 GROUP BY action ORDER BY action`

// CountOn counts the acts on one thing by their action. It names nobody.
func CountOn(ctx context.Context, q db.Q, part int64, target string, targetID int64) ([]Count, error) {
	return db.List(ctx, q, func(s db.Scanner) (c Count, err error) {
		return c, s.Scan(&c.Action, &c.People, &c.Program)
	}, countOnSQL, part, target, targetID)
}
