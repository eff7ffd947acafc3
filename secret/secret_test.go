package secret_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/rulebook"
	"chibo/secret"
)

// One vote from the opening to the count, phones and paper together.
func TestPhonesAndPaperInOneCount(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		box, codes := newBox(t)
		v := open(t, d, question(t, d, 12, box))
		if v.Base != 13 || v.Present != 12 || v.Waiting() != 12 || !v.Phones {
			t.Fatalf("opened: %+v", v)
		}
		var prints []string
		for i := range 6 {
			write(t, d, func(tx *db.Tx) error {
				r, err := secret.Cast(ctx, tx, v.Ref, int64(2001+i), mark(3, 0), fmt.Sprint("op", i))
				prints = append(prints, r.Fingerprint)
				return err
			})
		}
		write(t, d, func(tx *db.Tx) error { // the same request again
			r, err := secret.Cast(ctx, tx, v.Ref, 2001, mark(3, 1), "op0")
			if !r.Again || r.Fingerprint != prints[0] {
				t.Errorf("repeated: %+v", r)
			}
			return err
		})
		refused(t, d, secret.ErrCast, func(tx *db.Tx) error {
			_, err := secret.Cast(ctx, tx, v.Ref, 2001, mark(3, 1), "another")
			return err
		})
		refused(t, d, secret.ErrCast, func(tx *db.Tx) error { return secret.GivePaper(ctx, tx, v.Ref, 2001, true) })
		refused(t, d, secret.ErrNoVote, func(tx *db.Tx) error { // not in the room
			_, err := secret.Cast(ctx, tx, v.Ref, 1000, mark(3, 0), "x")
			return err
		})
		refused(t, d, secret.ErrNoVote, func(tx *db.Tx) error { return secret.GivePaper(ctx, tx, v.Ref, 1000, true) })
		refused(t, d, secret.ErrStranger, func(tx *db.Tx) error {
			_, err := secret.Cast(ctx, tx, v.Ref, 4711, mark(3, 0), "x")
			return err
		})
		for i := 6; i < 12; i++ {
			write(t, d, func(tx *db.Tx) error { return secret.GivePaper(ctx, tx, v.Ref, int64(2001+i), true) })
		}
		refused(t, d, secret.ErrHasPaper, func(tx *db.Tx) error {
			_, err := secret.Cast(ctx, tx, v.Ref, 2012, mark(3, 0), "x")
			return err
		})
		if now := get(t, d, v); now.Waiting() != 0 || now.Sealed != 6 || now.Paper != 6 {
			t.Errorf("turnout: %+v", now)
		}
		refused(t, d, secret.ErrState, func(tx *db.Tx) error { _, err := secret.Count(ctx, tx, v.Ref, nil); return err })
		write(t, d, func(tx *db.Tx) error { return secret.Close(ctx, tx, v.Ref, v.Version) })
		refused(t, d, secret.ErrTooLate, func(tx *db.Tx) error { // too late
			_, err := secret.Cast(ctx, tx, v.Ref, 2007, mark(3, 0), "x")
			return err
		})

		paper := secret.Paper{Issued: 6, Returned: 6, Invalid: 1, Votes: []int{3, 2, 0}}
		write(t, d, func(tx *db.Tx) error { return secret.EnterPaper(ctx, tx, v.Ref, 1, 9, paper) })
		key, err := secret.Unlock(ctx, d, v.Ref, [3]secret.Code{codes[0], "", codes[2]})
		must(t, err)
		refused(t, d, secret.ErrPaperOpen, func(tx *db.Tx) error { _, err := secret.Count(ctx, tx, v.Ref, key); return err })
		write(t, d, func(tx *db.Tx) error { return secret.EnterPaper(ctx, tx, v.Ref, 1, 9, paper) }) // the same person twice is one person
		refused(t, d, secret.ErrPaperOpen, func(tx *db.Tx) error { _, err := secret.Count(ctx, tx, v.Ref, key); return err })
		other := paper
		other.Votes = []int{4, 1, 0}
		write(t, d, func(tx *db.Tx) error { return secret.EnterPaper(ctx, tx, v.Ref, 2, 9, other) })
		refused(t, d, secret.ErrPaperOpen, func(tx *db.Tx) error { _, err := secret.Count(ctx, tx, v.Ref, key); return err })
		write(t, d, func(tx *db.Tx) error { return secret.EnterPaper(ctx, tx, v.Ref, 2, 9, paper) })
		refused(t, d, secret.ErrCodes, func(tx *db.Tx) error { _, err := secret.Count(ctx, tx, v.Ref, nil); return err })
		write(t, d, func(tx *db.Tx) (err error) { v, err = secret.Count(ctx, tx, v.Ref, key); return err })
		slices.Sort(prints)
		if v.Options[0].Votes != 9 || v.Options[1].Votes != 2 || !v.Options[0].Passed || v.Sums().Valid != 11 || !slices.Equal(v.Prints, prints) {
			t.Errorf("counted: %+v", v)
		}
		refused(t, d, secret.ErrState, func(tx *db.Tx) error { _, err := secret.Count(ctx, tx, v.Ref, key); return err })
		dbtest.Forget(t, d)
	})
}

