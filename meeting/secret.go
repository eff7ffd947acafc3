package meeting

import (
	"context"
	"errors"
	"slices"

	"chibo/access"
	"chibo/account"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/rulebook"
	"chibo/secret"
)

// SecretIn is a secret vote to be opened in a meeting.
type SecretIn struct {
	Subject  string
	Purpose  string   // secret.Election, …
	Kind     string   // secret.Question, secret.Candidates, secret.Ladder
	People   []int64  // candidates by membership
	Forms    []string // of a ladder: codes of rulebook.DisciplineForms
	Seats    int
	Min, Max int
	Round    int
	Slate    bool    // one mark for all the names
	Post     string  // that an election fills: office.CommitteeMember, Secretary, Deputy; "" another
	ItemID   int64   // of the agenda; 0 none
	Team     []int64 // counting team by membership
	Phones   bool
	Guarded  bool
	GuardWhy string
}

// ErrSecretOpen says that a secret vote is not counted yet.
var ErrSecretOpen = fault.New(fault.Conflict, "meeting.err.secret_open")

// OpenSecret opens a secret vote. With phones, the codes are for the counting team and are
// given only here. The cell's lead opens. Errors: ErrState, ErrSecretOpen, those of
// secret.Open; field phones when no committee above has allowed it.
func (s *Service) OpenSecret(ctx context.Context, actor access.Actor, ref ident.Ref, in SecretIn) (vote ident.Ref, codes [secret.Slips]secret.Code, err error) {
	var box *secret.Box
	if in.Phones {
		if err := s.mayOpenSecret(ctx, actor, ref); err != nil { // the box costs much work
			return vote, codes, err
		}
		made, slips, err := secret.NewBox()
		if err != nil {
			return vote, codes, err
		}
		box, codes = &made, slips
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		h, err := s.enterOpen(ctx, tx, actor, ref, mayLead)
		if err != nil {
			return err
		}
		n, err := s.secretOf(ctx, tx, h, in, box)
		if err != nil {
			return err
		}
		v, err := secret.Open(ctx, tx, n)
		if err != nil {
			return err
		}
		vote = v.Ref
		s.tell(tx, ref, LiveVote)
		return record(ctx, tx, actor, ref, "secret.open", map[string]any{"vote": v.Ref.ID, "phones": in.Phones})
	})
	if err != nil {
		codes = [secret.Slips]secret.Code{}
	}
	return vote, codes, err
}

// mayOpenSecret asks for the right and the stage ahead of the act, which asks again.
func (s *Service) mayOpenSecret(ctx context.Context, actor access.Actor, ref ident.Ref) error {
	return s.DB.Read(ctx, func(q db.Q) error {
		_, err := s.enterOpen(ctx, q, actor, ref, mayLead)
		return err
	})
}

// enterOpen is enter for an act that needs the meeting under way.
func (s *Service) enterOpen(ctx context.Context, q db.Q, actor access.Actor, ref ident.Ref, r right) (held, error) {
	h, err := s.enter(ctx, q, actor, ref, r)
	if err != nil {
		return h, err
	}
	if err := h.notOver(); err != nil {
		return h, err
	}
	return h, h.in(Opened)
}

// secretOf makes the vote from what the form says, the roll, and the rules of the day.
func (s *Service) secretOf(ctx context.Context, tx *db.Tx, h held, in SecretIn, box *secret.Box) (n secret.New, err error) {
	before, err := secret.ByOwner(ctx, tx, h.Ref.Part, owner, h.Ref.ID)
	if err != nil {
		return n, err
	}
	for _, v := range before {
		if v.State == secret.StateOpen || v.State == secret.StateClosed {
			return n, ErrSecretOpen
		}
	}
	n = secret.New{
		Part: h.Ref.Part, Owner: owner, OwnerID: h.Ref.ID, Subject: in.Subject, Purpose: in.Purpose, Kind: in.Kind, Seats: in.Seats, Min: in.Min, Max: in.Max,
		Round: in.Round, Slate: in.Slate, ItemID: in.ItemID, Set: h.set, Team: in.Team, Box: box, Guarded: in.Guarded, GuardWhy: in.GuardWhy,
	}
	if n.Post, err = h.postOf(in); err != nil {
		return n, err
	}
	if in.ItemID != 0 {
		if _, _, err = itemOf(ctx, tx, h.Ref, in.ItemID); err != nil {
			return n, err
		}
	}
	if n.Electors, err = electorsOf(ctx, tx, h); err != nil {
		return n, err
	}
	if n.Options, err = h.optionsOf(ctx, tx, in); err != nil {
		return n, err
	}
	if box == nil {
		return n, nil
	}
	w, ok, err := secret.WarrantOn(ctx, tx, h.unit, h.Day)
	if err == nil && !ok {
		err = fault.Field("phones", "secret.err.no_warrant")
	}
	n.Warrant = w.Decision
	return n, err
}

