package meeting

import (
	"context"
	"time"

	"chibo/access"
	"chibo/ballot"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/rulebook"
)

const putHandsSQL = `INSERT INTO session_hands (part_id, meeting_id, vote_id, group_id, yes, no, other, at, by_account)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (part_id, vote_id, group_id) DO UPDATE SET yes = excluded.yes, no = excluded.no, other = excluded.other,
  at = excluded.at, by_account = excluded.by_account`

// CountGroup notes the raised hands of one group in a vote; the vote has the sum over all
// groups, of the one base (rules.md 2.27, 2.43). A new count takes the place of the
// group's earlier one. Field errors yes, no, other, hands: more than may vote in the group
// and have not voted on a phone. Errors: those of ballot.CountHands.
func (s *Service) CountGroup(ctx context.Context, actor access.Actor, ref ident.Ref, groupID, voteID int64, hands ballot.Hands) error {
	return s.session(ctx, actor, ref, groupID, mayClerk, "group.hands", func(tx *db.Tx, h held, v *Session) error {
		if err := h.in(Opened); err != nil {
			return err
		}
		vote, err := h.vote(ctx, tx, voteID)
		if err != nil {
			return err
		}
		left, err := v.left(ctx, tx, vote)
		if err != nil {
			return err
		}
		if err := checkHands(hands, left); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, putHandsSQL, ref.Part, ref.ID, voteID, groupID, hands.Yes, hands.No, hands.Other, tx.NowMS(), actor.AccountID); err != nil {
			return err
		}
		s.tell(tx, ref, LiveVote)
		return sumHands(ctx, tx, h, vote)
	})
}

// left counts the members of the group who may vote and have not voted on a phone.
func (v Session) left(ctx context.Context, q db.Q, vote ident.Ref) (n int, err error) {
	seats, err := ballot.Seats(ctx, q, vote)
	for _, e := range seats {
		if e.MayCast && e.Choice == "" && v.has(e.MembershipID) {
			n++
		}
	}
	return n, err
}

func checkHands(h ballot.Hands, left int) error {
	var f fault.Fields
	for _, c := range []struct {
		field string
		n     int
	}{{"yes", h.Yes}, {"no", h.No}, {"other", h.Other}} {
		if c.n < 0 || c.n > left {
			f.Add(c.field, "meeting.err.group_hands", "Left", left)
		}
	}
	if len(f) == 0 && h.Sum() > left {
		f.Add("hands", "meeting.err.group_hands", "Left", left)
	}
	return f.Err()
}