// Any two of the three codes open the box; a wrong one does not, and after some wrong
// tries each one waits.
func TestCodes(t *testing.T) {
	d := dbtest.New(t)
	box, codes := newBox(t)
	v := open(t, d, question(t, d, 6, box))
	for i := range 6 {
		write(t, d, func(tx *db.Tx) error {
			_, err := secret.Cast(t.Context(), tx, v.Ref, int64(2001+i), mark(3, i%3), "op")
			return err
		})
	}
	write(t, d, func(tx *db.Tx) error { return secret.Close(t.Context(), tx, v.Ref, v.Version) })
	for _, given := range [][3]secret.Code{{codes[0], codes[1]}, {codes[0], "", codes[2]}, {"", codes[1], codes[2]}, codes} {
		_, err := secret.Unlock(t.Context(), d, v.Ref, given)
		must(t, err)
		write(t, d, func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `UPDATE secret_vote SET tries = 0`)
			return err
		})
	}
	wrong := [][3]secret.Code{
		{codes[0]}, {}, {codes[1], codes[0]}, {codes[0], codes[2]}, {codes[0], "", codes[1]},
	}
	for _, given := range wrong {
		if _, err := secret.Unlock(t.Context(), d, v.Ref, given); !errors.Is(err, secret.ErrCodes) {
			t.Errorf("%d codes: %v", len(given), err)
		}
	}
	if _, err := secret.Unlock(t.Context(), d, v.Ref, codes); !errors.Is(err, secret.ErrWait) {
		t.Errorf("after five wrong ones: %v", err)
	}
	dbtest.Clock(d).Advance(time.Minute + time.Second)
	_, err := secret.Unlock(t.Context(), d, v.Ref, codes)
	must(t, err)
}

func TestParseCode(t *testing.T) {
	_, codes := newBox(t)
	c := codes[0]
	for _, typed := range []string{string(c), c.Groups(), strings.ReplaceAll(c.Groups(), " ", "-"), " " + c.Groups() + " "} {
		if got, ok := secret.ParseCode(typed); !ok || got != c {
			t.Errorf("%q: %v", typed, ok)
		}
	}
	for i := range len(c) {
		slip := []byte(c)
		slip[i] = '0' + (slip[i]-'0'+1)%10
		if _, ok := secret.ParseCode(string(slip)); ok {
			t.Errorf("a slip at digit %d was not found", i+1)
		}
	}
	for _, bad := range []string{"", "1234", string(c) + "1", "mã số", strings.Repeat("x", 16)} {
		if _, ok := secret.ParseCode(bad); ok {
			t.Errorf("%q is no code", bad)
		}
	}
}

