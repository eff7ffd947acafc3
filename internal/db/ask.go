package db

import (
	"context"
	"errors"
	"time"
)

// ask is a statement on its way to PostgreSQL, with what becomes of it. Several go there in
// one round trip.
type ask struct {
	query string
	args  []any

	most int                      // rows that are wanted, 0: all
	row  func(values []any) error // takes a row, in values that the next one overwrites; nil: nobody looks at rows
	none error                    // what it means that no row was changed; nil: nothing

	got *answer // where it goes that is asked in Together
	err error

	width    int   // columns of its rows
	affected int64 // rows that were changed
	tag      string
	took     time.Duration // until its answer was there, after that of the one before
}

// answer gives what was collected.
func (a *ask) answer() *answer {
	a.got.took = a.took
	return a.got
}

// changed is what Exec gives.
type changed int64

// RowsAffected is sql.Result.RowsAffected.
func (n changed) RowsAffected() (int64, error) { return int64(n), nil }

var errLastID = errors.New("db: ids are made by Tx.ID")

// LastInsertId is sql.Result.LastInsertId.
func (n changed) LastInsertId() (int64, error) { return 0, errLastID }

// collect makes the ask give its rows into an answer.
func (a *ask) collect() *answer {
	out := &answer{}
	a.row = func(values []any) error {
		out.width = len(values)
		out.values = append(out.values, values...)
		out.rows++
		return nil
	}
	return out
}

// walker is a Q that can give the values of rows as they come, without sql.Rows; ok is
// false when this engine cannot.
type walker interface {
	walk(ctx context.Context, a *ask) (ok bool, err error)
}

func (t *Tx) walk(ctx context.Context, a *ask) (bool, error) {
	p, ok := t.s.(*pgSession)
	if !ok {
		return false, nil
	}
	ctx, err := t.step(ctx)
	if err != nil {
		return true, err
	}
	t.d.changes.note(&t.wrote, a.query, a.args)
	return true, t.note(p.batch(ctx, a))
}

func (r reader) walk(ctx context.Context, a *ask) (bool, error) {
	p, ok := r.s.(*pgSession)
	if !ok {
		return false, nil
	}
	return true, p.batch(ctx, a)
}

// Send is Exec for a statement at whose result nobody looks. PostgreSQL gets it together
// with the next statement that is asked something, or with the commit, which saves the time
// of waiting for it; there its failure is told by that next one. SQLite runs it at once. It is
// for rows, not for the schema: PostgreSQL prepares all that go together before the first runs.
func (t *Tx) Send(ctx context.Context, query string, args ...any) error {
	return t.send(ctx, nil, query, args)
}

// SendOne is Send for a statement that has to change a row: when there is none, the
// transaction fails with the error given.
func (t *Tx) SendOne(ctx context.Context, none error, query string, args ...any) error {
	return t.send(ctx, none, query, args)
}

func (t *Tx) send(ctx context.Context, none error, query string, args []any) error {
	ctx, err := t.step(ctx)
	if err != nil {
		return err
	}
	t.d.changes.note(&t.wrote, query, args)
	if p, ok := t.s.(*pgSession); ok {
		p.ahead = append(p.ahead, &ask{query: query, args: args, none: none})
		return nil
	}
	res, err := t.s.Exec(ctx, query, args...)
	if err == nil && none != nil {
		var n int64
		if n, err = res.RowsAffected(); err == nil && n == 0 {
			err = none
		}
	}
	return t.note(err)
}
