package db

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

// PostgreSQL keeps a deleted row, also through VACUUM FULL and CLUSTER, and without a word,
// while a transaction runs that might still see it: each snapshot in this database that is
// older than the deletion, and, because the snapshot of the rewriting itself is no younger,
// each writing transaction of the whole server that is older. So a rewriting alone proves
// nothing. Every deletion gets a mark, a transaction number above its own; when all that is
// older has ended, the tables are written anew, and the number below which the engine has kept
// nothing, which it notes as the table's relfrozenxid, is compared with the mark.
const (
	markPostgres = `SELECT CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS text) AS bigint)`
	putMark      = `UPDATE erasure SET mark = $33 WHERE id` + InList

	horizonPostgres = `SELECT CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS text) AS bigint), CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) AS bigint)`
	seenPostgres    = `SELECT CAST(CAST(backend_xmin AS text) AS bigint) FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_xmin IS NOT NULL`

	keyPostgres     = `SELECT CAST(CAST(indexrelid AS regclass) AS text) FROM pg_index WHERE indrelid = CAST($1 AS regclass) AND indisprimary`
	keptPostgres    = `SELECT CAST(CAST(relfrozenxid AS text) AS bigint) FROM pg_class WHERE oid = CAST($1 AS regclass)`
	lockForPostgres = `SET LOCAL lock_timeout = '1s'`

	pgLockTimeout = "55P03"
)

// forget gives those that are unreadable now, for certain.
func (e *pgEngine) forget(ctx context.Context, due []erasure) (gone []erasure, err error) {
	conn, err := e.side.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close() //nolint:errcheck // back to the pool
	if err := e.mark(ctx, conn, due); err != nil {
		return nil, err
	}
	ripe, err := awaitRipe(ctx, conn, due)
	if err != nil || len(ripe) == 0 {
		return nil, err
	}
	below := map[string]int64{}
	for _, d := range ripe {
		for _, table := range d.tables {
			if _, ok := below[table]; ok {
				continue
			}
			if below[table], err = rewrite(ctx, conn, table); err != nil {
				return nil, err
			}
		}
	}
	for _, d := range ripe {
		if !slices.ContainsFunc(d.tables, func(table string) bool { return below[table] < d.mark }) {
			gone = append(gone, d)
		}
	}
	return gone, nil
}

// mark gives marks to those that have none. It is asked after they were read, so it is above
// their transactions; it stays, so that who began later is never waited for. One that is above
// all transactions is of the server that this database was brought from.
func (e *pgEngine) mark(ctx context.Context, conn *sql.Conn, due []erasure) error {
	var next int64
	if err := conn.QueryRowContext(ctx, markPostgres).Scan(&next); err != nil {
		return err
	}
	var fresh []int64
	for i, d := range due {
		if d.mark == 0 || d.mark > next {
			due[i].mark, fresh = next, append(fresh, d.id)
		}
	}
	for args := range In(fresh, next) {
		if _, err := conn.ExecContext(ctx, putMark, args...); err != nil {
			return err
		}
	}
	return nil
}

// awaitRipe waits a while until nobody runs who is older than the marks, and gives those of
// which it is so.
func awaitRipe(ctx context.Context, conn *sql.Conn, due []erasure) ([]erasure, error) {
	pause := firstPause
	for waited := time.Duration(0); ; waited += pause {
		oldest, err := horizon(ctx, conn)
		if err != nil {
			return nil, err
		}
		var ripe []erasure
		for _, d := range due {
			if d.mark <= oldest {
				ripe = append(ripe, d)
			}
		}
		if len(ripe) == len(due) || waited >= forgetPatience {
			return ripe, nil
		}
		pause = min(2*pause, lastPause)
		if err := sleep(ctx, pause); err != nil {
			return nil, err
		}
	}
}

// horizon gives the number of the oldest transaction that runs or that a snapshot in this
// database sees as running.
func horizon(ctx context.Context, conn *sql.Conn) (int64, error) {
	var next, oldest int64
	if err := conn.QueryRowContext(ctx, horizonPostgres).Scan(&next, &oldest); err != nil {
		return 0, err
	}
	rows, err := conn.QueryContext(ctx, seenPostgres)
	if err != nil {
		return 0, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	for rows.Next() {
		var short int64
		if err := rows.Scan(&short); err != nil {
			return 0, err
		}
		oldest = min(oldest, whole(short, next))
	}
	return oldest, rows.Err()
}

// whole gives the full number of a transaction whose lower half is known, near another one.
func whole(short, near int64) int64 {
	return near + int64(int32(uint32(short)-uint32(near))) //nolint:gosec // numbers of transactions go round
}

// rewrite writes a table anew and gives the number of a transaction: nothing that was deleted
// before it is in the new file. 0 says that readers held the table. It is CLUSTER and not
// VACUUM FULL, which does the same, because that one has no transaction in which nobody else
// can touch the table before the number is read.
func rewrite(ctx context.Context, conn *sql.Conn, table string) (below int64, err error) {
	tx, err := conn.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil {
		return 0, err
	}
	defer tx.Rollback() //nolint:errcheck // nothing to take back after a commit
	name := pgx.Identifier{table}.Sanitize()
	var key string
	if err := tx.QueryRowContext(ctx, keyPostgres, name).Scan(&key); err != nil {
		return 0, err
	}
	if _, err := tx.ExecContext(ctx, lockForPostgres); err != nil {
		return 0, err
	}
	if _, err := tx.ExecContext(ctx, "LOCK TABLE "+name+" IN ACCESS EXCLUSIVE MODE"); err != nil {
		if code := pgCode(err); code == pgLockTimeout || code == pgDeadlock {
			return 0, nil
		}
		return 0, err
	}
	if _, err := tx.ExecContext(ctx, "CLUSTER "+name+" USING "+key); err != nil {
		return 0, err
	}
	var short, next int64
	if err := tx.QueryRowContext(ctx, keptPostgres, name).Scan(&short); err != nil {
		return 0, err
	}
	if err := tx.QueryRowContext(ctx, markPostgres).Scan(&next); err != nil {
		return 0, err
	}
	return whole(short, next), tx.Commit()
}
