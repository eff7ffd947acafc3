package office_test

import (
	"context"
	"testing"

	"chibo/access"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/office"
	"chibo/office/officetest"
)

// The prose of access.go, for every kind of person of the district.
func TestWhoRecordsPosts(t *testing.T) {
	w := officetest.New(t, dbtest.New(t))
	w.Only(t, "record an election in Hòa Bình", func(a access.Actor) error { return officetest.May(office.MayElect(a, w.HoaBinh)) },
		officetest.Secretary, officetest.Deputy, officetest.TownSecretary, officetest.TownKeeper, officetest.DistrictStaff, officetest.AdminPerson)
	w.Only(t, "record an appointment in Hòa Bình", func(a access.Actor) error { return officetest.May(office.MayAppoint(a, w.HoaBinh)) },
		officetest.TownSecretary, officetest.TownKeeper, officetest.DistrictStaff, officetest.AdminPerson)
	w.Only(t, "decide what Hòa Bình keeps", func(a access.Actor) error {
		var may bool
		w.Write(t, func(ctx context.Context, tx *db.Tx) (err error) {
			may, err = office.Decides(ctx, tx, a.PersonID, w.HoaBinh, tx.Today())
			return err
		})
		return officetest.May(may)
	}, officetest.Secretary)
}
