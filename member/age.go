package member

import (
	"slices"

	"chibo/internal/civil"
)

// Span is a time between two days; To is the first day after, zero: open.
type Span struct{ From, To civil.Date }

// Age is what a member's Party age follows from: the decision of admission (rules.md
// 5.02) and the times out of the Party (5.43). Dates that are known to the month or
// the year only give bounds instead of one answer.
type Age struct {
	Start civil.Date // zero: not known, and then nothing is
	Out   []Span     // in order, without overlap
	Died  civil.Date // the age stops; zero: alive
}

// AgeOf gives the Party age from all memberships of a person and their spells. With
// excluded, interruptions do not count: recorded ones, and the time between leaving
// the Party and coming back to it.
func AgeOf(list []Membership, spells []Spell, excluded bool) Age {
	var a Age
	var homes []Membership
	for _, m := range list {
		if m.Kind != KindHome {
			continue
		}
		homes = append(homes, m)
		if !m.AdmittedOn.IsZero() && (a.Start.IsZero() || earliest(m.AdmittedOn).Before(earliest(a.Start))) {
			a.Start = m.AdmittedOn
		}
	}
	slices.SortStableFunc(homes, func(x, y Membership) int { return x.From.Compare(y.From) })
	for i, m := range homes {
		switch m.Ending {
		case EndingDeath:
			a.Died = m.To
		case EndingRemoval, EndingResignation, EndingExpulsion:
			gap := Span{From: m.To}
			if i+1 < len(homes) {
				gap.To = homes[i+1].From
			}
			a.Out = append(a.Out, gap)
		}
	}
	for _, s := range spells {
		if s.Kind == SpellInterrupted {
			a.Out = append(a.Out, Span{s.From, s.To})
		}
	}
	if !excluded {
		a.Out = nil
	}
	a.Out = union(a.Out)
	return a
}

// union joins spans that overlap: a day is out once.
func union(list []Span) []Span {
	slices.SortFunc(list, func(x, y Span) int { return x.From.Compare(y.From) })
	var out []Span
	for _, s := range list {
		last := len(out) - 1
		switch {
		case last < 0 || !out[last].To.IsZero() && out[last].To.Before(s.From):
			out = append(out, s)
		case out[last].To.IsZero():
		case s.To.IsZero() || out[last].To.Before(s.To):
			out[last].To = s.To
		}
	}
	return out
}

// earliest and latest give the first and the last day a date can mean.
func earliest(d civil.Date) civil.Date {
	switch {
	case d.IsZero() || d.IsDay():
		return d
	case d.MonthNum() == 0:
		return civil.Of(d.Year(), 1, 1)
	}
	return d.Month().First()
}

func latest(d civil.Date) civil.Date {
	switch {
	case d.IsZero() || d.IsDay():
		return d
	case d.MonthNum() == 0:
		return civil.Of(d.Year(), 12, 31)
	}
	return d.Month().Last()
}

// Reaches gives the first and the last day on which the age can have reached so many
// years; they are the same when all dates are known to the day. Zero dates: not while
// the member is out of the Party, or the admission is not known. Who was admitted on
// 29/02 reaches a year without that day on 28/02.
func (a Age) Reaches(years int) (first, last civil.Date) {
	if a.Start.IsZero() {
		return civil.Date{}, civil.Date{}
	}
	first = earliest(a.Start).AddMonths(12 * years)
	last = latest(a.Start).AddMonths(12 * years)
	for _, s := range a.Out {
		if latest(s.From).Before(first) {
			if s.To.IsZero() {
				return civil.Date{}, civil.Date{}
			}
			first = first.AddDays(max(earliest(s.To).Sub(latest(s.From)), 0))
		}
		if earliest(s.From).Before(last) {
			if s.To.IsZero() {
				return civil.Date{}, civil.Date{}
			}
			last = last.AddDays(max(latest(s.To).Sub(earliest(s.From)), 0))
		}
	}
	return first, last
}

// Months gives the age on a day in whole months, the least and the most it can be;
// known is false when the admission is not known or lies ahead.
func (a Age) Months(day civil.Date) (least, most int, known bool) {
	if a.Start.IsZero() || earliest(a.Start).After(day) {
		return 0, 0, false
	}
	if !a.Died.IsZero() && a.Died.Before(day) {
		day = a.Died
	}
	shortest, longest := 0, 0 // days out
	for _, s := range a.Out {
		to := s.To
		if to.IsZero() || day.Before(to) {
			to = day
		}
		if earliest(s.From).Before(day) {
			longest += max(latest(to).Sub(earliest(s.From)), 0)
		}
		if latest(s.From).Before(day) {
			shortest += max(earliest(to).Sub(latest(s.From)), 0)
		}
	}
	return whole(latest(a.Start), day.AddDays(-longest)), whole(earliest(a.Start), day.AddDays(-shortest)), true
}

// whole counts the whole months from one day to another, not below zero.
func whole(from, to civil.Date) int {
	n := (to.Year()-from.Year())*12 + to.MonthNum() - from.MonthNum()
	if from.AddMonths(n).After(to) {
		n--
	}
	return max(n, 0)
}
