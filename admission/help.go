package admission

import (
	"context"
	"slices"
	"time"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/member"
	"chibo/org"
	"chibo/rulebook"
)

// introducersMost bounds the list of introducers.
const introducersMost = 4

// PutIntroducers writes who introduces the person, in place of the list before. A member of
// the cell is official today; whether he or she was official and together long enough on
// the day of the vote is looked at then. Fields way-N, member-N, name-N, since-N, number-N,
// day-N, from 0; ErrState after the decision.
func (s *Service) PutIntroducers(ctx context.Context, actor access.Actor, ref ident.Ref, list []Introducer, act Act) error {
	return s.act(ctx, actor, ref, act, leads, func(ctx context.Context, t *turn) error {
		if t.d.State != Open || !t.d.DecidedOn.IsZero() {
			return ErrState
		}
		var f fault.Fields
		if len(list) > introducersMost {
			f.Add("introducers", "admission.err.introducers", "Most", introducersMost)
		}
		body, err := member.Body(ctx, t.tx, t.cell.PartID, t.cell.ID, t.tx.Today())
		if err != nil {
			return err
		}
		seen := map[int64]bool{}
		rows := make([][]any, 0, len(list))
		for i := range list {
			x := &list[i]
			tidy(&x.Name, &x.Number)
			x.check(&f, i, body, seen, t.tx.Today())
			rows = append(rows, []any{ref.Part, ref.ID, i + 1, x.Way, x.MembershipID, x.Name, x.Since, x.Sent, x.Number, x.Day})
		}
		if err := f.Err(); err != nil {
			return err
		}
		if _, err := t.tx.Exec(ctx, dropIntroducersSQL, ref.Part, ref.ID); err != nil {
			return err
		}
		if err := db.Many(ctx, t.tx, insertIntroducerSQL, rows); err != nil {
			return err
		}
		return t.save(ctx, "introducers")
	})
}

func (x *Introducer) check(f *fault.Fields, i int, body []member.OnDay, seen map[int64]bool, today civil.Date) {
	at := func(name string) string { return name + "-" + string(rune('0'+i)) }
	switch {
	case x.Way == WayYouth || x.Way == WayTrade:
		x.MembershipID, x.Sent, x.Since = 0, false, civil.Date{}
		if x.Number == "" {
			f.Add(at("number"), "admission.err.number")
		}
		checkDay(f, at("day"), x.Day, today)
	case x.Way != WayMember:
		f.Add(at("way"), "admission.err.choose")
	case x.MembershipID != 0:
		x.Sent = false
		k := slices.IndexFunc(body, func(m member.OnDay) bool { return m.MembershipID == x.MembershipID })
		switch {
		case k < 0:
			f.Add(at("member"), "admission.err.member")
		case !body[k].Official:
			f.Add(at("member"), "admission.err.not_official")
		case seen[x.MembershipID]:
			f.Add(at("member"), "admission.err.same_twice")
		default:
			x.Name = body[k].Name
		}
		seen[x.MembershipID] = true
		checkSince(f, at("since"), x.Since, today)
	case !x.Sent:
		f.Add(at("member"), "admission.err.member")
	default:
		if x.Name == "" {
			f.Add(at("name"), "admission.err.name")
		}
	}
	fits(f, at("name"), x.Name, nameMost)
	fits(f, at("number"), x.Number, nameMost)
}

// checkSince refuses no day and one that has not come; a month or a year is enough.
func checkSince(f *fault.Fields, field string, day, today civil.Date) {
	switch {
	case day.IsZero():
		f.Add(field, "admission.err.since")
	case day.Year() > today.Year(), day.IsDay() && day.After(today), day.Year() == today.Year() && day.MonthNum() > today.MonthNum():
		f.Add(field, "admission.err.future", "Day", today.Vi())
	}
}

// Helper is an official member who helps the person.
type Helper struct {
	ID           int64
	MembershipID int64
	Name         string
	From         civil.Date
	To           civil.Date // zero: still
}

