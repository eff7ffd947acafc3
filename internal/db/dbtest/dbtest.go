package dbtest

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
)

// Day is where the clock of a test database starts: Tuesday 3 November 2026, 09:00
// in Viet Nam.
func Day() time.Time { return time.Date(2026, time.November, 3, 9, 0, 0, 0, clock.Zone()) }

// New gives a fresh SQLite database with the program's schema.
func New(t testing.TB) *db.DB {
	t.Helper()
	template, err := sqliteTemplate()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "test.db")
	if err := os.WriteFile(path, template, 0o600); err != nil {
		t.Fatal(err)
	}
	return open(t, db.Options{URL: path, NoMigrate: true})
}

// Each runs a test on SQLite and on PostgreSQL.
func Each(t *testing.T, fn func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { fn(t, New(t)) })
	t.Run("postgres", func(t *testing.T) {
		dsn, ok := Postgres(t)
		if !ok {
			SkipOrFail(t, "PostgreSQL not found")
		}
		fn(t, open(t, db.Options{URL: dsn, NoMigrate: true}))
	})
}

// Counting gives a fresh SQLite database that counts the statements that reach it, and the
// count. What may run twice runs once there, as in the program.
func Counting(t testing.TB) (*db.DB, *atomic.Int64) {
	t.Helper()
	template, err := sqliteTemplate()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "test.db")
	if err := os.WriteFile(path, template, 0o600); err != nil {
		t.Fatal(err)
	}
	var n atomic.Int64
	return opened(t, db.Options{URL: path, NoMigrate: true, Told: func(string) { n.Add(1) }}), &n
}

// Forget waits until what was erased is unreadable in the files. On PostgreSQL the writers of
// other tests on the same server may put it off.
func Forget(t testing.TB, d *db.DB) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 3*time.Minute)
	defer stop()
	for {
		err := d.Forget(ctx)
		if err == nil {
			return
		}
		if fault.KindOf(err) != fault.Unavailable {
			t.Fatal(err)
		}
	}
}

// Clock gives the clock of a database that New or Each made.
func Clock(d *db.DB) *clock.Fake { return d.Clock().(*clock.Fake) }

// SkipOrFail skips a test that needs what this machine has not, with a line that says
// so, and fails it where everything must be there (CHIBO_TEST_ALL).
func SkipOrFail(t testing.TB, why string) {
	t.Helper()
	if os.Getenv("CHIBO_TEST_ALL") != "" {
		t.Fatalf("%s, and CHIBO_TEST_ALL is set", why)
	}
	t.Skip(why)
}

// open opens a test database; a test loses nothing when the machine stops, so it
// does not wait for the disk. Grouped writes run twice, as they may.
func open(t testing.TB, o db.Options) *db.DB {
	t.Helper()
	o.Twice = true
	return opened(t, o)
}

func opened(t testing.TB, o db.Options) *db.DB {
	t.Helper()
	clk := clock.Fixed(Day())
	o.Clock, o.IDs, o.Bulk = clk, ident.New(0, clk), true
	d, err := db.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("close the database: %v", err)
		}
	})
	return d
}

// sqliteTemplate gives the bytes of a migrated, empty database.
var sqliteTemplate = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "chibo-db-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary folder
	path := filepath.Join(dir, "template.db")
	if err := migrated(path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

func migrated(url string) error {
	clk := clock.Fixed(Day())
	d, err := db.Open(context.Background(), db.Options{URL: url, Clock: clk, IDs: ident.New(0, clk), Bulk: true})
	if err != nil {
		return err
	}
	return d.Close()
}
