package org_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/org"
	"chibo/org/orgtest"
)

func TestFoundingIsChecked(t *testing.T) {
	d := dbtest.New(t)
	tr := orgtest.District(t, d)
	s := &org.Service{DB: d, Book: tr.Book}
	admin := orgtest.Actor(access.RoleAdmin, tr.District)
	good := org.NewUnit{
		ParentID: tr.Town.ID, Kind: org.KindCell, Name: "Chi bộ Trường Mầm non", Type: "school", ValidFrom: civil.Of(2024, 5, 1), Code: "38 168 053 000 001",
	}
	for _, c := range []struct {
		name   string
		change func(in *org.NewUnit)
		field  string
		key    string
	}{
		{"no name", func(in *org.NewUnit) { in.Name = " \u200b" }, "name", "org.err.name_empty"},
		{"10,000 characters", func(in *org.NewUnit) { in.Name = strings.Repeat("ố", 10000) }, "name", "org.err.too_long"},
		{"a name that stands there", func(in *org.NewUnit) { in.Name = "Chi bộ Tổ dân phố Hòa Bình" }, "name", "org.err.name_twin"},
		{"a type of 1.35 for a cell", func(in *org.NewUnit) { in.Type = "ward" }, "type", "org.err.type_unknown"},
		{"a type that is none", func(in *org.NewUnit) { in.Type = "club" }, "type", "org.err.type_unknown"},
		{"tomorrow", func(in *org.NewUnit) { in.ValidFrom = today().AddDays(1) }, "day", "org.err.day_future"},
		{"a month only", func(in *org.NewUnit) { in.ValidFrom, _ = civil.ParseVi("05/2024") }, "day", "org.err.day_empty"},
		{"before the parent", func(in *org.NewUnit) { in.ValidFrom = orgtest.Founded().AddDays(-1) }, "day", "org.err.before_parent"},
		{"too few digits", func(in *org.NewUnit) { in.Code = "38.168.53" }, "code", "org.err.code_form"},
		{"letters", func(in *org.NewUnit) { in.Code = "38.16a" }, "code", "org.err.code_form"},
		{"too many groups", func(in *org.NewUnit) { in.Code = "38.168.053.000.001.001" }, "code", "org.err.code_form"},
		{"a cell under a district", func(in *org.NewUnit) { in.ParentID = tr.District.ID }, "kind", "org.err.kind_place"},
		{"a negative place", func(in *org.NewUnit) { in.Seq = -1 }, "seq", "org.err.seq"},
	} {
		in := good
		c.change(&in)
		_, err := s.Found(t.Context(), admin, in)
		if got := fieldKeys(err)[c.field]; got != c.key {
			t.Errorf("%s: %v, want %s", c.name, err, c.key)
		}
	}
	u, err := s.Found(t.Context(), admin, good)
	if err != nil || u.Code != "38.168.053.000.001" || stored(t, d, u.ID).Code != u.Code {
		t.Fatalf("%+v %v", u, err)
	}
	older := org.NewUnit{ParentID: tr.District.ID, Kind: org.KindGrassrootsParty, Name: "Đảng bộ xã Cũ", ValidFrom: civil.Of(1965, 1, 1)}
	if _, err := s.Found(t.Context(), admin, older); fieldKeys(err)["day"] != "org.err.before_parent" || fieldKeys(err)["kind"] != "" {
		t.Errorf("a unit older than the rules: %v", err)
	}
	good.Name = "Chi bộ khác"
	if _, err := s.Found(t.Context(), admin, good); fieldKeys(err)["code"] != "org.err.code_taken" {
		t.Errorf("a code taken: %v", err)
	}
}

