package meeting

import (
	"context"
	"time"

	"chibo/agenda"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/workplan"
)

const insertItemSQL = `INSERT INTO meeting_item (part_id, id, meeting_id, seq, title, content, minutes, speaker_id, note, started_at, ended_at, code)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`

func itemRow(ref ident.Ref, it Item) []any {
	return []any{ref.Part, it.ID, ref.ID, it.Seq, it.Title, it.Content, it.Minutes, it.SpeakerID, it.Note, millis(it.StartedAt), millis(it.EndedAt), it.Code}
}

func insertItems(ctx context.Context, tx *db.Tx, ref ident.Ref, items []Item) error {
	rows := make([][]any, len(items))
	for i, it := range items {
		rows[i] = itemRow(ref, it)
	}
	return db.Many(ctx, tx, insertItemSQL, rows)
}

const itemsSQL = `SELECT id, seq, title, content, minutes, speaker_id, note, started_at, ended_at, resumed_at, spent_ms, code
  FROM meeting_item WHERE part_id = $1 AND meeting_id = $2 ORDER BY seq, id`

func itemsOf(ctx context.Context, q db.Q, ref ident.Ref) ([]Item, error) {
	return db.List(ctx, q, func(s db.Scanner) (Item, error) {
		var it Item
		var started, ended, resumed, spent int64
		err := s.Scan(&it.ID, &it.Seq, &it.Title, &it.Content, &it.Minutes, &it.SpeakerID, &it.Note, &started, &ended, &resumed, &spent, &it.Code)
		it.StartedAt, it.EndedAt, it.ResumedAt = instant(started), instant(ended), instant(resumed)
		it.Earlier = time.Duration(spent) * time.Millisecond
		return it, err
	}, itemsSQL, ref.Part, ref.ID)
}

const updateItemSQL = `UPDATE meeting_item SET seq = $4, title = $5, content = $6, minutes = $7, speaker_id = $8, note = $9,
       started_at = $10, ended_at = $11, resumed_at = $12, spent_ms = $13
 WHERE part_id = $1 AND meeting_id = $2 AND id = $3`

func updateItem(ctx context.Context, tx *db.Tx, ref ident.Ref, it Item) error {
	res, err := tx.Exec(ctx, updateItemSQL, ref.Part, ref.ID, it.ID, it.Seq, it.Title, it.Content, it.Minutes, it.SpeakerID, it.Note,
		millis(it.StartedAt), millis(it.EndedAt), millis(it.ResumedAt), it.Earlier.Milliseconds())
	return one(res, err, ErrNoItem)
}

const deleteItemSQL = `DELETE FROM meeting_item WHERE part_id = $1 AND meeting_id = $2 AND id = $3`

// deleteItem takes an item off the agenda; a guidance, or an item of the year's plan, that
// it was is open again.
func deleteItem(ctx context.Context, tx *db.Tx, ref ident.Ref, id int64) error {
	if err := agenda.DropItem(ctx, tx, ref, id); err != nil {
		return err
	}
	if err := workplan.DropItem(ctx, tx, ref, id); err != nil {
		return err
	}
	res, err := tx.Exec(ctx, deleteItemSQL, ref.Part, ref.ID, id)
	return one(res, err, ErrNoItem)
}

const endItemsSQL = `UPDATE meeting_item SET ended_at = $3 WHERE part_id = $1 AND meeting_id = $2 AND started_at > 0 AND ended_at = 0`

// endItems ends the item under way.
func endItems(ctx context.Context, tx *db.Tx, ref ident.Ref) error {
	_, err := tx.Exec(ctx, endItemsSQL, ref.Part, ref.ID, tx.NowMS())
	return err
}

const insertDecisionSQL = `INSERT INTO decision (part_id, id, meeting_id, seq, title, assignee_id, due, product, task_id, work_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`

func decisionRow(ref ident.Ref, d Decision) []any {
	return []any{ref.Part, d.ID, ref.ID, d.Seq, d.Title, d.AssigneeID, d.Due, d.Product, d.TaskID, d.WorkID}
}

func insertDecisions(ctx context.Context, tx *db.Tx, ref ident.Ref, list []Decision) error {
	rows := make([][]any, len(list))
	for i, d := range list {
		rows[i] = decisionRow(ref, d)
	}
	return db.Many(ctx, tx, insertDecisionSQL, rows)
}

const decisionsSQL = `SELECT id, seq, title, assignee_id, due, product, task_id, work_id FROM decision WHERE part_id = $1 AND meeting_id = $2 ORDER BY seq, id`

func decisionsOf(ctx context.Context, q db.Q, ref ident.Ref) ([]Decision, error) {
	return db.List(ctx, q, func(s db.Scanner) (Decision, error) {
		var d Decision
		err := s.Scan(&d.ID, &d.Seq, &d.Title, &d.AssigneeID, &d.Due, &d.Product, &d.TaskID, &d.WorkID)
		return d, err
	}, decisionsSQL, ref.Part, ref.ID)
}

const updateDecisionSQL = `UPDATE decision SET seq = $4, title = $5, assignee_id = $6, due = $7, product = $8
 WHERE part_id = $1 AND meeting_id = $2 AND id = $3`

func updateDecision(ctx context.Context, tx *db.Tx, ref ident.Ref, d Decision) error {
	res, err := tx.Exec(ctx, updateDecisionSQL, ref.Part, ref.ID, d.ID, d.Seq, d.Title, d.AssigneeID, d.Due, d.Product)
	return one(res, err, ErrNoDecision)
}

const deleteDecisionSQL = `DELETE FROM decision WHERE part_id = $1 AND meeting_id = $2 AND id = $3`

func deleteDecision(ctx context.Context, tx *db.Tx, ref ident.Ref, id int64) error {
	res, err := tx.Exec(ctx, deleteDecisionSQL, ref.Part, ref.ID, id)
	return one(res, err, ErrNoDecision)
}
