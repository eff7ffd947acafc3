package demo

import (
	"math/rand/v2"
	"time"

	"chibo/internal/civil"
	"chibo/meeting"
	"chibo/member"
	"chibo/task"
)

// monthPlan is what one cell did in one month, as facts.
type monthPlan struct {
	month     civil.Month
	held      bool
	day       civil.Date
	opened    time.Time
	minutes   int
	agreed    bool // the cell committee met before
	docsEarly int  // days between invitation and meeting
	roll      []meeting.RollRow
	people    []int // index of the person behind each row of the roll
	speakers  []int // indexes into roll
	tasks     []taskPlan
	upto      float64 // share of the agenda that was dealt with
	sentLate  int     // days after the deadline; -1 not sent at all
	praised   bool
	thematic  bool // a thematic meeting followed the regular one
	theme     string
}

// taskPlan is a task that the month's resolution gave, and what became of it.
type taskPlan struct {
	job
	who     int // index of the person
	due     civil.Date
	outcome task.State
}

// chance gives the source of everything about a cell in a month: it depends on
// nothing else, so months can be made in any order.
func chance(cell int, m civil.Month, salt uint64) *rand.Rand {
	return rand.New(rand.NewPCG(uint64(cell)*1_000_003+salt, uint64(m)))
}

// dayOf gives the day of the cell's meeting in a month: its fixed day (rules.md
// 2.05), at times a few days later.
func dayOf(i int, c *cellPlan, m civil.Month) civil.Date {
	r := chance(i, m, 1)
	day := c.day
	if !c.story && r.Float64() > c.care {
		day += r.IntN(6)
	}
	return m.First().AddDays(min(day, m.Last().Day()) - 1)
}

// heldIn says whether the cell held its regular meeting in a month that is over
// or under way on the demo's day.
func heldIn(i int, c *cellPlan, m civil.Month, today civil.Date) bool {
	if !dayOf(i, c, m).Before(today) || ((c.story || c.byGroup) && m == today.Month()) {
		return false
	}
	return c.story || chance(i, m, 2).Float64() > (1-c.care)*0.09
}

// thematicIn says whether a thematic meeting followed the regular one: once a
// quarter where the cell keeps its plan (rules.md 2.02).
func thematicIn(i int, c *cellPlan, m civil.Month, today civil.Date) bool {
	r := chance(i, m.QuarterFirst(), 3)
	if m != m.QuarterFirst().Add(r.IntN(3)) || !heldIn(i, c, m, today) {
		return false
	}
	if c.dormant && m >= today.Month().QuarterFirst() {
		return false
	}
	return c.story || r.Float64() < 0.62+c.care*0.37
}

// monthOf makes the facts of a month; one without a meeting has only its day.
func monthOf(i int, c *cellPlan, m civil.Month, today civil.Date) monthPlan {
	p := monthPlan{month: m, held: heldIn(i, c, m, today), day: dayOf(i, c, m)}
	r := chance(i, m, 4)
	p.opened = p.day.Time(c.hour, 30*r.IntN(2)).UTC()
	p.minutes = 88 + int(c.care*14) + r.IntN(22) - 8
	p.agreed = r.Float64() < 0.35+c.care*0.7
	p.docsEarly = int(c.care*4) - r.IntN(2)
	p.upto = min(1, 0.6+c.care*0.35+r.Float64()*0.2)
	p.praised = r.Float64() < c.care
	p.theme = pick(r, themes())
	p.thematic = thematicIn(i, c, m, today)
	p.sentLate = sentLate(r, c)
	p.called(r, c)
	p.given(r, c)
	return p
}

func sentLate(r *rand.Rand, c *cellPlan) int {
	switch x := r.Float64(); {
	case c.story || x < c.care:
		return 0
	case x < 0.97:
		return 1 + r.IntN(6)
	}
	return -1
}

// called fills the roll of the day.
func (p *monthPlan) called(r *rand.Rand, c *cellPlan) {
	reasons := excuses()
	// Some months more stay away: harvest, storms, a wedding in the street.
	comes := 0.74 + 0.21*c.care + (r.Float64()-0.7)*0.1 + season(p.month)
	for k, q := range c.people {
		x, y, z := r.Float64(), r.Float64(), r.IntN(len(reasons))
		if q.admitted.After(p.day) {
			continue
		}
		row := meeting.RollRow{Name: q.name, Standing: member.StandingReserve, Presence: meeting.Present, How: meeting.ByHand}
		row.Official = !q.official.IsZero() && !q.official.After(p.day)
		if row.Official {
			row.Standing = member.StandingOfficial
		}
		switch {
		case q.spell != "" && !q.spellOn.After(p.day):
			row.Standing = q.spell
			if x > 0.06 {
				row.Presence = ""
			}
		case x > comes && !p.leads(c, k):
			row.Presence, row.Reason = meeting.Excused, reasons[z]
			if y > 0.8+0.2*c.care {
				row.Presence, row.Reason = meeting.Unexcused, ""
			}
		}
		if row.Presence == meeting.Present {
			row.ArrivedAt = p.opened.Add(-time.Duration(2+z*3) * time.Minute)
			if y < c.chatty && x < 0.74 {
				p.speakers = append(p.speakers, len(p.roll))
			}
		} else {
			row.How = ""
		}
		p.roll, p.people = append(p.roll, row), append(p.people, k)
	}
}

// season is what a month of the year adds to attendance: Tết and harvest keep
// people away, the congresses' autumn brings them.
func season(m civil.Month) float64 {
	return [12]float64{-0.01, -0.035, 0.01, 0.015, -0.005, -0.03, -0.01, 0, 0.015, 0.01, 0.025, 0.005}[m.Num()-1]
}

func (p *monthPlan) leads(c *cellPlan, k int) bool {
	return c.story && k >= castSecretary && k <= castClerk
}

// given fills the tasks that the resolution gave.
func (p *monthPlan) given(r *rand.Rand, c *cellPlan) {
	pool := jobs(c.kind)
	at := r.IntN(len(pool))
	for n := range 3 {
		t := taskPlan{job: pool[(at+n*2)%len(pool)], outcome: task.Done}
		if len(p.people) > 0 {
			k := r.IntN(len(p.people))
			for range p.people { // somebody who is not exempt or away
				if s := p.roll[k].Standing; s == member.StandingOfficial || s == member.StandingReserve {
					break
				}
				k = (k + 1) % len(p.people)
			}
			t.who = p.people[k]
		}
		t.due = p.day.AddDays(16 + r.IntN(13))
		switch x := r.Float64(); {
		case x > 0.45+c.care*0.53:
			t.outcome = task.Undone
		case x > 0.38+c.care*0.5:
			t.outcome = task.Late
		case x < 0.08:
			t.outcome = task.Beyond
		}
		p.tasks = append(p.tasks, t)
	}
}
