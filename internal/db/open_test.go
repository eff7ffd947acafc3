package db_test

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
)

var update = flag.Bool("update", false, "write testdata/schema.txt anew")

// notes is a schema of two migrations, the second with a part for each engine.
func notes() fstest.MapFS {
	return fstest.MapFS{
		"0001_note.sql": {Data: []byte("-- +goose Up\n" + createNote + ";\n")},
		"0002_more.sql": {Data: []byte("-- +goose Up\nCREATE TABLE more (id bigint NOT NULL PRIMARY KEY, engine text NOT NULL DEFAULT " +
			"/*lite 'sqlite' *//*pg 'postgres' */);\nINSERT INTO more (id) VALUES (1);\n")},
		"0003_own.sqlite.sql":   {Data: []byte("-- +goose Up\nCREATE TABLE own_sqlite (id bigint NOT NULL PRIMARY KEY) WITHOUT ROWID;\n")},
		"0003_own.postgres.sql": {Data: []byte("-- +goose Up\nCREATE TABLE own_postgres (id bigint NOT NULL PRIMARY KEY);\n")},
	}
}

// fileDB opens a new file with the schema of notes; reopen opens it again.
func fileDB(t *testing.T) (d *db.DB, reopen func() *db.DB) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a b%20?#ệ.db") // a name with all that an address could stumble over
	reopen = func() *db.DB {
		t.Helper()
		d, err := db.Open(t.Context(), db.Options{URL: "sqlite:" + path, Clock: clock.Fixed(dbtest.Day()), Migrations: notes()})
		must(t, err)
		t.Cleanup(func() { d.Close() })
		return d
	}
	return reopen(), reopen
}

func TestFileIsOfTheOwnerOnly(t *testing.T) {
	dir := t.TempDir()
	d, err := db.Open(t.Context(), db.Options{URL: filepath.Join(dir, "x.db"), Clock: clock.System(), Migrations: notes()})
	must(t, err)
	defer d.Close()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	must(t, err)
	if len(files) != 3 {
		t.Errorf("files %v", files)
	}
	for _, f := range files {
		info, err := os.Stat(f)
		must(t, err)
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", f, info.Mode())
		}
	}
}

func TestEachEngineGetsItsOwnText(t *testing.T) {
	check := func(t *testing.T, o db.Options) {
		t.Helper()
		o.Clock, o.Migrations = clock.Fixed(dbtest.Day()), notes()
		for range 2 { // the second time there is nothing to do
			d, err := db.Open(t.Context(), o)
			must(t, err)
			must(t, d.Read(t.Context(), func(q db.Q) error {
				var engine string
				must(t, q.QueryRow(t.Context(), `SELECT engine FROM more`).Scan(&engine))
				if engine != string(d.Dialect()) {
					t.Errorf("%s on %s", engine, d.Dialect())
				}
				return nil
			}))
			must(t, d.Write(t.Context(), func(tx *db.Tx) error {
				_, err := tx.Exec(t.Context(), map[db.Dialect]string{
					db.SQLite: `DELETE FROM own_sqlite`, db.Postgres: `DELETE FROM own_postgres`,
				}[d.Dialect()])
				return err
			}))
			must(t, d.Close())
		}
	}
	t.Run("sqlite", func(t *testing.T) { check(t, db.Options{URL: filepath.Join(t.TempDir(), "x.db")}) })
	t.Run("postgres", func(t *testing.T) {
		dsn, ok := dbtest.EmptyPostgres(t)
		if !ok {
			dbtest.SkipOrFail(t, "PostgreSQL not found")
		}
		check(t, db.Options{URL: dsn})
	})
}

// Nodes that start together on an empty PostgreSQL migrate it once.
func TestNodesStartTogether(t *testing.T) {
	dsn, ok := dbtest.EmptyPostgres(t)
	if !ok {
		dbtest.SkipOrFail(t, "PostgreSQL not found")
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			d, err := db.Open(t.Context(), db.Options{URL: dsn, Clock: clock.System(), Migrations: notes()})
			if err != nil {
				t.Error(err)
				return
			}
			d.Close()
		})
	}
	wg.Wait()
}

