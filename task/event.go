package task

import (
	"context"
	"time"

	"chibo/access"
	"chibo/internal/db"
	"chibo/internal/ident"
)

// Kinds of event.
const (
	EventGiven   = "given"
	EventReport  = "report"
	EventDue     = "due"      // another day
	EventHolder  = "assignee" // another member
	EventVerdict = "verdict"
)

// Event is one thing that happened to a task.
type Event struct {
	At     time.Time
	Name   string // who did it, as the account was called then
	Kind   string
	Was    string // before: a day yyyy-mm-dd, or a name
	Became string // after; the State of a verdict
	Note   string
}

const insertEventSQL = `INSERT INTO task_event (part_id, id, task_id, at, account, name, kind, was, became, note)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`

func note(ctx context.Context, tx *db.Tx, actor access.Actor, ref ident.Ref, e Event) error {
	_, err := tx.Exec(ctx, insertEventSQL, ref.Part, tx.ID(), ref.ID, tx.NowMS(), actor.AccountID, actor.Name, e.Kind, e.Was, e.Became, e.Note)
	return err
}

const eventsSQL = `SELECT at, name, kind, was, became, note FROM task_event WHERE part_id = $1 AND task_id = $2 ORDER BY id`

// Events gives what happened to a task outside of meetings, in order.
func Events(ctx context.Context, q db.Q, ref ident.Ref) ([]Event, error) {
	return db.List(ctx, q, func(s db.Scanner) (Event, error) {
		var e Event
		var at int64
		err := s.Scan(&at, &e.Name, &e.Kind, &e.Was, &e.Became, &e.Note)
		e.At = instant(at)
		return e, err
	}, eventsSQL, ref.Part, ref.ID)
}
