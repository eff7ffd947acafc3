package meeting_test

import (
	"context"
	"testing"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/meeting"
)

func TestInsertHistory(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		day := civil.Of(2026, 9, 3)
		h := meeting.HistoryMeeting{
			Meeting: meeting.Meeting{
				Ref: ident.Ref{Part: w.cell.PartID}, OrgID: w.cell.ID, Kind: meeting.Regular, Month: day.Month(), Day: day, StartsAt: day.Time(19, 30),
				Place: "Nhà văn hóa", State: meeting.Sent, ChairID: w.people[secretary].id, FeePaid: -1,
				OpenedAt: day.Time(19, 30), ClosedAt: day.Time(21, 10), SentAt: day.AddDays(1).Time(8, 0),
			},
			Items:     []meeting.Item{{Title: "Một", Content: "procedure", Minutes: 5}, {Title: "Hai", Content: "review", Minutes: 85}},
			Roll:      []meeting.RollRow{{MembershipID: w.people[member1].id, Standing: "official", Presence: meeting.Present, How: meeting.ByHand}},
			Opinions:  []meeting.Opinion{{MembershipID: w.people[member1].id, Phase: meeting.During, Text: "Đồng ý"}, {MembershipID: w.people[member1].id, Phase: meeting.During}},
			Decisions: []meeting.Decision{{Title: "Việc", AssigneeID: w.people[member1].id, Due: day.AddDays(20)}},
			Steps:     []meeting.Step{{Step: meeting.StepHold, Due: day, DoneOn: day}},
		}
		next := h
		next.Meeting.Month, next.Meeting.Day, next.Meeting.State = 202610, civil.Of(2026, 10, 3), meeting.Closed
		w.write(func(ctx context.Context, tx *db.Tx) error {
			return meeting.InsertHistory(ctx, tx, []meeting.HistoryMeeting{h, next})
		})
		list, err := w.s.List(ctx(), w.act(secretary), w.cell.ID, 10)
		if err != nil || len(list) != 2 || list[1].Day != day || list[1].Due != 1 {
			t.Fatalf("list %+v %v", list, err)
		}
		f := w.get(list[1].Ref)
		if len(f.Items) != 2 || f.Items[1].Seq != 2 || len(f.Opinions) != 2 || f.Speakers != 1 || len(f.Decisions) != 1 || len(f.Steps) != 1 || f.Version != 1 {
			t.Errorf("%+v", f)
		}
		if f.Roll[0].Name != w.people[member1].name || !f.Roll[0].Official {
			t.Errorf("roll %+v", f.Roll)
		}
		w.found(list)
	})
}

// found: the reads that homes use.
func (w *world) found(list []meeting.Summary) {
	w.must(w.d.Read(ctx(), func(q db.Q) error {
		m, ok, err := meeting.Current(ctx(), q, w.cell.PartID, w.cell.ID)
		if err != nil || !ok || m.Ref != list[0].Ref {
			w.t.Errorf("current %+v %v %v", m.Ref, ok, err)
		}
		m, ok, err = meeting.Last(ctx(), q, w.cell.PartID, w.cell.ID)
		if err != nil || !ok || m.Ref != list[0].Ref {
			w.t.Errorf("last %+v %v %v", m.Ref, ok, err)
		}
		m, ok, err = meeting.RegularOf(ctx(), q, w.cell.PartID, w.cell.ID, 202609)
		if err != nil || !ok || m.Ref != list[1].Ref {
			w.t.Errorf("of the month %+v %v %v", m.Ref, ok, err)
		}
		_, ok, err = meeting.RegularOf(ctx(), q, w.cell.PartID, w.cell.ID, 202608)
		if err != nil || ok {
			w.t.Errorf("a month without a meeting: %v %v", ok, err)
		}
		return nil
	}))
	ref := w.convene(civil.Of(2026, 11, 10))
	w.must(w.d.Read(ctx(), func(q db.Q) error {
		m, _, err := meeting.Current(ctx(), q, w.cell.PartID, w.cell.ID)
		if m.Ref != ref {
			w.t.Errorf("current %v, want the one in preparation", m.Ref)
		}
		steps, err2 := w.s.Steps(ctx(), q, m, w.cell)
		if len(steps) != 8 {
			w.t.Errorf("steps %+v", steps)
		}
		if err == nil {
			err = err2
		}
		return err
	}))
}

// The hall sees counts and no names.
func TestFacts(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	ref := w.opened(civil.Of(2026, 11, 10))
	w.callAll(ref)
	item := w.get(ref).Items[3]
	w.must(w.s.StartItem(ctx(), w.act(committee), ref, item.ID))
	_, err := w.s.AddOpinion(ctx(), w.act(member1), ref, meeting.OpinionIn{ItemID: item.ID, Text: "ý kiến"})
	w.must(err)
	w.adopt(ref)
	f, err := w.s.Facts(ctx(), w.act(member1), ref)
	w.must(err)
	if f.Attendance.Present != 8 || f.Item == nil || f.Item.ID != item.ID || f.ItemsBegun != 1 || f.Opinions != 1 || f.Speakers != 1 || f.Vote == nil || !f.Vote.Passed {
		t.Errorf("%+v", f)
	}
	if _, err := w.s.Facts(ctx(), w.people[member1].actor, ident.Ref{Part: ref.Part, ID: 1}); err == nil {
		t.Error("facts of a meeting that is not there")
	}
}

func BenchmarkGet(b *testing.B) {
	w := newWorld(b, dbtest.New(b))
	ref := w.ready(civil.Of(2026, 11, 10))
	for b.Loop() {
		w.get(ref)
	}
}

func BenchmarkPhone(b *testing.B) {
	w := newWorld(b, dbtest.New(b))
	ref := w.ready(civil.Of(2026, 11, 10))
	for b.Loop() {
		_, err := w.s.Phone(ctx(), w.act(secretary), ref)
		w.must(err)
	}
}

func BenchmarkAdjourn(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		w := newWorld(b, dbtest.New(b))
		ref := w.ready(civil.Of(2026, 11, 10))
		version := w.get(ref).Version
		b.StartTimer()
		w.must(w.s.Adjourn(ctx(), w.act(secretary), ref, version))
	}
}
