package db

import (
	"context"
	"errors"
	"strconv"
	"strings"
)

// Without a look at the rows SQLite takes it that ten rows have the same first column of an
// index. Every key here begins with the part, which has thousands: to give a meeting's
// opinions in order it would rather walk the part by its primary key than use the index of
// meetings and sort. A look at a table that is still empty says no more, and a server whose
// lists were typed by hand has never looked. So tables that are parted, and have few rows or
// were never looked at, get figures as they will be; docs/adr/0042.

const (
	assumedRows  = 50_000 // of a parted table
	assumedParts = 100
	assumedOfOne = 10    // of one person, organisation, vote
	assumedShare = 50    // how many values a further column has within the ones before it
	tooFew       = 1_000 // rows of a table whose own figures say nothing
)

// unseenSQLite gives the columns of all indexes of parted tables, and the figures there are.
const unseenSQLite = `SELECT t.name, l.name, l."unique", i.seqno, COALESCE(i.name, '')
  FROM sqlite_schema t JOIN pragma_index_list(t.name) l JOIN pragma_index_info(l.name) i
 WHERE t.type = 'table' AND EXISTS (SELECT 1 FROM pragma_table_info(t.name) c WHERE c.name = 'part_id' AND c.pk = 1)
   AND COALESCE((SELECT MAX(CAST(s.stat AS integer)) FROM sqlite_stat1 s WHERE s.tbl = t.name), 0) < $1
 ORDER BY t.name, l.name, i.seqno`

const (
	loadFiguresSQLite  = `ANALYZE sqlite_schema` // makes their table where there is none
	dropFiguresSQLite  = `DELETE FROM sqlite_stat1 WHERE tbl = $1`
	writeFiguresSQLite = `INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ($1, $2, $3)`
)

// figures are what SQLite keeps of one index: rows, then how many have the same first
// column, the same two, and so on.
type figures struct {
	table, index string
	unique       bool
	columns      []string
}

func (f figures) text() string {
	out, same := []string{strconv.Itoa(assumedRows)}, assumedRows
	for i, c := range f.columns {
		switch {
		case c == "part_id":
			same /= assumedParts
		case i == 0 && strings.HasSuffix(c, "_id"):
			same = assumedOfOne
		default:
			same = max(2, same/assumedShare)
		}
		if f.unique && i == len(f.columns)-1 {
			same = 1
		}
		out = append(out, strconv.Itoa(same))
	}
	return strings.Join(out, " ")
}

// assume writes these figures, all or none; connections use them when they next read the
// schema.
func assume(ctx context.Context, q Q) error {
	if _, err := q.Exec(ctx, loadFiguresSQLite); err != nil {
		return err
	}
	if _, err := q.Exec(ctx, "SAVEPOINT figures"); err != nil {
		return err
	}
	err := writeFigures(ctx, q)
	if err != nil {
		_, undone := q.Exec(ctx, "ROLLBACK TO figures")
		err = errors.Join(err, undone)
	}
	_, ended := q.Exec(ctx, "RELEASE figures")
	return errors.Join(err, ended)
}

func writeFigures(ctx context.Context, q Q) error {
	list, err := unknown(ctx, q)
	if err != nil {
		return err
	}
	last := ""
	for _, f := range list {
		if f.table != last {
			if _, err := q.Exec(ctx, dropFiguresSQLite, f.table); err != nil {
				return err
			}
		}
		last = f.table
		if _, err := q.Exec(ctx, writeFiguresSQLite, f.table, f.index, f.text()); err != nil {
			return err
		}
	}
	_, err = q.Exec(ctx, loadFiguresSQLite)
	return err
}

// unknown gives the indexes whose figures say nothing.
func unknown(ctx context.Context, q Q) (list []*figures, err error) {
	rows, err := q.Query(ctx, unseenSQLite, tooFew)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	for rows.Next() {
		var f figures
		var n int
		var column string
		if err := rows.Scan(&f.table, &f.index, &f.unique, &n, &column); err != nil {
			return nil, err
		}
		if n == 0 {
			list = append(list, &f)
		}
		of := list[len(list)-1]
		of.columns = append(of.columns, column)
	}
	return list, rows.Err()
}
