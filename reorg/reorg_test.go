package reorg_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"chibo/access"
	"chibo/figure"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/meeting"
	"chibo/member"
	"chibo/office"
	"chibo/org"
	"chibo/org/orgtest"
	"chibo/reorg"
)

// Two cells of different communes are merged into a new one of a third: everything
// follows, and everything comes back.
func TestMergeOfCellsForwardAndBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 3)
		before := w.contents(t)
		id := w.draft(t, reorg.Step{Kind: reorg.Found, To: w.communes[2].ID, New: reorg.New{Kind: org.KindCell, Type: "residential", Name: "Chi bộ Thôn Mới"}})
		fresh := w.act(t, id).Steps[0].New.ID
		_, err := w.s.PutStep(t.Context(), w.keeper, id, reorg.Step{Kind: reorg.Merge, Units: []int64{w.cells[0].ID, w.bases[1].ID}, To: fresh})
		must(t, err)

		r := w.rehearse(t, id)
		if !r.Open() || !r.Equal() || r.Sum[1].Members != 2*perCell || r.Sum[0].Cells != 2 || r.Sum[1].Cells != 1 {
			t.Errorf("rehearsed: %+v %+v", r.Problems, r.Sum)
		}
		same(t, before, w.contents(t)) // a rehearsal leaves nothing
		w.carryOut(t, id)

		a, b, c := w.unit(t, w.cells[0].ID), w.unit(t, w.bases[1].ID), w.unit(t, fresh)
		for _, u := range []org.Unit{a, b} {
			if u.Path != c.Path.Child(u.ID) || u.PartID != w.communes[2].ID || u.SuccessorID != fresh || u.ValidTo != w.today() {
				t.Errorf("%s: %+v", u.Name, u)
			}
		}
		w.read(t, func(q db.Q) error {
			body, err := member.Body(t.Context(), q, c.PartID, c.ID, w.today())
			if err != nil || len(body) != 2*perCell {
				t.Errorf("%d members in the new cell, %v", len(body), err)
			}
			state, err := figure.StateOf(t.Context(), q, orgtest.Scope(t, w.communes[2], access.FigureRead))
			if err != nil || state.Members != 5*perCell+2*perCell || state.Cells != 6 {
				t.Errorf("the third commune: %+v %v", state, err)
			}
			if _, err := office.TermOn(t.Context(), q, c.PartID, c.ID, w.today()); err != nil {
				t.Errorf("the new cell numbers its papers: %v", err)
			}
			return err
		})
		w.consistent(t)
		w.takeBack(t, id)
		same(t, before, w.contents(t))
		if u := w.unit(t, fresh); u.ValidTo != u.ValidFrom {
			t.Errorf("a unit that was never: %+v", u)
		}
		w.consistent(t)
	})
}

// Members are split off to a new cell, some who hold posts among them.
func TestSplitOfACell(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 2)
		before := w.contents(t)
		cell := w.cells[0]
		id := w.draft(t, reorg.Step{Kind: reorg.Found, To: w.communes[1].ID, New: reorg.New{Kind: org.KindCell, Name: "Chi bộ Hai"}})
		fresh := w.act(t, id).Steps[0].New.ID
		gone := w.members[cell.ID][:2]
		_, err := w.s.PutStep(t.Context(), w.keeper, id, reorg.Step{Kind: reorg.Assign, Units: []int64{cell.ID}, To: fresh, Members: gone})
		must(t, err)
		if r := w.rehearse(t, id); !r.Open() || !r.Equal() || len(r.Warnings) < 3 {
			t.Errorf("rehearsed: %+v, warnings %+v", r.Problems, r.Warnings) // who decides, a committee, and two cells too small (rules.md 1.18)
		}
		w.carryOut(t, id)
		w.read(t, func(q db.Q) error {
			left, err := member.Body(t.Context(), q, cell.PartID, cell.ID, w.today())
			if err != nil || len(left) != perCell-2 {
				t.Errorf("%d left, %v", len(left), err)
			}
			if _, err := office.HolderOf(t.Context(), q, cell.PartID, cell.ID, office.Secretary, w.today()); !errors.Is(err, office.ErrNobody) {
				t.Errorf("the secretary left and holds the post: %v", err)
			}
			return nil
		})
		w.consistent(t)
		w.takeBack(t, id)
		same(t, before, w.contents(t))
	})
}