func helpersOf(ctx context.Context, q db.Q, ref ident.Ref) ([]Helper, error) {
	return db.List(ctx, q, func(s db.Scanner) (h Helper, err error) {
		return h, s.Scan(&h.ID, &h.MembershipID, &h.Name, &h.From, &h.To)
	}, helpersSQL, ref.Part, ref.ID)
}

// helper checks who is named to help: an official member of the cell (rules.md 4.07, 4.22).
// The zero one for nobody.
func (s *Service) helper(ctx context.Context, q db.Q, f *fault.Fields, cell org.Unit, id int64, from civil.Date) (Helper, error) {
	if id == 0 {
		return Helper{}, nil
	}
	body, err := member.Body(ctx, q, cell.PartID, cell.ID, civil.From(s.DB.Clock().Now()))
	for _, m := range body {
		if m.MembershipID == id && m.Official {
			return Helper{MembershipID: id, Name: m.Name, From: from}, err
		}
	}
	f.Add("helper", "admission.err.not_official")
	return Helper{}, err
}

// Help names a further helper. Fields helper, from; ErrState.
func (s *Service) Help(ctx context.Context, actor access.Actor, ref ident.Ref, membership int64, from civil.Date, act Act) error {
	return s.act(ctx, actor, ref, act, leads, func(ctx context.Context, t *turn) error {
		if t.d.State != Open {
			return ErrState
		}
		var f fault.Fields
		checkDay(&f, "from", from, t.tx.Today())
		h, err := s.helper(ctx, t.tx, &f, t.cell, membership, from)
		if err != nil {
			return err
		}
		if membership == 0 {
			f.Add("helper", "admission.err.member")
		}
		now, err := helpersOf(ctx, t.tx, ref)
		if err != nil {
			return err
		}
		active := 0
		for _, x := range now {
			if x.To.IsZero() {
				active++
				if x.MembershipID == membership {
					f.Add("helper", "admission.err.same_twice")
				}
			}
		}
		if most := t.set().Int(rulebook.HelpersMost); active >= most {
			f.Add("helper", "admission.err.helpers", "Most", most)
		}
		if err := f.Err(); err != nil {
			return err
		}
		if err := t.help(ctx, h); err != nil {
			return err
		}
		return t.save(ctx, "helper")
	})
}

func (t *turn) help(ctx context.Context, h Helper) error {
	if err := t.tellHelper(ctx, h); err != nil {
		return err
	}
	_, err := t.tx.Exec(ctx, insertHelperSQL, t.d.Ref.Part, t.tx.ID(), t.d.Ref.ID, h.MembershipID, h.Name, h.From, civil.Date{})
	return err
}

// EndHelp ends a member's helping on the day.
func (s *Service) EndHelp(ctx context.Context, actor access.Actor, ref ident.Ref, membership int64, act Act) error {
	return s.act(ctx, actor, ref, act, leads, func(ctx context.Context, t *turn) error {
		res, err := t.tx.Exec(ctx, endHelperSQL, ref.Part, ref.ID, membership, t.tx.Today())
		if err := one(res, err, ErrState); err != nil {
			return err
		}
		return t.save(ctx, "helper_end")
	})
}

// Kinds of note.
const (
	NoteReview = "review"
	NoteWork   = "work"
)

// Note is what was said of the person, or work that the person was given.
type Note struct {
	ID        int64
	Kind      string // NoteReview, NoteWork
	Day       civil.Date
	Due       civil.Date // of work; zero: none
	DoneOn    civil.Date // of work; zero: not yet
	Verdict   string     // code of rulebook admission.verdicts; "" none
	Text      string
	MeetingID int64 // in which the list was looked at
	ItemID    int64 // and the item of its agenda; 0 none of its own
	Name      string
	At        time.Time
}

