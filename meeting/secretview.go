package meeting

import (
	"context"

	"chibo/access"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/secret"
)

// Secrets gives the secret votes of a meeting to who may read it.
func (s *Service) Secrets(ctx context.Context, actor access.Actor, ref ident.Ref) (list []secret.Vote, err error) {
	err = s.DB.Read(ctx, func(q db.Q) error {
		if _, err := s.enter(ctx, q, actor, ref, mayRead); err != nil {
			return err
		}
		list, err = outside(ctx, q, ref)
		return err
	})
	return list, err
}

// outside gives the secret votes of a meeting as everybody may know them.
func outside(ctx context.Context, q db.Q, ref ident.Ref) ([]secret.Vote, error) {
	list, err := secret.ByOwner(ctx, q, ref.Part, owner, ref.ID)
	for i, v := range list {
		list[i] = v.Outside()
	}
	return list, err
}

// SecretView is a secret vote as the viewer may see it.
type SecretView struct {
	secret.Vote
	Mine    *secret.Seat  // nil: not on its roll
	Barred  error         // why the viewer votes on paper; nil: the phone is taken for the viewer's own
	Receipt string        // fingerprint of the own ballot while it is in the box
	People  []secret.Seat // for the cell; who has voted which way only for who keeps the vote
	Entries []secret.Entry
	Clerk   bool
	Lead    bool
	Seat    int  // the viewer's in the counting team, from 1; 0 none
	Erasing bool // what was sealed is erased and may still be readable in the files of the server
}

// Secret gives one secret vote: to its electors their own place, to who keeps it the
// turnout person by person. What anybody chose is not there to give.
func (s *Service) Secret(ctx context.Context, actor access.Actor, ref ident.Ref, voteID int64) (v SecretView, err error) {
	err = s.DB.Read(ctx, func(q db.Q) error {
		h, err := s.enter(ctx, q, actor, ref, mayRead)
		if err != nil {
			return err
		}
		if v.Vote, err = h.secretVote(ctx, q, voteID); err != nil {
			return err
		}
		if v.Vote, err = secret.Get(ctx, q, v.Ref); err != nil {
			return err
		}
		v.Vote = v.Outside()
		if v.Erasing, err = secret.Erasing(ctx, q, v.Ref); err != nil {
			return err
		}
		if err := s.readOwn(ctx, q, actor, h, &v); err != nil {
			return err
		}
		_, leadErr := s.enter(ctx, q, actor, ref, mayLead)
		_, clerkErr := s.enter(ctx, q, actor, ref, mayClerk)
		v.Lead = leadErr == nil
		v.Clerk = clerkErr == nil
		if v.Clerk || v.Seat != 0 {
			if v.Entries, err = secret.Entries(ctx, q, v.Ref); err != nil {
				return err
			}
		}
		if !v.Clerk && v.Mine == nil {
			return nil
		}
		if v.People, err = secret.Seats(ctx, q, v.Ref); err != nil {
			return err
		}
		if !v.Clerk { // who is in the base and why; not who has voted
			for i := range v.People {
				v.People[i].Way = secret.WayNone
			}
		}
		return nil
	})
	return v, err
}

// readOwn reads the viewer's own place in a vote, if there is one.
func (s *Service) readOwn(ctx context.Context, q db.Q, actor access.Actor, h held, v *SecretView) error {
	me, err := h.membershipOf(ctx, q, actor)
	if err != nil || me == 0 {
		return err
	}
	v.Seat = seatIn(v.Vote, me)
	seat, err := secret.SeatOf(ctx, q, v.Ref, me)
	if err != nil {
		if fault.KindOf(err) == fault.Forbidden {
			err = nil
		}
		return err
	}
	v.Mine = &seat
	if seat.Way == secret.WayPhone {
		v.Receipt, err = secret.ReceiptOf(ctx, q, v.Ref, me)
		return err
	}
	if v.State != secret.StateOpen || !v.Phones || !seat.MayCast || seat.Way == secret.WayPaper {
		return nil
	}
	row, err := rollOne(ctx, q, h.Ref, me)
	if err != nil {
		return err
	}
	if v.Barred = s.ownHand(ctx, q, actor, row); v.Barred != nil && fault.KindOf(v.Barred) != fault.Conflict {
		return v.Barred
	}
	return nil
}

// SecretAllowed gives the decision by which secret ballots may be cast on phones in the
// meeting's cell on its day; ok is false when there is none.
func (s *Service) SecretAllowed(ctx context.Context, actor access.Actor, ref ident.Ref) (w secret.Warrant, ok bool, err error) {
	err = s.DB.Read(ctx, func(q db.Q) error {
		h, err := s.enter(ctx, q, actor, ref, mayLead)
		if err != nil {
			return err
		}
		w, ok, err = secret.WarrantOn(ctx, q, h.unit, h.Day)
		return err
	})
	return w, ok, err
}
