package meeting_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/meeting"
	"chibo/task"
)

// Two write the same minutes: the second is refused with what stands there, takes over
// knowingly, and then the first is. Nothing is lost on either side.
func TestPenOfTheMinutes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ref := w.opened(civil.Of(2026, 11, 6))
		item := w.get(ref).Items[2].ID
		note := func(who int, text, was string) error {
			return w.s.NoteItem(ctx(), w.act(who), ref, item, text, &was)
		}
		other := func(err error, key, want string) {
			t.Helper()
			var e *fault.Error
			if !errors.As(err, &e) || e.Key != key || e.Args["Other"] != want {
				t.Errorf("%v, want %s with %q", err, key, want)
			}
		}
		w.must(note(committee, "Thư ký ghi", ""))
		other(note(secretary, "Bí thư ghi", "Thư ký ghi"), meeting.ErrPen.Key, "Thư ký ghi")
		f := w.get(ref)
		if p := f.Pens[meeting.PenNotes]; p.Mine || !p.Since.Equal(w.clk.Now()) {
			t.Errorf("the secretary sees %+v", p)
		}
		// Another text has its own pen.
		was := ""
		_, err := w.s.SaveText(ctx(), w.act(secretary), ref, meeting.FieldConclusion, "Kết luận", &was)
		w.must(err)
		// Taken over knowingly: the page of the first is refused now, and says by whom.
		w.must(w.s.TakePen(ctx(), w.act(secretary), ref, meeting.PenNotes))
		w.must(note(secretary, "Bí thư ghi", "Thư ký ghi"))
		other(note(committee, "Thư ký ghi tiếp", "Thư ký ghi"), meeting.ErrPen.Key, "Bí thư ghi")
		if p := w.get(ref).Pens[meeting.PenNotes]; !p.Mine {
			t.Errorf("after taking over: %+v", p)
		}
		// Expired: the pen is free, and who begins from an old text sees both.
		w.clk.Advance(6 * time.Minute)
		if len(w.get(ref).Pens) != 0 {
			t.Errorf("still held: %+v", w.get(ref).Pens)
		}
		other(note(committee, "Thư ký ghi tiếp", "Thư ký ghi"), meeting.ErrStale.Key, "Bí thư ghi")
		w.must(note(committee, "Thư ký ghi tiếp", "Bí thư ghi"))
		// Held longer by writing.
		w.clk.Advance(4 * time.Minute)
		w.must(note(committee, "Thư ký ghi nữa", "Thư ký ghi tiếp"))
		w.clk.Advance(4 * time.Minute)
		other(note(secretary, "x", "Thư ký ghi nữa"), meeting.ErrPen.Key, "Thư ký ghi nữa")
		field(t, w.s.TakePen(ctx(), w.act(secretary), ref, "nothing"), "field", "meeting.err.field")
		if err := w.s.TakePen(ctx(), w.act(member1), ref, meeting.PenNotes); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a member took the pen: %v", err)
		}
		// A long note, and a hostile one.
		long := strings.TrimSpace(strings.Repeat("nghiêng ", 7000) + strings.Repeat("<b>&ớ\n", 500))
		w.must(note(committee, long, "Thư ký ghi nữa"))
		field(t, note(committee, strings.Repeat("nghiêng ", 10000), long), "note", "meeting.err.too_long")
		w.callAll(ref)
		w.decide(ref)
		w.adopt(ref)
		w.must(w.s.Adjourn(ctx(), w.act(secretary), ref, w.get(ref).Version))
		if f := w.get(ref); len(f.Documents) != 2 || f.Items[2].Note != long {
			t.Errorf("a note of 7,500 words: %d papers, %d characters", len(f.Documents), len(f.Items[2].Note))
		}
	})
}

