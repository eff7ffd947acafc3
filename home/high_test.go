package home_test

import (
	"testing"

	"chibo/access"
	"chibo/figure"
	"chibo/home"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/org"
	"chibo/org/orgtest"
)

// What the page of a committee above very many cells counts of the units below is what
// a wall lists cell by cell. Weak is of the
// two months that are over.
func TestHighCountsWhatWallsList(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		list := well(w.HoaBinh)
		market := well(w.Market)[:2] // has not met this month
		market[1].sent = civil.Date{}
		village := well(w.Village2)
		village[1].thematic, village[2].thematic = 0, 0
		village[0].grade, village[1].grade, village[2].grade = figure.GradeAverage, figure.GradeWeak, ""
		list = append(append(append(list, market...), village...), well(w.Office)...)
		w.months(t, list...) // and nothing of Thôn 10
		w.admitted(t, map[int64]civil.Date{w.Office.ID: civil.Of(2016, 1, 1), w.Village10.ID: {}})
		wall, h := w.upper(t, w.District, today()), w.high(t)
		for _, k := range []home.Kind{home.NotMet, home.Late, home.Weak, home.NoThematic, home.NoAdmission} {
			want, got := map[string]int{}, map[string]int{}
			for _, r := range group(wall, k).Rows {
				want[w.under(r.CellID).Short]++
			}
			g := highGroup(h, k)
			for _, r := range g.Rows {
				got[r.Name] = r.Count
			}
			if len(want) == 0 || len(got) != len(want) || g.Total != len(group(wall, k).Rows) || g.Rule.Source == "" {
				t.Errorf("%s: %v of %d, the wall lists %v", k, got, g.Total, want)
			}
			for name, n := range want {
				if got[name] != n {
					t.Errorf("%s: %s has %d, the wall lists %d", k, name, got[name], n)
				}
			}
		}
		if g := highGroup(h, home.Weak); g.Total != 1 || g.Rows[0].UnitID != w.Commune.ID || g.Rows[0].Of != 2 {
			t.Errorf("weak: %+v", g)
		}
		if h.Now.Met != 3 || h.Now.Of != 5 || h.Before.Met != 4 || len(h.Trend) != 12 || len(h.Children) != 3 {
			t.Errorf("now %+v, before %+v, %d children", h.Now, h.Before, len(h.Children))
		}
		if _, err := w.highOf(t, orgtest.Actor(access.RoleUpper, w.Town), w.District); err == nil {
			t.Error("the town's officer sees the district")
		}
	})
}

func (w *world) high(t *testing.T) home.High {
	t.Helper()
	h, err := w.highOf(t, orgtest.Actor(access.RoleUpper, w.District), w.District)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func (w *world) highOf(t *testing.T, actor access.Actor, u org.Unit) (h home.High, err error) {
	t.Helper()
	err = w.d.Read(t.Context(), func(q db.Q) error {
		state, err := figure.StateOf(t.Context(), q, orgtest.Scope(t, u, access.FigureRead))
		if err != nil {
			return err
		}
		h, err = home.HighOf(t.Context(), q, w.Book, actor, u, state, today())
		return err
	})
	return h, err
}

// under gives the grassroots organisation of a cell.
func (w *world) under(cell int64) org.Unit {
	for _, u := range w.Grassroots {
		for _, c := range w.Cells {
			if c.ID == cell && u.Path.Contains(c.Path) {
				return u
			}
		}
	}
	return org.Unit{}
}

func highGroup(h home.High, k home.Kind) home.HighGroup {
	for _, g := range h.Groups {
		if g.Kind == k {
			return g
		}
	}
	return home.HighGroup{}
}

// A page of units is for who stands above the parts and has very many cells.
func TestWhoseFirstPageIsHigh(t *testing.T) {
	for _, c := range []struct {
		kind  string
		cells int
		want  bool
	}{
		{org.KindDistrict, 299, false},
		{org.KindProvince, 999, false},
		{org.KindProvince, 1000, true},
		{org.KindCentral, 315_000, true},
		{org.KindCommuneParty, 5000, false},
	} {
		if got := home.IsHigh(org.Unit{Kind: c.kind}, figure.State{Cells: c.cells}); got != c.want {
			t.Errorf("%s with %d cells: %v", c.kind, c.cells, got)
		}
	}
}
