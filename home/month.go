package home

import (
	"context"

	"chibo/access"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/office"
	"chibo/org"
	"chibo/quality"
	"chibo/rulebook"
	"chibo/task"
)

// Number is a number of a month with what it counts.
type Number struct {
	What  figure.What
	Count int
}

// Part is a unit right below with a number of its cells.
type Part struct {
	ID        int64
	Name      string
	Count, Of int
}

// MonthPage is a unit's figures of a month.
type MonthPage struct {
	Unit    org.Unit
	Name    string // of the unit in that month, in the tree then
	Month   civil.Month
	Today   civil.Month
	Then    bool // by the tree of the month's last day; else by today's
	Sum     figure.UnitMonth
	Numbers []Number
	Parts   []figure.Child // units right below
	First   civil.Month    // the earliest month that can be asked for
}

// monthsBack is how far back months are shown.
const monthsBack = 120

// CheckMonth gives the month to show: none asked for, or one that is not there yet, is
// this one.
func CheckMonth(asked, today civil.Month) civil.Month {
	if asked < today.Add(-monthsBack) || asked > today || asked.Num() < 1 || asked.Num() > 12 {
		return today
	}
	return asked
}

// MonthOf gives a unit's figures of a month to who sees its figures: by today's tree, or,
// with then, as it was reported on the month's last day.
func MonthOf(ctx context.Context, q db.Q, actor access.Actor, u org.Unit, month civil.Month, then bool, day civil.Date) (p MonthPage, err error) {
	p = MonthPage{Unit: u, Name: u.Name, Month: month, Today: day.Month(), Then: then, First: day.Month().Add(-monthsBack)}
	scope, err := figure.ScopeOf(actor, u)
	if err != nil {
		return p, err
	}
	var quarter []figure.UnitMonth
	if then {
		quarter, err = p.readThen(ctx, q, scope, day)
	} else {
		quarter, err = p.readNow(ctx, q, scope)
	}
	if err != nil {
		return p, err
	}
	for _, w := range figure.Whats() {
		p.Numbers = append(p.Numbers, Number{w, p.Sum.Count(w, quarter)})
	}
	return p, nil
}

func (p *MonthPage) readNow(ctx context.Context, q db.Q, scope access.Scope) (quarter []figure.UnitMonth, err error) {
	if quarter, err = figure.Trend(ctx, q, scope, p.Month.QuarterFirst(), p.Month); err != nil {
		return nil, err
	}
	if p.Sum, err = figure.Month(ctx, q, scope, p.Month); err != nil || p.Unit.IsCell() {
		return quarter, err
	}
	p.Parts, err = figure.Children(ctx, q, scope, p.Unit, p.Month.QuarterFirst(), p.Month, civil.Date{})
	return quarter, err
}

// lastDay is the day on which a month is looked at: its last, or today.
func lastDay(month civil.Month, day civil.Date) civil.Date {
	if last := month.Last(); last.Before(day) {
		return last
	}
	return day
}

// partsThen is how many units right below a page of a past tree shows.
const partsThen = 500

func (p *MonthPage) readThen(ctx context.Context, q db.Q, scope access.Scope, day civil.Date) (quarter []figure.UnitMonth, err error) {
	v, err := org.On(ctx, q, scope, lastDay(p.Month, day))
	if err != nil {
		return nil, err
	}
	p.Name = v.Top.Name
	if quarter, p.Sum, err = sumThen(ctx, q, v, p.Month); err != nil || p.Unit.IsCell() {
		return quarter, err
	}
	list, err := v.Children(ctx, q, p.Unit.ID, "", partsThen)
	if err != nil {
		return nil, err
	}
	for _, t := range list {
		months, sum, err := sumThen(ctx, q, v.Under(t), p.Month)
		if err != nil {
			return nil, err
		}
		months[len(months)-1] = sum
		p.Parts = append(p.Parts, figure.Child{ID: t.ID, Name: t.Name, Short: t.Short, Kind: t.Kind, Cells: sum.Of, Months: months})
	}
	return quarter, nil
}

