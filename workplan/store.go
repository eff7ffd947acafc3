package workplan

import (
	"context"
	"database/sql"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
)

const planColumns = `p.part_id, p.id, p.cell_id, p.year, p.state, p.approved_on, p.meeting_id, p.note, p.version`

func scanPlan(s db.Scanner) (p Plan, err error) {
	err = s.Scan(&p.Ref.Part, &p.Ref.ID, &p.CellID, &p.Year, &p.State, &p.ApprovedOn, &p.MeetingID, &p.Note, &p.Version)
	return p, err
}

const planSQL = `SELECT ` + planColumns + ` FROM work_plan p WHERE p.part_id = $1 AND p.cell_id = $2 AND p.year = $3`

// planOf gives the plan of a cell and year; ID zero when there is none.
func planOf(ctx context.Context, q db.Q, part, cellID int64, year int) (Plan, error) {
	p, err := scanPlan(q.QueryRow(ctx, planSQL, part, cellID, year))
	if db.NoRows(err) {
		return Plan{Ref: ident.Ref{Part: part}, CellID: cellID, Year: year}, nil
	}
	return p, err
}

const planByIDSQL = `SELECT ` + planColumns + ` FROM work_plan p WHERE p.part_id = $1 AND p.id = $2`

func planByID(ctx context.Context, q db.Q, ref ident.Ref) (Plan, error) {
	p, err := scanPlan(q.QueryRow(ctx, planByIDSQL, ref.Part, ref.ID))
	if db.NoRows(err) {
		return Plan{}, ErrNotFound
	}
	return p, err
}

const insertPlanSQL = `INSERT INTO work_plan (part_id, id, cell_id, year, state) VALUES ($1, $2, $3, $4, $5)`

const touchPlanSQL = `UPDATE work_plan SET version = version + 1 WHERE part_id = $1 AND id = $2`

const itemColumns = `i.part_id, i.id, i.plan_id, i.cell_id, i.from_month, i.to_month, i.title, i.content, i.who_id, i.who_name, i.product, i.note,
       i.source, i.result, i.told, i.told_on, i.proof_id, i.dropped, i.dropped_on, i.added_on, i.version`

func scanItem(s db.Scanner) (i Item, err error) {
	err = s.Scan(&i.Ref.Part, &i.Ref.ID, &i.PlanID, &i.CellID, &i.From, &i.To, &i.Title, &i.Content, &i.WhoID, &i.WhoName, &i.Product, &i.Note,
		&i.Source, &i.Result, &i.Told, &i.ToldOn, &i.ProofID, &i.Dropped, &i.DroppedOn, &i.AddedOn, &i.Version)
	return i, err
}

const itemsSQL = `SELECT ` + itemColumns + ` FROM work_item i WHERE i.part_id = $1 AND i.plan_id = $2 ORDER BY i.from_month, i.to_month, i.id`

func itemsOf(ctx context.Context, q db.Q, plan ident.Ref) ([]Item, error) {
	return db.List(ctx, q, scanItem, itemsSQL, plan.Part, plan.ID)
}

const itemSQL = `SELECT ` + itemColumns + ` FROM work_item i WHERE i.part_id = $1 AND i.id = $2`

func itemByRef(ctx context.Context, q db.Q, ref ident.Ref) (Item, error) {
	i, err := scanItem(q.QueryRow(ctx, itemSQL, ref.Part, ref.ID))
	if db.NoRows(err) {
		return Item{}, ErrNotFound
	}
	return i, err
}

const insertItemSQL = `INSERT INTO work_item (part_id, id, plan_id, cell_id, from_month, to_month, title, content, who_id, who_name, product, note,
       source, result, told, told_on, proof_id, dropped, dropped_on, added_on)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`

func insertItems(ctx context.Context, tx *db.Tx, list []Item) error {
	rows := make([][]any, len(list))
	for n, i := range list {
		rows[n] = []any{
			i.Ref.Part, i.Ref.ID, i.PlanID, i.CellID, i.From, i.To, i.Title, i.Content, i.WhoID, i.WhoName, i.Product, i.Note,
			i.Source, string(i.Result), i.Told, i.ToldOn, i.ProofID, i.Dropped, i.DroppedOn, i.AddedOn,
		}
	}
	return db.Many(ctx, tx, insertItemSQL, rows)
}

