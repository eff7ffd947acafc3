package db

import (
	"context"
	"strings"
)

// An index whose entries lie all over it makes every insert read and write pages of its
// own, once it is larger than the cache. A large fill puts such indexes off and has them
// made at its end, in one pass.

const (
	indexesSQLite   = `SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = $1 AND sql IS NOT NULL`
	indexesPostgres = `SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() AND tablename = $1`
	keepIndexSQL    = `INSERT INTO late_index (name, ddl) VALUES ($1, $2)`
	lateSQL         = `SELECT name, ddl FROM late_index ORDER BY name`
	forgetLateSQL   = `DELETE FROM late_index WHERE name = $1`
)

type index struct{ name, ddl string }

func scanIndex(s Scanner) (i index, err error) { return i, s.Scan(&i.name, &i.ddl) }

// PutOff drops the indexes of the tables that are not unique and do not begin with
// part_id, and notes how to make them again; CatchUp does. It is for the fill of a
// database that nobody uses yet: queries are right meanwhile, but slow.
func (d *DB) PutOff(ctx context.Context, tables ...string) error {
	return d.Write(ctx, func(tx *Tx) error {
		query := indexesSQLite
		if d.Dialect() == Postgres {
			query = indexesPostgres
		}
		for _, table := range tables {
			list, err := List(ctx, tx, scanIndex, query, table)
			if err != nil {
				return err
			}
			for _, i := range list {
				if !i.mayWait() {
					continue
				}
				if _, err := tx.Exec(ctx, keepIndexSQL, i.name, i.ddl); err != nil {
					return err
				}
				if _, err := tx.Exec(ctx, "DROP INDEX "+i.name); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func (i index) mayWait() bool {
	ddl := strings.ToUpper(i.ddl)
	_, columns, _ := strings.Cut(ddl, "(")
	return !strings.HasPrefix(ddl, "CREATE UNIQUE") && !strings.HasPrefix(strings.TrimSpace(columns), "PART_ID")
}

// CatchUp makes the indexes that PutOff has dropped, each in a transaction of its own.
// Without any it does nothing.
func (d *DB) CatchUp(ctx context.Context) error {
	var list []index
	err := d.Read(ctx, func(q Q) (err error) {
		list, err = List(ctx, q, scanIndex, lateSQL)
		return err
	})
	if err != nil || len(list) == 0 {
		return err
	}
	if d.Dialect() == SQLite { // millions of keys are sorted on the disk, not in memory
		if err := d.tempStore(ctx, "1"); err != nil {
			return err
		}
		defer d.tempStore(ctx, "2") //nolint:errcheck // it was "1" a moment ago
	}
	for _, i := range list {
		err := d.Write(ctx, func(tx *Tx) error {
			if _, err := tx.Exec(ctx, i.ddl); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, forgetLateSQL, i.name)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (d *DB) tempStore(ctx context.Context, where string) error {
	return d.Direct(context.WithoutCancel(ctx), func(q Q) error {
		_, err := q.Exec(ctx, "PRAGMA temp_store="+where)
		return err
	})
}
