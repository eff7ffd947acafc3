package admission

import (
	"context"
	"strings"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/viet"
	"chibo/member"
	"chibo/office"
	"chibo/org"
	"chibo/rulebook"
)

// RecordIn is a step that was done.
type RecordIn struct {
	Step     string
	Outcome  string     // Passed when empty
	Day      civil.Date // of the act
	Received civil.Date // of a decision: the day it came to the cell; may be noted later
	Number   string     // of the paper
	Body     string     // who decided, as the paper names it
	Yes, No  int
	Base     int        // members of the body that voted; 0: not known
	Official civil.Date // of a recognition: zero is the exact end of the probation
	Consent  string     // of the level above to a ceremony after its day
	Sure     bool       // of a ceremony: somebody alike in the register is somebody else
	Act
}

// Record notes a step of the way. Votes of the cell are not noted but held, see
// PutOnAgenda; one from before the dossier was opened here is copied from its paper.
// Errors: ErrOrder, ErrState, ErrByVote, ErrChanged; fields day, received, number, body, yes,
// base, note, consent, official, conditions.
func (s *Service) Record(ctx context.Context, actor access.Actor, ref ident.Ref, in RecordIn) error {
	tidy(&in.Number, &in.Body, &in.Note, &in.Consent)
	if in.Outcome == "" {
		in.Outcome = Passed
	}
	may := func(ctx context.Context, t *turn) error {
		_, place, err := t.way(ctx)
		if err != nil {
			return err
		}
		for _, st := range t.set().AdmissionSteps() {
			if u, ok := place.Of(st.By); ok && st.Code == in.Step && mayRecord(actor, place, u) {
				return t.visible(ctx)
			}
		}
		return access.ErrForbidden
	}
	return s.act(ctx, actor, ref, in.Act, may, func(ctx context.Context, t *turn) error {
		switch {
		case t.d.State != Open:
			return ErrState
		case t.d.ToCell != 0:
			return ErrMoving
		}
		way, place, err := t.way(ctx)
		if err != nil {
			return err
		}
		leg, ok := way.Leg(in.Step)
		if !ok {
			return ErrState
		}
		if err := way.Refuse(in.Step, in.Day); err != nil {
			return err
		}
		r := Record{
			Step: in.Step, Outcome: in.Outcome, Day: in.Day, Received: in.Received, Number: in.Number, Body: in.Body, Yes: in.Yes, No: in.No, Base: in.Base,
			Note: in.Note,
		}
		u, _ := place.Of(leg.By)
		r.UnitID = u.ID
		if err := t.check(ctx, &r, leg, in, way); err != nil {
			return err
		}
		if err := t.effect(ctx, leg, &r, in, way); err != nil {
			return err
		}
		return t.settle(ctx, r, "step")
	})
}

// visible asks that the actor reads the dossier whole.
func (t *turn) visible(ctx context.Context) error {
	how, err := sees(ctx, t.tx, t.actor, t.d, t.cell)
	if err == nil && how != seesAll {
		err = access.ErrForbidden
	}
	return err
}

// check gives the field errors of a step by the rules of its own day.
func (t *turn) check(ctx context.Context, r *Record, leg Leg, in RecordIn, way Way) error {
	var f fault.Fields
	today := t.tx.Today()
	checkDay(&f, "day", r.Day, today)
	fits(&f, "note", r.Note, textMost)
	fits(&f, "number", r.Number, nameMost)
	fits(&f, "body", r.Body, lineMost)
	if !leg.outcome(r.Outcome) {
		f.Add("outcome", "admission.err.choose")
	}
	if r.Outcome != Passed && r.Note == "" {
		f.Add("note", "admission.err.why")
	}
	if err := f.Err(); err != nil { // the rules below need the day
		return err
	}
	set := t.s.Book.At(r.Day, t.cell.Path)
	switch leg.Kind {
	case KindCheck:
		return t.checkConditions(ctx, r, set, way)
	case KindVote:
		t.checkPastVote(&f, r, leg, set)
	case KindBody:
		checkVote(&f, r, leg, set, true)
		if err := t.checkBase(ctx, &f, r); err != nil {
			return err
		}
	case KindDecision, KindRecognition:
		checkVote(&f, r, leg, set, false)
		t.checkDecision(&f, r, today)
		if leg.Kind == KindRecognition {
			t.checkOfficial(&f, r, in, way)
		}
	case KindCeremony:
		if err := t.checkCeremony(ctx, &f, r, in, way); err != nil {
			return err
		}
	}
	return f.Err()
}