const updateItemSQL = `UPDATE work_item SET from_month = $4, to_month = $5, title = $6, content = $7, who_id = $8, who_name = $9, product = $10, note = $11,
       result = $12, told = $13, told_on = $14, proof_id = $15, dropped = $16, dropped_on = $17, version = version + 1
 WHERE part_id = $1 AND id = $2 AND version = $3`

// updateItem writes what acts change. No row means that another was faster.
func updateItem(ctx context.Context, tx *db.Tx, i Item) error {
	res, err := tx.Exec(ctx, updateItemSQL, i.Ref.Part, i.Ref.ID, i.Version, i.From, i.To, i.Title, i.Content, i.WhoID, i.WhoName, i.Product, i.Note,
		string(i.Result), i.Told, i.ToldOn, i.ProofID, i.Dropped, i.DroppedOn)
	return one(res, err, ErrChanged)
}

const deleteItemSQL = `DELETE FROM work_item WHERE part_id = $1 AND id = $2 AND version = $3`

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

const insertStepSQL = `INSERT INTO work_step (part_id, id, plan_id, item_id, title, at, account, name, kind, was, became, reason, after, op)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`

// act is what steps of one act have in common.
type act struct {
	actor  access.Actor
	plan   Plan
	reason string
	op     string
}

// note adds the steps of one act; the first carries its op.
func (a act) note(ctx context.Context, tx *db.Tx, steps ...Step) error {
	op := a.op
	for _, s := range steps {
		_, err := tx.Exec(ctx, insertStepSQL, a.plan.Ref.Part, tx.ID(), a.plan.Ref.ID, s.ItemID, s.Title, tx.NowMS(), a.actor.AccountID, a.actor.Name, s.Kind,
			s.Was, s.Became, a.reason, a.plan.Approved(), op)
		if err != nil {
			return err
		}
		op = ""
	}
	return nil
}

const steppedSQL = `SELECT COUNT(*) FROM work_step WHERE part_id = $1 AND op = $2 AND op <> '' AND account = $3`

// stepped says whether the account has sent this act before.
func stepped(ctx context.Context, q db.Q, part int64, op string, account int64) (bool, error) {
	if op == "" {
		return false, nil
	}
	var n int
	err := q.QueryRow(ctx, steppedSQL, part, op, account).Scan(&n)
	return n > 0, err
}

const (
	stepColumns  = `s.item_id, s.title, s.at, s.name, s.kind, s.was, s.became, s.reason, s.after`
	stepsSQL     = `SELECT ` + stepColumns + ` FROM work_step s WHERE s.part_id = $1 AND s.plan_id = $2 ORDER BY s.id`
	itemStepsSQL = `SELECT ` + stepColumns + ` FROM work_step s WHERE s.part_id = $1 AND s.item_id = $2 AND s.item_id <> 0 ORDER BY s.id`
)

func scanStep(r db.Scanner) (s Step, err error) {
	var at int64
	err = r.Scan(&s.ItemID, &s.Title, &at, &s.Name, &s.Kind, &s.Was, &s.Became, &s.Reason, &s.After)
	s.At = instant(at)
	return s, err
}

const (
	takenColumns = `t.part_id, t.meeting_id, t.plan_id, t.item_id, t.agenda_item_id, t.day`
	takenOfSQL   = `SELECT ` + takenColumns + ` FROM work_taken t WHERE t.part_id = $1 AND t.plan_id = $2 ORDER BY t.meeting_id, t.agenda_item_id`
	takenInSQL   = `SELECT ` + takenColumns + ` FROM work_taken t WHERE t.part_id = $1 AND t.meeting_id = $2 ORDER BY t.agenda_item_id`
	tasksOfSQL   = `SELECT t.item_id, t.task_id FROM work_task t JOIN work_item i ON i.part_id = t.part_id AND i.id = t.item_id
 WHERE t.part_id = $1 AND i.plan_id = $2 ORDER BY t.task_id`
	insertTaskSQL = `INSERT INTO work_task (part_id, item_id, task_id, cell_id) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`
)

func scanTaken(s db.Scanner) (t Taken, err error) {
	err = s.Scan(&t.Meeting.Part, &t.Meeting.ID, &t.PlanID, &t.ItemID, &t.OnItem, &t.Day)
	return t, err
}

// today gives the day now.
func (s *Service) today() civil.Date { return civil.From(s.DB.Clock().Now()) }
