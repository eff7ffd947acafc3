package task

import (
	"context"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
)

const idsBySourceSQL = `SELECT t.id FROM task t WHERE t.part_id = $1 AND t.source_id = $2 ORDER BY t.id`

// IDsBySource gives the ids of the tasks that a meeting gave.
func IDsBySource(ctx context.Context, q db.Q, part, meetingID int64) ([]int64, error) {
	return db.List(ctx, q, func(s db.Scanner) (id int64, err error) { return id, s.Scan(&id) }, idsBySourceSQL, part, meetingID)
}

const onEveSQL = `SELECT COUNT(*), COUNT(*) FILTER (WHERE t.told_at <> 0 AND t.done_on >= $3) FROM task_review r
  JOIN task t ON t.part_id = r.part_id AND t.id = r.task_id
 WHERE r.part_id = $1 AND r.review_id = $2 AND r.result IN ('done', 'late', 'beyond')`

// OnEve gives how many tasks of a review were carried out, and how many of these their
// assignees reported on the day before the meeting or on its own day.
func OnEve(ctx context.Context, q db.Q, part, reviewID int64, day civil.Date) (done, eve int, err error) {
	err = q.QueryRow(ctx, onEveSQL, part, reviewID, day.AddDays(-1)).Scan(&done, &eve)
	return done, eve, err
}

const stateSQL = `SELECT t.state FROM task t WHERE t.part_id = $1 AND t.id = $2`

// StateOf gives how far a task is, or ErrNotFound.
func StateOf(ctx context.Context, q db.Q, ref ident.Ref) (s State, err error) {
	err = q.QueryRow(ctx, stateSQL, ref.Part, ref.ID).Scan(&s)
	if db.NoRows(err) {
		return "", ErrNotFound
	}
	return s, err
}