// So few of one way that the count would tell who they are: all vote on paper.
func TestTooFewOfOneWay(t *testing.T) {
	d := dbtest.New(t)
	box, _ := newBox(t)
	refused(t, d, secret.ErrTooFew, func(tx *db.Tx) error { _, err := secret.Open(t.Context(), tx, question(t, d, 4, box)); return err })
	v := open(t, d, question(t, d, 12, box))
	cast := func(i int) {
		write(t, d, func(tx *db.Tx) error {
			_, err := secret.Cast(t.Context(), tx, v.Ref, int64(2001+i), mark(3, 0), "op")
			return err
		})
	}
	for i := range 4 {
		cast(i)
	}
	refused(t, d, secret.ErrTooFew, func(tx *db.Tx) error { return secret.Close(t.Context(), tx, v.Ref, v.Version) })
	cast(4)
	write(t, d, func(tx *db.Tx) error { return secret.GivePaper(t.Context(), tx, v.Ref, 2012, true) })
	refused(t, d, secret.ErrTooFew, func(tx *db.Tx) error { return secret.Close(t.Context(), tx, v.Ref, v.Version) })
	write(t, d, func(tx *db.Tx) error { return secret.ToPaper(t.Context(), tx, v.Ref, v.Version) })
	now := get(t, d, v)
	if now.Sealed != 0 || now.Phones || now.Paper != 1 {
		t.Errorf("all on paper: %+v", now)
	}
	refused(t, d, secret.ErrPaperOnly, func(tx *db.Tx) error {
		_, err := secret.Cast(t.Context(), tx, v.Ref, 2001, mark(3, 0), "op")
		return err
	})
	write(t, d, func(tx *db.Tx) error { return secret.GivePaper(t.Context(), tx, v.Ref, 2001, true) }) // who had voted on a phone
	write(t, d, func(tx *db.Tx) error { return secret.Close(t.Context(), tx, v.Ref, now.Version) })
}

// A ballot that was put under another voter's name, or changed, does not open; it counts
// for nothing and the protocol says so.
func TestChangedBehindTheProgramsBack(t *testing.T) {
	d := dbtest.New(t)
	box, codes := newBox(t)
	v := open(t, d, question(t, d, 6, box))
	for i := range 6 {
		write(t, d, func(tx *db.Tx) error {
			_, err := secret.Cast(t.Context(), tx, v.Ref, int64(2001+i), mark(3, 0), "op")
			return err
		})
	}
	write(t, d, func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `UPDATE secret_ballot SET box = (SELECT b.box FROM secret_ballot b WHERE b.membership_id = 2001) WHERE membership_id = 2002`)
		return err
	})
	write(t, d, func(tx *db.Tx) error { return secret.Close(t.Context(), tx, v.Ref, v.Version) })
	key, err := secret.Unlock(t.Context(), d, v.Ref, codes)
	must(t, err)
	write(t, d, func(tx *db.Tx) (err error) { v, err = secret.Count(t.Context(), tx, v.Ref, key); return err })
	if v.Broken != 1 || v.Options[0].Votes != 5 || v.Sums().Valid != 5 {
		t.Errorf("%+v", v)
	}
}

func TestLostSlips(t *testing.T) {
	d := dbtest.New(t)
	box, _ := newBox(t)
	v := open(t, d, question(t, d, 6, box))
	for i := range 6 {
		write(t, d, func(tx *db.Tx) error {
			_, err := secret.Cast(t.Context(), tx, v.Ref, int64(2001+i), mark(3, 0), "op")
			return err
		})
	}
	write(t, d, func(tx *db.Tx) error { return secret.Close(t.Context(), tx, v.Ref, v.Version) })
	v = get(t, d, v)
	write(t, d, func(tx *db.Tx) error { return secret.Void(t.Context(), tx, v.Ref, v.Version) })
	if v = get(t, d, v); v.State != secret.StateVoid || v.Sealed != 6 {
		t.Errorf("%+v", v)
	}
	refused(t, d, secret.ErrState, func(tx *db.Tx) error { _, err := secret.Count(t.Context(), tx, v.Ref, nil); return err })
}