func sumThen(ctx context.Context, q db.Q, v org.View, month civil.Month) (quarter []figure.UnitMonth, sum figure.UnitMonth, err error) {
	if quarter, err = figure.UnderThen(ctx, q, v, month.QuarterFirst(), month); err != nil {
		return nil, sum, err
	}
	kinds, err := v.CountKinds(ctx, q)
	sum = quarter[len(quarter)-1]
	for _, k := range org.CellKinds() {
		sum.Of += kinds[k]
	}
	return quarter, sum, err
}

// ListPage is the list behind a number: of a unit's cells, or of the units right below
// where there are very many.
type ListPage struct {
	Unit  org.Unit
	Name  string
	What  figure.What
	Month civil.Month
	Today civil.Month
	Then  bool
	Total int
	Parts []Part // of a unit above very many cells
	Cells []Row  // else
	Rule  rulebook.Rule
	Late  []figure.CellRow // the facts of Cells, in the same order
	Level int              // for WhatRisen: the level of the tree

	Things bool // the lines are conversations: a unit may have several
}

// Ask is which number of a unit opens its list.
type Ask struct {
	What  figure.What
	Month civil.Month // not asked where IsNow
	Then  bool        // by the tree of the month's last day; else by today's
	Level int         // for WhatRisen: level of the tree to which the tasks have risen; zero: the unit's own
}

// ListOf gives the list behind a number of a unit to who sees its figures.
func ListOf(ctx context.Context, q db.Q, book *rulebook.Book, actor access.Actor, u org.Unit, ask Ask, day civil.Date) (p ListPage, err error) {
	if IsNow(ask.What) {
		ask.Month, ask.Then = day.Month(), false
	}
	p = ListPage{Unit: u, Name: u.Name, What: ask.What, Month: ask.Month, Today: day.Month(), Then: ask.Then, Things: ask.What == WhatTalks}
	if p.Level = ask.Level; p.Level < 1 || p.Level > u.Depth {
		p.Level = u.Depth
	}
	scope, err := figure.ScopeOf(actor, u)
	if err != nil {
		return p, err
	}
	b := builder{set: book.At(day, u.Path), day: day}
	p.Rule = ruleOf(b.set, p.What)
	state, err := figure.StateOf(ctx, q, scope)
	switch {
	case err != nil:
		return p, err
	case IsHigh(u, state):
		return p, p.readParts(ctx, q, actor, &b)
	case IsNow(p.What):
		return p, p.readToday(ctx, q, scope, &b)
	case p.Then:
		var v org.View
		if v, err = org.On(ctx, q, scope, lastDay(p.Month, day)); err != nil {
			return p, err
		}
		p.Name = v.Top.Name
		p.Late, err = figure.ListThen(ctx, q, v, p.What, p.Month)
	default:
		p.Late, err = figure.List(ctx, q, scope, p.What, p.Month)
	}
	if err != nil {
		return p, err
	}
	if err := b.whom(ctx, q, scope); err != nil {
		return p, err
	}
	for _, c := range p.Late {
		p.Cells = append(p.Cells, b.row(c, civil.Date{}))
	}
	p.Total = len(p.Cells)
	b.list(&p)
	return p, nil
}

// whom reads whom to call and what was done lately.
func (b *builder) whom(ctx context.Context, q db.Q, scope access.Scope) (err error) {
	if b.callees, err = office.Callees(ctx, q, scope, b.day); err != nil {
		return err
	}
	b.acts, err = latestActs(ctx, q, scope, b.day)
	return err
}

// list says what was done about the cells of a list that calls for it.
func (b *builder) list(p *ListPage) {
	kind, ok := kindOf(p.What)
	if !ok {
		return
	}
	g := Group{Kind: kind, Rows: p.Cells}
	b.acted(&g)
}

// KindOf gives the matter of the wall that a number stands for; ok is false for a number
// of which nobody is reminded.
func KindOf(w figure.What) (k Kind, ok bool) { return kindOf(w) }

