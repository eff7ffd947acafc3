package figure_test

import (
	"testing"

	"chibo/access"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/org/orgtest"
)

// The units right below add up to the unit, and each says what its own scope says.
func TestChildrenAddUp(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, tree := t.Context(), orgtest.District(t, d)
		err := d.Write(ctx, func(tx *db.Tx) error {
			for i, c := range tree.Cells {
				state := figure.State{Cells: 1, Members: 10 + i, LastAdmitted: civil.Of(2019+2*i, 5, 1)}
				if err := figure.PutState(ctx, tx, c.PartID, c.ID, state); err != nil {
					return err
				}
				for m := civil.Month(202609); m <= 202611; m++ {
					err := figure.PutMeeting(ctx, tx, figure.Key{Part: c.PartID, Month: m, CellID: c.ID}, figure.Held{
						MetDay: m.First(), Due: 10 + i, Present: 5 + i, Minutes: int(m % 100),
					})
					if err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		before := civil.Of(2023, 1, 1)
		err = d.Read(ctx, func(q db.Q) error {
			list, err := figure.Children(ctx, q, orgtest.Scope(t, tree.District, access.FigureRead), tree.District, 202610, 202611, before)
			if err != nil || len(list) != len(tree.Grassroots) {
				t.Fatalf("%d children of %d, %v", len(list), len(tree.Grassroots), err)
			}
			barren := 0
			for i, c := range list {
				u := tree.Grassroots[i]
				scope := orgtest.Scope(t, u, access.FigureRead)
				state, err := figure.StateOf(ctx, q, scope)
				if err != nil || c.ID != u.ID || c.Cells != state.Cells || c.Members != state.Members {
					t.Errorf("%s: %+v, its own %+v, %v", u.Short, c, state, err)
				}
				trend, err := figure.Trend(ctx, q, scope, 202610, 202611)
				for _, want := range trend {
					if want.Of = c.Cells; c.Month(want.Month) != want || err != nil {
						t.Errorf("%s in %d: %+v, its own %+v, %v", u.Short, want.Month, c.Month(want.Month), want, err)
					}
				}
				if got := c.Month(202609); got.Met != 0 || got.Of != c.Cells {
					t.Errorf("a month not asked for: %+v", got)
				}
				cells, err := figure.LastAdmitted(ctx, q, scope, before)
				if err != nil || c.Barren != len(cells) {
					t.Errorf("%s: %d without an admission, its list has %d, %v", u.Short, c.Barren, len(cells), err)
				}
				barren += c.Barren
			}
			if barren != 2 {
				t.Errorf("%d cells without an admission since %s", barren, before)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// Below a part it is the same, cell by cell and section by section.
func TestChildrenBelowAPart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, tree := t.Context(), orgtest.District(t, d)
		err := d.Write(ctx, func(tx *db.Tx) error {
			for i, c := range tree.Cells {
				if err := figure.PutState(ctx, tx, c.PartID, c.ID, figure.State{Cells: 1, Members: 10 + i, LastAdmitted: civil.Of(2019+2*i, 5, 1)}); err != nil {
					return err
				}
				err := figure.PutMeeting(ctx, tx, figure.Key{Part: c.PartID, Month: 202611, CellID: c.ID}, figure.Held{MetDay: civil.Of(2026, 11, 3), Due: 10 + i, Present: 5 + i})
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		err = d.Read(ctx, func(q db.Q) error {
			list, err := figure.Children(ctx, q, orgtest.Scope(t, tree.Town, access.FigureRead), tree.Town, 202610, 202611, civil.Of(2030, 1, 1))
			if err != nil || len(list) != 2 || list[0].ID != tree.HoaBinh.ID || list[1].ID != tree.Section.ID {
				t.Fatalf("%+v, %v", list, err)
			}
			for _, c := range list {
				u := tree.HoaBinh
				if c.ID == tree.Section.ID {
					u = tree.Section
				}
				scope := orgtest.Scope(t, u, access.FigureRead)
				state, err := figure.StateOf(ctx, q, scope)
				want, err2 := figure.Month(ctx, q, scope, 202611)
				if err != nil || err2 != nil || c.Cells != 1 || c.Barren != 1 || c.Members != state.Members || c.Month(202611) != want {
					t.Errorf("%s: %+v, its own %+v %+v, %v %v", u.Short, c, state, want, err, err2)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// The rows of one part are those of the whole list.
func TestCellsOfOnePart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tree := orgtest.District(t, d)
		scope := orgtest.Scope(t, tree.District, access.FigureRead)
		err := d.Read(t.Context(), func(q db.Q) error {
			all, err := figure.Cells(t.Context(), q, scope, 202611)
			if err != nil {
				return err
			}
			var joined []figure.CellRow
			for _, p := range tree.Parts {
				list, err := figure.CellsOf(t.Context(), q, scope, p.ID, 202611)
				if err != nil {
					return err
				}
				joined = append(joined, list...)
			}
			if len(joined) != len(all) || len(all) != len(tree.Cells) {
				t.Fatalf("%d rows of the parts, %d of all", len(joined), len(all))
			}
			for _, want := range all {
				found := false
				for _, got := range joined {
					found = found || got == want
				}
				if !found {
					t.Errorf("no row %+v", want)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
