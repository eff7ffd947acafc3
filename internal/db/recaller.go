package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"
)

// recaller is the Q of a Recall. It takes a connection when something has to be asked.
type recaller struct {
	d     *DB
	s     session // nil: nothing was asked yet
	asOf  uint64
	now   time.Time
	used  []*answer // from memory
	run   *run
	ahead map[askKey]*answer // asked with others and not used yet
	slots touched            // what all answers were made from
	loose bool               // something was read of which nobody knows what it was made from
}

func (r *recaller) close() {
	if r.s != nil {
		r.s.leave()
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
		return r.fetch(ctx, asked{most: most, key: askKey{query: query}, args: args})
	}
	for _, i := range slots {
		r.slots[i] = struct{}{}
	}
	texts, ok := textOf(most, args)
	one := asked{askKey{query, texts}, most, args}
	if !ok {
		return r.fetch(ctx, one)
	}
	if a := m.get(one, r); a != nil {
		r.used = append(r.used, a)
		return a, r.compare(ctx, a, one)
	}
	a := r.ahead[one.key]
	delete(r.ahead, one.key)
	if a == nil {
		if a, err = r.fetch(ctx, one, r.again(one.key)...); err != nil {
			return nil, err
		}
	}
	a.key, a.slots, a.asOf, a.at, a.run = one.key, slots, r.asOf, r.now, r.run
	if !r.d.changes.since(slots, r.asOf) {
		m.put(a)
	}
	return a, nil
}

// compare asks again in tests, and says when memory and database differ.
func (r *recaller) compare(ctx context.Context, a *answer, one asked) error {
	if !r.d.twice {
		return nil
	}
	b, err := r.fetch(ctx, one)
	if err != nil || reflect.DeepEqual(a.values, b.values) || r.d.changes.since(a.slots, a.asOf) {
		return err
	}
	return fmt.Errorf("%w: %s", errRecalled, one.key.query)
}

// fetch asks the database, in PostgreSQL others ahead with it.
func (r *recaller) fetch(ctx context.Context, one asked, others ...asked) (*answer, error) {
	if err := r.ready(ctx); err != nil {
		return nil, err
	}
	p, ok := r.s.(*pgSession)
	if !ok {
		return fetchRows(ctx, r.s, one)
	}
	list := make([]*ask, 0, 1+len(others))
	for _, o := range append([]asked{one}, others...) {
		a := &ask{query: o.key.query, args: o.args, most: o.most}
		a.got = a.collect()
		list = append(list, a)
	}
	if err := p.batch(ctx, list...); err != nil {
		return nil, err
	}
	for i, o := range others {
		if r.ahead == nil {
			r.ahead = map[askKey]*answer{}
		}
		r.ahead[o.key] = list[i+1].answer()
	}
	return list[0].answer(), nil
}

// again gives what was last asked together with a statement that is not known any more, as
// far as that is not known either.
func (r *recaller) again(key askKey) (list []asked) {
	if r.d.Dialect() != Postgres {
		return nil
	}
	m := r.d.recall
	m.mu.Lock()
	defer m.mu.Unlock()
	e, ok := m.byKey[key]
	if !ok {
		return nil
	}
	last := e.Value.(*answer).run
	for _, o := range last.list {
		e, ok := m.byKey[o.key]
		if !ok || o.key == key || r.ahead[o.key] != nil {
			continue
		}
		if a := e.Value.(*answer); a.run == last && a.took < aheadMost && !m.holds(a, r) {
			list = append(list, o)
		}
	}
	return list
}

func fetchRows(ctx context.Context, s session, one asked) (*answer, error) {
	rows, err := s.Query(ctx, one.key.query, one.args...)
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
	for rows.Next() && (one.most == 0 || a.rows < one.most) {
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
