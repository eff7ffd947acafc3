package db

import (
	"context"
	"strings"
	"time"
)

// How long a Forget waits, at most, for its turn, and then for transactions that may still read
// what was deleted.
// Somebody waits for the answer meanwhile; what is not done by then is taken up again.
const forgetPatience = time.Second

const (
	eraseSQL   = `INSERT INTO erasure (id, what, from_tab, at) VALUES ($1, $2, $3, $4)`
	erasingSQL = `SELECT count(*) FROM erasure WHERE what = $1`
	oldestSQL  = `SELECT coalesce(min(at), 0) FROM erasure WHERE at > 0`
	dueSQL     = `SELECT id, from_tab, mark FROM erasure ORDER BY id`
	doneSQL    = `DELETE FROM erasure WHERE id` + InList
)

// erasure is something that was deleted and may still be readable in the engine's files.
type erasure struct {
	id     int64
	tables []string
	mark   int64 // see pgEngine.forget
}

// Erase notes that this transaction deletes, or writes over, what must become unreadable in
// the engine's files. The note is committed with the deletion and stays until Forget
// knows that it is so. what names it for Erasing.
func (t *Tx) Erase(ctx context.Context, what string, tables ...string) error {
	_, err := t.Exec(ctx, eraseSQL, t.ID(), what, strings.Join(tables, " "), t.NowMS())
	return err
}

// Erasing says whether what was erased under this name may still be readable in the
// engine's files.
func Erasing(ctx context.Context, q Q, what string) (bool, error) {
	var n int
	err := q.QueryRow(ctx, erasingSQL, what).Scan(&n)
	return n > 0, err
}

// OldestErasure gives the instant of the oldest deletion that may still be readable in the
// engine's files, zero when there is none.
func OldestErasure(ctx context.Context, q Q) (time.Time, error) {
	var ms int64
	if err := q.QueryRow(ctx, oldestSQL).Scan(&ms); err != nil || ms == 0 {
		return time.Time{}, err
	}
	return time.UnixMilli(ms), nil
}

// Forget makes what Erase noted unreadable in the engine's files: SQLite overwrites what is
// deleted at once, and here its log is emptied; PostgreSQL writes the tables anew. Its own
// log, archives and replicas keep what they have.
//
// Nil says that nothing is left: the engine was asked, not believed. While a transaction
// that is older than the deletion runs (a backup, a long report; on PostgreSQL also a
// writer in another database of the same server), the engine keeps what it might still read:
// then, after a second, it gives kind fault.Unavailable, and the notes stay for the next
// time; so it does after waiting a second for other callers, with whom it shares a pass. It
// stands outside of any transaction and may be repeated.
func (d *DB) Forget(ctx context.Context) error {
	turn, stop := context.WithTimeout(ctx, forgetPatience)
	defer stop()
	select {
	case d.forgetting <- struct{}{}:
		defer func() { <-d.forgetting }()
	case <-turn.Done(): // many counts while a backup runs: none waits for the waiting of all others
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return errBusy()
	}
	var due []erasure
	err := d.Direct(ctx, func(q Q) (err error) {
		due, err = List(ctx, q, func(s Scanner) (e erasure, err error) {
			var tables string
			err = s.Scan(&e.id, &tables, &e.mark)
			e.tables = strings.Fields(tables)
			return e, err
		}, dueSQL)
		return err
	})
	if err != nil || len(due) == 0 {
		return err
	}
	gone, err := d.eng.forget(ctx, due)
	if err != nil {
		return known(err)
	}
	ids := make([]int64, len(gone))
	for i, e := range gone {
		ids[i] = e.id
	}
	err = d.Direct(ctx, func(q Q) error {
		for args := range In(ids) {
			if _, err := q.Exec(ctx, doneSQL, args...); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil && len(gone) < len(due) {
		err = errBusy()
	}
	return err
}
