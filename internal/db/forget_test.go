package db_test

import (
	"bytes"
	"context"
	"database/sql"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/internal/ident"
)

const sealedText = "a text that nobody may read after it was erased"

// holder begins a transaction that keeps what is deleted after it, and gives its end.
type holder func(t *testing.T, dsn string) (end func())

// holdersPostgres are those that make PostgreSQL keep a deleted row although the table is
// written anew, without a word about it.
func holdersPostgres() map[string]holder {
	begun := func(query string, elsewhere bool) holder {
		return func(t *testing.T, dsn string) func() {
			if elsewhere {
				dsn, _ = dbtest.EmptyPostgres(t)
			}
			pool, err := sql.Open("pgx", dsn)
			must(t, err)
			tx, err := pool.BeginTx(t.Context(), &sql.TxOptions{Isolation: sql.LevelRepeatableRead})
			must(t, err)
			_, err = tx.Exec(query)
			must(t, err)
			return func() { must(t, tx.Rollback()); must(t, pool.Close()) }
		}
	}
	return map[string]holder{
		"a snapshot of this database, as a backup has": begun("SELECT count(*) FROM note", false),
		"a snapshot that has not touched the table":    begun("SELECT count(*) FROM pg_class", false),
		"a writer in another database of the server":   begun("CREATE TABLE elsewhere (id int)", true),
	}
}

// What was erased while something older runs is not said to be unreadable before it is: not
// while that runs, nor by a program that was killed meanwhile. After its end it is gone from
// the files, and the note with it.
func TestErasedRowsAreGoneWhenItIsSaidSo(t *testing.T) {
	dsn, there := dbtest.Postgres(t)
	if !there {
		dbtest.SkipOrFail(t, "PostgreSQL not found")
	}
	for name, hold := range holdersPostgres() {
		t.Run(name, func(t *testing.T) {
			d := openOn(t, dsn)
			noted(t, d)
			end := hold(t, dsn)
			erased(t, d)
			must(t, d.Close()) // killed before it could do anything: what is left to do is in the database
			d = openOn(t, dsn)
			if err := d.Forget(t.Context()); fault.KindOf(err) != fault.Unavailable {
				t.Errorf("while it is held: %v", err)
			}
			if !erasing(t, d) || !inFiles(t, d) {
				t.Error("the test proves nothing: the engine let go of the row")
			}
			must(t, d.Close()) // and again
			d = openOn(t, dsn)
			if !erasing(t, d) {
				t.Error("the note is lost")
			}
			end()
			dbtest.Forget(t, d)
			if erasing(t, d) || inFiles(t, d) {
				t.Error("the row is still in the files")
			}
			if n := count(t, d); n != 1 {
				t.Errorf("%d rows are left of one", n)
			}
			must(t, d.Write(t.Context(), func(tx *db.Tx) error { _, err := tx.Exec(t.Context(), "DROP TABLE note"); return err }))
			must(t, d.Close())
		})
	}
}

// A writer that began after the deletion is not waited for, and a note from another server, whose
// numbers of transactions were higher, does not wait for ever.
func TestForgetWaitsForNobodyYounger(t *testing.T) {
	dsn, there := dbtest.Postgres(t)
	if !there {
		dbtest.SkipOrFail(t, "PostgreSQL not found")
	}
	d := openOn(t, dsn)
	noted(t, d)
	end := holdersPostgres()["a snapshot that has not touched the table"](t, dsn)
	erased(t, d)
	if err := d.Forget(t.Context()); fault.KindOf(err) != fault.Unavailable { // it has its mark now
		t.Errorf("while it is held: %v", err)
	}
	younger := holdersPostgres()["a writer in another database of the server"](t, dsn)
	end()
	dbtest.Forget(t, d)
	if inFiles(t, d) {
		t.Error("the row is still in the files")
	}
	younger()
	must(t, d.Direct(t.Context(), func(q db.Q) error {
		_, err := q.Exec(t.Context(), "INSERT INTO erasure (id, what, from_tab, mark, at) VALUES (7, 'brought', 'note', $1, 1)", int64(1)<<40)
		return err
	}))
	dbtest.Forget(t, d)
	must(t, d.Write(t.Context(), func(tx *db.Tx) error { _, err := tx.Exec(t.Context(), "DROP TABLE note"); return err }))
	must(t, d.Close())
}

