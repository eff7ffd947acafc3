package db

import (
	"container/list"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"reflect"
	"slices"
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
	r := &recaller{d: d, asOf: d.changes.now.Load(), now: d.clk.Now(), slots: touched{}}
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

// recaller is the Q of a Recall. It takes a connection when something has to be asked.
type recaller struct {
	d     *DB
	s     session // nil: nothing was asked yet
	asOf  uint64
	now   time.Time
	used  []*answer // from memory
	slots touched   // what all answers were made from
	loose bool      // something was read of which nobody knows what it was made from
}

func (r *recaller) close() {
	if r.s != nil {
		r.s.rollback()
		r.s.release()
	}
}

func (r *recaller) ready(ctx context.Context) error {
	if r.s != nil {
		return nil
	}
	s, err := r.d.eng.reader(ctx)
	if err != nil {
		return err
	}
	if err := s.begin(ctx); err != nil {
		s.release()
		return err
	}
	r.s = s
	return nil
}

// steady says whether what came from memory and what was asked are of one moment: that
// nothing of the former was written until now. What is all from memory, or all asked,
// always is.
func (r *recaller) steady() bool {
	return r.s == nil || !slices.ContainsFunc(r.used, func(a *answer) bool { return r.d.changes.since(a.slots, a.asOf) })
}

func (r *recaller) seen() Seen {
	if r.loose {
		return Seen{}
	}
	s := Seen{d: r.d, asOf: r.asOf, at: r.now, slots: make([]uint32, 0, len(r.slots))}
	for i := range r.slots {
		s.slots = append(s.slots, i)
	}
	for _, a := range r.used {
		if a.at.Before(s.at) {
			s.at = a.at
		}
	}
	return s
}

// Query is Q.Query; its rows are not remembered, those of List are.
func (r *recaller) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	r.loose = true
	if err := r.ready(ctx); err != nil {
		return nil, err
	}
	return r.s.Query(ctx, query, args...)
}

// Exec is Q.Exec.
func (r *recaller) Exec(context.Context, string, ...any) (sql.Result, error) {
	return nil, errReadOnly
}

// QueryRow is Q.QueryRow.
func (r *recaller) QueryRow(ctx context.Context, query string, args ...any) Row {
	a, err := r.ask(ctx, 1, query, args)
	switch {
	case err != nil:
		return memoryRow{err: err}
	case a.rows == 0:
		return memoryRow{err: sql.ErrNoRows}
	}
	return a.row(0)
}

func (a *answer) row(n int) memoryRow { return memoryRow{values: a.values[n*a.width : (n+1)*a.width]} }

var errRecalled = errors.New("db: an answer from memory is not the one of the database")

// ask answers a statement with up to so many rows, 0: all.
func (r *recaller) ask(ctx context.Context, most int, query string, args []any) (*answer, error) {
	m := r.d.recall
	slots, ok, err := r.madeFrom(ctx, query, args)
	if err != nil {
		return nil, err
	}
	if !ok {
		r.loose = true
		return r.fetch(ctx, most, query, args)
	}
	for _, i := range slots {
		r.slots[i] = struct{}{}
	}
	texts, ok := textOf(most, args)
	if !ok {
		return r.fetch(ctx, most, query, args)
	}
	key := askKey{query, texts}
	if a := m.get(key, r); a != nil {
		r.used = append(r.used, a)
		return a, r.compare(ctx, a, most, query, args)
	}
	a, err := r.fetch(ctx, most, query, args)
	if err != nil {
		return nil, err
	}
	a.key, a.slots, a.asOf, a.at = key, slots, r.asOf, r.now
	if !r.d.changes.since(slots, r.asOf) {
		m.put(a)
	}
	return a, nil
}

// compare asks again in tests, and says when memory and database differ.
func (r *recaller) compare(ctx context.Context, a *answer, most int, query string, args []any) error {
	if !r.d.twice {
		return nil
	}
	b, err := r.fetch(ctx, most, query, args)
	if err != nil || reflect.DeepEqual(a.values, b.values) || r.d.changes.since(a.slots, a.asOf) {
		return err
	}
	return fmt.Errorf("%w: %s", errRecalled, query)
}

// fetch asks the database.
func (r *recaller) fetch(ctx context.Context, most int, query string, args []any) (*answer, error) {
	if err := r.ready(ctx); err != nil {
		return nil, err
	}
	rows, err := r.s.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // Err below says it
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	a := &answer{width: len(columns)}
	dest := make([]any, a.width)
	for rows.Next() && (most == 0 || a.rows < most) {
		a.values = append(a.values, make([]any, a.width)...)
		row := a.values[len(a.values)-a.width:]
		for i := range row {
			dest[i] = &row[i]
		}
		if err := rows.Scan(dest...); err != nil {
			return nil, err
		}
		a.rows++
	}
	return a, rows.Err()
}

// madeFrom gives the slots of what a statement reads; ok is false when that is not known.
func (r *recaller) madeFrom(ctx context.Context, query string, args []any) (slots []uint32, ok bool, err error) {
	m, c := r.d.recall, r.d.changes
	n, err := m.needed(query)
	if err != nil || !n.ok {
		return nil, false, err
	}
	slots = append(slots, everything)
	for _, need := range n.list {
		var parts []int64
		known := len(need.from) > 0
		for _, from := range need.from {
			if !known {
				break
			}
			var some []int64
			if some, known, err = r.partsOf(ctx, from, args); err != nil {
				return nil, false, err
			}
			parts = append(parts, some...)
		}
		if !known {
			slots = append(slots, c.slot(anyWrite, need.table, 0))
			continue
		}
		slots = append(slots, c.slot(wideWrite, need.table, 0))
		for _, p := range parts {
			slots = append(slots, c.slot(partWrite, need.table, p))
		}
	}
	return slots, true, nil
}

// partsInSQL has the part of each unit, also of those whose rows lie in a part elsewhere.
const partsInSQL = `SELECT o.part_id FROM org o WHERE o.path >= $1 AND o.path < $2 ORDER BY o.path LIMIT $3`

// partsOf gives the parts of a source; false when they are many.
func (r *recaller) partsOf(ctx context.Context, from source, args []any) ([]int64, bool, error) {
	if from.arg != 0 {
		p, ok := partOf(args, from.arg)
		return []int64{p}, ok, nil
	}
	if max(from.lo, from.hi) > len(args) {
		return nil, false, nil
	}
	a, err := r.ask(ctx, 0, partsInSQL, []any{args[from.lo-1], args[from.hi-1], unitsMost})
	if err != nil || a.rows == unitsMost {
		return nil, false, err
	}
	var out []int64
	for n := range a.rows {
		var p int64
		if err := a.row(n).Scan(&p); err != nil {
			return nil, false, err
		}
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out, true, nil
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

// get gives an answer that still is so for the reader, nil when there is none.
func (m *recall) get(key askKey, r *recaller) *answer {
	m.mu.Lock()
	defer m.mu.Unlock()
	e, ok := m.byKey[key]
	if !ok {
		return nil
	}
	a := e.Value.(*answer)
	age := r.now.Sub(a.at)
	if a.asOf > r.asOf || age < 0 || age > recallFor || m.d.changes.since(a.slots, a.asOf) {
		return nil
	}
	m.order.MoveToFront(e)
	return a
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
