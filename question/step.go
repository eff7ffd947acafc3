package question

import (
	"context"
	"time"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
)

// Step is one act on a question, as the trail shows it.
type Step struct {
	At        time.Time
	Name      string // who acted, as the account was called then; "" kept from the reader
	Own       bool   // the asker acted
	Kind      string
	Unit      string // name of the unit that acted, as it was then
	FromID    int64  // holder before
	ToID      int64  // holder after
	ToName    string // its name then, where it changed
	State     State  // after
	Due       civil.Date
	Note      string
	MeetingID int64
	ItemID    int64 // of its agenda
}

const insertStepSQL = `INSERT INTO question_step (part_id, id, question_id, at, account, name, own, kind, unit, from_id, to_id, to_name, state, due,
       note, meeting_id, item_id, op)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`

func addStep(ctx context.Context, tx *db.Tx, ref ident.Ref, s Step, account int64, op string) error {
	if op == "" {
		op = ident.NewDevice()
	}
	_, err := tx.Exec(ctx, insertStepSQL, ref.Part, tx.ID(), ref.ID, tx.NowMS(), account, s.Name, s.Own, s.Kind, s.Unit, s.FromID, s.ToID, s.ToName,
		string(s.State), s.Due, s.Note, s.MeetingID, s.ItemID, op)
	return err
}

const stepsSQL = `SELECT at, name, own, kind, unit, from_id, to_id, to_name, state, due, note, meeting_id, item_id
  FROM question_step WHERE part_id = $1 AND question_id = $2 ORDER BY id`

// Steps gives the whole trail, the first step first. It checks no right.
func Steps(ctx context.Context, q db.Q, ref ident.Ref) ([]Step, error) {
	return db.List(ctx, q, func(r db.Scanner) (s Step, err error) {
		var at int64
		err = r.Scan(&at, &s.Name, &s.Own, &s.Kind, &s.Unit, &s.FromID, &s.ToID, &s.ToName, &s.State, &s.Due, &s.Note, &s.MeetingID, &s.ItemID)
		s.At = instant(at)
		return s, err
	}, stepsSQL, ref.Part, ref.ID)
}

const steppedSQL = `SELECT COUNT(*) FROM question_step WHERE part_id = $1 AND question_id = $2 AND op = $3 AND account = $4`

// stepped says whether the account has sent this act before.
func stepped(ctx context.Context, q db.Q, ref ident.Ref, op string, account int64) (bool, error) {
	if op == "" {
		return false, nil
	}
	var n int
	err := q.QueryRow(ctx, steppedSQL, ref.Part, ref.ID, op, account).Scan(&n)
	return n > 0, err
}