// optionsOf gives the lines of the ballot with the rule of each.
func (h held) optionsOf(ctx context.Context, q db.Q, in SecretIn) (out []secret.Option, err error) {
	switch in.Kind {
	case secret.Candidates:
		body, err := bodyOf(ctx, q, h.Meeting)
		if err != nil {
			return nil, err
		}
		for i, id := range in.People {
			if slices.Contains(in.People[:i], id) { // named twice by a slip of the hand
				continue
			}
			for _, p := range body {
				if p.MembershipID == id && !mayStand(p) {
					return nil, fault.Field("options", "meeting.err.secret_candidate", "Name", p.Name)
				}
				if p.MembershipID == id {
					out = append(out, secret.Option{Title: p.Name, MembershipID: id, RuleKey: rulebook.VoteElection})
				}
			}
		}
	case secret.Ladder:
		chosen := map[string]bool{}
		for _, code := range in.Forms {
			chosen[code] = true
		}
		for _, c := range h.set.Choices(rulebook.DisciplineForms) { // the heaviest first
			if !chosen[c.Code] {
				continue
			}
			rule := rulebook.VoteDiscipline
			if c.Code == rulebook.FormExpulsion {
				rule = rulebook.VoteExpulsionProposal
			}
			out = append(out, secret.Option{Title: c.Title.Vi, RuleKey: rule})
		}
		if len(out) > 0 {
			out = append(out, secret.Option{Title: textNoDiscipline})
		}
	default:
		for i, title := range []string{textYes, textNo, textOther} {
			o := secret.Option{Title: title}
			if i == 0 {
				o.RuleKey = questionRule(in.Purpose)
			}
			out = append(out, o)
		}
	}
	return out, nil
}

// questionRule gives the threshold of a yes-or-no vote by its purpose (rules.md 2.31).
func questionRule(purpose string) string {
	switch purpose {
	case secret.Admission:
		return rulebook.VoteAdmission
	case secret.Recognition:
		return rulebook.VoteRecognition
	case secret.Election:
		return rulebook.VoteElection
	case secret.Discipline:
		return rulebook.VoteDiscipline
	}
	return rulebook.VoteOrdinary
}

// CastSecret puts the actor's own ballot into the box. fill marks the ballot of the vote
// and may be called again; op is made on the device. Nothing of the choice is in the record,
// in an event or in an error. What can be read and sealed before is done outside of the
// shared transaction: a whole hall casts at once. Errors: ErrStranger, those of secret.Put and
// Vote.Seal, and those of ownHand.
func (s *Service) CastSecret(ctx context.Context, actor access.Actor, ref ident.Ref, voteID int64, fill func(v secret.Vote) secret.Marks, op string) (receipt secret.Receipt, err error) {
	var me int64
	var vote secret.Vote
	done := false
	err = s.DB.Read(ctx, func(q db.Q) error {
		h, row, err := s.seat(ctx, q, actor, ref, 0)
		if err != nil {
			return err
		}
		if err := h.in(Opened); err != nil {
			return err
		}
		me = row.MembershipID
		if vote, err = h.secretVote(ctx, q, voteID); err != nil {
			return err
		}
		if receipt, done, err = secret.Before(ctx, q, vote.Ref, me, op); done || err != nil {
			return err
		}
		return s.ownHand(ctx, q, actor, row)
	})
	if done || err != nil {
		return receipt, err
	}
	sealed, err := vote.Seal(me, fill(vote))
	if err != nil {
		return receipt, err
	}
	err = s.DB.WriteGrouped(ctx, func(tx *db.Tx) (err error) {
		if receipt, err = secret.Put(ctx, tx, vote.Ref, sealed, op); err != nil || receipt.Again {
			return err
		}
		s.tell(tx, ref, LiveVote)
		return record(ctx, tx, actor, ref, "secret.cast", map[string]any{"vote": voteID})
	})
	return receipt, err
}