// outcome says whether a step can end so.
func (l Leg) outcome(o string) bool {
	switch o {
	case Passed:
		return true
	case Failed:
		return l.Kind == KindVote || l.Kind == KindBody || l.Kind == KindDecision || l.Kind == KindRecognition
	case Back:
		return l.Kind == KindBody || l.Kind == KindDecision || l.Kind == KindRecognition
	}
	return false
}

// checkConditions is the cell committee's look before the vote (rules.md 4.26): what the
// Charter does not leave open must be there, over the rest a person goes on with a reason.
func (t *turn) checkConditions(ctx context.Context, r *Record, set rulebook.Set, way Way) error {
	facts, err := t.s.facts(ctx, t.tx, t.d, t.cell, way, r.Day)
	if err != nil {
		return err
	}
	list := Conditions(set, facts, r.Day)
	if err := hard(list); err != nil {
		return err
	}
	var asks []string
	for _, c := range list {
		if c.Asks() {
			asks = append(asks, c.Code)
		}
	}
	if r.Missing = strings.Join(asks, " "); len(asks) > 0 && r.Note == "" {
		return fault.Field("note", "admission.err.reason_for", "Count", len(asks))
	}
	return nil
}

// hard refuses while a condition is missing that the cell may not pass over; the field is
// the condition's.
func hard(list []Condition) error {
	var f fault.Fields
	for _, c := range list {
		if c.Stops() {
			f.Add("cond-"+c.Code, c.Key(), c.Args...)
		}
	}
	return f.Err()
}

// checkPastVote copies a vote of the cell from its paper, when the meeting was before the
// dossier was opened here.
func (t *turn) checkPastVote(f *fault.Fields, r *Record, leg Leg, set rulebook.Set) {
	if opened := civil.From(instant(t.d.at)); !r.Day.Before(opened) {
		f.Add("day", "admission.err.vote_here", "Day", opened.Vi())
		return
	}
	if r.Number == "" {
		f.Add("number", "admission.err.number")
	}
	checkVote(f, r, leg, set, true)
}

// checkVote holds counts to the threshold of the day: whole numbers, the base is all
// members of the body (rules.md 2.27, 4.28, 4.29). Counts that are not asked may be left out.
func checkVote(f *fault.Fields, r *Record, leg Leg, set rulebook.Set, asked bool) {
	if r.Outcome == Back || !asked && r.Yes == 0 && r.No == 0 && r.Base == 0 {
		r.Yes, r.No, r.Base = 0, 0, 0
		return
	}
	switch {
	case r.Base <= 0:
		f.Add("base", "admission.err.base_empty")
	case r.Yes < 0 || r.No < 0:
		f.Add("yes", "admission.err.negative")
	case r.Yes+r.No > r.Base:
		f.Add("yes", "admission.err.base_small", "Sum", r.Yes+r.No, "Base", r.Base)
	default:
		threshold := set.Ratio(leg.Vote)
		r.RuleKey, r.RuleFrom = leg.Vote, set.Rule(leg.Vote).ValidFrom
		if passes := threshold.Passes(r.Yes, r.Base); passes != (r.Outcome == Passed) {
			key := "admission.err.not_enough"
			if passes {
				key = "admission.err.enough"
			}
			f.Add("outcome", key, "Yes", r.Yes, "Base", r.Base, "Needed", threshold.Needed(r.Base))
		}
	}
}

// checkBase holds the base of a committee's vote to the register of posts: whoever was in
// the committee on the day counts, also who was absent. The register may have fewer than
// there were, so only a base below it needs a reason; it stops nobody.
func (t *turn) checkBase(ctx context.Context, f *fault.Fields, r *Record) error {
	known, err := committeeOn(ctx, t.tx, r.UnitID, r.Day)
	if err == nil && r.Base > 0 && r.Base < known && r.Note == "" {
		f.Add("base", "admission.err.base_register", "Count", known, "Base", r.Base)
	}
	return err
}

