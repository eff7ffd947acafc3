package reorg

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"chibo/access"
	"chibo/internal/db"
	"chibo/internal/fault"
)

const actColumns = `SELECT a.id, a.org_id, a.title, a.basis_no, a.basis_day, a.basis_by, a.day, a.remark, a.state, a.items, a.done,
  a.problem, a.made_by, a.made_at, a.started_at, a.ended_at, a.version FROM reorg_act a`

func scanAct(s db.Scanner) (a Act, err error) {
	var problem string
	var made, started, ended int64
	err = s.Scan(&a.ID, &a.OrgID, &a.Title, &a.BasisNo, &a.BasisDay, &a.BasisBy, &a.Day, &a.Remark, &a.State, &a.Items, &a.Done,
		&problem, &a.MadeBy, &made, &started, &ended, &a.Version)
	if err != nil {
		return a, err
	}
	a.MadeAt, a.StartedAt, a.EndedAt = instant(made), instant(started), instant(ended)
	if problem != "" {
		a.Problem = &Problem{}
		err = json.Unmarshal([]byte(problem), a.Problem)
		for k, v := range a.Problem.Args { // JSON knows one kind of number
			if n, ok := v.(float64); ok {
				a.Problem.Args[k] = int(n)
			}
		}
	}
	return a, err
}

func instant(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

const actByIDSQL = actColumns + ` WHERE a.id = $1`

func actByID(ctx context.Context, q db.Q, id int64) (Act, error) {
	a, err := scanAct(q.QueryRow(ctx, actByIDSQL, id))
	if db.NoRows(err) {
		return a, ErrNotFound
	}
	if err != nil {
		return a, err
	}
	a.Steps, err = stepsOf(ctx, q, id)
	return a, err
}

const listSQL = actColumns + ` JOIN org o ON o.id = a.org_id WHERE o.path >= $1 AND o.path < $2 ORDER BY a.id DESC LIMIT 200`

// List gives the acts in the scope, the newest first, without their steps. Drafts
// that nobody needed are few; what is older than the limit is in the tree's past.
func List(ctx context.Context, q db.Q, scope access.Scope) ([]Act, error) {
	lo, hi := scope.Range()
	return db.List(ctx, q, scanAct, listSQL, lo, hi)
}

const insertActSQL = `INSERT INTO reorg_act (id, org_id, title, basis_no, basis_day, basis_by, day, remark, state, made_by, made_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'draft', $9, $10)`

func insertAct(ctx context.Context, tx *db.Tx, id int64, f Facts, account int64) error {
	_, err := tx.Exec(ctx, insertActSQL, id, f.OrgID, f.Title, f.BasisNo, f.BasisDay, f.BasisBy, f.Day, f.Remark, account, tx.NowMS())
	return err
}

const saveFactsSQL = `UPDATE reorg_act SET title = $3, basis_no = $4, basis_day = $5, basis_by = $6, day = $7, remark = $8, version = version + 1
 WHERE id = $1 AND version = $2 AND state = 'draft'`

func saveFacts(ctx context.Context, tx *db.Tx, a Act, f Facts) error {
	res, err := tx.Exec(ctx, saveFactsSQL, a.ID, a.Version, f.Title, f.BasisNo, f.BasisDay, f.BasisBy, f.Day, f.Remark)
	return one(res, err, ErrStale)
}

// one turns "no row was changed" into an error.
func one(res sql.Result, err, none error) error {
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, none)
	}
	return nil
}

const touchSQL = `UPDATE reorg_act SET version = version + 1 WHERE id = $1 AND state = 'draft'`

// touch says that a draft's steps changed, so that a rehearsal seen before is stale.
func touch(ctx context.Context, tx *db.Tx, id int64) error {
	res, err := tx.Exec(ctx, touchSQL, id)
	return one(res, err, ErrNotDraft)
}

const dropActSQL = `DELETE FROM reorg_act WHERE id = $1 AND state = 'draft'`

const dropStepsSQL = `DELETE FROM reorg_step WHERE act_id = $1`

func dropAct(ctx context.Context, tx *db.Tx, id int64) error {
	res, err := tx.Exec(ctx, dropActSQL, id)
	if err := one(res, err, ErrNotDraft); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, dropStepsSQL, id)
	return err
}

const stepsSQL = `SELECT id, data FROM reorg_step WHERE act_id = $1 ORDER BY seq, id`

func stepsOf(ctx context.Context, q db.Q, act int64) ([]Step, error) {
	return db.List(ctx, q, func(row db.Scanner) (s Step, err error) {
		var data string
		if err = row.Scan(&s.ID, &data); err != nil {
			return s, err
		}
		return s, json.Unmarshal([]byte(data), &s)
	}, stepsSQL, act)
}