// NotesOf gives what was said and given, the latest first. It checks no right.
func NotesOf(ctx context.Context, q db.Q, ref ident.Ref) ([]Note, error) {
	return db.List(ctx, q, func(s db.Scanner) (n Note, err error) {
		var at int64
		err = s.Scan(&n.ID, &n.Kind, &n.Day, &n.Due, &n.DoneOn, &n.Verdict, &n.Text, &n.MeetingID, &n.ItemID, &n.Name, &at)
		n.At = instant(at)
		return n, err
	}, notesSQL, ref.Part, ref.ID)
}

// notes asks that the actor writes what is said of the person: the cell committee, or who
// helps.
func notes(ctx context.Context, t *turn) error {
	if MayList(t.actor, t.cell) {
		return nil
	}
	helps, err := isHelper(ctx, t.tx, t.actor, t.d)
	if err == nil && !helps {
		err = access.ErrForbidden
	}
	return err
}

// AddNote keeps what the cell or the helper says of a person in a month (rules.md 4.07), or
// work that was given. Fields text, day, due, verdict; ErrState.
func (s *Service) AddNote(ctx context.Context, actor access.Actor, ref ident.Ref, n Note, act Act) error {
	tidy(&n.Text)
	return s.act(ctx, actor, ref, act, notes, func(ctx context.Context, t *turn) error {
		if t.d.State != Open {
			return ErrState
		}
		var f fault.Fields
		checkDay(&f, "day", n.Day, t.tx.Today())
		if n.Kind != NoteWork {
			n.Kind, n.Due = NoteReview, civil.Date{}
		}
		switch {
		case n.Text == "" && (n.Kind == NoteWork || n.Verdict == ""):
			f.Add("text", "admission.err.text")
		default:
			fits(&f, "text", n.Text, textMost)
		}
		if !n.Due.IsZero() && (!n.Due.IsDay() || n.Due.Before(n.Day)) {
			f.Add("due", "admission.err.work_due")
		}
		if n.Verdict != "" && !has(t.set().Choices(rulebook.AdmissionVerdicts), n.Verdict) {
			f.Add("verdict", "admission.err.choose")
		}
		if err := f.Err(); err != nil {
			return err
		}
		if err := t.note(ctx, n); err != nil {
			return err
		}
		if n.Kind == NoteReview && MayList(actor, t.cell) && n.Day.After(t.d.ReviewedOn) {
			t.d.ReviewedOn = n.Day
		}
		return t.save(ctx, "note")
	})
}

func (t *turn) note(ctx context.Context, n Note) error {
	_, err := t.tx.Exec(ctx, insertNoteSQL, t.d.Ref.Part, t.tx.ID(), t.d.Ref.ID, n.Kind, n.Day, n.Due, n.DoneOn, n.Verdict, n.Text, n.MeetingID, n.ItemID,
		t.actor.AccountID, t.actor.Name, t.tx.NowMS())
	return err
}

// DoneWork notes that work which the person was given is done.
func (s *Service) DoneWork(ctx context.Context, actor access.Actor, ref ident.Ref, noteID int64, act Act) error {
	return s.act(ctx, actor, ref, act, notes, func(ctx context.Context, t *turn) error {
		res, err := t.tx.Exec(ctx, doneNoteSQL, ref.Part, ref.ID, noteID, t.tx.Today())
		if err := one(res, err, ErrState); err != nil {
			return err
		}
		return t.save(ctx, "work_done")
	})
}

// Look is what a meeting of the cell says of one person of its list.
type Look struct {
	Ref     ident.Ref
	Verdict string
	Text    string
	Version int
}

// ReviewAt is where the cell looked at its list.
type ReviewAt struct {
	Meeting int64      // of the cell; 0 none
	Item    int64      // of its agenda; 0: the one on members, where there is one
	Day     civil.Date // without a meeting
}

