package question

import (
	"context"
	"database/sql"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
)

const fields = `part_id, id, cell_id, asker_id, heard, kind, text, named, by_account, by_name, at, day, state, holder_id, since, due,
       meeting_id, item_id, joined_to, round, answer, answered_by, answered_on, read_on, version, op`

const columns = `q.part_id, q.id, q.cell_id, q.asker_id, q.heard, q.kind, q.text, q.named, q.by_account, q.by_name, q.at, q.day, q.state,
       q.holder_id, q.since, q.due, q.meeting_id, q.item_id, q.joined_to, q.round, q.answer, q.answered_by, q.answered_on,
       q.read_on, q.version, q.op`

const insertSQL = `INSERT INTO question (` + fields + `)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
       $17, $18, $19, $20, $21, $22, $23, $24, $25, $26)`

func insert(ctx context.Context, tx *db.Tx, q Question) error {
	_, err := tx.Exec(ctx, insertSQL, q.Ref.Part, q.Ref.ID, q.CellID, q.AskerID, q.Heard, q.Kind, q.Text, q.Named, q.byAccount, q.ByName,
		q.At.UnixMilli(), q.Day, string(q.State), q.HolderID, q.Since, q.Due, q.MeetingID, q.ItemID, q.JoinedTo, q.Round, q.Answer,
		q.AnsweredBy, q.AnsweredOn, q.ReadOn, q.Version, q.op)
	return err
}

func scan(s db.Scanner) (q Question, err error) {
	var at int64
	err = s.Scan(&q.Ref.Part, &q.Ref.ID, &q.CellID, &q.AskerID, &q.Heard, &q.Kind, &q.Text, &q.Named, &q.byAccount, &q.ByName, &at, &q.Day,
		&q.State, &q.HolderID, &q.Since, &q.Due, &q.MeetingID, &q.ItemID, &q.JoinedTo, &q.Round, &q.Answer, &q.AnsweredBy, &q.AnsweredOn,
		&q.ReadOn, &q.Version, &q.op)
	q.At = instant(at)
	return q, err
}

const byRefSQL = `SELECT ` + columns + ` FROM question q WHERE q.part_id = $1 AND q.id = $2`

// byRef gives one question, or ErrNotFound. It checks no right.
func byRef(ctx context.Context, q db.Q, ref ident.Ref) (Question, error) {
	x, err := scan(q.QueryRow(ctx, byRefSQL, ref.Part, ref.ID))
	if db.NoRows(err) {
		return Question{}, ErrNotFound
	}
	return x, err
}

const byOpSQL = `SELECT q.id FROM question q WHERE q.part_id = $1 AND q.op = $2 AND q.by_account = $3`

const updateSQL = `UPDATE question SET state = $4, holder_id = $5, since = $6, due = $7, meeting_id = $8, item_id = $9, joined_to = $10,
       round = $11, answer = $12, answered_by = $13, answered_on = $14, read_on = $15, version = version + 1
 WHERE part_id = $1 AND id = $2 AND version = $3`

// update writes what acts change. No row means that another was faster.
func update(ctx context.Context, tx *db.Tx, q Question) error {
	res, err := tx.Exec(ctx, updateSQL, q.Ref.Part, q.Ref.ID, q.Version, string(q.State), q.HolderID, q.Since, q.Due, q.MeetingID, q.ItemID,
		q.JoinedTo, q.Round, q.Answer, q.AnsweredBy, q.AnsweredOn, q.ReadOn)
	return one(res, err, ErrChanged)
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

const joinedSQL = `SELECT ` + columns + ` FROM question q WHERE q.part_id = $1 AND q.joined_to = $2 AND q.joined_to <> 0 AND q.state = 'joined' ORDER BY q.id`

// joinedTo gives the open questions that go with one.
func joinedTo(ctx context.Context, q db.Q, ref ident.Ref) ([]Question, error) {
	return db.List(ctx, q, scan, joinedSQL, ref.Part, ref.ID)
}

const (
	openHandSQL  = `INSERT INTO question_hand (part_id, id, question_id, org_id, since) VALUES ($1, $2, $3, $4, $5)`
	closeHandSQL = `UPDATE question_hand SET left_on = $3, how = $4 WHERE part_id = $1 AND question_id = $2 AND left_on = ''`
	handsOfSQL   = `SELECT DISTINCT h.org_id FROM question_hand h WHERE h.part_id = $1 AND h.question_id = $2`
)

// Hand is one stay with a holder.
type Hand struct {
	OrgID  int64
	Since  civil.Date
	LeftOn civil.Date // zero: it is there now
	How    string     // step with which it left
}

const handsSQL = `SELECT h.org_id, h.since, h.left_on, h.how FROM question_hand h WHERE h.part_id = $1 AND h.question_id = $2 ORDER BY h.id`

// Hands gives in whose hands a question was, in order. It checks no right.
func Hands(ctx context.Context, q db.Q, ref ident.Ref) ([]Hand, error) {
	return db.List(ctx, q, func(s db.Scanner) (h Hand, err error) {
		return h, s.Scan(&h.OrgID, &h.Since, &h.LeftOn, &h.How)
	}, handsSQL, ref.Part, ref.ID)
}
