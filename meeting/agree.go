package meeting

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/member"
	"chibo/office"
)

// AgreeIn notes the meeting of the cell committee that agreed the plan, or of secretary
// and deputy where the cell has no committee (rules.md 2.08). Day zero is now; Place
// empty is the cell's usual one; Conclusion empty is the usual sentence.
type AgreeIn struct {
	Day          civil.Date
	Hour, Minute int
	Place        string
	PresentIDs   []int64 // memberships
	Conclusion   string
}

// Agree notes that the cell committee has met and agreed the plan: a closed meeting of
// the body cell_committee with its roll. Field errors: day (in the future, after the
// meeting), hour, present (empty, not of the committee), place and conclusion (too long),
// items. ErrState unless the
// meeting is in preparation.
func (s *Service) Agree(ctx context.Context, actor access.Actor, ref ident.Ref, in AgreeIn) (committee ident.Ref, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		h, err := s.enter(ctx, tx, actor, ref, mayLead)
		if err != nil {
			return err
		}
		if err := h.in(Preparing); err != nil {
			return err
		}
		in = in.now(tx)
		people, err := office.Committee(ctx, tx, ref.Part, h.OrgID, in.Day)
		if err != nil {
			return err
		}
		if err := in.check(ctx, tx, h.Meeting, people); err != nil {
			return err
		}
		c, err := in.write(ctx, tx, h, people)
		if err != nil {
			return err
		}
		committee = c.Ref
		h.AgreedBy = c.Ref.ID
		if err := s.agreed(ctx, tx, h.Meeting, in.Day); err != nil {
			return err
		}
		then, ok, err := following(ctx, tx, ref)
		if err != nil {
			return err
		}
		if ok && then.State == Preparing { // the plan of the evening is agreed as a whole
			then.AgreedBy = c.Ref.ID
			if err := s.agreed(ctx, tx, then, in.Day); err != nil {
				return err
			}
		}
		return record(ctx, tx, actor, ref, "agree", map[string]any{"committee": c.Ref.ID, "present": len(in.PresentIDs)})
	})
	return committee, err
}

// agreed notes that the plan of a meeting was agreed on a day.
func (s *Service) agreed(ctx context.Context, tx *db.Tx, m Meeting, day civil.Date) error {
	m.State = Agreed
	if err := updateMeeting(ctx, tx, m, 1); err != nil {
		return err
	}
	for _, step := range []string{StepPrepare, StepCommittee} {
		if err := StepDone(ctx, tx, m.Ref, step, day); err != nil {
			return err
		}
	}
	s.tell(tx, m.Ref, LiveState)
	return nil
}

// now fills in the time when none was given.
func (in AgreeIn) now(tx *db.Tx) AgreeIn {
	if in.Day.IsZero() {
		in.Day = tx.Today()
		if in.Hour == 0 && in.Minute == 0 {
			at := tx.Now().In(clock.Zone())
			in.Hour, in.Minute = at.Hour(), at.Minute()
		}
	}
	return in
}

func (in AgreeIn) check(ctx context.Context, q *db.Tx, m Meeting, people []office.Holder) error {
	var f fault.Fields
	switch {
	case !in.Day.IsDay():
		f.Add("day", "meeting.err.day")
	case in.Day.After(q.Today()):
		f.Add("day", "meeting.err.future")
	case in.Day.After(m.Day):
		f.Add("day", "meeting.err.after_meeting", "Day", m.Day.Vi())
	}
	if in.Hour < 0 || in.Hour > 23 || in.Minute < 0 || in.Minute > 59 {
		f.Add("hour", "meeting.err.hour")
	}
	fits(&f, "place", in.Place, maxShort)
	fits(&f, "conclusion", in.Conclusion, maxLong)
	if len(in.PresentIDs) == 0 {
		f.Add("present", "meeting.err.nobody")
	}
	for _, id := range in.PresentIDs {
		if !slices.ContainsFunc(people, func(h office.Holder) bool { return h.MembershipID == id }) {
			f.Add("present", "meeting.err.not_committee")
			break
		}
	}
	items, err := itemsOf(ctx, q, m.Ref)
	if err != nil {
		return err
	}
	if len(items) == 0 {
		f.Add("items", "meeting.err.no_items")
	}
	return f.Err()
}

// write makes the committee's meeting with its roll.
func (in AgreeIn) write(ctx context.Context, tx *db.Tx, h held, people []office.Holder) (Meeting, error) {
	start := in.Day.Time(in.Hour, in.Minute)
	end := start
	if now := tx.Now(); civil.From(now) == in.Day && now.After(start) {
		end = now
	}
	c := Meeting{
		Ref: ident.Ref{Part: h.Ref.Part, ID: tx.ID()}, OrgID: h.OrgID, Body: BodyCommittee, Kind: Regular, Month: h.Month, Day: in.Day,
		StartsAt: start, Place: strings.TrimSpace(in.Place), Form: FormFull, State: Closed, ChairID: h.ChairID, ClerkID: h.ClerkID,
		Conclusion: strings.TrimSpace(in.Conclusion), FeePaid: -1, OpenedAt: start, ClosedAt: end, CreatedAt: tx.Now(), Version: 1,
	}
	if c.Place == "" {
		c.Place = h.Place
	}
	if c.Conclusion == "" {
		c.Conclusion = textAgendaAgreed
	}
	if _, taken, err := regularOf(ctx, tx, c.Ref.Part, c.OrgID, c.Body, c.Month); err != nil {
		return c, err
	} else if taken || h.Kind != Regular {
		c.Kind = Extraordinary // the committee meets once more in the month (rules.md 2.45)
	}
	if err := c.withAgenda(ctx, tx, h); err != nil {
		return c, err
	}
	var rows [][]any
	seen := map[int64]bool{}
	for _, p := range people {
		if seen[p.MembershipID] {
			continue
		}
		seen[p.MembershipID] = true
		r := RollRow{MembershipID: p.MembershipID, Standing: member.StandingOfficial, Presence: Excused, How: ByHand}
		if slices.Contains(in.PresentIDs, p.MembershipID) {
			r.Presence, r.ArrivedAt = Present, start
		}
		rows = append(rows, rollValues(c.Ref, r, 0))
	}
	if err := db.Many(ctx, tx, insertRollSQL, rows); err != nil {
		return c, fmt.Errorf("roll of the committee: %w", err)
	}
	return c, nil
}

// withAgenda writes the committee's meeting with the agenda that its template gives: what
// the committees above ask a cell committee to go through (rules.md 2.08).
func (m Meeting) withAgenda(ctx context.Context, tx *db.Tx, h held) error {
	t, err := templateFor(ctx, tx, h.set, h.unit, m)
	if err != nil {
		return err
	}
	m.TemplateID = t.ID
	if err := insertMeeting(ctx, tx, m); err != nil {
		return err
	}
	return insertItems(ctx, tx, m.Ref, templateItems(tx, t.Items, m, officers{}))
}