// groupsOpen says that groups have not met.
func (p proceedings) groupsOpen() []*fault.Error {
	n := 0
	for _, v := range p.sessions {
		if v.ClosedAt.IsZero() {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	return []*fault.Error{fault.New(ErrGroupsOpen.Kind, ErrGroupsOpen.Key, "Count", n)}
}

// closeGroups closes a vote of a meeting by group with what the groups have counted. Field
// error hands: groups where somebody may vote have not counted.
func (s *Service) closeGroups(ctx context.Context, tx *db.Tx, h held, vote ident.Ref, version int) (v ballot.Vote, err error) {
	list, err := sessionsOf(ctx, tx, h)
	if err != nil {
		return v, err
	}
	n := 0
	for _, g := range list {
		left, err := g.left(ctx, tx, vote)
		if err != nil {
			return v, err
		}
		if g.ClosedAt.IsZero() && !g.Hands[vote.ID] || left > 0 && !g.Hands[vote.ID] {
			n++
		}
	}
	if n > 0 {
		return v, fault.Field("hands", "meeting.err.group_uncounted", "Count", n)
	}
	if v, err = ballot.Close(ctx, tx, vote, version); err != nil {
		return v, err
	}
	return v, freezeRoom(ctx, tx, h.Meeting, vote.ID)
}

// sumHands puts the sum of the groups' hands into the vote.
func sumHands(ctx context.Context, tx *db.Tx, h held, vote ident.Ref) error {
	list, err := handsOf(ctx, tx, h.Ref)
	if err != nil {
		return err
	}
	var sum ballot.Hands
	for _, c := range list {
		if c.vote == vote.ID {
			sum.Yes, sum.No, sum.Other = sum.Yes+c.Yes, sum.No+c.No, sum.Other+c.Other
		}
	}
	v, err := ballot.Get(ctx, tx, vote)
	if err != nil {
		return err
	}
	_, err = ballot.CountHands(ctx, tx, vote, sum, v.Version)
	return err
}

// handsFit refuses with ballot.ErrHandsFull when fewer may raise a hand in a group than were
// counted in it, since somebody was called otherwise or votes on a phone: the group counts
// again first. The vote as a whole may have room for them, and would refuse the count of
// another group for it later.
func handsFit(ctx context.Context, tx *db.Tx, m Meeting) error {
	if m.Form != FormGroup {
		return nil
	}
	hands, err := handsOf(ctx, tx, m.Ref)
	if err != nil || len(hands) == 0 {
		return err
	}
	list, err := sessionsOf(ctx, tx, held{Meeting: m})
	if err != nil {
		return err
	}
	for _, c := range hands {
		vote := ident.Ref{Part: m.Ref.Part, ID: c.vote}
		if v, err := ballot.Get(ctx, tx, vote); err != nil || !v.IsOpen() {
			if err != nil {
				return err
			}
			continue
		}
		for _, v := range list {
			if v.GroupID != c.group {
				continue
			}
			left, err := v.left(ctx, tx, vote)
			if err != nil {
				return err
			}
			if c.Sum() > left {
				return ballot.ErrHandsFull
			}
		}
	}
	return nil
}

// GroupVote is an open vote as one group sees it.
type GroupVote struct {
	Vote  ballot.Vote
	Hands ballot.Hands
	Done  bool // hands were counted
	Left  int  // may vote and have not voted on a phone
}

// GroupFull is the meeting of one group with what its page shows.
type GroupFull struct {
	Full
	Session Session
	Roll    []RollRow
	Votes   []GroupVote
	Keeps   bool // the viewer leads the group or keeps the meeting
}

// Group gives the meeting of one group to whoever keeps the meeting or leads the group.
func (s *Service) Group(ctx context.Context, actor access.Actor, ref ident.Ref, groupID int64) (g GroupFull, err error) {
	err = s.DB.Read(ctx, func(q db.Q) error {
		h, v, err := s.enterGroup(ctx, q, actor, ref, groupID, mayClerk)
		if err != nil {
			return err
		}
		g.Session, g.Keeps = v, true
		votes, err := ballot.ByOwner(ctx, q, ref.Part, owner, ref.ID)
		if err != nil {
			return err
		}
		hands, err := handsOf(ctx, q, h.Ref)
		if err != nil {
			return err
		}
		for _, b := range votes {
			if !b.IsOpen() {
				continue
			}
			one := GroupVote{Vote: b}
			if one.Left, err = v.left(ctx, q, b.Ref); err != nil {
				return err
			}
			for _, c := range hands {
				if c.vote == b.Ref.ID && c.group == groupID {
					one.Hands, one.Done = c.Hands, true
				}
			}
			g.Votes = append(g.Votes, one)
		}
		return nil
	})
	if err != nil {
		return g, err
	}
	if g.Full, err = s.Get(ctx, actor, ref); err != nil {
		return g, err
	}
	for _, r := range g.Full.Roll {
		if g.Session.has(r.MembershipID) {
			g.Roll = append(g.Roll, r)
		}
	}
	return g, nil
}

// lasted gives how long a meeting was, in minutes: of one by group the shortest of its
// groups' meetings, so that it is not counted longer than any of them was.
func lasted(m Meeting, sessions []Session, now time.Time) int {
	end := now
	if !m.ClosedAt.IsZero() {
		end = m.ClosedAt
	}
	if m.OpenedAt.IsZero() {
		return 0
	}
	if m.Form != FormGroup {
		return minutesBetween(m.OpenedAt, end)
	}
	least := -1
	for _, v := range sessions {
		if v.OpenedAt.IsZero() || v.ClosedAt.IsZero() {
			continue
		}
		if n := minutesBetween(v.OpenedAt, v.ClosedAt); least < 0 || n < least {
			least = n
		}
	}
	return max(least, 0)
}

// GroupLimits says how a cell stands to meetings by group (rules.md 2.43).
func GroupLimits(set rulebook.Set) (members, times int, rule rulebook.Rule) {
	return set.Int(rulebook.GroupMeetingMinMembers), set.Int(rulebook.GroupMeetingMaxPerYear), set.Rule(rulebook.GroupMeetingMinMembers)
}
