package secret_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/secret"
)

// Whatever people choose, and whichever way they vote: the count equals a plain recount,
// and what passes is what the plain rule says.
func TestCountEqualsRecount(t *testing.T) {
	d := dbtest.New(t)
	box, codes := newBox(t)
	var key *secret.Key
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(10, 24).Draw(rt, "voters")
		in := question(t, d, n, box)
		switch rapid.IntRange(0, 2).Draw(rt, "kind") {
		case 1:
			names := rapid.IntRange(2, 7).Draw(rt, "names")
			in = candidates(t, d, n, names, rapid.IntRange(1, names).Draw(rt, "seats"), box)
		case 2:
			in = ladder(t, d, n, box)
		}
		v := open(t, d, in)
		plain, paper := make([]int, len(v.Options)), secret.Paper{Votes: make([]int, len(v.Options))}
		onPaper := rapid.IntRange(5, n-5).Draw(rt, "paper")
		write(t, d, func(tx *db.Tx) error {
			for i := range n {
				id := int64(2001 + i)
				m, valid := drawMarks(rt, v), true
				if i < onPaper {
					if err := secret.GivePaper(t.Context(), tx, v.Ref, id, true); err != nil {
						return err
					}
					paper.Issued++
					if rapid.IntRange(0, 9).Draw(rt, "kept") == 0 {
						continue // not put into the box
					}
					paper.Returned++
					if valid = rapid.IntRange(0, 9).Draw(rt, "invalid") != 0; !valid {
						paper.Invalid++
					}
				} else if _, err := secret.Cast(t.Context(), tx, v.Ref, id, m, fmt.Sprint(i)); err != nil {
					return err
				}
				for j, on := range m {
					if on && valid {
						plain[j]++
						if i < onPaper {
							paper.Votes[j]++
						}
					}
				}
			}
			return secret.Close(t.Context(), tx, v.Ref, v.Version)
		})
		if key == nil {
			var err error
			key, err = secret.Unlock(t.Context(), d, v.Ref, codes)
			must(t, err)
		}
		write(t, d, func(tx *db.Tx) (err error) {
			for seat := 1; seat <= 2; seat++ {
				if err := secret.EnterPaper(t.Context(), tx, v.Ref, seat, 9, paper); err != nil {
					return err
				}
			}
			v, err = secret.Count(t.Context(), tx, v.Ref, key)
			return err
		})
		recount(rt, v, plain)
	})
}

func drawMarks(rt *rapid.T, v secret.Vote) secret.Marks {
	m := make(secret.Marks, len(v.Options))
	for range rapid.IntRange(v.Min, v.Max).Draw(rt, "marks") {
		m[rapid.IntRange(0, len(m)-1).Draw(rt, "mark")] = true
	}
	return m
}

// recount says what passes in the words of the rules, not in the program's way.
func recount(rt *rapid.T, v secret.Vote, plain []int) {
	base, elected := v.Base, 0
	for i, o := range v.Options {
		if o.Votes != plain[i] {
			rt.Fatalf("%s: counted %d, cast were %d", o.Title, o.Votes, plain[i])
		}
		want := false
		switch v.Kind {
		case secret.Question: // two thirds of all official members
			want = i == 0 && 3*plain[0] >= 2*base
		case secret.Ladder:
			heavier := 0
			for j := range i + 1 {
				heavier += plain[j]
			}
			reached := func(j, sum int) bool {
				if j == 0 {
					return 3*sum >= 2*base
				}
				return 2*sum > base
			}
			want = i < 4 && reached(i, heavier)
			for j, sum := 0, 0; j < i; j++ {
				if sum += plain[j]; reached(j, sum) {
					want = false // a heavier one passed
				}
			}
		case secret.Candidates:
			ahead, equal := 0, 0
			for j := range plain {
				switch {
				case plain[j] > plain[i]:
					ahead++
				case plain[j] == plain[i]:
					equal++
				}
			}
			want = 2*plain[i] > base && ahead+equal <= v.Seats
		}
		if o.Passed != want {
			rt.Fatalf("%s %d/%d of %d: passed %v, want %v", v.Kind, i, plain[i], base, o.Passed, want)
		}
		if o.Passed {
			elected++
		}
	}
	if elected != v.Elected() || elected > v.Seats {
		rt.Fatalf("%d elected for %d seats", elected, v.Seats)
	}
}
