package quality

import (
	"testing"

	"chibo/access"
	"chibo/internal/db/dbtest"
	"chibo/office/officetest"
	"chibo/org"
)

// The prose of access.go, for every kind of person of the district.
func TestWhoScores(t *testing.T) {
	w := officetest.New(t, dbtest.New(t))
	in := func(may func(access.Actor, org.Unit) error, u org.Unit) func(access.Actor) error {
		return func(a access.Actor) error { return may(a, u) }
	}
	w.Only(t, "see the score", in(canSee, w.HoaBinh), officetest.Secretary, officetest.Deputy, officetest.Committee, officetest.Member,
		officetest.Follower, officetest.TownSecretary, officetest.TownKeeper, officetest.DistrictStaff)
	w.Only(t, "propose it", in(canScore, w.HoaBinh), officetest.Secretary, officetest.Deputy, officetest.Committee)
	w.Only(t, "confirm it", in(canConfirm, w.HoaBinh), officetest.Secretary, officetest.Deputy)
	w.Only(t, "decide it", in(canDecide, w.HoaBinh), officetest.TownSecretary, officetest.TownKeeper, officetest.DistrictStaff)
	w.Only(t, "decide it in Thôn 2", in(canDecide, w.Village2), officetest.OtherUpper, officetest.DistrictStaff)
}
