package meeting

import (
	"context"

	"chibo/access"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/member"
	"chibo/org"
)

// Who may do what with a meeting, in words:
//
//   - Whoever may read the cell sees its meetings: its members, its committee, the
//     follower and the officers of the committees above. An administrator sees none.
//   - Only the secretary convenes, or the deputy when authorised (rules.md 1.37). The
//     cell's lead (secretary, deputy) notes the cell committee's agreement, invites,
//     opens, closes and sends up.
//   - The cell committee prepares: agenda, draft resolution, decisions (2.07).
//   - The cell committee, and the member named as meeting secretary even without an
//     office, keep the roll, the notes, other members' opinions and the votes; while the
//     meeting is open they also write into the draft.
//   - The head of a Party group keeps the roll, the notes and the raised hands of the own
//     group in a meeting by group.
//   - A member on the roll answers the invitation, gives opinions, checks in, leaves, votes
//     and reserves an opinion, each for himself or herself only. Who is in the room may
//     check in another member, by the code of the moment and labelled so.
//   - Sealed opinions are read by members on the roll only, by nobody with a name
//     (docs/adr/0020).
//   - A member contests what somebody else noted of the own presence; who keeps the roll
//     settles it. The trail is read by these two only.
//   - Who is present asks to speak, for himself or herself; the meeting secretary does it
//     for others. Who keeps the meeting gives the word.
//   - Criticism and self-criticism are read by those whom the cell's rule names: in the
//     room, in the committee, in the cell on that day; by who said it, whom it concerns
//     and who wrote it down. By nobody through an office above. Only the cell's lead
//     decides the rule.
//   - What the cell keeps from above, the officers above and the follower do not see:
//     opinions sent in before the meeting, texts not yet adopted, the tasks one by one.
//     They see that it is kept, and by whom.
//   - The program itself may do everything.
type right string

const (
	mayRead    right = "read"
	mayConvene right = "convene"
	mayLead    right = "lead"
	mayPrepare right = "prepare"
	mayClerk   right = "clerk"
	mayTake    right = "take part"
	mayPlan    right = "plan" // mayPrepare, while the meeting is open mayClerk
)

func (r right) action() access.Action {
	switch r {
	case mayConvene:
		return access.Convene
	case mayLead:
		return access.Lead
	case mayPrepare:
		return access.Prepare
	case mayClerk:
		return access.Clerk
	case mayTake:
		return access.TakePart
	}
	return access.CellRead
}

// may says whether the actor has the right in the cell. isClerk says that the actor is
// the member named as the secretary of this meeting.
func may(actor access.Actor, r right, u org.Unit, isClerk bool) error {
	if isClerk && r == mayClerk && actor.Can(access.TakePart, u.Access()) {
		return nil
	}
	_, err := access.For(actor, r.action(), u.Access())
	return err
}

// enter loads a meeting for an act and checks the right.
func (s *Service) enter(ctx context.Context, q db.Q, actor access.Actor, ref ident.Ref, r right) (held, error) {
	h, err := s.load(ctx, q, ref)
	if err != nil {
		return held{}, err
	}
	if r == mayPlan {
		if r = mayPrepare; h.State == Opened {
			r = mayClerk
		}
	}
	isClerk := false
	if r == mayClerk && h.ClerkID != 0 && !actor.Can(access.Clerk, h.unit.Access()) {
		me, err := h.membershipOf(ctx, q, actor)
		if err != nil {
			return held{}, err
		}
		isClerk = me == h.ClerkID
	}
	return h, may(actor, r, h.unit, isClerk)
}

// membershipOf gives the actor's membership in the meeting's cell on its day, 0 when
// there is none.
func (m Meeting) membershipOf(ctx context.Context, q db.Q, actor access.Actor) (int64, error) {
	if actor.PersonID == 0 {
		return 0, nil
	}
	mine, err := member.ByPerson(ctx, q, m.Ref.Part, actor.PersonID, m.Day)
	if err != nil {
		return 0, err
	}
	for _, p := range mine {
		if p.CellID == m.OrgID {
			return p.ID, nil
		}
	}
	return 0, nil
}
