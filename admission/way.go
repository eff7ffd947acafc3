package admission

import (
	"context"
	"slices"
	"time"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/workday"
	"chibo/meeting"
	"chibo/org"
	"chibo/rulebook"
)

// Record is one line of the trail: a step that was done, or an act beside the way.
type Record struct {
	ID        int64
	Step      string
	Outcome   string // Passed, Failed, Back
	Day       civil.Date
	Received  civil.Date // of a decision: the day it came to the cell
	Number    string
	Body      string // who decided, as the paper names it
	Yes, No   int
	Base      int // 0: no vote
	RuleKey   string
	RuleFrom  civil.Date // day from which the version used holds
	MeetingID int64
	VoteID    int64
	Secret    bool
	Note      string
	Missing   string // conditions that were missing when a person went on, codes with a space between
	UnitID    int64
	Name      string // of the account then
	At        time.Time
	StruckAt  time.Time // zero: it stands

	account int64
	op      string
}

// Meeting names the meeting of a vote.
func (r Record) Meeting(part int64) ident.Ref { return ident.Ref{Part: part, ID: r.MeetingID} }

// Place is where a cell stands, as the steps need it; a unit that is not there is zero.
type Place struct {
	Cell, Section, Base, Above org.Unit
}

// Of gives who acts by a code of rulebook.AdmissionStep.By; ok is false when the cell has
// no such unit.
func (p Place) Of(by string) (org.Unit, bool) {
	u := p.Cell
	switch by {
	case "section":
		u = p.Section
	case "base":
		u = p.Base
	case "above":
		u = p.Above
	}
	return u, u.ID != 0
}

// placeOf finds the units above a cell that have a step of their own. In a commune
// organisation the decision belongs to its own standing board from the day of the rule
// (rules.md 4.30).
func (s *Service) placeOf(ctx context.Context, q db.Q, cell org.Unit, day civil.Date) (Place, error) {
	p := Place{Cell: cell}
	up := func(u org.Unit) (org.Unit, error) {
		if u.ParentID == 0 {
			return org.Unit{}, nil
		}
		return org.ByID(ctx, q, u.ParentID)
	}
	next, err := up(cell)
	if err != nil {
		return p, err
	}
	if cell.Kind == org.KindGrassrootsCell {
		if p.Above = next; next.ID == 0 {
			p.Above = cell
		}
		return p, nil
	}
	if next.Kind == org.KindSectional || next.Kind == org.KindDependent {
		p.Section = next
		if next, err = up(next); err != nil {
			return p, err
		}
	}
	p.Base = next
	if p.Above, err = up(next); err != nil {
		return p, err
	}
	own := next.Kind == org.KindCommuneParty && s.Book.At(day, cell.Path).Text(rulebook.DecideCommune) == rulebook.DecideStanding
	if own || p.Above.ID == 0 {
		p.Above = next
	}
	if p.Above.ID == 0 {
		p.Above = cell
	}
	return p, nil
}

// Leg is a step of one dossier's way.
type Leg struct {
	rulebook.AdmissionStep
	Skip   bool    // the cell has no such unit, or had none when the dossier went past
	Done   *Record // that it was passed; nil: not yet
	Last   *Record // the last time it was tried, whatever came of it
	Failed int     // how often it failed
	Up     bool    // failed as often as the rule allows: the level above decides (rules.md 4.37)
	Ready  bool    // all steps before it are done
}

// Over says whether the step holds up nothing any more.
func (l Leg) Over() bool { return l.Done != nil || l.Skip || l.Up }

// Way is all steps of one dossier.
type Way []Leg

