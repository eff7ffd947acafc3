package audit

import (
	"context"
	"time"

	"chibo/internal/db"
	"chibo/internal/ident"
)

// Noted is a look at a person's record as the log has it.
type Noted struct {
	At      time.Time
	Reader  string // name of the account then
	Role    string // the right by which it read; "" not known
	RoleOrg int64
	What    string // ReadRecord and its neighbours
	Reason  string
}

const readingsSQL = `SELECT at, reader, role, role_org, what, reason FROM read_log
 WHERE person_id = $1 AND id >= $2 ORDER BY id DESC LIMIT $3`

// ReadingsOf gives who looked at a person's record since an instant, newest first, at
// most limit of them, wherever the record lay then.
func ReadingsOf(ctx context.Context, q db.Q, personID int64, since time.Time, limit int) ([]Noted, error) {
	return db.List(ctx, q, func(s db.Scanner) (n Noted, err error) {
		var at int64
		err = s.Scan(&at, &n.Reader, &n.Role, &n.RoleOrg, &n.What, &n.Reason)
		n.At = time.UnixMilli(at).UTC()
		return n, err
	}, readingsSQL, personID, ident.Floor(since), limit)
}

// Lists is how often somebody read a kind of list of one unit.
type Lists struct {
	Reader  string
	Role    string
	RoleOrg int64
	What    string // ReadList and its neighbours
	Count   int
	Last    time.Time
}

const listsSQL = `SELECT reader, role, role_org, what, COUNT(*), MAX(at) FROM read_log
 WHERE part_id = $1 AND org_id = $2 AND person_id = 0 AND id >= $3
 GROUP BY reader, role, role_org, what ORDER BY MAX(at) DESC LIMIT 50`

// ListsOf gives who read lists of a unit since an instant, the latest first: a list is
// one line of the log, so its members are not named there.
func ListsOf(ctx context.Context, q db.Q, part, orgID int64, since time.Time) ([]Lists, error) {
	return db.List(ctx, q, func(s db.Scanner) (l Lists, err error) {
		var last int64
		err = s.Scan(&l.Reader, &l.Role, &l.RoleOrg, &l.What, &l.Count, &last)
		l.Last = time.UnixMilli(last).UTC()
		return l, err
	}, listsSQL, part, orgID, ident.Floor(since))
}

const revealsSQL = `SELECT COUNT(*) FROM read_log WHERE account_id = $1 AND id >= $2 AND what IN ('reveal.idno', 'reveal.card', 'reveal.phone')`

// RevealsBy counts the whole numbers an account saw since an instant.
func RevealsBy(ctx context.Context, q db.Q, account int64, since time.Time) (n int, err error) {
	err = q.QueryRow(ctx, revealsSQL, account, ident.Floor(since)).Scan(&n)
	return n, err
}

const countBySQL = `SELECT COUNT(*), COALESCE(MIN(at), 0) FROM read_log WHERE account_id = $1 AND id >= $2 AND what = $3`

// CountBy counts the looks of a kind by an account since an instant, and gives the
// first one.
func CountBy(ctx context.Context, q db.Q, account int64, what string, since time.Time) (n int, first time.Time, err error) {
	var at int64
	err = q.QueryRow(ctx, countBySQL, account, ident.Floor(since), what).Scan(&n, &at)
	return n, time.UnixMilli(at).UTC(), err
}

const forgetSQL = `DELETE FROM read_log WHERE id < $1`

// Forget takes readings before an instant out of the log and says how many.
func Forget(ctx context.Context, tx *db.Tx, before time.Time) (int64, error) {
	res, err := tx.Exec(ctx, forgetSQL, ident.Floor(before))
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}
