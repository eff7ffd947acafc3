package job

import (
	"context"

	"chibo/internal/db"
	"chibo/internal/ident"
)

// A claim is one statement that commits by itself. In PostgreSQL two of them at once
// pass by each other's rows; in SQLite there is one writer.
const (
	jobIsDue = `SELECT count(*) FROM (SELECT id FROM job
WHERE state = 'ready' AND run_at <= $1 AND (locked_until IS NULL OR locked_until <= $1) LIMIT 1) AS due`

	claimSQLite = `UPDATE job SET locked_until = $2, locked_by = $3, attempts = attempts + 1
WHERE id = (SELECT id FROM job
  WHERE state = 'ready' AND run_at <= $1 AND (locked_until IS NULL OR locked_until <= $1)
  ORDER BY run_at, id LIMIT 1)
RETURNING id, kind, payload, attempts, max_attempts`

	claimPostgres = `UPDATE job SET locked_until = $2, locked_by = $3, attempts = attempts + 1
WHERE id = (SELECT id FROM job
  WHERE state = 'ready' AND run_at <= $1 AND (locked_until IS NULL OR locked_until <= $1)
  ORDER BY run_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id, kind, payload, attempts, max_attempts`
)

// The claim is asked for in each: who took longer than the lease has lost the job.
const (
	deleteJob = `DELETE FROM job WHERE id = $1 AND locked_by = $2 AND key IS NULL`
	keepDone  = `UPDATE job SET state = 'done', payload = '', run_at = $3, locked_until = NULL, locked_by = NULL, last_error = NULL
WHERE id = $1 AND locked_by = $2`
	buryJob = `UPDATE job SET state = 'dead', locked_until = NULL, locked_by = NULL, last_error = $3
WHERE id = $1 AND locked_by = $2`
	postponeJob = `UPDATE job SET run_at = $3, locked_until = NULL, locked_by = NULL, last_error = $4
WHERE id = $1 AND locked_by = $2`
	putBackJob = `UPDATE job SET run_at = $3, attempts = attempts - 1, locked_until = NULL, locked_by = NULL
WHERE id = $1 AND locked_by = $2`
)

// claim takes the job that has waited longest, nil when none is due. It looks first with
// a reader, which waits for nobody.
func (r *Runner) claim(ctx context.Context) (*claimed, error) {
	now := r.DB.Clock().Now()
	due := 0
	err := r.DB.Read(ctx, func(q db.Q) error {
		return q.QueryRow(ctx, jobIsDue, now.UnixMilli()).Scan(&due)
	})
	if err != nil || due == 0 {
		return nil, err
	}
	query := claimSQLite
	if r.DB.Dialect() == db.Postgres {
		query = claimPostgres
	}
	// The handler is stopped at the end of the lease; others may claim a little later.
	until := now.Add(orElse(r.Lease, defaultLease) * 5 / 4)
	j := &claimed{claim: ident.NewDevice()}
	err = r.DB.Direct(ctx, func(q db.Q) error {
		return q.QueryRow(ctx, query, now.UnixMilli(), until.UnixMilli(), j.claim).
			Scan(&j.id, &j.kind, &j.payload, &j.attempts, &j.tries)
	})
	if db.NoRows(err) {
		return nil, nil // another one was faster
	}
	if err != nil {
		return nil, err
	}
	return j, nil
}

func (r *Runner) finish(ctx context.Context, j *claimed) error {
	return r.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, deleteJob, j.id, j.claim); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, keepDone, j.id, j.claim, tx.NowMS())
		return err
	})
}

func (r *Runner) bury(ctx context.Context, j *claimed, what string) error {
	return r.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, buryJob, j.id, j.claim, what)
		return err
	})
}

func (r *Runner) postpone(ctx context.Context, j *claimed, what string) error {
	return r.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, postponeJob, j.id, j.claim, tx.Now().Add(backoff(j.attempts)).UnixMilli(), what)
		return err
	})
}

// putBack returns a job that was cut off: it is no failure of the job.
func (r *Runner) putBack(ctx context.Context, j *claimed) error {
	return r.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, putBackJob, j.id, j.claim, tx.NowMS())
		return err
	})
}

// leave returns a job whose kind this program does not know, for a node that does.
func (r *Runner) leave(ctx context.Context, j *claimed) error {
	r.log().Warn("no handler for a job, left for later", "job", j.id, "kind", j.kind)
	return r.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, putBackJob, j.id, j.claim, tx.Now().Add(lastPause).UnixMilli())
		return err
	})
}
