package admission

import (
	"context"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/meeting"
	"chibo/org"
	"chibo/rulebook"
)

// View is a dossier as one reader may see it: what is kept from the reader is not in it.
type View struct {
	Dossier
	Cell       org.Unit
	Holder     org.Unit
	To         org.Unit // cell it is offered to; zero none
	Place      Place
	Way        Way
	Next       Leg // step that waits
	HasNext    bool
	Records    []Record
	Clocks     []Clock
	Conditions []Condition // on Today, or on the day of the vote when that is over
	CheckedOn  civil.Date  // the day they are looked at
	Slots      []Slot
	People     []Introducer
	Introduced string // way that the rules ask for
	Helpers    []Helper
	Notes      []Note
	Topics     map[int64]string // titles of the agenda's items under which notes were made
	Meeting    meeting.Meeting  // on whose agenda the person stands; zero none
	Upcoming   []meeting.Meeting
	Readings   []Read
	Set        rulebook.Set
	Today      civil.Date

	Whole     bool // the reader sees all; else the way and the notes only
	Leads     bool // the reader acts for the cell
	Lists     bool // the reader belongs to the cell committee
	Helps     bool // the reader helps the person
	CanRecord bool // the reader can note the step that waits
	Takes     bool // the reader leads the cell it is offered to
}

// Read is who opened the dossier on a day.
type Read struct {
	Name  string
	Day   civil.Date
	Times int
}

// readMost is how many readings a page shows.
const readMost = 30

// Open gives a dossier to whoever may read it, notes the reading, and otherwise fails with
// access.ErrForbidden.
func (s *Service) Open(ctx context.Context, actor access.Actor, ref ident.Ref) (v View, err error) {
	quiet := actor.Quiet()
	err = s.DB.Read(ctx, func(q db.Q) error {
		if v.Dossier, err = byRef(ctx, q, ref); err != nil {
			return err
		}
		if v.Cell, err = org.ByID(ctx, q, v.CellID); err != nil {
			return err
		}
		how, err := sees(ctx, q, quiet, v.Dossier, v.Cell)
		if err != nil {
			return err
		}
		if how == seesNone || v.Person.Name == "" {
			return access.ErrForbidden
		}
		v.Whole = how == seesAll
		return v.read(ctx, q, s, quiet)
	})
	if err != nil {
		return View{}, err
	}
	if !v.Whole {
		v.narrow()
	}
	return v, s.noteReading(ctx, actor, v.Dossier)
}

// noteReading keeps who opened the dossier, one line for each account and day.
func (s *Service) noteReading(ctx context.Context, actor access.Actor, d Dossier) error {
	return s.DB.WriteGrouped(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, readSQL, d.Ref.Part, d.Ref.ID, actor.AccountID, tx.Today(), actor.Name, tx.NowMS())
		return err
	})
}

// narrow takes out what who helps does not see.
func (v *View) narrow() {
	v.Records, v.Conditions, v.Slots, v.People, v.Clocks, v.Readings, v.Upcoming = nil, nil, nil, nil, nil, nil, nil
	p := v.Person
	v.Person = Person{Name: p.Name, Sex: p.Sex}
	for i := range v.Way {
		for _, r := range []*Record{v.Way[i].Done, v.Way[i].Last} {
			if r != nil {
				*r = Record{Step: r.Step, Outcome: r.Outcome, Day: r.Day}
			}
		}
	}
}

