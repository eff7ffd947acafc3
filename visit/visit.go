package visit

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/meeting"
	"chibo/notify"
	"chibo/org"
	"chibo/rulebook"
	"chibo/task"
)

// Service has the use cases. All fields are required.
type Service struct {
	DB    *db.DB
	Book  *rulebook.Book
	Tasks *task.Service
}

// maxText is the longest text of one remark or answer, in characters.
const maxText = 2000

var (
	// ErrNotFound says that there is no such card, or no such remark on it.
	ErrNotFound = fault.New(fault.NotFound, "visit.err.not_found")
	// ErrChanged says that somebody else has answered meanwhile.
	ErrChanged = fault.New(fault.Conflict, "visit.err.changed")
	// ErrTaken says that the remark has become work already.
	ErrTaken = fault.New(fault.Conflict, "visit.err.taken")
	// ErrNoLead says that the cell has no secretary on record, so nobody could be given
	// the task.
	ErrNoLead = fault.New(fault.Conflict, "visit.err.no_lead")
)

// Visit is one attendance with its remarks.
type Visit struct {
	Ref        ident.Ref
	CellID     int64
	MeetingID  int64 // same part; 0: not kept in the program
	Day        civil.Date
	UnitID     int64 // committee of the visitor
	UnitName   string
	ByPerson   int64
	ByName     string
	OnRoll     bool
	At         time.Time
	Answer     string
	AnsweredBy string
	AnsweredOn civil.Date
	Version    int

	Remarks []Remark // in the order of the rulebook
}

// Meeting names the meeting that was attended; zero: not kept in the program.
func (v Visit) Meeting() ident.Ref {
	if v.MeetingID == 0 {
		return ident.Ref{}
	}
	return ident.Ref{Part: v.Ref.Part, ID: v.MeetingID}
}

// Href is the page of the card.
func (v Visit) Href() string { return "/visits/" + v.Ref.String() }

// Remark is what was said on one aspect.
type Remark struct {
	Aspect  string
	Text    string
	TaskID  int64      // task of the cell; 0 none
	OwnDue  civil.Date // the committee took it upon itself until then; zero: it did not
	OwnName string
	OwnDone civil.Date // zero: not done
}

// LeaveIn is a card to be left.
type LeaveIn struct {
	CellID  int64
	Meeting ident.Ref // zero: Day is required
	Day     civil.Date
	Remarks map[string]string // by aspect; empty texts are left out
	Op      string            // made on the device; sent twice, kept once
}

func (in *LeaveIn) check(set rulebook.Set, cell org.Unit, today civil.Date) error {
	var f fault.Fields
	switch {
	case !in.Day.IsDay():
		f.Add("day", "visit.err.day")
	case in.Day.After(today) || in.Day.Before(cell.ValidFrom):
		f.Add("day", "visit.err.day_past", "Today", today.Vi())
	}
	left := 0
	for _, c := range set.Choices(rulebook.VisitAspects) {
		switch n := utf8.RuneCountInString(in.Remarks[c.Code]); {
		case n > maxText:
			f.Add(c.Code, "visit.err.long", "Most", maxText)
		case n > 0:
			left++
		}
	}
	if left == 0 && f.Err() == nil {
		f.Add(set.Choices(rulebook.VisitAspects)[0].Code, "visit.err.empty")
	}
	return f.Err()
}

// Leave keeps a card and tells the cell's lead. Field errors: day, an aspect's code.
// access.ErrForbidden.
func (s *Service) Leave(ctx context.Context, actor access.Actor, in LeaveIn) (ref ident.Ref, err error) {
	for k, text := range in.Remarks {
		in.Remarks[k] = strings.TrimSpace(text)
	}
	if in.Op == "" {
		in.Op = ident.NewDevice()
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		cell, err := org.ByID(ctx, tx, in.CellID)
		if err != nil {
			return err
		}
		if !MayLeave(actor, cell) {
			return access.ErrForbidden
		}
		if ref, err = known(ctx, tx, cell.PartID, in.Op); err != nil || !ref.IsZero() {
			return err
		}
		v := Visit{
			Ref: ident.Ref{Part: cell.PartID, ID: tx.ID()}, CellID: cell.ID, Day: in.Day, ByPerson: actor.PersonID, ByName: actor.Name, At: tx.Now(), Version: 1,
		}
		if err := v.attended(ctx, tx, in.Meeting, actor.Name); err != nil {
			return err
		}
		in := in
		in.Day = v.Day
		set := s.Book.At(tx.Today(), cell.Path)
		if err := in.check(set, cell, tx.Today()); err != nil {
			return err
		}
		if err := v.of(ctx, tx, cell); err != nil {
			return err
		}
		for _, c := range set.Choices(rulebook.VisitAspects) {
			if text := in.Remarks[c.Code]; text != "" {
				v.Remarks = append(v.Remarks, Remark{Aspect: c.Code, Text: text})
			}
		}
		if err := insert(ctx, tx, v, actor.AccountID, in.Op); err != nil {
			return err
		}
		ref = v.Ref
		if err := tellLeads(ctx, tx, cell, v); err != nil {
			return err
		}
		return record(ctx, tx, actor, ref, "leave", map[string]any{"remarks": len(v.Remarks), "on_roll": v.OnRoll})
	})
	return ref, err
}

