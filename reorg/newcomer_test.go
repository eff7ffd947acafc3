package reorg_test

import (
	"errors"
	"testing"

	"chibo/access"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/org"
	"chibo/org/orgtest"
	"chibo/reorg"
)

// founding puts down and carries out an act that founds a cell and does the steps that
// follow from it. It gives the act and the cell.
func (w *world) founding(t *testing.T, to int64, then func(fresh int64) []reorg.Step) (id, fresh int64) {
	t.Helper()
	id = w.draft(t, reorg.Step{Kind: reorg.Found, To: to, New: reorg.New{Kind: org.KindCell, Name: "Chi bộ Mới"}})
	fresh = w.act(t, id).Steps[0].New.ID
	for _, st := range then(fresh) {
		_, err := w.s.PutStep(t.Context(), w.keeper, id, st)
		must(t, err)
	}
	w.carryOut(t, id)
	return id, fresh
}

func nothing(int64) []reorg.Step { return nil }

// A cell that takes another one in and is itself merged on the day it was founded was
// there on no day; the one that it took in stands under it all the same, and goes with it.
func TestMergedIntoOneThatLivedNoDay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 2)
		before := w.contents(t)
		first, fresh := w.founding(t, w.parties[0].ID, func(fresh int64) []reorg.Step {
			return []reorg.Step{{Kind: reorg.Merge, Units: []int64{w.cells[3].ID}, To: fresh}}
		})
		between := w.contents(t)
		second := w.draft(t, reorg.Step{Kind: reorg.Merge, Units: []int64{fresh}, To: w.cells[4].ID})
		w.carryOut(t, second)
		heir, old, mid := w.unit(t, w.cells[4].ID), w.unit(t, w.cells[3].ID), w.unit(t, fresh)
		if mid.ValidTo != mid.ValidFrom || old.Path != heir.Path.Child(fresh).Child(old.ID) || old.PartID != heir.PartID {
			t.Errorf("%+v\nunder %+v", old, mid)
		}
		w.consistent(t)
		if err := w.s.TakeBack(t.Context(), w.keeper, first); !errors.Is(err, reorg.ErrLater) {
			t.Errorf("what another act rests on was taken back: %v", err)
		}
		w.takeBack(t, second)
		w.consistent(t)
		same(t, between, w.contents(t))
		w.takeBack(t, first)
		w.consistent(t)
		same(t, before, w.contents(t))
	})
}

// A cell that was founded under a moved unit and ended on its first day is later than the
// move, the more so when another one was merged into it.
func TestOneThatLivedNoDayStandsInTheWay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 2)
		moved := w.draft(t, reorg.Step{Kind: reorg.Move, Units: []int64{w.sections[0].ID}, To: w.parties[1].ID})
		w.carryOut(t, moved)
		before := w.contents(t)
		first, fresh := w.founding(t, w.sections[0].ID, func(fresh int64) []reorg.Step {
			return []reorg.Step{{Kind: reorg.Merge, Units: []int64{w.cells[0].ID}, To: fresh}}
		})
		second := w.draft(t, reorg.Step{Kind: reorg.Dissolve, Units: []int64{fresh}, To: w.cells[1].ID})
		w.carryOut(t, second)
		w.consistent(t)
		if err := w.s.TakeBack(t.Context(), w.keeper, moved); !errors.Is(err, reorg.ErrLater) {
			t.Errorf("the move was taken back from under them: %v", err)
		}
		w.read(t, func(q db.Q) error {
			signs, err := w.s.Later(t.Context(), q, w.keeper, moved)
			if len(signs) != 1 || signs[0].Args["Name"] != "Chi bộ Mới" {
				t.Errorf("in the way: %+v", signs)
			}
			return err
		})
		w.takeBack(t, second)
		w.takeBack(t, first)
		same(t, before, w.contents(t))
		w.takeBack(t, moved)
		w.consistent(t)
	})
}

// A unit that was never, since its founding was taken back, stands in nobody's way, and
// goes back with the one it stands under: what names it still leads to its place.
func TestWhatWasNeverGoesBackAlong(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 2)
		before := w.contents(t)
		moved := w.draft(t, reorg.Step{Kind: reorg.Move, Units: []int64{w.parties[0].ID}, To: w.communes[1].ID})
		w.carryOut(t, moved)
		founded, fresh := w.founding(t, w.sections[0].ID, nothing)
		w.takeBack(t, founded)
		w.takeBack(t, moved)
		if u, s := w.unit(t, fresh), w.unit(t, w.sections[0].ID); u.Path != s.Path.Child(fresh) || u.PartID != w.communes[0].ID || u.Depth != s.Depth+1 {
			t.Errorf("%+v\nwant it under %+v", u, s)
		}
		w.consistent(t)
		same(t, before, w.contents(t))
	})
}

