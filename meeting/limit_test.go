package meeting_test

import (
	"strings"
	"testing"

	"chibo/internal/civil"
	"chibo/internal/db/dbtest"
	"chibo/meeting"
	"chibo/task"
)

// Lengths are counted in characters, not bytes: the longest text is taken, one more not.
func TestLimits(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	w.lastMonth()
	ref := w.opened(civil.Of(2026, 11, 10))
	f := w.get(ref)
	text := func(n int) string { return strings.Repeat("ữ", n) }
	for name, c := range map[string]struct {
		field string
		most  int
		act   func(s string) error
	}{
		"conclusion": {"conclusion", 10000, func(s string) error {
			_, err := w.s.Conclude(ctx(), w.act(secretary), ref, s, nil)
			return err
		}},
		"note": {"note", 60000, func(s string) error { return w.s.NoteItem(ctx(), w.act(committee), ref, f.Items[0].ID, s, nil) }},
		"opinion": {"text", 2000, func(s string) error {
			_, err := w.s.AddOpinion(ctx(), w.act(member1), ref, meeting.OpinionIn{Text: s})
			return err
		}},
		"reason": {"reason", 300, func(s string) error {
			return w.s.Mark(ctx(), w.act(committee), ref, w.people[member1].id, meeting.Excused, s)
		}},
		"remark": {"remark", 300, func(s string) error {
			r := w.get(ref).Tasks[0]
			return w.s.JudgeTask(ctx(), w.act(committee), ref, r.Ref.ID, task.Done, s, r.Version)
		}},
		"item": {"title", 500, func(s string) error {
			_, err := w.s.AddItem(ctx(), w.act(committee), ref, meeting.Item{Title: s, Content: "members", Minutes: 5})
			return err
		}},
		"decision": {"title", 500, func(s string) error {
			_, err := w.s.AddDecision(ctx(), w.act(committee), ref, meeting.Decision{Title: s, AssigneeID: w.people[deputy].id, Due: f.Day})
			return err
		}},
		"product": {"product", 300, func(s string) error {
			_, err := w.s.AddDecision(ctx(), w.act(committee), ref, meeting.Decision{Title: "Việc", AssigneeID: w.people[deputy].id, Due: f.Day, Product: s})
			return err
		}},
	} {
		t.Run(name, func(t *testing.T) {
			field(t, c.act(text(c.most+1)), c.field, "meeting.err.too_long")
			if err := c.act(text(c.most)); err != nil {
				t.Errorf("%d characters: %v", c.most, err)
			}
		})
	}
	i := in(w, civil.Of(2026, 12, 3))
	i.Place, i.Theme = text(201), text(201)
	_, err := w.s.Convene(ctx(), w.act(secretary), i)
	field(t, err, "place", "meeting.err.too_long")
	field(t, err, "theme", "meeting.err.too_long")
}

func TestTooFarAhead(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	_, err := w.s.Convene(ctx(), w.act(secretary), in(w, today().AddDays(367)))
	field(t, err, "day", "meeting.err.too_far")
	w.convene(today().AddDays(366))
}
