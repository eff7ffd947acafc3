package voice

import (
	"context"
	"strconv"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
)

// Settle adds up the boxes whose window has closed, each once and in a transaction of
// its own: the sums are written and the sealed answers erased, or, where they are too
// few, erased unread. It gives how many were settled. It may be repeated.
func (s *Service) Settle(ctx context.Context) (int, error) {
	if s.Keys == nil {
		return 0, nil
	}
	today := civil.From(s.DB.Clock().Now())
	done := 0
	for {
		var due []Box
		err := s.DB.Read(ctx, func(q db.Q) (err error) {
			due, err = db.List(ctx, q, scanBox, dueSQL, today, settleAtOnce)
			return err
		})
		if err != nil || len(due) == 0 {
			return done, s.forgotten(ctx, done, err)
		}
		for _, b := range due {
			if err := s.DB.Write(ctx, func(tx *db.Tx) error { return s.settle(ctx, tx, b.Meeting) }); err != nil {
				return done, err
			}
			done++
		}
	}
}

// settleAtOnce is how many boxes are read ahead.
const settleAtOnce = 200

// forgotten lets the engine forget what was erased: pages of files and the log. What it
// cannot let go of yet stays noted for the next time.
func (s *Service) forgotten(ctx context.Context, done int, err error) error {
	if err != nil || done == 0 {
		return err
	}
	if err := s.DB.Forget(ctx); fault.KindOf(err) != fault.Unavailable {
		return err
	}
	return nil
}

type sealed struct{ mark, box string }

func (s *Service) settle(ctx context.Context, tx *db.Tx, ref ident.Ref) error {
	b, err := boxOf(ctx, tx, ref)
	if err != nil || b.State != Opened {
		return err
	}
	list, err := db.List(ctx, tx, func(r db.Scanner) (x sealed, err error) { return x, r.Scan(&x.mark, &x.box) }, sealedSQL, ref.Part, ref.ID)
	if err != nil {
		return err
	}
	b.State = Few
	if len(list) >= b.Least {
		err = s.sum(ctx, tx, &b, list)
	}
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, eraseSQL, ref.Part, ref.ID); err != nil {
		return err
	}
	if err := tx.Erase(ctx, "voice "+strconv.FormatInt(ref.ID, 10), "voice_sealed"); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, settledSQL, ref.Part, ref.ID, string(b.State), b.Answers)
	return err
}

// sum opens the answers in memory and writes their sums, unless so many were changed
// behind the program's back that too few are left.
func (s *Service) sum(ctx context.Context, tx *db.Tx, b *Box, list []sealed) error {
	sums, n := b.empty(), 0
	for _, x := range list {
		if text, err := s.Keys.Open(x.box, "voice/"+x.mark); err == nil && b.add(sums, text) {
			n++
		}
	}
	if n < b.Least {
		return nil
	}
	b.State, b.Answers = Shown, n
	return putSums(ctx, tx, *b, sums)
}