// An act is cancelled half-way after somebody founded a cell under a unit that it had
// moved already: the cell goes back along, with what lies in its part.
func TestCancelledAfterOneCameBelow(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 2)
		id := w.draft(t, reorg.Step{Kind: reorg.Move, Units: []int64{w.sections[0].ID, w.cells[0].ID}, To: w.parties[1].ID})
		w.start(t, id)
		w.next(t, id)
		came := w.plainly(t, w.sections[0].ID, "Chi bộ Vừa Lập")
		must(t, d.Write(t.Context(), func(tx *db.Tx) error { return w.fill(tx, came) }))
		w.consistent(t)
		w.takeBack(t, id)
		if u := w.unit(t, came.ID); u.Path != w.sections[0].Path.Child(came.ID) || u.PartID != w.communes[0].ID {
			t.Errorf("%+v\nwant it under %+v", u, w.sections[0])
		}
		w.consistent(t)
		var persons int
		w.read(t, func(q db.Q) error {
			return q.QueryRow(t.Context(), `SELECT COUNT(*) FROM membership m JOIN person p ON p.part_id = m.part_id AND p.id = m.person_id
 WHERE m.part_id = $1 AND m.cell_id = $2`, w.communes[0].ID, came.ID).Scan(&persons)
		})
		if persons != perCell {
			t.Errorf("%d of its %d members came along", persons, perCell)
		}
	})
}

// A founding is not taken back from above a unit that came under it meanwhile: the act
// stops and says which, and can be gone on with.
func TestCancelledAfterOneCameBelowAFoundedOne(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 2)
		id := w.draft(t, reorg.Step{Kind: reorg.Found, To: w.communes[0].ID, New: reorg.New{Kind: org.KindGrassrootsParty, Name: "Đảng bộ Mới"}})
		fresh := w.act(t, id).Steps[0].New.ID
		_, err := w.s.PutStep(t.Context(), w.keeper, id, reorg.Step{Kind: reorg.Move, Units: []int64{w.cells[3].ID}, To: fresh})
		must(t, err)
		w.start(t, id)
		w.next(t, id)
		came := w.plainly(t, fresh, "Chi bộ Vừa Lập")
		must(t, w.s.TakeBack(t.Context(), w.keeper, id))
		a := w.finish(t, id)
		if a.State != reorg.StateStopped || a.Problem == nil || a.Problem.Key != "org.err.still_living" || a.Problem.Args["Child"] != came.Name {
			t.Fatalf("%s: %+v", a.State, a.Problem)
		}
		w.consistent(t)
		must(t, w.s.Resume(t.Context(), w.keeper, id))
		if a := w.finish(t, id); a.State != reorg.StateDone {
			t.Fatalf("%s: %+v", a.State, a.Problem)
		}
		if u := w.unit(t, came.ID); u.ParentID != fresh || u.Ended() {
			t.Errorf("%+v", u)
		}
		w.consistent(t)
	})
}

// What somebody typed about a unit that the act had moved already is not lost when the act
// is cancelled: it stops and says which unit, and can be gone on with.
func TestCancelledAfterOneWasEdited(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 2)
		id := w.draft(t, reorg.Step{Kind: reorg.Move, Units: []int64{w.sections[0].ID, w.cells[0].ID}, To: w.parties[1].ID})
		w.start(t, id)
		w.next(t, id)
		u := w.unit(t, w.cells[2].ID) // in the section
		s := org.Service{DB: d, Book: w.book}
		naming := u.Naming()
		naming.Name = "Chi bộ Tên Đúng"
		_, err := s.Edit(t.Context(), orgtest.Actor(access.RoleAdmin, w.top), org.Edit{ID: u.ID, Version: u.Version, Naming: naming, Kind: u.Kind, Type: u.Type, Seq: u.Seq, Founded: u.ValidFrom, Day: w.today()})
		must(t, err)
		must(t, w.s.TakeBack(t.Context(), w.keeper, id))
		a := w.finish(t, id)
		if a.State != reorg.StateStopped || a.Problem == nil || a.Problem.Key != "org.err.changed_after" || a.Problem.Args["Name"] != naming.Name {
			t.Fatalf("%s: %+v", a.State, a.Problem)
		}
		w.consistent(t)
		must(t, w.s.Resume(t.Context(), w.keeper, id))
		if a := w.finish(t, id); a.State != reorg.StateDone {
			t.Fatalf("%s: %+v", a.State, a.Problem)
		}
		if u := w.unit(t, u.ID); u.Name != naming.Name || u.PartID != w.communes[1].ID {
			t.Errorf("%+v", u)
		}
		w.consistent(t)
	})
}

// next carries out one item.
func (w *world) next(t *testing.T, id int64) {
	t.Helper()
	if more, err := w.s.Next(t.Context(), id); !more || err != nil {
		t.Fatal(more, err)
	}
}

// plainly founds a cell as an administrator does on the page of its parent.
func (w *world) plainly(t *testing.T, under int64, name string) org.Unit {
	t.Helper()
	s := org.Service{DB: w.d, Book: w.book}
	u, err := s.Found(t.Context(), orgtest.Actor(access.RoleAdmin, w.top), org.NewUnit{ParentID: under, Kind: org.KindCell, Name: name})
	must(t, err)
	return u
}
