package figure

import (
	"context"
	"slices"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/org"
)

// What names a number of a month that opens the list of the cells it counts.
type What string

// The numbers. Each is counted from sums (UnitMonth.Count) and listed cell by cell
// (List), and both say the same.
const (
	WhatCells      What = "cells"       // that live in the month
	WhatMet        What = "met"         // held the regular meeting
	WhatNotMet     What = "not_met"     // have not, rules.md 2.01
	WhatThematic   What = "thematic"    // held a thematic meeting in the month
	WhatNoThematic What = "no_thematic" // none in the quarter so far, rules.md 2.02
	WhatSent       What = "sent"        // sent papers and score up
	WhatUnsent     What = "unsent"      // met and did not, rules.md 2.20
	WhatSentLate   What = "sent_late"
	WhatGood       What = "good"
	WhatFair       What = "fair"
	WhatAverage    What = "average"
	WhatWeak       What = "weak"
	WhatTwice      What = "twice" // below fair in this month and in the one before
)

// Whats gives the numbers in the order of a page.
func Whats() []What {
	return []What{
		WhatCells, WhatMet, WhatNotMet, WhatThematic, WhatNoThematic, WhatSent, WhatSentLate, WhatUnsent, WhatGood, WhatFair, WhatAverage, WhatWeak, WhatTwice,
	}
}

// Count gives a number of the month whose sums are u. The quarter so far is in quarter,
// from its first month to this one; only WhatNoThematic asks for it.
func (u UnitMonth) Count(w What, quarter []UnitMonth) int {
	switch w {
	case WhatCells:
		return u.Of
	case WhatMet:
		return u.Met
	case WhatNotMet:
		return u.NotMet()
	case WhatThematic:
		return u.Thematic
	case WhatNoThematic:
		n := u.Of
		for _, m := range quarter {
			n -= m.Themed
		}
		return max(0, n)
	case WhatSent:
		return u.Sent
	case WhatUnsent:
		return max(0, u.Met-u.Sent)
	case WhatSentLate:
		return u.SentLate
	case WhatGood:
		return u.Good
	case WhatFair:
		return u.Fair
	case WhatAverage:
		return u.Average
	case WhatWeak:
		return u.Weak
	case WhatTwice:
		return u.Twice
	}
	return 0
}

// Low says whether a grade is below fair.
func Low(grade string) bool { return grade == GradeAverage || grade == GradeWeak || grade == GradeFail }

// has says whether the cell is counted in a number; themed and twice are sets of cells.
func (c CellRow) has(w What, over map[int64]bool) bool {
	switch w {
	case WhatCells:
		return true
	case WhatMet:
		return c.Met()
	case WhatNotMet:
		return !c.Met()
	case WhatThematic:
		return c.Thematic > 0
	case WhatNoThematic:
		return !over[c.CellID]
	case WhatSent:
		return !c.SentDay.IsZero()
	case WhatUnsent:
		return c.Met() && c.SentDay.IsZero()
	case WhatSentLate:
		return c.SentLate > 0
	case WhatGood, WhatFair, WhatAverage, WhatWeak:
		return c.Grade == string(w)
	case WhatTwice:
		return Low(c.Grade) && over[c.CellID]
	}
	return false
}

const (
	themedSQL = `SELECT o.id FROM org o JOIN cell_month c ON c.part_id = o.part_id AND c.cell_id = o.id
 WHERE o.path >= $1 AND o.path < $2 AND c.month IN ($3, $4, $5) AND c.thematic > 0`
	lowSQL = `SELECT o.id FROM org o JOIN cell_month c ON c.part_id = o.part_id AND c.cell_id = o.id
 WHERE o.path >= $1 AND o.path < $2 AND c.month IN ($3, $4, $5) AND c.grade IN ('average', 'weak', 'fail')`
)

// over gives the cells of a range that were in a number in the months that it looks back to.
func over(ctx context.Context, q db.Q, lo, hi string, w What, month civil.Month) (map[int64]bool, error) {
	query, months := themedSQL, []any{month, month, month} // of a quarter there are three at most
	switch w {
	case WhatTwice:
		query, months = lowSQL, []any{month.Add(-1), month.Add(-1), month.Add(-1)}
	case WhatNoThematic:
		for i := range months {
			months[i] = max(month.Add(-i), month.QuarterFirst())
		}
	default:
		return nil, nil
	}
	ids, err := db.List(ctx, q, func(s db.Scanner) (id int64, err error) { return id, s.Scan(&id) }, query, append([]any{lo, hi}, months...)...)
	out := make(map[int64]bool, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	return out, err
}

// List gives the cells of the scope that a number of the month counts, by today's tree,
// in the order of Cells.
func List(ctx context.Context, q db.Q, scope access.Scope, w What, month civil.Month) ([]CellRow, error) {
	rows, err := Cells(ctx, q, scope, month)
	if err != nil {
		return nil, err
	}
	lo, hi := scope.Range()
	back, err := over(ctx, q, lo, hi, w, month)
	return slices.DeleteFunc(rows, func(c CellRow) bool { return !c.has(w, back) }), err
}

// cellsThen is how many cells of a past day are read; a page of units is for more.
const cellsThen = 5000

const factSQL = `SELECT ` + cellColumns + ` FROM cell_month c WHERE c.part_id = $1 AND c.month = $2 AND c.cell_id = $3`

// ListThen is List by the tree of the view's day: the cells that stood there then, with
// their names of then. Kind, Type and Members are not filled.
func ListThen(ctx context.Context, q db.Q, v org.View, w What, month civil.Month) ([]CellRow, error) {
	kinds := org.CellKinds()
	cells, err := v.Kinds(ctx, q, [2]string{kinds[0], kinds[1]}, "", cellsThen)
	if err != nil {
		return nil, err
	}
	var out []CellRow
	for _, t := range cells {
		r := CellRow{Name: t.Name, Short: t.Short, CellMonth: CellMonth{Part: t.PartID, CellID: t.ID, Month: month, Score10: NoScore}}
		var agreed int
		err := q.QueryRow(ctx, factSQL, t.PartID, month, t.ID).Scan(r.dest(&agreed)...)
		if err != nil && !db.NoRows(err) {
			return nil, err
		}
		r.Agreed = agreed != 0
		lo, hi := t.Now.Range()
		back, err := over(ctx, q, lo, hi, w, month)
		if err != nil {
			return nil, err
		}
		if r.has(w, back) {
			out = append(out, r)
		}
	}
	return out, nil
}
