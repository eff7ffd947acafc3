package demo

import (
	"context"
	"sync/atomic"

	"chibo/account"
	"chibo/insight"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/seal"
	"chibo/member"
	"chibo/question"
	"chibo/rulebook"
	"chibo/visit"
)

// Password is the one password of all sample accounts; it is printed and shown.
const Password = "chibo-mau"

// historyMonths is how many months of meetings the sample has, the present one
// included.
const historyMonths = 36

// Fill makes the sample in an empty database. It may be stopped at any time: what is
// complete is noted, and the next run goes on from there.
type Fill struct {
	DB       *db.DB            // required
	Book     *rulebook.Book    // required
	Accounts *account.Service  // required
	Keys     *seal.Ring        // required: seals the identity numbers
	Today    civil.Date        // required: the demo's day
	Size     Size              // "" is District
	Tell     func(percent int) // hears of each further percent; nil: nobody
	Members  *member.Service   // nil: no proposals of correction
	Asked    *question.Service // nil: no questions
	Visited  *visit.Service    // nil: no observers' cards
	Planned  *insight.Service  // nil: likewise, and no plans
	Scenario string            // Scenario2025; zero: the district alone

	steps   atomic.Int64
	percent atomic.Int64
}

// Percent says how much of the history is there, 0 to 100.
func (f *Fill) Percent() int { return int(f.percent.Load()) }

// stepped notes that n of all steps are complete.
func (f *Fill) stepped(n, all int) {
	f.steps.Store(int64(n))
	p := int64(n * 100 / all)
	if f.percent.Swap(p) < p && f.Tell != nil {
		f.Tell(int(p))
	}
}

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
