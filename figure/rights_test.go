package figure_test

import (
	"testing"

	"chibo/access"
	"chibo/figure"
	"chibo/internal/db/dbtest"
	"chibo/office/officetest"
	"chibo/org"
)

// The prose of access.go, for every kind of person of the district.
func TestWhoSeesFiguresOfTheDistrict(t *testing.T) {
	w := officetest.New(t, dbtest.New(t))
	of := func(u org.Unit) func(access.Actor) error {
		return func(a access.Actor) error { _, err := figure.ScopeOf(a, u); return err }
	}
	w.Only(t, "figures of Hòa Bình", of(w.HoaBinh), officetest.Secretary, officetest.Deputy, officetest.Committee, officetest.Follower,
		officetest.TownSecretary, officetest.TownKeeper, officetest.DistrictStaff, officetest.AdminPerson)
	w.Only(t, "figures of Chợ, whose member the follower is", of(w.Market), officetest.TownSecretary, officetest.TownKeeper, officetest.DistrictStaff, officetest.AdminPerson)
	w.Only(t, "figures of the commune", of(w.Commune), officetest.OtherUpper, officetest.DistrictStaff, officetest.AdminPerson)
	w.Only(t, "figures of the district", of(w.District), officetest.DistrictStaff, officetest.AdminPerson)
}
