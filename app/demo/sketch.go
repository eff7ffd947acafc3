package demo

import (
	"math"
	"math/rand/v2"

	"chibo/figure"
	"chibo/internal/civil"
	"chibo/meeting"
	"chibo/rulebook"
)

// sketch gives the cell-months of a commune whose meetings are not made: figures as
// such meetings would leave them, drawn from the same character of each cell without
// a roll, tasks or a score sheet behind them.
func (f *Fill) sketch(w *wide, g *ground) []figure.CellMonth {
	rules := &daysRules{book: f.Book, known: map[civil.Date]dayRules{}}
	out := make([]figure.CellMonth, 0, len(g.cells)*w.months)
	for i := range g.cells {
		for back := range w.months {
			m := f.Today.Month().Add(-back)
			if row, ok := f.sketchMonth(g.base+i, &g.cells[i], m, rules); ok {
				out = append(out, row)
			}
		}
	}
	return out
}

// dayRules is what a sketch asks of the rules of a day.
type dayRules struct {
	sheet    rulebook.Sheet
	deadline civil.Date
}

type daysRules struct {
	book  *rulebook.Book
	known map[civil.Date]dayRules
}

func (d *daysRules) at(day civil.Date) dayRules {
	r, ok := d.known[day]
	if !ok {
		set := d.book.At(day, "")
		r = dayRules{sheet: set.Sheet(meeting.Regular), deadline: meeting.Deadline(set, day)}
		d.known[day] = r
	}
	return r
}

func (f *Fill) sketchMonth(i int, c *cell, m civil.Month, rules *daysRules) (figure.CellMonth, bool) {
	if !heldIn(i, &c.cellPlan, m, f.Today) {
		return figure.CellMonth{}, false
	}
	day := dayOf(i, &c.cellPlan, m)
	rule := rules.at(day)
	r := chance(i, m, 9)
	row := figure.CellMonth{
		Part: c.unit.PartID, Month: m, CellID: c.unit.ID, MetDay: day, Minutes: 80 + int(c.care*14) + r.IntN(22), Agreed: r.Float64() < 0.35+c.care*0.7,
	}
	if thematicIn(i, &c.cellPlan, m, f.Today) {
		row.Thematic = 1
	}
	for _, p := range c.people {
		if !p.admitted.After(day) && (p.spell == "" || p.spellOn.After(day)) {
			row.Due++
		}
	}
	row.Present = drawn(r, row.Due, 0.74+0.21*c.care+(r.Float64()-0.7)*0.1+season(m))
	row.Unexcused = drawn(r, row.Due-row.Present, 0.2-0.2*c.care)
	row.Excused = row.Due - row.Present - row.Unexcused
	row.Speakers = drawn(r, row.Present, c.chatty)
	if heldIn(i, &c.cellPlan, m.Add(-1), f.Today) {
		row.TasksDue = 3
		row.TasksDone = drawn(r, 3, 0.45+c.care*0.53)
	}
	points := rule.sheet.Max*10 - 10*int(math.Abs(r.NormFloat64())*3+(1-c.care)*float64(rule.sheet.Max)*0.55)
	if points = max(0, points); rule.sheet.Mode == rulebook.ModePass && r.Float64() < 0.35+0.65*c.care {
		points = rule.sheet.Max * 10 // passed
	}
	row.Score10, row.Grade = points, rule.sheet.Grade(points, func(string) bool { return true }).Code
	if rule.sheet.Mode == rulebook.ModePass {
		row.Score10 = figure.NoScore
	}
	f.sketchSent(r, c, day, rule, &row)
	return row, true
}

// sketchSent says when the papers went up, if they did by the demo's day.
func (f *Fill) sketchSent(r *rand.Rand, c *cell, day civil.Date, rule dayRules, row *figure.CellMonth) {
	late := sentLate(r, &c.cellPlan)
	if late < 0 {
		return
	}
	sent := day.AddDays(1)
	if late > 0 {
		sent = rule.deadline.AddDays(late)
	}
	if sent.Before(f.Today) {
		row.SentDay, row.SentLate = sent, late
	}
}

// drawn gives how many of n come out when each does by the chance p: the normal curve
// stands for n throws.
func drawn(r *rand.Rand, n int, p float64) int {
	p = min(1, max(0, p))
	mean := float64(n) * p
	return min(n, max(0, int(mean+r.NormFloat64()*math.Sqrt(mean*(1-p))+0.5)))
}