// rules.md 1.38.
func TestCodes(t *testing.T) {
	set := orgtest.Book(t).At(civil.Of(2026, 1, 1), "")
	for typed, want := range map[string]string{
		"": "", "38": "38", "38168": "38.168", "38.168.053.000.001": "38.168.053.000.001", "38168053000001": "38.168.053.000.001",
		" 38-168 ": "38.168", "381": "!", "3816": "!", "38.1680": "!", "٣٨": "!", "381680530000012": "!",
	} {
		got, ok := org.ParseCode(set, typed)
		if !ok {
			got = "!"
		}
		if got != want {
			t.Errorf("%q: %q, want %q", typed, got, want)
		}
	}
	if code, ok := org.ParseCode(set, org.CodeExample(set)); !ok || len(strings.Split(code, ".")) != 5 {
		t.Errorf("the example %q is no whole code", code)
	}
}

func TestEdit(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tr := orgtest.District(t, d)
		s := &org.Service{DB: d, Book: tr.Book}
		keeper := orgtest.Actor(access.RoleKeeper, tr.Town)
		in := tr.HoaBinh.Asked()
		if in.Short != "" || in.PaperName != "" {
			t.Errorf("names that follow the name are asked for: %+v", in)
		}
		in.Name, in.Hall, in.Type, in.Code, in.Day = "Chi bộ Tổ dân phố Hòa An", "Nhà văn hóa", "residential", "38168053000001", civil.Of(2024, 3, 1)
		u, err := s.Edit(t.Context(), keeper, in)
		if err != nil || u.Name != in.Name || u.Short != in.Name || u.PaperName != "CHI BỘ TỔ DÂN PHỐ HÒA AN" || u.Since != in.Day || u.Type != "residential" || u.Hall != in.Hall {
			t.Fatalf("%+v %v", u, err)
		}
		old := past(t, d)
		if len(old) != 1 || old[0].name != tr.HoaBinh.Name || old[0].from != orgtest.Founded() || old[0].to != in.Day {
			t.Errorf("past %+v", old)
		}
		read(t, d, func(q db.Q) error {
			h, err := org.History(t.Context(), q, u)
			if len(h) != 2 || h[0].Name != u.Name || h[1].Name != tr.HoaBinh.Name || h[1].To != in.Day || h[1].Parent != tr.Town.Name {
				t.Errorf("history %+v", h)
			}
			return err
		})
		// A correction keeps no past; the place of meetings and the order have none.
		fix := u.Asked()
		fix.Name, fix.Seq, fix.Correct = "Chi bộ Tổ dân phố Hoà An", 9, true
		if u, err = s.Edit(t.Context(), keeper, fix); err != nil || u.Name != fix.Name || u.Seq != 9 || len(past(t, d)) != 1 {
			t.Errorf("correction: %+v %v, %d rows of the past", u, err, len(past(t, d)))
		}
		// Somebody else was faster.
		if _, err = s.Edit(t.Context(), keeper, in); !errors.Is(err, org.ErrStale) {
			t.Errorf("an old version: %v", err)
		}
		// Nothing changed: nothing written.
		same := u.Asked()
		if again, err := s.Edit(t.Context(), keeper, same); err != nil || again != u {
			t.Errorf("nothing changed: %+v %v", again, err)
		}
		var n int
		read(t, d, func(q db.Q) error {
			return q.QueryRow(t.Context(), `SELECT COUNT(*) FROM audit WHERE action = 'org.edit' AND target_id = $1`, u.ID).Scan(&n)
		})
		if n != 2 {
			t.Errorf("%d entries in the audit", n)
		}
	})
}

