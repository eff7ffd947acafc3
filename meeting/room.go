package meeting

import (
	"context"
	"errors"
	"strings"
	"time"

	"chibo/access"
	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
)

// Away is a time somebody was out of the room. Back is zero until the return.
type Away struct{ Left, Back time.Time }

// Room says who was in the room when a vote closed. It is kept with the result.
type Room struct {
	Members []int64  // memberships
	Guests  []string // name, post, unit as they were
}

// Stay is a person's time in the room: from the arrival on, less the times away.
type Stay struct {
	Came  time.Time // zero: never
	Aways []Away    // in order, none overlaps another
}

// In says whether the person was in the room at t. Who left at t is out, who came or
// came back at t is in.
func (s Stay) In(t time.Time) bool {
	if s.Came.IsZero() || t.Before(s.Came) {
		return false
	}
	for _, a := range s.Aways {
		if !t.Before(a.Left) && (a.Back.IsZero() || t.Before(a.Back)) {
			return false
		}
	}
	return true
}

// Out gives when the person left and has not come back, zero when that is not so.
func (s Stay) Out() time.Time {
	if n := len(s.Aways); n > 0 && s.Aways[n-1].Back.IsZero() {
		return s.Aways[n-1].Left
	}
	return time.Time{}
}

// Stay gives the member's time in the room.
func (r RollRow) Stay() Stay {
	if r.Presence != Present {
		return Stay{}
	}
	return Stay{r.ArrivedAt, r.Aways}
}

// InRoom says whether the member is in the room as noted so far.
func (r RollRow) InRoom() bool { return r.Presence == Present && r.Stay().Out().IsZero() }

// clockAt reads "19:50" as the last instant with this time of day in Viet Nam that is
// not after now, so that a meeting may cross midnight. Empty is now. The device's own
// clock is never asked.
func clockAt(now time.Time, s string) (time.Time, error) {
	if s = strings.TrimSpace(s); s == "" {
		return now, nil
	}
	at, err := time.ParseInLocation("15:04", s, clock.Zone())
	if err != nil {
		return now, fault.Field("at", "meeting.err.clock")
	}
	n := now.In(clock.Zone())
	t := time.Date(n.Year(), n.Month(), n.Day(), at.Hour(), at.Minute(), 0, 0, clock.Zone())
	if t.After(now) {
		t = t.AddDate(0, 0, -1)
	}
	return t.UTC(), nil
}

// MoveIn says who leaves the room, comes back or arrived, and when.
type MoveIn struct {
	WhoID int64  // membership or guest; 0 the actor
	At    string // "19:50" in Viet Nam; empty: now
	Op    string // made on the device; sent twice, done once
}

// Leave notes that somebody leaves the room. The member's own word counts from now; the
// meeting secretary may note an earlier time. Field at: not a time, in the future, before
// the arrival or within an earlier absence. ErrNotIn when the person is not in the room.
func (s *Service) Leave(ctx context.Context, actor access.Actor, ref ident.Ref, in MoveIn) error {
	if in.Op == "" {
		in.Op = ident.NewDevice()
	}
	return s.move(ctx, actor, ref, in, "roll.leave", func(tx *db.Tx, who seated, at time.Time) error {
		switch {
		case !who.stay.Out().IsZero() || who.stay.Came.IsZero():
			return ErrNotIn
		case at.Before(who.stay.Came):
			return fault.Field("at", "meeting.err.left_early", "Time", who.stay.Came)
		}
		if n := len(who.stay.Aways); n > 0 && at.Before(who.stay.Aways[n-1].Back) {
			return fault.Field("at", "meeting.err.left_early", "Time", who.stay.Aways[n-1].Back)
		}
		return insertAway(ctx, tx, ref, who.id, at, actor.AccountID, in.Op)
	})
}

// Return notes that somebody who left is back. Errors as Leave: field at before the
// leaving; nothing changes for somebody who is in the room.
func (s *Service) Return(ctx context.Context, actor access.Actor, ref ident.Ref, in MoveIn) error {
	if in.WhoID == 0 {
		return ErrNotIn // a member comes back by the code
	}
	return s.move(ctx, actor, ref, in, "roll.return", func(tx *db.Tx, who seated, at time.Time) error {
		left := who.stay.Out()
		switch {
		case left.IsZero():
			return nil
		case at.Before(left):
			return fault.Field("at", "meeting.err.back_early", "Time", left)
		}
		return endAway(ctx, tx, ref, who.id, at)
	})
}

