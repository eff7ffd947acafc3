package meeting

import (
	"context"
	"slices"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/member"
	"chibo/office"
	"chibo/rulebook"
	"chibo/secret"
)

// Elected is what the secret elections of a meeting brought, as posts to be recorded: a
// proposal that a person confirms (rules.md 1.21-1.23).
type Elected struct {
	Day       civil.Date
	Committee []ElectedOne // of the cell committee, by votes of the ballots' order
	Secretary *ElectedOne
	Deputy    *ElectedOne
	Held      []office.Holder // who leads the cell on the day
	Recorded  bool            // the posts rest on this meeting's protocols already
	Source    string          // what the posts will rest on
	May       bool            // the actor may record them
	Over      bool            // the meeting is closed: only then
	Rounds    int             // of electing a secretary, after which the committee above appoints
	Failed    bool            // the last of these rounds elected no secretary (1.23)
}

// ElectedOne is a person elected.
type ElectedOne struct {
	MembershipID int64
	Name         string
}

// Any says whether anybody was elected to a post of the cell.
func (e Elected) Any() bool { return len(e.Committee) > 0 || e.Secretary != nil || e.Deputy != nil }

// Elected gives what was elected in a meeting, for who may read it.
func (s *Service) Elected(ctx context.Context, actor access.Actor, ref ident.Ref) (e Elected, err error) {
	err = s.DB.Read(ctx, func(q db.Q) error {
		h, err := s.enter(ctx, q, actor, ref, mayRead)
		if err != nil {
			return err
		}
		if e, err = electedIn(ctx, q, h); err != nil {
			return err
		}
		e.May = office.MayElect(actor.Quiet(), h.unit)
		return nil
	})
	return e, err
}

func electedIn(ctx context.Context, q db.Q, h held) (e Elected, err error) {
	e.Day, e.Over, e.Rounds = h.Day, h.wasHeld(), h.set.Int(rulebook.ElectionRounds)
	p := proceedings{held: h}
	if p.secrets, err = secret.ByOwner(ctx, q, h.Ref.Part, owner, h.Ref.ID); err != nil {
		return e, err
	}
	if err = p.readProtocols(ctx, q); err != nil {
		return e, err
	}
	for _, v := range p.secrets {
		if v.State != secret.StateCounted || v.Post == "" {
			continue
		}
		e.take(v)
		if symbol := p.protocols[v.Ref.ID]; symbol != "" {
			if e.Source != "" {
				e.Source += ", "
			}
			e.Source += symbol
		}
	}
	if e.Source != "" {
		e.Source = textCountNo + e.Source
	}
	if e.Held, err = office.Committee(ctx, q, h.Ref.Part, h.OrgID, h.Day); err != nil {
		return e, err
	}
	e.Recorded = e.Source != "" && slices.ContainsFunc(e.Held, func(o office.Holder) bool { return o.Source == e.Source })
	return e, nil
}

// take adds the result of one election; a later round adds to those before.
func (e *Elected) take(v secret.Vote) {
	for _, o := range v.Options {
		if !o.Passed {
			continue
		}
		one := ElectedOne{o.MembershipID, o.Title}
		switch v.Post {
		case office.Secretary:
			e.Secretary = &one
		case office.Deputy:
			e.Deputy = &one
		case office.CommitteeMember:
			if !slices.Contains(e.Committee, one) {
				e.Committee = append(e.Committee, one)
			}
		}
	}
	if v.Post == office.Secretary {
		e.Failed = v.Elected() == 0 && v.Round >= e.Rounds
	}
}

// ElectionIn is how the posts of an election are recorded.
type ElectionIn struct {
	Term string // name of the term that begins; "" it goes on
	Keep bool   // an election in the middle of a term: posts that were not voted on stay
}

