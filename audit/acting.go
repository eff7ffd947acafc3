package audit

import (
	"context"
	"sync/atomic"
	"time"

	"chibo/internal/db"
)

// Acting remembers, for one request, whose stand-in the actor had to be so far. It is
// safe for several goroutines.
type Acting struct{ person atomic.Int64 }

// Needed notes that a right held for the person was needed.
func (a *Acting) Needed(person int64) {
	if a != nil {
		a.person.Store(person)
	}
}

type actingKey struct{}

// WithActing puts the memory of a request into its context, where Record finds it.
func WithActing(ctx context.Context, a *Acting) context.Context {
	return context.WithValue(ctx, actingKey{}, a)
}

// forWhom gives the person for whom the acts of this request are done, 0 for the own
// right.
func forWhom(ctx context.Context) int64 {
	if a, ok := ctx.Value(actingKey{}).(*Acting); ok && a != nil {
		return a.person.Load()
	}
	return 0
}

// Done says how much was done for somebody.
type Done struct {
	Count int
	Last  time.Time // zero: nothing yet
}

const doneForSQL = `SELECT COUNT(*), COALESCE(MAX(at), 0) FROM audit
 WHERE for_id = $1 AND for_id <> 0 AND account_id = $2 AND at >= $3`

// DoneFor counts the acts that an account did as the stand-in of a person since then.
func DoneFor(ctx context.Context, q db.Q, person, account int64, since time.Time) (Done, error) {
	var d Done
	var last int64
	err := q.QueryRow(ctx, doneForSQL, person, account, since.UnixMilli()).Scan(&d.Count, &last)
	if last != 0 {
		d.Last = time.UnixMilli(last).UTC()
	}
	return d, err
}
