package db

import (
	"context"
	"encoding/binary"
	"errors"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"
)

var (
	errNested    = errors.New("db: a statement inside the rows of another")
	errNotCommit = errors.New("db: the transaction had failed and was rolled back")
)

const (
	commitPostgres   = "commit"
	rollbackPostgres = "rollback"
)

// batch sends statements in one round trip, after what begins the transaction and what waits
// to be sent; they run one after the other. The first that fails gives the error, what comes
// after it is not run.
func (s *pgSession) batch(ctx context.Context, asks ...*ask) error {
	if s.busy {
		return errNested
	}
	conn, err := s.pgx()
	if err != nil {
		return err
	}
	list := make([]*ask, 0, 1+len(s.ahead)+len(asks))
	if s.begins != "" {
		list = append(list, &ask{query: s.begins})
	}
	list = append(append(list, s.ahead...), asks...)
	s.ahead, s.begins = nil, ""
	s.busy = true
	defer func() { s.busy = false }()
	return s.exchange(ctx, conn, list)
}

func (s *pgSession) exchange(ctx context.Context, conn *pgx.Conn, list []*ask) (err error) {
	b := &pgx.Batch{QueuedQueries: make([]*pgx.QueuedQuery, 0, len(list))}
	for _, a := range list {
		b.Queue(a.query, a.args...)
		s.tell(a.query)
	}
	s.e.trips.Add(1)
	results := conn.SendBatch(ctx, b)
	defer func() {
		if closed := results.Close(); err == nil {
			err = closed
		}
	}()
	for _, a := range list {
		began := s.e.clk.Now()
		if err := a.read(conn.TypeMap(), results); err != nil {
			return err
		}
		a.took = s.e.clk.Now().Sub(began)
		if a.none != nil && a.affected == 0 {
			return a.none
		}
	}
	return nil
}

// read takes what came back for the ask.
func (a *ask) read(types *pgtype.Map, results pgx.BatchResults) error {
	if a.row == nil {
		tag, err := results.Exec()
		a.affected, a.tag = tag.RowsAffected(), tag.String()
		return err
	}
	rows, err := results.Query()
	if err != nil {
		return err
	}
	defer rows.Close()
	fields := rows.FieldDescriptions()
	a.width = len(fields)
	values := make([]any, a.width)
	for n := 0; rows.Next(); n++ {
		if a.most > 0 && n >= a.most {
			continue
		}
		for i, raw := range rows.RawValues() {
			if values[i], err = valueOf(types, &fields[i], raw); err != nil {
				return err
			}
		}
		if err := a.row(values); err != nil {
			return err
		}
	}
	a.affected = rows.CommandTag().RowsAffected()
	return rows.Err()
}

// valueOf gives a value as database/sql gives it with this driver: whole numbers as int64,
// what has no kind of its own in Go as a text.
func valueOf(types *pgtype.Map, f *pgconn.FieldDescription, raw []byte) (any, error) {
	if raw == nil {
		return nil, nil
	}
	switch f.DataTypeOID {
	case pgtype.TextOID, pgtype.VarcharOID:
		return string(raw), nil
	case pgtype.Int8OID, pgtype.Int4OID, pgtype.Int2OID:
		switch {
		case f.Format != pgtype.BinaryFormatCode:
		case len(raw) == 8:
			return int64(binary.BigEndian.Uint64(raw)), nil //nolint:gosec // it is that number
		case len(raw) == 4:
			return int64(int32(binary.BigEndian.Uint32(raw))), nil //nolint:gosec // it is that number
		}
		return scanned[int64](types, f, raw)
	case pgtype.BoolOID:
		return scanned[bool](types, f, raw)
	case pgtype.ByteaOID:
		return scanned[[]byte](types, f, raw)
	case pgtype.Float4OID, pgtype.Float8OID:
		return scanned[float64](types, f, raw)
	}
	return scanned[string](types, f, raw)
}

func scanned[T any](types *pgtype.Map, f *pgconn.FieldDescription, raw []byte) (any, error) {
	var v T
	err := types.Scan(f.DataTypeOID, f.Format, raw, &v)
	return v, err
}

// pgx gives the driver's connection, which is the session's own until it is given back.
func (s *pgSession) pgx() (*pgx.Conn, error) {
	if s.raw != nil {
		return s.raw, nil
	}
	err := s.conn.Raw(func(conn any) error {
		s.raw = conn.(*stdlib.Conn).Conn()
		return nil
	})
	return s.raw, err
}

// flush sends what waits to be sent.
func (s *pgSession) flush(ctx context.Context) error {
	if s.begins == "" && len(s.ahead) == 0 {
		return nil
	}
	return s.batch(ctx)
}

// judge sends what waits when it could fail here although it went well there: before what
// cannot be taken back.
func (s *pgSession) judge(ctx context.Context) error {
	if !slices.ContainsFunc(s.ahead, func(a *ask) bool { return a.none != nil }) {
		return nil
	}
	return s.batch(ctx)
}

func (s *pgSession) begin(context.Context) error {
	s.begins = s.starts
	return nil
}

// commit sends what waits and commits, in one round trip; a transaction in which nothing was
// asked has not begun.
func (s *pgSession) commit(ctx context.Context) error {
	if s.begins != "" && len(s.ahead) == 0 {
		s.begins = ""
		return nil
	}
	if err := s.judge(ctx); err != nil {
		return err
	}
	end := &ask{query: commitPostgres}
	// It must not be left in the middle.
	err := s.batch(context.WithoutCancel(ctx), end)
	if err == nil && end.tag != "COMMIT" {
		err = errNotCommit
	}
	return err
}

func (s *pgSession) rollback() {
	s.begins, s.ahead = "", nil
	if s.raw == nil || s.raw.PgConn().TxStatus() == 'I' {
		return
	}
	// A connection that has it not is dropped by the pool, and the server rolls back.
	s.raw.Exec(context.Background(), rollbackPostgres) //nolint:errcheck // see above
}

// leave rolls back and gives the connection back, after whoever has read.
func (s *pgSession) leave() {
	if s.raw == nil || s.raw.PgConn().TxStatus() == 'I' {
		s.release()
		return
	}
	s.e.leaving.Go(func() {
		s.rollback()
		s.release()
	})
}
