package db

import (
	"context"
	"database/sql"
	"hash/maphash"
	"maps"
	"sync"
	"sync/atomic"
)

// changes knows when each table was last written by this process, as a whole and in each
// part. It is told of every statement of every transaction, by its text. Tables and parts
// share a fixed number of slots: two that meet in one only seem to change more often.
type changes struct {
	now   atomic.Uint64
	seed  maphash.Seed
	slots [slotCount]slot
	texts sync.Map // writing, by the text of its statement
}

const slotCount = 8192

// slot is when something was last written. While a transaction that writes it is being
// committed nobody can say whether a reader sees that already.
type slot struct {
	last atomic.Uint64
	open atomic.Int32
}

// The kinds of slots.
const (
	anyWrite   = 'w' // the table was written
	wideWrite  = 'u' // it was written, and in which part is not known
	partWrite  = 'p' // it was written in the part
	everything = 0   // the slot of what changes more than rows
)

func newChanges() *changes { return &changes{seed: maphash.MakeSeed()} }

func (c *changes) slot(kind byte, table string, part int64) uint32 {
	var h maphash.Hash
	h.SetSeed(c.seed)
	_ = h.WriteByte(kind)
	_, _ = h.WriteString(table)
	for range 8 {
		_ = h.WriteByte(byte(part))
		part >>= 8
	}
	return uint32(h.Sum64()%(slotCount-1)) + 1
}

// writing gives what a statement writes.
func (c *changes) writing(query string) writing {
	if w, ok := c.texts.Load(query); ok {
		return w.(writing)
	}
	w := writingOf(query)
	c.texts.Store(query, w)
	return w
}

// touched is what a transaction has written so far.
type touched map[uint32]struct{}

// note adds what a statement writes.
func (c *changes) note(t *touched, query string, args []any) {
	w := c.writing(query)
	if w.table == "" && !w.all {
		return
	}
	if *t == nil {
		*t = touched{}
	}
	if w.all {
		(*t)[everything] = struct{}{}
		return
	}
	(*t)[c.slot(anyWrite, w.table, 0)] = struct{}{}
	for _, n := range w.parts {
		part, ok := partOf(args, n)
		if !ok {
			w.parts = nil
			break
		}
		(*t)[c.slot(partWrite, w.table, part)] = struct{}{}
	}
	if w.parts == nil {
		(*t)[c.slot(wideWrite, w.table, 0)] = struct{}{}
	}
}

// wide is what a statement writes that fills a table, in whatever parts.
func (c *changes) wide(table string) touched {
	return touched{c.slot(anyWrite, table, 0): {}, c.slot(wideWrite, table, 0): {}}
}

// with adds what another transaction, or a part of this one, has written.
func (t touched) with(other touched) touched {
	if t == nil {
		return other
	}
	maps.Copy(t, other)
	return t
}

// partOf gives the argument that is a part.
func partOf(args []any, n int) (int64, bool) {
	if n < 1 || n > len(args) {
		return 0, false
	}
	switch v := args[n-1].(type) {
	case int64:
		return v, true
	case int:
		return int64(v), true
	}
	return 0, false
}

// committing marks what is about to be committed, until done is called.
func (c *changes) committing(t touched) (done func()) {
	c.mark(t, 1)
	return func() { c.mark(t, -1) }
}

func (c *changes) mark(t touched, open int32) {
	if len(t) == 0 {
		return
	}
	at := c.now.Add(1)
	for i := range t {
		s := &c.slots[i]
		if open > 0 {
			s.open.Add(1)
			continue
		}
		for {
			last := s.last.Load()
			if last >= at || s.last.CompareAndSwap(last, at) {
				break
			}
		}
		s.open.Add(-1)
	}
}

// since says whether one of the slots was written after a moment, or is being written.
func (c *changes) since(slots []uint32, moment uint64) bool {
	for _, i := range slots {
		s := &c.slots[i]
		if s.open.Load() != 0 || s.last.Load() > moment {
			return true
		}
	}
	return false
}

// tracked is a session whose statements commit by themselves and are noted.
type tracked struct {
	session
	c     *changes
	wrote touched
}

func (t *tracked) note(query string, args []any) {
	var now touched
	t.c.note(&now, query, args)
	for i := range now {
		if _, known := t.wrote[i]; known {
			delete(now, i)
			continue
		}
		if t.wrote == nil {
			t.wrote = touched{}
		}
		t.wrote[i] = struct{}{}
	}
	t.c.mark(now, 1)
}

// Query is Q.Query.
func (t *tracked) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	t.note(query, args)
	return t.session.Query(ctx, query, args...)
}

// QueryRow is Q.QueryRow.
func (t *tracked) QueryRow(ctx context.Context, query string, args ...any) Row {
	t.note(query, args)
	return t.session.QueryRow(ctx, query, args...)
}

// Exec is Q.Exec.
func (t *tracked) Exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	t.note(query, args)
	return t.session.Exec(ctx, query, args...)
}

// end says that all statements are done.
func (t *tracked) end() { t.c.mark(t.wrote, -1) }