// attended takes the day from the meeting, and looks for the visitor among its guests.
func (v *Visit) attended(ctx context.Context, q db.Q, ref ident.Ref, name string) error {
	if ref.IsZero() {
		return nil
	}
	m, err := meeting.ByRef(ctx, q, ref)
	if err != nil {
		return err
	}
	if m.OrgID != v.CellID || m.Body != meeting.BodyCell {
		return meeting.ErrNotFound
	}
	v.MeetingID, v.Day = ref.ID, m.Day
	guests, err := meeting.UpperGuests(ctx, q, ref)
	v.OnRoll = slices.ContainsFunc(guests, func(g meeting.Guest) bool { return g.Name == name })
	return err
}

// of notes for which committee the visitor came: the one right above the cell.
func (v *Visit) of(ctx context.Context, q db.Q, cell org.Unit) error {
	u, err := org.ByID(ctx, q, cell.ParentID)
	v.UnitID, v.UnitName = u.ID, u.Name
	return err
}

func tellLeads(ctx context.Context, tx *db.Tx, cell org.Unit, v Visit) error {
	leads, err := access.Leads(ctx, tx, cell.ID, tx.Today())
	if err != nil {
		return err
	}
	to := make([]notify.To, len(leads))
	for i, id := range leads {
		to[i] = notify.To{Part: cell.PartID, PersonID: id}
	}
	return notify.Send(ctx, tx, notify.Notice{Kind: "visit.left", Href: v.Href(), Args: map[string]any{"Unit": v.UnitName, "Day": v.Day}}, to...)
}

// Answer keeps what the cell says to a card, and tells the visitor. Field errors: text.
// ErrChanged, access.ErrForbidden.
func (s *Service) Answer(ctx context.Context, actor access.Actor, ref ident.Ref, text string, version int) error {
	text = strings.TrimSpace(text)
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		v, cell, err := s.load(ctx, tx, ref)
		if err != nil {
			return err
		}
		if !MayAnswer(actor, cell) {
			return access.ErrForbidden
		}
		switch n := utf8.RuneCountInString(text); {
		case n == 0:
			return fault.Field("text", "visit.err.answer")
		case n > maxText:
			return fault.Field("text", "visit.err.long", "Most", maxText)
		}
		res, err := tx.Exec(ctx, answerSQL, ref.Part, ref.ID, version, text, actor.Name, tx.Today())
		if err := one(res, err, ErrChanged); err != nil {
			return err
		}
		visitor := notify.To{Part: ref.Part, PersonID: v.ByPerson}
		if err := notify.Send(ctx, tx, notify.Notice{Kind: "visit.answered", Href: v.Href(), Args: map[string]any{"Cell": cell.Name}}, visitor); err != nil {
			return err
		}
		return record(ctx, tx, actor, ref, "answer", nil)
	})
}

// View is a card as its reader may use it.
type View struct {
	Visit
	Cell    org.Unit
	Acts    bool // makes tasks of remarks
	Answers bool
}

// Open gives a card.
func (s *Service) Open(ctx context.Context, actor access.Actor, ref ident.Ref) (v View, err error) {
	err = s.DB.Read(ctx, func(q db.Q) error {
		if v.Visit, v.Cell, err = s.load(ctx, q, ref); err != nil {
			return err
		}
		v.Acts, v.Answers = MayLeave(actor, v.Cell), MayAnswer(actor.Quiet(), v.Cell)
		return mayRead(actor, v.Cell)
	})
	if err != nil {
		return View{}, err
	}
	return v, nil
}

func (s *Service) load(ctx context.Context, q db.Q, ref ident.Ref) (Visit, org.Unit, error) {
	v, err := byRef(ctx, q, ref)
	if err != nil {
		return v, org.Unit{}, err
	}
	cell, err := org.ByID(ctx, q, v.CellID)
	if err != nil {
		return v, cell, err
	}
	return v, cell, v.read(ctx, q, s.Book.At(v.Day, cell.Path))
}

func record(ctx context.Context, tx *db.Tx, actor access.Actor, ref ident.Ref, act string, detail map[string]any) error {
	return audit.Record(ctx, tx, audit.Entry{
		Part: ref.Part, Account: actor.AccountID, Action: "visit." + act, Target: "visit", TargetID: ref.ID, Detail: detail,
	})
}
