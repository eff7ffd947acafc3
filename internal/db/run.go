package db

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

var (
	errReadOnly   = errors.New("db: a write inside Read")
	errUnfinished = errors.New("db: a part of the transaction was left by a panic")
)

const (
	// A write that finds the database busy, or loses against another one, is tried
	// again this often, with pauses that double from firstPause to lastPause: about
	// five seconds in all, which a person who pressed a button will still wait.
	tries      = 16
	firstPause = 2 * time.Millisecond
	lastPause  = 600 * time.Millisecond

	// On PostgreSQL a key that is taken can also say that another transaction was faster,
	// whose row this one does not see: what runs again sees it and finds the true answer.
	// Who is really the second fails again in the same way.
	uniqueTries = 3
)

// Read runs fn on a snapshot: all its statements see the database at one moment,
// whatever is written meanwhile. Exec fails. A cancelled ctx stops a running query.
func (d *DB) Read(ctx context.Context, fn func(q Q) error) error {
	if d.closed.Load() {
		return errClosed()
	}
	s, err := d.eng.reader(ctx)
	if err != nil {
		return known(err)
	}
	if err := s.begin(ctx); err != nil {
		s.release()
		return known(err)
	}
	defer s.leave()
	return known(fn(reader{s}))
}

// Write runs fn in one transaction and commits it when fn returns nil. Transactions
// behave as if they ran one after the other (PostgreSQL: SERIALIZABLE). When the
// database is busy or must refuse the transaction for that reason, fn runs again
// from the start after a short random pause; after some seconds of it the error has
// kind fault.Unavailable. So it does, a few times, when PostgreSQL says that a key is
// taken (IsUnique). When fn returns an error, panics, or ctx is cancelled
// before the commit, nothing is written.
func (d *DB) Write(ctx context.Context, fn func(tx *Tx) error) error {
	if d.closed.Load() {
		return errClosed()
	}
	return d.write(ctx, fn)
}

func (d *DB) write(ctx context.Context, fn func(tx *Tx) error) error {
	pause := firstPause
	for try := 1; ; try++ {
		tx, err := d.attempt(ctx, fn)
		if err == nil {
			tx.committed()
			return nil
		}
		if !mayRetry(err) && (try >= uniqueTries || !d.mayBeLate(err)) {
			return known(err)
		}
		if try == tries {
			busy := errBusy()
			busy.Cause = err
			return busy
		}
		if errors.Is(err, errLeaseLost) {
			if err := d.lease.take(ctx, d); err != nil {
				return err
			}
		}
		if err := sleep(ctx, rand.N(pause)+pause/2); err != nil {
			return err
		}
		pause = min(2*pause, lastPause)
	}
}

// mayBeLate says that err may stand for a lost race, see uniqueTries.
func (d *DB) mayBeLate(err error) bool { return d.Dialect() == Postgres && IsUnique(err) }

// attempt runs fn in a transaction of its own, once.
func (d *DB) attempt(ctx context.Context, fn func(tx *Tx) error) (*Tx, error) {
	s, err := d.eng.writer(ctx)
	if err != nil {
		return nil, err
	}
	defer s.release()
	if err := s.begin(ctx); err != nil {
		return nil, err
	}
	tx := d.newTx(s)
	tx.steps = d.Dialect() == SQLite
	done := false
	defer func() {
		if !done { // an error, a panic, or a test that ended itself
			s.rollback()
		}
	}()
	if err := fn(tx); err != nil {
		return nil, err
	}
	if err := d.finish(ctx, tx); err != nil {
		return nil, err
	}
	done = true
	if tx.high > 0 {
		d.lease.raise(tx.high)
	}
	return tx, nil
}

// finish commits, unless something already says that it must not.
func (d *DB) finish(ctx context.Context, tx *Tx) error {
	if err := tx.flush(ctx); err != nil {
		return err
	}
	if tx.fatal != nil {
		return tx.fatal
	}
	if d.lease != nil && !tx.free {
		if err := d.lease.cover(ctx, d, tx); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	done := d.changes.committing(tx.wrote)
	defer done()
	return tx.s.commit(ctx)
}

func (d *DB) newTx(s session) *Tx {
	return &Tx{d: d, s: s, now: d.clk.Now().UTC().Truncate(time.Millisecond)}
}

func (t *Tx) committed() {
	for _, f := range t.hooks {
		f()
	}
}

// Direct runs fn without a transaction: each statement commits by itself and is not
// retried. It is for the job queue, whose claim must be one statement.
func (d *DB) Direct(ctx context.Context, fn func(q Q) error) error {
	if d.closed.Load() {
		return errClosed()
	}
	s, err := d.eng.direct(ctx)
	if err != nil {
		return known(err)
	}
	defer s.release()
	t := &tracked{session: s, c: d.changes}
	defer t.end()
	return known(fn(t))
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
