package meeting

import (
	"context"
	"time"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
)

// DayRow is a cell's meeting on a day, for the committee above.
type DayRow struct {
	Ref       ident.Ref
	CellID    int64
	CellName  string
	UnitShort string // the unit above
	Kind      string
	StartsAt  time.Time
	Place     string
	State     string
}

const dayRowsSQL = `SELECT m.part_id, m.id, m.org_id, o.name, COALESCE(u.short, ''), m.kind, m.starts_at, m.place, m.state
  FROM org o JOIN meeting m ON m.part_id = o.part_id AND m.org_id = o.id LEFT JOIN org u ON u.id = o.parent_id
 WHERE o.path >= $1 AND o.path < $2 AND m.day = $3 AND m.body = 'cell' AND m.state <> 'cancelled'
 ORDER BY m.starts_at, o.path`

// Today gives the cells' meetings of the scope that are planned for the day or
// were held on it, by the hour.
func Today(ctx context.Context, q db.Q, scope access.Scope, day civil.Date) ([]DayRow, error) {
	lo, hi := scope.Range()
	return db.List(ctx, q, func(s db.Scanner) (r DayRow, err error) {
		var at int64
		err = s.Scan(&r.Ref.Part, &r.Ref.ID, &r.CellID, &r.CellName, &r.UnitShort, &r.Kind, &at, &r.Place, &r.State)
		r.StartsAt = time.UnixMilli(at)
		return r, err
	}, dayRowsSQL, lo, hi, day)
}