// The questions to the chair come from facts, and only who keeps the meeting sees them.
func TestHintsToTheChair(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		for month := 8; month <= 10; month++ { // three meetings; only member 1 and, once, member 2 speak
			day := civil.Of(2026, month, 6)
			w.clk.Set(day.Time(8, 0))
			ref := w.opened(day)
			w.callAll(ref)
			for i, who := range []int{member1, member2} {
				if i == 0 || month == 9 {
					_, err := w.s.AddOpinion(ctx(), w.act(committee), ref, meeting.OpinionIn{MembershipID: w.people[who].id, Text: "Nhất trí"})
					w.must(err)
				}
			}
			w.adopt(ref)
			w.must(w.s.Adjourn(ctx(), w.act(secretary), ref, w.get(ref).Version))
		}
		w.clk.Set(civil.Of(2026, 11, 6).Time(8, 0))
		ref := w.opened(civil.Of(2026, 11, 6))
		f := w.get(ref)
		if n := hints(f); n[meeting.HintSilent] != 0 {
			t.Errorf("nobody is here yet: %v", f.Hints)
		}
		w.callAll(ref)
		f = w.get(ref)
		if len(f.Hints) != 1 || f.Hints[0].Key != meeting.HintSilent || f.Hints[0].Args["Count"] != 3 {
			t.Fatalf("%v", f.Hints)
		}
		names, _ := f.Hints[0].Args["Names"].(string)
		for who, want := range map[int]bool{member1: false, member2: false, member3: true, member5: false, deputy: true} {
			if strings.Contains(names, w.people[who].name) != want {
				t.Errorf("%s in %q: want %v", w.people[who].name, names, want)
			}
		}
		if strings.Count(names, ",") > 5 {
			t.Errorf("a long list: %q", names)
		}
		_, err := w.s.AddOpinion(ctx(), w.act(committee), ref, meeting.OpinionIn{MembershipID: w.people[member3].id})
		w.must(err)
		if names, _ := w.get(ref).Hints[0].Args["Names"].(string); strings.Contains(names, w.people[member3].name) {
			t.Errorf("member 3 has spoken now: %q", names)
		}
		if m, err := w.s.Get(ctx(), w.act(member1), ref); err != nil || len(m.Hints) != 0 {
			t.Errorf("a member sees %v, %v", m.Hints, err)
		}
		w.must(w.s.StartItem(ctx(), w.act(committee), ref, f.Items[1].ID))
		w.clk.Advance(time.Duration(f.Items[1].Minutes+7) * time.Minute)
		n := hints(w.get(ref))
		if n[meeting.HintOver] != 1 || n[meeting.HintOverAll] != 0 {
			t.Errorf("an item 7 minutes over: %v", n)
		}
		w.clk.Advance(200 * time.Minute)
		if hints(w.get(ref))[meeting.HintOverAll] != 1 {
			t.Error("the meeting over its time")
		}
	})
}

func TestHintsOnTheVote(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.lastMonth()
		ref := w.opened(civil.Of(2026, 11, 6))
		for _, i := range []int{secretary, reserve} {
			w.must(w.s.Mark(ctx(), w.act(committee), ref, w.people[i].id, meeting.Present, ""))
		}
		_, _, err := w.s.MarkRest(ctx(), w.act(committee), ref)
		w.must(err)
		f := w.get(ref)
		if n := hints(f); n[meeting.HintFew] != 1 || n[meeting.HintNoBase] != 0 || f.Hints[0].Args["Present"] != 1 || f.Hints[0].Args["Needed"] != 5 {
			t.Errorf("one of nine is here: %v", f.Hints)
		}
		w.must(w.s.JudgeTask(ctx(), w.act(committee), ref, f.Tasks[0].Ref.ID, task.Undone, "", f.Tasks[0].Version))
		if hints(w.get(ref))[meeting.HintReason] != 1 {
			t.Error("not done, and no reason")
		}
		w.must(w.s.JudgeTask(ctx(), w.act(committee), ref, f.Tasks[0].Ref.ID, task.Undone, "Mưa lũ", w.get(ref).Tasks[0].Version))
		if hints(w.get(ref))[meeting.HintReason] != 0 {
			t.Error("the reason is there")
		}
	})
}

// An unfinished task goes into the new resolution and keeps its history: one task with a
// new day, not two.
func TestTaskCarriedIntoTheNewResolution(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.lastMonth()
		ref := w.opened(civil.Of(2026, 11, 6))
		w.callAll(ref)
		old := w.get(ref).Tasks[0]
		due := civil.Of(2026, 12, 20)
		field(t, w.s.CarryTask(ctx(), w.act(committee), ref, old.Ref.ID, civil.Of(2026, 11, 1), old.Version), "due", "meeting.err.due_before")
		is(t, w.s.CarryTask(ctx(), w.act(committee), ref, old.Ref.ID, due, old.Version+3), task.ErrChanged)
		is(t, w.s.CarryTask(ctx(), w.act(committee), ref, 12, due, 1), task.ErrNotFound)
		w.must(w.s.CarryTask(ctx(), w.act(committee), ref, old.Ref.ID, due, old.Version))
		w.must(w.s.CarryTask(ctx(), w.act(committee), ref, old.Ref.ID, due, old.Version)) // a second finger
		f := w.get(ref)
		if len(f.Decisions) != 1 || f.Decisions[0].TaskID != old.Ref.ID || f.Tasks[0].Result != task.Open {
			t.Fatalf("%+v, judged %q", f.Decisions, f.Tasks[0].Result)
		}
		w.adopt(ref)
		before := w.count("SELECT COUNT(*) FROM task")
		w.must(w.s.Adjourn(ctx(), w.act(secretary), ref, w.get(ref).Version))
		err := d.Read(ctx(), func(q db.Q) error {
			now, err := task.ByRef(ctx(), q, old.Ref)
			if now.Due != due || now.State != task.Open {
				t.Errorf("%+v", now)
			}
			return err
		})
		w.must(err)
		if n := w.count("SELECT COUNT(*) FROM task"); n != before {
			t.Errorf("%d tasks, %d before", n, before)
		}
		papers := dump(t, d)["document"]
		if !strings.Contains(papers, "20/12/2026") || !strings.Contains(papers, "Tiếp tục thực hiện") {
			t.Error("the papers do not say that the task goes on and until when")
		}
	})
}
