package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"chibo/internal/fault"
)

const (
	defaultWriterCache = 16384
	defaultReaderCache = 4096
	defaultReaders     = 6
)

// liteEngine is a SQLite file with one writing connection and some that only read.
// The connections are taken out of database/sql's pools for good, so that each keeps
// its prepared statements and a transaction costs no bookkeeping of the pool.
type liteEngine struct {
	path       string
	writerDSN  string
	pools      []*sql.DB
	writerConn chan *liteConn // holds the one writer when it is free
	readers    chan *liteConn
	all        []*liteConn
	told       func(query string) // see Options.Told
}

func openSQLite(ctx context.Context, o Options) (*liteEngine, error) {
	path, err := filepath.Abs(strings.TrimPrefix(o.URL, "sqlite:"))
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "err.db_folder", "Path", o.URL)
	}
	if err := checkFile(path); err != nil {
		return nil, err
	}
	e := &liteEngine{path: path, told: o.Told}
	sync := "FULL"
	if o.Bulk {
		sync = "OFF"
	}
	e.writerDSN = liteDSN(path, "_txlock=immediate", "_synchronous="+sync,
		"_pragma=secure_delete(1)",
		"_pragma=cache_size(-"+strconv.Itoa(orElse(o.WriterCache, defaultWriterCache))+")")
	readerDSN := liteDSN(path, "_query_only=1", "_synchronous=FULL",
		"_pragma=cache_size(-"+strconv.Itoa(orElse(o.ReaderCache, defaultReaderCache))+")")
	if err := e.connect(ctx, readerDSN, orElse(o.Readers, defaultReaders)); err != nil {
		e.close() //nolint:errcheck // the first error is the one to tell
		return nil, fileFault(err, path)
	}
	return e, nil
}

// connect opens the writer first: it makes the file and puts it into WAL mode.
func (e *liteEngine) connect(ctx context.Context, readerDSN string, readers int) error {
	w, err := e.conns(ctx, e.writerDSN, 1, "BEGIN IMMEDIATE")
	if err != nil {
		return err
	}
	e.writerConn = w
	e.readers, err = e.conns(ctx, readerDSN, readers, "BEGIN")
	return err
}

func (e *liteEngine) conns(ctx context.Context, dsn string, n int, begin string) (chan *liteConn, error) {
	pool, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	e.pools = append(e.pools, pool)
	free := make(chan *liteConn, n)
	for range n {
		c, err := newLiteConn(ctx, pool, free, begin, e.told)
		if err != nil {
			return nil, err
		}
		e.all = append(e.all, c)
		free <- c
	}
	return free, nil
}

// liteDSN makes SQLite as strict as PostgreSQL where it can be: foreign keys are held,
// LIKE minds case (which also lets it use an index), and "x" is never a string.
func liteDSN(path string, more ...string) string {
	params := append([]string{
		"_busy_timeout=10000", "_foreign_keys=1", "_journal_mode=WAL", "_dqs=0", "_error_rc=1",
		"_pragma=case_sensitive_like(1)", "_pragma=temp_store(2)",
	}, more...)
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + strings.Join(params, "&")
}

// checkFile opens the file once the plain way, because the system's words about a
// folder are clearer than SQLite's, and makes a new one readable by its owner only.
func checkFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err == nil {
		return f.Close()
	}
	if os.IsNotExist(err) {
		err = fmt.Errorf("%w (make the folder first)", err)
	}
	return fault.Wrap(err, fault.Unavailable, "err.db_folder", "Path", path)
}

func fileFault(err error, path string) error {
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case fault.KindOf(known(err)) != fault.Unavailable:
		return fmt.Errorf("open %s: %w", path, err)
	}
	var f *fault.Error
	errors.As(known(err), &f)
	return fault.Wrap(fmt.Errorf("%s: %w", path, oneLine(err)), f.Kind, f.Key, "path", path)
}

func orElse(n, zero int) int {
	if n == 0 {
		return zero
	}
	return n
}

func (e *liteEngine) dialect() Dialect { return SQLite }

func (e *liteEngine) reader(ctx context.Context) (session, error) { return lend(ctx, e.readers) }

func (e *liteEngine) writer(ctx context.Context) (session, error) { return lend(ctx, e.writerConn) }

func (e *liteEngine) direct(ctx context.Context) (session, error) { return lend(ctx, e.writerConn) }

func lend(ctx context.Context, free chan *liteConn) (session, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case c, ok := <-free:
		if !ok {
			return nil, errClosed()
		}
		return c, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (e *liteEngine) migrator() (*sql.DB, error) {
	pool, err := sql.Open("sqlite", e.writerDSN)
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(1)
	return pool, nil
}

// durable makes the writer wait for the disk from now on, and brings what it has not
// waited for there. A checkpoint that has something to do flushes log and file whole,
// one that has nothing to do flushes nothing: so it gets a page to carry, the file's
// mark as it is. The file is never opened beside SQLite for this: closing it would drop
// every lock of this process on it, and another program that looks into the file would
// then take the log away on leaving, and with it what was written last.
func (e *liteEngine) durable(ctx context.Context) error {
	s, err := e.writer(ctx)
	if err != nil {
		return err
	}
	defer s.release()
	if _, err := s.Exec(ctx, "PRAGMA synchronous=FULL"); err != nil {
		return known(err)
	}
	var mark int
	if err := s.QueryRow(ctx, "PRAGMA user_version").Scan(&mark); err != nil {
		return known(err)
	}
	if _, err := s.Exec(ctx, "PRAGMA user_version="+strconv.Itoa(mark)); err != nil {
		return known(err)
	}
	var busy, log, moved int
	if err := s.QueryRow(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &log, &moved); err != nil {
		return known(err)
	}
	dir := filepath.Dir(e.path) // the names of file and log
	if err := flush(dir); err != nil {
		return fault.Wrap(err, fault.Unavailable, "err.db_folder", "Path", dir)
	}
	return nil
}

// forget empties the log into the file, where deleted content was overwritten with zeros. It
// waits less for readers than a write does for the writer: all writers wait meanwhile.
func (e *liteEngine) forget(ctx context.Context, due []erasure) (gone []erasure, err error) {
	s, err := e.writer(ctx)
	if err != nil {
		return nil, err
	}
	defer s.release()
	if _, err := s.Exec(ctx, "PRAGMA busy_timeout=1000"); err != nil {
		return nil, err
	}
	defer s.Exec(context.WithoutCancel(ctx), "PRAGMA busy_timeout=10000") //nolint:errcheck // as it was; it cannot fail
	var busy, log, moved int
	if err := s.QueryRow(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &log, &moved); err != nil {
		return nil, err
	}
	if busy != 0 {
		return nil, nil
	}
	return due, nil
}

// flush brings a folder to the disk.
func flush(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// close waits for the transactions that run.
func (e *liteEngine) close() error {
	for _, free := range []chan *liteConn{e.readers, e.writerConn} {
		for range cap(free) {
			<-free
		}
		if free != nil {
			close(free)
		}
	}
	// The writer last: the last connection to close brings the log into the file, and
	// only a writing one may.
	var errs []error
	for _, c := range slices.Backward(e.all) {
		errs = append(errs, c.close())
	}
	for _, p := range slices.Backward(e.pools) {
		errs = append(errs, p.Close())
	}
	return errors.Join(errs...)
}
