package db

import (
	"context"
	"errors"
	"sync"

	"chibo/internal/ident"
)

// errLeaseLost: another process took over our node number; the transaction runs
// again with ids of a new one.
var errLeaseLost = errors.New("db: the id lease was taken over")

const (
	createIdentNode = `CREATE TABLE IF NOT EXISTS ident_node (
  node integer NOT NULL PRIMARY KEY,
  high bigint NOT NULL,
  turn bigint NOT NULL
)`
	identNodes    = `SELECT node, high, turn FROM ident_node ORDER BY turn, node`
	takeIdentNode = `INSERT INTO ident_node (node, high, turn) VALUES ($1, $2, $3)
ON CONFLICT (node) DO UPDATE SET turn = excluded.turn`
	raiseIdentNode = `UPDATE ident_node SET high = $1 WHERE node = $2 AND high = $3`
)

// reserve is how far above the last id the stored mark is put: ten seconds of ids,
// so that it is written once in ten seconds and not with every row.
const reserve = 10_000 * ident.Millisecond

// lease is a node number of ident that this process uses, and the mark up to which
// it may give ids. The mark is in the database before an id above it is: a process
// that starts later with the same number starts above it. Numbers go round, the
// longest unused first; if after 64 starts a running process loses its number to a
// new one, the next raise finds the mark moved and takes a new number.
type lease struct {
	ids *ident.Maker

	mu   sync.Mutex
	node int
	high int64
}

// take leases the number that was taken longest ago.
func (l *lease) take(ctx context.Context, d *DB) error {
	return d.write(ctx, func(tx *Tx) error {
		tx.free = true
		node, high, turn, err := nextNode(ctx, tx)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, takeIdentNode, node, high, turn); err != nil {
			return err
		}
		tx.OnCommit(func() {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.node, l.high = node, high
			l.ids.Lease(node, high)
		})
		return nil
	})
}

func nextNode(ctx context.Context, q Q) (node int, high, turn int64, err error) {
	type row struct {
		node       int
		high, turn int64
	}
	rows, err := List(ctx, q, func(s Scanner) (r row, err error) {
		return r, s.Scan(&r.node, &r.high, &r.turn)
	}, identNodes)
	if err != nil || len(rows) == 0 {
		return 0, 0, 1, err
	}
	turn = rows[len(rows)-1].turn + 1
	if len(rows) < ident.Nodes {
		return len(rows), 0, turn, nil // numbers are given from 0 without gaps
	}
	return rows[0].node, rows[0].high, turn, nil
}

// cover makes sure that the stored mark is above every id given so far.
func (l *lease) cover(ctx context.Context, d *DB, tx *Tx) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	last := l.ids.Last()
	if last <= l.high {
		return nil
	}
	high := last + reserve
	if d.Dialect() == SQLite {
		tx.high = high // kept when the transaction is
		return l.raiseIn(ctx, tx, high)
	}
	// By a connection of its own: as part of the transaction the row would be fought
	// over by all writers of this process.
	s, err := d.eng.direct(ctx)
	if err != nil {
		return err
	}
	defer s.release()
	t := &tracked{session: s, c: d.changes}
	defer t.end()
	if err := l.raiseIn(ctx, t, high); err != nil {
		return err
	}
	l.high = high
	return nil
}

func (l *lease) raiseIn(ctx context.Context, q Q, high int64) error {
	res, err := q.Exec(ctx, raiseIdentNode, high, l.node, l.high)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return errLeaseLost
}

func (l *lease) raise(high int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.high = max(l.high, high)
}