// A commune with all below it goes under another province: only paths change.
func TestMoveOfACommuneChangesPathsOnly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 2)
		id := w.draft(t,
			reorg.Step{Kind: reorg.Move, Units: []int64{w.parties[0].ID, w.bases[0].ID}, To: w.top.ID},
		)
		r := w.rehearse(t, id)
		if !r.Open() || r.Rehomed != 6 { // the party, its section and three cells, and the grassroots cell: parts of their own now
			t.Errorf("%+v, %d re-homed", r.Problems, r.Rehomed)
		}
		w.carryOut(t, id)
		if p := w.unit(t, w.parties[0].ID); p.PartID != p.ID {
			t.Errorf("directly under the province it is a part: %+v", p)
		}
		w.consistent(t)
	})
}

// Bad input of the issue, each with its clear answer; nothing half-applied.
func TestStepsThatAreRefused(t *testing.T) {
	w := newWorld(t, dbtest.New(t), 2)
	id := w.draft(t)
	other := w.keeper
	other.Grants = []access.Grant{{Role: access.RoleKeeper, OrgID: w.communes[0].ID, Path: w.communes[0].Path}}
	facts := w.facts()
	facts.OrgID = w.communes[0].ID
	small, err := w.s.Draft(t.Context(), other, facts)
	must(t, err)
	for _, x := range []struct {
		name, field, key string
		act              int64
		step             reorg.Step
	}{
		{"under itself", "to", "org.err.cycle", id, reorg.Step{Kind: reorg.Move, Units: []int64{w.communes[0].ID}, To: w.communes[0].ID}},
		{"under its own child", "to", "org.err.cycle", id, reorg.Step{Kind: reorg.Move, Units: []int64{w.communes[0].ID}, To: w.parties[0].ID}},
		{"into its own child", "to", "org.err.successor_self", id, reorg.Step{Kind: reorg.Merge, Units: []int64{w.communes[0].ID}, To: w.parties[0].ID}},
		{"an unknown unit", "units", "org.err.not_found", id, reorg.Step{Kind: reorg.Move, Units: []int64{42}, To: w.communes[0].ID}},
		{"an unknown place", "to", "org.err.not_found", id, reorg.Step{Kind: reorg.Move, Units: []int64{w.cells[0].ID}, To: 42}},
		{"no units", "units", "reorg.err.no_units", id, reorg.Step{Kind: reorg.Move, To: w.communes[0].ID}},
		{"no place", "to", "org.err.no_parent", id, reorg.Step{Kind: reorg.Move, Units: []int64{w.cells[0].ID}}},
		{"a cell into a committee", "to", "org.err.successor_kind", id, reorg.Step{Kind: reorg.Merge, Units: []int64{w.cells[0].ID}, To: w.parties[1].ID}},
		{"a committee into a cell", "to", "org.err.successor_kind", id, reorg.Step{Kind: reorg.Merge, Units: []int64{w.parties[1].ID}, To: w.cells[0].ID}},
		{"the root itself", "units", "reorg.err.root", id, reorg.Step{Kind: reorg.Dissolve, Units: []int64{w.top.ID}}},
		{"outside of the root", "units", "reorg.err.outside", small, reorg.Step{Kind: reorg.Move, Units: []int64{w.cells[3].ID}, To: w.parties[0].ID}},
		{"to outside of the root", "to", "reorg.err.outside", small, reorg.Step{Kind: reorg.Move, Units: []int64{w.cells[0].ID}, To: w.parties[1].ID}},
		{"nobody goes", "members", "reorg.err.no_members", id, reorg.Step{Kind: reorg.Assign, Units: []int64{w.cells[0].ID}, To: w.cells[1].ID}},
		{"members to a committee", "to", "reorg.err.not_cell", id, reorg.Step{Kind: reorg.Assign, Units: []int64{w.cells[0].ID}, To: w.parties[0].ID, Members: []int64{1}}},
		{"a kind that may not stand there", "kind", "org.err.kind_place", id, reorg.Step{Kind: reorg.Found, To: w.top.ID, New: reorg.New{Kind: org.KindCell, Name: "x"}}},
		{"a district since 01/7/2025", "kind", "org.err.kind_place", id, reorg.Step{Kind: reorg.Found, To: w.top.ID, New: reorg.New{Kind: org.KindDistrict, Name: "x"}}},
		{"no name", "name", "org.err.name_empty", id, reorg.Step{Kind: reorg.Found, To: w.parties[0].ID, New: reorg.New{Kind: org.KindCell, Name: " "}}},
		{"an empty new name", "name", "org.err.name_empty", id, reorg.Step{Kind: reorg.Rename, Units: []int64{w.cells[0].ID}}},
		{"no such step", "kind", "reorg.err.step_kind", id, reorg.Step{Kind: "explode", Units: []int64{w.cells[0].ID}}},
	} {
		who := w.keeper
		if x.act == small {
			who = other
		}
		_, err := w.s.PutStep(t.Context(), who, x.act, x.step)
		if got := keys(err)[x.field]; got != x.key {
			t.Errorf("%s: %v, want %s at %s", x.name, err, x.key, x.field)
		}
	}
	if n := len(w.act(t, id).Steps); n != 0 {
		t.Errorf("%d steps were kept", n)
	}
}

