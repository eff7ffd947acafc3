package org_test

import (
	"testing"

	"chibo/access"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/org"
	"chibo/org/orgtest"
)

// A walk over the parts gives what one query over all of them gives, whatever the size
// of a page; counts by the index of kinds are those of the list.
func TestPagesOverManyParts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tree := orgtest.District(t, d)
		scope := orgtest.Scope(t, tree.District, access.FigureRead)
		err := d.Read(t.Context(), func(q db.Q) error {
			for _, kinds := range [][]string{org.CellKinds(), org.GrassrootsKinds(), {org.KindCell}} {
				// A kind that nobody has keeps the list from walking.
				want, err := org.List(t.Context(), q, scope, org.Filter{Kinds: append(kinds[:len(kinds):len(kinds)], org.KindPartyGroup)})
				if err != nil || len(want) < 2 {
					t.Fatalf("%v: %d, %v", kinds, len(want), err)
				}
				for limit := 1; limit <= len(want)+1; limit++ {
					got := pagesOf(t, q, scope, org.Filter{Kinds: kinds, Limit: limit})
					if len(got) != len(want) {
						t.Fatalf("%v by %d: %d units, want %d", kinds, limit, len(got), len(want))
					}
					for i := range got {
						if got[i] != want[i] {
							t.Errorf("%v by %d: %s at %d, want %s", kinds, limit, got[i].Short, i, want[i].Short)
						}
					}
				}
				if n, err := org.Count(t.Context(), q, scope, org.Filter{Kinds: kinds}); n != len(want) || err != nil {
					t.Errorf("%v: %d counted, %d listed, %v", kinds, n, len(want), err)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func pagesOf(t *testing.T, q db.Q, scope access.Scope, f org.Filter) (all []org.Unit) {
	t.Helper()
	for {
		list, err := org.List(t.Context(), q, scope, f)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, list...)
		if len(list) < f.Limit {
			return all
		}
		f.After = list[len(list)-1].Cursor()
	}
}
