package meeting

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"chibo/access"
	"chibo/ballot"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/member"
)

// Plan is the whole plan as a form shows it. Items and decisions stand in their order;
// one with ID zero, or with one that is not stored any more,
// is new, one that is missing is removed. The note, the clock and the code
// of items are not part of it. PutBack and what stands after it add to what stands in it.
type Plan struct {
	Day          civil.Date
	Hour, Minute int
	Place        string
	Theme        string
	ChairID      int64
	ClerkID      int64
	Items        []Item
	Review       string
	Direction    string
	Praise       string
	Shortcomings string
	Decisions    []Decision
	Version      int // of the meeting, as it was shown

	PutBack string // code of an item of the template that is missing, AllMissing; "" none
	TakeUp  int64  // guidance that becomes an item; 0 none

	TakeWork int64 // item of the plan of the year that becomes an item; 0 none
	TakeYear int64 // draft of such a plan that becomes one, to be approved; 0 none
	GiveWork int64 // item of that plan that becomes a decision; 0 none
}

// maxItemMinutes guards against a slip of the finger.
const maxItemMinutes = 600

// SavePlan writes the whole plan, until the meeting is closed. Day, hour and place are
// fixed once it is open; a change of them after the invitation is told to everybody.
// Errors: fields day, hour, place, theme, chair, clerk, items, items.N.title, items.N.minutes,
// items.N.speaker, decisions.N.title, decisions.N.assignee, decisions.N.due,
// decisions.N.product (N from 0), review, direction, praise, shortcomings;
// ErrStale, ErrAdopted, ErrAlreadyClosed.
func (s *Service) SavePlan(ctx context.Context, actor access.Actor, ref ident.Ref, p Plan) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		h, err := s.enter(ctx, tx, actor, ref, mayPlan)
		if err != nil {
			return err
		}
		if err := h.notOver(); err != nil {
			return err
		}
		if h.Version != p.Version {
			return ErrStale
		}
		next, moved := p.apply(h.Meeting)
		if err := p.check(ctx, tx, h, next, moved); err != nil {
			return err
		}
		if err := p.keepAdopted(ctx, tx, h.Meeting, next); err != nil {
			return err
		}
		if err := updateMeeting(ctx, tx, next, 1); err != nil {
			return err
		}
		if err := p.add(ctx, tx, actor, h); err != nil {
			return err
		}
		if err := p.writeLists(ctx, tx, ref); err != nil {
			return err
		}
		if err := s.offAgenda(ctx, tx, actor, next); err != nil {
			return err
		}
		if moved {
			if err := s.movedTo(ctx, tx, actor, h, next, ChangeMoved, ""); err != nil {
				return err
			}
		}
		s.tell(tx, ref, LiveItem)
		return record(ctx, tx, actor, ref, "plan", map[string]any{"items": len(p.Items), "decisions": len(p.Decisions)})
	})
}

// apply puts the plan over the meeting; moved says that time or place changed.
func (p Plan) apply(m Meeting) (next Meeting, moved bool) {
	next = m
	next.Day, next.Place, next.Theme = p.Day, strings.TrimSpace(p.Place), strings.TrimSpace(p.Theme)
	if m.Kind != Regular && p.Day.IsDay() {
		next.Month = p.Day.Month()
	}
	if p.Day.IsDay() {
		next.StartsAt = p.Day.Time(p.Hour, p.Minute)
	}
	next.ChairID, next.ClerkID = p.ChairID, p.ClerkID
	next.Review, next.Direction = strings.TrimSpace(p.Review), strings.TrimSpace(p.Direction)
	next.Praise, next.Shortcomings = strings.TrimSpace(p.Praise), strings.TrimSpace(p.Shortcomings)
	return next, next.Day != m.Day || !next.StartsAt.Equal(m.StartsAt) || next.Place != m.Place
}

func (p Plan) check(ctx context.Context, q *db.Tx, h held, next Meeting, moved bool) error {
	body, err := member.Body(ctx, q, next.Ref.Part, next.OrgID, next.Day)
	if err != nil {
		return err
	}
	in := inBody(body)
	var f fault.Fields
	switch {
	case moved && h.State == Opened:
		f.Add("day", "meeting.err.begun")
	case h.AfterID != 0 && (next.Day != h.Day || !next.StartsAt.Equal(h.StartsAt)):
		f.Add("day", "meeting.err.evening")
	case moved:
		checkTime(&f, q.Today(), next, p.Hour, p.Minute)
	}
	next.fits(&f)
	if kind, _ := h.set.MeetingKind(next.Kind); kind.Named && next.Theme == "" {
		f.Add("theme", "meeting.err.theme")
	}
	if p.ChairID != 0 && !in[p.ChairID] {
		f.Add("chair", "meeting.err.person")
	}
	if p.ClerkID != 0 && !in[p.ClerkID] {
		f.Add("clerk", "meeting.err.person")
	}
	if len(p.Items) == 0 {
		f.Add("items", "meeting.err.no_items")
	}
	for i, it := range p.Items {
		it.check(&f, fmt.Sprintf("items.%d.", i), in)
	}
	for i, d := range p.Decisions {
		d.check(&f, fmt.Sprintf("decisions.%d.", i), next.Day, in)
	}
	return f.Err()
}

// fits checks the lengths of the plan's texts.
func (m Meeting) fits(f *fault.Fields) {
	fits(f, "place", m.Place, maxShort)
	for _, field := range []string{FieldTheme, FieldReview, FieldDirection, FieldPraise, FieldShortcomings} {
		fits(f, field, *m.text(field), maxOf(field))
	}
}

