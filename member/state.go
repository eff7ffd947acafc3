package member

import (
	"context"

	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/db"
)

// inForce is a membership m in force on the day $3, with its spell s of that day.
const inForce = ` LEFT JOIN member_spell s ON s.part_id = m.part_id AND s.membership_id = m.id
   AND s.from_day <= $3 || substr(m.sort, 1, 0) AND (s.to_day || substr(m.sort, 1, 0) = '' OR s.to_day > $3 || substr(m.sort, 1, 0))`

const bodySQL = `SELECT m.id, m.person_id, m.kind, m.name, m.sort, m.official_on, COALESCE(s.kind, '')
  FROM membership m` + inForce + `
 WHERE m.part_id = $1 AND m.cell_id = $2 AND m.from_day <= $3 AND (m.to_day = '' OR m.to_day > $3)
 ORDER BY m.sort, m.id, s.id`

// Body gives the members of a cell on the day, guests too, in the order of names.
func Body(ctx context.Context, q db.Q, part, cellID int64, day civil.Date) ([]OnDay, error) {
	list, err := db.List(ctx, q, func(s db.Scanner) (OnDay, error) {
		var m OnDay
		var kind, spell string
		var official civil.Date
		err := s.Scan(&m.MembershipID, &m.PersonID, &kind, &m.Name, &m.Sort, &official, &spell)
		m.Official = Membership{OfficialOn: official}.OfficialAt(day)
		m.Standing = standing(kind, spell, m.Official)
		return m, err
	}, bodySQL, part, cellID, day)
	return distinct(list, func(m OnDay) int64 { return m.MembershipID }), err
}

// distinct keeps the first of neighbours with one id: imported spells may overlap.
func distinct[T any](list []T, id func(T) int64) []T {
	out := list[:0]
	for _, v := range list {
		if len(out) == 0 || id(v) != id(out[len(out)-1]) {
			out = append(out, v)
		}
	}
	return out
}

const stateSQL = `SELECT COUNT(DISTINCT m.id),
  COUNT(DISTINCT m.id) FILTER (WHERE m.official_on <> '' AND m.official_on <= $3),
  COUNT(DISTINCT m.id) FILTER (WHERE s.kind = 'exempt'),
  COUNT(DISTINCT m.id) FILTER (WHERE s.kind = 'temp_out' OR s.kind = 'away')
  FROM membership m` + inForce + `
 WHERE m.part_id = $1 AND m.cell_id = $2 AND m.kind = 'home' AND m.from_day <= $3 AND (m.to_day = '' OR m.to_day > $3)`

const lastAdmittedSQL = `SELECT COALESCE(MAX(admitted_on), '') FROM membership
 WHERE part_id = $1 AND cell_id = $2 AND origin = 'admission' AND admitted_on <= $3`

func stateOf(ctx context.Context, q db.Q, part, cellID int64, day civil.Date) (figure.State, error) {
	s := figure.State{Cells: 1}
	err := q.QueryRow(ctx, stateSQL, part, cellID, day).Scan(&s.Members, &s.Officials, &s.Exempt, &s.Away)
	if err != nil {
		return s, err
	}
	s.Reserves = s.Members - s.Officials
	err = q.QueryRow(ctx, lastAdmittedSQL, part, cellID, day).Scan(&s.LastAdmitted)
	return s, err
}

// RefreshState counts a cell's members on the day and puts the result into the
// figures. Members are home members; reserve, exempt and away ones are among them.
func RefreshState(ctx context.Context, tx *db.Tx, part, cellID int64, day civil.Date) error {
	s, err := stateOf(ctx, tx, part, cellID, day)
	if err != nil {
		return err
	}
	return figure.PutState(ctx, tx, part, cellID, s)
}

// Cell names a cell with its part.
type Cell struct{ Part, ID int64 }

// RefreshStates is RefreshState for many cells, after an import: each part is summed
// once.
func RefreshStates(ctx context.Context, tx *db.Tx, cells []Cell, day civil.Date) error {
	list := make([]figure.CellState, 0, len(cells))
	for _, c := range cells {
		s, err := stateOf(ctx, tx, c.Part, c.ID, day)
		if err != nil {
			return err
		}
		list = append(list, figure.CellState{Part: c.Part, CellID: c.ID, State: s})
	}
	return figure.PutStates(ctx, tx, list)
}
