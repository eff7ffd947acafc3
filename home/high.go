package home

import (
	"cmp"
	"context"
	"slices"

	"chibo/access"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/org"
	"chibo/rulebook"
)

// High is the morning of a committee above very many cells: what a Wall says cell by
// cell, it says of the units right below, from their sums.
type High struct {
	Unit     org.Unit
	Day      civil.Date
	State    figure.State
	Now      figure.UnitMonth
	Before   figure.UnitMonth
	Trend    []figure.UnitMonth
	Children []figure.Child
	Groups   []HighGroup // only those with cells
}

// HighGroup is one matter with the units below in which it occurs.
type HighGroup struct {
	Kind  Kind
	Rule  rulebook.Rule
	Total int // cells
	Rows  []HighRow
}

// HighRow is a unit with the number of its cells that have the matter.
type HighRow struct {
	UnitID    int64
	Name      string
	Count, Of int // cells
}

// highCells is from how many cells on a committee looks at units instead: no morning
// is long enough for the single ones.
const highCells = 1000

// IsHigh says whether the unit's first page is a High: it stands above the parts and
// has very many cells.
func IsHigh(u org.Unit, s figure.State) bool { return u.IsAbove() && s.Cells >= highCells }

// HighOf builds the page of a unit for an actor who sees its figures. state is that of
// the unit.
func HighOf(ctx context.Context, q db.Q, book *rulebook.Book, actor access.Actor, u org.Unit, state figure.State, day civil.Date) (High, error) {
	scope, err := figure.ScopeOf(actor, u)
	if err != nil {
		return High{}, err
	}
	month, set := day.Month(), book.At(day, u.Path)
	h := High{Unit: u, Day: day, State: state}
	if h.Trend, err = figure.Trend(ctx, q, scope, month.Add(1-trendMonths), month); err != nil {
		return High{}, err
	}
	h.Now, h.Before = h.Trend[len(h.Trend)-1], h.Trend[len(h.Trend)-2]
	h.Now.Of, h.Before.Of = state.Cells, state.Cells
	first := min(month.QuarterFirst(), month.Add(-1))
	barren := day.AddMonths(-12 * set.Int(rulebook.WallNoAdmissionYears))
	if h.Children, err = figure.Children(ctx, q, scope, u, first, month, barren); err != nil {
		return High{}, err
	}
	h.group(NotMet, set.Rule(rulebook.MeetingRegularPerMonth), func(c figure.Child) int { return c.Month(month).NotMet() })
	h.group(Late, set.Rule(rulebook.MeetingReportDaysAfter), func(c figure.Child) int {
		m := c.Month(month.Add(-1))
		return max(0, m.Met-m.Sent)
	})
	h.group(Weak, set.Rule(rulebook.ScoreBandsKey), func(c figure.Child) int {
		m := c.Month(month.Add(-1))
		return m.Average + m.Weak + m.Failed
	})
	h.group(NoThematic, set.Rule(rulebook.MeetingThematicPerQuarter), func(c figure.Child) int { return c.Cells - thematic(c, month) })
	h.group(NoAdmission, set.Rule(rulebook.WallNoAdmissionYears), func(c figure.Child) int { return c.Barren })
	return h, nil
}

// thematic counts a child's cells that held a thematic meeting in the quarter; one
// that held several counts once for each month.
func thematic(c figure.Child, month civil.Month) int {
	n := 0
	for m := month.QuarterFirst(); m <= month; m = m.Add(1) {
		n += c.Month(m).Thematic
	}
	return min(n, c.Cells)
}

// group adds a matter; the unit with the largest share of its cells comes first.
func (h *High) group(kind Kind, rule rulebook.Rule, count func(figure.Child) int) {
	g := HighGroup{Kind: kind, Rule: rule}
	for _, c := range h.Children {
		if n := count(c); n > 0 {
			g.Total += n
			g.Rows = append(g.Rows, HighRow{UnitID: c.ID, Name: c.Short, Count: n, Of: c.Cells})
		}
	}
	if g.Total == 0 {
		return
	}
	slices.SortStableFunc(g.Rows, func(a, b HighRow) int { return cmp.Compare(b.Count*a.Of, a.Count*b.Of) })
	h.Groups = append(h.Groups, g)
}
