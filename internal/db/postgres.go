package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"chibo/internal/clock"
	"chibo/internal/fault"
)

const (
	// Connections are modest: a server process of PostgreSQL costs some MiB, and
	// beyond a few per core they only wait for each other.
	pgWriters = 10
	pgSide    = 3 // queue claims and id marks, which must not wait behind transactions
	pgTimeout = 10 * time.Second
)

// pgEngine is PostgreSQL. The driver keeps prepared statements per connection.
type pgEngine struct {
	cfg                   *pgx.ConnConfig
	readers, writes, side *sql.DB
	told                  func(query string) // see Options.Told
	clk                   clock.Clock

	leaving sync.WaitGroup // connections that are being given back
	trips   atomic.Int64   // round trips of batch, for tests
}

func openPostgres(ctx context.Context, o Options) (*pgEngine, error) {
	cfg, err := pgx.ParseConfig(o.URL)
	if err != nil {
		return nil, fault.Wrap(oneLine(err), fault.Unavailable, "err.db_host")
	}
	if cfg.ConnectTimeout == 0 {
		cfg.ConnectTimeout = pgTimeout
	}
	cfg.RuntimeParams["timezone"] = "UTC"
	if cfg.RuntimeParams["application_name"] == "" {
		cfg.RuntimeParams["application_name"] = "chibo"
	}
	e := &pgEngine{cfg: cfg, told: o.Told, clk: o.Clock}
	e.readers = e.pool(orElse(o.Readers, defaultReaders))
	e.writes = e.pool(pgWriters)
	e.side = e.pool(pgSide)
	if err := e.side.PingContext(ctx); err != nil {
		e.close() //nolint:errcheck // the first error is the one to tell
		return nil, fault.Wrap(fmt.Errorf("%s: %w", cfg.Host, oneLine(err)), fault.Unavailable, "err.db_host", "Host", cfg.Host)
	}
	return e, nil
}

func (e *pgEngine) pool(n int) *sql.DB {
	p := stdlib.OpenDB(*e.cfg, stdlib.OptionAfterConnect(plain))
	p.SetMaxOpenConns(n)
	p.SetMaxIdleConns(n)
	p.SetConnMaxIdleTime(5 * time.Minute)
	return p
}

// plain keeps PostgreSQL from compiling plans and from starting workers for them: it does
// so when it expects much work, each time anew, and in a large country it expects that of
// pages which read fifty rows. A worker alone takes longer to start than such a page.
func plain(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, plainPostgres)
	return err
}

const plainPostgres = `SET jit = off; SET max_parallel_workers_per_gather = 0`

func (e *pgEngine) dialect() Dialect { return Postgres }

func (e *pgEngine) durable(context.Context) error { return nil }

func (e *pgEngine) close() error {
	e.leaving.Wait()
	return errors.Join(e.readers.Close(), e.writes.Close(), e.side.Close())
}

func (e *pgEngine) migrator() (*sql.DB, error) { return stdlib.OpenDB(*e.cfg), nil }

func (e *pgEngine) reader(ctx context.Context) (session, error) {
	return e.conn(ctx, e.readers, "begin isolation level repeatable read read only")
}

// writer gives SERIALIZABLE, because that is what SQLite does and what the rules are
// written for: a check and the write that rests on it see the same rows.
func (e *pgEngine) writer(ctx context.Context) (session, error) {
	return e.conn(ctx, e.writes, "begin isolation level serializable")
}

func (e *pgEngine) direct(ctx context.Context) (session, error) {
	return e.conn(ctx, e.side, "")
}

func (e *pgEngine) conn(ctx context.Context, pool *sql.DB, starts string) (session, error) {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &pgSession{e: e, conn: conn, starts: starts}, nil
}

// pgSession speaks with the driver itself, see batch: what database/sql would send one after
// the other, the begin of a transaction too, goes in one round trip.
type pgSession struct {
	e      *pgEngine
	conn   *sql.Conn
	raw    *pgx.Conn // of conn, nil before it was needed
	starts string    // how a transaction begins
	begins string    // starts, while it has not been sent
	ahead  []*ask    // what goes with the next one
	busy   bool      // rows are being read
}

func (s *pgSession) tell(query string) {
	if s.e.told != nil && query != s.starts && query != commitPostgres {
		s.e.told(query)
	}
}

func (s *pgSession) release() { s.conn.Close() } //nolint:errcheck // back to the pool, which drops broken ones

func (s *pgSession) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if err := s.flush(ctx); err != nil {
		return nil, err
	}
	s.tell(query)
	return s.conn.QueryContext(ctx, query, args...)
}

func (s *pgSession) QueryRow(ctx context.Context, query string, args ...any) Row {
	a := &ask{query: query, args: args, most: 1}
	got := a.collect()
	switch err := s.batch(ctx, a); {
	case err != nil:
		return memoryRow{err: err}
	case got.rows == 0:
		return memoryRow{err: sql.ErrNoRows}
	}
	return memoryRow{values: got.values}
}

func (s *pgSession) Exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	a := &ask{query: query, args: args}
	err := s.batch(ctx, a)
	return changed(a.affected), err
}
