package ballot_test

import (
	"context"
	"errors"
	"testing"

	"pgregory.net/rapid"

	"chibo/ballot"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/rulebook"
)

const part, owner = 7, 9001

// failer is a *testing.T or a *rapid.T.
type failer interface {
	Helper()
	Fatal(args ...any)
}

func rules(t failer) rulebook.Set {
	t.Helper()
	book, err := rulebook.New()
	if err != nil {
		t.Fatal(err)
	}
	return book.At(civil.Of(2026, 11, 3), "")
}

// twelve gives the cell of rules.md section 13: 12 official members with ids 1 to
// 12, number 12 in temporary activity elsewhere and not here, those of absent not
// here, and reserve member 13, who is.
func twelve(absent ...int64) []ballot.Person {
	var people []ballot.Person
	for id := int64(1); id <= 12; id++ {
		p := ballot.Person{MembershipID: id, Official: true, Standing: "official", Present: true}
		if id == 12 {
			p.Standing, p.Present = "temp_out", false
		}
		for _, a := range absent {
			p.Present = p.Present && a != id
		}
		people = append(people, p)
	}
	return append(people, ballot.Person{MembershipID: 13, Standing: "reserve", Present: true})
}

func open(t failer, d *db.DB, people []ballot.Person, rule string) ballot.Vote {
	t.Helper()
	var v ballot.Vote
	write(t, d, func(ctx context.Context, tx *db.Tx) (err error) {
		v, err = ballot.Open(ctx, tx, ballot.NewVote{
			Part: part, Owner: "meeting", OwnerID: owner, Subject: "Thông qua nghị quyết", Purpose: ballot.Resolution,
			RuleKey: rule, Set: rules(t), Electors: ballot.Electors(people),
		})
		return err
	})
	return v
}

func write(t failer, d *db.DB, fn func(ctx context.Context, tx *db.Tx) error) {
	t.Helper()
	if err := try(d, fn); err != nil {
		t.Fatal(err)
	}
}

func try(d *db.DB, fn func(ctx context.Context, tx *db.Tx) error) error {
	ctx := context.Background()
	return d.Write(ctx, func(tx *db.Tx) error { return fn(ctx, tx) })
}

func cast(d *db.DB, ref ident.Ref, member int64, c ballot.Choice) (r ballot.Receipt, err error) {
	err = try(d, func(ctx context.Context, tx *db.Tx) error {
		r, err = ballot.Cast(ctx, tx, ref, member, c, 500+member)
		return err
	})
	return r, err
}

