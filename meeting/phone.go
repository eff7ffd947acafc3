package meeting

import (
	"context"
	"errors"

	"chibo/access"
	"chibo/ballot"
	"chibo/internal/db"
	"chibo/internal/ident"
)

// Phone gives a meeting as a member's phone shows it in the hall: the meeting itself, the
// actor's own place in it, and the votes, secret ones too. Roll, agenda, opinions, papers and all else of
// Full stay empty, since a whole hall looks at the same time.
func (s *Service) Phone(ctx context.Context, actor access.Actor, ref ident.Ref) (Full, error) {
	var f Full
	err := s.DB.Read(ctx, func(q db.Q) error {
		h, err := s.enter(ctx, q, actor, ref, mayRead)
		if err != nil {
			return err
		}
		p := proceedings{held: h}
		if p.votes, err = ballot.ByOwner(ctx, q, ref.Part, owner, ref.ID); err != nil {
			return err
		}
		if err := p.readReserved(ctx, q); err != nil {
			return err
		}
		f = Full{Meeting: h.Meeting, Unit: h.unit, Set: h.set, Names: map[int64]string{}, Titles: map[int64]string{}, Now: s.DB.Clock().Now()}
		if err := f.readMe(ctx, q, actor); err != nil {
			return err
		}
		if err := f.readRow(ctx, q); err != nil {
			return err
		}
		if err := f.readVoters(ctx, q, p); err != nil {
			return err
		}
		if f.Secrets, err = outside(ctx, q, ref); err != nil {
			return err
		}
		return f.readVotes(ctx, q, p)
	})
	return f, err
}

// readRow reads the viewer's own row of the roll; before the invitation it is a row with
// nothing noted, as in Get.
func (f *Full) readRow(ctx context.Context, q db.Q) error {
	if f.Me.MembershipID == 0 {
		return nil
	}
	row, err := rollOne(ctx, q, f.Ref, f.Me.MembershipID)
	switch {
	case err == nil:
		f.Me.Row = &row
	case !errors.Is(err, ErrStranger):
		return err
	case f.State == Preparing || f.State == Agreed:
		f.Me.Row = &RollRow{MembershipID: f.Me.MembershipID}
	}
	return nil
}

// readVoters reads the names of the body when there is a vote: its base is explained
// person by person, and an opinion may be kept beside it.
func (f *Full) readVoters(ctx context.Context, q db.Q, p proceedings) error {
	if len(p.votes) == 0 {
		return nil
	}
	body, err := bodyOf(ctx, q, f.Meeting)
	for _, m := range body {
		f.Names[m.MembershipID] = m.Name
	}
	return err
}