// committeeOn counts the members of a unit's committee whom the register of posts knows on
// a day.
func committeeOn(ctx context.Context, q db.Q, unitID int64, day civil.Date) (int, error) {
	u, err := org.ByID(ctx, q, unitID)
	if err != nil || u.IsCell() {
		return 0, err
	}
	posts, err := office.Posts(ctx, q, u.PartID, u.ID)
	seen := map[int64]bool{}
	for _, h := range posts {
		in := h.Body == office.BodyCommittee || h.Body == office.BodyStandingBoard
		if in && !h.From.After(day) && (h.To.IsZero() || h.To.After(day)) {
			seen[h.PersonID] = true
		}
	}
	return len(seen), err
}

func (t *turn) checkDecision(f *fault.Fields, r *Record, today civil.Date) {
	if r.Outcome == Back {
		return
	}
	if r.Number == "" {
		f.Add("number", "admission.err.number")
	}
	if r.Body == "" {
		f.Add("body", "admission.err.body")
	}
	if r.Received.IsZero() {
		return
	}
	checkDay(f, "received", r.Received, today)
	if r.Received.IsDay() && r.Received.Before(r.Day) {
		f.Add("received", "admission.err.received_before", "Day", r.Day.Vi())
	}
}

// checkOfficial: the member is official from the exact end of the probation, however late
// the organisation was (rules.md 4.36). Another day needs a reason, and is never earlier.
func (t *turn) checkOfficial(f *fault.Fields, r *Record, in RecordIn, way Way) {
	exact := t.probationEnd(way)
	switch {
	case in.Official.IsZero() || in.Official == exact:
	case !in.Official.IsDay():
		f.Add("official", "admission.err.day_partial")
	case in.Official.Before(exact):
		f.Add("official", "admission.err.official_early", "Day", exact.Vi())
	case r.Note == "":
		f.Add("note", "admission.err.official_why", "Day", exact.Vi())
	}
}

// probationEnd gives the exact end of the probation by the rule of the ceremony's day.
func (t *turn) probationEnd(way Way) civil.Date {
	on := way.Done(StepCeremony).Day
	if !on.IsDay() {
		return on
	}
	return on.AddMonths(t.s.Book.At(on, t.cell.Path).Int(rulebook.ProbationMonths))
}

// checkCeremony: the decision is there; after its day the level above has agreed (4.32).
func (t *turn) checkCeremony(ctx context.Context, f *fault.Fields, r *Record, in RecordIn, way Way) error {
	if got := way.Done(StepDecision).Received; got.IsZero() {
		f.Add("day", "admission.err.not_received")
	} else if r.Day.Before(got) {
		f.Add("day", "admission.err.ceremony_before", "Day", got.Vi())
	}
	clocks, err := Clocks(ctx, t.tx, t.d.Ref)
	for _, c := range clocks {
		if c.Code != StepCeremony || !c.Due.Before(r.Day) {
			continue
		}
		if in.Consent == "" {
			f.Add("consent", "admission.err.consent", "Day", c.Due.Vi(), "Count", t.s.Days.Between(c.Due, r.Day))
		} else {
			r.Note = strings.TrimSpace("Cấp trên đồng ý: " + in.Consent + "\n" + r.Note)
		}
	}
	fits(f, "consent", in.Consent, lineMost)
	return err
}

// effect is what a step changes outside of the dossier: the register.
func (t *turn) effect(ctx context.Context, leg Leg, r *Record, in RecordIn, way Way) error {
	if r.Outcome != Passed {
		return nil
	}
	switch leg.Kind {
	case KindDecision:
		t.d.DecidedOn = r.Day
	case KindCeremony:
		m, err := t.s.Life.Admit(ctx, t.tx, t.actor, t.cell.ID, member.AdmitIn{
			Name: t.d.Person.Name, Sex: t.d.Person.Sex, Birth: t.d.Person.Birth, On: r.Day, Decided: t.d.DecidedOn, Again: t.d.Person.Again, Sure: in.Sure,
		})
		if err != nil {
			return err
		}
		t.d.MembershipID, t.d.JoinedOn, t.d.MeetingID, t.d.ItemID = m.ID, r.Day, 0, 0
	case KindRecognition:
		on := in.Official
		if on.IsZero() {
			on = t.probationEnd(way)
		}
		if err := t.s.Life.MakeOfficial(ctx, t.tx, t.actor, t.membership(), on); err != nil {
			return err
		}
		t.d.OfficialOn, t.d.State = on, Done
	}
	return nil
}

