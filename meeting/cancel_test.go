package meeting_test

import (
	"testing"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/meeting"
	"chibo/task"
)

func TestCancel(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.lastMonth()
		day := civil.Of(2026, 11, 10)
		ref := w.convene(day)
		w.decide(ref)
		r := w.get(ref).Tasks[0]
		w.must(w.s.JudgeTask(ctx(), w.act(committee), ref, r.Ref.ID, task.Undone, "", r.Version))
		_, err := w.s.Agree(ctx(), w.act(secretary), ref, meeting.AgreeIn{Hour: 8, PresentIDs: w.ids(secretary, deputy)})
		w.must(err)
		is(t, w.s.Cancel(ctx(), w.act(committee), ref), access.ErrForbidden)
		w.must(w.s.Cancel(ctx(), w.act(deputy), ref))
		is(t, w.s.Cancel(ctx(), w.act(deputy), ref), meeting.ErrNotFound)
		for what, n := range map[string]int{
			"meetings":  w.count(`SELECT COUNT(*) FROM meeting WHERE body = 'cell'`),
			"items":     w.count(`SELECT COUNT(*) FROM meeting_item WHERE meeting_id NOT IN (SELECT id FROM meeting)`),
			"versions":  w.count(`SELECT COUNT(*) FROM plan_version WHERE meeting_id NOT IN (SELECT id FROM meeting)`),
			"decisions": w.count(`SELECT COUNT(*) FROM decision`),
			"steps":     w.count(`SELECT COUNT(*) FROM meeting_step`),
			"unjudged":  w.count(`SELECT COUNT(*) FROM task_review WHERE result = ''`),
			"judged":    w.count(`SELECT COUNT(*) FROM task WHERE state <> 'open'`),
		} {
			if n != 0 {
				t.Errorf("%d %s are left", n, what)
			}
		}
		if n := w.count(`SELECT COUNT(*) FROM audit WHERE action = 'meeting.cancel'`); n != 1 {
			t.Errorf("%d audit entries", n)
		}
		again := w.invited(day)
		if n := len(w.get(again).Tasks); n != 3 {
			t.Errorf("the next meeting looks back on %d tasks", n)
		}
		is(t, w.s.Cancel(ctx(), w.act(secretary), again), meeting.ErrState)
	})
}

// Of a meeting that was called off nothing is reported, extracted or announced as held.
func TestCalledOffHasNoPapersOfAMeetingHeld(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ref := w.invited(civil.Of(2026, 11, 10))
		w.must(w.s.CallOff(ctx(), w.act(secretary), ref, w.get(ref).Version, "Bão"))
		if got := kindsOffered(w.get(ref)); got != "KL" {
			t.Errorf("offered %q, want the committee's conclusion alone", got)
		}
		for _, kind := range []string{meeting.PaperReport, meeting.PaperNotice, meeting.PaperExtract} {
			_, err := w.s.IssuePaper(ctx(), w.act(secretary), ref, meeting.PaperIn{Kind: kind, Text: "Kết quả", Op: kind})
			is(t, err, meeting.ErrState)
		}
	})
}
