package dbtest

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"sync"
	"testing"

	"chibo/internal/db"
	"chibo/internal/db/dbtest/pgcluster"
	"chibo/internal/ident"
)

// Postgres gives the address of a fresh PostgreSQL database with the program's
// schema, to which nobody is connected. ok is false when there is no PostgreSQL.
func Postgres(t testing.TB) (dsn string, ok bool) {
	t.Helper()
	return create(t, "TEMPLATE ")
}

// EmptyPostgres gives the address of a PostgreSQL database without any table.
func EmptyPostgres(t testing.TB) (dsn string, ok bool) {
	t.Helper()
	return create(t, "")
}

func create(t testing.TB, template string) (dsn string, ok bool) {
	t.Helper()
	s, err := server()
	if errors.Is(err, pgcluster.ErrNone) {
		return "", false
	}
	if err != nil {
		t.Fatal(err)
	}
	if template != "" {
		template += s.template
	}
	name := "chibo_test_" + ident.NewDevice()
	ctx := context.Background()
	if _, err := s.admin.ExecContext(ctx, "CREATE DATABASE "+name+" "+template); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := s.admin.ExecContext(ctx, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Errorf("drop the test database: %v", err)
		}
	})
	return withDatabase(t, s.dsn, name), true
}

// pgServer is the server of this test binary, with a migrated template database.
type pgServer struct {
	dsn      string
	template string
	admin    *sql.DB
}

var server = sync.OnceValues(func() (*pgServer, error) {
	dsn := os.Getenv("CHIBO_TEST_PG")
	if dsn == "" {
		c, err := pgcluster.Start() // it ends with this process
		if err != nil {
			return nil, err
		}
		dsn = c.DSN
	}
	admin, err := sql.Open("pgx", dsn)
	if err != nil {
		return nil, err
	}
	admin.SetMaxOpenConns(2)
	s := &pgServer{dsn: dsn, admin: admin}
	s.template, err = s.makeTemplate(context.Background())
	return s, err
})

// makeTemplate makes the template that all test binaries with the same migrations
// share; whoever comes first makes it, the others wait.
func (s *pgServer) makeTemplate(ctx context.Context) (string, error) {
	sum, err := migrationsSum()
	if err != nil {
		return "", err
	}
	name := "chibo_template_" + sum
	conn, err := s.admin.Conn(ctx)
	if err != nil {
		return "", err
	}
	defer conn.Close() //nolint:errcheck // back to the pool
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock(20260211)"); err != nil {
		return "", err
	}
	defer conn.ExecContext(ctx, "SELECT pg_advisory_unlock(20260211)") //nolint:errcheck // it ends with the connection
	var there bool
	if err := conn.QueryRowContext(ctx, "SELECT count(*) > 0 FROM pg_database WHERE datname = $1", name).Scan(&there); err != nil || there {
		return name, err
	}
	draft := name + "_" + ident.NewDevice()[:8]
	if _, err := conn.ExecContext(ctx, "CREATE DATABASE "+draft); err != nil {
		return "", err
	}
	dsn, err := databaseDSN(s.dsn, draft)
	if err != nil {
		return "", err
	}
	if err := migrated(dsn); err != nil {
		return "", err
	}
	_, err = conn.ExecContext(ctx, "ALTER DATABASE "+draft+" RENAME TO "+name)
	return name, err
}

func migrationsSum() (string, error) {
	h := sha256.New()
	files := db.MigrationFiles()
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return "", err
	}
	for _, n := range names {
		data, err := fs.ReadFile(files, n)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(h, "%s %d\n%s", n, len(data), data)
	}
	return hex.EncodeToString(h.Sum(nil))[:12], nil
}

func withDatabase(t testing.TB, dsn, name string) string {
	t.Helper()
	out, err := databaseDSN(dsn, name)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func databaseDSN(dsn, name string) (string, error) {
	u, err := url.Parse(dsn)
	if err != nil {
		return "", fmt.Errorf("CHIBO_TEST_PG must be a postgres:// address: %w", err)
	}
	u.Path = "/" + name
	return u.String(), nil
}