// ownHand refuses a secret ballot from a phone that may be in another person's hand, and
// from somebody who could not check in alone: they vote on paper. Errors: secret.ErrHelped,
// ErrShared, ErrAssisted, ErrUnknownPhone.
func (s *Service) ownHand(ctx context.Context, q db.Q, actor access.Actor, row RollRow) error {
	if row.How == ByHelp {
		return secret.ErrHelped
	}
	hand, err := account.HandOf(ctx, q, actor, s.DB.Clock().Now())
	switch {
	case err != nil:
		return err
	case hand == account.HandShared:
		return secret.ErrShared
	case hand == account.HandAssisted:
		return secret.ErrAssisted
	case hand != account.HandOwn:
		return secret.ErrUnknownPhone
	}
	return nil
}

// secretVote checks that a secret vote belongs to the meeting. It has no turnout.
func (m Meeting) secretVote(ctx context.Context, q db.Q, voteID int64) (secret.Vote, error) {
	v, err := secret.Blank(ctx, q, ident.Ref{Part: m.Ref.Part, ID: voteID})
	if err == nil && (v.Owner != owner || v.OwnerID != m.Ref.ID) {
		err = secret.ErrNotFound
	}
	return v, err
}

// secretly runs an act of who keeps the vote.
func (s *Service) secretly(ctx context.Context, actor access.Actor, ref ident.Ref, voteID int64, action string, act func(tx *db.Tx, v secret.Vote) error) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		h, err := s.enterOpen(ctx, tx, actor, ref, mayClerk)
		if err != nil {
			return err
		}
		v, err := h.secretVote(ctx, tx, voteID)
		if err != nil {
			return err
		}
		if err := act(tx, v); err != nil {
			return err
		}
		s.tell(tx, ref, LiveVote)
		return record(ctx, tx, actor, ref, action, map[string]any{"vote": voteID})
	})
}

// GiveSecretPaper notes that a member was given a paper ballot, or gave it back unused.
func (s *Service) GiveSecretPaper(ctx context.Context, actor access.Actor, ref ident.Ref, voteID, membershipID int64, given bool) error {
	return s.secretly(ctx, actor, ref, voteID, "secret.paper", func(tx *db.Tx, v secret.Vote) error {
		return secret.GivePaper(ctx, tx, v.Ref, membershipID, given)
	})
}

// GiveSecretPaperToRest gives a paper ballot to everybody in the room who has not voted.
func (s *Service) GiveSecretPaperToRest(ctx context.Context, actor access.Actor, ref ident.Ref, voteID int64) error {
	return s.secretly(ctx, actor, ref, voteID, "secret.paper", func(tx *db.Tx, v secret.Vote) error {
		seats, err := secret.Seats(ctx, tx, v.Ref)
		for _, seat := range seats {
			if err == nil && seat.MayCast && seat.Way == secret.WayNone {
				err = secret.GivePaper(ctx, tx, v.Ref, seat.MembershipID, true)
			}
		}
		return err
	})
}

// SecretToPaper makes all vote on paper; what was sealed is erased unopened.
func (s *Service) SecretToPaper(ctx context.Context, actor access.Actor, ref ident.Ref, voteID int64, version int) error {
	err := s.secretly(ctx, actor, ref, voteID, "secret.to_paper", func(tx *db.Tx, v secret.Vote) error {
		return secret.ToPaper(ctx, tx, v.Ref, version)
	})
	return s.thenForget(ctx, err)
}

// CloseSecret ends the casting.
func (s *Service) CloseSecret(ctx context.Context, actor access.Actor, ref ident.Ref, voteID int64, version int) error {
	return s.secretly(ctx, actor, ref, voteID, "secret.close", func(tx *db.Tx, v secret.Vote) error {
		return secret.Close(ctx, tx, v.Ref, version)
	})
}

