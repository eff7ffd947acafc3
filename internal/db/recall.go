package db

import (
	"container/list"
	"context"
	"database/sql/driver"
	"reflect"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// recallFor bounds how old an answer may be when another process writes to the same
	// database, which this one does not see.
	recallFor = 15 * time.Second
	// recallValues is how many values are remembered at most, about 40 bytes each.
	recallValues = 200_000
	// recallTries is how often a page is read again because a commit came in the middle.
	recallTries = 3
	// runMost is how many of its statements a Recall notes, to ask them together next time.
	runMost = 64
	// aheadMost is how long a statement may have taken that is asked ahead.
	aheadMost = 5 * time.Millisecond
	// unitsMost is of how many units the parts are looked up; wider scopes mind all parts.
	unitsMost = 400
)

// recall remembers answers of statements, each until a table that it was made from is
// written: in the parts to which the statement binds its rows, else anywhere. Tables and
// parts are found in the text of the statement, so nobody has to say them.
type recall struct {
	d *DB

	mu     sync.Mutex
	byKey  map[askKey]*list.Element // of *answer
	order  list.List                // the last used first
	values int

	needs  sync.Map        // *needed, by the text of the statement
	tables map[string]bool // of the schema; nil: not read yet
	schema atomic.Uint64   // moment of changes of which tables and needs are
}

// askKey is a statement with its arguments.
type askKey struct{ query, args string }

type needed struct {
	list []need
	ok   bool
}

// answer is what a statement gave.
type answer struct {
	key    askKey
	width  int
	values []any // row after row
	rows   int
	slots  []uint32 // what it was made from
	asOf   uint64   // moment of changes at which it was so
	at     time.Time
	took   time.Duration // to ask it
	run    *run          // of the Recall that used it last; of recall.mu
}

// run is what one Recall has asked. When one of its statements has to be asked again, so
// most often have the others whose tables were written too: in PostgreSQL they go there
// together.
type run struct{ list []asked } // of recall.mu

type asked struct {
	key  askKey
	most int
	args []any
}

func newRecall(d *DB) *recall {
	return &recall{d: d, byKey: map[askKey]*list.Element{}}
}

const (
	tablesSQLite   = `SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')`
	tablesPostgres = `SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()`
)

// names gives those of the tables.
func (m *recall) names() (map[string]bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.tables != nil {
		return m.tables, nil
	}
	query := tablesSQLite
	if m.d.Dialect() == Postgres {
		query = tablesPostgres
	}
	out := map[string]bool{}
	err := m.d.Read(context.Background(), func(q Q) error {
		names, err := List(context.Background(), q, func(s Scanner) (name string, err error) { return name, s.Scan(&name) }, query)
		for _, n := range names {
			out[n] = true
		}
		return err
	})
	if err == nil {
		m.tables = out
	}
	return out, err
}

// Recall is Read for what is looked at again and again: a statement whose tables were not
// written since it was last asked, with the same arguments, is answered from memory. What
// fn sees is still one moment of the database. fn may run several times. Writes of other
// processes are seen after 15 seconds at the latest.
//
// The Seen says how long what fn made of it stays true.
func (d *DB) Recall(ctx context.Context, fn func(q Q) error) (Seen, error) {
	if d.closed.Load() {
		return Seen{}, errClosed()
	}
	if d.twice {
		if _, err := d.recallOnce(ctx, fn); err != nil {
			return Seen{}, err
		}
	}
	for range recallTries {
		r, err := d.recallOnce(ctx, fn)
		if r.steady() {
			return r.seen(), err
		}
	}
	return Seen{}, d.Read(ctx, fn)
}

func (d *DB) recallOnce(ctx context.Context, fn func(q Q) error) (*recaller, error) {
	r := &recaller{d: d, run: &run{}, asOf: d.changes.now.Load(), now: d.clk.Now(), slots: touched{}}
	defer r.close()
	return r, known(fn(r))
}

// Seen is a moment of the database and what was read of it. The zero Seen holds never.
type Seen struct {
	d     *DB
	slots []uint32
	asOf  uint64
	at    time.Time
}

// Holds says whether nothing of what was read has been written since, and that it is not
// older than 15 seconds.
func (s Seen) Holds() bool {
	if s.d == nil || s.d.changes.since(s.slots, s.asOf) {
		return false
	}
	age := s.d.clk.Now().Sub(s.at)
	return age >= 0 && age <= recallFor
}

func (m *recall) needed(query string) (*needed, error) {
	if at := m.d.changes.slots[everything].last.Load(); m.schema.Swap(at) != at {
		m.needs.Clear()
		m.mu.Lock()
		m.tables = nil
		m.mu.Unlock()
	}
	if n, ok := m.needs.Load(query); ok {
		return n.(*needed), nil
	}
	tables, err := m.names()
	if err != nil {
		return nil, err
	}
	n := &needed{}
	n.list, n.ok = needsOf(query, tables)
	m.needs.Store(query, n)
	return n, nil
}

// get gives an answer that still is so for the reader, nil when there is none, and notes that
// it was asked.
func (m *recall) get(one asked, r *recaller) *answer {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(r.run.list) < runMost {
		r.run.list = append(r.run.list, one)
	}
	e, ok := m.byKey[one.key]
	if !ok {
		return nil
	}
	a := e.Value.(*answer)
	if !m.holds(a, r) {
		return nil
	}
	a.run = r.run
	m.order.MoveToFront(e)
	return a
}

// holds says whether an answer still is so for the reader.
func (m *recall) holds(a *answer, r *recaller) bool {
	age := r.now.Sub(a.at)
	return a.asOf <= r.asOf && age >= 0 && age <= recallFor && !m.d.changes.since(a.slots, a.asOf)
}

func (m *recall) put(a *answer) {
	if len(a.values) > recallValues/10 {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if e, ok := m.byKey[a.key]; ok {
		m.drop(e)
	}
	m.byKey[a.key] = m.order.PushFront(a)
	m.values += a.size()
	for m.values > recallValues {
		m.drop(m.order.Back())
	}
}

func (m *recall) drop(e *list.Element) {
	a := m.order.Remove(e).(*answer)
	delete(m.byKey, a.key)
	m.values -= a.size()
}

// size counts an answer without rows too.
func (a *answer) size() int { return len(a.values) + len(a.slots)/2 + 8 }

// textOf writes how many rows are asked for and the arguments as one text; false for an
// argument of which it is not known what it is.
func textOf(most int, args []any) (string, bool) {
	b := strconv.AppendInt(make([]byte, 0, 24*len(args)+4), int64(most), 10)
	for _, arg := range args {
		if v, ok := arg.(driver.Valuer); ok {
			var err error
			if arg, err = v.Value(); err != nil {
				return "", false
			}
		}
		v := reflect.ValueOf(arg)
		switch {
		case arg == nil:
			b = append(b, 0, 'n')
		case v.CanInt():
			b = strconv.AppendInt(append(b, 0, 'i'), v.Int(), 10)
		case v.Kind() == reflect.String:
			b = strconv.AppendInt(append(b, 0, 's'), int64(v.Len()), 10)
			b = append(append(b, ':'), v.String()...)
		case v.Kind() == reflect.Bool:
			b = strconv.AppendBool(append(b, 0, 'b'), v.Bool())
		default:
			return "", false
		}
	}
	return string(b), true
}