// Arrive notes a member as present from a time on, which the meeting secretary saw or
// was told: later than the opening is late. Field at as Leave; ErrStranger.
func (s *Service) Arrive(ctx context.Context, actor access.Actor, ref ident.Ref, in MoveIn) error {
	return s.DB.WriteGrouped(ctx, func(tx *db.Tx) error {
		h, err := s.enter(ctx, tx, actor, ref, mayClerk)
		if err != nil {
			return err
		}
		if err := h.rollTime(tx.Now()); err != nil {
			return err
		}
		row, err := rollOne(ctx, tx, ref, in.WhoID)
		if err != nil {
			return err
		}
		at, err := clockAt(tx.Now(), in.At)
		if err != nil {
			return err
		}
		aways, err := awaysOf(ctx, tx, ref)
		if err != nil {
			return err
		}
		if list := aways[row.MembershipID]; row.Presence == Present && len(list) > 0 && list[0].Left.Before(at) {
			return fault.Field("at", "meeting.err.came_after", "Time", list[0].Left)
		}
		if row.Presence != Present {
			row.How, row.HelpedBy, row.Known, row.KnownNote = ByHand, 0, "", ""
		}
		row.Presence, row.Reason, row.ArrivedAt = Present, "", at
		row.Late = h.State == Opened && at.After(h.OpenedAt)
		return s.mark(ctx, tx, actor, h, row)
	})
}

// seated is somebody in the room: a member on the roll or a guest.
type seated struct {
	id   int64
	stay Stay
}

// move runs a leaving or a return: right, time, change, electorate, audit.
func (s *Service) move(ctx context.Context, actor access.Actor, ref ident.Ref, in MoveIn, action string,
	change func(tx *db.Tx, who seated, at time.Time) error,
) error {
	return s.DB.WriteGrouped(ctx, func(tx *db.Tx) error {
		h, who, err := s.seated(ctx, tx, actor, ref, in.WhoID)
		if err != nil {
			return err
		}
		if err := h.rollTime(tx.Now()); err != nil {
			return err
		}
		if in.WhoID == 0 {
			in.At = ""
		}
		if known, err := awayKnown(ctx, tx, ref, in.Op); err != nil || known {
			return err
		}
		at, err := clockAt(tx.Now(), in.At)
		if err != nil {
			return err
		}
		if err := change(tx, who, at); err != nil {
			return err
		}
		if err := refreshVotes(ctx, tx, h); err != nil {
			return err
		}
		s.tell(tx, ref, LiveRoll)
		return record(ctx, tx, actor, ref, action, map[string]any{"who": who.id})
	})
}

// seated finds who moves: the actor, or for the meeting secretary a member or a guest.
func (s *Service) seated(ctx context.Context, q db.Q, actor access.Actor, ref ident.Ref, whoID int64) (held, seated, error) {
	h, row, err := s.seat(ctx, q, actor, ref, whoID)
	if whoID != 0 && errors.Is(err, ErrStranger) {
		guest, err := guestOne(ctx, q, ref, whoID)
		if err != nil {
			return h, seated{}, err
		}
		row = RollRow{MembershipID: guest.ID, Presence: Present, ArrivedAt: guest.CameAt}
	} else if err != nil {
		return h, seated{}, err
	}
	aways, err := awaysOf(ctx, q, ref)
	row.Aways = aways[row.MembershipID]
	return h, seated{row.MembershipID, row.Stay()}, err
}

// freezeRoom keeps who is in the room at the instant at which a vote closes.
func freezeRoom(ctx context.Context, tx *db.Tx, m Meeting, voteID int64) error {
	rows, err := rollRows(ctx, tx, m.Ref)
	if err != nil {
		return err
	}
	aways, err := awaysOf(ctx, tx, m.Ref)
	if err != nil {
		return err
	}
	guests, err := guestsOf(ctx, tx, m.Ref)
	if err != nil {
		return err
	}
	var out [][]any
	for _, r := range rows {
		r.Aways = aways[r.MembershipID]
		if r.Stay().In(tx.Now()) {
			out = append(out, []any{m.Ref.Part, m.Ref.ID, voteID, r.MembershipID, ""})
		}
	}
	for _, g := range guests {
		if g.Aways = aways[g.ID]; g.Stay().In(tx.Now()) {
			out = append(out, []any{m.Ref.Part, m.Ref.ID, voteID, g.ID, g.Label()})
		}
	}
	return db.Many(ctx, tx, insertRoomSQL, out)
}
