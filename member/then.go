package member

import (
	"context"

	"chibo/access"
	"chibo/figure"
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

// changesMost is how many comings and goings FarSize counts on each side: some years of
// a country.
const changesMost = 500_000

const (
	cameSQL = `SELECT COUNT(*) FROM (SELECT m.part_id FROM membership m CROSS JOIN org p
 WHERE m.kind = 'home' AND m.from_day > $1 AND m.from_day <= $2 AND p.id = m.part_id AND p.path >= $3 AND p.path < $4 LIMIT $5) y`

	wentSQL = `SELECT COUNT(*) FROM (SELECT m.part_id FROM membership m CROSS JOIN org p
 WHERE m.to_day <> '' AND m.to_day > $1 AND m.to_day <= $2 AND m.kind = 'home' AND p.id = m.part_id AND p.path >= $3 AND p.path < $4 LIMIT $5) y`

	// Cells that stood in the view and stand elsewhere today, and those that have come.
	movedSQL = `SELECT COUNT(*) FILTER (WHERE t.sign = 1), COUNT(*) FILTER (WHERE t.sign <> 1) FROM (
  SELECT o.id, o.part_id, CASE WHEN p.path >= $2 AND p.path < $3 THEN 1 ELSE -1 END AS sign
    FROM org_past p JOIN org o ON o.id = p.org_id
   WHERE p.from_day <= $1 AND p.to_day > $1 AND p.kind IN ('cell', 'grassroots_cell')
     AND CASE WHEN p.path >= $2 AND p.path < $3 THEN 1 ELSE 0 END <> CASE WHEN o.path >= $4 AND o.path < $5 THEN 1 ELSE 0 END) t` + ofDay
)

// FarSize gives how many members a wide scope above the parts had on a past day, by
// today's tree or, with then, as reported then. It is exact: today's number of the
// figures, less who has come since, and who has gone since. known is false when more
// than changesMost have come or gone.
func FarSize(ctx context.Context, q db.Q, v org.View, then bool, today civil.Date) (n int, known bool, err error) {
	state, err := figure.StateOf(ctx, q, v.Scope)
	if err != nil {
		return 0, false, err
	}
	lo, hi := v.Scope.Range()
	var came, went int
	if err := q.QueryRow(ctx, cameSQL, v.Day, today, lo, hi, changesMost).Scan(&came); err != nil {
		return 0, false, err
	}
	if err := q.QueryRow(ctx, wentSQL, v.Day, today, lo, hi, changesMost).Scan(&went); err != nil {
		return 0, false, err
	}
	n = state.Members - came + went
	if then {
		var gone, arrived int
		thenLo, thenHi := v.Range()
		if err := q.QueryRow(ctx, movedSQL, v.Day, thenLo, thenHi, lo, hi).Scan(&gone, &arrived); err != nil {
			return 0, false, err
		}
		n += gone - arrived
	}
	return n, came < changesMost && went < changesMost, nil
}
