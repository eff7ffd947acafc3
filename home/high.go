package home

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"chibo/access"
	"chibo/admission"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/org"
	"chibo/quality"
	"chibo/rulebook"
	"chibo/task"
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
	OwnTalks int         // conversations about scores that are the committee's own turn, and late
}

// HighGroup is one matter with the units below in which it occurs.
type HighGroup struct {
	Kind   Kind
	Rule   rulebook.Rule
	Text   string      // what it is about, for Steps
	What   figure.What // the number, and
	Month  civil.Month // its month: what the list says; zero: as of today
	Href   string      // where a unit's number opens instead, with %d for its id
	Things bool        // conversations or dossiers are counted, of which a cell may have several
	Early  bool        // nothing to press yet: there is still time
	Total  int         // cells, units of Steps, or things, those of the unit itself among them
	Rows   []HighRow
}

// HighRow is a unit with the number of its cells that have the matter.
type HighRow struct {
	UnitID    int64
	Name      string
	Count, Of int  // of its cells; of Things, and beside them the cells
	Last      *Act // what was done last about it; nil: nothing lately
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
	first := min(month.QuarterFirst(), month.Add(-1))
	barren := day.AddMonths(-12 * set.Int(rulebook.WallNoAdmissionYears))
	if h.Children, err = figure.Children(ctx, q, scope, u, first, month, barren); err != nil {
		return High{}, err
	}
	for _, c := range h.Children {
		h.Now.Of += c.Cells
	}
	h.Before.Of = h.Now.Of
	acts, err := actsBelow(ctx, q, scope, u, day)
	if err != nil {
		return High{}, err
	}
	before := month.Add(-1)
	for _, m := range []struct {
		kind  Kind
		rule  string
		what  figure.What
		month civil.Month
	}{
		{NotMet, rulebook.MeetingRegularPerMonth, figure.WhatNotMet, month},
		{Late, rulebook.MeetingReportDaysAfter, figure.WhatUnsent, before},
		{Weak, rulebook.ScoreBandsKey, figure.WhatTwice, before},
		{NoThematic, rulebook.MeetingThematicPerQuarter, figure.WhatNoThematic, month},
	} {
		early := m.kind == NotMet && day.Before(month.Last().AddDays(-set.Int(rulebook.MeetingPrepareDaysBefore)))
		h.group(HighGroup{Kind: m.kind, Rule: set.Rule(m.rule), What: m.what, Month: m.month, Early: early}, acts, func(c figure.Child) int {
			return c.Month(m.month).Count(m.what, c.Quarter(m.month))
		})
	}
	h.group(HighGroup{Kind: NoAdmission, Rule: set.Rule(rulebook.WallNoAdmissionYears), What: WhatBarren}, acts, func(c figure.Child) int { return c.Barren })
	if err := h.late(ctx, q, scope, set, acts); err != nil {
		return High{}, err
	}
	if err := h.lateSteps(ctx, q, scope, set, acts); err != nil {
		return High{}, err
	}
	slices.SortStableFunc(h.Groups, func(a, b HighGroup) int {
		return cmp.Compare(slices.Index(Kinds(), a.Kind), slices.Index(Kinds(), b.Kind))
	})
	return h, nil
}

// late adds what is late today and is counted nowhere: a day passes without a write, so
// there are no sums of it. Each is found by an index of what is open in a part.
func (h *High) late(ctx context.Context, q db.Q, scope access.Scope, set rulebook.Set, acts map[subject]Act) error {
	talks, err := quality.LateBelowOf(ctx, q, scope, h.Unit, h.Day)
	if err != nil {
		return err
	}
	h.OwnTalks = talks.Own
	h.under(HighGroup{Kind: Talks, Rule: set.Rule(rulebook.ScoreAnswerDays), What: WhatTalks, Things: true, Total: talks.Own}, acts, talks.Under)
	risen, err := task.RisenBelow(ctx, q, scope, h.Unit, h.Unit.Depth, h.Day, set.Int(rulebook.TaskRiseDays))
	if err != nil {
		return err
	}
	h.under(HighGroup{Kind: Tasks, Rule: set.Rule(rulebook.TaskRiseDays), What: WhatRisen, Href: risenHref(h.Unit.Depth)}, acts, risen)
	dossiers, err := admission.LateBelow(ctx, q, scope, h.Unit, h.Day)
	if err != nil {
		return err
	}
	h.under(HighGroup{Kind: Dossiers, Rule: set.Rule(rulebook.AdmissionAlarmDays), Href: "/units/%d/admission?tab=late", Things: true}, acts, dossiers)
	return nil
}

// risenHref is the list of a unit's tasks that have risen to a level of the tree.
func risenHref(level int) string {
	return fmt.Sprintf("/units/%%d/figures/%s?level=%d", WhatRisen, level)
}

// under adds a matter that was counted by unit right below.
func (h *High) under(g HighGroup, acts map[subject]Act, counts map[int64]int) {
	h.group(g, acts, func(c figure.Child) int { return counts[c.ID] })
}

// Numbers as of today, beside those of a month.
const (
	WhatBarren figure.What = "no_admission" // cells that admitted nobody for years
	WhatTalks  figure.What = "score_talk"   // conversations about scores whose day has passed
	WhatRisen  figure.What = "risen"        // cells with tasks that have risen to a level of the tree
)

// IsNow says whether a number is as of today and has no month.
func IsNow(w figure.What) bool { return w == WhatBarren || w == WhatTalks || w == WhatRisen }

// group adds a matter; the unit with the largest share of its cells comes first.
func (h *High) group(g HighGroup, acts map[subject]Act, count func(figure.Child) int) {
	for _, c := range h.Children {
		if n := count(c); n > 0 {
			g.Total += n
			row := HighRow{UnitID: c.ID, Name: c.Short, Count: n, Of: c.Cells}
			if a, done := acts[subject{c.ID, g.Kind}]; done {
				row.Last = &a
			}
			g.Rows = append(g.Rows, row)
		}
	}
	h.add(g)
}

// add adds a group with rows; the unit with the largest share comes first.
func (h *High) add(g HighGroup) {
	if len(g.Rows) == 0 {
		return
	}
	slices.SortStableFunc(g.Rows, func(a, b HighRow) int { return cmp.Compare(b.Count*a.Of, a.Count*b.Of) })
	h.Groups = append(h.Groups, g)
}
