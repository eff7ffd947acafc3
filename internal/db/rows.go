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
	if m, ok := q.(*member); ok {
		if m.yield == nil {
			return List(ctx, m.Q, scan, query, args...)
		}
		a, err := m.ask(ctx, 0, query, args)
		if err != nil {
			return nil, err
		}
		return listOf(a, scan)
	}
	if w, ok := q.(walker); ok {
		var list []T
		a := &ask{query: query, args: args, row: func(values []any) error {
			v, err := scan(memoryRow{values: values})
			list = append(list, v)
			return err
		}}
		switch ok, err := w.walk(ctx, a); {
		case ok && err != nil:
			return nil, err
		case ok:
			return list, nil
		}
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
	if err != nil {
		return nil, err
	}
	return listOf(a, scan)
}

// listOf gives one T for each row of an answer.
func listOf[T any](a *answer, scan func(s Scanner) (T, error)) ([]T, error) {
	if a.rows == 0 {
		return nil, nil
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
