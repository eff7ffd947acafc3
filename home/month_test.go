package home_test

import (
	"context"
	"testing"

	"pgregory.net/rapid"

	"chibo/access"
	"chibo/figure"
	"chibo/home"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/org"
	"chibo/org/orgtest"
)

// Every number of every unit of every month opens a list of as many cells, by both trees,
// whatever happened and whatever was moved and merged since.
func TestNumbersAreAsLongAsTheirLists(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		grades := rapid.SampledFrom([]string{"", figure.GradeGood, figure.GradeFair, figure.GradeAverage, figure.GradeWeak})
		bit := rapid.Bool()
		months := []civil.Month{202606, 202607, 202608, 202609, 202610, 202611}
		seed := 0
		for _, c := range w.Cells {
			var list []month
			for _, m := range months {
				seed++
				if !bit.Example(seed) {
					continue
				}
				x := month{cell: c, met: m.First().AddDays(2), grade: grades.Example(seed)}
				if bit.Example(seed + 100) {
					x.sent = x.met.AddDays(5)
				}
				if bit.Example(seed + 200) {
					x.thematic = 1
				}
				list = append(list, x)
			}
			w.months(t, list...)
		}
		w.agree(t, months)
		w.write(t, func(ctx context.Context, tx *db.Tx) error {
			c := org.Change{Set: w.Book.At(today(), ""), Day: civil.Of(2026, 9, 10)}
			moved, err := org.Move(ctx, tx, c, w.Village2.ID, w.Town.ID, 0)
			for _, m := range moved {
				if err := figure.Rehome(ctx, tx, m.Unit, m.From, m.To); err != nil {
					return err
				}
			}
			return err
		})
		w.agree(t, months)
	})
}

func (w *world) agree(t *testing.T, months []civil.Month) {
	t.Helper()
	units := []org.Unit{w.District, w.Town, w.Commune, w.Section, w.HoaBinh, w.Office}
	err := w.d.Read(t.Context(), func(q db.Q) error {
		for _, u := range units {
			actor := orgtest.Actor(access.RoleUpper, u)
			for _, m := range months {
				for _, then := range []bool{false, true} {
					page, err := home.MonthOf(t.Context(), q, actor, u, m, then, today())
					if err != nil {
						return err
					}
					parts := map[figure.What]int{}
					for _, n := range page.Numbers {
						list, err := home.ListOf(t.Context(), q, w.Book, actor, u, home.Ask{What: n.What, Month: m, Then: then}, today())
						if err != nil {
							return err
						}
						if list.Total != n.Count || len(list.Cells) != n.Count {
							t.Errorf("%s in %d, then %v: %s is %d, its list has %d", u.Short, m, then, n.What, n.Count, len(list.Cells))
						}
						for _, c := range page.Parts {
							parts[n.What] += c.Month(m).Count(n.What, c.Quarter(m))
						}
						if !u.IsCell() && parts[n.What] != n.Count {
							t.Errorf("%s in %d, then %v: %s is %d, the units below add up to %d", u.Short, m, then, n.What, n.Count, parts[n.What])
						}
					}
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
