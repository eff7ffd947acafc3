package voice_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"chibo/access"
	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/internal/seal"
	"chibo/office/officetest"
	"chibo/voice"
)

const hour = time.Hour

func clockOf(d *db.DB) *clock.Fake { return dbtest.Clock(d) }

// Who may see and do what, as access.go says it.
func TestRights(t *testing.T) {
	w := newWorld(t, dbtest.New(t), 2)
	ctx := context.Background()
	cell := []string{officetest.Secretary, officetest.Deputy, officetest.Committee, officetest.Member}
	readers := append([]string{officetest.Follower, officetest.TownSecretary, officetest.TownKeeper, officetest.DistrictStaff}, cell...)
	answers := func(a access.Actor) error { return w.s.Answer(ctx, a, w.ref, all("yes")) }
	w.Only(t, "answering", answers, cell...)
	w.Only(t, "opening the page", func(a access.Actor) error { _, err := w.s.Open(ctx, a, w.ref); return err }, readers...)
	numbers := func(a access.Actor) error {
		v, err := w.s.Open(ctx, a, w.ref)
		if err != nil {
			return err
		}
		return officetest.May(len(v.Sums) > 0 || v.Answers > 0)
	}
	w.Only(t, "a number before the window has closed", numbers)
	w.Only(t, "being told that one has answered", func(a access.Actor) error {
		v, err := w.s.Open(ctx, a, w.ref)
		if err != nil {
			return err
		}
		return officetest.May(v.Answered)
	}, cell...)
	for _, who := range w.others {
		w.answer(t, who, "partly")
	}
	w.over(t)
	w.Only(t, "the sums", numbers, readers...)
	if err := w.s.Answer(ctx, w.Actor(t, officetest.Member), w.ref, all("yes")); !errors.Is(err, voice.ErrOver) {
		t.Errorf("after the window: %v", err)
	}
}

// What a stand-in or an office holds is no seat: only the own membership answers.
func TestNobodyAnswersForAnother(t *testing.T) {
	w := newWorld(t, dbtest.New(t), 0)
	who := w.Actor(t, officetest.Stranger)
	who.Grants = append(who.Grants, access.Grant{Role: access.RoleMember, OrgID: w.HoaBinh.ID, Path: w.HoaBinh.Path, For: w.People[officetest.Member].Ref.ID})
	if err := w.s.Answer(t.Context(), who, w.ref, all("yes")); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a stand-in answered: %v", err)
	}
	who.Grants = append(who.Grants, access.Grant{Role: access.RoleMember, OrgID: w.HoaBinh.ID, Path: w.HoaBinh.Path})
	if err := w.s.Answer(t.Context(), who, w.ref, all("yes")); !errors.Is(err, voice.ErrStranger) {
		t.Errorf("who is not on the roll answered: %v", err)
	}
}

// With enough answers the sums are right whatever was sent in whatever order, also again;
// with fewer there is nothing, and the sealed answers are gone either way.
func TestSettle(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 4)
		people := append(w.others, w.Actor(t, officetest.Member))
		levels := []string{"yes", "partly", "no", "yes", "yes"}
		for i, who := range people {
			w.answer(t, who, "no") // the last word stands
			w.answer(t, who, levels[i])
		}
		if err := w.s.Answer(t.Context(), people[0], w.ref, map[string]string{"prepared": "yes", "honest": "?"}); len(fault.FieldsOf(err)) != 3 {
			t.Errorf("an answer with gaps: %v", err)
		}
		if n := w.sealed(t); n != 5 {
			t.Errorf("%d sealed answers of 5 people", n)
		}
		w.over(t)
		v := w.open(t, people[0])
		if v.State != voice.Shown || v.Answers != 5 || len(v.Sums) != 4 {
			t.Fatalf("%+v", v)
		}
		for _, s := range v.Sums {
			if s.Count[0] != 3 || s.Count[1] != 1 || s.Count[2] != 1 {
				t.Errorf("%s: %v", s.Item, s.Count)
			}
		}
		if n := w.sealed(t); n != 0 {
			t.Errorf("%d sealed answers are left", n)
		}
	})
}

func (w *world) sealed(t testing.TB) (n int) {
	t.Helper()
	must(t, w.DB.Read(t.Context(), func(q db.Q) error {
		return q.QueryRow(t.Context(), `SELECT COUNT(*) FROM voice_sealed`).Scan(&n)
	}))
	return n
}

