package task

import (
	"context"

	"chibo/internal/db"
)

const (
	rehomeTaskReview = `INSERT INTO task_review (part_id, review_id, task_id, before, result, note)
SELECT CAST($3 AS bigint), t.review_id, t.task_id, t.before, t.result, t.note
  FROM task_review t WHERE t.part_id = $2 AND t.task_id IN (SELECT k.id FROM task k WHERE k.part_id = $2 AND k.cell_id = $1)`
	dropTaskReview = `DELETE FROM task_review WHERE part_id = $2 AND task_id IN (SELECT k.id FROM task k WHERE k.part_id = $2 AND k.cell_id = $1)`

	rehomeTask = `INSERT INTO task (part_id, id, cell_id, source_id, document_id, seq, title, product, assignee_id, kind, start_on, due, state, progress,
  told_at, done_on, judged_by, version)
SELECT CAST($3 AS bigint), t.id, t.cell_id, t.source_id, t.document_id, t.seq, t.title, t.product, t.assignee_id, t.kind, t.start_on,
  t.due, t.state, t.progress, t.told_at, t.done_on, t.judged_by, t.version
  FROM task t WHERE t.part_id = $2 AND t.cell_id = $1`
	dropTask = `DELETE FROM task WHERE part_id = $2 AND cell_id = $1`
)

// Rehomed lists the tables whose rows follow a unit to another part.
func Rehomed() []db.Rehoming {
	return []db.Rehoming{
		{Insert: rehomeTaskReview, Delete: dropTaskReview},
		{Insert: rehomeTask, Delete: dropTask},
	}
}

// Rehome takes the tasks of a cell to another part, in the transaction
// that changes the unit's part.
func Rehome(ctx context.Context, tx *db.Tx, unitID, from, to int64) error {
	return db.Rehome(ctx, tx, Rehomed(), unitID, from, to)
}