const putStepSQL = `INSERT INTO reorg_step (act_id, id, seq, data) VALUES ($1, $2, $3, $4)
ON CONFLICT (act_id, id) DO UPDATE SET seq = excluded.seq, data = excluded.data`

func putStep(ctx context.Context, tx *db.Tx, act int64, seq int, s Step) error {
	data, err := json.Marshal(s)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, putStepSQL, act, s.ID, seq, string(data))
	return err
}

const dropStepSQL = `DELETE FROM reorg_step WHERE act_id = $1 AND id = $2`

func dropStep(ctx context.Context, tx *db.Tx, act, id int64) error {
	res, err := tx.Exec(ctx, dropStepSQL, act, id)
	return one(res, err, ErrNotFound)
}

// item is one transaction of an act.
type item struct {
	Seq   int
	Op    Op
	Notes string
}

func scanItem(s db.Scanner) (it item, err error) {
	var data string
	if err = s.Scan(&it.Seq, &data, &it.Notes); err != nil {
		return it, err
	}
	return it, json.Unmarshal([]byte(data), &it.Op)
}

const insertItemSQL = `INSERT INTO reorg_item (act_id, seq, step_id, data) VALUES ($1, $2, $3, $4)`

const dropItemsSQL = `DELETE FROM reorg_item WHERE act_id = $1`

func putItems(ctx context.Context, tx *db.Tx, act int64, ops []Op) error {
	if _, err := tx.Exec(ctx, dropItemsSQL, act); err != nil {
		return err
	}
	rows := make([][]any, len(ops))
	for i, op := range ops {
		data, err := json.Marshal(op)
		if err != nil {
			return err
		}
		rows[i] = []any{act, i + 1, op.Step, string(data)}
	}
	return db.Many(ctx, tx, insertItemSQL, rows)
}

const nextItemSQL = `SELECT seq, data, notes FROM reorg_item WHERE act_id = $1 AND done_at = 0 ORDER BY seq LIMIT 1`

const lastItemSQL = `SELECT seq, data, notes FROM reorg_item WHERE act_id = $1 AND done_at <> 0 ORDER BY seq DESC LIMIT 1`

const itemsSQL = `SELECT seq, data, notes FROM reorg_item WHERE act_id = $1 AND done_at <> 0 ORDER BY seq`

// UnderWay gives the unit that is carried out or taken back next, 0 for none. It
// checks no right.
func UnderWay(ctx context.Context, q db.Q, a Act) (int64, error) {
	query := nextItemSQL
	if a.State == StateUndoing {
		query = lastItemSQL
	}
	it, _, err := itemIn(q.QueryRow(ctx, query, a.ID))
	return it.Op.Unit, err
}

// itemIn gives the one item of a query, ok false for none.
func itemIn(row db.Scanner) (it item, ok bool, err error) {
	it, err = scanItem(row)
	if db.NoRows(err) {
		return it, false, nil
	}
	return it, err == nil, err
}

const itemDoneSQL = `UPDATE reorg_item SET done_at = $3, notes = $4 WHERE act_id = $1 AND seq = $2`

const progressSQL = `UPDATE reorg_act SET done = (SELECT COUNT(*) FROM reorg_item i WHERE i.act_id = $1 AND i.done_at <> 0),
  version = version + 1 WHERE id = $1`

// markItem notes that an item is in force (at) or taken back (0).
func markItem(ctx context.Context, tx *db.Tx, act int64, it item, at int64, notes string) error {
	if _, err := tx.Exec(ctx, itemDoneSQL, act, it.Seq, at, notes); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, progressSQL, act)
	return err
}

const turnSQL = `UPDATE reorg_act SET state = $3, problem = $4, ended_at = $5, version = version + 1 WHERE id = $1 AND state = $2`

// turn takes an act from one state to another; another state than from is ErrBegun:
// somebody was quicker.
func turn(ctx context.Context, tx *db.Tx, id int64, from, to string, problem *Problem, ended int64) error {
	text := ""
	if problem != nil {
		data, err := json.Marshal(problem)
		if err != nil {
			return err
		}
		text = string(data)
	}
	res, err := tx.Exec(ctx, turnSQL, id, from, to, text, ended)
	return one(res, err, ErrBegun)
}

const beginSQL = `UPDATE reorg_act SET state = 'running', items = $3, done = 0, started_at = $4, run_by = $5, version = version + 1
 WHERE id = $1 AND version = $2 AND state = 'draft'`

const putSignSQL = `INSERT INTO reorg_sign (act_id, mark) VALUES ($1, $2)`

const signsSQL = `SELECT mark FROM reorg_sign WHERE act_id = $1`

const dropSignsSQL = `DELETE FROM reorg_sign WHERE act_id = $1`

// keyOf gives the words of an error without fields.
func keyOf(err error) (string, map[string]any) {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.Key, f.Args
	}
	return "", nil
}
