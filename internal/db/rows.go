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