// Walk puts the records on the steps. most is how often a vote of recognition may fail
// before the level above decides, 0 for no such rule.
func Walk(steps []rulebook.AdmissionStep, p Place, records []Record, most int) Way {
	way, behind := make(Way, 0, len(steps)), leftBehind(steps, records)
	for _, st := range steps {
		leg := Leg{AdmissionStep: st}
		for i, r := range records {
			if r.Step != st.Code || !r.StruckAt.IsZero() {
				continue
			}
			leg.Last = &records[i]
			switch r.Outcome {
			case Passed:
				leg.Done = &records[i]
			case Failed:
				leg.Failed++
			}
		}
		_, there := p.Of(st.By)
		leg.Skip = !there || behind[st.Code] && leg.Last == nil
		leg.Up = st.Purpose == rulebook.PartRecognition && most > 0 && leg.Failed >= most && leg.Done == nil
		leg.Ready = true
		for _, need := range st.Needs {
			leg.Ready = leg.Ready && way.over(need)
		}
		way = append(way, leg)
	}
	return way
}

// leftBehind gives the steps before one that was passed: nobody goes back to them, where the
// rules or the place of the cell have a step more by now.
func leftBehind(steps []rulebook.AdmissionStep, records []Record) map[string]bool {
	passed, behind := map[string]bool{}, map[string]bool{}
	for _, r := range records {
		if r.Outcome == Passed && r.StruckAt.IsZero() {
			passed[r.Step] = true
		}
	}
	for _, st := range slices.Backward(steps) {
		for _, need := range st.Needs {
			if passed[st.Code] || behind[st.Code] {
				behind[need] = true
			}
		}
	}
	for code := range passed {
		delete(behind, code)
	}
	return behind
}

func (w Way) at(code string) int {
	return slices.IndexFunc(w, func(l Leg) bool { return l.Code == code })
}

// over says whether a step, and where the cell has no such unit the steps before it, are
// done.
func (w Way) over(code string) bool {
	i := w.at(code)
	if i < 0 {
		return false
	}
	return w[i].Over() && (!w[i].Skip || w[i].Ready)
}

// Leg gives a step by its code; ok is false for none.
func (w Way) Leg(code string) (Leg, bool) {
	if i := w.at(code); i >= 0 {
		return w[i], true
	}
	return Leg{}, false
}

// Done gives the record that passed a step, the zero one for none.
func (w Way) Done(code string) Record {
	if l, ok := w.Leg(code); ok && l.Done != nil {
		return *l.Done
	}
	return Record{}
}

// Next gives the step that waits: the first of the main way that is not over, or the one
// beside it that holds it up. ok is false when all is done.
func (w Way) Next() (Leg, bool) {
	for _, l := range w {
		if l.Beside || l.Over() {
			continue
		}
		if l.Ready {
			return l, true
		}
		for _, need := range l.Needs {
			if n, ok := w.Leg(need); ok && !n.Over() && n.Ready {
				return n, true
			}
		}
	}
	return Leg{}, false
}

// Waiting gives every step that can be done now: the one of Next and those beside it.
func (w Way) Waiting() []Leg {
	next, ok := w.Next()
	var out []Leg
	if ok {
		out = append(out, next)
	}
	for _, l := range w {
		if l.Beside && l.Ready && !l.Over() && l.Code != next.Code {
			out = append(out, l)
		}
	}
	return out
}

// Refuse says why a step cannot be done on a day after what was done before, nil when it
// can: it is over, another one comes first, or its day lies before theirs.
func (w Way) Refuse(code string, day civil.Date) error {
	leg, ok := w.Leg(code)
	if !ok || leg.Skip {
		return ErrState
	}
	if leg.Over() {
		return fault.New(fault.Conflict, "admission.err.done_already", "Step", leg.Title.Vi)
	}
	for _, need := range leg.Needs {
		if !w.over(need) {
			return fault.New(ErrOrder.Kind, ErrOrder.Key, "Step", w.firstMissing(need).Title.Vi)
		}
		if before := w.lastDay(need); day.IsDay() && day.Before(before.Day) {
			n, _ := w.Leg(before.Step)
			return fault.Field("day", "admission.err.before", "Step", n.Title.Vi, "Day", before.Day.Vi())
		}
	}
	return nil
}

