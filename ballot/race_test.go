package ballot_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"chibo/ballot"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/rulebook"
)

func TestCloseTwice(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		v := open(t, d, twelve(), rulebook.VoteOrdinary)
		if _, err := closeVote(d, v); err != nil {
			t.Fatal(err)
		}
		if _, err := closeVote(d, v); !errors.Is(err, ballot.ErrClosed) || fault.KindOf(err) != fault.Conflict {
			t.Fatalf("second: %v", err)
		}
		w := open(t, d, twelve(), rulebook.VoteOrdinary)
		if _, err := hands(d, w, ballot.Hands{Yes: 1}); err != nil {
			t.Fatal(err)
		}
		if _, err := closeVote(d, w); !errors.Is(err, ballot.ErrChanged) {
			t.Fatalf("a count came between: %v", err)
		}
	})
}

// Two people press at the same moment: one closes, the other is told so.
func TestCloseTogether(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for range 8 {
			v := open(t, d, twelve(), rulebook.VoteOrdinary)
			errs := together(2, func(int) error { _, err := closeVote(d, v); return err })
			lost := 0
			for _, err := range errs {
				if err == nil {
					continue
				}
				if !errors.Is(err, ballot.ErrClosed) {
					t.Fatal(err)
				}
				lost++
			}
			if lost != 1 {
				t.Fatalf("%d of 2 were refused", lost)
			}
		}
	})
}

// Phones and a count of hands race: never more choices than people present.
func TestCastsAndHandsTogether(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for range 4 {
			v := open(t, d, twelve(1), rulebook.VoteOrdinary) // 10 present: 2 to 11
			errs := together(11, func(i int) error {
				if i == 10 {
					_, err := hands(d, v, ballot.Hands{Yes: 4, Other: 2})
					return err
				}
				_, err := cast(d, v.Ref, int64(i+2), ballot.Yes)
				return err
			})
			for _, err := range errs {
				if err != nil && !errors.Is(err, ballot.ErrHandsFull) && len(fault.FieldsOf(err)) == 0 {
					t.Fatal(err)
				}
			}
			if got := vote(t, d, v.Ref); got.Cast() > got.Present || got.Present != 10 {
				t.Fatalf("%d choices of %d people", got.Cast(), got.Present)
			}
		}
	})
}

func together(n int, fn func(i int) error) []error {
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { errs[i] = fn(i) })
	}
	wg.Wait()
	return errs
}

// Whatever is done in whatever order, choices stay within the people present and
// the result is that of the definitions.
func TestAnyOrder(t *testing.T) {
	d := dbtest.New(t)
	rapid.Check(t, func(t *rapid.T) {
		people := twelve()
		v := open(t, d, people, rulebook.VoteOrdinary)
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			switch rapid.IntRange(0, 3).Draw(t, "step") {
			case 0, 1:
				c := rapid.SampledFrom([]ballot.Choice{ballot.Yes, ballot.No, ballot.Other}).Draw(t, "choice")
				cast(d, v.Ref, int64(rapid.IntRange(1, 14).Draw(t, "who")), c) //nolint:errcheck // refusals are part of it
			case 2:
				n := rapid.IntRange(0, 6)
				h := ballot.Hands{Yes: n.Draw(t, "yes"), No: n.Draw(t, "no"), Other: n.Draw(t, "other")}
				hands(d, vote(t, d, v.Ref), h) //nolint:errcheck // refusals are part of it
			case 3:
				i := rapid.IntRange(0, 11).Draw(t, "whose")
				people[i].Present = !people[i].Present
				err := try(d, func(ctx context.Context, tx *db.Tx) error {
					_, err := ballot.RefreshElectors(ctx, tx, v.Ref, ballot.Electors(people))
					return err
				})
				if err != nil {
					people[i].Present = !people[i].Present
				}
			}
			got := vote(t, d, v.Ref)
			if got.Cast() > got.Present || got.Present+got.Absent != got.Base || got.Passed != (2*got.Yes > got.Base) {
				t.Fatalf("%+v", got)
			}
		}
		end, err := closeVote(d, vote(t, d, v.Ref))
		if err != nil || end.Passed != (2*end.Yes > end.Base) {
			t.Fatalf("%+v, %v", end, err)
		}
	})
}