func vote(t failer, d *db.DB, ref ident.Ref) (v ballot.Vote) {
	t.Helper()
	err := d.Read(context.Background(), func(q db.Q) (err error) {
		v, err = ballot.Get(context.Background(), q, ref)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func hands(d *db.DB, v ballot.Vote, h ballot.Hands) (out ballot.Vote, err error) {
	err = try(d, func(ctx context.Context, tx *db.Tx) error {
		out, err = ballot.CountHands(ctx, tx, v.Ref, h, v.Version)
		return err
	})
	return out, err
}

func closeVote(d *db.DB, v ballot.Vote) (out ballot.Vote, err error) {
	err = try(d, func(ctx context.Context, tx *db.Tx) error {
		out, err = ballot.Close(ctx, tx, v.Ref, v.Version)
		return err
	})
	return out, err
}

// rules.md 13 case 3: 12 official, 1 elsewhere and absent: base 11; two thirds needs
// 8 yes, more than half 6. Case 4: three absent without reason change nothing.
func TestBaseAndNeeded(t *testing.T) {
	d := dbtest.New(t)
	for _, c := range []struct {
		name   string
		people []ballot.Person
		rule   string
		needed int
	}{
		{"more than half", twelve(), rulebook.VoteOrdinary, 6},
		{"two thirds", twelve(), rulebook.VoteAdmission, 8},
		{"more than half, 3 absent", twelve(1, 2, 3), rulebook.VoteOrdinary, 6},
		{"two thirds, 3 absent", twelve(1, 2, 3), rulebook.VoteAdmission, 8},
	} {
		v := open(t, d, c.people, c.rule)
		if v.Base != 11 || v.Needed != c.needed {
			t.Errorf("%s: base %d needed %d, want 11 and %d", c.name, v.Base, v.Needed, c.needed)
		}
	}
}

func TestResultAtTheEdge(t *testing.T) {
	d := dbtest.New(t)
	for _, c := range []struct {
		rule   string
		yes    int
		passed bool
	}{
		{rulebook.VoteOrdinary, 5, false},
		{rulebook.VoteOrdinary, 6, true},
		{rulebook.VoteAdmission, 7, false},
		{rulebook.VoteAdmission, 8, true},
	} {
		v := open(t, d, twelve(1, 2, 3), c.rule)
		v, err := hands(d, v, ballot.Hands{Yes: c.yes})
		if err != nil {
			t.Fatal(err)
		}
		if v, err = closeVote(d, v); err != nil {
			t.Fatal(err)
		}
		if v.Passed != c.passed || v.Yes != c.yes || v.Absent != 3 || v.Silent() != 8-c.yes {
			t.Errorf("%s with %d yes: %+v", c.rule, c.yes, v)
		}
	}
}

// The electorate person by person (rules.md 2.28-2.30).
func TestElectors(t *testing.T) {
	for _, c := range []struct {
		name          string
		person        ballot.Person
		inBase, casts bool
		reason        string
	}{
		{"official here", ballot.Person{Official: true, Standing: "official", Present: true}, true, true, ballot.ReasonOfficial},
		{"official absent stays in the base", ballot.Person{Official: true, Standing: "official"}, true, false, ballot.ReasonAbsent},
		{"away for work, not here", ballot.Person{Official: true, Standing: "away"}, true, false, ballot.ReasonAbsent},
		{"away for work, came", ballot.Person{Official: true, Standing: "away", Present: true}, true, true, ballot.ReasonOfficial},
		{"reserve never", ballot.Person{Standing: "reserve", Present: true}, false, false, ballot.ReasonReserve},
		{"exempt absent", ballot.Person{Official: true, Standing: "exempt"}, false, false, ballot.ReasonExemptAbsent},
		{"exempt came", ballot.Person{Official: true, Standing: "exempt", Present: true}, true, true, ballot.ReasonExemptPresent},
		{"exempt reserve came", ballot.Person{Standing: "exempt", Present: true}, false, false, ballot.ReasonReserve},
		{"elsewhere absent", ballot.Person{Official: true, Standing: "temp_out"}, false, false, ballot.ReasonTempOutAbsent},
		{"elsewhere but came", ballot.Person{Official: true, Standing: "temp_out", Present: true}, true, true, ballot.ReasonTempOutPresent},
		{"suspended", ballot.Person{Official: true, Standing: "suspended", Present: true}, false, false, ballot.ReasonSuspended},
		{"guest", ballot.Person{Official: true, Standing: "guest", Present: true}, false, false, ballot.ReasonGuest},
	} {
		e := ballot.Electors([]ballot.Person{c.person})[0]
		if e.InBase != c.inBase || e.MayCast != c.casts || e.Reason != c.reason {
			t.Errorf("%s: %+v", c.name, e)
		}
		// The dated rule says the same about the base.
		if c.person.Official && c.person.Standing != "away" {
			if got := rules(t).VoteBase().Counts(c.person.Standing, c.person.Present); got != c.inBase {
				t.Errorf("%s: the rulebook counts %v", c.name, got)
			}
		}
	}
}

// Whole numbers, against the definitions of rules.md 2.32.
func TestThresholdsAreExact(t *testing.T) {
	set := rules(t)
	rapid.Check(t, func(t *rapid.T) {
		base := rapid.IntRange(1, 9_000_000).Draw(t, "base")
		yes := rapid.IntRange(0, base).Draw(t, "yes")
		half, twoThirds := set.Ratio(rulebook.VoteOrdinary), set.Ratio(rulebook.VoteAdmission)
		if half.Passes(yes, base) != (2*yes > base) || twoThirds.Passes(yes, base) != (3*yes >= 2*base) {
			t.Fatalf("%d of %d", yes, base)
		}
		for _, r := range []rulebook.Ratio{half, twoThirds} {
			n := r.Needed(base)
			if !r.Passes(n, base) || r.Passes(n-1, base) {
				t.Fatalf("%+v of %d: needed %d", r, base, n)
			}
		}
	})
}

func TestNoBase(t *testing.T) {
	d := dbtest.New(t)
	err := try(d, func(ctx context.Context, tx *db.Tx) error {
		_, err := ballot.Open(ctx, tx, ballot.NewVote{
			Part: part, Owner: "meeting", OwnerID: owner, Subject: "x", Purpose: ballot.Resolution,
			RuleKey: rulebook.VoteOrdinary, Set: rules(t),
			Electors: ballot.Electors([]ballot.Person{{MembershipID: 1, Standing: "reserve", Present: true}}),
		})
		return err
	})
	if !errors.Is(err, ballot.ErrNoBase) || fault.KindOf(err) != fault.Invalid {
		t.Fatalf("base 0: %v", err)
	}
	err = try(d, func(ctx context.Context, tx *db.Tx) error {
		_, err := ballot.Open(ctx, tx, ballot.NewVote{Part: part, Subject: " ", Set: rules(t), RuleKey: rulebook.VoteOrdinary})
		return err
	})
	if f := fault.FieldsOf(err); len(f) != 2 || f[0].Field != "subject" || f[1].Field != "purpose" {
		t.Fatalf("fields: %v", err)
	}
	err = try(d, func(ctx context.Context, tx *db.Tx) error {
		_, err := ballot.Open(ctx, tx, ballot.NewVote{Part: part, Subject: "x", Purpose: ballot.Agenda, Set: rules(t), RuleKey: "vote.unheard_of"})
		return err
	})
	if !errors.Is(err, ballot.ErrNoRule) {
		t.Fatalf("no rule: %v", err)
	}
}

func TestCast(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		v := open(t, d, append(twelve(3), ballot.Person{MembershipID: 20, Official: true, Standing: "guest", Present: true}), rulebook.VoteOrdinary)
		first, err := cast(d, v.Ref, 1, ballot.Yes)
		if err != nil || first.Again || first.Replaced {
			t.Fatalf("first: %+v, %v", first, err)
		}
		if again, err := cast(d, v.Ref, 1, ballot.Yes); err != nil || !again.Again || !again.At.Equal(first.At) {
			t.Fatalf("again: %+v, %v", again, err)
		}
		if r, err := cast(d, v.Ref, 1, ballot.No); err != nil || !r.Replaced {
			t.Fatalf("replaced: %+v, %v", r, err)
		}
		if got := vote(t, d, v.Ref); got.No != 1 || got.Yes != 0 || got.Cast() != 1 {
			t.Fatalf("counted %+v", got)
		}
		for _, c := range []struct {
			member int64
			want   error
		}{{13, ballot.ErrReserve}, {3, ballot.ErrAbsent}, {12, ballot.ErrAbsent}, {20, ballot.ErrNoRight}, {99, ballot.ErrStranger}} {
			_, err := cast(d, v.Ref, c.member, ballot.Yes)
			if !errors.Is(err, c.want) || fault.KindOf(err) != fault.Forbidden {
				t.Errorf("member %d: %v, want %v", c.member, err, c.want)
			}
		}
		if _, err := cast(d, v.Ref, 2, "maybe"); len(fault.FieldsOf(err)) != 1 {
			t.Errorf("choice: %v", err)
		}
		closed, err := closeVote(d, vote(t, d, v.Ref))
		if err != nil || closed.Passed || closed.IsOpen() || closed.ClosedAt.IsZero() {
			t.Fatalf("close: %+v, %v", closed, err)
		}
		if _, err := cast(d, v.Ref, 2, ballot.Yes); !errors.Is(err, ballot.ErrClosed) {
			t.Errorf("after close: %v", err)
		}
		if _, err := cast(d, ident.Ref{Part: part, ID: 1}, 2, ballot.Yes); !errors.Is(err, ballot.ErrNotFound) {
			t.Errorf("no vote: %v", err)
		}
		if got := vote(t, d, v.Ref); got.No != 1 || got.Base != 11 {
			t.Errorf("the result moved: %+v", got)
		}
	})
}

func TestHands(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		v := open(t, d, twelve(1), rulebook.VoteOrdinary) // 10 present
		for _, m := range []int64{2, 3} {
			if _, err := cast(d, v.Ref, m, ballot.Yes); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := hands(d, v, ballot.Hands{Yes: 7, No: 2}); len(fault.FieldsOf(err)) != 1 || fault.FieldsOf(err)[0].Field != "hands" {
			t.Fatalf("9 hands of 8: %v", err)
		}
		if _, err := hands(d, v, ballot.Hands{Yes: -1, No: 9}); len(fault.FieldsOf(err)) != 2 {
			t.Fatalf("bad hands: %v", err)
		}
		w, err := hands(d, v, ballot.Hands{Yes: 5, No: 1, Other: 2})
		if err != nil || w.Yes != 7 || w.No != 1 || w.Other != 2 || w.Silent() != 0 || w.Left() != 8 || !w.Passed {
			t.Fatalf("%+v, %v", w, err)
		}
		if _, err := hands(d, v, ballot.Hands{Yes: 1}); !errors.Is(err, ballot.ErrChanged) {
			t.Fatalf("old version: %v", err)
		}
		// Everybody is counted: one more phone would count a person twice, but who has
		// cast may still change the choice.
		if _, err := cast(d, v.Ref, 4, ballot.Yes); !errors.Is(err, ballot.ErrHandsFull) {
			t.Fatalf("one too many: %v", err)
		}
		if r, err := cast(d, v.Ref, 2, ballot.No); err != nil || !r.Replaced {
			t.Fatalf("change: %+v, %v", r, err)
		}
		if w, err = hands(d, w, ballot.Hands{Yes: 3}); err != nil || w.Yes != 4 || w.Left() != 8 {
			t.Fatalf("counted again: %+v, %v", w, err)
		}
	})
}