func kindOf(w figure.What) (Kind, bool) {
	switch w {
	case figure.WhatNotMet:
		return NotMet, true
	case figure.WhatUnsent:
		return Late, true
	case figure.WhatNoThematic:
		return NoThematic, true
	case figure.WhatTwice:
		return Weak, true
	case WhatBarren:
		return NoAdmission, true
	case WhatTalks:
		return Talks, true
	case WhatRisen:
		return Tasks, true
	}
	return "", false
}

// ruleOf gives the rule behind a number.
func ruleOf(set rulebook.Set, w figure.What) rulebook.Rule {
	key := rulebook.MeetingRegularPerMonth
	switch w {
	case figure.WhatThematic, figure.WhatNoThematic:
		key = rulebook.MeetingThematicPerQuarter
	case figure.WhatSent, figure.WhatUnsent, figure.WhatSentLate:
		key = rulebook.MeetingReportDaysAfter
	case figure.WhatGood, figure.WhatFair, figure.WhatAverage, figure.WhatWeak, figure.WhatTwice:
		key = rulebook.ScoreBandsKey
	case WhatBarren:
		key = rulebook.WallNoAdmissionYears
	case WhatTalks:
		key = rulebook.ScoreAnswerDays
	case WhatRisen:
		key = rulebook.TaskRiseDays
	}
	return set.Rule(key)
}

func (p *ListPage) readParts(ctx context.Context, q db.Q, actor access.Actor, b *builder) error {
	if IsNow(p.What) {
		return p.partsToday(ctx, q, actor, b)
	}
	m, err := MonthOf(ctx, q, actor, p.Unit, p.Month, p.Then, b.day)
	if err != nil {
		return err
	}
	for _, c := range m.Parts {
		p.add(c, c.Month(p.Month).Count(p.What, c.Quarter(p.Month)))
	}
	for _, n := range m.Numbers {
		if n.What == p.What {
			p.Total = n.Count // also of cells whose unit is no more
		}
	}
	return nil
}

// partsToday counts a number as of today by unit right below.
func (p *ListPage) partsToday(ctx context.Context, q db.Q, actor access.Actor, b *builder) error {
	scope, err := figure.ScopeOf(actor, p.Unit)
	if err != nil {
		return err
	}
	var barren civil.Date
	counts := map[int64]int{}
	switch p.What {
	case WhatBarren:
		barren = b.day.AddMonths(-12 * b.set.Int(rulebook.WallNoAdmissionYears))
	case WhatTalks:
		var late quality.LateBelow
		late, err = quality.LateBelowOf(ctx, q, scope, p.Unit, b.day)
		counts = late.Under
		p.add(figure.Child{ID: p.Unit.ID, Name: p.Unit.Name}, late.Own)
	case WhatRisen:
		counts, err = task.RisenBelow(ctx, q, scope, p.Unit, p.Level, b.day, b.set.Int(rulebook.TaskRiseDays))
	}
	if err != nil {
		return err
	}
	children, err := figure.Children(ctx, q, scope, p.Unit, p.Month, p.Month, barren)
	for _, c := range children {
		p.add(c, c.Barren+counts[c.ID])
	}
	return err
}

func (p *ListPage) add(c figure.Child, n int) {
	p.Total += n
	if n > 0 {
		p.Parts = append(p.Parts, Part{ID: c.ID, Name: c.Name, Count: n, Of: c.Cells})
	}
}

// readToday lists a number as of today cell by cell, as the wall does.
func (p *ListPage) readToday(ctx context.Context, q db.Q, scope access.Scope, b *builder) (err error) {
	if b.now, err = figure.Cells(ctx, q, scope, p.Month); err != nil {
		return err
	}
	if err = b.whom(ctx, q, scope); err != nil {
		return err
	}
	var g Group
	switch p.What {
	case WhatBarren:
		g = b.noAdmission()
	case WhatTalks:
		g, err = lateTalks(ctx, q, scope, p.Unit, b.set, b.day)
		b.fill(&g)
	case WhatRisen:
		b.risen, err = task.RisenIn(ctx, q, scope, p.Level, b.day, b.set.Int(rulebook.TaskRiseDays))
		g = b.tasks()
	}
	if err != nil {
		return err
	}
	b.acted(&g)
	p.Cells, p.Total = g.Rows, len(g.Rows)
	return nil
}