// firstMissing gives the first step that is missing for a needed one.
func (w Way) firstMissing(code string) Leg {
	l, _ := w.Leg(code)
	for _, need := range l.Needs {
		if !w.over(need) {
			return w.firstMissing(need)
		}
	}
	return l
}

// lastDay gives the record of a step, or where the cell has none the latest before it.
func (w Way) lastDay(code string) Record {
	l, ok := w.Leg(code)
	if !ok {
		return Record{}
	}
	if l.Done != nil {
		return *l.Done
	}
	if l.Up && l.Last != nil {
		return *l.Last
	}
	var last Record
	for _, need := range l.Needs {
		if r := w.lastDay(need); r.Day.After(last.Day) {
			last = r
		}
	}
	return last
}

// Clock is a deadline of a dossier.
type Clock struct {
	Code   string
	From   civil.Date
	Opens  civil.Date // the step is not done before; zero: no such day
	Due    civil.Date // with the extension
	Plain  civil.Date // without it
	Reason string     // of the extension
	DoneOn civil.Date // zero: not yet
}

// Late says whether the day is over and the step is not done, or was done later.
func (c Clock) Late(day civil.Date) bool {
	if !c.DoneOn.IsZero() {
		return c.DoneOn.After(c.Due)
	}
	return c.Due.Before(day)
}

// clocksOf reckons the deadlines from what was done, each by the rules of the day from
// which it runs. A length that no rule of that day knows gives no deadline.
func clocksOf(rules func(civil.Date) rulebook.Set, days *workday.Calendar, way Way, defs []rulebook.AdmissionClock) []Clock {
	var out []Clock
	for _, def := range defs {
		from := way.lastDay(def.From)
		if from.Step != def.From {
			continue
		}
		if c, ok := clockFrom(rules(from.Day), days, def, from); ok {
			if l, found := way.Leg(def.Step); found && l.Last != nil && l.Last.ID > from.ID && l.Last.Outcome != Back {
				c.DoneOn = l.Last.Day
				if l.Done != nil {
					c.DoneOn = l.Done.Day
				}
			}
			out = append(out, c)
		}
	}
	return out
}

func clockFrom(set rulebook.Set, days *workday.Calendar, def rulebook.AdmissionClock, from Record) (Clock, bool) {
	c := Clock{Code: def.Code, From: from.Day}
	if def.Start != "" && set.Text(def.Start) == rulebook.StartReceived {
		c.From = from.Received
	}
	for _, key := range []string{def.Start, def.Months, def.Days} {
		if key != "" && !set.Has(key) {
			return c, false
		}
	}
	if !c.From.IsDay() {
		return c, false
	}
	c.Due = c.From
	if def.Months != "" {
		c.Due = c.Due.AddMonths(set.Int(def.Months))
	}
	if def.Opens {
		c.Opens = c.Due
	}
	if def.Days != "" {
		c.Due = days.Add(c.Due, set.Int(def.Days))
	}
	c.Plain = c.Due
	return c, true
}

// nearest gives the open deadline that comes first, of those whose step can be done.
func nearest(clocks []Clock) (c Clock, ok bool) {
	for _, x := range clocks {
		if x.DoneOn.IsZero() && (!ok || x.Due.Before(c.Due)) {
			c, ok = x, true
		}
	}
	return c, ok
}

// purposeOf gives the step that a meeting's vote of a purpose decides.
func (w Way) purposeOf(purpose string) (Leg, bool) {
	for _, l := range w {
		if l.Kind == KindVote && l.Purpose == purpose {
			return l, true
		}
	}
	return Leg{}, false
}

// meetingOf is the meeting that a dossier stands on the agenda of, when it still does.
func meetingOf(ctx context.Context, q db.Q, d Dossier) (m meeting.Meeting, ok bool, err error) {
	if d.MeetingID == 0 {
		return m, false, nil
	}
	return meeting.HasItem(ctx, q, d.Meeting(), d.ItemID)
}