// Review keeps what the cell said of the people on its list in one go, as the monthly
// meeting does; with a meeting of the cell, its day is the meeting's, and what was said
// belongs to the item of the agenda. Lines without a word are left out. Fields text-I and
// verdict-I, day, meeting; ErrChanged when one of them was changed meanwhile.
func (s *Service) Review(ctx context.Context, actor access.Actor, cellID int64, in ReviewAt, list []Look) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		cell, err := s.cell(ctx, tx, cellID)
		if err != nil {
			return err
		}
		if !MayList(actor, cell) {
			return access.ErrForbidden
		}
		var f fault.Fields
		at := in
		if at.Meeting != 0 {
			if at, err = reviewedAt(ctx, tx, &f, cell, in); err != nil {
				return err
			}
		} else {
			checkDay(&f, "day", at.Day, tx.Today())
		}
		set := s.Book.At(tx.Today(), cell.Path)
		for i, l := range list {
			tidy(&list[i].Text)
			field := "-" + l.Ref.String()
			fits(&f, "text"+field, l.Text, textMost)
			if l.Verdict != "" && !has(set.Choices(rulebook.AdmissionVerdicts), l.Verdict) {
				f.Add("verdict"+field, "admission.err.choose")
			}
		}
		if err := f.Err(); err != nil {
			return err
		}
		for _, l := range list {
			if l.Text == "" && l.Verdict == "" {
				continue
			}
			d, err := byRef(ctx, tx, l.Ref)
			if err != nil {
				return err
			}
			if d.CellID != cell.ID || d.State != Open {
				return ErrState
			}
			if d.Version != l.Version {
				return ErrChanged
			}
			t := &turn{s: s, tx: tx, actor: actor, d: d, cell: cell}
			if err := t.note(ctx, Note{Kind: NoteReview, Day: at.Day, Verdict: l.Verdict, Text: l.Text, MeetingID: at.Meeting, ItemID: at.Item}); err != nil {
				return err
			}
			if at.Day.After(d.ReviewedOn) {
				t.d.ReviewedOn = at.Day
			}
			if err := t.save(ctx, "note"); err != nil {
				return err
			}
		}
		return nil
	})
}

// Extend gives a deadline more working days, with the reason, once and at most so many as
// the rule allows (rules.md 4.31). Fields days, note; ErrState.
func (s *Service) Extend(ctx context.Context, actor access.Actor, ref ident.Ref, code string, days int, act Act) error {
	may := func(ctx context.Context, t *turn) error {
		_, place, err := t.way(ctx)
		if err != nil {
			return err
		}
		if u, ok := place.Of("above"); !ok || !mayRecord(actor, place, u) {
			return access.ErrForbidden
		}
		return t.visible(ctx)
	}
	return s.act(ctx, actor, ref, act, may, func(ctx context.Context, t *turn) error {
		if t.d.State != Open {
			return ErrState
		}
		clocks, err := Clocks(ctx, t.tx, ref)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(clocks, func(c Clock) bool { return c.Code == code && c.DoneOn.IsZero() && c.Due == c.Plain })
		key := extendKey(t.set(), code)
		if i < 0 || key == "" {
			return ErrState
		}
		most := s.Book.At(clocks[i].From, t.cell.Path).Int(key)
		var f fault.Fields
		if days < 1 || days > most {
			f.Add("days", "admission.err.days_most", "Most", most)
		}
		if act.Note == "" {
			f.Add("note", "admission.err.why")
		}
		fits(&f, "note", act.Note, lineMost)
		if err := f.Err(); err != nil {
			return err
		}
		clocks[i].Due, clocks[i].Reason = s.Days.Add(clocks[i].Plain, days), act.Note
		if err := putClocks(ctx, t.tx, ref, clocks); err != nil {
			return err
		}
		return t.settle(ctx, Record{Step: StepExtend, Outcome: Passed, Day: t.tx.Today(), Note: act.Note, UnitID: t.d.HolderID}, "extend")
	})
}

// extendKey gives the key of the longest extension of a deadline, "" when there is none.
func extendKey(set rulebook.Set, code string) string {
	for _, c := range set.AdmissionClocks() {
		if c.Code == code {
			return c.Extend
		}
	}
	return ""
}
