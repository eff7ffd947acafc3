package org_test

import (
	"strings"
	"testing"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/viet"
	"chibo/org"
	"chibo/org/orgtest"
)

// Units by the beginnings of words of their names, in the scope alone.
func TestFind(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tr := orgtest.District(t, d)
		for _, c := range []struct {
			typed string
			unit  org.Unit
			day   civil.Date
			limit int
			want  string
			more  bool
		}{
			{"hoa binh", tr.District, civil.Date{}, 0, "Chi bộ Tổ dân phố Hòa Bình", false},
			{"Hoà Bình", tr.Town, civil.Date{}, 0, "Chi bộ Tổ dân phố Hòa Bình", false},
			{"binh hoa to", tr.Town, civil.Date{}, 0, "Chi bộ Tổ dân phố Hòa Bình", false},
			{"hoa binh", tr.Commune, civil.Date{}, 0, "", false},
			{"thon", tr.District, civil.Date{}, 0, "Chi bộ Thôn 2, Chi bộ Thôn 10", false},
			{"thon 1", tr.District, civil.Date{}, 0, "Chi bộ Thôn 10", false},
			{"cho", tr.District, civil.Date{}, 0, "Đảng bộ bộ phận Chợ, Chi bộ Chợ", false},
			{"đảng bộ", tr.District, civil.Date{}, 2, "Đảng bộ huyện Đức Thọ, Đảng bộ thị trấn Đức Thọ", true},
			{"hoa binh", tr.District, civil.Of(2010, 1, 1), 0, "", false}, // not founded yet
			{"oa", tr.District, civil.Date{}, 0, "", false},
			{"%", tr.District, civil.Date{}, 0, "", false},
		} {
			err := d.Read(t.Context(), func(q db.Q) error {
				found, err := org.Find(t.Context(), q, orgtest.Scope(t, c.unit, access.FigureRead), org.Query{Words: viet.Words(c.typed), Day: c.day, Limit: c.limit})
				var names []string
				for _, u := range found.Units {
					names = append(names, u.Name)
				}
				if got := strings.Join(names, ", "); got != c.want || found.More != c.more || found.Cut {
					t.Errorf("%q in %s: %s (more %v), want %s", c.typed, c.unit.Short, got, found.More, c.want)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}
