package db

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"strings"
	"sync"
	"sync/atomic"

	"chibo/internal/clock"
	"chibo/internal/fault"
	"chibo/internal/ident"
)

// Dialect names the engine behind a DB.
type Dialect string

// The engines.
const (
	SQLite   Dialect = "sqlite"
	Postgres Dialect = "postgres"
)

// Options say which database to open and how.
type Options struct {
	// URL is required: the path of a SQLite file (also as sqlite:PATH), or
	// postgres://user@host/name. The folder of a file must exist.
	URL string

	// Clock is required. It gives Tx.Now and the time inside ids.
	Clock clock.Clock

	// IDs gives Tx.ID. Nil leases a node number in the database and keeps the last id
	// there, so that no id is given twice over restarts and over several processes;
	// that is what a program wants. A test may give its own.
	IDs *ident.Maker

	// Migrations replaces the program's own migrations, for tests of this package.
	// Files lie at its top. Nil is the program's own.
	Migrations fs.FS

	// NoMigrate leaves the schema as it is found. No ids are leased then.
	NoMigrate bool

	// Bulk is for the first fill of a new SQLite file that can be thrown away: commits
	// do not wait for the disk until Durable is called. PostgreSQL ignores it.
	Bulk bool

	// WriterCache and ReaderCache are the SQLite page cache of the writer and of each
	// reader, in KiB. Zero is 16384 and 4096.
	WriterCache, ReaderCache int

	// Readers is how many SQLite readers there are, and how many PostgreSQL
	// connections serve reads. Zero is 6.
	Readers int

	// Twice runs each function given to WriteGrouped two times and keeps the second run, as
	// happens when a group is written again, and each function given to Recall too: a function
	// that changes what it has captured does not pass its tests then. What Recall answers from
	// memory is asked again and compared. Tests set it.
	Twice bool

	// Told is told each statement that goes to the engine, those that begin and end a
	// transaction left out. Tests that count set it; nil tells nobody.
	Told func(query string)
}

// DB is an open database. It is safe for use from many goroutines.
type DB struct {
	clk    clock.Clock
	ids    *ident.Maker
	lease  *lease // nil when the ids are the caller's
	eng    engine
	group  *group
	twice  bool
	migr   fs.FS
	many   sync.Map // what Many made of an INSERT, by its text
	closed atomic.Bool

	changes *changes
	recall  *recall

	forgetting chan struct{} // full while a Forget runs
}

// Open opens the database, and brings its schema up to date unless told not to.
//
// Expected failures are of kind fault.Unavailable with keys err.db_folder (the
// folder is missing or cannot be read or written), err.db_corrupt (the file is not a
// database or is damaged), err.db_newer (a newer program made it), err.db_host
// (PostgreSQL cannot be reached, or refuses us). The cause is one line that says
// which file or host it is about and what to do; it never holds a password.
func Open(ctx context.Context, o Options) (*DB, error) {
	d := &DB{clk: o.Clock, ids: o.IDs, migr: o.Migrations, twice: o.Twice, changes: newChanges(), forgetting: make(chan struct{}, 1)}
	d.recall = newRecall(d)
	if d.migr == nil {
		d.migr = MigrationFiles()
	}
	var err error
	if isPostgres(o.URL) {
		d.eng, err = openPostgres(ctx, o)
	} else {
		d.eng, err = openSQLite(ctx, o)
	}
	if err != nil {
		return nil, at(err, o)
	}
	if err := d.start(ctx, o); err != nil {
		d.eng.close() //nolint:errcheck // the first error is the one to tell
		return nil, at(err, o)
	}
	d.group = startGroup(d)
	return d, nil
}

// at says which file an error of Open is about; an address of PostgreSQL may hold a
// password and is left out.
func at(err error, o Options) error {
	var f *fault.Error
	if isPostgres(o.URL) || !errors.As(err, &f) {
		return err
	}
	named := *f
	named.Args = map[string]any{"Path": strings.TrimPrefix(o.URL, "sqlite:")}
	maps.Copy(named.Args, f.Args)
	return &named
}

func (d *DB) start(ctx context.Context, o Options) error {
	if !o.NoMigrate {
		if err := d.Migrate(ctx); err != nil {
			return err
		}
	}
	if d.ids != nil {
		return nil
	}
	d.ids = ident.New(0, d.clk)
	if o.NoMigrate {
		return nil
	}
	d.lease = &lease{ids: d.ids}
	return d.lease.take(ctx, d)
}

// Close waits for the grouped writes that were accepted, then closes all
// connections. Work that comes later gets kind fault.Unavailable.
func (d *DB) Close() error {
	if d.closed.Swap(true) {
		return nil
	}
	d.group.close()
	return d.eng.close()
}

// Dialect says which engine this is, for the few branches that SQL cannot avoid:
// full-text search, the claim of a job, backup.
func (d *DB) Dialect() Dialect { return d.eng.dialect() }

// Clock gives the clock the DB was opened with.
func (d *DB) Clock() clock.Clock { return d.clk }

// IDs gives the maker behind Tx.ID.
func (d *DB) IDs() *ident.Maker { return d.ids }

// Durable ends the fast mode of Options.Bulk: everything written so far is on the
// disk when it returns, and every later commit waits for the disk. Without the
// fast mode it does nothing.
func (d *DB) Durable(ctx context.Context) error { return d.eng.durable(ctx) }

func isPostgres(url string) bool {
	return strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://")
}

// Analyze lets the engine look at how the rows are spread, after an import or the
// first fill: without that it may walk a whole part where an index would do.
//
// SQLite also keeps samples of values, and with them plans a statement anew whenever
// another value is bound: a page asks many small questions, and that takes longer than
// most answers. So the samples go. What was not looked at, or has few rows yet, gets the
// figures of assume.
func (d *DB) Analyze(ctx context.Context) error {
	return d.Direct(ctx, func(q Q) error {
		if _, err := q.Exec(ctx, "ANALYZE"); err != nil || d.Dialect() != SQLite {
			return err
		}
		if _, err := q.Exec(ctx, dropSamplesSQLite); err != nil {
			return err
		}
		return assume(ctx, q)
	})
}

const dropSamplesSQLite = `DROP TABLE IF EXISTS sqlite_stat4`
