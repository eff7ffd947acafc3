package dbtest

import (
	"context"
	"fmt"
	"strings"

	"chibo/internal/db"
)

const (
	schemaTables = `SELECT name FROM sqlite_schema
WHERE type = 'table' AND name NOT LIKE 'sqlite$_%' ESCAPE '$' AND name NOT LIKE 'goose$_%' ESCAPE '$' ORDER BY name`
	schemaColumns = `SELECT name, type, "notnull", coalesce(dflt_value, ''), pk FROM pragma_table_info($1) ORDER BY cid`
	schemaIndexes = `SELECT name, "unique", origin FROM pragma_index_list($1) ORDER BY name`
	schemaParts   = `SELECT coalesce(name, '(expression)') FROM pragma_index_info($1) ORDER BY seqno`
	schemaRefs    = `SELECT id, "table", "from", coalesce("to", ''), on_delete FROM pragma_foreign_key_list($1) ORDER BY id, seq`
)

// Schema lists the tables of a SQLite database with their columns, keys and indexes, a
// line each, in an order that does not depend on how they came about.
func Schema(ctx context.Context, d *db.DB) (string, error) {
	var b strings.Builder
	err := d.Read(ctx, func(q db.Q) error {
		tables, err := db.List(ctx, q, oneString, schemaTables)
		if err != nil {
			return err
		}
		for _, t := range tables {
			if err := schemaOf(ctx, q, &b, t); err != nil {
				return fmt.Errorf("%s: %w", t, err)
			}
		}
		return nil
	})
	return b.String(), err
}

func schemaOf(ctx context.Context, q db.Q, b *strings.Builder, table string) error {
	fmt.Fprintf(b, "%s\n", table)
	for _, list := range []func(context.Context, db.Q, string) ([]string, error){columns, references, indexes} {
		lines, err := list(ctx, q, table)
		if err != nil {
			return err
		}
		for _, l := range lines {
			fmt.Fprintf(b, "  %s\n", l)
		}
	}
	return nil
}

func columns(ctx context.Context, q db.Q, table string) ([]string, error) {
	return db.List(ctx, q, func(s db.Scanner) (string, error) {
		var name, kind, zero string
		var notNull bool
		var pk int
		if err := s.Scan(&name, &kind, &notNull, &zero, &pk); err != nil {
			return "", err
		}
		line := name + " " + strings.ToLower(kind)
		if notNull {
			line += " not null"
		}
		if zero != "" {
			line += " default " + zero
		}
		if pk > 0 {
			line += fmt.Sprintf(" key %d", pk)
		}
		return line, nil
	}, schemaColumns, table)
}

func references(ctx context.Context, q db.Q, table string) ([]string, error) {
	return db.List(ctx, q, func(s db.Scanner) (string, error) {
		var id int
		var to, from, col, onDelete string
		err := s.Scan(&id, &to, &from, &col, &onDelete)
		return fmt.Sprintf("foreign key %d: %s -> %s(%s) on delete %s", id, from, to, col, strings.ToLower(onDelete)), err
	}, schemaRefs, table)
}

func indexes(ctx context.Context, q db.Q, table string) ([]string, error) {
	type index struct {
		name, origin string
		unique       bool
	}
	list, err := db.List(ctx, q, func(s db.Scanner) (i index, err error) {
		return i, s.Scan(&i.name, &i.unique, &i.origin)
	}, schemaIndexes, table)
	if err != nil {
		return nil, err
	}
	var lines []string
	for _, i := range list {
		parts, err := db.List(ctx, q, oneString, schemaParts, i.name)
		if err != nil {
			return nil, err
		}
		line := "index " + i.name
		switch {
		case i.origin == "pk":
			continue // said at the columns
		case i.unique:
			line = "unique " + i.name
		}
		lines = append(lines, line+" ("+strings.Join(parts, ", ")+")")
	}
	return lines, nil
}

func oneString(s db.Scanner) (v string, err error) {
	return v, s.Scan(&v)
}