// RecordElection gives those who were elected their posts, with the counting protocols as
// the source, and begins a term if one is named. A person confirms what the count
// proposes; office holds it against the rules of the day. Errors: ErrState before the
// meeting is closed; ErrNothingElected; those of office.Record and office.Begin, fields
// secretary, deputy, committee, name, day; field how when a new term would begin without a
// secretary.
func (s *Service) RecordElection(ctx context.Context, actor access.Actor, ref ident.Ref, in ElectionIn) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		h, err := s.enter(ctx, tx, actor, ref, mayRead)
		if err != nil {
			return err
		}
		if !h.wasHeld() {
			return fault.New(fault.Conflict, ErrState.Key, "State", h.State)
		}
		e, err := electedIn(ctx, tx, h)
		if err != nil {
			return err
		}
		switch {
		case !e.Any():
			return ErrNothingElected
		case e.Recorded:
			return nil // sent a second time
		}
		if !in.Keep && e.Secretary == nil {
			return fault.Field("how", "meeting.err.elected_term")
		}
		if in.Term != "" {
			if err := office.Begin(ctx, tx, actor, office.TermIn{OrgID: h.OrgID, Name: in.Term, From: h.Day}); err != nil {
				return err
			}
		}
		if err := office.Record(ctx, tx, h.set, actor, h.unit, e.posts(h.OrgID, in.Keep)); err != nil {
			return err
		}
		return record(ctx, tx, actor, ref, "elected", map[string]any{"committee": len(e.Committee), "term": in.Term != ""})
	})
}

// ErrNothingElected says that no election of the meeting filled a post.
var ErrNothingElected = fault.New(fault.Conflict, "meeting.err.nothing_elected")

// posts puts the result into the form of office. In the middle of a term who was not voted
// on keeps the post.
func (e Elected) posts(cell int64, keep bool) office.ElectIn {
	in := office.ElectIn{CellID: cell, Day: e.Day, Source: e.Source, Keep: keep}
	for _, one := range e.Committee {
		in.CommitteeIDs = append(in.CommitteeIDs, one.MembershipID)
	}
	if e.Secretary != nil {
		in.SecretaryID = e.Secretary.MembershipID
	}
	if e.Deputy != nil {
		in.DeputyID = e.Deputy.MembershipID
	}
	if !keep {
		return in
	}
	for _, o := range e.Held {
		switch {
		case o.Title == office.Secretary && in.SecretaryID == 0 && in.DeputyID != o.MembershipID:
			in.SecretaryID = o.MembershipID
		case o.Title == office.Deputy && in.DeputyID == 0 && in.SecretaryID != o.MembershipID:
			in.DeputyID = o.MembershipID
		}
		if o.Body == office.BodyCellCommittee && !slices.Contains(in.CommitteeIDs, o.MembershipID) {
			in.CommitteeIDs = append(in.CommitteeIDs, o.MembershipID)
		}
	}
	return in
}

// postOf checks the post that an election is to fill, against the rules of the day.
func (h held) postOf(in SecretIn) (string, error) {
	var f fault.Fields
	switch {
	case in.Post == "":
		return "", nil
	case in.Kind != secret.Candidates || in.Purpose != secret.Election:
		f.Add("post", "meeting.err.secret_post")
	}
	switch in.Post {
	case office.Secretary, office.Deputy:
		if in.Seats != 1 {
			f.Add("seats", "meeting.err.secret_one")
		}
	case office.CommitteeMember:
		if most := h.set.Int(rulebook.CellCommitteeMax); h.set.Has(rulebook.CellCommitteeMax) && in.Seats > most {
			f.Add("seats", "meeting.err.secret_committee", "Most", most)
		}
	default:
		f.Add("post", "meeting.err.secret_post")
	}
	if most := h.set.Int(rulebook.ElectionRounds); in.Post == office.Secretary && h.set.Has(rulebook.ElectionRounds) && in.Round > most {
		f.Add("round", "meeting.err.secret_rounds", "Most", most)
	}
	return in.Post, f.Err()
}

// mayStand notes who cannot be elected: a reserve or suspended member, a guest (rules.md
// 2.30, 5.38).
func mayStand(p member.OnDay) bool {
	return p.Official && p.Standing != member.StandingGuest && p.Standing != member.SpellSuspended && p.Standing != member.SpellInterrupted
}