// What an operator can do something about is one line with a kind, a key, and the
// file or host it is about.
func TestErrorsOfOpening(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	must(t, os.WriteFile(file, []byte(strings.Repeat("this is not a database, it is a letter. ", 100)), 0o600))
	newer := filepath.Join(dir, "newer.db")
	more := notes()
	more["0900_future.sql"] = &fstest.MapFile{Data: []byte("-- +goose Up\nCREATE TABLE future (id bigint);\n")}
	d, err := db.Open(t.Context(), db.Options{URL: newer, Clock: clock.System(), Migrations: more})
	must(t, err)
	must(t, d.Close())
	for _, c := range []struct{ name, url, key, says string }{
		{"not a database", file, "err.db_corrupt", file},
		{"damaged", damaged(t, dir), "err.db_corrupt", "damaged.db"},
		{"newer than the program", newer, "err.db_newer", "version 900"},
		{"no folder", filepath.Join(dir, "none", "x.db"), "err.db_folder", "none"},
		{"a file for a folder", filepath.Join(file, "x.db"), "err.db_folder", file},
		{"a folder for a file", dir, "err.db_folder", dir},
		{"a folder that cannot be written", unwritable(t), "err.db_folder", "x.db"},
		{"no such host", "postgres://chibo:hush@no-such-host.invalid/chibo", "err.db_host", "no-such-host.invalid"},
		{"nobody listens", "postgres://chibo:hush@127.0.0.1:1/chibo?connect_timeout=2", "err.db_host", "127.0.0.1"},
		{"not an address", "postgres://chibo:hush@[/", "err.db_host", "parse"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, err := db.Open(t.Context(), db.Options{URL: c.url, Clock: clock.System(), Migrations: notes()})
			if err == nil {
				d.Close()
				t.Fatal("opened")
			}
			var f *fault.Error
			if !errors.As(err, &f) || f.Kind != fault.Unavailable || f.Key != c.key || f.Cause == nil {
				t.Fatalf("got %v", err)
			}
			if text := err.Error(); !strings.Contains(text, c.says) || strings.Contains(text, "hush") || strings.ContainsAny(text, "\n\t") {
				t.Errorf("says %q", text)
			}
		})
	}
}

// damaged makes a database whose pages after the first are overwritten.
func damaged(t *testing.T, dir string) string {
	t.Helper()
	path := filepath.Join(dir, "damaged.db")
	d, err := db.Open(t.Context(), db.Options{URL: path, Clock: clock.System(), Migrations: notes()})
	must(t, err)
	must(t, d.Close())
	data, err := os.ReadFile(path)
	must(t, err)
	for i := 100; i < len(data); i++ {
		data[i] = 0xA5
	}
	must(t, os.WriteFile(path, data, 0o600))
	return path
}

// unwritable gives a path in a folder where not even root can make a file.
func unwritable(t *testing.T) string {
	t.Helper()
	if os.Getuid() == 0 {
		return "/proc/x.db"
	}
	dir := t.TempDir()
	must(t, os.Chmod(dir, 0o500)) //nolint:gosec // a folder needs x
	return filepath.Join(dir, "x.db")
}

// A failed migration leaves the schema of the one before.
func TestMigrationIsWholeOrNot(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	bad := notes()
	bad["0004_bad.sql"] = &fstest.MapFile{Data: []byte("-- +goose Up\nCREATE TABLE half (id bigint);\nCREATE TABLE half (id bigint);\n")}
	if _, err := db.Open(t.Context(), db.Options{URL: path, Clock: clock.System(), Migrations: bad}); err == nil {
		t.Fatal("opened")
	}
	good := notes()
	good["0004_bad.sql"] = &fstest.MapFile{Data: []byte("-- +goose Up\nCREATE TABLE half (id bigint);\n")}
	d, err := db.Open(t.Context(), db.Options{URL: path, Clock: clock.System(), Migrations: good})
	must(t, err)
	must(t, d.Close())
}

