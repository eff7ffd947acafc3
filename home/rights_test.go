package home_test

import (
	"context"
	"testing"

	"chibo/access"
	"chibo/home"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/meeting"
	"chibo/office/officetest"
	"chibo/org"
	"chibo/org/orgtest"
)

// The prose of access.go, for every kind of person of the district.
func TestWhoSeesWhichHome(t *testing.T) {
	d := dbtest.New(t)
	w := officetest.New(t, d)
	book := orgtest.Book(t)
	s := &meeting.Service{DB: d, Book: book}
	day := civil.Of(2026, 11, 3)
	read := func(fn func(ctx context.Context, q db.Q) error) error {
		return d.Read(context.Background(), func(q db.Q) error { return fn(context.Background(), q) })
	}
	desk := func(u org.Unit) func(access.Actor) error {
		return func(a access.Actor) error {
			return read(func(ctx context.Context, q db.Q) error {
				_, err := home.DeskOf(ctx, q, s, a, u, day)
				return err
			})
		}
	}
	wall := func(u org.Unit) func(access.Actor) error {
		return func(a access.Actor) error {
			return read(func(ctx context.Context, q db.Q) error {
				_, err := home.WallOf(ctx, q, book, a, u, day)
				return err
			})
		}
	}
	w.Only(t, "the desk of Hòa Bình", desk(w.HoaBinh), officetest.Secretary, officetest.Deputy, officetest.Committee, officetest.Member,
		officetest.Follower, officetest.TownSecretary, officetest.TownKeeper, officetest.DistrictStaff)
	w.Only(t, "the wall of the town", wall(w.Town), officetest.TownSecretary, officetest.TownKeeper, officetest.DistrictStaff, officetest.AdminPerson)
	w.Only(t, "the wall of the district", wall(w.District), officetest.DistrictStaff, officetest.AdminPerson)
	for who, cell := range map[string]int64{
		officetest.Secretary: w.HoaBinh.ID, officetest.Deputy: w.HoaBinh.ID, officetest.Committee: w.HoaBinh.ID, officetest.Member: w.HoaBinh.ID,
		officetest.Neighbour: w.Village2.ID, officetest.TownSecretary: w.Market.ID,
	} {
		if got := home.Cell(w.Actor(t, who)); got != cell {
			t.Errorf("%s has the desk of %d, want %d", who, got, cell)
		}
	}
	for who, unit := range map[string]int64{officetest.TownSecretary: w.Town.ID, officetest.Secretary: 0, officetest.Member: 0, officetest.AdminPerson: 0} {
		if got := home.Committee(w.Actor(t, who)); got != unit {
			t.Errorf("%s has the wall of %d, want %d", who, got, unit)
		}
	}
}