// What a counting team may mistype, each with its answer at the field.
func TestPaperThatCannotBe(t *testing.T) {
	d := dbtest.New(t)
	v := open(t, d, candidates(t, d, 8, 4, 3, nil))
	for i := range 8 {
		write(t, d, func(tx *db.Tx) error { return secret.GivePaper(t.Context(), tx, v.Ref, int64(2001+i), true) })
	}
	write(t, d, func(tx *db.Tx) error { return secret.Close(t.Context(), tx, v.Ref, v.Version) })
	for field, p := range map[string]secret.Paper{
		"issued":   {Issued: 9, Returned: 8, Votes: []int{8, 8, 8, 0}},
		"returned": {Issued: 8, Returned: 9, Votes: []int{8, 8, 8, 0}},
		"invalid":  {Issued: 8, Returned: 7, Invalid: 8, Votes: []int{0, 0, 0, 0}},
		"votes":    {Issued: 8, Returned: 8, Votes: []int{9, 0, 0, 0}},
	} {
		err := d.Write(t.Context(), func(tx *db.Tx) error { return secret.EnterPaper(t.Context(), tx, v.Ref, 1, 9, p) })
		if f := fault.FieldsOf(err); len(f) == 0 || f[0].Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	for _, p := range []secret.Paper{
		{Issued: 8, Returned: 8, Votes: []int{8, 8, 8, 8}}, {Issued: 8, Returned: 8, Votes: []int{1, 1}}, {Issued: 8, Returned: 8, Votes: []int{-1, 1, 1, 1}},
	} {
		err := d.Write(t.Context(), func(tx *db.Tx) error { return secret.EnterPaper(t.Context(), tx, v.Ref, 1, 9, p) })
		if f := fault.FieldsOf(err); len(f) == 0 || f[0].Field != "votes" {
			t.Errorf("%+v: %v", p, err)
		}
	}
}

// Discipline is counted from the heaviest form downward (rules.md 2.34).
func TestLadder(t *testing.T) {
	for _, c := range []struct {
		votes []int // expulsion, dismissal, warning, reprimand, none; nine present, ten in the base
		want  int   // index, -1 nothing
	}{
		{[]int{7, 1, 1, 0, 0}, 0},  // 7 of 10 is two thirds
		{[]int{6, 0, 0, 0, 3}, 1},  // 6 are not, but more than half for dismissal at least
		{[]int{1, 1, 4, 0, 3}, 2},  // 6 for a warning at least
		{[]int{0, 2, 2, 1, 4}, -1}, // 5 of 10 is not more than half
		{[]int{0, 0, 0, 0, 9}, -1}, // "none" is no form of discipline
	} {
		v := paperVote(t, func(d *db.DB) secret.New { return ladder(t, d, 9, nil) }, 9, c.votes)
		for i, o := range v.Options {
			if o.Passed != (i == c.want) {
				t.Errorf("%v: %s %v", c.votes, o.Title, o.Passed)
			}
		}
	}
}

// More than half of all official members who were summoned, the most votes first, and
// nobody among equals for the last seat (rules.md 1.32).
func TestElection(t *testing.T) {
	for _, c := range []struct {
		votes []int
		want  []bool
	}{
		{[]int{9, 8, 6, 1}, []bool{true, true, true, false}},
		{[]int{9, 8, 5, 5}, []bool{true, true, false, false}},  // 5 of 10 is not more than half
		{[]int{7, 7, 7, 6}, []bool{true, true, true, false}},   // the fourth has fewer
		{[]int{8, 6, 6, 6}, []bool{true, false, false, false}}, // three equals for two seats
	} {
		v := paperVote(t, func(d *db.DB) secret.New { return candidates(t, d, 9, 4, 3, nil) }, 9, c.votes)
		for i, o := range v.Options {
			if o.Passed != c.want[i] {
				t.Errorf("%v: %s %v", c.votes, o.Title, o.Passed)
			}
		}
	}
}

func paperVote(t *testing.T, in func(d *db.DB) secret.New, n int, votes []int) secret.Vote {
	d := dbtest.New(t)
	v := open(t, d, in(d))
	write(t, d, func(tx *db.Tx) error {
		for i := range n {
			if err := secret.GivePaper(t.Context(), tx, v.Ref, int64(2001+i), true); err != nil {
				return err
			}
		}
		if err := secret.Close(t.Context(), tx, v.Ref, v.Version); err != nil {
			return err
		}
		p := secret.Paper{Issued: n, Returned: n, Votes: votes}
		for seat := 1; seat <= 2; seat++ {
			if err := secret.EnterPaper(t.Context(), tx, v.Ref, seat, 9, p); err != nil {
				return err
			}
		}
		var err error
		v, err = secret.Count(t.Context(), tx, v.Ref, nil)
		return err
	})
	return v
}

func TestWhatCannotBeOpened(t *testing.T) {
	d := dbtest.New(t)
	for field, change := range map[string]func(*secret.New){
		"subject":   func(n *secret.New) { n.Subject = " " },
		"purpose":   func(n *secret.New) { n.Purpose = "fun" },
		"kind":      func(n *secret.New) { n.Kind = "" },
		"options":   func(n *secret.New) { n.Options = nil },
		"seats":     func(n *secret.New) { n.Seats = 9 },
		"max":       func(n *secret.New) { n.Max = 0 },
		"min":       func(n *secret.New) { n.Min = 4 },
		"warrant":   func(n *secret.New) { n.Box, n.Team = &secret.Box{}, append(n.Team, 2007) },
		"team":      func(n *secret.New) { n.Team = []int64{1000, 1000} },
		"guard_why": func(n *secret.New) { n.Guarded = false },
	} {
		in := candidates(t, d, 8, 4, 3, nil)
		change(&in)
		err := d.Write(t.Context(), func(tx *db.Tx) error { _, err := secret.Open(t.Context(), tx, in); return err })
		if f := fault.FieldsOf(err); len(f) == 0 || f[0].Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	for _, team := range [][]int64{nil, {1000}, {1000, 4711}, {1000, 2001}, {1000, 2008, 2007, 2006}} { // nobody, one, a stranger, a candidate, four
		in := candidates(t, d, 8, 4, 3, nil)
		in.Team = team
		err := d.Write(t.Context(), func(tx *db.Tx) error { _, err := secret.Open(t.Context(), tx, in); return err })
		if f := fault.FieldsOf(err); len(f) == 0 || f[0].Field != "team" {
			t.Errorf("%v: %v", team, err)
		}
	}
	in := question(t, d, 8, nil)
	for i := range in.Electors {
		in.Electors[i].InBase = false
	}
	refused(t, d, secret.ErrNoBase, func(tx *db.Tx) error { _, err := secret.Open(t.Context(), tx, in); return err })
	if !secret.Small(set(t, d), electors(9)) || secret.Small(set(t, d), electors(10)) {
		t.Errorf("small is below %d", set(t, d).Int(rulebook.SecretSmallBody))
	}
}

// A ballot in the clear has no text in any of the ways in which Go makes one.
func TestMarksHaveNoText(t *testing.T) {
	m := mark(3, 1)
	var b strings.Builder
	slog.New(slog.NewJSONHandler(&b, nil)).Info("x", "marks", m, "in", struct{ M secret.Marks }{m})
	slog.New(slog.NewTextHandler(&b, nil)).Info("x", "marks", m, "in", struct{ M secret.Marks }{m})
	fmt.Fprintf(&b, "%v %+v %#v %s %d %x %t", m, m, m, m, m, m, m)
	fmt.Fprintf(&b, "%v %+v", struct{ M secret.Marks }{m}, &m)
	if strings.Contains(b.String(), "true") || strings.Contains(b.String(), "false") || strings.Contains(b.String(), "AAE") {
		t.Errorf("a ballot was printed: %s", b.String())
	}
	if _, err := json.Marshal(m); err == nil {
		t.Error("a ballot was written as JSON")
	}
}
