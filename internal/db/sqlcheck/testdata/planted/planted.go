// Package planted holds what sqlcheck must find, and a little that it must not.
package planted

import (
	"context"
	"database/sql"

	"chibo/internal/db"
)

type step struct{ name, query string }

func good(ctx context.Context, tx *db.Tx, n int) error {
	const one = "SELECT id FROM job WHERE id = $1 -- now()"
	for _, s := range []step{{"a", "SELECT id FROM job WHERE kind = 'now()' AND id = $1"}, {name: "b", query: one}} {
		if err := run(ctx, tx, s.query); err != nil {
			return err
		}
	}
	query := one
	if n > 1 {
		query = pick(n)
	}
	if _, err := tx.Exec(ctx, query, 1); err != nil {
		return err
	}
	_, err := db.List(ctx, tx, func(s db.Scanner) (id int64, err error) { return id, s.Scan(&id) }, one, 1)
	return err
}

func pick(n int) string {
	if n == 2 {
		return "UPDATE job SET kind = $1 WHERE id = 2"
	}
	return "UPDATE job SET kind = $1"
}

func run(ctx context.Context, q db.Q, query string) error {
	_, err := q.Exec(ctx, query, 1)
	return err
}

func built(ctx context.Context, q db.Q, table string) error {
	_, err := q.Exec(ctx, "DELETE FROM "+table)
	return err
}

func nested(ctx context.Context, q db.Q) error {
	rows, err := q.Query(ctx, "SELECT id FROM job")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := run(ctx, q, "SELECT id FROM job WHERE id = $1"); err != nil {
			return err
		}
	}
	return rows.Err()
}

func leaky(ctx context.Context, q db.Q) bool {
	rows, err := q.Query(ctx, "SELECT id FROM job")
	return err == nil && rows.Next()
}

func handed(ctx context.Context, q db.Q) (*sql.Rows, error) {
	rows, err := q.Query(ctx, "SELECT id FROM job")
	return rows, err
}

func bad(ctx context.Context, q db.Q) {
	for _, query := range badOnes {
		q.Exec(ctx, query)
	}
}

var badOnes = []string{
	"SELECT * FROM job",
	"SELECT id FROM job WHERE run_at < now()",
	"SELECT id FROM job WHERE lower(kind) = 'x'",
	"SELECT id FROM job WHERE kind ILIKE 'x'",
	"SELECT id FROM job WHERE kind LIKE $1",
	"SELECT id FROM job WHERE id = $1 FOR UPDATE",
	"SELECT id::text FROM job",
	"INSERT OR IGNORE INTO job (id) VALUES (1)",
	"SELECT id FROM job, LATERAL (SELECT 1) AS x",
	"WITH gone AS (DELETE FROM job RETURNING id) SELECT id FROM gone",
	"SELECT round(1.5)",
	"SELECT date('2026-11-03')",
}
