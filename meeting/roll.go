package meeting

import (
	"context"
	"strings"
	"time"

	"chibo/access"
	"chibo/ballot"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
)

func dayOf(t time.Time) civil.Date { return civil.From(t) }

// Mark notes a member's presence by hand. Excused needs a reason; an answer given with
// the invitation serves. Empty presence takes the call back. Field errors: presence,
// reason. ErrStranger when the member is not on the roll.
func (s *Service) Mark(ctx context.Context, actor access.Actor, ref ident.Ref, membershipID int64, presence, reason string) error {
	reason = strings.TrimSpace(reason)
	if presence != "" && presence != Present && presence != Excused && presence != Unexcused {
		return fault.Field("presence", "meeting.err.presence")
	}
	if err := fit("reason", reason, maxReason); err != nil {
		return err
	}
	return s.DB.WriteGrouped(ctx, func(tx *db.Tx) error {
		h, err := s.enter(ctx, tx, actor, ref, mayClerk)
		if err != nil {
			return err
		}
		if err := h.rollTime(tx.Now()); err != nil {
			return err
		}
		row, err := rollOne(ctx, tx, ref, membershipID)
		if err != nil {
			return err
		}
		if err := row.call(presence, reason, tx.Now()); err != nil {
			return err
		}
		return s.mark(ctx, tx, actor, h, row)
	})
}

// call puts a presence noted by hand into the row.
func (r *RollRow) call(presence, reason string, now time.Time) error {
	if presence == Excused && reason == "" {
		if reason = r.AnswerReason; reason == "" {
			return fault.Field("reason", "meeting.err.reason")
		}
	}
	if presence != Excused {
		reason = ""
	}
	if presence == Present && r.Presence == Present {
		return nil
	}
	r.Presence, r.Reason, r.ArrivedAt, r.How = presence, reason, time.Time{}, ByHand
	r.HelpedBy, r.Known, r.KnownNote, r.Late = 0, "", "", false
	if presence == Present {
		r.ArrivedAt = now
	}
	if presence == "" {
		r.How = ""
	}
	return nil
}

// mark writes a roll row, brings the open votes' electorate to it, tells and records.
func (s *Service) mark(ctx context.Context, tx *db.Tx, actor access.Actor, h held, row RollRow) error {
	if err := putPresence(ctx, tx, h.Ref, row, actor.AccountID); err != nil {
		return err
	}
	if row.Presence != Present { // who was not there was never out of the room
		if err := dropAways(ctx, tx, h.Ref, row.MembershipID); err != nil {
			return err
		}
	}
	return s.marked(ctx, tx, actor, h, row)
}

// marked does what follows from a changed roll row.
func (s *Service) marked(ctx context.Context, tx *db.Tx, actor access.Actor, h held, row RollRow) error {
	if err := refreshVotes(ctx, tx, h); err != nil {
		return err
	}
	s.tell(tx, h.Ref, LiveRoll)
	return record(ctx, tx, actor, h.Ref, "roll", map[string]any{"membership": row.MembershipID, "presence": row.Presence, "how": row.How})
}

// MarkRest calls everybody bound to attend who was not called yet: who answered no with
// a reason is excused, the others are absent without a reason. It gives how many of each.
// Of a meeting by group it calls those whose group has met.
func (s *Service) MarkRest(ctx context.Context, actor access.Actor, ref ident.Ref) (excused, unexcused int, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		excused, unexcused = 0, 0
		h, err := s.enter(ctx, tx, actor, ref, mayClerk)
		if err != nil {
			return err
		}
		if err := h.in(Opened); err != nil {
			return err
		}
		rows, err := rollRows(ctx, tx, ref)
		if err != nil {
			return err
		}
		sessions, err := sessionsOf(ctx, tx, h)
		if err != nil {
			return err
		}
		later := toCome(sessions, true)
		for _, r := range rows {
			if r.Presence != "" || !isDue(r.Standing) || later[r.MembershipID] {
				continue
			}
			r.Presence, r.How = Unexcused, ByHand
			if r.Answer == No {
				r.Presence, r.Reason = Excused, r.AnswerReason
				excused++
			} else {
				unexcused++
			}
			if err := putPresence(ctx, tx, ref, r, actor.AccountID); err != nil {
				return err
			}
		}
		if err := refreshVotes(ctx, tx, h); err != nil {
			return err
		}
		s.tell(tx, ref, LiveRoll)
		return record(ctx, tx, actor, ref, "roll.rest", map[string]any{"excused": excused, "unexcused": unexcused})
	})
	return excused, unexcused, err
}

// MarkRestPresent calls everybody bound to attend who was not called yet as present,
// except who answered no, all or nobody; of a meeting by group those whose group meets or
// has met. It gives how many.
func (s *Service) MarkRestPresent(ctx context.Context, actor access.Actor, ref ident.Ref) (n int, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		n = 0
		h, err := s.enter(ctx, tx, actor, ref, mayClerk)
		if err != nil {
			return err
		}
		if err := h.rollTime(tx.Now()); err != nil {
			return err
		}
		rows, err := rollRows(ctx, tx, ref)
		if err != nil {
			return err
		}
		sessions, err := sessionsOf(ctx, tx, h)
		if err != nil {
			return err
		}
		later := toCome(sessions, false)
		for _, r := range rows {
			if r.Presence != "" || r.Answer == No || !isDue(r.Standing) || later[r.MembershipID] {
				continue
			}
			r.Presence, r.ArrivedAt, r.How = Present, tx.Now(), ByHand
			if err := putPresence(ctx, tx, ref, r, actor.AccountID); err != nil {
				return err
			}
			n++
		}
		if err := refreshVotes(ctx, tx, h); err != nil {
			return err
		}
		s.tell(tx, ref, LiveRoll)
		return record(ctx, tx, actor, ref, "roll.rest", map[string]any{"present": n})
	})
	return n, err
}

// electorsOf builds the electorate of a vote from the roll and the members' standing on
// the day (rules.md 2.28-2.30).
func electorsOf(ctx context.Context, q db.Q, h held) ([]ballot.Elector, error) {
	body, err := bodyOf(ctx, q, h.Meeting)
	if err != nil {
		return nil, err
	}
	roll, err := rollOf(ctx, q, h.Meeting, body)
	if err != nil {
		return nil, err
	}
	return ballot.RightsOf(h.set).Electors(people(roll)), nil
}

// people gives a roll as a vote needs to know it.
func people(roll []RollRow) []ballot.Person {
	out := make([]ballot.Person, len(roll))
	for i, r := range roll {
		out[i] = ballot.Person{MembershipID: r.MembershipID, Official: r.Official, Standing: r.Standing, Present: r.InRoom()}
	}
	return out
}
