package home_test

import (
	"context"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"chibo/access"
	"chibo/figure"
	"chibo/home"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/org/orgtest"
)

// The wall takes who held no thematic meeting and who admitted nobody from the rows that
// it has read anyhow: they are the cells that figure lists by statements of their own.
func TestWallListsAreThoseOfFigure(t *testing.T) {
	d := dbtest.New(t)
	w := newWorld(t, d)
	days := []civil.Date{{}, civil.Of(2021, 3, 1), civil.Of(2023, 11, 22), civil.Of(2026, 5, 1)}
	rapid.Check(t, func(rt *rapid.T) {
		by := map[int64]civil.Date{}
		w.write(t, func(ctx context.Context, tx *db.Tx) error {
			for _, c := range w.Cells {
				by[c.ID] = rapid.SampledFrom(days).Draw(rt, "admitted")
				from := rapid.SampledFrom([]civil.Date{orgtest.Founded(), civil.Of(2024, 1, 1), civil.Of(2026, 11, 3)}).Draw(rt, "founded")
				to := rapid.SampledFrom([]civil.Date{{}, {}, civil.Of(2026, 11, 10), civil.Of(2027, 1, 1)}).Draw(rt, "ended")
				if _, err := tx.Exec(ctx, `UPDATE org SET valid_from = $2, valid_to = $3 WHERE id = $1`, c.ID, from, to); err != nil {
					return err
				}
				for _, m := range []civil.Month{202609, 202610, 202611} {
					n := rapid.IntRange(0, 1).Draw(rt, "thematic")
					if from.After(m.Last()) { // nobody met before the cell was founded
						n = 0
					}
					if _, err := tx.Exec(ctx, `INSERT INTO cell_month (part_id, month, cell_id, thematic) VALUES ($1, $2, $3, $4)
ON CONFLICT (part_id, month, cell_id) DO UPDATE SET thematic = excluded.thematic`, c.PartID, m, c.ID, n); err != nil {
						return err
					}
				}
			}
			return nil
		})
		w.admitted(t, by)
		u := rapid.SampledFrom(append(w.Grassroots[:2:2], w.District)).Draw(rt, "unit")
		wall := w.upper(t, u, today())
		scope := orgtest.Scope(t, u, access.FigureRead)
		since := today().AddMonths(-36) // rules.md 0.23
		var thematic, barren []int64
		err := d.Read(t.Context(), func(q db.Q) error {
			list, err := figure.Thematic(t.Context(), q, scope, today().Month())
			if err != nil {
				return err
			}
			thematic = ids(list)
			if list, err = figure.LastAdmitted(t.Context(), q, scope, since); err != nil {
				return err
			}
			living, err := figure.Cells(t.Context(), q, scope, today().Month())
			old := map[int64]bool{}
			for _, c := range living {
				old[c.CellID] = !c.Founded.After(since.Month().Last())
			}
			barren = slices.DeleteFunc(ids(list), func(id int64) bool { return !old[id] })
			return err
		})
		if err != nil {
			rt.Fatal(err)
		}
		for kind, want := range map[home.Kind][]int64{home.NoThematic: thematic, home.NoAdmission: barren} {
			got := map[int64]bool{}
			for _, r := range group(wall, kind).Rows {
				got[r.CellID] = true
			}
			slices.Sort(want)
			if g := slices.Sorted(maps.Keys(got)); !slices.Equal(g, want) {
				rt.Errorf("%s: the wall has %v, figure %v", kind, g, want)
			}
		}
	})
}

func ids(list []figure.CellName) (out []int64) {
	for _, c := range list {
		out = append(out, c.ID)
	}
	return out
}