// What only the whole act shows is said by the rehearsal, and Start refuses it.
func TestActsThatAreBlocked(t *testing.T) {
	w := newWorld(t, dbtest.New(t), 2)
	blocked := func(name, key string, facts func(*reorg.Facts), steps ...reorg.Step) {
		t.Helper()
		f := w.facts()
		if facts != nil {
			facts(&f)
		}
		id, err := w.s.Draft(t.Context(), w.keeper, f)
		must(t, err)
		for _, st := range steps {
			_, err := w.s.PutStep(t.Context(), w.keeper, id, st)
			must(t, err)
		}
		r := w.rehearse(t, id)
		if !slices.ContainsFunc(r.Problems, func(p reorg.Problem) bool { return p.Key == key }) {
			t.Errorf("%s: %+v, want %s", name, r.Problems, key)
		}
		err = w.s.Start(t.Context(), w.keeper, id, w.act(t, id).Version)
		if !errors.Is(err, reorg.ErrBlocked) && !errors.Is(err, reorg.ErrNoSteps) {
			t.Errorf("%s was begun: %v", name, err)
		}
	}
	before := w.contents(t)
	one := func(kind string, unit, to int64) reorg.Step {
		return reorg.Step{Kind: kind, Units: []int64{unit}, To: to}
	}
	some := one(reorg.Move, w.cells[0].ID, w.parties[1].ID)
	blocked("no steps", "reorg.err.no_steps", nil)
	blocked("a day to come", "reorg.err.day_waits", func(f *reorg.Facts) { f.Day = w.today().AddDays(9) }, some)
	blocked("no day", "reorg.err.day_missing", func(f *reorg.Facts) { f.Day.Scan("") }, some) //nolint:errcheck // the zero day
	blocked("no legal basis", "reorg.err.basis_missing", func(f *reorg.Facts) { f.BasisNo = "" }, some)
	blocked("before the units were founded", "org.err.day_before_change", func(f *reorg.Facts) { f.Day = start().AddDays(-1) }, some)
	blocked("one into the other and back: a cycle", "org.err.parent_ended", nil,
		one(reorg.Merge, w.parties[0].ID, w.parties[1].ID), one(reorg.Merge, w.parties[1].ID, w.parties[0].ID))
	blocked("merged twice", "org.err.ended", nil, one(reorg.Merge, w.cells[0].ID, w.cells[1].ID), one(reorg.Merge, w.cells[0].ID, w.cells[3].ID))
	blocked("members without a cell", "reorg.err.members_left", nil, one(reorg.Dissolve, w.cells[0].ID, 0))
	blocked("a split that leaves members", "reorg.err.members_left", nil,
		reorg.Step{Kind: reorg.Assign, Units: []int64{w.cells[0].ID}, To: w.cells[1].ID, Members: w.members[w.cells[0].ID][:3]},
		one(reorg.Dissolve, w.cells[0].ID, 0))
	blocked("a member who is not there", "reorg.err.member_elsewhere", nil,
		reorg.Step{Kind: reorg.Assign, Units: []int64{w.cells[0].ID}, To: w.cells[1].ID, Members: w.members[w.cells[2].ID][:1]})
	blocked("cells left below", "org.err.still_living", nil, one(reorg.Dissolve, w.parties[0].ID, 0))
	blocked("a section under a commune", "org.err.kind_place", nil, one(reorg.Merge, w.parties[0].ID, w.communes[1].ID))
	must(t, w.d.Write(t.Context(), func(tx *db.Tx) error {
		cell := w.cells[0]
		return meeting.InsertHistory(t.Context(), tx, []meeting.HistoryMeeting{
			{Meeting: meeting.Meeting{
				Ref: ident.Ref{Part: cell.PartID, ID: tx.ID()}, OrgID: cell.ID, Body: meeting.BodyCell, Kind: meeting.Regular, Month: 202611,
				Day: tx.Today(), StartsAt: tx.Now(), State: meeting.Opened, OpenedAt: tx.Now(), FeePaid: -1,
			}},
			{Meeting: meeting.Meeting{
				Ref: ident.Ref{Part: w.cells[3].PartID, ID: tx.ID()}, OrgID: w.cells[3].ID, Body: meeting.BodyCell, Kind: meeting.Regular, Month: 202611,
				Day: tx.Today(), StartsAt: tx.Now(), State: meeting.Invited, FeePaid: -1,
			}},
		})
	}))
	blocked("a meeting that is being held", "reorg.effect.meetings_open", nil, some)
	blocked("a meeting still to be held in a cell that ends", "reorg.effect.meetings_ending", nil, one(reorg.Merge, w.cells[3].ID, w.cells[4].ID))
	same(t, before, w.contents(t))
	w.consistent(t)
}

