package db

import (
	"context"
	"database/sql"
	"errors"
	"iter"
)

var (
	errTogether = errors.New("db: a write inside Together")
	errStopped  = errors.New("db: another function of Together has failed")
)

// asker is a Q that can answer several statements in one round trip.
type asker interface {
	// together answers all asks, each into its answer.
	together(ctx context.Context, list []*ask) error
	// saves says whether that saves anything.
	saves() bool
}

// Together runs functions that read and do not need each other's answers. In PostgreSQL the
// first statements of all of them go there in one round trip, then the second ones, and so
// on; SQLite runs one function after the other. The functions take turns and never run at the
// same time, so they may write to what they share. The first error ends all of them.
func Together(ctx context.Context, q Q, fns ...func(q Q) error) error {
	a, ok := q.(asker)
	if !ok || !a.saves() {
		for _, f := range fns {
			if err := f(&member{Q: q}); err != nil {
				return err
			}
		}
		return nil
	}
	list := make([]*member, len(fns))
	for i, f := range fns {
		m := &member{Q: q}
		next, stop := iter.Pull(func(yield func(*ask) bool) {
			m.yield = yield
			m.err = f(m)
		})
		defer stop()
		m.next, list[i] = next, m
	}
	asks := make([]*ask, 0, len(list))
	for {
		asks = asks[:0]
		for _, m := range list {
			if m.over {
				continue
			}
			one, more := m.next()
			switch {
			case m.err != nil:
				return m.err
			case !more:
				m.over = true
			default:
				asks = append(asks, one)
			}
		}
		if len(asks) == 0 {
			return nil
		}
		// Who asked gets the error, and says what it means.
		if err := a.together(ctx, asks); err != nil {
			for _, one := range asks {
				one.err = err
			}
		}
	}
}

// member is the Q of one of the functions. Its statements wait for those of the others.
type member struct {
	Q
	yield func(*ask) bool // nil: they do not wait
	next  func() (*ask, bool)
	err   error // what the function gave
	over  bool
}

// Exec is Q.Exec.
func (m *member) Exec(context.Context, string, ...any) (sql.Result, error) {
	return nil, errTogether
}

// QueryRow is Q.QueryRow.
func (m *member) QueryRow(ctx context.Context, query string, args ...any) Row {
	if m.yield == nil {
		return m.Q.QueryRow(ctx, query, args...)
	}
	got, err := m.ask(ctx, 1, query, args)
	switch {
	case err != nil:
		return memoryRow{err: err}
	case got.rows == 0:
		return memoryRow{err: sql.ErrNoRows}
	}
	return got.row(0)
}

func (m *member) ask(ctx context.Context, most int, query string, args []any) (*answer, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	a := &ask{query: query, args: args, most: most}
	if !m.yield(a) {
		return nil, errStopped
	}
	return a.got, a.err
}

func (t *Tx) saves() bool {
	_, ok := t.s.(*pgSession)
	return ok
}

func (t *Tx) together(ctx context.Context, list []*ask) error {
	ctx, err := t.step(ctx)
	if err != nil {
		return err
	}
	for _, a := range list {
		t.d.changes.note(&t.wrote, a.query, a.args)
		a.got = a.collect()
	}
	return t.note(t.s.(*pgSession).batch(ctx, list...))
}

func (r reader) saves() bool {
	_, ok := r.s.(*pgSession)
	return ok
}

func (r reader) together(ctx context.Context, list []*ask) error {
	for _, a := range list {
		a.got = a.collect()
	}
	return r.s.(*pgSession).batch(ctx, list...)
}