func (v *View) read(ctx context.Context, q db.Q, s *Service, actor access.Actor) (err error) {
	v.Today = civil.From(s.DB.Clock().Now())
	v.Set = s.Book.At(v.Today, v.Cell.Path)
	v.Leads, v.Lists = MayLead(actor, v.Cell), MayList(actor, v.Cell)
	if v.Helps, err = isHelper(ctx, q, actor, v.Dossier); err != nil {
		return err
	}
	if v.Holder, err = org.ByID(ctx, q, v.HolderID); err != nil {
		return err
	}
	if v.ToCell != 0 {
		if v.To, err = org.ByID(ctx, q, v.ToCell); err != nil {
			return err
		}
		v.Takes = MayLead(actor, v.To)
	}
	if v.Way, v.Place, err = s.wayOf(ctx, q, v.Dossier, v.Cell, v.Today); err != nil {
		return err
	}
	if v.Next, v.HasNext = v.Way.Next(); v.State != Open {
		v.HasNext = false
	}
	if u, ok := v.Place.Of(v.Next.By); ok {
		v.CanRecord = v.HasNext && mayRecord(actor, v.Place, u)
	}
	if v.Records, err = Records(ctx, q, v.Ref); err != nil {
		return err
	}
	if v.Clocks, err = Clocks(ctx, q, v.Ref); err != nil {
		return err
	}
	if v.Helpers, err = helpersOf(ctx, q, v.Ref); err != nil {
		return err
	}
	if v.Notes, err = NotesOf(ctx, q, v.Ref); err != nil {
		return err
	}
	if v.Topics, err = topics(ctx, q, v.Ref.Part, v.Notes); err != nil {
		return err
	}
	if err := v.readMore(ctx, q, s); err != nil {
		return err
	}
	v.Readings, err = db.List(ctx, q, func(r db.Scanner) (x Read, err error) { return x, r.Scan(&x.Name, &x.Day, &x.Times) }, readingsSQL, v.Ref.Part, v.Ref.ID, readMost)
	return err
}

// readMore reads conditions, papers and meetings.
func (v *View) readMore(ctx context.Context, q db.Q, s *Service) error {
	v.CheckedOn = v.Today
	if r := v.Way.Done(StepCellVote); r.ID != 0 {
		v.CheckedOn = r.Day
	}
	facts, err := s.facts(ctx, q, v.Dossier, v.Cell, v.Way, v.CheckedOn)
	if err != nil {
		return err
	}
	set := s.Book.At(v.CheckedOn, v.Cell.Path)
	v.People, v.Conditions, v.Introduced = facts.Introducers, Conditions(set, facts, v.CheckedOn), WayOf(set, facts, v.CheckedOn)
	v.Slots = list(v.Set, v.Way, v.Introduced, facts.Papers)
	m, on, err := meetingOf(ctx, q, v.Dossier)
	if err != nil {
		return err
	}
	if on {
		v.Meeting = m
	}
	if v.Leads && v.HasNext && v.Next.Kind == KindVote && !on {
		v.Upcoming, err = meeting.Upcoming(ctx, q, v.Cell.PartID, v.Cell.ID, upcomingMost)
	}
	return err
}

// Opens gives the day before which the step that waits is not done; zero: any day.
func (v View) Opens() civil.Date {
	for _, def := range v.Set.AdmissionClocks() {
		if def.Step != v.Next.Code {
			continue
		}
		for _, c := range v.Clocks {
			if c.Code == def.Code && c.Opens.After(v.Today) {
				return c.Opens
			}
		}
	}
	return civil.Date{}
}

// ProbationEnd gives the exact end of the probation, zero before the ceremony.
func (s *Service) ProbationEnd(v View) civil.Date {
	t := turn{s: s, cell: v.Cell}
	return t.probationEnd(v.Way)
}

// ClockOf gives the open deadline of a step.
func (v View) ClockOf(step string) (Clock, bool) {
	for _, def := range v.Set.AdmissionClocks() {
		for _, c := range v.Clocks {
			if def.Step == step && c.Code == def.Code && def.Code != "certificate" {
				return c, true
			}
		}
	}
	return Clock{}, false
}

// Blank gives what the form of a new person offers to choose from, for the cell's lead.
// It fails with access.ErrForbidden.
func (s *Service) Blank(ctx context.Context, actor access.Actor, cellID int64) (cell org.Unit, people []Helper, set rulebook.Set, err error) {
	err = s.DB.Read(ctx, func(q db.Q) error {
		if cell, err = s.cell(ctx, q, cellID); err != nil {
			return err
		}
		if !MayLead(actor.Quiet(), cell) {
			return access.ErrForbidden
		}
		people, err = s.officials(ctx, q, cell)
		return err
	})
	return cell, people, s.Book.At(civil.From(s.DB.Clock().Now()), cell.Path), err
}
