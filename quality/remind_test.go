package quality_test

import (
	"testing"
	"time"

	"chibo/access"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/office/officetest"
	"chibo/org"
	"chibo/quality"
)

// remind lets days pass and runs the job twice, as two machines do.
func (w *talkWorld) remind(t *testing.T, days int) {
	t.Helper()
	dbtest.Clock(w.DB).Advance(time.Duration(days) * 24 * time.Hour)
	for range 2 {
		if err := w.s.Remind(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// late gives whose turn is late on the wall of a unit.
func (w *talkWorld) late(t *testing.T, who access.Actor, u org.Unit) (turns []int64) {
	t.Helper()
	scope, err := access.For(who, access.FigureRead, u.Access())
	if err != nil {
		t.Fatal(err)
	}
	err = w.DB.Read(t.Context(), func(q db.Q) error {
		list, err := quality.LateIn(t.Context(), q, scope, w.open(t, w.lead).Today)
		for _, l := range list {
			turns = append(turns, l.TurnID)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return turns
}

// A day that passes is told once to whose turn it is: the cell, the committee that
// decides, the one that settles. The day itself is still in time.
func TestRemind(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := newTalkWorld(t, d), t.Context()
		check := func(name string, kind string, before int, turn int64, who access.Actor, u org.Unit) {
			t.Helper()
			w.remind(t, before)
			if n := w.told(t, name, kind); n != 0 {
				t.Fatalf("%s on the last day: %d", kind, n)
			}
			if got := w.late(t, who, u); len(got) != 0 {
				t.Errorf("%s: late on its last day: %v", kind, got)
			}
			w.remind(t, 1)
			w.remind(t, 1)
			if n := w.told(t, name, kind); n != 1 {
				t.Errorf("%s was told %d times", kind, n)
			}
			if got := w.late(t, who, u); len(got) != 1 || got[0] != turn {
				t.Errorf("%s: on the wall %v, want %d", kind, got, turn)
			}
		}
		if err := w.s.Dispute(ctx, w.town, w.ref, quality.SayIn{Criterion: "A6", Points10: 100, Text: "Chưa có sản phẩm."}); err != nil {
			t.Fatal(err)
		}
		check(officetest.Secretary, "score.late_asked", 5, w.HoaBinh.ID, w.town, w.Town)
		if err := w.s.Answer(ctx, w.lead, w.ref, quality.SayIn{Criterion: "A6", Text: "Có."}); err != nil {
			t.Fatal(err)
		}
		check(officetest.TownSecretary, "score.late_answered", 5, w.Town.ID, w.district, w.District)
		if err := w.s.Decide(ctx, w.town, w.ref, quality.DecideIn{Points10: 600, Reason: "Chưa thấy."}); err != nil {
			t.Fatal(err)
		}
		w.remind(t, 2)
		if err := w.s.Appeal(ctx, w.lead, w.ref, quality.SayIn{Text: "Đã có ảnh."}); err != nil {
			t.Fatal(err)
		}
		check(officetest.DistrictStaff, "score.late_appealed", 15, w.District.ID, w.district, w.District)
		if got := w.late(t, w.town, w.Town); len(got) != 0 {
			t.Errorf("the district's turn stands on the town's wall: %v", got)
		}
		if err := w.s.Settle(ctx, w.district, w.ref, quality.DecideIn{Points10: 900, Reason: "Đủ."}); err != nil {
			t.Fatal(err)
		}
		w.remind(t, 30)
		if got := w.late(t, w.district, w.District); len(got) != 0 || w.told(t, officetest.DistrictStaff, "score.late_appealed") != 1 {
			t.Errorf("told after the end: %v", got)
		}
	})
}

// Where nobody stands above the committee that decided, it settles the appeal itself, and
// the appeal is on its desk.
func TestAppealAtTheTop(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := newTalkWorld(t, d), t.Context()
		w.facts, w.ref = good(w.Office), ident.Ref{Part: w.Office.PartID, ID: 900002}
		w.lead = access.Actor{AccountID: 7, PersonID: 7, Name: "Bùi Thị Phúc", Grants: []access.Grant{{Role: access.RoleLead, OrgID: w.Office.ID, Path: w.Office.Path}}}
		w.confirm(t)
		if err := w.s.Decide(ctx, w.district, w.ref, quality.DecideIn{Points10: 600, Reason: "Chưa đạt."}); err != nil {
			t.Fatal(err)
		}
		if err := w.s.Appeal(ctx, w.lead, w.ref, quality.SayIn{Text: "Xin xem lại."}); err != nil {
			t.Fatal(err)
		}
		desk, err := w.s.DeskOf(ctx, w.district, w.District.ID)
		if err != nil || len(desk.Appeals) != 1 {
			t.Fatalf("the appeal is not on the desk of who settles it: %+v, %v", desk.Appeals, err)
		}
		w.remind(t, 16)
		if n := w.told(t, officetest.DistrictStaff, "score.late_appealed"); n != 1 {
			t.Errorf("told %d times", n)
		}
	})
}
