package meeting

import (
	"context"
	"strings"
	"time"

	"chibo/access"
	"chibo/agenda"
	"chibo/internal/civil"
	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/notify"
	"chibo/office"
	"chibo/workplan"
)

// What became of an announced meeting's day.
const (
	ChangeMoved     = "moved"     // time or place, without a reason asked for
	ChangePostponed = "postponed" // put off, with a reason
	ChangeCancelled = "cancelled"
)

// Change is one change of an announced meeting's day.
type Change struct {
	What      string
	FromAt    time.Time
	FromPlace string
	ToAt      time.Time // zero: cancelled
	ToPlace   string
	Reason    string
	At        time.Time
}

const (
	insertChangeSQL = `INSERT INTO meeting_change (part_id, id, meeting_id, what, from_at, from_place, to_at, to_place, reason, at, by_account)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`

	changesSQL = `SELECT what, from_at, from_place, to_at, to_place, reason, at FROM meeting_change
 WHERE part_id = $1 AND meeting_id = $2 ORDER BY id`
)

func insertChange(ctx context.Context, tx *db.Tx, actor access.Actor, ref ident.Ref, c Change) error {
	_, err := tx.Exec(ctx, insertChangeSQL, ref.Part, tx.ID(), ref.ID, c.What, millis(c.FromAt), c.FromPlace, millis(c.ToAt), c.ToPlace, c.Reason,
		tx.NowMS(), actor.AccountID)
	return err
}

func changesOf(ctx context.Context, q db.Q, ref ident.Ref) ([]Change, error) {
	return db.List(ctx, q, func(s db.Scanner) (c Change, err error) {
		var from, to, at int64
		err = s.Scan(&c.What, &from, &c.FromPlace, &to, &c.ToPlace, &c.Reason, &at)
		c.FromAt, c.ToAt, c.At = instant(from), instant(to), instant(at)
		return c, err
	}, changesSQL, ref.Part, ref.ID)
}

// PostponeIn puts an announced meeting off. Place empty leaves the place.
type PostponeIn struct {
	Day          civil.Date
	Hour, Minute int
	Place        string
	Reason       string
	Version      int // of the meeting, as it was shown
}

// Postpone puts an announced meeting off to another day or hour with a reason, which
// everybody invited is told and the meeting's page keeps. A regular meeting stays in its
// month (rules.md 2.01). The meeting that follows it in the same evening goes with it.
// Field errors: reason, and those of checkTime. ErrState unless it is announced and not
// begun; ErrStale.
func (s *Service) Postpone(ctx context.Context, actor access.Actor, ref ident.Ref, in PostponeIn) error {
	in.Reason = strings.TrimSpace(in.Reason)
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		h, err := s.enter(ctx, tx, actor, ref, mayLead)
		if err != nil {
			return err
		}
		if err := h.in(Invited); err != nil {
			return err
		}
		if h.Version != in.Version {
			return ErrStale
		}
		next, err := in.next(h.Meeting, tx.Today())
		if err != nil {
			return err
		}
		if err := updateMeeting(ctx, tx, next, 1); err != nil {
			return err
		}
		if err := s.movedTo(ctx, tx, actor, h, next, ChangePostponed, in.Reason); err != nil {
			return err
		}
		s.tell(tx, ref, LiveState)
		return record(ctx, tx, actor, ref, "postpone", map[string]any{"from": h.Day.String(), "to": next.Day.String()})
	})
}

func (in PostponeIn) next(m Meeting, today civil.Date) (Meeting, error) {
	next := m
	if next.Day = in.Day; in.Day.IsDay() {
		next.StartsAt = in.Day.Time(in.Hour, in.Minute)
	}
	if place := strings.TrimSpace(in.Place); place != "" {
		next.Place = place
	}
	if m.Kind != Regular && in.Day.IsDay() {
		next.Month = in.Day.Month()
	}
	var f fault.Fields
	checkTime(&f, today, next, in.Hour, in.Minute)
	fits(&f, "place", next.Place, maxShort)
	needReason(&f, in.Reason)
	switch {
	case m.AfterID != 0:
		f.Add("day", "meeting.err.evening")
	case len(f) == 0 && next.StartsAt.Equal(m.StartsAt):
		f.Add("day", "meeting.err.same_day")
	}
	return next, f.Err()
}

func needReason(f *fault.Fields, reason string) {
	if reason == "" {
		f.Add("reason", "meeting.err.why")
	}
	fits(f, "reason", reason, maxReason)
}