func TestTooFewAreErasedUnread(t *testing.T) {
	w := newWorld(t, dbtest.New(t), 4)
	for _, who := range w.others {
		w.answer(t, who, "no")
	}
	w.over(t)
	v := w.open(t, w.others[0])
	if v.State != voice.Few || v.Answers != 0 || len(v.Sums) != 0 || w.sealed(t) != 0 {
		t.Errorf("%+v, %d left", v, w.sealed(t))
	}
	var sums int
	must(t, w.DB.Read(t.Context(), func(q db.Q) error {
		return q.QueryRow(t.Context(), `SELECT COUNT(*) FROM voice_sum`).Scan(&sums)
	}))
	if sums != 0 {
		t.Errorf("%d sums of a box with too few answers", sums)
	}
}

// Rows that somebody changed behind the program's back count for nothing, and may leave
// too few.
func TestChangedRowsDoNotCount(t *testing.T) {
	w := newWorld(t, dbtest.New(t), 5)
	for _, who := range w.others {
		w.answer(t, who, "yes")
	}
	w.Write(t, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE voice_sealed SET box = (SELECT MAX(box) FROM voice_sealed)`)
		return err
	})
	w.over(t)
	if v := w.open(t, w.others[0]); v.State != voice.Few {
		t.Errorf("copies of one answer were counted: %+v", v)
	}
}

// A key that is changed within the window gives nobody a second answer.
func TestNewKeyWithinTheWindow(t *testing.T) {
	path := t.TempDir() + "/chibo.key"
	w := newWorld(t, dbtest.New(t), 5)
	var err error
	w.s.Keys, err = seal.Load(t.Context(), w.DB, path)
	must(t, err)
	for _, who := range w.others {
		w.answer(t, who, "no")
	}
	_, err = seal.Add(path)
	must(t, err)
	w.s.Keys, err = seal.Load(t.Context(), w.DB, path)
	must(t, err)
	w.answer(t, w.others[0], "yes")
	if n := w.sealed(t); n != 5 {
		t.Errorf("%d answers of 5 people", n)
	}
	w.over(t)
	if v := w.open(t, w.others[0]); v.Answers != 5 || v.Sums[0].Count[0] != 1 || v.Sums[0].Count[2] != 4 {
		t.Errorf("%+v", v)
	}
}

// Only scored meetings of a cell are asked about, each once, and every member is told.
func TestAskedOnce(t *testing.T) {
	w := newWorld(t, dbtest.New(t), 0)
	var told int
	must(t, w.DB.Read(t.Context(), func(q db.Q) error {
		return q.QueryRow(t.Context(), `SELECT COUNT(*) FROM notice WHERE kind = 'voice.asked'`).Scan(&told)
	}))
	if told != 4 {
		t.Errorf("%d of 4 members were told", told)
	}
	v, ok, err := w.s.Waiting(t.Context(), w.Actor(t, officetest.Member))
	if err != nil || !ok || v.Box.Meeting != w.ref {
		t.Errorf("Waiting: %v, %v", ok, err)
	}
	w.answer(t, w.Actor(t, officetest.Member), "yes")
	if _, ok, err := w.s.Waiting(t.Context(), w.Actor(t, officetest.Member)); ok || err != nil {
		t.Errorf("asked again after the answer: %v", err)
	}
	if _, ok, err := w.s.Waiting(t.Context(), w.Actor(t, officetest.Stranger)); ok || err != nil {
		t.Errorf("a stranger is asked: %v", err)
	}
}

// The sums are those of the answers, for any answers.
func TestSumsOfAnyAnswers(t *testing.T) {
	w := newWorld(t, dbtest.New(t), 7)
	rapid.Check(t, func(rt *rapid.T) {
		w.ref = w.holdAgain(t)
		want := map[string][3]int{}
		n := rapid.IntRange(5, 7).Draw(rt, "people")
		for _, who := range w.others[:n] {
			answer := map[string]string{}
			for _, item := range []string{"prepared", "honest", "useful", "heard"} {
				k := rapid.IntRange(0, 2).Draw(rt, item)
				answer[item] = []string{"yes", "partly", "no"}[k]
				c := want[item]
				c[k]++
				want[item] = c
			}
			must(t, w.s.Answer(t.Context(), who, w.ref, answer))
		}
		w.over(t)
		for _, s := range w.open(t, w.others[0]).Sums {
			if [3]int(s.Count) != want[s.Item] {
				rt.Errorf("%s: %v, want %v", s.Item, s.Count, want[s.Item])
			}
		}
	})
}
