package member

import (
	"context"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/org"
)

const fromAdmitted = ` FROM org p CROSS JOIN membership m CROSS JOIN org c`

const whereAdmitted = ` WHERE p.id = p.part_id AND p.path >= $4 AND p.path < $5
   AND m.part_id = p.id AND m.admitted_on >= $7 AND m.admitted_on < $8 AND m.origin = 'admission'
   AND c.id = m.cell_id AND` + here

const admittedSQL = rowColumns + fromAdmitted + rowJoins + whereAdmitted + `
   AND (m.admitted_on, m.id) > ($9, CAST($10 AS bigint)) ORDER BY m.admitted_on, m.id, s.id LIMIT $11`

// Admitted gives who was admitted in the scope from one day up to, without, another,
// by the decision's day (rules.md 5.02), also those who have left since. Standing is
// as of to. limit zero is 50; after is AdmittedCursor of the last row before.
func Admitted(ctx context.Context, q db.Q, scope access.Scope, from, to civil.Date, limit int, after string) ([]Row, error) {
	day, id, err := parseCursor(after)
	if err != nil {
		return nil, err
	}
	span, err := org.SpanOf(ctx, q, scope)
	if err != nil {
		return nil, err
	}
	if limit <= 0 {
		limit = listLimit
	}
	query := admittedSQL
	if span.Part == 0 {
		n, err := CountAdmitted(ctx, q, scope, from, to)
		if err != nil {
			return nil, err
		}
		if n > fewAdmitted {
			query = admittedByDaySQL
		}
	}
	list, err := db.List(ctx, q, func(s db.Scanner) (Row, error) { return scanRow(s, to) }, query,
		span.Lo, span.Hi, to, span.PartLo, span.PartHi, scope.Reach(), from, to, day, id, limit)
	return distinct(list, func(r Row) int64 { return r.Ref.ID }), err
}

// fewAdmitted is how many admissions of a wide scope are sorted; more of them are found
// by a walk from day to day over all admissions.
const fewAdmitted = 1000

const admittedByDaySQL = rowColumns + ` FROM membership m CROSS JOIN org c` + rowJoins + ` WHERE m.origin = 'admission' AND $4 <= $5
   AND m.admitted_on >= $7 AND m.admitted_on < $8 AND c.id = m.cell_id AND` + here + `
   AND (m.admitted_on, m.id) > ($9, CAST($10 AS bigint)) ORDER BY m.admitted_on, m.id, s.id LIMIT $11`

// DayCount is how many were admitted by decisions of one day.
type DayCount struct {
	Day   civil.Date
	Count int
}

const (
	admittedDaysSQL = `SELECT m.admitted_on, COUNT(*) FROM org p CROSS JOIN membership m CROSS JOIN org c
 WHERE p.id = p.part_id AND p.path >= $3 AND p.path < $4
   AND m.part_id = p.id AND m.admitted_on >= $5 AND m.admitted_on < $6 AND m.origin = 'admission'
   AND c.id = m.cell_id AND c.path >= $1 AND c.path < $2 GROUP BY m.admitted_on ORDER BY m.admitted_on`
	admittedDaysPartsSQL = `SELECT m.admitted_on, COUNT(*) FROM org p CROSS JOIN membership m
 WHERE p.id = p.part_id AND p.path >= $1 AND p.path < $2
   AND m.part_id = p.id AND m.admitted_on >= $3 AND m.admitted_on < $4 AND m.origin = 'admission'
 GROUP BY m.admitted_on ORDER BY m.admitted_on`
)

const admittedDaysAllSQL = `SELECT m.admitted_on, COUNT(*) FROM membership m
 WHERE m.admitted_on >= $1 AND m.admitted_on < $2 AND m.origin = 'admission'
 GROUP BY m.admitted_on ORDER BY m.admitted_on`

// AdmittedDays gives how many Admitted gives without a limit, day by day; days without
// any are left out. Whole parts are counted in the index alone.
func AdmittedDays(ctx context.Context, q db.Q, scope access.Scope, from, to civil.Date) ([]DayCount, error) {
	span, err := org.SpanOf(ctx, q, scope)
	if err != nil {
		return nil, err
	}
	scan := func(s db.Scanner) (d DayCount, err error) { return d, s.Scan(&d.Day, &d.Count) }
	if isTop(scope) {
		return db.List(ctx, q, scan, admittedDaysAllSQL, from, to)
	}
	if span.Below {
		return db.List(ctx, q, scan, admittedDaysSQL, span.Lo, span.Hi, span.PartLo, span.PartHi, from, to)
	}
	return db.List(ctx, q, scan, admittedDaysPartsSQL, span.PartLo, span.PartHi, from, to)
}

// CountAdmitted gives how many Admitted gives without a limit.
func CountAdmitted(ctx context.Context, q db.Q, scope access.Scope, from, to civil.Date) (int, error) {
	days, err := AdmittedDays(ctx, q, scope, from, to)
	n := 0
	for _, d := range days {
		n += d.Count
	}
	return n, err
}