// Who may keep acts, in the words of access.go.
func TestWhoMayKeepActs(t *testing.T) {
	w := newWorld(t, dbtest.New(t), 2)
	id := w.draft(t, reorg.Step{Kind: reorg.Rename, Units: []int64{w.communes[0].ID}, New: reorg.New{Name: "Đảng bộ xã Khác"}})
	for _, x := range []struct {
		role string
		at   org.Unit
		may  bool
	}{
		{access.RoleKeeper, w.top, true},
		{access.RoleAdmin, w.top, true},
		{access.RoleKeeper, w.communes[0], false},
		{access.RoleUpper, w.top, false},
		{access.RoleLead, w.cells[0], false},
		{access.RoleMember, w.cells[0], false},
	} {
		who := orgtest.Actor(x.role, x.at)
		_, err := w.s.Rehearse(t.Context(), who, id)
		if (err == nil) != x.may || (err != nil && !errors.Is(err, access.ErrForbidden)) {
			t.Errorf("%s of %s: %v", x.role, x.at.Name, err)
		}
		if !x.may {
			for what, do := range map[string]func() error{
				"start": func() error { return w.s.Start(t.Context(), who, id, 1) },
				"save":  func() error { return w.s.Save(t.Context(), who, id, w.facts()) },
				"drop":  func() error { return w.s.Drop(t.Context(), who, id) },
				"undo":  func() error { return w.s.TakeBack(t.Context(), who, id) },
			} {
				if err := do(); !errors.Is(err, access.ErrForbidden) {
					t.Errorf("%s of %s, %s: %v", x.role, x.at.Name, what, err)
				}
			}
		}
	}
}

