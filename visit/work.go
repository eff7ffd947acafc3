package visit

import (
	"context"
	"slices"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/viet"
	"chibo/office"
	"chibo/org"
	"chibo/rulebook"
	"chibo/task"
)

// titleMost is how much of a remark stands in the title of its task, in characters.
const titleMost = 300

// ToTask makes a task of the cell of a remark: for its secretary, who passes it on in
// the usual way. ErrTaken, ErrNoLead, access.ErrForbidden.
func (s *Service) ToTask(ctx context.Context, actor access.Actor, ref ident.Ref, aspect string) error {
	return s.work(ctx, actor, ref, aspect, "task", func(tx *db.Tx, cell org.Unit, r Remark) error {
		if r.TaskID != 0 {
			return ErrTaken
		}
		lead, err := office.HolderOf(ctx, tx, cell.PartID, cell.ID, office.Secretary, tx.Today())
		if fault.KindOf(err) == fault.NotFound || err == nil && lead.MembershipID == 0 {
			return ErrNoLead
		}
		if err != nil {
			return err
		}
		ids, err := s.Tasks.GiveFor(ctx, tx, actor, cell, task.GiveIn{
			Title: short(r.Text), Assignees: []int64{lead.MembershipID}, Due: s.due(tx, cell), Kind: task.Unplanned,
		})
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, taskSQL, ref.Part, ref.ID, aspect, ids[0])
		return err
	})
}

// Take lets the committee take a remark upon itself. ErrTaken, access.ErrForbidden.
func (s *Service) Take(ctx context.Context, actor access.Actor, ref ident.Ref, aspect string) error {
	return s.work(ctx, actor, ref, aspect, "take", func(tx *db.Tx, cell org.Unit, r Remark) error {
		if !r.OwnDue.IsZero() {
			return ErrTaken
		}
		_, err := tx.Exec(ctx, takeSQL, ref.Part, ref.ID, aspect, s.due(tx, cell), actor.Name)
		return err
	})
}

// Done says that the committee has done what it took upon itself; said again, nothing
// changes.
func (s *Service) Done(ctx context.Context, actor access.Actor, ref ident.Ref, aspect string) error {
	return s.work(ctx, actor, ref, aspect, "done", func(tx *db.Tx, _ org.Unit, r Remark) error {
		if r.OwnDue.IsZero() {
			return ErrNotFound
		}
		if !r.OwnDone.IsZero() {
			return nil
		}
		_, err := tx.Exec(ctx, doneSQL, ref.Part, ref.ID, aspect, tx.Today())
		return err
	})
}

func (s *Service) work(ctx context.Context, actor access.Actor, ref ident.Ref, aspect, act string, do func(tx *db.Tx, cell org.Unit, r Remark) error) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		v, cell, err := s.load(ctx, tx, ref)
		if err != nil {
			return err
		}
		if !MayLeave(actor, cell) {
			return access.ErrForbidden
		}
		i := slices.IndexFunc(v.Remarks, func(r Remark) bool { return r.Aspect == aspect })
		if i < 0 {
			return ErrNotFound
		}
		if err := do(tx, cell, v.Remarks[i]); err != nil {
			return err
		}
		return record(ctx, tx, actor, ref, act, map[string]any{"aspect": aspect})
	})
}

func (s *Service) due(tx *db.Tx, cell org.Unit) civil.Date {
	return tx.Today().AddDays(s.Book.At(tx.Today(), cell.Path).Int(rulebook.VisitTaskDays))
}

// short makes one line of a remark.
func short(text string) string {
	line := []rune(viet.Clean(text))
	if len(line) <= titleMost {
		return string(line)
	}
	return string(line[:titleMost-1]) + "…"
}
