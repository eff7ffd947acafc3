package burden_test

import (
	"context"
	"testing"

	"pgregory.net/rapid"

	"chibo/access"
	"chibo/audit"
	"chibo/burden"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/meeting"
	"chibo/office/officetest"
)

type world struct {
	*officetest.World
	s *burden.Service
	m meeting.Meeting
}

func newWorld(t testing.TB, d *db.DB) *world {
	t.Helper()
	w := &world{World: officetest.New(t, d)}
	w.s = &burden.Service{DB: d, Book: w.Book}
	day := civil.From(d.Clock().Now())
	w.m = meeting.Meeting{
		Ref: ident.Ref{Part: w.HoaBinh.PartID, ID: d.IDs().Next()}, OrgID: w.HoaBinh.ID, Body: meeting.BodyCell, Kind: meeting.Regular, Month: day.Month(), Day: day,
		StartsAt: day.Time(8, 0), OpenedAt: day.Time(8, 0), ClosedAt: day.Time(9, 40), State: meeting.Closed, Place: "Nhà văn hóa", FeePaid: -1,
	}
	w.Write(t, func(ctx context.Context, tx *db.Tx) error {
		return meeting.InsertHistory(ctx, tx, []meeting.HistoryMeeting{{Meeting: w.m}})
	})
	return w
}

func (w *world) act(t testing.TB, account int64, action string, times int) {
	t.Helper()
	w.Write(t, func(ctx context.Context, tx *db.Tx) error {
		for range times {
			if err := audit.Record(ctx, tx, audit.Entry{Part: w.m.Ref.Part, Account: account, Action: action, Target: "meeting", TargetID: w.m.Ref.ID}); err != nil {
				return err
			}
		}
		return nil
	})
}

func (w *world) of(t testing.TB, name string, unit int64) burden.View {
	t.Helper()
	v, err := w.s.Of(t.Context(), w.Actor(t, name), unit)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// Who may see what, as access.go says it.
func TestRights(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	see := func(unit int64) func(access.Actor) error {
		return func(a access.Actor) error { _, err := w.s.Of(t.Context(), a, unit); return err }
	}
	above := []string{officetest.TownSecretary, officetest.TownKeeper, officetest.DistrictStaff, officetest.AdminPerson}
	w.Only(t, "a cell's load", see(w.HoaBinh.ID), append([]string{officetest.Secretary, officetest.Deputy, officetest.Committee, officetest.Follower}, above...)...)
	w.Only(t, "a town's load", see(w.Town.ID), above...)
	w.Only(t, "a district's load", see(w.District.ID), officetest.DistrictStaff, officetest.AdminPerson)
}

// Acts of people cost what the rule says, by the longest beginning that it names; the
// program's own acts cost nothing and spare fields; an act that no rule knows is not there.
func TestLoadOfACell(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.act(t, 7, "meeting.convene", 1)
		w.act(t, 7, "meeting.item.start", 4)
		w.act(t, 7, "meeting.fee", 1) // "meeting." alone
		w.act(t, 8, "meeting.decision.add", 2)
		w.act(t, 0, "meeting.adjourn", 1)
		w.act(t, 8, "unknown.act", 5)
		v := w.of(t, officetest.Secretary, w.HoaBinh.ID)
		if len(v.Months) != 1 {
			t.Fatalf("%+v", v.Months)
		}
		works := map[string]int{}
		for _, x := range v.Works {
			works[x.Act] = x.Clicks
		}
		got, want := v.Months[0], works["meeting.convene"]+4*works["meeting.item."]+works["meeting."]+2*works["meeting.decision."]
		if got.Acts != 8 || got.Clicks != want || got.Texts != 2 || got.Filled == 0 || got.Cells != 1 {
			t.Errorf("%+v, want %d clicks", got, want)
		}
		if len(v.Lines) != 5 || v.Of != w.m.Month {
			t.Errorf("%d lines of %d", len(v.Lines), v.Of)
		}
		if sum := w.of(t, officetest.TownSecretary, w.Town.ID); len(sum.Months) != 0 {
			t.Errorf("before the meeting is closed: %+v", sum.Months)
		}
		for range 2 { // closed, and sent up
			if err := w.s.Counted(t.Context(), w.m); err != nil {
				t.Fatal(err)
			}
		}
		if sum := w.of(t, officetest.TownSecretary, w.Town.ID); len(sum.Months) != 1 || sum.Months[0] != got {
			t.Errorf("the town: %+v, want %+v", sum.Months, got)
		}
	})
}

// Sums over a subtree are those of its cells, whatever was done where; each is shared out
// over the cells with a row.
func TestSumsOverASubtree(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	actions := []string{"meeting.convene", "meeting.item.start", "meeting.decision.add", "score.points", "task.report", "nobody.knows"}
	month := w.m.Month
	rapid.Check(t, func(rt *rapid.T) {
		month = month.Add(-1)
		var all []burden.Past
		cells := rapid.IntRange(1, len(w.Cells)).Draw(rt, "cells")
		for _, c := range w.Cells[:cells] {
			p := burden.Past{Cell: ident.Ref{Part: c.PartID, ID: c.ID}, Month: month}
			for _, a := range actions {
				p.Acts = append(p.Acts, audit.Count{Action: a, People: rapid.IntRange(0, 9).Draw(rt, a), Program: rapid.IntRange(0, 2).Draw(rt, a)})
			}
			all = append(all, p)
		}
		w.Write(t, func(ctx context.Context, tx *db.Tx) error {
			if _, err := tx.Exec(ctx, `DELETE FROM burden_month`); err != nil {
				return err
			}
			return burden.AddPast(ctx, tx, w.Book, all)
		})
		var want burden.Load
		works := w.of(t, officetest.DistrictStaff, w.District.ID).Works
		for _, p := range all {
			want.Cells++
			for _, d := range p.Acts {
				for _, x := range works {
					if x.Act == d.Action || x.Act == "meeting.item." && d.Action == "meeting.item.start" || x.Act == "meeting.decision." && d.Action == "meeting.decision.add" || x.Act == "task." && d.Action == "task.report" {
						want.Acts, want.Clicks = want.Acts+d.People, want.Clicks+d.People*x.Clicks
						want.Filled += (d.People + d.Program) * x.Filled
					}
				}
			}
		}
		scope := access.System()
		v, err := w.s.Of(t.Context(), scope, w.District.ID)
		if err != nil {
			rt.Fatal(err)
		}
		if month < civil.From(w.DB.Clock().Now()).Month().Add(-11) {
			if len(v.Months) != 0 {
				rt.Errorf("a month that is too old: %+v", v.Months)
			}
			return
		}
		if len(v.Months) != 1 || v.Months[0].Cells != want.Cells || v.Months[0].Acts != want.Acts || v.Months[0].Clicks != want.Clicks || v.Months[0].Filled != want.Filled {
			rt.Errorf("%+v, want %+v", v.Months, want)
		}
	})
}

func TestEachIsRounded(t *testing.T) {
	l := burden.Load{Cells: 3, Clicks: 100, Seconds: 3 * 89}
	if l.Each(l.Clicks) != 33 || l.Minutes() != 1 || (burden.Load{}).Each(5) != 0 {
		t.Errorf("%d, %d", l.Each(l.Clicks), l.Minutes())
	}
}
