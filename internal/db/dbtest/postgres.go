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

// Postgres gives the address of a PostgreSQL database with the program's schema and no
// rows, which is the test's alone. ok is false when there is no PostgreSQL.
//
// Making a database takes PostgreSQL some tenths of a second, so databases are used
// again: all rows are deleted (the migrations write none), tables that a test made are
// dropped. A test that alters the program's tables takes EmptyPostgres.
func Postgres(t testing.TB) (dsn string, ok bool) {
	t.Helper()
	s, ok := running(t)
	if !ok {
		return "", false
	}
	n, dsn, err := s.take(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.give(context.Background(), n); err != nil {
			t.Error(err)
		}
	})
	return dsn, true
}

// EmptyPostgres gives the address of a new PostgreSQL database without any table.
func EmptyPostgres(t testing.TB) (dsn string, ok bool) {
	t.Helper()
	s, ok := running(t)
	if !ok {
		return "", false
	}
	name := "chibo_test_" + ident.NewDevice()
	dsn, err := s.create(context.Background(), name, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.exec(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return dsn, true
}

func running(t testing.TB) (*pgServer, bool) {
	t.Helper()
	s, err := server()
	if errors.Is(err, pgcluster.ErrNone) {
		return nil, false
	}
	if err != nil {
		t.Fatal(err)
	}
	return s, true
}

// pgServer is the server of this test binary. Other binaries may use it too; what is
// ours is said by advisory locks of the session conn.
type pgServer struct {
	dsn     string
	cluster *pgcluster.Cluster // held, because it ends when it is collected

	mu       sync.Mutex
	conn     *sql.Conn
	template string
	used     map[int]bool // databases that tests of this binary have now
}

// Keys of advisory locks: the template, and with a second number a database.
const (
	templateLock = 20260211
	databaseLock = 20260212
)

var server = sync.OnceValues(func() (*pgServer, error) {
	s := &pgServer{dsn: os.Getenv("CHIBO_TEST_PG"), used: make(map[int]bool)}
	var err error
	if s.dsn == "" {
		if s.cluster, err = pgcluster.Start(); err != nil {
			return nil, err
		}
		s.dsn = s.cluster.DSN
	}
	admin, err := sql.Open("pgx", s.dsn)
	if err != nil {
		return nil, err
	}
	ctx := context.Background()
	if s.conn, err = admin.Conn(ctx); err != nil {
		return nil, err
	}
	return s, s.makeTemplate(ctx)
})

// makeTemplate makes the migrated database that all test binaries with the same
// migrations share; whoever comes first makes it, the others wait.
func (s *pgServer) makeTemplate(ctx context.Context) error {
	sum, err := migrationsSum()
	if err != nil {
		return err
	}
	s.template = "chibo_template_" + sum
	if err := s.exec(ctx, "SELECT pg_advisory_lock($1)", templateLock); err != nil {
		return err
	}
	defer s.exec(ctx, "SELECT pg_advisory_unlock($1)", templateLock) //nolint:errcheck // it ends with the session
	there, err := s.exists(ctx, s.template)
	if err != nil || there {
		return err
	}
	draft := "chibo_draft_" + ident.NewDevice()
	dsn, err := s.create(ctx, draft, "")
	if err != nil {
		return err
	}
	if err := migrated(dsn); err != nil {
		return err
	}
	if err := execAt(ctx, dsn, markAll); err != nil {
		return err
	}
	return s.exec(ctx, "ALTER DATABASE "+draft+" RENAME TO "+s.template)
}

// take finds a database that no test uses, or makes one.
func (s *pgServer) take(ctx context.Context) (n int, dsn string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for n = 1; ; n++ {
		if s.used[n] {
			continue
		}
		var ours bool
		err := s.conn.QueryRowContext(ctx, "SELECT pg_try_advisory_lock($1, $2)", databaseLock, n).Scan(&ours)
		if err != nil {
			return 0, "", err
		}
		if ours {
			break
		}
	}
	s.used[n] = true
	name := fmt.Sprintf("%s_%d", s.template, n)
	there, err := s.exists(ctx, name)
	if err != nil {
		return 0, "", err
	}
	if !there {
		dsn, err = s.create(ctx, name, " TEMPLATE "+s.template)
		return n, dsn, err
	}
	if dsn, err = databaseDSN(s.dsn, name); err != nil {
		return 0, "", err
	}
	return n, dsn, empty(ctx, dsn)
}

func (s *pgServer) give(ctx context.Context, n int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.used, n)
	return s.exec(ctx, "SELECT pg_advisory_unlock($1, $2)", databaseLock, n)
}

func (s *pgServer) exists(ctx context.Context, name string) (there bool, err error) {
	return there, s.conn.QueryRowContext(ctx, "SELECT count(*) > 0 FROM pg_database WHERE datname = $1", name).Scan(&there)
}

func (s *pgServer) create(ctx context.Context, name, template string) (dsn string, err error) {
	if err := s.exec(ctx, "CREATE DATABASE "+name+template); err != nil {
		return "", err
	}
	return databaseDSN(s.dsn, name)
}

func (s *pgServer) exec(ctx context.Context, query string, args ...any) error {
	_, err := s.conn.ExecContext(ctx, query, args...)
	return err
}

// emptyAll deletes the rows of all tables that have any, in whatever order, and drops
// the tables that are not of the template.
const emptyAll = `DO $$
DECLARE name text; found boolean;
BEGIN
  SET LOCAL session_replication_role = replica;
  FOR name IN SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relname NOT LIKE 'goose%'
  LOOP
    IF obj_description(('public.' || quote_ident(name))::regclass) IS DISTINCT FROM 'template' THEN
      EXECUTE format('DROP TABLE public.%I CASCADE', name);
    ELSE
      EXECUTE format('SELECT EXISTS (SELECT 1 FROM public.%I)', name) INTO found;
      IF found THEN EXECUTE format('DELETE FROM public.%I', name); END IF;
    END IF;
  END LOOP;
END $$`

// markAll marks the tables of the template, so that emptyAll knows them.
const markAll = `DO $$
DECLARE name text;
BEGIN
  FOR name IN SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind = 'r'
  LOOP EXECUTE format('COMMENT ON TABLE public.%I IS ''template''', name); END LOOP;
END $$`

func empty(ctx context.Context, dsn string) error { return execAt(ctx, dsn, emptyAll) }

func execAt(ctx context.Context, dsn, query string) error {
	pool, err := sql.Open("pgx", dsn)
	if err != nil {
		return err
	}
	defer pool.Close() //nolint:errcheck // used once
	_, err = pool.ExecContext(ctx, query)
	return err
}

// migrationsSum names a state of the migrations.
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

func databaseDSN(dsn, name string) (string, error) {
	u, err := url.Parse(dsn)
	if err != nil {
		return "", fmt.Errorf("CHIBO_TEST_PG must be a postgres:// address: %w", err)
	}
	u.Path = "/" + name
	return u.String(), nil
}
