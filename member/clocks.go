package member

import (
	"slices"

	"chibo/internal/civil"
	"chibo/internal/workday"
	"chibo/rulebook"
)

// Clocks of a transfer.
const (
	ClockStart    = "start"    // begin the procedure, rules.md 5.05
	ClockPresent  = "present"  // present the introduction, 5.07
	ClockComplete = "complete" // the whole, 5.10
	ClockCheck    = "check"    // the grassroots committee's check of slips, 5.11
	ClockReturn   = "return"   // the planned end of a temporary time
)

// Clock is a deadline that runs for a transfer.
type Clock struct {
	Code string
	Due  civil.Date
	Left int           // days until Due, working days where Work; below zero: days late
	Work bool          // counted in working days
	Rule rulebook.Rule // the rule behind it; zero for ClockReturn
}

// Late says whether the day has passed.
func (c Clock) Late() bool { return c.Left < 0 }

// Clocks gives the deadlines that run for a transfer today, the nearest first, by the
// rules of the day on which each began (rules.md 14.20 for the counting). Internal
// moves have none: they are done here.
//
// Convention: the 60 days of 5.10 are counted from the day on which the decision takes
// effect or the residence changes, as those of 5.05 are; the source does not say.
func (l *Life) Clocks(t Transfer, today civil.Date) []Clock {
	c := clocks{days: l.Days, today: today}
	switch {
	case t.Kind == TransferInternal, !t.Open():
		return nil
	case t.State == Arrived:
		c.until(t.UntilOn)
		return c.list
	case t.Kind == TransferTemporary:
		c.until(t.UntilOn)
	default:
		set := l.Book.At(t.BasisOn, "")
		if t.State == Announced && t.IntroducedOn.IsZero() { // with an introduction it has begun
			c.work(set, ClockStart, rulebook.TransferStartWorkingDays, t.BasisOn)
		}
		c.work(l.Book.At(today, ""), ClockComplete, rulebook.TransferCompleteDays, t.BasisOn)
	}
	if !t.IntroducedOn.IsZero() {
		set := l.Book.At(t.IntroducedOn, "")
		c.work(set, ClockPresent, rulebook.TransferPresentWorkingDays, t.IntroducedOn)
		c.months(set, ClockCheck, rulebook.TransferCheckMonths, t.IntroducedOn)
	}
	slices.SortStableFunc(c.list, func(a, b Clock) int { return a.Due.Compare(b.Due) })
	return c.list
}

type clocks struct {
	days  *workday.Calendar
	today civil.Date
	list  []Clock
}

func (c *clocks) work(set rulebook.Set, code, key string, from civil.Date) {
	if !set.Has(key) {
		return
	}
	due := c.days.Add(from, set.Int(key))
	c.list = append(c.list, Clock{Code: code, Due: due, Left: c.days.Between(c.today, due), Work: true, Rule: set.Rule(key)})
	if last := &c.list[len(c.list)-1]; last.Left == 0 && due.Before(c.today) {
		last.Left = -1 // only days off lie between: it is late all the same
	}
}

func (c *clocks) months(set rulebook.Set, code, key string, from civil.Date) {
	if set.Has(key) {
		due := from.AddMonths(set.Int(key))
		c.list = append(c.list, Clock{Code: code, Due: due, Left: due.Sub(c.today), Rule: set.Rule(key)})
	}
}

func (c *clocks) until(day civil.Date) {
	if !day.IsZero() {
		c.list = append(c.list, Clock{Code: ClockReturn, Due: day, Left: day.Sub(c.today)})
	}
}

// Warning is what is told beside a record and never locks it.
type Warning struct {
	Key  string // translation key; its values are Args
	Args map[string]any
	Rule rulebook.Rule
}

// Warnings gives what the rules say against a transfer as it is recorded: a reason not
// to transfer yet (rules.md 5.09), a temporary time that is too short or too long
// (5.12).
func (l *Life) Warnings(t Transfer, lang string) []Warning {
	var out []Warning
	set := l.Book.At(t.BasisOn, "")
	if t.Hold != "" && t.Pending() {
		for _, c := range set.Choices(rulebook.TransferHolds) {
			if c.Code == t.Hold {
				out = append(out, Warning{"life.warn.hold", map[string]any{"Reason": c.Title.In(lang)}, set.Rule(rulebook.TransferHolds)})
			}
		}
	}
	if t.Kind != TransferTemporary || t.UntilOn.IsZero() {
		return out
	}
	key := rulebook.TemporaryMonths
	if t.Study {
		key = rulebook.TemporaryStudyMonths
	}
	from := t.LeftOn
	if from.IsZero() {
		from = t.BasisOn
	}
	span, rule := set.Range(key), set.Rule(key)
	end := t.UntilOn.AddDays(1)
	switch {
	case !set.Has(key):
	case end.Before(from.AddMonths(span.Min)):
		out = append(out, Warning{"life.warn.short", map[string]any{"Months": span.Min}, rule})
	case !t.Study && !end.Before(from.AddMonths(span.Max)): // under 12 months
		out = append(out, Warning{"life.warn.long", map[string]any{"Months": span.Max}, rule})
	case t.Study && end.After(from.AddMonths(span.Max)): // up to two years
		out = append(out, Warning{"life.warn.long_study", map[string]any{"Months": span.Max}, rule})
	}
	return out
}
