package audit

import (
	"context"

	"chibo/internal/db"
)

const (
	rehomeReadLog = `INSERT INTO read_log (part_id, id, at, account_id, reader, person_id, org_id, what, reason, rows, role, role_org)
SELECT CAST($3 AS bigint), t.id, t.at, t.account_id, t.reader, t.person_id, t.org_id, t.what, t.reason, t.rows, t.role, t.role_org
  FROM read_log t WHERE t.part_id = $2 AND t.person_id = $1`
	dropReadLog = `DELETE FROM read_log WHERE part_id = $2 AND person_id = $1`

	rehomeLists = `INSERT INTO read_log (part_id, id, at, account_id, reader, person_id, org_id, what, reason, rows, role, role_org)
SELECT CAST($3 AS bigint), t.id, t.at, t.account_id, t.reader, t.person_id, t.org_id, t.what, t.reason, t.rows, t.role, t.role_org
  FROM read_log t WHERE t.part_id = $2 AND t.org_id = $1 AND t.person_id = 0`
	dropLists = `DELETE FROM read_log WHERE part_id = $2 AND org_id = $1 AND person_id = 0`
)

// Rehomed lists the tables whose rows follow a person to another part. The acts
// themselves stay where they were done: the log is chained and never rewritten.
func Rehomed() []db.Rehoming {
	return []db.Rehoming{
		{Insert: rehomeReadLog, Delete: dropReadLog},
	}
}

// Rehome takes what is known of the readers of a person's record to another part, in
// the transaction that takes the person there.
func Rehome(ctx context.Context, tx *db.Tx, personID, from, to int64) error {
	return db.Rehome(ctx, tx, Rehomed(), personID, from, to)
}

// RehomedLists lists the tables whose rows follow a unit to another part: who read
// lists of its members.
func RehomedLists() []db.Rehoming {
	return []db.Rehoming{{Insert: rehomeLists, Delete: dropLists}}
}

// RehomeLists takes what is known of the readers of a unit's lists to another part, in
// the transaction that changes the unit's part.
func RehomeLists(ctx context.Context, tx *db.Tx, unitID, from, to int64) error {
	return db.Rehome(ctx, tx, RehomedLists(), unitID, from, to)
}
