package figure_test

import (
	"context"
	"testing"

	"chibo/access"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/org"
	"chibo/org/orgtest"
)

// What was reported on a day is what the tree of that day still says of it, whatever
// was moved, merged and ended since; today's tree adds up the same facts elsewhere.
func TestSumsByTheTreeThen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tr := orgtest.District(t, d)
		const month = civil.Month(202405)
		write := func(fn func(ctx context.Context, tx *db.Tx) error) {
			t.Helper()
			if err := d.Write(t.Context(), func(tx *db.Tx) error { return fn(t.Context(), tx) }); err != nil {
				t.Fatal(err)
			}
		}
		write(func(ctx context.Context, tx *db.Tx) error {
			for i, cell := range tr.Cells {
				k := figure.Key{Part: cell.PartID, Month: month, CellID: cell.ID}
				if err := figure.PutMeeting(ctx, tx, k, figure.Held{MetDay: civil.Of(2024, 5, 3), Due: 10 + i, Present: 5 + i}); err != nil {
					return err
				}
				if err := figure.PutScore(ctx, tx, k, 800, figure.GradeFair); err != nil {
					return err
				}
			}
			return nil
		})
		units := []org.Unit{tr.District, tr.Town, tr.Commune, tr.Section, tr.HoaBinh, tr.Village2, tr.Office}
		reported := map[int64]figure.UnitMonth{}
		read := func(fn func(ctx context.Context, q db.Q) error) {
			t.Helper()
			if err := d.Read(t.Context(), func(q db.Q) error { return fn(t.Context(), q) }); err != nil {
				t.Fatal(err)
			}
		}
		read(func(ctx context.Context, q db.Q) error {
			for _, u := range units {
				list, err := figure.Trend(ctx, q, orgtest.Scope(t, u, access.FigureRead), month-1, month)
				if err != nil {
					return err
				}
				reported[u.ID] = list[1]
			}
			return nil
		})
		c := org.Change{Set: tr.Book.At(orgtest.Founded(), ""), Day: civil.Of(2024, 7, 1)}
		write(func(ctx context.Context, tx *db.Tx) error {
			rehome := func(moved []org.Rehoming, err error) error {
				for _, m := range moved {
					if err := figure.Rehome(ctx, tx, m.Unit, m.From, m.To); err != nil {
						return err
					}
				}
				return err
			}
			// A cell goes to the other part, one within its part, one is merged into it, and the town is renamed.
			if err := rehome(org.Move(ctx, tx, c, tr.Village2.ID, tr.Town.ID, 0)); err != nil {
				return err
			}
			if err := rehome(org.Move(ctx, tx, c, tr.HoaBinh.ID, tr.Section.ID, 0)); err != nil {
				return err
			}
			if err := rehome(org.End(ctx, tx, c, tr.Village10.ID, tr.Village2.ID)); err != nil {
				return err
			}
			_, err := org.Rename(ctx, tx, c, tr.Town.ID, org.Naming{Name: "Đảng bộ thị trấn Mới"})
			return err
		})
		read(func(ctx context.Context, q db.Q) error {
			for _, u := range units {
				now, err := org.ByID(ctx, q, u.ID)
				if err != nil {
					return err
				}
				scope := orgtest.Scope(t, now, access.FigureRead)
				v, err := org.On(ctx, q, scope, civil.Of(2024, 5, 31))
				if err != nil {
					return err
				}
				if got, err := figure.TrendThen(ctx, q, v, month-1, month); err != nil || got[1] != reported[u.ID] || got[0].Met != 0 {
					t.Errorf("%s as reported then: %+v, want %+v (%v)", u.Short, got, reported[u.ID], err)
				}
				v, err = org.On(ctx, q, scope, civil.Of(2024, 8, 31))
				if err != nil {
					return err
				}
				today, err := figure.Trend(ctx, q, scope, month, month)
				if err != nil {
					return err
				}
				if got, err := figure.TrendThen(ctx, q, v, month, month); err != nil || got[0] != today[0] {
					t.Errorf("%s by the tree since: %+v, want %+v (%v)", u.Short, got, today, err)
				}
			}
			for u, met := range map[*org.Unit]int{&tr.Town: 4, &tr.Commune: 0, &tr.Section: 2, &tr.Village2: 2} {
				now, err := org.ByID(ctx, q, u.ID)
				if err != nil {
					return err
				}
				sum, err := figure.Month(ctx, q, orgtest.Scope(t, now, access.FigureRead), month)
				if err != nil || sum.Met != met {
					t.Errorf("%s by today's tree: %d met, want %d (%v)", u.Short, sum.Met, met, err)
				}
			}
			return nil
		})
	})
}

func TestBelow(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tr := orgtest.District(t, d)
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			var list []figure.CellState
			for i, cell := range tr.Cells {
				list = append(list, figure.CellState{Part: cell.PartID, CellID: cell.ID, State: figure.State{Cells: 1, Members: 1 << i}})
			}
			return figure.PutStates(t.Context(), tx, list)
		})
		if err != nil {
			t.Fatal(err)
		}
		err = d.Read(t.Context(), func(q db.Q) error {
			ctx, scope := t.Context(), orgtest.Scope(t, tr.District, access.FigureRead)
			for _, parent := range []org.Unit{tr.District, tr.Town, tr.Section, tr.HoaBinh} {
				for after := ""; ; {
					page, err := org.Children(ctx, q, scope, parent.ID, after, 2)
					if err != nil {
						return err
					}
					if len(page) == 0 {
						break
					}
					after = page[len(page)-1].Sibling()
					got, err := figure.Below(ctx, q, scope, parent, page)
					if err != nil {
						return err
					}
					for _, u := range page {
						want, err := figure.StateOf(ctx, q, orgtest.Scope(t, u, access.FigureRead))
						if err != nil {
							return err
						}
						if got[u.ID] != want.Members {
							t.Errorf("%s: %d members, want %d", u.Short, got[u.ID], want.Members)
						}
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
