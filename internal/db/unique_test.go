package db_test

import (
	"context"
	"sync/atomic"
	"testing"

	"chibo/internal/db"
	"chibo/internal/db/dbtest"
)

// Somebody is faster with the same key, after this transaction has its snapshot: PostgreSQL says
// that the key is taken, of a row that the transaction does not see. It runs again, sees
// the row, and finds what is true: here that there is nothing to do.
func TestTakenKeyThatWasALostRace(t *testing.T) {
	dsn, there := dbtest.Postgres(t)
	if !there {
		dbtest.SkipOrFail(t, "PostgreSQL not found")
	}
	d := openOn(t, dsn)
	defer d.Close() //nolint:errcheck // at the end
	noted(t, d)
	ctx := context.Background()
	faster := func(id int) {
		must(t, d.Direct(ctx, func(q db.Q) error {
			_, err := q.Exec(ctx, "INSERT INTO note VALUES (1, $1, 'of the faster')", id)
			return err
		}))
	}
	for i, write := range []func(context.Context, func(*db.Tx) error) error{d.Write, d.WriteGrouped} {
		id := 10 + i
		var runs atomic.Int32
		found := false
		must(t, write(ctx, func(tx *db.Tx) error {
			n, first := 0, runs.Add(1) == 1
			if err := tx.QueryRow(ctx, "SELECT count(*) FROM note WHERE id = 1").Scan(&n); err != nil { // its snapshot
				return err
			}
			if first {
				faster(id)
			}
			if err := tx.QueryRow(ctx, "SELECT count(*) FROM note WHERE part_id = 1 AND id = $1", id).Scan(&n); err != nil {
				return err
			}
			if found = n > 0; found {
				return nil
			}
			_, err := tx.Exec(ctx, "INSERT INTO note VALUES (1, $1, 'of the slower')", id)
			return err
		}))
		if !found || runs.Load() != 2 {
			t.Errorf("found %v after %d runs", found, runs.Load())
		}
		// Who is really the second hears it, with every write.
		err := write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, "INSERT INTO note VALUES (1, $1, 'again')", id)
			return err
		})
		if !db.IsUnique(err) {
			t.Errorf("a key that is taken: %v", err)
		}
	}
	must(t, d.Write(ctx, func(tx *db.Tx) error { _, err := tx.Exec(ctx, "DROP TABLE note"); return err }))
}
