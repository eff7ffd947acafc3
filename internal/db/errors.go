package db

import (
	"database/sql"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	lite "modernc.org/sqlite/lib"

	"chibo/internal/fault"
)

// PostgreSQL's codes for what is met in normal work.
const (
	pgUnique        = "23505"
	pgForeignKey    = "23503"
	pgSerialization = "40001"
	pgDeadlock      = "40P01"
	pgDiskFull      = "53100"
)

func errClosed() *fault.Error { return fault.New(fault.Unavailable, "err.db_closed") }

func errBusy() *fault.Error { return fault.New(fault.Unavailable, "err.db_busy") }

// NoRows says that QueryRow found nothing.
func NoRows(err error) bool { return errors.Is(err, sql.ErrNoRows) }

// IsUnique says that a row with this primary or unique key exists. The transaction can
// only be rolled back then, unless the statement ran in Tx.Try; where it is expected,
// ON CONFLICT DO NOTHING and the count of rows say it without an error.
func IsUnique(err error) bool {
	switch liteCode(err) {
	case lite.SQLITE_CONSTRAINT_UNIQUE, lite.SQLITE_CONSTRAINT_PRIMARYKEY, lite.SQLITE_CONSTRAINT_ROWID:
		return true
	}
	return pgCode(err) == pgUnique
}

// IsForeignKey says that a row refers to one that is not there, or that one goes
// which is referred to.
func IsForeignKey(err error) bool {
	return liteCode(err) == lite.SQLITE_CONSTRAINT_FOREIGNKEY || pgCode(err) == pgForeignKey
}

// mayRetry says that nothing was written and that the same transaction may well
// succeed now.
func mayRetry(err error) bool {
	switch liteCode(err) & 0xff {
	case lite.SQLITE_BUSY, lite.SQLITE_LOCKED:
		return true
	}
	switch pgCode(err) {
	case pgSerialization, pgDeadlock:
		return true
	}
	return errors.Is(err, errLeaseLost)
}

// known gives the failures that an operator can do something about a kind and words.
// All others pass as they are.
func known(err error) error {
	var done *fault.Error
	if err == nil || errors.As(err, &done) {
		return err
	}
	switch liteCode(err) & 0xff {
	case lite.SQLITE_FULL:
		return fault.Wrap(err, fault.Unavailable, "err.db_full")
	case lite.SQLITE_IOERR, lite.SQLITE_READONLY, lite.SQLITE_CANTOPEN:
		return fault.Wrap(err, fault.Unavailable, "err.db_folder")
	case lite.SQLITE_CORRUPT, lite.SQLITE_NOTADB:
		return fault.Wrap(err, fault.Unavailable, "err.db_corrupt")
	case lite.SQLITE_BUSY, lite.SQLITE_LOCKED:
		return fault.Wrap(err, fault.Unavailable, "err.db_busy")
	}
	if pgCode(err) == pgDiskFull {
		return fault.Wrap(err, fault.Unavailable, "err.db_full")
	}
	var refused *pgconn.ConnectError
	if errors.As(err, &refused) {
		return fault.Wrap(oneLine(err), fault.Unavailable, "err.db_host")
	}
	return err
}

// liteCode gives SQLite's extended result code, 0 when err is not SQLite's.
func liteCode(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	return 0
}

// pgCode gives PostgreSQL's SQLSTATE, "" when err is not PostgreSQL's.
func pgCode(err error) string {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// oneLine makes an error of the same meaning that fits in a line of a log.
func oneLine(err error) error {
	if !strings.ContainsAny(err.Error(), "\n\t") {
		return err
	}
	return lineError{err}
}

type lineError struct{ error }

func (e lineError) Error() string { return strings.Join(strings.Fields(e.error.Error()), " ") }

func (e lineError) Unwrap() error { return e.error }
