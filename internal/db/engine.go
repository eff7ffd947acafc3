package db

import (
	"context"
	"database/sql"
)

// engine is what SQLite and PostgreSQL do differently.
type engine interface {
	dialect() Dialect
	// reader, writer and direct wait for a connection; give it back with release.
	reader(ctx context.Context) (session, error)
	writer(ctx context.Context) (session, error)
	direct(ctx context.Context) (session, error)
	// migrator gives a pool for the migrations, which the caller closes.
	migrator() (*sql.DB, error)
	durable(ctx context.Context) error
	// forget makes what was deleted unreadable in files and log, and gives that of which it
	// is certain.
	forget(ctx context.Context, due []erasure) (gone []erasure, err error)
	close() error
}

// session is one connection for the time of one transaction. Statements of a
// session that did not begin commit one by one.
type session interface {
	Q
	begin(ctx context.Context) error
	commit(ctx context.Context) error
	rollback()
	release()
	// leave is rollback and release for who has only read: nobody has to wait for it.
	leave()
}
