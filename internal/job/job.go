package job

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"chibo/internal/db"
)

const defaultTries = 10

const insertJob = `INSERT INTO job (id, kind, payload, key, state, attempts, max_attempts, run_at, created_at)
VALUES ($1, $2, $3, $4, 'ready', 0, $5, $6, $7)
ON CONFLICT (key) DO NOTHING`

// Option changes how a job is enqueued.
type Option func(*order)

type order struct {
	key   any // string or nil
	tries int
	at    int64
}

// At has the job wait until t. Without it the job is due at once.
func At(t time.Time) Option { return func(o *order) { o.at = t.UnixMilli() } }

// Key names the job: while a job with this key is there, waiting, dead, or done less
// than 30 days ago, another is not enqueued. Begin it with the kind.
func Key(key string) Option { return func(o *order) { o.key = key } }

// Tries sets how often the job is begun before it is dead; the default is 10.
func Tries(n int) Option { return func(o *order) { o.tries = n } }

// Enqueue writes a job in the caller's transaction: it exists if and only if the
// transaction commits. payload becomes JSON; it holds ids, no personal data.
func Enqueue(ctx context.Context, tx *db.Tx, kind string, payload any, opts ...Option) error {
	data, err := json.Marshal(payload)
	if err != nil {
		return fmt.Errorf("job %s: payload: %w", kind, err)
	}
	o := order{tries: defaultTries, at: tx.NowMS()}
	for _, opt := range opts {
		opt(&o)
	}
	_, err = tx.Exec(ctx, insertJob, tx.ID(), kind, string(data), o.key, o.tries, o.at, tx.NowMS())
	return err
}

// Counts says how the queue is doing.
type Counts struct {
	Ready int // waiting, or being done now
	Late  int // of them, due for more than a minute
	Dead  int // failed for good, until Revive
}

const countJobs = `SELECT
  count(*) FILTER (WHERE state = 'ready'),
  count(*) FILTER (WHERE state = 'ready' AND run_at < $1),
  count(*) FILTER (WHERE state = 'dead')
FROM job WHERE state IN ('ready', 'dead')`

// Status counts the jobs as of now.
func Status(ctx context.Context, q db.Q, now time.Time) (c Counts, err error) {
	return c, q.QueryRow(ctx, countJobs, now.Add(-time.Minute).UnixMilli()).Scan(&c.Ready, &c.Late, &c.Dead)
}

const reviveJobs = `UPDATE job SET state = 'ready', attempts = 0, run_at = $1 WHERE state = 'dead'`

// Revive gives all dead jobs their attempts again and says how many there were, for the
// operator who has mended the cause.
func Revive(ctx context.Context, tx *db.Tx) (int, error) {
	res, err := tx.Exec(ctx, reviveJobs, tx.NowMS())
	if err != nil {
		return 0, err
	}
	n, err := res.RowsAffected()
	return int(n), err
}
