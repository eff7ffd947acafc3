package db

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
)

// stmtMax is how many prepared statements a SQLite connection keeps; above it some
// go after the transaction. The module has a few hundred constant queries.
const stmtMax = 400

// firstReadSQLite finds out whether the file is a database.
const firstReadSQLite = `SELECT count(*) FROM sqlite_schema`

// liteConn is one SQLite connection with its prepared statements.
type liteConn struct {
	pool     *sql.DB
	conn     *sql.Conn
	free     chan *liteConn
	beginSQL string
	stmts    map[string]*sql.Stmt // by the SQL as the callers write it
	spoiled  bool                 // a rollback failed: not to be used again
	told     func(query string)   // see Options.Told
}

func newLiteConn(ctx context.Context, pool *sql.DB, free chan *liteConn, begin string, told func(string)) (*liteConn, error) {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	c := &liteConn{pool: pool, conn: conn, free: free, beginSQL: begin, stmts: make(map[string]*sql.Stmt), told: told}
	if _, err := c.Exec(ctx, firstReadSQLite); err != nil {
		conn.Close() //nolint:errcheck // the first error is the one to tell
		return nil, err
	}
	return c, nil
}

func (c *liteConn) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if c.told != nil && query != c.beginSQL && query != "COMMIT" && query != "ROLLBACK" {
		c.told(query)
	}
	if s, ok := c.stmts[query]; ok {
		return s, nil
	}
	s, err := c.conn.PrepareContext(context.WithoutCancel(ctx), numbered(query))
	if err != nil {
		return nil, err
	}
	c.stmts[query] = s
	return s, nil
}

func (c *liteConn) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := c.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}

func (c *liteConn) QueryRow(ctx context.Context, query string, args ...any) Row {
	s, err := c.prepare(ctx, query)
	if err != nil {
		return memoryRow{err: err}
	}
	return s.QueryRowContext(ctx, args...)
}

func (c *liteConn) Exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	s, err := c.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(ctx, args...)
}

func (c *liteConn) begin(ctx context.Context) error {
	_, err := c.Exec(context.WithoutCancel(ctx), c.beginSQL)
	return err
}

func (c *liteConn) commit(ctx context.Context) error {
	_, err := c.Exec(context.WithoutCancel(ctx), "COMMIT")
	return err
}

func (c *liteConn) rollback() {
	_, err := c.Exec(context.Background(), "ROLLBACK")
	// After a full disk, for example, SQLite has already rolled back.
	if err != nil && !strings.Contains(err.Error(), "no transaction is active") {
		c.spoiled = true
	}
}

func (c *liteConn) leave() {
	c.rollback()
	c.release()
}

// release gives the connection back to those who wait for one.
func (c *liteConn) release() {
	for query, s := range c.stmts {
		if len(c.stmts) <= stmtMax {
			break
		}
		s.Close() //nolint:errcheck // it only frees memory
		delete(c.stmts, query)
	}
	if c.spoiled {
		c.renew()
	}
	c.free <- c
}

// renew opens the connection again. If that fails too, the next user gets the error
// of the closed one, and renew is tried again.
func (c *liteConn) renew() {
	c.close() //nolint:errcheck // it is known to be broken
	conn, err := c.pool.Conn(context.Background())
	if err != nil {
		return
	}
	c.conn, c.stmts, c.spoiled = conn, make(map[string]*sql.Stmt), false
}

func (c *liteConn) close() error {
	for _, s := range c.stmts {
		s.Close() //nolint:errcheck // it only frees memory
	}
	clear(c.stmts)
	return c.conn.Close()
}

// numbered turns $n into ?n, outside of strings, quoted names and comments: SQLite
// would take $1 for a name. Parameters that come once each and in order become plain
// question marks, which the driver binds faster.
func numbered(query string) string {
	var text, plain strings.Builder
	next := 1 // the parameter that keeps plain usable, 0 when it is not any more
	for i := 0; i < len(query); {
		n := quoted(query[i:])
		if n == 0 {
			n = 1
		}
		part := query[i : i+n]
		i += n
		digits := 0
		for part == "$" && i+digits < len(query) && '0' <= query[i+digits] && query[i+digits] <= '9' {
			digits++
		}
		if digits == 0 {
			text.WriteString(part)
			plain.WriteString(part)
			continue
		}
		number := query[i : i+digits]
		i += digits
		text.WriteString("?" + number)
		plain.WriteString("?")
		if next > 0 && number == strconv.Itoa(next) {
			next++
		} else {
			next = 0
		}
	}
	if next > 0 {
		return plain.String()
	}
	return text.String()
}

// quoted gives the length of the string, quoted name or comment that s begins with,
// 0 when it begins with none.
func quoted(s string) int {
	open, end := "", ""
	switch {
	case s[0] == '\'', s[0] == '"':
		open, end = s[:1], s[:1]
	case strings.HasPrefix(s, "--"):
		open, end = "--", "\n"
	case strings.HasPrefix(s, "/*"):
		open, end = "/*", "*/"
	default:
		return 0
	}
	n := strings.Index(s[len(open):], end)
	if n < 0 {
		return len(s)
	}
	return len(open) + n + len(end)
}
