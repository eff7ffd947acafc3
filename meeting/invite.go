package meeting

import (
	"context"
	"crypto/rand"
	"strings"

	"chibo/access"
	"chibo/account"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/member"
	"chibo/notify"
	"chibo/office"
	"chibo/org"
)

// Invite writes the roll of the day, tells every member and the follower, with time,
// place and content on the meeting's page (rules.md 2.09), and hands the draft out. A
// meeting of a kind that the cell committee agrees must be agreed first (2.08). The one
// that follows in the same evening is announced with it. Errors: ErrState; fields day (it
// has passed; the regular meeting before it is not announced), room (none for a meeting
// over the network).
func (s *Service) Invite(ctx context.Context, actor access.Actor, ref ident.Ref) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		h, err := s.enter(ctx, tx, actor, ref, mayLead)
		if err != nil {
			return err
		}
		if err := h.mayInvite(ctx, tx); err != nil {
			return err
		}
		body, err := bodyOf(ctx, tx, h.Meeting)
		if err != nil {
			return err
		}
		if err := s.hand(ctx, tx, h.Meeting, body); err != nil {
			return err
		}
		if err := setGroups(ctx, tx, h); err != nil {
			return err
		}
		if err := s.announce(ctx, tx, h, body); err != nil {
			return err
		}
		then, ok, err := following(ctx, tx, ref)
		if err != nil {
			return err
		}
		if ok && then.State == Agreed { // one invitation to the evening
			if err := then.joinEvening(ctx, tx, h.Meeting); err != nil {
				return err
			}
			if err := s.hand(ctx, tx, then, body); err != nil {
				return err
			}
		}
		return record(ctx, tx, actor, ref, "invite", map[string]any{"people": len(body)})
	})
}

// hand makes the roll of a meeting and hands its plan out.
func (s *Service) hand(ctx context.Context, tx *db.Tx, m Meeting, body []member.OnDay) error {
	m.State, m.InvitedAt, m.secret = Invited, tx.Now(), rand.Text()
	if err := updateMeeting(ctx, tx, m, 1); err != nil {
		return err
	}
	if err := syncRoll(ctx, tx, m, body); err != nil {
		return err
	}
	s.tell(tx, m.Ref, LiveState)
	return StepDone(ctx, tx, m.Ref, StepInvite, tx.Today())
}

func (h held) mayInvite(ctx context.Context, tx *db.Tx) error {
	states := []string{Agreed}
	if kind, _ := h.set.MeetingKind(h.Kind); !kind.Agreed {
		states = append(states, Preparing)
	}
	if err := h.in(states...); err != nil {
		return err
	}
	var f fault.Fields
	if h.Day.Before(tx.Today()) {
		f.Add("day", "meeting.err.past", "Day", h.Day.Vi())
	}
	h.checkRoom(&f)
	if h.AfterID != 0 {
		first, err := meetingByRef(ctx, tx, ident.Ref{Part: h.Ref.Part, ID: h.AfterID})
		if err != nil {
			return err
		}
		if first.State == Preparing || first.State == Agreed {
			f.Add("day", "meeting.err.invite_first")
		}
	}
	return f.Err()
}

func (s *Service) announce(ctx context.Context, tx *db.Tx, h held, body []member.OnDay) error {
	ids := make([]int64, len(body))
	for i, p := range body {
		ids[i] = p.PersonID
	}
	for _, told := range s.OnInvited {
		if err := told(ctx, tx, h.Meeting, ids); err != nil {
			return err
		}
	}
	to, err := everybody(ctx, tx, h.Meeting, body)
	if err != nil {
		return err
	}
	follower, err := office.HolderOf(ctx, tx, h.Ref.Part, h.OrgID, office.Follower, h.Day)
	switch {
	case err == nil:
		if to, err = addReceiver(ctx, tx, to, follower.PersonID, follower.Part); err != nil {
			return err
		}
	case fault.KindOf(err) != fault.NotFound:
		return err
	}
	return notify.Send(ctx, tx, notify.Notice{Kind: "meeting.invited", Href: Href(h.Ref), Args: noticeArgs(h.Meeting, h.unit)}, to...)
}