// Two people carry out one act, and two acts the same units, at the same time: one
// wins, the other is told.
func TestTwoAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 2)
		step := reorg.Step{Kind: reorg.Move, Units: []int64{w.cells[0].ID}, To: w.parties[1].ID}
		first, second := w.draft(t, step), w.draft(t, step)
		version := w.act(t, first).Version
		errs := make(chan error, 2)
		for range 2 {
			go func() { errs <- w.s.Start(context.Background(), w.keeper, first, version) }()
		}
		a, b := <-errs, <-errs
		if (a == nil) == (b == nil) || !errors.Is(errors.Join(a, b), reorg.ErrBegun) {
			t.Errorf("one wins, one is told: %v, %v", a, b)
		}
		err := w.s.Start(t.Context(), w.keeper, second, w.act(t, second).Version)
		if err == nil || !strings.Contains(err.Error(), "reorg.err.other_running") {
			t.Errorf("another act on the same units: %v", err)
		}
		if a := w.finish(t, first); a.State != reorg.StateDone {
			t.Errorf("%s %+v", a.State, a.Problem)
		}
		// Its units changed meanwhile: the second act finds that it has nothing to move.
		if err := w.s.Start(t.Context(), w.keeper, second, 1); !errors.Is(err, reorg.ErrStale) {
			t.Errorf("an old version: %v", err)
		}
	})
}

// Something that rests on an act stands in the way of taking it back, and is named.
func TestWhatContradictsUndoing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 2)
		id := w.draft(t, reorg.Step{Kind: reorg.Move, Units: []int64{w.cells[0].ID, w.cells[1].ID}, To: w.parties[1].ID})
		w.carryOut(t, id)
		ticking(d).Advance(24 * time.Hour)
		cell := w.unit(t, w.cells[0].ID)
		must(t, d.Write(t.Context(), func(tx *db.Tx) error {
			ctx := t.Context()
			if err := member.EndMembership(ctx, tx, cell.PartID, w.members[cell.ID][3], tx.Today(), "transfer"); err != nil {
				return err
			}
			if _, err := office.Appoint(ctx, tx, office.NewOffice{Unit: cell, PersonID: 5, Name: "Trần Thị B", Title: office.Deputy, From: tx.Today()}); err != nil {
				return err
			}
			if err := meeting.InsertHistory(ctx, tx, []meeting.HistoryMeeting{{Meeting: meeting.Meeting{
				Ref: ident.Ref{Part: cell.PartID, ID: tx.ID()}, OrgID: cell.ID, Body: meeting.BodyCell, Kind: meeting.Regular, Month: tx.Today().Month(),
				Day: tx.Today(), StartsAt: tx.Now(), State: meeting.Closed, OpenedAt: tx.Now(), ClosedAt: tx.Now(), FeePaid: -1,
			}}}); err != nil {
				return err
			}
			_, err := org.Rename(ctx, tx, org.Change{Set: w.book.At(tx.Today(), ""), Day: tx.Today()}, w.cells[1].ID, org.Naming{Name: "Chi bộ Tên Mới"})
			return err
		}))
		var found []string
		w.read(t, func(q db.Q) error {
			signs, err := w.s.Later(t.Context(), q, w.keeper, id)
			for _, s := range signs {
				found = append(found, s.Key)
				if s.Href == "" {
					t.Errorf("no link: %+v", s)
				}
			}
			return err
		})
		slices.Sort(found)
		if want := []string{"reorg.later.meeting", "reorg.later.member", "reorg.later.office", "reorg.later.unit"}; !slices.Equal(found, want) {
			t.Errorf("%v, want %v", found, want)
		}
		before := w.contents(t)
		if err := w.s.TakeBack(t.Context(), w.keeper, id); !errors.Is(err, reorg.ErrLater) {
			t.Errorf("taken back all the same: %v", err)
		}
		same(t, before, w.contents(t))
	})
}

