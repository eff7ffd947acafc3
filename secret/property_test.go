package secret_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/rulebook"
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
		way := rapid.SampledFrom([]string{"both", "both", "phones", "paper"}).Draw(rt, "way")
		in := drawVote(rt, t, d, n, box)
		onPaper := rapid.IntRange(5, n-5).Draw(rt, "paper")
		switch way {
		case "phones":
			onPaper = 0
		case "paper":
			onPaper, in.Box, in.Warrant = n, nil, ""
		}
		v := open(t, d, in)
		plain, paper := make([]int, len(v.Options)), secret.Paper{Votes: make([]int, len(v.Options))}
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
		if key == nil && way != "paper" {
			var err error
			key, err = secret.Unlock(t.Context(), d, v.Ref, codes)
			must(t, err)
		}
		write(t, d, func(tx *db.Tx) (err error) {
			for seat := 1; seat <= 2 && onPaper > 0; seat++ {
				if err := secret.EnterPaper(t.Context(), tx, v.Ref, seat, 9, paper); err != nil {
					return err
				}
			}
			v, err = secret.Count(t.Context(), tx, v.Ref, key)
			return err
		})
		if v.Sealed != n-onPaper || len(v.Prints) != v.Sealed || v.Broken != 0 || v.Issued != onPaper || v.Valid() != n-onPaper+paper.Returned-paper.Invalid {
			rt.Fatalf("the sums of the ballots: %+v", v)
		}
		recount(rt, v, plain)
	})
}

// drawVote draws a vote of any kind: questions with either threshold, slates from which names
// are struck, any least and most number of names, later rounds, and ladders of some forms.
func drawVote(rt *rapid.T, t *testing.T, d *db.DB, n int, box *secret.Box) secret.New {
	in := question(t, d, n, box)
	switch rapid.IntRange(0, 3).Draw(rt, "kind") {
	case 0: // recognition
	case 1:
		in.Purpose, in.Options[0].RuleKey = secret.AnyOther, rulebook.VoteOrdinary
	case 2:
		names := rapid.IntRange(1, 7).Draw(rt, "names")
		in = candidates(t, d, n, names, rapid.IntRange(1, names).Draw(rt, "seats"), box)
		in.Max = rapid.IntRange(1, in.Seats).Draw(rt, "max") // more marks than seats: rulebook.SecretOverSeats
		in.Min = rapid.IntRange(0, in.Max).Draw(rt, "min")
	case 3:
		in = ladder(t, d, n, box)
		if rapid.Bool().Draw(rt, "without the heaviest") {
			in.Options = in.Options[1:]
		}
		if drop := rapid.IntRange(0, len(in.Options)-1).Draw(rt, "form that is not on the ballot"); in.Options[drop].RuleKey == rulebook.VoteDiscipline {
			in.Options = slices.Delete(in.Options, drop, drop+1)
		}
	}
	in.Round = rapid.IntRange(1, 3).Draw(rt, "round")
	return in
}

// drawMarks draws a ballot that the rules of the vote allow.
func drawMarks(rt *rapid.T, v secret.Vote) secret.Marks {
	m := make(secret.Marks, len(v.Options))
	order := rapid.Permutation(seqs(len(m))).Draw(rt, "order")
	for _, i := range order[:rapid.IntRange(v.Min, v.Max).Draw(rt, "marks")] {
		m[i] = true
	}
	return m
}

func seqs(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
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
		case secret.Question: // two thirds of all official members, or more than half
			want = i == 0 && 2*plain[0] > base
			if v.Purpose == secret.Recognition {
				want = i == 0 && 3*plain[0] >= 2*base
			}
		case secret.Ladder:
			heavier := 0
			for j := range i + 1 {
				heavier += plain[j]
			}
			reached := func(j, sum int) bool {
				if v.Options[j].Title == "Đề nghị khai trừ" {
					return 3*sum >= 2*base
				}
				return 2*sum > base
			}
			want = o.Title != "Không kỷ luật" && reached(i, heavier)
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
