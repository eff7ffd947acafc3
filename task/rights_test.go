package task_test

import (
	"context"
	"strconv"
	"testing"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/member"
	"chibo/office/officetest"
	"chibo/org"
	"chibo/task"
)

// The prose of access.go, for every kind of person of the district.
func TestWhoSeesAndReportsTasks(t *testing.T) {
	d := dbtest.New(t)
	w := officetest.New(t, d)
	s := &task.Service{DB: d}
	ref := assignTo(t, w, officetest.Member)[0]
	see := func(u org.Unit) func(access.Actor) error {
		return func(a access.Actor) error { return officetest.May(task.CanSee(a, u)) }
	}
	w.Only(t, "the tasks of Hòa Bình", see(w.HoaBinh), officetest.Secretary, officetest.Deputy, officetest.Committee, officetest.Member,
		officetest.Follower, officetest.TownSecretary, officetest.TownKeeper, officetest.DistrictStaff)
	w.Only(t, "the tasks of Thôn 2", see(w.Village2), officetest.Neighbour, officetest.Stranger, officetest.OtherUpper, officetest.DistrictStaff)
	n := 0
	w.Only(t, "a report on Thơm's task", func(a access.Actor) error {
		n++
		return s.Report(context.Background(), a, ref, "Đang làm "+strconv.Itoa(n), false)
	}, officetest.Member, officetest.Secretary, officetest.Deputy, officetest.Committee)
}

func assignTo(t *testing.T, w *officetest.World, names ...string) []ident.Ref {
	t.Helper()
	var out []ident.Ref
	w.Write(t, func(ctx context.Context, tx *db.Tx) error {
		for _, name := range names {
			p := w.People[name]
			ids, err := task.Assign(ctx, tx, p.Cell.PartID, p.Cell.ID, []task.NewTask{{
				Title: "Vận động hiến đất", AssigneeID: p.Member.ID, StartOn: civil.Of(2026, 10, 3), Due: civil.Of(2026, 11, 1),
			}})
			if err != nil {
				return err
			}
			out = append(out, ident.Ref{Part: p.Cell.PartID, ID: ids[0]})
		}
		return nil
	})
	return out
}

// A cell that keeps its tasks: the levels above count them and see none of them.
func TestTasksKeptFromAbove(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := officetest.New(t, d)
		assignTo(t, w, officetest.Member, officetest.Committee, officetest.Follower, officetest.Stranger)
		w.Write(t, func(ctx context.Context, tx *db.Tx) error {
			_, err := access.Keep(ctx, tx, w.Actor(t, officetest.Secretary), w.HoaBinh.ID, access.KeptTasks, "Chi bộ đã bàn")
			return err
		})
		for _, c := range []struct {
			who           string
			unit          org.Unit
			counted, seen int
		}{
			{officetest.Secretary, w.HoaBinh, 2, 2},
			{officetest.Member, w.HoaBinh, 2, 2},
			{officetest.Follower, w.HoaBinh, 2, 0},
			{officetest.TownSecretary, w.HoaBinh, 2, 0},
			{officetest.TownSecretary, w.Town, 3, 1},
			{officetest.DistrictStaff, w.District, 4, 2},
			{officetest.OtherUpper, w.Commune, 1, 1},
		} {
			scope, err := access.For(w.Actor(t, c.who), access.CellRead, c.unit.Access())
			if err != nil {
				t.Fatal(err)
			}
			for _, overdue := range []bool{false, true} {
				err = d.Read(t.Context(), func(q db.Q) error {
					list, err := task.List(t.Context(), q, scope, task.Filter{Limit: 50, Overdue: overdue, Day: civil.Of(2026, 11, 3)})
					if err != nil {
						return err
					}
					open, over, err := task.Counts(t.Context(), q, scope, civil.Of(2026, 11, 3))
					if len(list) != c.seen || open != c.counted || over != c.counted {
						t.Errorf("%s in %s: %d seen, %d and %d counted, want %d and %d", c.who, c.unit.Short, len(list), open, over, c.seen, c.counted)
					}
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
			}
		}
		kept := func(a access.Actor) error {
			if !task.CanSee(a, w.HoaBinh) {
				return access.ErrForbidden
			}
			return d.Read(t.Context(), func(q db.Q) error {
				_, kept, err := task.Kept(t.Context(), q, a, w.HoaBinh)
				if err == nil && !kept {
					err = access.ErrForbidden
				}
				return err
			})
		}
		svc := &task.Service{DB: d}
		var one ident.Ref
		w.Write(t, func(ctx context.Context, tx *db.Tx) error {
			list, err := task.OpenOf(ctx, tx, w.HoaBinh.PartID, w.HoaBinh.ID, 1)
			if err == nil {
				one = list[0].Ref
			}
			return err
		})
		inside := []string{officetest.Secretary, officetest.Deputy, officetest.Committee, officetest.Member}
		w.Only(t, "a kept task's page", func(a access.Actor) error {
			_, _, err := svc.Open(context.Background(), a, one)
			return err
		}, inside...)
		w.Only(t, "a kept task's files", func(a access.Actor) error {
			return d.Read(context.Background(), func(q db.Q) error {
				_, err := svc.Files().See(context.Background(), q, a, one)
				return err
			})
		}, inside...)
		w.Only(t, "told that tasks are kept", kept, officetest.Follower, officetest.TownSecretary, officetest.TownKeeper, officetest.DistrictStaff)
	})
}

// On a transfer the open work stays with the cell: who may see the cell's tasks reads
// them, who receives the member reads how many there are, and what a cell keeps from
// above stays kept there too.
func TestDutiesOnATransfer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := officetest.New(t, d)
		ref := assignTo(t, w, officetest.Member, officetest.Member)[0]
		m := w.People[officetest.Member].Member
		duties := func(who string) (out member.Duties) {
			t.Helper()
			err := d.Read(t.Context(), func(q db.Q) error {
				full, err := member.ByID(t.Context(), q, m)
				if err == nil {
					out, err = task.Duties(t.Context(), q, w.Actor(t, who), full, w.HoaBinh, civil.Of(2026, 11, 3))
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		check := func(when string, want map[string]int) {
			t.Helper()
			for who, seen := range want {
				got := duties(who)
				if got.Open != 2 || len(got.List) != seen || seen > 0 && (got.List[0].Href != "/tasks/"+ref.String() || !got.List[0].Overdue) {
					t.Errorf("%s, %s: %+v, want %d of 2", when, who, got, seen)
				}
			}
		}
		check("open", map[string]int{officetest.Secretary: 2, officetest.TownKeeper: 2, officetest.Neighbour: 0})
		w.Write(t, func(ctx context.Context, tx *db.Tx) error {
			_, err := access.Keep(ctx, tx, w.Actor(t, officetest.Secretary), w.HoaBinh.ID, access.KeptTasks, "Chi bộ đã bàn")
			return err
		})
		check("kept", map[string]int{officetest.Secretary: 2, officetest.TownKeeper: 0, officetest.Neighbour: 0})
	})
}
