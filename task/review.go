package task

import (
	"context"
	"database/sql"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
)

const startReviewSQL = `INSERT INTO task_review (part_id, review_id, task_id, before)
SELECT t.part_id, CAST($2 AS bigint), t.id,
       CASE WHEN t.done_on <> '' THEN 'told' WHEN t.due < $4 THEN 'overdue' ELSE 'open' END
  FROM task t
 WHERE t.part_id = $1 AND t.cell_id = $3 AND t.state = 'open' AND t.start_on <= $4 AND t.source_id <> $2
ON CONFLICT (part_id, review_id, task_id) DO UPDATE SET before = excluded.before WHERE task_review.result = ''`

// StartReview puts into the review every task of the cell that is still open and
// has begun by the day, whatever meeting it comes from, with its state of now. It
// may be called again (when the meeting opens) to take in what came since: rows
// already judged stay. It gives the number of rows in the review.
func StartReview(ctx context.Context, tx *db.Tx, part, reviewID, cellID int64, day civil.Date) (int, error) {
	if _, err := tx.Exec(ctx, startReviewSQL, part, reviewID, cellID, day); err != nil {
		return 0, err
	}
	var n int
	err := tx.QueryRow(ctx, `SELECT count(*) FROM task_review WHERE part_id = $1 AND review_id = $2`, part, reviewID).Scan(&n)
	return n, err
}

const reviewSQL = `SELECT ` + columns + `, r.before, r.result, r.note
  FROM task_review r JOIN task t ON t.part_id = r.part_id AND t.id = r.task_id
 WHERE r.part_id = $1 AND r.review_id = $2 ORDER BY t.start_on, t.source_id, t.seq, t.id`

func scanReview(s db.Scanner) (ReviewRow, error) {
	var r ReviewRow
	var told int64
	err := s.Scan(append(r.dest(&told), &r.Before, &r.Result, &r.Note)...)
	r.ToldAt = instant(told)
	return r, err
}

// Review gives the table of a review, the oldest decisions first.
func Review(ctx context.Context, q db.Q, part, reviewID int64) ([]ReviewRow, error) {
	return db.List(ctx, q, scanReview, reviewSQL, part, reviewID)
}

const reviewResultSQL = `UPDATE task_review SET result = $4, note = $5
 WHERE part_id = $1 AND review_id = $2 AND task_id = $3`

const judgeSQL = `UPDATE task SET state = $3, done_on = $4, judged_by = $5, version = version + 1
 WHERE part_id = $1 AND id = $2 AND version = $6`

// Judge writes the cell's verdict on a task of a review; the caller sees to it that
// the review's meeting is under way. A verdict may be changed until then. Done,
// late and beyond keep the day the assignee told, or take today; open and undone
// take that day away. It fails with a field error on result, ErrNotFound,
// or ErrChanged when the version is not the present one.
func Judge(ctx context.Context, tx *db.Tx, v Verdict) (Task, error) {
	if !v.Result.Valid() {
		return Task{}, fault.Field("result", "task.err.result")
	}
	t, err := ByRef(ctx, tx, v.Task)
	if err != nil {
		return Task{}, err
	}
	if t.Version != v.Version {
		return Task{}, ErrChanged
	}
	res, err := tx.Exec(ctx, reviewResultSQL, v.Task.Part, v.ReviewID, v.Task.ID, string(v.Result), v.Note)
	if err := one(res, err, ErrNotFound); err != nil {
		return Task{}, err
	}
	t.State, t.JudgedBy, t.Version = v.Result, v.By, t.Version+1
	switch {
	case !v.Result.CarriedOut():
		t.DoneOn = civil.Date{}
	case t.DoneOn.IsZero():
		t.DoneOn = tx.Today()
	}
	res, err = tx.Exec(ctx, judgeSQL, v.Task.Part, v.Task.ID, string(t.State), t.DoneOn, v.By, v.Version)
	return t, one(res, err, ErrChanged)
}

// one gives none when a statement that had to change one row changed nothing.
func one(res sql.Result, err, none error) error {
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n > 0 {
		return err
	}
	return none
}

const outcomeSQL = `SELECT result, before, count(*) FROM task_review
 WHERE part_id = $1 AND review_id = $2 GROUP BY result, before`

// OutcomeOf counts the results of a review.
func OutcomeOf(ctx context.Context, q db.Q, part, reviewID int64) (Outcome, error) {
	rows, err := q.Query(ctx, outcomeSQL, part, reviewID)
	if err != nil {
		return Outcome{}, err
	}
	defer rows.Close()
	var o Outcome
	for rows.Next() {
		var result, before State
		var n int
		if err := rows.Scan(&result, &before, &n); err != nil {
			return Outcome{}, err
		}
		o.add(result, before, n)
	}
	return o, rows.Err()
}

func (o *Outcome) add(result, before State, n int) {
	switch result {
	case Done:
		o.Done += n
	case Late:
		o.Late += n
	case Beyond:
		o.Beyond += n
	case Undone:
		o.Undone += n
	case Open:
		o.GoingOn += n
		if before == Overdue {
			o.OverdueGoingOn += n
		}
	default:
		o.Unjudged += n
	}
}

// FulfilledOf gives how many tasks of the review were due and how many of these
// were carried out, the late ones among them (rules.md 3c, A6). See Outcome.Due.
func FulfilledOf(ctx context.Context, q db.Q, part, reviewID int64) (due, done int, err error) {
	o, err := OutcomeOf(ctx, q, part, reviewID)
	return o.Due(), o.CarriedOut(), err
}

const forgetReviewSQL = `DELETE FROM task_review WHERE part_id = $1 AND review_id = $2 AND result = ''`

// ForgetReview takes the rows not yet judged out of a review, for a meeting that is
// given up.
func ForgetReview(ctx context.Context, tx *db.Tx, part, reviewID int64) error {
	_, err := tx.Exec(ctx, forgetReviewSQL, part, reviewID)
	return err
}

const renewSQL = `UPDATE task SET due = $3, assignee_id = $4, version = version + 1 WHERE part_id = $1 AND id = $2 AND state = 'open'`

// Renew gives an open task that a meeting has carried on the day and the member of the
// new resolution, in the caller's transaction; false when the task is open no more.
func Renew(ctx context.Context, tx *db.Tx, actor access.Actor, ref ident.Ref, assignee int64, due civil.Date) (bool, error) {
	t, err := ByRef(ctx, tx, ref)
	if err != nil || t.State != Open {
		return false, err
	}
	if _, err := tx.Exec(ctx, renewSQL, ref.Part, ref.ID, due, assignee); err != nil {
		return false, err
	}
	if due == t.Due {
		return true, nil
	}
	return true, note(ctx, tx, actor, ref, Event{Kind: EventDue, Was: t.Due.String(), Became: due.String()})
}