func (t *turn) membership() ident.Ref { return ident.Ref{Part: t.d.Ref.Part, ID: t.d.MembershipID} }

// Receive notes the day on which a decision came to the cell: from it the time for the
// ceremony runs where the rule says so (rules.md 4.32). Field received; ErrState.
func (s *Service) Receive(ctx context.Context, actor access.Actor, ref ident.Ref, day civil.Date, act Act) error {
	return s.act(ctx, actor, ref, act, leads, func(ctx context.Context, t *turn) error {
		way, _, err := t.way(ctx)
		if err != nil {
			return err
		}
		r := way.Done(StepDecision)
		if r.ID == 0 || !r.Received.IsZero() || t.d.State != Open || t.d.MembershipID != 0 {
			return ErrState
		}
		var f fault.Fields
		checkDay(&f, "received", day, t.tx.Today())
		if day.IsDay() && day.Before(r.Day) {
			f.Add("received", "admission.err.received_before", "Day", r.Day.Vi())
		}
		if err := f.Err(); err != nil {
			return err
		}
		// The line stays as it was; one with the day takes its place.
		if err := t.strike(ctx, r.ID); err != nil {
			return err
		}
		r.Received = day
		return t.settle(ctx, r, "receive")
	})
}

func (t *turn) strike(ctx context.Context, id int64) error {
	res, err := t.tx.Exec(ctx, strikeSQL, t.d.Ref.Part, t.d.Ref.ID, id, t.tx.NowMS())
	return one(res, err, ErrState)
}

// Strike takes back the last step that was noted by mistake. What a meeting voted, what
// made somebody a member and what ended the way stay. Errors: ErrState, ErrByVote, field
// note, which says why.
func (s *Service) Strike(ctx context.Context, actor access.Actor, ref ident.Ref, act Act) error {
	return s.act(ctx, actor, ref, act, leads, func(ctx context.Context, t *turn) error {
		if t.d.State != Open {
			return ErrState
		}
		if act.Note == "" {
			return fault.Field("note", "admission.err.why")
		}
		way, _, err := t.way(ctx)
		if err != nil {
			return err
		}
		last, ok := way.last()
		switch {
		case !ok || last.Step == StepTrack || last.Step == StepCeremony:
			return ErrState
		case last.VoteID != 0:
			return ErrByVote
		}
		if err := t.strike(ctx, last.ID); err != nil {
			return err
		}
		if last.Step == StepDecision {
			t.d.DecidedOn = civil.Date{}
		}
		return t.settle(ctx, Record{Step: "strike", Outcome: Passed, Day: t.tx.Today(), Note: act.Note, UnitID: t.cell.ID}, "strike")
	})
}

// last gives the step that was noted last.
func (w Way) last() (r Record, ok bool) {
	for _, l := range w {
		if l.Last != nil && l.Last.ID > r.ID {
			r, ok = *l.Last, true
		}
	}
	return r, ok
}

// facts reads what conditions are reckoned from.
func (s *Service) facts(ctx context.Context, q db.Q, d Dossier, cell org.Unit, way Way, day civil.Date) (f Facts, err error) {
	f = Facts{Person: d.Person, CellType: cell.Type, Class: way.Done(StepClass).Day}
	if f.Papers, err = PapersOf(ctx, q, d.Ref); err != nil {
		return f, err
	}
	if f.Introducers, err = introducersOf(ctx, q, d.Ref); err != nil {
		return f, err
	}
	if f.Before, err = timesAgain(ctx, q, d, viet.Fold(d.Person.Name)); err != nil {
		return f, err
	}
	for i, x := range f.Introducers {
		if x.MembershipID == 0 {
			continue
		}
		m, err := member.ByID(ctx, q, ident.Ref{Part: d.Ref.Part, ID: x.MembershipID})
		if fault.KindOf(err) == fault.NotFound {
			continue
		}
		if err != nil {
			return f, err
		}
		f.Introducers[i].Official = m.OfficialAt(day) && (m.To.IsZero() || m.To.After(day))
	}
	return f, nil
}