func inBody(body []member.OnDay) map[int64]bool {
	in := make(map[int64]bool, len(body))
	for _, p := range body {
		in[p.MembershipID] = true
	}
	return in
}

func (it Item) check(f *fault.Fields, prefix string, in map[int64]bool) {
	if strings.TrimSpace(it.Title) == "" {
		f.Add(prefix+"title", "meeting.err.title")
	}
	fits(f, prefix+"title", it.Title, maxTitle)
	if it.Minutes < 1 || it.Minutes > maxItemMinutes {
		f.Add(prefix+"minutes", "meeting.err.minutes", "Most", maxItemMinutes)
	}
	if it.SpeakerID != 0 && !in[it.SpeakerID] {
		f.Add(prefix+"speaker", "meeting.err.person")
	}
}

func (d Decision) check(f *fault.Fields, prefix string, day civil.Date, in map[int64]bool) {
	if strings.TrimSpace(d.Title) == "" {
		f.Add(prefix+"title", "meeting.err.title")
	}
	fits(f, prefix+"title", d.Title, maxTitle)
	fits(f, prefix+"product", d.Product, maxReason)
	if !in[d.AssigneeID] {
		f.Add(prefix+"assignee", "meeting.err.person")
	}
	switch {
	case !d.Due.IsDay():
		f.Add(prefix+"due", "meeting.err.day")
	case d.Due.Before(day):
		f.Add(prefix+"due", "meeting.err.due_before", "Day", day.Vi())
	}
}

// keepAdopted refuses a plan that changes what was voted on.
func (p Plan) keepAdopted(ctx context.Context, tx *db.Tx, old, next Meeting) error {
	if old.Review == next.Review && old.Direction == next.Direction && old.Praise == next.Praise && old.Shortcomings == next.Shortcomings {
		had, err := decisionsOf(ctx, tx, old.Ref)
		if err != nil || slices.EqualFunc(had, p.Decisions, Decision.same) {
			return err
		}
	}
	return draftOpen(ctx, tx, old.Ref)
}

func (d Decision) same(e Decision) bool {
	return d.ID == e.ID && d.Title == strings.TrimSpace(e.Title) && d.AssigneeID == e.AssigneeID && d.Due == e.Due && d.Product == strings.TrimSpace(e.Product)
}

// says tells whether another line says the same.
func (d Decision) says(e Decision) bool {
	e.ID = d.ID
	return d.same(e) && d.TaskID == e.TaskID
}

// draftOpen gives ErrAdopted when the resolution is being voted on or was adopted.
func draftOpen(ctx context.Context, q db.Q, ref ident.Ref) error {
	votes, err := ballot.ByOwner(ctx, q, ref.Part, owner, ref.ID)
	if err != nil {
		return err
	}
	for _, v := range votes {
		if v.Purpose == ballot.Resolution && (v.IsOpen() || v.Passed) {
			return ErrAdopted
		}
	}
	return nil
}

// writeLists brings items and decisions to what the plan says. A row that the record
// does not have is new: also one that another has removed since the form was opened, for
// whoever saves again after a conflict wants the plan as it stands in the form.
func (p Plan) writeLists(ctx context.Context, tx *db.Tx, ref ident.Ref) error {
	if err := p.writeItems(ctx, tx, ref); err != nil {
		return err
	}
	had, err := decisionsOf(ctx, tx, ref)
	if err != nil {
		return err
	}
	gone := make(map[int64]bool, len(had))
	for _, d := range had {
		gone[d.ID] = true
	}
	var fresh []Decision
	for i, d := range p.Decisions {
		d.Seq, d.Title, d.Product = i+1, strings.TrimSpace(d.Title), strings.TrimSpace(d.Product)
		if !gone[d.ID] {
			d.ID = tx.ID()
			fresh = append(fresh, d)
			continue
		}
		delete(gone, d.ID)
		if err := updateDecision(ctx, tx, ref, d); err != nil {
			return err
		}
	}
	for id := range gone {
		if err := deleteDecision(ctx, tx, ref, id); err != nil {
			return err
		}
	}
	return insertDecisions(ctx, tx, ref, fresh)
}

func (p Plan) writeItems(ctx context.Context, tx *db.Tx, ref ident.Ref) error {
	list, err := itemsOf(ctx, tx, ref)
	if err != nil {
		return err
	}
	had := make(map[int64]Item, len(list))
	for _, it := range list {
		had[it.ID] = it
	}
	var fresh []Item
	for i, it := range p.Items {
		it.Seq, it.Title = i+1, strings.TrimSpace(it.Title)
		old, known := had[it.ID]
		if !known {
			if !it.made {
				it = Item{ID: tx.ID(), Seq: it.Seq, Title: it.Title, Content: it.Content, Minutes: it.Minutes, SpeakerID: it.SpeakerID}
			}
			fresh = append(fresh, it)
			continue
		}
		delete(had, it.ID)
		it.Note, it.Code = old.Note, old.Code
		it.StartedAt, it.EndedAt, it.ResumedAt, it.Earlier = old.StartedAt, old.EndedAt, old.ResumedAt, old.Earlier
		if err := updateItem(ctx, tx, ref, it); err != nil {
			return err
		}
	}
	for id, it := range had {
		if !it.StartedAt.IsZero() {
			return fault.Field("items", "meeting.err.item_begun")
		}
		if err := deleteItem(ctx, tx, ref, id); err != nil {
			return err
		}
	}
	return insertItems(ctx, tx, ref, fresh)
}