// SQLite's log keeps what readers of before still see.
func TestErasedRowsLeaveSQLitesLog(t *testing.T) {
	d := dbtest.New(t)
	noted(t, d)
	must(t, d.Read(t.Context(), func(q db.Q) error {
		var n int
		if err := q.QueryRow(t.Context(), "SELECT count(*) FROM note").Scan(&n); err != nil {
			return err
		}
		erased(t, d)
		if err := d.Forget(t.Context()); fault.KindOf(err) != fault.Unavailable {
			t.Errorf("while it is read: %v", err)
		}
		if !erasing(t, d) || !inFiles(t, d) {
			t.Error("the test proves nothing: the engine let go of the row")
		}
		return nil
	}))
	dbtest.Forget(t, d)
	if erasing(t, d) || inFiles(t, d) {
		t.Error("the row is still in the files")
	}
}

func openOn(t *testing.T, dsn string) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), db.Options{URL: dsn, Clock: clock.System(), NoMigrate: true, IDs: ident.New(0, clock.System())})
	must(t, err)
	return d
}

// noted makes a table with a text that is to be erased and one that stays.
func noted(t *testing.T, d *db.DB) {
	t.Helper()
	must(t, d.Write(t.Context(), func(tx *db.Tx) error {
		if _, err := tx.Exec(t.Context(), "CREATE TABLE note (part_id bigint, id bigint, text text, PRIMARY KEY (part_id, id))"); err != nil {
			return err
		}
		_, err := tx.Exec(t.Context(), "INSERT INTO note VALUES (1, 1, $1), (1, 2, 'stays')", sealedText)
		return err
	}))
}

func erased(t *testing.T, d *db.DB) {
	t.Helper()
	must(t, d.Write(t.Context(), func(tx *db.Tx) error {
		return tx.Try(t.Context(), func() error { // its transaction has a number of its own
			if _, err := tx.Exec(t.Context(), "DELETE FROM note WHERE id = 1"); err != nil {
				return err
			}
			return tx.Erase(t.Context(), "note 1", "note")
		})
	}))
}

func erasing(t *testing.T, d *db.DB) (yes bool) {
	t.Helper()
	must(t, d.Read(t.Context(), func(q db.Q) (err error) {
		yes, err = db.Erasing(t.Context(), q, "note 1")
		return err
	}))
	return yes
}

func count(t *testing.T, d *db.DB) (n int) {
	t.Helper()
	must(t, d.Read(t.Context(), func(q db.Q) error { return q.QueryRow(t.Context(), "SELECT count(*) FROM note").Scan(&n) }))
	return n
}

// inFiles says whether the sealed text stands in the engine's files of this database.
func inFiles(t *testing.T, d *db.DB) (found bool) {
	t.Helper()
	var root string
	must(t, d.Direct(t.Context(), func(q db.Q) error {
		if d.Dialect() == db.SQLite {
			var n, name string
			if err := q.QueryRow(t.Context(), "PRAGMA database_list").Scan(&n, &name, &root); err != nil {
				return err
			}
			root = filepath.Dir(root)
			return nil
		}
		if _, err := q.Exec(t.Context(), "CHECKPOINT"); err != nil {
			return err
		}
		return q.QueryRow(t.Context(), "SELECT current_setting('data_directory') || '/base/' || oid FROM pg_database WHERE datname = current_database()").Scan(&root)
	}))
	must(t, filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		found = found || bytes.Contains(data, []byte(sealedText))
		return err
	}))
	return found
}

// While a backup runs, many counts at once do not wait one after the other.
func TestManyForgetsWaitShortly(t *testing.T) {
	dsn, there := dbtest.Postgres(t)
	if !there {
		dbtest.SkipOrFail(t, "PostgreSQL not found")
	}
	d := openOn(t, dsn)
	noted(t, d)
	end := holdersPostgres()["a snapshot of this database, as a backup has"](t, dsn)
	erased(t, d)
	const callers = 60
	errs := make(chan error, callers)
	began := time.Now()
	for range callers {
		go func() { errs <- d.Forget(context.Background()) }()
	}
	for range callers {
		if err := <-errs; fault.KindOf(err) != fault.Unavailable {
			t.Errorf("while it is held: %v", err)
		}
	}
	if took := time.Since(began); took > 20*time.Second { // one after the other it is more than a minute
		t.Errorf("%d callers waited %s", callers, took)
	}
	end()
	dbtest.Forget(t, d)
	must(t, d.Write(t.Context(), func(tx *db.Tx) error { _, err := tx.Exec(t.Context(), "DROP TABLE note"); return err }))
	must(t, d.Close())
}
