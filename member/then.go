package member

import (
	"context"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/org"
)

// Size is how many home members a unit had on a day.
type Size struct{ Members, Officials int }

// Reserves gives the members that were not official.
func (s Size) Reserves() int { return s.Members - s.Officials }

const sizeOf = `SELECT COUNT(*), COUNT(*) FILTER (WHERE m.official_on <> '' AND m.official_on <= $1)`

const ofDay = ` JOIN membership m ON m.part_id = t.part_id AND m.cell_id = t.id
 WHERE m.kind = 'home' AND m.from_day <= $1 AND (m.to_day = '' OR m.to_day > $1)`

const sizeThenSQL = sizeOf + ` FROM (
  SELECT o.id, o.part_id FROM org o WHERE o.since <= $1 AND o.valid_from <= $1 AND (o.valid_to = '' OR o.valid_to > $1)
     AND o.path >= $2 AND o.path < $3 AND o.kind IN ('cell', 'grassroots_cell')
  UNION ALL
  SELECT o.id, o.part_id FROM org_past p JOIN org o ON o.id = p.org_id
   WHERE p.from_day <= $1 AND p.to_day > $1 AND o.valid_from <= $1 AND (o.valid_to = '' OR o.valid_to > $1)
     AND p.path >= $2 AND p.path < $3 AND p.kind IN ('cell', 'grassroots_cell')) t` + ofDay

const sizeOnSQL = sizeOf + ` FROM org t` + ofDay + ` AND t.path >= $2 AND t.path < $3`

// SizeThen counts the members of the cells that stood in the view on its day: who
// belonged to them then, wherever the cells stand today. It names nobody.
func SizeThen(ctx context.Context, q db.Q, v org.View) (s Size, err error) {
	lo, hi := v.Range()
	err = q.QueryRow(ctx, sizeThenSQL, v.Day, lo, hi).Scan(&s.Members, &s.Officials)
	return s, err
}

// SizeOn counts who belonged on the day to the cells that stand in the scope today,
// those that have ended among them.
func SizeOn(ctx context.Context, q db.Q, scope access.Scope, day civil.Date) (s Size, err error) {
	lo, hi := scope.Range()
	err = q.QueryRow(ctx, sizeOnSQL, day, lo, hi).Scan(&s.Members, &s.Officials)
	return s, err
}
