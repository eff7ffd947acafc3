package meeting

import (
	"context"
	"strings"

	"chibo/access"
	"chibo/ballot"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/rulebook"
)

// owner is how ballot and document name a meeting.
const owner = "meeting"

// OpenVote opens a vote by raised hands and phones; the electorate comes from the roll.
// Subject empty is the usual one of the purpose. One vote at a time; in a meeting by group,
// which takes days, one of a purpose. Errors: ErrState,
// ErrVoteOpen, ErrAdopted (the resolution was adopted before), ballot.ErrNoBase, fields
// subject, purpose.
func (s *Service) OpenVote(ctx context.Context, actor access.Actor, ref ident.Ref, subject, purpose string) (ident.Ref, error) {
	var vote ident.Ref
	if err := fit("subject", subject, maxTitle); err != nil {
		return vote, err
	}
	err := s.voting(ctx, actor, ref, "vote.open", func(tx *db.Tx, h held) error {
		if purpose == ballot.Admission || purpose == ballot.Recognition { // see OpenMatter
			return fault.Field("purpose", "ballot.err.purpose")
		}
		if subject = strings.TrimSpace(subject); subject == "" {
			subject = voteSubject(purpose, h.Meeting)
		}
		var err error
		vote, err = openVote(ctx, tx, h, ballot.NewVote{Subject: subject, Purpose: purpose, RuleKey: rulebook.VoteOrdinary})
		return err
	})
	return vote, err
}

// openVote opens a vote for the roll of the meeting, one at a time.
func openVote(ctx context.Context, tx *db.Tx, h held, n ballot.NewVote) (ident.Ref, error) {
	votes, err := ballot.ByOwner(ctx, tx, h.Ref.Part, owner, h.Ref.ID)
	if err != nil {
		return ident.Ref{}, err
	}
	for _, v := range votes {
		switch {
		case v.IsOpen() && (h.Form != FormGroup || v.Purpose == n.Purpose && v.MatterID == n.MatterID && n.Purpose != PurposeOther):
			return ident.Ref{}, ErrVoteOpen
		case n.Purpose == PurposeResolution && v.Purpose == PurposeResolution && v.Passed:
			return ident.Ref{}, ErrAdopted
		}
	}
	n.Part, n.Owner, n.OwnerID, n.Set = h.Ref.Part, owner, h.Ref.ID, h.set
	if n.Electors, err = electorsOf(ctx, tx, h); err != nil {
		return ident.Ref{}, err
	}
	v, err := ballot.Open(ctx, tx, n)
	return v.Ref, err
}

// Cast gives the actor's vote on a phone, as often as wanted while the vote is open;
// the last one counts. Errors: those of ballot.Cast; ErrStranger.
func (s *Service) Cast(ctx context.Context, actor access.Actor, ref ident.Ref, voteID int64, choice ballot.Choice) (ballot.Receipt, error) {
	var receipt ballot.Receipt
	err := s.DB.WriteGrouped(ctx, func(tx *db.Tx) error {
		h, row, err := s.seat(ctx, tx, actor, ref, 0)
		if err != nil {
			return err
		}
		if err := h.in(Opened); err != nil {
			return err
		}
		vote, err := h.vote(ctx, tx, voteID)
		if err != nil {
			return err
		}
		if receipt, err = ballot.Cast(ctx, tx, vote, row.MembershipID, choice, actor.AccountID); err != nil || receipt.Again {
			return err
		}
		if err := handsFit(ctx, tx, h.Meeting); err != nil {
			return err
		}
		s.tell(tx, ref, LiveVote)
		return record(ctx, tx, actor, ref, "vote.cast", map[string]any{"vote": voteID, "membership": row.MembershipID})
	})
	return receipt, err
}

// vote checks that a vote belongs to the meeting.
func (m Meeting) vote(ctx context.Context, q db.Q, voteID int64) (ident.Ref, error) {
	vote := ident.Ref{Part: m.Ref.Part, ID: voteID}
	v, err := ballot.Get(ctx, q, vote)
	if err == nil && (v.Owner != owner || v.OwnerID != m.Ref.ID) {
		err = ballot.ErrNotFound
	}
	return vote, err
}

// CountHands notes the raised hands of those who did not vote on a phone. version is
// that of the vote.
func (s *Service) CountHands(ctx context.Context, actor access.Actor, ref ident.Ref, voteID int64, hands ballot.Hands, version int) (v ballot.Vote, err error) {
	err = s.voting(ctx, actor, ref, "vote.hands", func(tx *db.Tx, h held) error {
		vote, err := h.vote(ctx, tx, voteID)
		if err != nil {
			return err
		}
		if h.Form == FormGroup {
			return fault.Field("hands", "meeting.err.by_group")
		}
		v, err = ballot.CountHands(ctx, tx, vote, hands, version)
		return err
	})
	return v, err
}

