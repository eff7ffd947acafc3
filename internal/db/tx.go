package db

import (
	"context"
	"database/sql"
	"strconv"
	"time"

	"chibo/internal/civil"
	"chibo/internal/clock"
)

// Q runs constant SQL with $1..$n, inside a Read or a Write. It is for one goroutine
// and dies with the callback it was given to.
type Q interface {
	// Query gives rows, to be closed before the next statement.
	Query(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	// QueryRow gives one row; see NoRows for none.
	QueryRow(ctx context.Context, query string, args ...any) Row
	// Exec changes rows. Ask the result for RowsAffected only.
	Exec(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// Tx is a write transaction.
type Tx struct {
	d     *DB
	s     session
	now   time.Time
	steps bool  // statements run to their end, a cancelled context stops between them
	fatal error // the first failed statement; only a rollback can follow
	hooks []func()
	depth int   // how many Try are open
	free  bool  // the ids of this transaction need no cover: it takes the lease
	high  int64 // the mark that this transaction raises, see lease
	wrote touched

	shares bool       // it is one of a group
	late   []lateRows // see Later
}

// Now gives the instant of the transaction, the same for all of it, in UTC and
// whole milliseconds. A retry has a new one.
func (t *Tx) Now() time.Time { return t.now }

// NowMS is Now in Unix milliseconds, as instants are stored.
func (t *Tx) NowMS() int64 { return t.now.UnixMilli() }

// Today is the day of Now in Viet Nam.
func (t *Tx) Today() civil.Date { return civil.From(t.now.In(clock.Zone())) }

// ID makes an id for a new row: time-ordered, unique in the database, below 2^53.
func (t *Tx) ID() int64 { return t.d.ids.Next() }

// OnCommit has f run after the commit, in the order given, by the goroutine that
// called Write. It does not run when the transaction, or the Try it is in, is rolled back.
func (t *Tx) OnCommit(f func()) { t.hooks = append(t.hooks, f) }

// Dialect says which engine this is.
func (t *Tx) Dialect() Dialect { return t.d.Dialect() }

// Query is Q.Query.
func (t *Tx) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	ctx, err := t.step(ctx)
	if err != nil {
		return nil, err
	}
	t.d.changes.note(&t.wrote, query, args)
	rows, err := t.s.Query(ctx, query, args...)
	return rows, t.note(err)
}

// QueryRow is Q.QueryRow.
func (t *Tx) QueryRow(ctx context.Context, query string, args ...any) Row {
	ctx, err := t.step(ctx)
	if err != nil {
		return memoryRow{err: err}
	}
	t.d.changes.note(&t.wrote, query, args)
	row := t.s.QueryRow(ctx, query, args...)
	t.note(row.Err()) //nolint:errcheck // the row gives it to its reader
	return row
}

// Exec is Q.Exec.
func (t *Tx) Exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	ctx, err := t.step(ctx)
	if err != nil {
		return nil, err
	}
	t.d.changes.note(&t.wrote, query, args)
	res, err := t.s.Exec(ctx, query, args...)
	return res, t.note(err)
}

// Try runs f so that it can fail alone: when f returns an error, what it wrote is
// taken back, the error is returned, and the transaction can go on. Use it to meet
// a unique violation and do something else; see IsUnique.
func (t *Tx) Try(ctx context.Context, f func() error) error {
	t.depth++
	defer func() { t.depth-- }()
	name := "part" + strconv.Itoa(t.depth)
	if err := t.save(ctx, name); err != nil {
		return err
	}
	hooks, late := len(t.hooks), len(t.late)
	returned := false
	defer func() {
		if !returned { // f panicked: nothing of this transaction may be committed
			t.fatal = errUnfinished
		}
	}()
	err := f()
	returned = true
	if err == nil {
		err = t.fatal
	}
	if err == nil {
		if err = t.keep(ctx, name); err == nil {
			return nil
		}
	}
	t.hooks, t.late = t.hooks[:hooks], t.late[:late]
	if back := t.back(ctx, name); back != nil {
		return back
	}
	return err
}

// save makes a savepoint. What was sent before it fails before it.
func (t *Tx) save(ctx context.Context, name string) error {
	if p, ok := t.s.(*pgSession); ok && len(p.ahead) == 0 {
		return t.Send(ctx, "SAVEPOINT "+name)
	}
	_, err := t.Exec(ctx, "SAVEPOINT "+name)
	return err
}

func (t *Tx) keep(ctx context.Context, name string) error {
	if p, ok := t.s.(*pgSession); ok {
		if err := t.note(p.judge(ctx)); err != nil {
			return err
		}
	}
	_, err := t.Exec(ctx, "RELEASE SAVEPOINT "+name)
	return err
}

// back takes back everything since the savepoint and forgets the failure.
func (t *Tx) back(ctx context.Context, name string) error {
	ctx = context.WithoutCancel(ctx)
	t.fatal = nil
	if _, err := t.Exec(ctx, "ROLLBACK TO SAVEPOINT "+name); err != nil {
		return err
	}
	return t.keep(ctx, name)
}

// step is what happens before each statement.
func (t *Tx) step(ctx context.Context) (context.Context, error) {
	if t.fatal != nil {
		return ctx, t.fatal
	}
	if !t.steps {
		return ctx, nil
	}
	if err := ctx.Err(); err != nil {
		return ctx, err
	}
	return context.WithoutCancel(ctx), nil
}

// note remembers the first failure. PostgreSQL refuses every statement after it;
// SQLite would go on, and after a full disk even outside of the transaction.
func (t *Tx) note(err error) error {
	if err != nil && t.fatal == nil {
		t.fatal = err
	}
	return err
}

// reader is the Q of a Read.
type reader struct{ s session }

func (r reader) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return r.s.Query(ctx, query, args...)
}

func (r reader) QueryRow(ctx context.Context, query string, args ...any) Row {
	return r.s.QueryRow(ctx, query, args...)
}

func (r reader) Exec(context.Context, string, ...any) (sql.Result, error) {
	return nil, errReadOnly
}

// DialectOf says which engine is behind q, for the few branches that SQL cannot avoid.
func DialectOf(q Q) Dialect {
	var s session
	switch q := q.(type) {
	case *Tx:
		s = q.s
	case reader:
		s = q.s
	case *recaller:
		return q.d.Dialect()
	case *member:
		return DialectOf(q.Q)
	case *tracked:
		s = q.session
	case session:
		s = q
	}
	if _, ok := s.(*pgSession); ok {
		return Postgres
	}
	return SQLite
}
