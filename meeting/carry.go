package meeting

import (
	"context"
	"slices"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/task"
)

// CarryTask carries an unfinished task of the table that looks back into the new draft:
// it is judged as going on, and a line of part III gives it the new day. When the
// resolution is adopted the task keeps its history and gets that day. version is that of
// the task. Field errors: due (none, before the meeting), assignee (no longer in the
// cell). ErrAdopted, task.ErrChanged.
func (s *Service) CarryTask(ctx context.Context, actor access.Actor, ref ident.Ref, taskID int64, due civil.Date, version int) error {
	_, err := s.piece(ctx, actor, ref, "task.carry", map[string]any{"task": taskID}, func(tx *db.Tx, h *held) error {
		list, err := decisionsOf(ctx, tx, ref)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(list, func(d Decision) bool { return d.TaskID == taskID }) {
			return nil
		}
		rows, err := task.Review(ctx, tx, ref.Part, ref.ID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(rows, func(r task.ReviewRow) bool { return r.Ref.ID == taskID })
		if i < 0 {
			return task.ErrNotFound
		}
		d := Decision{
			ID: tx.ID(), Seq: nextSeq(len(list), func(i int) int { return list[i].Seq }), Title: rows[i].Title,
			AssigneeID: rows[i].AssigneeID, Due: due, Product: rows[i].Product, TaskID: taskID,
		}
		if err := d.checkAlone(ctx, tx, h.Meeting); err != nil {
			return err
		}
		_, err = task.Judge(ctx, tx, task.Verdict{
			ReviewID: ref.ID, Task: rows[i].Ref, Result: task.Open, Note: rows[i].Note, By: actor.AccountID, Version: version,
		})
		if err != nil {
			return err
		}
		return insertDecisions(ctx, tx, ref, []Decision{d})
	})
	return err
}

const readOutSQL = `UPDATE opinion SET read_at = $4 WHERE part_id = $1 AND meeting_id = $2 AND id = $3 AND phase = 'before' AND read_at = 0`

// ReadOut notes that an opinion sent in before the meeting was read out in it: what
// absent members send in is heard and minuted, and is no vote. Read twice, it keeps the
// first hour. Errors: ErrNotFound, ErrState.
func (s *Service) ReadOut(ctx context.Context, actor access.Actor, ref ident.Ref, id int64) error {
	return s.course(ctx, actor, ref, "opinion.read", func(tx *db.Tx, _ *held) error {
		list, err := opinionsOf(ctx, tx, ref)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(list, func(o Opinion) bool { return o.ID == id && o.Phase == Before })
		if i < 0 {
			return ErrNotFound
		}
		s.tell(tx, ref, LiveOpinion)
		_, err = tx.Exec(ctx, readOutSQL, ref.Part, ref.ID, id, tx.NowMS())
		return err
	})
}