func TestEditIsChecked(t *testing.T) {
	d := dbtest.New(t)
	tr := orgtest.District(t, d)
	s := &org.Service{DB: d, Book: tr.Book}
	admin := orgtest.Actor(access.RoleAdmin, tr.District)
	first := tr.Market.Asked()
	first.Code, first.Day = "38.168", civil.Of(2020, 1, 1)
	if _, err := s.Edit(t.Context(), admin, first); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		change func(e *org.Edit)
		field  string
		key    string
	}{
		{"no name", func(e *org.Edit) { e.Name = " " }, "name", "org.err.name_empty"},
		{"a long short name", func(e *org.Edit) { e.Short = strings.Repeat("a", 101) }, "short", "org.err.too_long"},
		{"a code taken", func(e *org.Edit) { e.Code = "38168" }, "code", "org.err.code_taken"},
		{"a bad code", func(e *org.Edit) { e.Code = "x" }, "code", "org.err.code_form"},
		{"a type of another kind", func(e *org.Edit) { e.Type = "ward" }, "type", "org.err.type_unknown"},
		{"no day", func(e *org.Edit) { e.Name, e.Day = "Chi bộ Mới", civil.Date{} }, "day", "org.err.day_empty"},
		{"a day to come", func(e *org.Edit) { e.Name, e.Day = "Chi bộ Mới", today().AddDays(1) }, "day", "org.err.day_future"},
		{"before it was founded", func(e *org.Edit) { e.Name, e.Day = "Chi bộ Mới", civil.Of(2014, 1, 1) }, "day", "org.err.day_before_change"},
		{"a cell becomes an organisation", func(e *org.Edit) { e.Kind = org.KindGrassrootsParty }, "kind", "org.err.kind_place"},
		{"founded before the parent", func(e *org.Edit) { e.Founded = civil.Of(2014, 1, 1) }, "founded", "org.err.before_parent"},
		{"founded tomorrow", func(e *org.Edit) { e.Founded = today().AddDays(1) }, "founded", "org.err.day_future"},
	} {
		e := tr.HoaBinh.Asked()
		e.Day = civil.Of(2024, 1, 1)
		c.change(&e)
		if _, err := s.Edit(t.Context(), admin, e); fieldKeys(err)[c.field] != c.key {
			t.Errorf("%s: %v, want %s", c.name, err, c.key)
		}
		if stored(t, d, tr.HoaBinh.ID) != tr.HoaBinh {
			t.Fatalf("%s: something was written", c.name)
		}
	}
	for _, role := range []string{access.RoleMember, access.RoleLead, access.RoleUpper, access.RoleFollower} {
		if _, err := s.Edit(context.Background(), orgtest.Actor(role, tr.District), tr.HoaBinh.Asked()); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("%s: %v", role, err)
		}
	}
	if _, err := s.Edit(t.Context(), orgtest.Actor(access.RoleKeeper, tr.Commune), tr.HoaBinh.Asked()); !errors.Is(err, access.ErrForbidden) {
		t.Errorf("an officer of elsewhere: %v", err)
	}
	if _, err := s.Edit(t.Context(), admin, org.Edit{ID: 4}); fault.KindOf(err) != fault.NotFound {
		t.Errorf("no unit: %v", err)
	}
}

// A founding day written wrong is put right, with the past that began on it.
func TestFoundingDayIsCorrected(t *testing.T) {
	d := dbtest.New(t)
	tr := orgtest.District(t, d)
	s := &org.Service{DB: d, Book: tr.Book}
	admin := orgtest.Actor(access.RoleAdmin, tr.District)
	top := tr.District.Asked()
	top.Founded = civil.Of(1930, 2, 3)
	u, err := s.Edit(t.Context(), admin, top)
	if err != nil || u.ValidFrom != top.Founded {
		t.Fatalf("%+v %v", u, err)
	}
	town := tr.Town.Asked()
	town.Name, town.Day = "Đảng bộ thị trấn Mới", civil.Of(2020, 1, 1)
	if u, err = s.Edit(t.Context(), admin, town); err != nil {
		t.Fatal(err)
	}
	town = u.Asked()
	for day, key := range map[civil.Date]string{civil.Of(2020, 1, 1): "org.err.after_change", civil.Of(2016, 1, 1): "org.err.after_child"} {
		town.Founded = day
		if _, err := s.Edit(t.Context(), admin, town); fieldKeys(err)["founded"] != key {
			t.Errorf("founded %s: %v", day, err)
		}
	}
	town.Founded = civil.Of(1960, 1, 1)
	if _, err := s.Edit(t.Context(), admin, town); err != nil {
		t.Fatal(err)
	}
	read(t, d, func(q db.Q) error {
		then, err := org.OnDay(t.Context(), q, tr.Town.ID, civil.Of(1970, 1, 1))
		if then.Name != tr.Town.Name {
			t.Errorf("in 1970: %+v", then)
		}
		return err
	})
}