// An act that meets an obstacle half-way stops there, says why, and goes on or back.
func TestStopsAndGoesOn(t *testing.T) {
	w := newWorld(t, dbtest.New(t), 2)
	before := w.contents(t)
	id := w.draft(t, reorg.Step{Kind: reorg.Move, Units: []int64{w.cells[0].ID, w.cells[1].ID}, To: w.parties[1].ID})
	w.start(t, id)
	if more, err := w.s.Next(t.Context(), id); !more || err != nil {
		t.Fatal(more, err)
	}
	w.consistent(t) // in the middle too
	// Somebody ends the second cell's new parent's place in between: the day of the
	// act is too early for it now.
	must(t, w.d.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `UPDATE org SET since = '2026-12-01' WHERE id = $1`, w.cells[1].ID)
		return err
	}))
	if a := w.finish(t, id); a.State != reorg.StateStopped || a.Problem == nil || a.Problem.Key != "org.err.day_before_change" || a.Problem.Unit != w.cells[1].ID {
		t.Fatalf("%s %+v", a.State, a.Problem)
	}
	must(t, w.d.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `UPDATE org SET since = '' WHERE id = $1`, w.cells[1].ID)
		return err
	}))
	must(t, w.s.Resume(t.Context(), w.keeper, id))
	if a := w.finish(t, id); a.State != reorg.StateDone {
		t.Fatalf("%s %+v", a.State, a.Problem)
	}
	w.takeBack(t, id)
	same(t, before, w.contents(t))
	// Again as a new draft, cancelled in the middle this time.
	again, err := w.s.Again(t.Context(), w.keeper, id)
	must(t, err)
	w.start(t, again)
	if _, err := w.s.Next(t.Context(), again); err != nil {
		t.Fatal(err)
	}
	w.takeBack(t, again)
	same(t, before, w.contents(t))
}

// Old addresses lead to where the rows are, after a move and after its undoing.
func TestOldAddresses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 3)
		where := func(part int64) (now ident.Ref) {
			w.read(t, func(q db.Q) error {
				var ok bool
				var err error
				now, ok, err = w.s.Moved(t.Context(), q, ident.Ref{Part: part, ID: w.members[w.cells[0].ID][0]})
				if !ok {
					now = ident.Ref{}
				}
				return err
			})
			return now
		}
		if got := where(w.communes[0].ID); !got.IsZero() {
			t.Errorf("nothing moved, and it is at %v", got)
		}
		first := w.draft(t, reorg.Step{Kind: reorg.Move, Units: []int64{w.cells[0].ID}, To: w.parties[1].ID})
		w.carryOut(t, first)
		second := w.draft(t, reorg.Step{Kind: reorg.Move, Units: []int64{w.cells[0].ID}, To: w.parties[2].ID})
		w.carryOut(t, second)
		if got := where(w.communes[0].ID); got.Part != w.communes[2].ID {
			t.Errorf("moved twice: %v, want the part %d", got, w.communes[2].ID)
		}
		w.takeBack(t, second)
		if got := where(w.communes[2].ID); got.Part != w.communes[1].ID {
			t.Errorf("taken back: %v, want the part %d", got, w.communes[1].ID)
		}
		if got := where(w.communes[0].ID); got.Part != w.communes[1].ID {
			t.Errorf("the first address: %v, want the part %d", got, w.communes[1].ID)
		}
	})
}
