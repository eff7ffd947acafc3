package audit

import (
	"context"
	"time"

	"chibo/internal/db"
	"chibo/internal/ident"
)

// What somebody may have read of members.
const (
	ReadRecord      = "record"
	ReadList        = "list"
	ReadCalls       = "calls" // list with whole telephone numbers
	ReadExport      = "export"
	ReadFindCard    = "find"        // a search by card digits
	ReadFindName    = "find.name"   // a search by name; what was typed is not kept
	ReadFindTyping  = "find.typing" // the same, while somebody still types
	ReadCriticism   = "criticism"
	ReadRevealIDNo  = "reveal.idno"
	ReadRevealCard  = "reveal.card"
	ReadRevealPhone = "reveal.phone"
)

// Reading is one look at one person's record, or at one list of members.
type Reading struct {
	Part     int64  // of the person, or of the list's unit
	Account  int64  // who read
	Reader   string // name of that account now: the member may know it
	PersonID int64  // 0: a list
	OrgID    int64  // cell of the person, or unit of the list
	What     string // ReadRecord and its neighbours
	Reason   string // as the reader gave it; required where the page asks for one
	Rows     int    // persons in the list; zero means 1

	Role    string // the right by which the account read, "" not known: "keeper"
	RoleOrg int64  // unit over which that right goes
}

const insertReadingSQL = `INSERT INTO read_log (part_id, id, at, account_id, reader, person_id, org_id, what, reason, rows, role, role_org)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`

// RecordReading notes a look. A list is one line, whatever its length. The own
// record is not noted.
func RecordReading(ctx context.Context, tx *db.Tx, r Reading) error {
	if r.Rows == 0 {
		r.Rows = 1
	}
	_, err := tx.Exec(ctx, insertReadingSQL, r.Part, tx.ID(), tx.NowMS(), r.Account, r.Reader, r.PersonID, r.OrgID, r.What, r.Reason, r.Rows, r.Role, r.RoleOrg)
	return err
}

const (
	typingSQL   = `SELECT part_id, id, rows FROM read_log WHERE account_id = $1 AND id >= $2 AND what = 'find.typing' AND org_id = $3 ORDER BY id DESC LIMIT 1`
	typedSQL    = `UPDATE read_log SET what = $3, rows = $4 WHERE part_id = $1 AND id = $2`
	typingPause = 2 * time.Minute
)

// RecordSearch notes a search by name, ReadFindName or ReadFindTyping. What is shown
// while somebody types is one line with the search it ends in, and holds the largest
// number of persons.
func RecordSearch(ctx context.Context, tx *db.Tx, r Reading) error {
	var part, id int64
	var rows int
	since := tx.Now().Add(-typingPause)
	err := tx.QueryRow(ctx, typingSQL, r.Account, ident.Floor(since), r.OrgID).Scan(&part, &id, &rows)
	if db.NoRows(err) {
		return RecordReading(ctx, tx, r)
	}
	if err == nil {
		_, err = tx.Exec(ctx, typedSQL, part, id, r.What, max(rows, r.Rows))
	}
	return err
}
