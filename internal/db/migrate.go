package db

import (
	"bytes"
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"chibo/internal/fault"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// MigrationFiles gives the files of the program's own migrations, as they are in the
// repository.
func MigrationFiles() fs.FS {
	sub, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	return sub
}

// Migrate brings the schema up to date; Open has done it already unless it was told
// not to. Each migration is one transaction. Several processes may start at once. A
// database that a newer program has migrated gets kind fault.Unavailable with key
// err.db_newer and stays as it is.
//
// A migration is a file NNNN_name.sql in goose's format, or a pair
// NNNN_name.sqlite.sql and NNNN_name.postgres.sql. In a common file, text in
// /*pg ... */ is for PostgreSQL alone, and in /*lite ... */ for SQLite alone.
func (d *DB) Migrate(ctx context.Context) error {
	pool, err := d.eng.migrator()
	if err != nil {
		return known(err)
	}
	defer pool.Close() //nolint:errcheck // nothing is open in it
	changed, err := migrateWith(ctx, pool, d.Dialect(), d.migr)
	if err != nil {
		return known(err)
	}
	if err := d.makeIdentNode(ctx); err != nil || !changed || d.Dialect() != SQLite {
		return known(err)
	}
	return d.Direct(ctx, func(q Q) error { return assume(ctx, q) })
}

// migrateWith says whether there was something to do.
func migrateWith(ctx context.Context, pool *sql.DB, dialect Dialect, files fs.FS) (changed bool, err error) {
	opts := []goose.ProviderOption{
		goose.WithDisableGlobalRegistry(true),
		goose.WithLogger(goose.NopLogger()),
	}
	engine := goose.DialectSQLite3
	if dialect == Postgres {
		engine = goose.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 60))
		if err != nil {
			return false, err
		}
		opts = append(opts, goose.WithSessionLocker(locker))
	}
	p, err := goose.NewProvider(engine, pool, dialectFS{files, dialect}, opts...)
	if err != nil {
		return false, fmt.Errorf("migrations: %w", err)
	}
	have, want, err := p.GetVersions(ctx)
	if err != nil {
		return false, fmt.Errorf("read the version of the schema: %w", err)
	}
	if have > want {
		cause := fmt.Errorf("the database has version %d, this program knows versions up to %d: use a newer program, or restore a backup made with this one", have, want)
		return false, fault.Wrap(cause, fault.Unavailable, "err.db_newer", "Have", have, "Known", want)
	}
	if have == want {
		return false, nil
	}
	if _, err := p.Up(ctx); err != nil {
		// Another process may have done it between our look and our turn.
		if now, _, again := p.GetVersions(ctx); again == nil && now == want {
			return false, nil
		}
		return false, fmt.Errorf("migrate: %w", err)
	}
	return true, nil
}

// makeIdentNode makes the table of the id leases, which is needed before any feature.
// Two that make it at once in PostgreSQL can both see it missing, hence the retry.
func (d *DB) makeIdentNode(ctx context.Context) error {
	for try := 1; ; try++ {
		err := d.Direct(ctx, func(q Q) error {
			_, err := q.Exec(ctx, createIdentNode)
			return err
		})
		if err == nil || try == 3 {
			return err
		}
		if err := sleep(ctx, 50*time.Millisecond); err != nil {
			return err
		}
	}
}

// dialectFS shows the migrations as one engine needs them: NNNN_name.sqlite.sql is
// hidden from PostgreSQL and the other way round, and comments for the engine
// become text.
type dialectFS struct {
	fs.FS
	dialect Dialect
}

func (f dialectFS) Glob(pattern string) ([]string, error) {
	names, err := fs.Glob(f.FS, pattern)
	if err != nil {
		return nil, err
	}
	other := "." + string(Postgres) + ".sql"
	if f.dialect == Postgres {
		other = "." + string(SQLite) + ".sql"
	}
	var mine []string
	for _, n := range names {
		if !strings.HasSuffix(n, other) {
			mine = append(mine, n)
		}
	}
	return mine, nil
}

func (f dialectFS) Open(name string) (fs.File, error) {
	file, err := f.FS.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // it was only read
	data, err := fs.ReadFile(f.FS, name)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	return &migration{Reader: bytes.NewReader(f.text(data)), info: info}, nil
}

func (f dialectFS) text(data []byte) []byte {
	open := []byte("/*lite ")
	if f.dialect == Postgres {
		open = []byte("/*pg ")
	}
	var out []byte
	for {
		before, rest, found := bytes.Cut(data, open)
		out = append(out, before...)
		if !found {
			return out
		}
		inside, after, _ := bytes.Cut(rest, []byte("*/"))
		out = append(out, inside...)
		data = after
	}
}

type migration struct {
	*bytes.Reader
	info fs.FileInfo
}

func (m *migration) Stat() (fs.FileInfo, error) { return m.info, nil }

func (m *migration) Close() error { return nil }
