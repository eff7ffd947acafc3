package db

import "context"

// Scanner is a row: *sql.Row or *sql.Rows. A function that scans one entity takes a
// Scanner and serves for QueryRow and List.
type Scanner interface {
	Scan(dest ...any) error
}

// List runs a query and gives one T for each row, nil when there are none. query is a
// constant, as everywhere.
func List[T any](ctx context.Context, q Q, scan func(s Scanner) (T, error), query string, args ...any) ([]T, error) {
	if r, ok := q.(*recaller); ok {
		return recalled(ctx, r, scan, query, args)
	}
	rows, err := q.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // Err below says it
	var list []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, rows.Err()
}

func recalled[T any](ctx context.Context, r *recaller, scan func(s Scanner) (T, error), query string, args []any) ([]T, error) {
	a, err := r.ask(ctx, 0, query, args)
	if err != nil || a.rows == 0 {
		return nil, err
	}
	list := make([]T, 0, a.rows)
	for n := range a.rows {
		v, err := scan(a.row(n))
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}