// CloseVote fixes base and result. version is that of the vote.
func (s *Service) CloseVote(ctx context.Context, actor access.Actor, ref ident.Ref, voteID int64, version int) (v ballot.Vote, err error) {
	err = s.voting(ctx, actor, ref, "vote.close", func(tx *db.Tx, h held) error {
		vote, err := h.vote(ctx, tx, voteID)
		if err != nil {
			return err
		}
		if h.Form == FormGroup {
			if v, err = s.closeGroups(ctx, tx, h, vote, version); err != nil {
				return err
			}
			return s.decided(ctx, tx, actor, h.Meeting, v)
		}
		if v, err = ballot.Close(ctx, tx, vote, version); err != nil {
			return err
		}
		if err := freezeRoom(ctx, tx, h.Meeting, voteID); err != nil {
			return err
		}
		return s.decided(ctx, tx, actor, h.Meeting, v)
	})
	return v, err
}

// CloseByHands counts the hands and closes the vote in one act: what the chair does when
// the room has voted. version is that of the vote.
func (s *Service) CloseByHands(ctx context.Context, actor access.Actor, ref ident.Ref, voteID int64, hands ballot.Hands, version int) (v ballot.Vote, err error) {
	err = s.voting(ctx, actor, ref, "vote.close", func(tx *db.Tx, h held) error {
		vote, err := h.vote(ctx, tx, voteID)
		if err != nil {
			return err
		}
		if h.Form == FormGroup {
			if v, err = s.closeGroups(ctx, tx, h, vote, version); err != nil {
				return err
			}
			return s.decided(ctx, tx, actor, h.Meeting, v)
		}
		if v, err = ballot.CountHands(ctx, tx, vote, hands, version); err != nil {
			return err
		}
		if v, err = ballot.Close(ctx, tx, vote, v.Version); err != nil {
			return err
		}
		if err := freezeRoom(ctx, tx, h.Meeting, voteID); err != nil {
			return err
		}
		return s.decided(ctx, tx, actor, h.Meeting, v)
	})
	return v, err
}

// Reserve keeps a reserved opinion beside a vote (rules.md 2.19), until the meeting is
// closed. membershipID 0 is the actor; another one is noted by the meeting secretary.
func (s *Service) Reserve(ctx context.Context, actor access.Actor, ref ident.Ref, voteID, membershipID int64, text string) error {
	if err := fit("text", text, maxOpinion); err != nil {
		return err
	}
	return s.DB.WriteGrouped(ctx, func(tx *db.Tx) error {
		h, row, err := s.seat(ctx, tx, actor, ref, membershipID)
		if err != nil {
			return err
		}
		if err := h.notOver(); err != nil {
			return err
		}
		vote, err := h.vote(ctx, tx, voteID)
		if err != nil {
			return err
		}
		if err := ballot.Reserve(ctx, tx, vote, row.MembershipID, text); err != nil {
			return err
		}
		s.tell(tx, ref, LiveVote)
		return record(ctx, tx, actor, ref, "vote.reserve", map[string]any{"vote": voteID, "membership": row.MembershipID})
	})
}

// voting runs an act on a vote of an open meeting.
func (s *Service) voting(ctx context.Context, actor access.Actor, ref ident.Ref, action string, act func(tx *db.Tx, h held) error) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		h, err := s.enter(ctx, tx, actor, ref, mayClerk)
		if err != nil {
			return err
		}
		if err := h.notOver(); err != nil {
			return err
		}
		if err := h.in(Opened); err != nil {
			return err
		}
		if err := act(tx, h); err != nil {
			return err
		}
		s.tell(tx, ref, LiveVote)
		return record(ctx, tx, actor, ref, action, nil)
	})
}

// refreshVotes brings the open votes, and secret ones, to a changed roll.
func refreshVotes(ctx context.Context, tx *db.Tx, h held) error {
	if err := refreshSecrets(ctx, tx, h); err != nil {
		return err
	}
	votes, err := ballot.ByOwner(ctx, tx, h.Ref.Part, owner, h.Ref.ID)
	if err != nil {
		return err
	}
	for _, v := range votes {
		if !v.IsOpen() {
			continue
		}
		electors, err := electorsOf(ctx, tx, h)
		if err != nil {
			return err
		}
		if _, err := ballot.RefreshElectors(ctx, tx, v.Ref, electors); err != nil {
			return err
		}
	}
	return handsFit(ctx, tx, h.Meeting)
}

// voteSubject is what a vote is called when nobody typed a subject.
func voteSubject(purpose string, m Meeting) string {
	switch purpose {
	case PurposeResolution:
		return "Thông qua Nghị quyết tháng " + monthWords(m.Month)
	case PurposeAgenda:
		return "Thông qua chương trình sinh hoạt"
	case PurposeScore:
		return "Thông qua điểm tự chấm, xếp loại buổi sinh hoạt"
	}
	return ""
}
