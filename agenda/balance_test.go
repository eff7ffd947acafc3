package agenda_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"chibo/agenda"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/org"
)

// spread gives that for a cell's regular meeting of November 2026.
func (w *world) spread(t *testing.T, cell org.Unit) agenda.Spread {
	t.Helper()
	var out agenda.Spread
	err := w.DB.Read(t.Context(), func(q db.Q) (err error) {
		out, err = agenda.SpreadFor(t.Context(), q, w.set(cell, today()), cell, "regular", today().Month())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// put keeps the balance of a meeting: minutes spent on professional matters of 100.
func (w *world) put(t *testing.T, part, cell int64, typ, kind string, month civil.Month, professional int) {
	t.Helper()
	w.Write(t, func(ctx context.Context, tx *db.Tx) error {
		return agenda.PutBalance(ctx, tx, agenda.Balance{
			Meeting: ident.Ref{Part: part, ID: tx.ID()}, CellID: cell, CellType: typ, Kind: kind, Month: month,
			Shares: []agenda.Share{{"procedure", 10, 50}, {"professional", 0, professional}, {"learning", 100, 100 - professional}},
		})
	})
}

// The spread is over other cells of the type, in the smallest unit that has enough; over
// the last months only; and over none rather than over few.
func TestSpread(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		nov := today().Month()
		for i, p := range []int{10, 20, 30, 40} {
			w.put(t, w.Town.ID, int64(9000+i), "residential", "regular", nov, p)
		}
		w.put(t, w.Town.ID, w.HoaBinh.ID, "residential", "regular", nov, 99) // the own
		w.put(t, w.Town.ID, 9100, "office", "regular", nov, 99)
		w.put(t, w.Town.ID, 9101, "residential", "thematic", nov, 99)
		w.put(t, w.Town.ID, 9102, "residential", "regular", nov.Add(-6), 99)
		w.put(t, w.Town.ID, 9103, "residential", "regular", nov.Add(1), 99)
		if s := w.spread(t, w.HoaBinh); s.Known() {
			t.Errorf("four other cells and yet shown: %+v", s)
		}
		w.put(t, w.Commune.ID, 9200, "residential", "regular", nov.Add(-5), 50)
		s := w.spread(t, w.HoaBinh)
		if s.Under != w.District.Name || s.Cells != 5 || s.Meetings != 5 || s.Of["professional"] != (agenda.Quartiles{Low: 200, Median: 300, High: 400}) {
			t.Errorf("%+v", s)
		}
		if _, has := s.Of["procedure"]; has {
			t.Error("procedure weighs")
		}
		w.put(t, w.Town.ID, 9004, "residential", "regular", nov, 0)
		s = w.spread(t, w.HoaBinh)
		if s.Under != w.Town.Name || s.Cells != 5 || s.Of["professional"].Median != 200 {
			t.Errorf("the nearest with enough: %+v", s)
		}
	})
}

// The quartiles are values of the list, in order, and a quarter lies on each side.
func TestQuartiles(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		list := rapid.SliceOfN(rapid.IntRange(0, 1000), 1, 60).Draw(r, "list")
		q := agenda.QuartilesOf(slices.Clone(list))
		if q.Low > q.Median || q.Median > q.High {
			r.Fatalf("%+v", q)
		}
		for _, c := range []struct{ at, quarters int }{{q.Low, 1}, {q.Median, 2}, {q.High, 3}} {
			below, upTo := 0, 0
			for _, n := range list {
				if n < c.at {
					below++
				}
				if n <= c.at {
					upTo++
				}
			}
			if below*4 >= len(list)*c.quarters || upTo*4 < len(list)*c.quarters {
				r.Fatalf("%d of %v: %d below, %d up to it", c.at, list, below, upTo)
			}
		}
	})
}

// What is kept is read back.
func TestSharesRoundTrip(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var list []agenda.Share
		for i := range rapid.IntRange(0, 12).Draw(r, "n") {
			list = append(list, agenda.Share{
				Content: fmt.Sprintf("kind_%d", i), Planned: rapid.IntRange(0, 600).Draw(r, "planned"), Spent: rapid.IntRange(1, 600).Draw(r, "spent"),
			})
		}
		if got := agenda.RoundTrip(list); !slices.Equal(got, list) {
			r.Fatalf("%v became %v", list, got)
		}
	})
}