// EnterSecretPaper keeps the count of one person of the counting team. Who is in the team
// types the own count; who keeps the vote may type it for somebody without a phone. Errors:
// those of secret.EnterPaper; field seat when it is another's.
func (s *Service) EnterSecretPaper(ctx context.Context, actor access.Actor, ref ident.Ref, voteID int64, seat int, p secret.Paper) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		h, err := s.enterOpen(ctx, tx, actor, ref, mayTake)
		if err != nil {
			return err
		}
		v, err := h.secretVote(ctx, tx, voteID)
		if err != nil {
			return err
		}
		if v, err = secret.Get(ctx, tx, v.Ref); err != nil {
			return err
		}
		me, err := h.membershipOf(ctx, tx, actor)
		if err != nil {
			return err
		}
		if own := seatIn(v, me); own == 0 || own != seat {
			if _, err := s.enter(ctx, tx, actor, ref, mayClerk); own != 0 && err != nil {
				return fault.Field("seat", "meeting.err.secret_seat")
			} else if err != nil {
				return err
			}
		}
		if err := secret.EnterPaper(ctx, tx, v.Ref, seat, actor.AccountID, p); err != nil {
			return err
		}
		s.tell(tx, ref, LiveVote)
		return record(ctx, tx, actor, ref, "secret.entry", map[string]any{"vote": voteID, "seat": seat})
	})
}

// seatIn gives a member's place in the counting team, from 1; 0 for none.
func seatIn(v secret.Vote, membershipID int64) int {
	if membershipID == 0 {
		return 0
	}
	return slices.Index(v.Team, membershipID) + 1
}

// CountSecret opens the box with two codes, joins the paper, writes the sums and erases the
// rest. codes are not needed when nobody voted on a phone.
func (s *Service) CountSecret(ctx context.Context, actor access.Actor, ref ident.Ref, voteID int64, codes [secret.Slips]secret.Code) error {
	var v secret.Vote
	err := s.DB.Read(ctx, func(q db.Q) error {
		h, err := s.enterOpen(ctx, q, actor, ref, mayClerk)
		if err != nil {
			return err
		}
		if v, err = h.secretVote(ctx, q, voteID); err == nil {
			v, err = secret.Get(ctx, q, v.Ref)
		}
		return err
	})
	if err != nil {
		return err
	}
	var key *secret.Key
	if v.Sealed > 0 {
		if key, err = secret.Unlock(ctx, s.DB, v.Ref, codes); err != nil {
			return s.wrongCodes(ctx, actor, ref, voteID, err)
		}
	}
	err = s.secretly(ctx, actor, ref, voteID, "secret.count", func(tx *db.Tx, v secret.Vote) error {
		counted, err := secret.Count(ctx, tx, v.Ref, key)
		if err != nil {
			return err
		}
		m, err := meetingByRef(ctx, tx, ref)
		if err != nil {
			return err
		}
		return s.tellResult(ctx, tx, m, counted)
	})
	return s.thenForget(ctx, err)
}

// wrongCodes records that codes were refused, never which, and gives the error on.
func (s *Service) wrongCodes(ctx context.Context, actor access.Actor, ref ident.Ref, voteID int64, err error) error {
	if !errors.Is(err, secret.ErrCodes) && !errors.Is(err, secret.ErrWait) {
		return err
	}
	noted := s.secretly(ctx, actor, ref, voteID, "secret.codes_refused", func(*db.Tx, secret.Vote) error { return nil })
	if noted != nil {
		return noted
	}
	return err
}

// VoidSecret gives up a vote that cannot be counted.
func (s *Service) VoidSecret(ctx context.Context, actor access.Actor, ref ident.Ref, voteID int64, version int) error {
	err := s.secretly(ctx, actor, ref, voteID, "secret.void", func(tx *db.Tx, v secret.Vote) error {
		return secret.Void(ctx, tx, v.Ref, version)
	})
	return s.thenForget(ctx, err)
}

// thenForget makes the engine let go of what was erased. The act stands whether or not
// that works: readers in the way only put it off, the page of the vote says so until it is
// done, and a job comes back to it.
func (s *Service) thenForget(ctx context.Context, err error) error {
	if err != nil {
		return err
	}
	if err := s.DB.Forget(ctx); fault.KindOf(err) != fault.Unavailable {
		return err
	}
	return nil
}

// refreshSecrets brings open secret votes to a changed roll.
func refreshSecrets(ctx context.Context, tx *db.Tx, h held) error {
	votes, err := secret.ByOwner(ctx, tx, h.Ref.Part, owner, h.Ref.ID)
	if err != nil {
		return err
	}
	for _, v := range votes {
		if v.State != secret.StateOpen {
			continue
		}
		electors, err := electorsOf(ctx, tx, h)
		if err != nil {
			return err
		}
		if err := secret.Refresh(ctx, tx, v.Ref, electors); err != nil {
			return err
		}
	}
	return nil
}
