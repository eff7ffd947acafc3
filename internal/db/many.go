package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
)

// How many rows Many puts into one statement. For SQLite 16 was measured best (two
// thirds more rows a second than one by one; 64 is slower again); PostgreSQL saves a
// round trip with every row.
const (
	liteChunk = 16
	pgChunk   = 128
)

// maxParams is the lower of the engines' limits.
const maxParams = 32766

// Many inserts many rows with few statements, for imports and the demo. insert is a
// constant with one row of values that are all parameters, in order:
//
//	INSERT INTO note (part_id, id, text) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING
//
// Many repeats the row of values. Each row gives its values in that order. Other
// parameters are not possible. All is one part of tx: after an error, tx can only be
// rolled back.
func Many(ctx context.Context, tx *Tx, insert string, rows [][]any) error {
	return insertAll(ctx, tx, insert, rows, tx.Exec)
}

// insertAll is Many with what runs the last statement; it fails for those before it too.
func insertAll(ctx context.Context, tx *Tx, insert string, rows [][]any, last func(context.Context, string, ...any) (sql.Result, error)) error {
	if len(rows) == 0 {
		return nil
	}
	m, err := tx.d.manyOf(insert)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if len(row) != m.width {
			return fmt.Errorf("db: a row of %d values for %d parameters: %s", len(row), m.width, insert)
		}
	}
	if s, ok := tx.s.(*pgSession); ok && len(rows) >= copyLeast {
		if table, columns, ok := m.copyInto(); ok {
			return copyRows(ctx, tx, s, table, columns, rows)
		}
	}
	size := liteChunk
	if tx.Dialect() == Postgres {
		size = pgChunk
	}
	size = min(size, m.most())
	// The rest goes in powers of two, so that there are few different statements.
	for len(rows) > 0 {
		for size > len(rows) {
			size /= 2
		}
		args := make([]any, 0, m.width*size)
		for _, row := range rows[:size] {
			args = append(args, row...)
		}
		if rows = rows[size:]; len(rows) == 0 {
			_, err = last(ctx, m.sql(size), args...)
		} else {
			err = tx.Send(ctx, m.sql(size), args...)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// lateRows are inserted at the end of their transaction.
type lateRows struct {
	insert string
	rows   [][]any
}

// Later is Many for rows that the transaction does not read: notes of what was done. Where
// many acts share a commit, all such rows go in together at its end; elsewhere at once.
func Later(ctx context.Context, tx *Tx, insert string, rows [][]any) error {
	if !tx.shares {
		return Many(ctx, tx, insert, rows)
	}
	tx.late = append(tx.late, lateRows{insert, rows})
	return nil
}

// flush inserts what was left for the end, statement after statement.
func (t *Tx) flush(ctx context.Context) error {
	var texts []string
	rows := map[string][][]any{}
	for _, l := range t.late {
		if _, known := rows[l.insert]; !known {
			texts = append(texts, l.insert)
		}
		rows[l.insert] = append(rows[l.insert], l.rows...)
	}
	t.late = nil
	for _, insert := range texts {
		send := func(ctx context.Context, query string, args ...any) (sql.Result, error) {
			return nil, t.Send(ctx, query, args...)
		}
		if err := insertAll(ctx, t, insert, rows[insert], send); err != nil {
			return err
		}
	}
	return nil
}

// many is an INSERT cut around its row of values.
type many struct {
	head, tail string // with "VALUES " and what comes after the row
	width      int

	mu    sync.Mutex
	built map[int]string // by the number of rows
}

var errMany = errors.New("db: Many needs INSERT … VALUES ($1, $2, …) with each parameter once and in order")

func (d *DB) manyOf(insert string) (*many, error) {
	if m, ok := d.many.Load(insert); ok {
		return m.(*many), nil
	}
	at := strings.LastIndex(strings.ToUpper(insert), "VALUES")
	if at < 0 {
		return nil, errMany
	}
	at += len("VALUES")
	from := strings.IndexByte(insert[at:], '(')
	to := strings.IndexByte(insert[at:], ')')
	if from < 0 || to < from || strings.Contains(insert[at+to:], "$") {
		return nil, errMany
	}
	params := strings.Split(insert[at+from+1:at+to], ",")
	for i, p := range params {
		if strings.TrimSpace(p) != "$"+strconv.Itoa(i+1) {
			return nil, errMany
		}
	}
	m := &many{head: insert[:at] + " ", tail: insert[at+to+1:], width: len(params), built: make(map[int]string)}
	d.many.Store(insert, m)
	return m, nil
}

// most is the largest power of two of rows that the engines take.
func (m *many) most() int {
	n := 1
	for 2*n*m.width <= maxParams {
		n *= 2
	}
	return n
}

func (m *many) sql(rows int) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s, ok := m.built[rows]; ok {
		return s
	}
	var b strings.Builder
	b.WriteString(m.head)
	for i := range rows * m.width {
		switch {
		case i == 0:
			b.WriteByte('(')
		case i%m.width == 0:
			b.WriteString("), (")
		default:
			b.WriteString(", ")
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(i + 1))
	}
	b.WriteString(")")
	b.WriteString(m.tail)
	m.built[rows] = b.String()
	return m.built[rows]
}
