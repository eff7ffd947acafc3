package task

import (
	"context"

	"chibo/internal/db"
)

// Batch is many tasks of the past with the reviews that judged them, for an import
// or the sample data. A task without an id gets one, but a review must name its
// task, so the caller makes ids with tx.ID.
type Batch struct {
	Tasks   []Task
	Reviews []PastReview
}

// PastReview is a task's line in the review of a meeting of the past.
type PastReview struct {
	Part     int64
	ReviewID int64
	TaskID   int64
	Before   State
	Result   State
	Note     string
}

const addTaskSQL = `INSERT INTO task (part_id, id, cell_id, source_id, document_id, seq, title, product, assignee_id,
       kind, start_on, due, state, progress, told_at, done_on, judged_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`

const addReviewSQL = `INSERT INTO task_review (part_id, review_id, task_id, before, result, note)
VALUES ($1, $2, $3, $4, $5, $6)`

// AddAll writes a batch as it stands.
func AddAll(ctx context.Context, tx *db.Tx, b Batch) error {
	tasks := make([][]any, 0, len(b.Tasks))
	for _, t := range b.Tasks {
		if t.Ref.ID == 0 {
			t.Ref.ID = tx.ID()
		}
		if t.Kind == "" {
			t.Kind = Planned
		}
		if t.State == "" {
			t.State = Open
		}
		told := int64(0)
		if !t.ToldAt.IsZero() {
			told = t.ToldAt.UnixMilli()
		}
		tasks = append(tasks, []any{
			t.Ref.Part, t.Ref.ID, t.CellID, t.SourceID, t.DocumentID, t.Seq, t.Title, t.Product, t.AssigneeID,
			string(t.Kind), t.StartOn, t.Due, string(t.State), t.Progress, told, t.DoneOn, t.JudgedBy,
		})
	}
	reviews := make([][]any, 0, len(b.Reviews))
	for _, r := range b.Reviews {
		reviews = append(reviews, []any{r.Part, r.ReviewID, r.TaskID, string(r.Before), string(r.Result), r.Note})
	}
	if err := db.Many(ctx, tx, addTaskSQL, tasks); err != nil {
		return err
	}
	return db.Many(ctx, tx, addReviewSQL, reviews)
}
