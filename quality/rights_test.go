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
	w.Only(t, "see the score and what was said", in(canSee, w.HoaBinh), officetest.Secretary, officetest.Deputy, officetest.Committee, officetest.Member,
		officetest.Follower, officetest.TownSecretary, officetest.TownKeeper, officetest.DistrictStaff)
	w.Only(t, "propose it", in(canScore, w.HoaBinh), officetest.Secretary, officetest.Deputy, officetest.Committee)
	w.Only(t, "confirm it, answer and appeal", in(canConfirm, w.HoaBinh), officetest.Secretary, officetest.Deputy)
	w.Only(t, "dispute and decide it for the town", in(canDecide, w.Town), officetest.TownSecretary, officetest.TownKeeper)
	w.Only(t, "settle an appeal against the town for the district", in(canDecide, w.District), officetest.DistrictStaff)
	w.Only(t, "decide for nobody above a cell at the top", in(canDecide, org.Unit{}))
	w.Only(t, "decide for the cell itself", in(canDecide, w.HoaBinh))
	w.Only(t, "make the town's sheets", in(canShape, w.Town), officetest.TownSecretary, officetest.TownKeeper, officetest.DistrictStaff)
	w.Only(t, "make sheets of a cell", in(canShape, w.HoaBinh))
}
