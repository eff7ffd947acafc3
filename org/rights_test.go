package org_test

import (
	"context"
	"testing"

	"chibo/access"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/office/officetest"
	"chibo/org"
)

// The prose of access.go, for every kind of person of the district.
func TestWhoSeesAndChangesUnits(t *testing.T) {
	d := dbtest.New(t)
	w := officetest.New(t, d)
	see := func(u org.Unit) func(access.Actor) error {
		return func(a access.Actor) error { return officetest.May(org.CanSee(a, u)) }
	}
	w.Only(t, "see the cell Hòa Bình", see(w.HoaBinh), officetest.Secretary, officetest.Deputy, officetest.Committee, officetest.Member,
		officetest.Follower, officetest.TownSecretary, officetest.TownKeeper, officetest.DistrictStaff, officetest.AdminPerson)
	w.Only(t, "see the cell Thôn 2", see(w.Village2), officetest.Neighbour, officetest.Stranger, officetest.OtherUpper, officetest.DistrictStaff, officetest.AdminPerson)
	w.Only(t, "see the town", see(w.Town), officetest.TownSecretary, officetest.TownKeeper, officetest.DistrictStaff, officetest.AdminPerson)
	w.Only(t, "see the district", see(w.District), officetest.DistrictStaff, officetest.AdminPerson)
	w.Only(t, "see the list from the town down", func(a access.Actor) error {
		scope, err := org.ScopeOf(a, w.Town)
		if err != nil {
			return err
		}
		return d.Read(t.Context(), func(q db.Q) error {
			list, err := org.List(t.Context(), q, scope, org.Filter{Limit: 50})
			for _, u := range list {
				if !w.Town.Path.Contains(u.Path) {
					t.Errorf("%s in the list of the town", u.Name)
				}
			}
			return err
		})
	}, officetest.TownSecretary, officetest.TownKeeper, officetest.DistrictStaff, officetest.AdminPerson)
	s := &org.Service{DB: d, Book: w.Book}
	n := 0
	found := func(parent org.Unit) func(access.Actor) error {
		return func(a access.Actor) error {
			n++
			_, err := s.Found(context.Background(), a, org.NewUnit{ParentID: parent.ID, Kind: org.KindCell, Name: "Chi bộ mới " + string(rune('A'+n%26)) + string(rune('A'+n/26))})
			return err
		}
	}
	w.Only(t, "found a cell in the town", found(w.Town), officetest.TownKeeper, officetest.DistrictStaff, officetest.AdminPerson)
	w.Only(t, "found a cell in the commune", found(w.Commune), officetest.DistrictStaff, officetest.AdminPerson)
}