func TestRefresh(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		v := open(t, d, twelve(1), rulebook.VoteOrdinary)
		if _, err := cast(d, v.Ref, 2, ballot.Yes); err != nil {
			t.Fatal(err)
		}
		refresh := func(people []ballot.Person) (out ballot.Vote, err error) {
			err = try(d, func(ctx context.Context, tx *db.Tx) error {
				out, err = ballot.RefreshElectors(ctx, tx, v.Ref, ballot.Electors(people))
				return err
			})
			return out, err
		}
		// The one from elsewhere comes, number 1 too, and 2 leaves after casting.
		people := twelve(2)
		people[11].Present = true
		w, err := refresh(people)
		if err != nil || w.Base != 12 || w.Present != 12 || w.Yes != 1 || w.Needed != 7 {
			t.Fatalf("%+v, %v", w, err)
		}
		if w, err = hands(d, w, ballot.Hands{Yes: 11}); err != nil {
			t.Fatal(err)
		}
		if _, err := refresh(twelve()); !errors.Is(err, ballot.ErrHandsFull) {
			t.Fatalf("11 hands of 10: %v", err)
		}
		if got := vote(t, d, v.Ref); got.Base != 12 {
			t.Fatalf("half a refresh stayed: %+v", got)
		}
		if w, err = hands(d, w, ballot.Hands{}); err != nil {
			t.Fatal(err)
		}
		// Who is no longer on the roll goes, unless a cast is there.
		w, err = refresh(twelve()[4:6])
		if err != nil || w.Base != 3 {
			t.Fatalf("%+v, %v", w, err)
		}
		if _, err := cast(d, v.Ref, 1, ballot.Yes); !errors.Is(err, ballot.ErrStranger) {
			t.Fatalf("gone from the roll: %v", err)
		}
		if _, err := closeVote(d, w); err != nil {
			t.Fatal(err)
		}
		if _, err := refresh(twelve()); !errors.Is(err, ballot.ErrClosed) {
			t.Fatalf("after close: %v", err)
		}
	})
}

