package org_test

import (
	"context"
	"errors"
	"testing"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/org"
	"chibo/org/orgtest"
)

// The codes here and in the rulebook are the same, in one shape or the other.
func TestKindsAreInTheRulebook(t *testing.T) {
	book := orgtest.Book(t)
	set := book.At(orgtest.Founded(), "")
	for _, kind := range []string{
		org.KindProvince, org.KindDistrict, org.KindCommuneParty, org.KindGrassrootsParty, org.KindGrassrootsCell,
		org.KindSectional, org.KindCell, org.KindPartyGroup,
	} {
		k := set.OrgKind(kind)
		if k.Code != kind {
			t.Errorf("the rulebook has no kind %q", kind)
		}
		if u := (org.Unit{Kind: kind}); u.IsCell() != k.IsCell || u.IsGrassroots() != (k.Counts == "grassroots") {
			t.Errorf("%s: cell %v, grassroots %v; the rulebook says %v, %q", kind, u.IsCell(), u.IsGrassroots(), k.IsCell, k.Counts)
		}
	}
}

func fieldKeys(err error) map[string]string {
	out := map[string]string{}
	for _, f := range fault.FieldsOf(err) {
		out[f.Field] = f.Key
	}
	return out
}

func TestWhatMayStandWhere(t *testing.T) {
	d := dbtest.New(t)
	tr := orgtest.District(t, d)
	before, after := tr.Book.At(civil.Of(2020, 1, 1), ""), tr.Book.At(civil.Of(2026, 1, 1), "")
	for _, c := range []struct {
		name string
		in   org.NewUnit
		want string // key at "kind", "" for allowed
	}{
		{"a cell in a grassroots organisation", org.NewUnit{Set: before, ParentID: tr.Town.ID, Kind: org.KindCell}, ""},
		{"a cell in a cell", org.NewUnit{Set: before, ParentID: tr.HoaBinh.ID, Kind: org.KindCell}, "org.err.kind_place"},
		{"a cell under a district", org.NewUnit{Set: before, ParentID: tr.District.ID, Kind: org.KindCell}, "org.err.kind_place"},
		{"a group in a cell (1.15)", org.NewUnit{Set: before, ParentID: tr.HoaBinh.ID, Kind: org.KindPartyGroup}, ""},
		{"no grassroots organisation under a district since 01/7/2025 (1.03)", org.NewUnit{Set: after, ParentID: tr.District.ID, Kind: org.KindGrassrootsParty}, "org.err.kind_place"},
		{"something else", org.NewUnit{Set: before, ParentID: tr.Town.ID, Kind: "club"}, "org.err.kind_unknown"},
	} {
		c.in.Name = c.name
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := org.Add(t.Context(), tx, c.in)
			return err
		})
		if got := fieldKeys(err)["kind"]; got != c.want || (c.want == "") != (err == nil) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	add := func(in org.NewUnit) error {
		return d.Write(t.Context(), func(tx *db.Tx) error { _, err := org.Add(t.Context(), tx, in); return err })
	}
	if err := add(org.NewUnit{Set: before, Kind: org.KindDistrict, Name: "Huyện khác"}); !errors.Is(err, org.ErrSecondTop) {
		t.Errorf("a second top: %v", err)
	}
	if err := add(org.NewUnit{Set: before, ParentID: tr.Town.ID, Kind: org.KindCell, Name: "  "}); fieldKeys(err)["name"] != "org.err.name_empty" {
		t.Errorf("no name: %v", err)
	}
	if err := add(org.NewUnit{Set: before, ParentID: 42, Kind: org.KindCell, Name: "x"}); !errors.Is(err, org.ErrNotFound) {
		t.Errorf("no parent: %v", err)
	}
}

