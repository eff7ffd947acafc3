package meeting_test

import (
	"context"
	"testing"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/meeting"
	"chibo/org/orgtest"
)

// A cell that keeps opinions and drafts: the levels above see that, and the meeting
// without them; the cell sees all.
func TestOpinionsAndDraftsKeptFromAbove(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.lastMonth()
		ref := w.invited(civil.Of(2026, 11, 6))
		if _, err := w.s.AddOpinion(ctx(), w.act(member1), ref, meeting.OpinionIn{Text: "Đề nghị sửa đường ngõ 3"}); err != nil {
			t.Fatal(err)
		}
		upper, follower := orgtest.Actor(access.RoleUpper, w.town), orgtest.Actor(access.RoleFollower, w.cell)
		whole := func(name string, f meeting.Full) {
			if len(f.Opinions) != 1 || len(f.Tasks) == 0 || f.Direction == "" || len(f.Kept) != 0 {
				t.Errorf("%s does not see all: %d opinions, %d tasks, %q, %v", name, len(f.Opinions), len(f.Tasks), f.Direction, f.Kept)
			}
		}
		get := func(a access.Actor) meeting.Full {
			t.Helper()
			f, err := w.s.Get(ctx(), a, ref)
			w.must(err)
			return f
		}
		_, err := w.s.SaveText(ctx(), w.act(secretary), ref, "direction", "Giữ vững nề nếp", nil)
		w.must(err)
		whole("the town", get(upper))
		keep := func(kind string) {
			w.write(func(ctx context.Context, tx *db.Tx) error {
				_, err := access.Keep(ctx, tx, w.act(secretary), w.cell.ID, kind, "Chi bộ đã bàn")
				return err
			})
		}
		keep(access.KeptOpinions)
		for name, a := range map[string]access.Actor{"the town": upper, "the follower": follower} {
			f := get(a)
			if len(f.Opinions) != 0 || !f.Keeps(access.KeptOpinions) || f.Kept[access.KeptOpinions].OrgID != w.cell.ID || f.Direction == "" {
				t.Errorf("%s: %d opinions, kept %v, %q", name, len(f.Opinions), f.Kept, f.Direction)
			}
		}
		keep(access.KeptDrafts)
		keep(access.KeptTasks)
		f := get(upper)
		if f.Direction != "" || len(f.Decisions) != 0 || len(f.Tasks) != 0 || !f.Keeps(access.KeptDrafts) || !f.Keeps(access.KeptTasks) {
			t.Errorf("drafts and tasks: %q, %d, %d, %v", f.Direction, len(f.Decisions), len(f.Tasks), f.Kept)
		}
		if f.Attendance.Due == 0 || len(f.Items) == 0 {
			t.Error("figures and the agenda are kept too")
		}
		for name, a := range map[string]access.Actor{"the secretary": w.act(secretary), "a member": w.act(member1), "the deputy": w.act(deputy)} {
			whole(name, get(a))
		}
	})
}
