package task

import (
	"context"
	"time"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
)

const insertSQL = `INSERT INTO task (part_id, id, cell_id, source_id, document_id, seq, title, product,
       assignee_id, kind, start_on, due, state)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'open')`

// Assign gives tasks to members of a cell and returns their ids in order. All or
// none: a bad one gives a field error (title, assignee, due) whose argument Row
// tells which, counted from 1.
func Assign(ctx context.Context, tx *db.Tx, part, cellID int64, tasks []NewTask) ([]int64, error) {
	ids := make([]int64, 0, len(tasks))
	for i, n := range tasks {
		if err := n.settle(tx.Today()); err != nil {
			return nil, withRow(err, i+1)
		}
		id := tx.ID()
		_, err := tx.Exec(ctx, insertSQL, part, id, cellID, n.SourceID, n.DocumentID, n.Seq, n.Title, n.Product,
			n.AssigneeID, string(n.Kind), n.StartOn, n.Due)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}

func withRow(err error, row int) error {
	for _, f := range fault.FieldsOf(err) {
		if f.Args != nil {
			f.Args["Row"] = row
		}
	}
	return err
}

const columns = `t.part_id, t.id, t.cell_id, t.source_id, t.document_id, t.seq, t.title, t.product, t.assignee_id,
       t.kind, t.start_on, t.due, t.state, t.progress, t.told_at, t.done_on, t.judged_by, t.verdict, t.given_by, t.version`

func (t *Task) dest(told *int64) []any {
	return []any{
		&t.Ref.Part, &t.Ref.ID, &t.CellID, &t.SourceID, &t.DocumentID, &t.Seq, &t.Title, &t.Product,
		&t.AssigneeID, &t.Kind, &t.StartOn, &t.Due, &t.State, &t.Progress, told, &t.DoneOn, &t.JudgedBy, &t.Verdict, &t.GivenBy, &t.Version,
	}
}

func instant(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

func scanTask(s db.Scanner) (Task, error) {
	var t Task
	var told int64
	err := s.Scan(t.dest(&told)...)
	t.ToldAt = instant(told)
	return t, err
}

const byRefSQL = `SELECT ` + columns + ` FROM task t WHERE t.part_id = $1 AND t.id = $2`

// ByRef gives one task, or ErrNotFound.
func ByRef(ctx context.Context, q db.Q, ref ident.Ref) (Task, error) {
	t, err := scanTask(q.QueryRow(ctx, byRefSQL, ref.Part, ref.ID))
	if db.NoRows(err) {
		return Task{}, ErrNotFound
	}
	return t, err
}

const openOfSQL = `SELECT ` + columns + ` FROM task t
 WHERE t.part_id = $1 AND t.cell_id = $2 AND t.state = 'open' ORDER BY t.due, t.id LIMIT $3`

// OpenOf gives a cell's open tasks, the nearest day first, limit at most.
func OpenOf(ctx context.Context, q db.Q, part, cellID int64, limit int) ([]Task, error) {
	return db.List(ctx, q, scanTask, openOfSQL, part, cellID, limit)
}

const closedOfSQL = `SELECT ` + columns + ` FROM task t
 WHERE t.part_id = $1 AND t.cell_id = $2 AND t.state <> 'open' ORDER BY t.due DESC, t.id DESC LIMIT $3`

// ClosedOf gives a cell's judged tasks, the latest day first, limit at most.
func ClosedOf(ctx context.Context, q db.Q, part, cellID int64, limit int) ([]Task, error) {
	return db.List(ctx, q, scanTask, closedOfSQL, part, cellID, limit)
}

const ofSQL = `SELECT ` + columns + ` FROM task t WHERE t.part_id = $1 AND t.assignee_id = $2
 ORDER BY CASE WHEN t.state = 'open' THEN 0 ELSE 1 END, CASE WHEN t.state = 'open' THEN t.due ELSE '' END,
       t.due DESC, t.id DESC LIMIT $3`

// ofLimit is how many tasks of one member Of gives: some years of them.
const ofLimit = 200

// Of gives a member's tasks: the open ones first, the nearest day on top, then the
// judged ones from the latest back.
func Of(ctx context.Context, q db.Q, part, membershipID int64) ([]Task, error) {
	return db.List(ctx, q, scanTask, ofSQL, part, membershipID, ofLimit)
}

const bySourceSQL = `SELECT ` + columns + ` FROM task t WHERE t.part_id = $1 AND t.source_id = $2 ORDER BY t.seq, t.id`

// BySource gives the tasks that a meeting gave, in the order of its decisions.
func BySource(ctx context.Context, q db.Q, part, meetingID int64) ([]Task, error) {
	return db.List(ctx, q, scanTask, bySourceSQL, part, meetingID)
}

const countsSQL = `SELECT count(*), count(*) FILTER (WHERE t.due < $3 AND t.done_on = '')
  FROM org o JOIN task t ON t.part_id = o.part_id AND t.cell_id = o.id
 WHERE o.path >= $1 AND o.path < $2 AND t.state = 'open'`

// Counts gives how many tasks of the scope are open, and how many of these are
// overdue on the day.
func Counts(ctx context.Context, q db.Q, scope access.Scope, day civil.Date) (open, overdue int, err error) {
	lo, hi := scope.Range()
	err = q.QueryRow(ctx, countsSQL, lo, hi, day).Scan(&open, &overdue)
	return open, overdue, err
}

// Filter narrows List. The zero Filter asks for nothing: Limit is required.
type Filter struct {
	Overdue bool       // only those that are overdue on Day
	Day     civil.Date // required with Overdue
	Limit   int
	// AfterDue and AfterID are the last row of the page before; zero is the first page.
	AfterDue civil.Date
	AfterID  int64
}

const listSQL = `SELECT ` + columns + ` FROM org o JOIN task t ON t.part_id = o.part_id AND t.cell_id = o.id
 WHERE o.path >= $1 AND o.path < $2 AND t.state = 'open' AND (t.due > $3 OR (t.due = $3 AND t.id > $4))
 ORDER BY t.due, t.id LIMIT $5`

const listOverdueSQL = `SELECT ` + columns + ` FROM org o JOIN task t ON t.part_id = o.part_id AND t.cell_id = o.id
 WHERE o.path >= $1 AND o.path < $2 AND t.state = 'open' AND t.done_on = '' AND t.due < $6
   AND (t.due > $3 OR (t.due = $3 AND t.id > $4))
 ORDER BY t.due, t.id LIMIT $5`

// List gives the open tasks of the scope, the earliest day first: the records
// behind Counts.
func List(ctx context.Context, q db.Q, scope access.Scope, f Filter) ([]Task, error) {
	lo, hi := scope.Range()
	if f.Overdue {
		return db.List(ctx, q, scanTask, listOverdueSQL, lo, hi, f.AfterDue, f.AfterID, f.Limit, f.Day)
	}
	return db.List(ctx, q, scanTask, listSQL, lo, hi, f.AfterDue, f.AfterID, f.Limit)
}