func TestFoundNeedsTheAdministrator(t *testing.T) {
	d := dbtest.New(t)
	tr := orgtest.District(t, d)
	s := &org.Service{DB: d, Book: tr.Book}
	in := org.NewUnit{ParentID: tr.Town.ID, Kind: org.KindCell, Name: "Chi bộ Trường Mầm non", ValidFrom: civil.Of(2024, 5, 1)}
	for _, role := range []string{access.RoleMember, access.RoleLead, access.RoleUpper, access.RoleFollower} {
		if _, err := s.Found(context.Background(), orgtest.Actor(role, tr.District), in); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("%s: %v", role, err)
		}
	}
	if _, err := s.Found(t.Context(), orgtest.Actor(access.RoleAdmin, tr.Commune), in); !errors.Is(err, access.ErrForbidden) {
		t.Errorf("administrator of another unit: %v", err)
	}
	u, err := s.Found(t.Context(), orgtest.Actor(access.RoleAdmin, tr.District), in)
	if err != nil || u.PartID != tr.Town.ID || u.PaperName != "CHI BỘ TRƯỜNG MẦM NON" || u.Place != "Đức Thọ" {
		t.Fatalf("%+v %v", u, err)
	}
	var n int
	read(t, d, func(q db.Q) error {
		return q.QueryRow(t.Context(), `SELECT COUNT(*) FROM audit WHERE part_id = $1 AND action = 'org.found' AND target_id = $2`, u.PartID, u.ID).Scan(&n)
	})
	if n != 1 {
		t.Errorf("%d entries in the audit", n)
	}
}

// The prose of access.go: actor, place, may see.
func TestWhoSeesUnits(t *testing.T) {
	d := dbtest.New(t)
	tr := orgtest.District(t, d)
	for _, c := range []struct {
		role      string
		at, unit  org.Unit
		see, rule bool
	}{
		{access.RoleMember, tr.HoaBinh, tr.HoaBinh, true, false},
		{access.RoleMember, tr.HoaBinh, tr.Market, false, false},
		{access.RoleMember, tr.HoaBinh, tr.Town, false, false},
		{access.RoleUpper, tr.Town, tr.Market, true, false},
		{access.RoleUpper, tr.Town, tr.Village2, false, false},
		{access.RoleAdmin, tr.District, tr.Village2, true, true},
	} {
		a := orgtest.Actor(c.role, c.at)
		_, err := org.ScopeOf(a, c.unit)
		if org.CanSee(a, c.unit) != c.see || (err == nil) != c.see {
			t.Errorf("%s of %s sees %s: want %v, %v", c.role, c.at.Short, c.unit.Short, c.see, err)
		}
		if a.Can(access.UnitManage, c.unit.Access()) != c.rule {
			t.Errorf("%s of %s manages %s: want %v", c.role, c.at.Short, c.unit.Short, c.rule)
		}
	}
}

// rules.md 1.18, 1.19, 1.20.
func TestSizes(t *testing.T) {
	set := orgtest.Book(t).At(civil.Of(2026, 11, 3), "")
	for _, c := range []struct {
		kind               string
		officials, members int
		want               string
	}{
		{org.KindGrassrootsParty, 28, 29, "org.size.party_small"},
		{org.KindGrassrootsParty, 20, 30, ""},
		{org.KindGrassrootsCell, 29, 29, ""},
		{org.KindGrassrootsCell, 29, 30, "org.size.cell_to_party"},
		{org.KindCell, 29, 30, ""},
		{org.KindCell, 29, 31, "org.size.cell_large"},
		{org.KindCell, 3, 3, ""},
		{org.KindCell, 2, 9, "org.size.cell_small"},
		{org.KindGrassrootsCell, 2, 9, "org.size.cell_small"},
		{org.KindDistrict, 1, 1, ""},
	} {
		got := ""
		for _, n := range org.CheckSize(set, c.kind, c.officials, c.members) {
			got += n.Key
			if n.Limit == 0 || n.Rule.Source == "" {
				t.Errorf("%s: a notice without its rule: %+v", c.kind, n)
			}
		}
		if got != c.want {
			t.Errorf("%s with %d official of %d: %q, want %q", c.kind, c.officials, c.members, got, c.want)
		}
	}
}
