package home_test

import (
	"context"
	"errors"
	"testing"

	"chibo/access"
	"chibo/home"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/notify"
	"chibo/office/officetest"
	"chibo/org"
)

// The prose of access.go about acts, for every kind of person of the district.
func TestWhoActsAboutWhom(t *testing.T) {
	d := dbtest.New(t)
	w := officetest.New(t, d)
	s := &home.Service{DB: d, Book: w.Book}
	act := func(u org.Unit) func(access.Actor) error {
		return func(a access.Actor) error { _, err := s.Acting(t.Context(), a, u.ID); return err }
	}
	w.Only(t, "an act about Hòa Bình", act(w.HoaBinh), officetest.TownSecretary, officetest.TownKeeper, officetest.DistrictStaff)
	w.Only(t, "an act about the town", act(w.Town), officetest.DistrictStaff)
	w.Only(t, "an act about the district", act(w.District))
}

func (w *officeWorld) notices(t *testing.T, name string) (kinds []string) {
	t.Helper()
	p := w.People[name]
	err := w.DB.Read(t.Context(), func(q db.Q) error {
		list, err := notify.List(t.Context(), q, p.Ref.Part, p.Ref.ID, 20)
		for _, i := range list {
			kinds = append(kinds, i.Kind)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return kinds
}

type officeWorld struct{ *officetest.World }

// A reminder is told to who leads the cell, kept once, and the line waits; after the days
// of the rulebook the next step is another one.
func TestRemind(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := &officeWorld{officetest.New(t, d)}
		s := &home.Service{DB: d, Book: w.Book}
		upper := w.Actor(t, officetest.TownSecretary)
		day := civil.From(d.Clock().Now())
		in := home.ActIn{UnitID: w.HoaBinh.ID, Kind: home.NotMet, Act: home.Remind, Text: " Đề nghị họp ", Op: "op-123456"}
		row := func(on civil.Date) home.Row {
			t.Helper()
			var wall home.Wall
			err := d.Read(t.Context(), func(q db.Q) (err error) {
				wall, err = home.WallOf(t.Context(), q, w.Book, upper, w.Town, on)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range group(wall, home.NotMet).Rows {
				if r.CellID == w.HoaBinh.ID {
					return r
				}
			}
			t.Fatal("the cell is not on the wall")
			return home.Row{}
		}
		if r := row(day); r.Next != home.Remind || r.Last != nil || r.Secretary != officetest.Secretary || r.Post != "secretary" {
			t.Errorf("before: %+v", r)
		}
		for range 2 { // said twice, done once
			if err := s.Do(t.Context(), upper, in); err != nil {
				t.Fatal(err)
			}
		}
		if r := row(day); r.Next != "" || r.Last == nil || r.Last.Text != "Đề nghị họp" || r.Last.ByName != officetest.TownSecretary {
			t.Errorf("after: %+v", r)
		}
		if got := w.notices(t, officetest.Secretary); len(got) != 1 || got[0] != "wall.remind" {
			t.Errorf("the secretary is told %v", got)
		}
		if got := w.notices(t, officetest.Deputy); len(got) != 1 {
			t.Errorf("the deputy is told %v", got)
		}
		if got := append(w.notices(t, officetest.Member), w.notices(t, officetest.Follower)...); len(got) != 0 {
			t.Errorf("others are told %v", got)
		}
		if r := row(day.AddDays(3)); r.Next != home.Visit {
			t.Errorf("after three days: %+v", r)
		}
	})
}

// What is wrong is said at its field, and nothing is kept.
func TestActsAreChecked(t *testing.T) {
	d := dbtest.New(t)
	w := &officeWorld{officetest.New(t, d)}
	s := &home.Service{DB: d, Book: w.Book}
	upper := w.Actor(t, officetest.TownSecretary)
	today := civil.From(d.Clock().Now())
	follower := w.People[officetest.Follower].Ref.ID
	for _, c := range []struct {
		name, field string
		in          home.ActIn
	}{
		{"no text", "text", home.ActIn{Kind: home.Late, Act: home.Remind}},
		{"no such act", "act", home.ActIn{Kind: home.Late, Act: "shout", Text: "x"}},
		{"no kind", "kind", home.ActIn{Kind: "<b>", Act: home.Remind, Text: "x"}},
		{"a visit without a day", "on", home.ActIn{Kind: home.Late, Act: home.Visit, Visitor: follower}},
		{"a visit yesterday", "on", home.ActIn{Kind: home.Late, Act: home.Visit, On: today.AddDays(-1), Visitor: follower}},
		{"a visit next year", "on", home.ActIn{Kind: home.Late, Act: home.Visit, On: today.AddDays(365), Visitor: follower}},
		{"a stranger goes", "visitor", home.ActIn{Kind: home.Late, Act: home.Visit, On: today, Visitor: w.People[officetest.Stranger].Ref.ID}},
	} {
		c.in.UnitID, c.in.Op = w.HoaBinh.ID, "op-"+c.name+"12345"
		err := s.Do(t.Context(), upper, c.in)
		if f := fault.FieldsOf(err); len(f) != 1 || f[0].Field != c.field {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if err := s.Do(t.Context(), upper, home.ActIn{UnitID: w.Market.ID, Kind: home.Late, Act: home.Remind, Text: "x", Op: "op-123456"}); !errors.Is(err, home.ErrNobody) {
		t.Errorf("a cell that nobody leads: %v", err)
	}
	err := d.Read(t.Context(), func(q db.Q) error {
		list, err := home.ActsAbout(t.Context(), q, upper, w.HoaBinh, today.AddDays(-9))
		if len(list) != 0 {
			t.Errorf("kept: %+v", list)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// A visit stands with the person who goes, and its result with the line.
func TestVisit(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := &officeWorld{officetest.New(t, d)}
		s := &home.Service{DB: d, Book: w.Book}
		upper, follower := w.Actor(t, officetest.TownSecretary), w.Actor(t, officetest.Follower)
		today := civil.From(d.Clock().Now())
		v, err := s.Acting(t.Context(), upper, w.HoaBinh.ID)
		if err != nil || len(v.Visitors) < 2 || v.Visitors[0].Name != officetest.Follower || v.From.ID != w.Town.ID || len(v.Callees) != 2 {
			t.Fatalf("%+v %v", v, err)
		}
		err = s.Do(t.Context(), upper, home.ActIn{
			UnitID: w.HoaBinh.ID, Kind: home.NoAdmission, Act: home.Visit, On: today, Visitor: follower.PersonID, Op: "op-123456",
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := w.notices(t, officetest.Follower); len(got) != 1 || got[0] != "wall.go" {
			t.Errorf("who goes is told %v", got)
		}
		going := func() (next, past []home.Going) {
			t.Helper()
			err := d.Read(t.Context(), func(q db.Q) (err error) {
				if next, err = home.Visits(t.Context(), q, follower.PersonID); err != nil {
					return err
				}
				past, err = home.Visited(t.Context(), q, follower.PersonID)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return next, past
		}
		next, _ := going()
		if len(next) != 1 || next[0].Unit != w.HoaBinh.Name || next[0].On != today {
			t.Fatalf("%+v", next)
		}
		in := home.WentIn{On: today, Result: "Chi bộ có hai quần chúng ưu tú", Version: 1}
		for _, name := range []string{officetest.Secretary, officetest.Member, officetest.Stranger} {
			if err := s.Went(t.Context(), w.Actor(t, name), next[0].Ref, in); !errors.Is(err, access.ErrForbidden) {
				t.Errorf("%s: %v", name, err)
			}
		}
		for _, bad := range []home.WentIn{{On: today}, {Result: "x"}, {On: today.AddDays(1), Result: "x"}, {On: today.AddDays(-1), Result: "x"}} {
			if err := s.Went(t.Context(), follower, next[0].Ref, bad); len(fault.FieldsOf(err)) == 0 {
				t.Errorf("%+v: %v", bad, err)
			}
		}
		if err := s.Went(t.Context(), follower, next[0].Ref, in); err != nil {
			t.Fatal(err)
		}
		if err := s.Went(t.Context(), upper, next[0].Ref, in); !errors.Is(err, home.ErrChanged) {
			t.Errorf("twice: %v", err)
		}
		if next, past := going(); len(next) != 0 || len(past) != 1 || past[0].Result != in.Result {
			t.Errorf("%+v %+v", next, past)
		}
		if err := d.Write(t.Context(), func(tx *db.Tx) error {
			return home.Rehome(context.Background(), tx, w.HoaBinh.ID, w.Town.ID, w.Commune.ID)
		}); err != nil {
			t.Fatal(err)
		}
		if _, past := going(); len(past) != 1 || past[0].Ref.Part != w.Commune.ID {
			t.Errorf("in another part: %+v", past)
		}
	})
}
