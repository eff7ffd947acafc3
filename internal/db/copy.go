package db

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// copyLeast is from how many rows on Many uses COPY in PostgreSQL, which reads its
// table's types first.
const copyLeast = 256

// copyInto gives table and columns of a plain INSERT; false when it says more than
// that, so that COPY could not do the same.
func (m *many) copyInto() (table string, columns []string, ok bool) {
	rest, isInsert := strings.CutPrefix(strings.Join(strings.Fields(m.head), " "), "INSERT INTO ")
	table, rest, hasColumns := strings.Cut(rest, " (")
	list, end, _ := strings.Cut(rest, ")")
	if !isInsert || !hasColumns || strings.TrimSpace(m.tail) != "" || strings.TrimSpace(end) != "VALUES" {
		return "", nil, false
	}
	columns = strings.Split(list, ",")
	for i := range columns {
		columns[i] = strings.TrimSpace(columns[i])
	}
	return table, columns, len(columns) == m.width
}

// copyRows sends rows by PostgreSQL's COPY, inside the transaction.
func copyRows(ctx context.Context, tx *Tx, s *pgSession, table string, columns []string, rows [][]any) error {
	ctx, err := tx.step(ctx)
	if err != nil {
		return err
	}
	tx.wrote = tx.wrote.with(tx.d.changes.wide(table))
	if err := s.flush(ctx); err != nil {
		return tx.note(err)
	}
	return tx.note(s.conn.Raw(func(conn any) error {
		_, err := conn.(*stdlib.Conn).Conn().CopyFrom(ctx, pgx.Identifier{table}, columns, pgx.CopyFromRows(rows))
		return err
	}))
}
