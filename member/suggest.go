package member

import (
	"context"
	"slices"
	"strings"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/org"
	"chibo/rulebook"
)

// Suggestion is a member whose months reach the limit of rules.md 5.30: a removal may
// be proposed. It is reckoned, never stored; a person decides.
type Suggestion struct {
	OnDay
	Facts LeavingFacts
	Rule  rulebook.Rule
}

// Suggestions gives the members of a cell who, in the calendar year of the day, skipped
// the regular meeting without a reason, or did not settle the fee, in as many months
// as the rule says (rules.md 5.30; section 13 case 11: counted, not consecutive). Those
// with an open proposal are left out. It checks no right.
func (l *Life) Suggestions(ctx context.Context, q db.Q, cell org.Unit, day civil.Date) ([]Suggestion, error) {
	set := l.Book.At(day, cell.Path)
	limit := set.Int(rulebook.RemovalMonthsInYear)
	if limit <= 0 {
		return nil, nil
	}
	months, err := l.months(ctx, q, cell, day)
	if err != nil {
		return nil, err
	}
	body, err := Body(ctx, q, cell.PartID, cell.ID, day)
	if err != nil {
		return nil, err
	}
	open, err := db.List(ctx, q, scanLeaving, openInCellSQL, cell.PartID, cell.ID)
	if err != nil {
		return nil, err
	}
	var out []Suggestion
	for _, m := range body {
		f := months[m.MembershipID]
		f.Limit = limit
		asked := slices.ContainsFunc(open, func(v Leaving) bool { return v.MembershipID == m.MembershipID })
		if m.Standing == StandingGuest || asked || len(f.Skipped) < limit && len(f.Unpaid) < limit {
			continue
		}
		out = append(out, Suggestion{OnDay: m, Facts: f, Rule: set.Rule(rulebook.RemovalMonthsInYear)})
	}
	slices.SortStableFunc(out, func(a, b Suggestion) int { return strings.Compare(a.Sort, b.Sort) })
	return out, nil
}

const openInCellSQL = leavingColumns + ` WHERE v.part_id = $1 AND v.cell_id = $2 AND v.state = 'proposed'`

// months gives the facts of every membership of the cell in the year of the day.
func (l *Life) months(ctx context.Context, q db.Q, cell org.Unit, day civil.Date) (map[int64]LeavingFacts, error) {
	out := map[int64]LeavingFacts{}
	if l.Skipped != nil {
		skipped, err := l.Skipped(ctx, q, cell.PartID, cell.ID, day.Year())
		if err != nil {
			return nil, err
		}
		for id, list := range skipped {
			f := out[id]
			for _, m := range list {
				if m <= day.Month() {
					f.Skipped = append(f.Skipped, m)
				}
			}
			slices.Sort(f.Skipped)
			out[id] = f
		}
	}
	unpaid, err := unpaidMonths(ctx, q, cell, day)
	for id, list := range unpaid {
		f := out[id]
		f.Unpaid = list
		out[id] = f
	}
	return out, err
}

// unpaidMonths gives, for who is in the cell on the day, the whole months of the year
// that are over and not settled. A month in which the cell noted nobody's fee says
// nothing of anybody; nor does one in which the member came or left.
func unpaidMonths(ctx context.Context, q db.Q, cell org.Unit, day civil.Date) (map[int64][]civil.Month, error) {
	first := civil.Month(day.Year()*100 + 1)
	paid, err := feeYear(ctx, q, cell, first, day.Month())
	if err != nil {
		return nil, err
	}
	noted := map[civil.Month]bool{}
	for _, months := range paid {
		for m := range months {
			noted[m] = true
		}
	}
	type in struct {
		id   int64
		from civil.Date
	}
	list, err := db.List(ctx, q, func(s db.Scanner) (v in, err error) {
		return v, s.Scan(&v.id, &v.from)
	}, inCellSQL, cell.PartID, cell.ID, day)
	out := map[int64][]civil.Month{}
	for _, v := range list {
		for m := first; m < day.Month(); m = m.Add(1) {
			if noted[m] && paid[v.id][m] == 0 && v.from.Compare(m.First()) <= 0 {
				out[v.id] = append(out[v.id], m)
			}
		}
	}
	return out, err
}

const inCellSQL = `SELECT id, from_day FROM membership WHERE part_id = $1 AND cell_id = $2 AND kind = 'home'
   AND from_day <= $3 AND (to_day = '' OR to_day > $3)`

// Facts gives the months of one member in the year of the day, for who considers a
// removal. It checks no right.
func (l *Life) Facts(ctx context.Context, q db.Q, cell org.Unit, membershipID int64, day civil.Date) (LeavingFacts, error) {
	all, err := l.months(ctx, q, cell, day)
	f := all[membershipID]
	f.Limit = l.Book.At(day, cell.Path).Int(rulebook.RemovalMonthsInYear)
	return f, err
}