// everybody lists the members of the body as receivers of a notice. The record of a
// guest lies in the part of the home cell.
func everybody(ctx context.Context, q db.Q, m Meeting, body []member.OnDay) (to []notify.To, err error) {
	for _, p := range body {
		if p.Standing != member.StandingGuest {
			to = append(to, notify.To{Part: m.Ref.Part, PersonID: p.PersonID})
			continue
		}
		if to, err = addReceiver(ctx, q, to, p.PersonID, m.Ref.Part); err != nil {
			return nil, err
		}
	}
	return to, nil
}

// addReceiver adds a person whose record may lie in another part than the unit's: that
// of the account, else the unit's.
func addReceiver(ctx context.Context, q db.Q, to []notify.To, personID, part int64) ([]notify.To, error) {
	a, err := account.ByPerson(ctx, q, personID)
	switch {
	case err == nil:
		part = a.PartID
	case fault.KindOf(err) != fault.NotFound:
		return to, err
	}
	return append(to, notify.To{Part: part, PersonID: personID}), nil
}

func noticeArgs(m Meeting, u org.Unit) map[string]any {
	return map[string]any{"Cell": u.Name, "Kind": m.Kind, "Month": m.Month, "Day": m.Day, "At": m.StartsAt, "Place": m.Place}
}

// Answer notes the actor's answer to the invitation, which may be changed until the
// meeting opens. Field error: reason, required with no. ErrStranger when the actor is
// not on the roll.
func (s *Service) Answer(ctx context.Context, actor access.Actor, ref ident.Ref, yes bool, reason string) error {
	return s.answer(ctx, actor, ref, 0, yes, reason)
}

// PhoneAnswer notes what a member without an account said on the phone or at the door.
func (s *Service) PhoneAnswer(ctx context.Context, actor access.Actor, ref ident.Ref, membershipID int64, yes bool, reason string) error {
	return s.answer(ctx, actor, ref, membershipID, yes, reason)
}

func (s *Service) answer(ctx context.Context, actor access.Actor, ref ident.Ref, membershipID int64, yes bool, reason string) error {
	reason = strings.TrimSpace(reason)
	if !yes && reason == "" {
		return fault.Field("reason", "meeting.err.reason")
	}
	if err := fit("reason", reason, maxReason); err != nil {
		return err
	}
	return s.DB.WriteGrouped(ctx, func(tx *db.Tx) error {
		h, row, err := s.seat(ctx, tx, actor, ref, membershipID)
		if err != nil {
			return err
		}
		if err := h.in(Invited); err != nil {
			return err
		}
		row.Answer, row.AnswerReason, row.SeenAt = Yes, "", tx.Now()
		if !yes {
			row.Answer, row.AnswerReason = No, reason
		}
		if err := putAnswer(ctx, tx, ref, row); err != nil {
			return err
		}
		s.tell(tx, ref, LiveRoll)
		return record(ctx, tx, actor, ref, "answer", map[string]any{"membership": row.MembershipID, "yes": yes, "for_other": membershipID != 0})
	})
}

// seat gives the roll row of the actor (membershipID 0), or of another member for whom
// the meeting secretary acts.
func (s *Service) seat(ctx context.Context, q db.Q, actor access.Actor, ref ident.Ref, membershipID int64) (held, RollRow, error) {
	need := mayRead
	if membershipID != 0 {
		need = mayClerk
	}
	h, err := s.enter(ctx, q, actor, ref, need)
	if err != nil {
		if membershipID == 0 && fault.KindOf(err) == fault.Forbidden {
			err = ErrStranger
		}
		return h, RollRow{}, err
	}
	if membershipID == 0 {
		if membershipID, err = h.membershipOf(ctx, q, actor); err != nil {
			return h, RollRow{}, err
		}
	}
	row, err := rollOne(ctx, q, ref, membershipID)
	return h, row, err
}