// A second process on the same file waits its turn.
func TestTwoProcessesOnOneFile(t *testing.T) {
	a, reopen := fileDB(t)
	b := reopen()
	ctx := t.Context()
	var wg sync.WaitGroup
	for i := range 40 {
		d := a
		if i%2 == 1 {
			d = b
		}
		wg.Go(func() {
			if err := d.Write(ctx, note(ctx, fmt.Sprintf("n%02d", i))); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := len(strings.Fields(texts(t, a))); got != 40 {
		t.Errorf("%d notes", got)
	}
}

func TestIDsRiseOverRestartsAndProcesses(t *testing.T) {
	run := func(t *testing.T, open func() *db.DB) {
		t.Helper()
		seen := map[int64]bool{}
		for range 70 { // more than there are nodes
			d := open()
			must(t, d.Write(t.Context(), func(tx *db.Tx) error {
				for range 200 { // runs ahead of the clock, which stands still
					id := tx.ID()
					if seen[id] {
						return fmt.Errorf("id %d given twice", id)
					}
					seen[id] = true
				}
				return nil
			}))
			must(t, d.Close())
		}
	}
	t.Run("sqlite", func(t *testing.T) {
		_, reopen := fileDB(t)
		run(t, reopen)
	})
	t.Run("postgres", func(t *testing.T) {
		dsn, ok := dbtest.Postgres(t)
		if !ok {
			dbtest.SkipOrFail(t, "PostgreSQL not found")
		}
		run(t, func() *db.DB {
			d, err := db.Open(t.Context(), db.Options{URL: dsn, Clock: clock.Fixed(dbtest.Day())})
			must(t, err)
			return d
		})
	})
}

// A process that lost its node number to a later one takes a new number.
func TestLostNodeNumber(t *testing.T) {
	old, reopen := fileDB(t)
	ctx := t.Context()
	must(t, old.Write(ctx, note(ctx, "a")))
	var other *db.DB
	for range 64 { // the numbers go round: the last has the number of old
		other = reopen()
	}
	if other.IDs().Node() != old.IDs().Node() {
		t.Fatalf("nodes %d and %d", other.IDs().Node(), old.IDs().Node())
	}
	seen := map[int64]bool{}
	node := old.IDs().Node()
	for _, d := range []*db.DB{other, old, other, old} {
		d.Clock().(*clock.Fake).Advance(time.Minute)
		var ids []int64
		must(t, d.Write(ctx, func(tx *db.Tx) error {
			ids = ids[:0]
			for range 100 {
				ids = append(ids, tx.ID())
			}
			return nil
		}))
		for _, id := range ids {
			if seen[id] {
				t.Fatalf("id %d given twice", id)
			}
			seen[id] = true
		}
	}
	if old.IDs().Node() == node {
		t.Error("the number was not given up")
	}
}

func TestBulkBecomesDurable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	d, err := db.Open(t.Context(), db.Options{URL: path, Clock: clock.System(), Migrations: notes(), Bulk: true})
	must(t, err)
	defer d.Close()
	mode := func() (n int) {
		must(t, d.Direct(t.Context(), func(q db.Q) error { return q.QueryRow(t.Context(), `PRAGMA synchronous`).Scan(&n) }))
		return n
	}
	if mode() != 0 {
		t.Errorf("synchronous is %d during the fill", mode())
	}
	must(t, d.Write(t.Context(), note(t.Context(), "a")))
	must(t, d.Durable(t.Context()))
	if mode() != 2 {
		t.Errorf("synchronous is %d after it", mode())
	}
	copied := filepath.Join(t.TempDir(), "y.db") // the file alone, without the log
	data, err := os.ReadFile(path)
	must(t, err)
	must(t, os.WriteFile(copied, data, 0o600))
	other, err := sql.Open("sqlite", copied)
	must(t, err)
	defer other.Close()
	var n int
	must(t, other.QueryRowContext(context.Background(), `SELECT count(*) FROM note`).Scan(&n))
	if n != 1 {
		t.Errorf("%d notes in the file", n)
	}
}

// Without Bulk every commit waits for the disk.
func TestPragmas(t *testing.T) {
	d, _ := fileDB(t)
	want := map[string]string{
		"PRAGMA journal_mode": "wal", "PRAGMA synchronous": "2", "PRAGMA foreign_keys": "1",
		"PRAGMA busy_timeout": "10000", "PRAGMA cache_size": "-16384",
	}
	check := func(q db.Q) error {
		for pragma, value := range want {
			var got string
			must(t, q.QueryRow(t.Context(), pragma).Scan(&got))
			if got != value {
				t.Errorf("%s is %s, want %s", pragma, got, value)
			}
		}
		return nil
	}
	must(t, d.Direct(t.Context(), check))
	want["PRAGMA query_only"], want["PRAGMA cache_size"] = "1", "-4096"
	must(t, d.Read(t.Context(), check))
}

func TestSchemaSnapshot(t *testing.T) {
	got, err := dbtest.Schema(t.Context(), dbtest.New(t))
	must(t, err)
	const file = "testdata/schema.txt"
	if *update {
		must(t, os.WriteFile(file, []byte(got), 0o600))
	}
	want, err := os.ReadFile(file)
	must(t, err)
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("the schema changed; look at it, then run with -update:\n%s", diff)
	}
}