// movedTo gives the path of a meeting new days, keeps the change of an announced one and
// tells its people, and takes the meeting of the same evening along.
func (s *Service) movedTo(ctx context.Context, tx *db.Tx, actor access.Actor, h held, next Meeting, what, reason string) error {
	if err := moveSteps(ctx, tx, h.set, next); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, shiftSessionsSQL, next.Ref.Part, next.Ref.ID, millis(next.StartsAt)-millis(h.StartsAt)); err != nil {
		return err
	}
	if h.State == Invited {
		c := Change{What: what, FromAt: h.StartsAt, FromPlace: h.Place, ToAt: next.StartsAt, ToPlace: next.Place, Reason: reason}
		if err := insertChange(ctx, tx, actor, next.Ref, c); err != nil {
			return err
		}
		body, err := bodyOf(ctx, tx, next)
		if err != nil {
			return err
		}
		if err := syncRoll(ctx, tx, next, body); err != nil {
			return err
		}
		args := noticeArgs(next, h.unit)
		args["Reason"] = reason
		if err := s.tellInvited(ctx, tx, next, notify.Notice{Kind: "meeting." + what, Href: Href(next.Ref), Args: args}); err != nil {
			return err
		}
	}
	if next.Kind != Regular {
		return nil
	}
	then, ok, err := following(ctx, tx, next.Ref)
	if err != nil || !ok || then.over() || then.State == Opened {
		return err
	}
	if err := then.joinEvening(ctx, tx, next); err != nil {
		return err
	}
	if err := updateMeeting(ctx, tx, then, 1); err != nil {
		return err
	}
	return moveSteps(ctx, tx, h.set, then)
}

// tellInvited sends a notice to the members of the day and, as the invitation went to
// him or her too, to the follower (rules.md 2.09).
func (s *Service) tellInvited(ctx context.Context, tx *db.Tx, m Meeting, n notify.Notice) error {
	body, err := bodyOf(ctx, tx, m)
	if err != nil {
		return err
	}
	to, err := everybody(ctx, tx, m, body)
	if err != nil {
		return err
	}
	follower, err := office.HolderOf(ctx, tx, m.Ref.Part, m.OrgID, office.Follower, m.Day)
	switch {
	case err == nil:
		if to, err = addReceiver(ctx, tx, to, follower.PersonID, follower.Part); err != nil {
			return err
		}
	case fault.KindOf(err) != fault.NotFound:
		return err
	}
	return notify.Send(ctx, tx, n, to...)
}

// CallOff calls an announced meeting off, with a reason that everybody invited is told.
// The meeting stays with its roll and its plan as they were and changes no more; a regular
// one leaves its month free for another. What the cell committee proposed on tasks falls,
// they are open again. The meeting that was to follow in the same evening is called off
// with it, or given up when it was not announced. Field error: reason. ErrState unless it
// is announced and not begun; ErrStale.
func (s *Service) CallOff(ctx context.Context, actor access.Actor, ref ident.Ref, version int, reason string) error {
	reason = strings.TrimSpace(reason)
	var f fault.Fields
	needReason(&f, reason)
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		h, err := s.enter(ctx, tx, actor, ref, mayLead)
		if err != nil {
			return err
		}
		if err := h.in(Invited); err != nil {
			return err
		}
		if h.Version != version {
			return ErrStale
		}
		if err := f.Err(); err != nil {
			return err
		}
		then, ok, err := following(ctx, tx, ref)
		if err != nil {
			return err
		}
		if err := s.callOff(ctx, tx, actor, h, reason, true); err != nil || !ok {
			return err
		}
		second := held{Meeting: then, unit: h.unit, set: h.set}
		if then.State != Invited {
			return s.giveUp(ctx, tx, actor, second)
		}
		return s.callOff(ctx, tx, actor, second, reason, false) // one notice for the evening
	})
}

func (s *Service) callOff(ctx context.Context, tx *db.Tx, actor access.Actor, h held, reason string, aloud bool) error {
	args := noticeArgs(h.Meeting, h.unit)
	args["Reason"] = reason
	c := Change{What: ChangeCancelled, FromAt: h.StartsAt, FromPlace: h.Place, Reason: reason}
	if err := insertChange(ctx, tx, actor, h.Ref, c); err != nil {
		return err
	}
	h.State, h.secret = Cancelled, ""
	if err := updateMeeting(ctx, tx, h.Meeting, 1); err != nil {
		return err
	}
	if err := s.offAgenda(ctx, tx, actor, h.Meeting); err != nil {
		return err
	}
	if err := unjudge(ctx, tx, actor, h.Ref); err != nil {
		return err
	}
	if err := agenda.DropMeeting(ctx, tx, h.Ref); err != nil {
		return err
	}
	if err := workplan.DropMeeting(ctx, tx, h.Ref); err != nil {
		return err
	}
	if aloud {
		if err := s.tellInvited(ctx, tx, h.Meeting, notify.Notice{Kind: "meeting.cancelled", Href: Href(h.Ref), Args: args}); err != nil {
			return err
		}
	}
	s.tell(tx, h.Ref, LiveState)
	return record(ctx, tx, actor, h.Ref, "call_off", map[string]any{"kind": h.Kind, "day": h.Day.String()})
}

// clockOf gives hour and minute of an instant in Viet Nam.
func clockOf(t time.Time) (hour, minute int) {
	at := t.In(clock.Zone())
	return at.Hour(), at.Minute()
}
