package task

import (
	"context"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/internal/tree"
	"chibo/member"
	"chibo/org"
	"chibo/rulebook"
)

// remindPage is how many tasks Remind looks at in one transaction.
const remindPage = 500

// dueTask is an open task whose day is near or over.
type dueTask struct {
	Task
	path tree.Path
	cell string
}

const dueSQL = `SELECT t.part_id, t.id, t.assignee_id, t.due, o.id, o.path, o.name
  FROM task t JOIN org o ON o.id = t.cell_id AND o.part_id = t.part_id
    LEFT JOIN task_reminder r ON r.part_id = t.part_id AND r.task_id = t.id AND r.due = t.due
      AND r.kind = CASE WHEN t.due < $1 THEN 'overdue' ELSE 'soon' END
 WHERE t.state = 'open' AND t.done_on = '' AND t.due <= $2 AND r.task_id IS NULL
   AND (t.part_id, t.id) > ($3, $4) ORDER BY t.part_id, t.id LIMIT $5`

const remindedSQL = `INSERT INTO task_reminder (part_id, task_id, kind, due, at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (part_id, task_id, kind, due) DO NOTHING`

// remindAhead bounds how many days before its day a task is looked at; the rulebook's
// number is never larger.
const remindAhead = 31

// Remind tells members of their tasks once when the day is near (rulebook
// task.remind_days_before) and once when it is over. It may run at any time and again:
// what was told stays told, also when it is stopped in the middle.
func (s *Service) Remind(ctx context.Context, book *rulebook.Book) error {
	today := civil.From(s.DB.Clock().Now())
	var after ident.Ref
	for {
		var page []dueTask
		err := s.DB.Read(ctx, func(q db.Q) (err error) {
			page, err = db.List(ctx, q, func(r db.Scanner) (t dueTask, err error) {
				err = r.Scan(&t.Ref.Part, &t.Ref.ID, &t.AssigneeID, &t.Due, &t.CellID, &t.path, &t.cell)
				return t, err
			}, dueSQL, today, today.AddDays(remindAhead), after.Part, after.ID, remindPage)
			return err
		})
		if err != nil || len(page) == 0 {
			return err
		}
		after = page[len(page)-1].Ref
		err = s.DB.Write(ctx, func(tx *db.Tx) error {
			for _, t := range page {
				if err := t.remind(ctx, tx, book, today); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
}

func (t dueTask) remind(ctx context.Context, tx *db.Tx, book *rulebook.Book, today civil.Date) error {
	kind, sentence := "overdue", "task.overdue"
	if !t.Due.Before(today) {
		if t.Due.Sub(today) > book.At(today, t.path).Int(rulebook.TaskRemindDaysBefore) {
			return nil
		}
		kind, sentence = "soon", "task.soon"
	}
	res, err := tx.Exec(ctx, remindedSQL, t.Ref.Part, t.Ref.ID, kind, t.Due, tx.NowMS())
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return err
	}
	m, err := member.ByID(ctx, tx, ident.Ref{Part: t.Ref.Part, ID: t.AssigneeID})
	if err != nil {
		return nil //nolint:nilerr // the assignee's membership is gone: nobody to tell
	}
	body := []member.OnDay{{MembershipID: m.ID, PersonID: m.PersonID}}
	return tell(ctx, tx, org.Unit{PartID: t.Ref.Part, Name: t.cell}, body, m.ID, sentence, t.Due)
}
