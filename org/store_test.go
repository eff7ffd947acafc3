package org_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/org"
	"chibo/org/orgtest"
)

func names(list []org.Unit) []string {
	var out []string
	for _, u := range list {
		out = append(out, u.Short)
	}
	return out
}

func read(t *testing.T, d *db.DB, fn func(q db.Q) error) {
	t.Helper()
	if err := d.Read(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

func TestPlaceAndPart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tr := orgtest.District(t, d)
		for _, c := range []struct {
			unit, parent org.Unit
			part         int64
			depth        int
		}{
			{tr.District, org.Unit{}, tr.District.ID, 1},
			{tr.Town, tr.District, tr.Town.ID, 2},
			{tr.Office, tr.District, tr.Office.ID, 2},
			{tr.HoaBinh, tr.Town, tr.Town.ID, 3},
			{tr.Section, tr.Town, tr.Town.ID, 3},
			{tr.Market, tr.Section, tr.Town.ID, 4},
			{tr.Village2, tr.Commune, tr.Commune.ID, 3},
		} {
			var u org.Unit
			read(t, d, func(q db.Q) (err error) { u, err = org.ByID(t.Context(), q, c.unit.ID); return err })
			if u != c.unit {
				t.Errorf("stored %+v, founded %+v", u, c.unit)
			}
			if u.Path != c.parent.Path.Child(u.ID) || u.PartID != c.part || u.Depth != c.depth || u.ParentID != c.parent.ID {
				t.Errorf("%s: path %s part %d depth %d parent %d", u.Name, u.Path, u.PartID, u.Depth, u.ParentID)
			}
		}
		read(t, d, func(q db.Q) error {
			above, err := org.Ancestors(t.Context(), q, tr.Market)
			if got := names(above); !slices.Equal(got, []string{tr.District.Short, tr.Town.Short, tr.Section.Short}) {
				t.Errorf("above the market: %v", got)
			}
			if top, e := org.Top(t.Context(), q); e != nil || top.ID != tr.District.ID {
				t.Errorf("top %v %v", top, e)
			}
			if _, e := org.ByID(t.Context(), q, 1); !errors.Is(e, org.ErrNotFound) {
				t.Errorf("unknown id: %v", e)
			}
			return err
		})
	})
}

func TestListsAndCounts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tr := orgtest.District(t, d)
		all := orgtest.Scope(t, tr.District, access.FigureRead)
		town := orgtest.Scope(t, tr.Town, access.FigureRead)
		read(t, d, func(q db.Q) error {
			for _, c := range []struct {
				name   string
				scope  access.Scope
				filter org.Filter
				want   []string
			}{
				{"grassroots", all, org.Filter{Kinds: org.GrassrootsKinds()}, names(tr.Grassroots)},
				{"dependent cells", all, org.Filter{Kind: org.KindCell}, []string{"Chi bộ Tổ dân phố Hòa Bình", "Chi bộ Chợ", "Chi bộ Thôn 2", "Chi bộ Thôn 10"}},
				{"cells of the town", town, org.Filter{Kinds: org.CellKinds()}, []string{"Chi bộ Tổ dân phố Hòa Bình", "Chi bộ Chợ"}},
				{"without marks", all, org.Filter{Search: "hoa BINH"}, []string{"Chi bộ Tổ dân phố Hòa Bình"}},
				{"old tone place", all, org.Filter{Search: "Hoà Bình"}, []string{"Chi bộ Tổ dân phố Hòa Bình"}},
				{"outside the scope", town, org.Filter{Search: "thon"}, nil},
				{"before the founding", all, org.Filter{Day: civil.Of(2014, 12, 31)}, nil},
			} {
				list, err := org.List(t.Context(), q, c.scope, c.filter)
				if err != nil {
					return err
				}
				n, err := org.Count(t.Context(), q, c.scope, c.filter)
				if err != nil {
					return err
				}
				slices.Sort(c.want)
				got := names(list)
				slices.Sort(got)
				if !slices.Equal(got, c.want) || n != len(c.want) {
					t.Errorf("%s: %v (%d), want %v", c.name, got, n, c.want)
				}
			}
			kinds, err := org.CountKinds(t.Context(), q, all, civil.Of(2026, 11, 3))
			if kinds[org.KindCell] != 4 || kinds[org.KindGrassrootsParty]+kinds[org.KindGrassrootsCell] != 3 {
				t.Errorf("kinds: %v", kinds)
			}
			children, err2 := org.Children(t.Context(), q, town, tr.Town.ID, "", 10)
			if got := names(children); !slices.Equal(got, []string{"Chi bộ Tổ dân phố Hòa Bình", "Đảng bộ bộ phận Chợ"}) {
				t.Errorf("children: %v", got)
			}
			return errors.Join(err, err2)
		})
	})
}

// Pages of one row give the same order as one page of all.
func TestPagesJoin(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tr := orgtest.District(t, d)
		all := orgtest.Scope(t, tr.District, access.FigureRead)
		read(t, d, func(q db.Q) error {
			whole, err := org.List(t.Context(), q, all, org.Filter{})
			if err != nil {
				return err
			}
			var got []org.Unit
			for after := ""; ; {
				page, err := org.List(t.Context(), q, all, org.Filter{Limit: 1, After: after})
				if err != nil {
					return err
				}
				if len(page) == 0 {
					break
				}
				got, after = append(got, page...), page[0].Cursor()
			}
			if !slices.Equal(got, whole) || len(whole) != 9 {
				t.Errorf("%v\n%v", names(got), names(whole))
			}
			if whole[5].ParentShort == "" {
				t.Errorf("a cell without the name above it: %+v", whole[5])
			}
			_, err = org.List(t.Context(), q, all, org.Filter{After: "1.2.3.x.5.6"})
			if fault.KindOf(err) != fault.NotFound {
				t.Errorf("a made-up cursor: %v", err)
			}
			return nil
		})
	})
}

func TestSpan(t *testing.T) {
	d := dbtest.New(t)
	tr := orgtest.District(t, d)
	read(t, d, func(q db.Q) error {
		for _, c := range []struct {
			unit  org.Unit
			part  int64
			below bool
			parts org.Unit
		}{
			{tr.District, 0, false, tr.District},
			{tr.Town, tr.Town.ID, false, tr.Town},
			{tr.Office, tr.Office.ID, false, tr.Office},
			{tr.Market, tr.Town.ID, true, tr.Town},
		} {
			s, err := org.SpanOf(t.Context(), q, orgtest.Scope(t, c.unit, access.CellRead))
			lo, hi := c.unit.Path.Range()
			plo, phi := c.parts.Path.Range()
			if want := (org.Span{Lo: lo, Hi: hi, PartLo: plo, PartHi: phi, Part: c.part, Below: c.below}); s != want || err != nil {
				t.Errorf("%s: %+v, want %+v (%v)", c.unit.Name, s, want, err)
			}
		}
		return nil
	})
}
