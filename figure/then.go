package figure

import (
	"context"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/org"
)

// movedSQL sums what makes the tree of a day differ from today's, for a unit that
// stood from $2 to $3 and stands from $4 to $5: the cells that stood there and no
// longer do, with sign 1, and those that have come since, with sign -1. It reads only
// what has changed since the day. Facts lie in the cell's part of today.
const movedSQL = `SELECT t.sign, c.month, ` + cellSums + ` FROM (
  SELECT o.id, o.part_id, CASE WHEN p.path >= $2 AND p.path < $3 THEN 1 ELSE -1 END AS sign
    FROM org_past p JOIN org o ON o.id = p.org_id
   WHERE p.from_day <= $1 AND p.to_day > $1
     AND CASE WHEN p.path >= $2 AND p.path < $3 THEN 1 ELSE 0 END <> CASE WHEN o.path >= $4 AND o.path < $5 THEN 1 ELSE 0 END) t
  JOIN cell_month c ON c.part_id = t.part_id AND c.cell_id = t.id
 WHERE c.month >= $6 AND c.month <= $7 GROUP BY t.sign, c.month`

// UnderThen is TrendThen for a unit of the view, which may stand elsewhere today, or be no
// more: from the cells that stood under it on the view's day.
func UnderThen(ctx context.Context, q db.Q, v org.View, from, to civil.Month) ([]UnitMonth, error) {
	if v.Top.ID == v.Scope.Unit().ID {
		return TrendThen(ctx, q, v, from, to)
	}
	lo, hi := v.Range()
	nowLo, nowHi := v.Top.Now.Range()
	out := make([]UnitMonth, to.Sub(from)+1)
	for i := range out {
		out[i].Month = from.Add(i)
	}
	here := stoodCellsSQL
	if v.Top.ID == v.Top.PartID { // its parts have the sums
		here = stoodPartsSQL
	}
	for _, query := range []string{here, movedSQL} {
		args := []any{nowLo, nowHi, from, to}
		if query == movedSQL {
			args = []any{v.Day, lo, hi, nowLo, nowHi, from, to}
		}
		list, err := db.List(ctx, q, func(s db.Scanner) (movedMonth, error) {
			var m movedMonth
			err := s.Scan(append([]any{&m.sign, &m.Month}, m.dest()...)...)
			return m, err
		}, query, args...)
		if err != nil {
			return nil, err
		}
		for _, m := range list {
			out[m.Month.Sub(from)].add(m.sign, m.UnitMonth)
		}
	}
	return out, nil
}

const (
	stoodPartsSQL = `SELECT 1, m.month, ` + unitSums + `
  FROM org p JOIN unit_month m ON m.part_id = p.id
 WHERE p.id = p.part_id AND p.path >= $1 AND p.path < $2 AND m.month >= $3 AND m.month <= $4 GROUP BY m.month`
	stoodCellsSQL = `SELECT 1, c.month, ` + cellSums + `
  FROM org o JOIN cell_month c ON c.part_id = o.part_id AND c.cell_id = o.id
 WHERE o.path >= $1 AND o.path < $2 AND c.month >= $3 AND c.month <= $4 GROUP BY c.month`
)

type movedMonth struct {
	sign int
	UnitMonth
}

// TrendThen is Trend by the tree of the view's day: as it was reported then. Trend of
// the same scope is by today's tree. Of is not filled.
func TrendThen(ctx context.Context, q db.Q, v org.View, from, to civil.Month) ([]UnitMonth, error) {
	out, err := Trend(ctx, q, v.Scope, from, to)
	if err != nil {
		return nil, err
	}
	thenLo, thenHi := v.Range()
	lo, hi := v.Scope.Range()
	moved, err := db.List(ctx, q, func(s db.Scanner) (movedMonth, error) {
		var m movedMonth
		err := s.Scan(append([]any{&m.sign, &m.Month}, m.dest()...)...)
		return m, err
	}, movedSQL, v.Day, thenLo, thenHi, lo, hi, from, to)
	for _, m := range moved {
		out[m.Month.Sub(from)].add(m.sign, m.UnitMonth)
	}
	return out, err
}

// add adds m to u, or with sign -1 takes it away.
func (u *UnitMonth) add(sign int, m UnitMonth) {
	to, from := u.dest(), m.dest()
	for i := range to {
		*to[i].(*int) += sign * *from[i].(*int)
	}
}
