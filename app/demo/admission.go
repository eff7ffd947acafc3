package demo

import (
	"context"
	"fmt"
	"math/rand/v2"

	"chibo/admission"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/workday"
	"chibo/meeting"
	"chibo/rulebook"
)

// dossierIDs begins the numbers of dossiers, so that an address stays from day to day.
const dossierIDs = 5000

// doneMonths is how far back the dossiers of those recognised are there.
const doneMonths = 12

// admissions makes the people on their way into the Party: candidates at every step, the
// reserve members of the register, those recognised in the last year and some who were
// stopped; and the year's plans. The report's figures do not change: who is a member was
// so before.
func (f *Fill) admissions(ctx context.Context, tx *db.Tx, g *ground) error {
	days, err := workday.New()
	if err != nil {
		return err
	}
	s := &admission.Service{DB: f.DB, Book: f.Book, Days: days}
	var past []admission.Past
	add := func(i int, p admission.Past) {
		p.Ref.ID = dossierIDs + int64(len(past))
		p.CellID = g.cells[i].unit.ID
		past = append(past, p)
	}
	plans := make([]cellPlan, len(g.cells))
	for i := range g.cells {
		plans[i] = g.cells[i].cellPlan
	}
	for n, c := range candidates(plans) {
		way := f.onTheWay(g, c.cell, rand.New(rand.NewPCG(7, uint64(n))))
		add(c.cell, way.candidate(c))
	}
	for i := range g.cells {
		for k, p := range g.cells[i].people {
			if !p.admitted.After(f.Today.AddMonths(-12-doneMonths-2)) || !p.official.IsZero() && !p.official.After(f.Today.AddMonths(-doneMonths)) {
				continue
			}
			way := f.onTheWay(g, i, rand.New(rand.NewPCG(8, uint64(personID(i, k)))))
			add(i, way.member(k))
		}
	}
	if err := s.AddAll(ctx, tx, f.Today, past); err != nil {
		return err
	}
	return admission.AddPlans(ctx, tx, f.admissionPlans(g))
}

// onTheWay is one person's way in a cell while it is made.
type onTheWay struct {
	f     *Fill
	r     *rand.Rand
	i     int
	c     *cell
	set   rulebook.Set
	steps []rulebook.AdmissionStep
	past  admission.Past
}

func (f *Fill) onTheWay(g *ground, i int, r *rand.Rand) *onTheWay {
	c := &g.cells[i]
	w := &onTheWay{f: f, r: r, i: i, c: c, set: f.Book.At(f.Today, c.unit.Path)}
	for _, st := range w.set.AdmissionSteps() {
		if st.By == "section" || st.By == "base" && c.index < 0 {
			continue
		}
		w.steps = append(w.steps, st)
	}
	return w
}

// candidate is somebody before the ceremony.
func (w *onTheWay) candidate(c candidate) admission.Past {
	d := &w.past.Dossier
	d.Person = aspirant(w.r, w.c.kind, w.f.Today)
	upto := w.before(c.step)
	days := w.back(upto, w.f.Today.AddDays(-c.wait))
	w.walk(upto, days)
	if c.step == admission.StepCeremony {
		last := &w.past.Records[len(w.past.Records)-1]
		last.Received = earlier(last.Day.AddDays(4), w.f.Today.AddDays(-1))
		d.DecidedOn = last.Day
	}
	if c.stop {
		why := stopReasons()[w.r.IntN(len(stopReasons()))]
		d.State, d.StopReason, d.StoppedOn = admission.Stopped, why.StopReason, w.f.Today.AddDays(-c.wait/2)
		d.KeepUntil = d.StoppedOn.AddMonths(w.set.Int(rulebook.AdmissionKeepMonths))
		w.past.Records = append(w.past.Records, admission.Record{Step: admission.StepStop, Outcome: admission.Passed, Day: d.StoppedOn, Name: w.lead(), Note: "Chi ủy xem xét, thống nhất dừng."})
	}
	w.rest()
	return w.past
}

// member is somebody of the register: a reserve member, or one recognised of late.
func (w *onTheWay) member(k int) admission.Past {
	d, p := &w.past.Dossier, w.c.people[k]
	d.Person = aspirant(w.r, w.c.kind, p.admitted)
	d.Person.Name, d.Person.Birth, d.Person.Sex = p.name, p.birth, sexOf(p)
	d.Person.YouthUnion = p.admitted.Year()-p.birth.Year() <= 31
	d.MembershipID, d.DecidedOn, d.JoinedOn, d.OfficialOn = w.c.members[k], p.admitted, earlier(p.ceremony, w.f.Today.AddDays(-1)), p.official
	upto := w.before(admission.StepCeremony)
	w.walk(upto, w.back(upto, p.admitted))
	last := &w.past.Records[len(w.past.Records)-1]
	last.Received = earlier(p.admitted.AddDays(4), d.JoinedOn)
	w.record("ceremony", d.JoinedOn)
	w.probation(d.JoinedOn)
	if !p.official.IsZero() {
		d.State = admission.Done
	}
	w.rest()
	return w.past
}

