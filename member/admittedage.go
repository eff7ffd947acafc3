package member

import (
	"context"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/org"
)

// AgeCount is how many of one sex were admitted at one age.
type AgeCount struct {
	Sex   string
	Age   int // whole years on the decision's day; -1 not known
	Count int
}

const admittedAgesSQL = `SELECT COALESCE(pe.sex, ''), CASE WHEN COALESCE(pe.birth, '') = '' THEN -1
    ELSE CAST(substr(m.admitted_on, 1, 4) AS integer) - CAST(substr(pe.birth, 1, 4) AS integer) - CASE WHEN substr(m.admitted_on, 6) < substr(pe.birth, 6) THEN 1 ELSE 0 END END,
  COUNT(*) FROM org p CROSS JOIN membership m CROSS JOIN org c LEFT JOIN person pe ON pe.part_id = m.part_id AND pe.id = m.person_id
 WHERE p.id = p.part_id AND p.path >= $3 AND p.path < $4
   AND m.part_id = p.id AND m.admitted_on >= $5 AND m.admitted_on < $6 AND m.origin = 'admission'
   AND c.id = m.cell_id AND c.path >= $1 AND c.path < $2 GROUP BY 1, 2 ORDER BY 2, 1`

// AdmittedAges gives how many Admitted gives without a limit, by sex and age. A birth
// known to the month or the year counts from its beginning.
func AdmittedAges(ctx context.Context, q db.Q, scope access.Scope, from, to civil.Date) ([]AgeCount, error) {
	span, err := org.SpanOf(ctx, q, scope)
	if err != nil {
		return nil, err
	}
	return db.List(ctx, q, func(s db.Scanner) (a AgeCount, err error) { return a, s.Scan(&a.Sex, &a.Age, &a.Count) },
		admittedAgesSQL, span.Lo, span.Hi, span.PartLo, span.PartHi, from, to)
}

const admittedUnitsSQL = `SELECT p.id, COUNT(*) FROM org p CROSS JOIN membership m
 WHERE p.id = p.part_id AND p.path >= $1 AND p.path < $2
   AND m.part_id = p.id AND m.admitted_on >= $3 AND m.admitted_on < $4 AND m.origin = 'admission' GROUP BY p.id`

// AdmittedUnits gives how many were admitted in each grassroots organisation of the scope,
// from one day up to, without, another; those without any are left out.
func AdmittedUnits(ctx context.Context, q db.Q, scope access.Scope, from, to civil.Date) (map[int64]int, error) {
	lo, hi := scope.Range()
	out := map[int64]int{}
	_, err := db.List(ctx, q, func(s db.Scanner) (n struct{}, err error) {
		var id int64
		var count int
		err = s.Scan(&id, &count)
		out[id] = count
		return n, err
	}, admittedUnitsSQL, lo, hi, from, to)
	return out, err
}