func TestReserve(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		v := open(t, d, append(twelve(), ballot.Person{MembershipID: 20, Standing: "guest", Present: true}), rulebook.VoteOrdinary)
		reserve := func(member int64, text string) error {
			return try(d, func(ctx context.Context, tx *db.Tx) error { return ballot.Reserve(ctx, tx, v.Ref, member, text) })
		}
		if err := reserve(4, "  "); len(fault.FieldsOf(err)) != 1 {
			t.Errorf("empty: %v", err)
		}
		if err := reserve(20, "x"); !errors.Is(err, ballot.ErrNoRight) {
			t.Errorf("guest: %v", err)
		}
		if err := reserve(99, "x"); !errors.Is(err, ballot.ErrStranger) {
			t.Errorf("stranger: %v", err)
		}
		if err := reserve(4, "cần thêm thời gian"); err != nil {
			t.Fatal(err)
		}
		if _, err := closeVote(d, v); err != nil {
			t.Fatal(err)
		}
		if err := reserve(4, "đề nghị báo cáo cấp trên"); err != nil {
			t.Fatal(err)
		}
		err := d.Read(context.Background(), func(q db.Q) error {
			got, err := ballot.Reserved(context.Background(), q, v.Ref)
			if len(got) != 1 || got[0].MembershipID != 4 || got[0].Text != "đề nghị báo cáo cấp trên" {
				t.Errorf("%+v", got)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestByOwnerAndSeats(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a, b := open(t, d, twelve(), rulebook.VoteOrdinary), open(t, d, twelve(), rulebook.VoteAdmission)
		if _, err := cast(d, b.Ref, 5, ballot.Other); err != nil {
			t.Fatal(err)
		}
		ctx := context.Background()
		err := d.Read(ctx, func(q db.Q) error {
			votes, err := ballot.ByOwner(ctx, q, part, "meeting", owner)
			if err != nil {
				return err
			}
			if len(votes) != 2 || votes[0].Ref != a.Ref || votes[1].Other != 1 {
				t.Errorf("%+v", votes)
			}
			if votes[1].Rule(rules(t)).Source == "" {
				t.Error("the threshold has no source")
			}
			seats, err := ballot.Seats(ctx, q, b.Ref)
			if len(seats) != 13 || seats[4].Choice != ballot.Other || seats[12].Reason != ballot.ReasonReserve {
				t.Errorf("%+v", seats)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
