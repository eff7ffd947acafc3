package demo

import (
	"context"
	"sync/atomic"

	"chibo/account"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/member"
	"chibo/rulebook"
)

// Password is the one password of all sample accounts; it is printed and shown.
const Password = "chibo-mau"

// historyMonths is how many months of meetings the sample has, the present one
// included.
const historyMonths = 36

// Fill makes the sample district in an empty database. It may be stopped at any
// time: what is complete is noted, and the next run goes on from there.
type Fill struct {
	DB       *db.DB           // required
	Book     *rulebook.Book   // required
	Accounts *account.Service // required
	Today    civil.Date       // required: the demo's day
	Members  *member.Service  // nil: no identity numbers and no proposals of correction

	steps atomic.Int64 // months complete
}

// Percent says how much of the history is there, 0 to 100.
func (f *Fill) Percent() int { return int(f.steps.Load()) * 100 / historyMonths }

// Run makes what is not there yet: the district with its people first, so that
// pages can be shown, then the months, the latest first.
func (f *Fill) Run(ctx context.Context) error {
	if err := f.Ground(ctx); err != nil {
		return err
	}
	return f.History(ctx)
}

const (
	isDoneSQL = `SELECT count(*) FROM demo_fill WHERE step = $1`
	doneSQL   = `INSERT INTO demo_fill (step, done_at) VALUES ($1, $2)`
)

// once runs a step in one transaction unless it was done before.
func (f *Fill) once(ctx context.Context, step string, run func(tx *db.Tx) error) error {
	return f.DB.Write(ctx, func(tx *db.Tx) error {
		var n int
		if err := tx.QueryRow(ctx, isDoneSQL, step).Scan(&n); err != nil || n > 0 {
			return err
		}
		if err := run(tx); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, doneSQL, step, tx.NowMS())
		return err
	})
}
