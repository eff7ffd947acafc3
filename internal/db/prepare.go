package db

import (
	"context"
	"database/sql"
)

// Prepare says whether the engine understands a query with today's schema, without
// running it. It is for checks: queries are prepared by themselves when they run.
func (d *DB) Prepare(ctx context.Context, query string) error {
	s, err := d.eng.direct(ctx)
	if err != nil {
		return known(err)
	}
	defer s.release()
	var stmt *sql.Stmt
	switch s := s.(type) {
	case *liteConn:
		stmt, err = s.conn.PrepareContext(ctx, numbered(query))
	case *pgSession:
		stmt, err = s.conn.PrepareContext(ctx, query)
	}
	if err != nil {
		return err
	}
	return stmt.Close()
}
