package home

import (
	"slices"

	"chibo/figure"
	"chibo/internal/civil"
	"chibo/rulebook"
)

func (b *builder) row(c figure.CellRow, since civil.Date) Row {
	r := Row{CellID: c.CellID, Name: c.Name, UnitShort: c.UnitShort, Since: since}
	b.call(&r)
	if !since.IsZero() {
		r.Days = b.day.Sub(since)
	}
	return r
}

// call says whom to call.
func (b *builder) call(r *Row) {
	c := b.callees[r.CellID]
	r.Secretary, r.Post = c.Name, c.Title
}

// notMet are the cells that have not met, as soon as there is something to say about it:
// the day on which the cell meets is over, it missed last month, or the month's last days
// have begun. Before that it is a number with its list, and nobody's morning.
func (b *builder) notMet() Group {
	g := Group{Kind: NotMet, Rule: b.set.Rule(rulebook.MeetingRegularPerMonth)}
	lasts := b.day.Month().Last().AddDays(-b.set.Int(rulebook.MeetingPrepareDaysBefore))
	for _, c := range b.now {
		if c.Met() {
			continue
		}
		last, lived := b.last[c.CellID]
		missed := lived && !last.Met() // a cell founded this month has missed none before
		if !missed && b.day.Before(lasts) && !b.meets(c.CellID).Before(b.day) {
			continue
		}
		since := last.MetDay
		for _, day := range []civil.Date{b.older[c.CellID].MetDay, b.met[c.CellID]} {
			if since.IsZero() {
				since = day
			}
		}
		r := b.row(c, since)
		r.Grave = missed
		r.Meets = b.planned[c.CellID]
		g.Rows = append(g.Rows, r)
	}
	return g
}

// meets is the day of the month on which a cell meets: of the meeting that is being
// prepared, or as last month; the month's end where nothing tells.
func (b *builder) meets(cell int64) civil.Date {
	end := b.day.Month().Last()
	if day, begun := b.planned[cell]; begun {
		return day
	}
	if last := b.last[cell].MetDay; !last.IsZero() {
		return b.day.Month().First().AddDays(min(last.Day(), end.Day()) - 1)
	}
	return end
}

// notBegun are the cells that have no meeting of the month in preparation, although it
// should have begun: so many days before the day on which they met last month, or before
// the month's end.
func (b *builder) notBegun() Group {
	g := Group{Kind: NotBegun, Rule: b.set.Rule(rulebook.MeetingPrepareDaysBefore)}
	days := b.set.Int(rulebook.MeetingPrepareDaysBefore)
	for _, c := range b.now {
		if _, begun := b.planned[c.CellID]; begun || c.Met() {
			continue
		}
		meets := b.meets(c.CellID)
		if due := meets.AddDays(-days); due.Before(b.day) {
			r := b.row(c, due)
			r.Grave = meets.Before(b.day)
			g.Rows = append(g.Rows, r)
		}
	}
	return g
}

// late are the cells whose papers have been due for some days: the cell itself sees it
// from the first (the month path), the committee above only when it lasts.
func (b *builder) late() Group {
	g := Group{Kind: Late, Rule: b.set.Rule(rulebook.MeetingReportDaysAfter)}
	days, lasts := b.set.Int(rulebook.MeetingReportDaysAfter), b.set.Int(rulebook.WallSendingLateDays)
	seen := map[int64]bool{}
	for _, list := range [][]figure.CellRow{b.before, b.now} {
		for _, c := range list {
			due := c.MetDay.AddDays(days)
			if !c.Met() || !c.SentDay.IsZero() || !due.AddDays(lasts).Before(b.day) || seen[c.CellID] {
				continue
			}
			seen[c.CellID] = true
			r := b.row(c, due)
			r.Grave = c.Month < b.day.Month()
			g.Rows = append(g.Rows, r)
		}
	}
	return g
}

// slow are the cells whose preparation has waited longer than its owner alone is told of.
func (b *builder) slow() Group {
	g := Group{Kind: Slow, Rule: b.set.Rule(rulebook.PathRiseDays)}
	cells := make(map[int64]figure.CellRow, len(b.now))
	for _, c := range b.now {
		cells[c.CellID] = c
	}
	for _, l := range b.slowCells {
		if c, living := cells[l.CellID]; living {
			r := b.row(c, l.Oldest)
			r.Grave = l.Count > 1
			g.Rows = append(g.Rows, r)
		}
	}
	return g
}

func (b *builder) weak() Group {
	g := Group{Kind: Weak, Rule: b.set.Rule(rulebook.ScoreBandsKey)}
	for _, c := range b.now {
		first, second := b.last[c.CellID], c
		if c.Grade == "" {
			first, second = b.older[c.CellID], b.last[c.CellID]
		}
		if figure.Low(first.Grade) && figure.Low(second.Grade) {
			r := b.row(c, first.MetDay)
			r.Note, r.Grave = second.Grade, second.Grade != figure.GradeAverage
			g.Rows = append(g.Rows, r)
		}
	}
	return g
}

func (b *builder) tasks() Group {
	g := Group{Kind: Tasks, Rule: b.set.Rule(rulebook.TaskRiseDays)}
	cells := make(map[int64]figure.CellRow, len(b.now))
	for _, c := range b.now {
		cells[c.CellID] = c
	}
	for _, t := range b.risen {
		c, living := cells[t.CellID]
		if !living {
			continue
		}
		r := b.row(c, t.Oldest)
		r.Tasks, r.Grave = t.Count, t.Count > 1
		g.Rows = append(g.Rows, r)
	}
	return g
}

func (b *builder) noThematic() Group {
	g := Group{Kind: NoThematic, Rule: b.set.Rule(rulebook.MeetingThematicPerQuarter)}
	end := b.day.Month().QuarterLast().Last()
	first := b.day.Month().QuarterFirst()
	for _, c := range b.now {
		if ends := !c.Ended.IsZero() && !c.Ended.After(b.day.Month().Last()); ends || b.thematicSince(c, first) {
			continue
		}
		r := b.row(c, first.First())
		r.Grave = end.Sub(b.day) <= b.set.Int(rulebook.WallThematicWarnDays)
		g.Rows = append(g.Rows, r)
	}
	return g
}

// thematicSince says whether a cell held a thematic meeting since the first month of the
// quarter: at most the second before this one.
func (b *builder) thematicSince(c figure.CellRow, first civil.Month) bool {
	month := b.day.Month()
	return c.Thematic > 0 || first < month && b.last[c.CellID].Thematic > 0 || first < month.Add(-1) && b.older[c.CellID].Thematic > 0
}

// noAdmission are the living cells in which nobody was admitted for years, those without
// any on record first, and without those that are younger than the years in question.
func (b *builder) noAdmission() Group {
	g := Group{Kind: NoAdmission, Rule: b.set.Rule(rulebook.WallNoAdmissionYears)}
	since := b.day.AddMonths(-12 * b.set.Int(rulebook.WallNoAdmissionYears))
	for _, c := range b.now {
		if c.Ended.IsZero() && c.LastAdmitted.Before(since) && !c.Founded.After(since.Month().Last()) {
			g.Rows = append(g.Rows, b.row(c, c.LastAdmitted))
		}
	}
	slices.SortStableFunc(g.Rows, func(x, y Row) int { return x.Since.Compare(y.Since) })
	return g
}