// probation is what was done since the ceremony.
func (w *onTheWay) probation(joined civil.Date) {
	end := joined.AddMonths(12)
	after := func(step string, days int) civil.Date {
		on := joined.AddDays(days)
		if on.Before(w.f.Today) {
			w.record(step, on)
		}
		return on
	}
	if w.r.IntN(9) > 0 {
		after("member_cv", 12+w.r.IntN(25))
	}
	after("new_class", 150+w.r.IntN(120))
	if d := w.past.Dossier; !end.Before(w.f.Today) {
		return
	} else if d.OfficialOn.IsZero() { // under way: the later ones of the steps wait
		steps := []string{"review", "rec_opinions", "rec_vote", "rec_base"}
		for n, step := range steps[:1+w.r.IntN(len(steps))] {
			on := end.AddDays(1 + n*7)
			if step == "rec_vote" {
				on = w.meetingOn(on.AddDays(14), end.AddDays(9))
			}
			if !on.Before(w.f.Today) || step == "rec_base" && w.c.index < 0 {
				return
			}
			w.record(step, on)
		}
		return
	}
	w.record("review", end.AddDays(1))
	w.record("rec_opinions", end.AddDays(5))
	vote := w.meetingOn(end.AddDays(32), end.AddDays(6))
	w.record("rec_vote", earlier(vote, w.f.Today.AddDays(-8)))
	if w.c.index >= 0 {
		w.record("rec_base", earlier(vote.AddDays(12), w.f.Today.AddDays(-5)))
	}
	w.record("rec_decision", earlier(vote.AddDays(24), w.f.Today.AddDays(-2)))
}

// before gives how many steps are done when one waits.
func (w *onTheWay) before(step string) int {
	for n, st := range w.steps {
		if st.Code == step {
			return n
		}
	}
	return 0
}

// back gives the day of each of the first n steps, the last on a day; the vote is on a day
// on which the cell met.
func (w *onTheWay) back(n int, last civil.Date) []civil.Date {
	out := make([]civil.Date, n)
	on := last
	for i := n - 1; i >= 0; i-- {
		step := w.steps[i].Code
		if step == admission.StepCellVote {
			on = w.meetingOn(on, civil.Date{})
		} else {
			on = workdayBefore(on)
		}
		out[i] = on
		on = on.AddDays(-gap(step) - w.r.IntN(1+gap(step)/3))
	}
	return out
}

// meetingOn gives the cell's last regular meeting up to a day, the day itself when there
// was none after the first.
func (w *onTheWay) meetingOn(day, first civil.Date) civil.Date {
	for n := range 3 {
		m := day.Month().Add(-n)
		on := dayOf(w.i, &w.c.cellPlan, m)
		if !on.After(day) && !on.Before(first) && heldIn(w.i, &w.c.cellPlan, m, w.f.Today) {
			return on
		}
	}
	return day
}

func (w *onTheWay) walk(n int, days []civil.Date) {
	for i := range n {
		if i == 0 {
			w.past.TrackedOn = days[i]
		}
		w.record(w.steps[i].Code, days[i])
	}
}

// record notes a step that was passed.
func (w *onTheWay) record(step string, on civil.Date) {
	rec := admission.Record{Step: step, Outcome: admission.Passed, Day: on, Name: w.lead()}
	switch step {
	case admission.StepCellVote, admission.StepRecVote:
		rec.Base = w.officials(on)
		rec.Yes = rec.Base - w.r.IntN(1+rec.Base/9)
		rec.No = rec.Base - rec.Yes
		for _, st := range w.steps {
			if st.Code == step {
				rec.RuleKey, rec.RuleFrom = st.Vote, w.f.Book.At(on, w.c.unit.Path).Rule(st.Vote).ValidFrom
			}
		}
		if m := on.Month(); w.f.Today.Month().Sub(m) < historyMonths && dayOf(w.i, &w.c.cellPlan, m) == on && heldIn(w.i, &w.c.cellPlan, m, w.f.Today) {
			rec.MeetingID = monthID(w.i, m, w.f.Today, idMeeting)
		}
	case "base", "rec_base":
		rec.Base = 11 + w.c.cellPlan.unit%5
		rec.Yes = rec.Base - w.r.IntN(2)
		rec.No = rec.Base - rec.Yes
		rec.UnitID, rec.Body = w.c.upper.ID, meeting.CommitteeName(w.c.upper.Name)
		rec.Number = fmt.Sprintf("%02d-NQ/ĐU", 20+w.r.IntN(180))
	case admission.StepDecision, admission.StepRecDecision:
		rec.UnitID, rec.Body = topID, "Ban Thường vụ Huyện ủy"
		rec.Number = fmt.Sprintf("%d-QĐ/HU", 100+w.r.IntN(900))
		rec.Received = earlier(on.AddDays(4), w.f.Today.AddDays(-1))
	}
	w.past.Records = append(w.past.Records, rec)
}

// officials counts who votes in the cell on a day.
func (w *onTheWay) officials(on civil.Date) (n int) {
	for _, p := range w.c.people {
		if !p.official.IsZero() && !p.official.After(on) && p.spell == "" {
			n++
		}
	}
	return n
}

func (w *onTheWay) lead() string { return w.c.people[w.c.lead[0]].name }

func earlier(a, b civil.Date) civil.Date {
	if b.Before(a) {
		return b
	}
	return a
}

// workdayBefore gives the day itself, or the Friday before.
func workdayBefore(d civil.Date) civil.Date {
	for d.Weekday() == 0 || d.Weekday() == 6 {
		d = d.AddDays(-1)
	}
	return d
}
