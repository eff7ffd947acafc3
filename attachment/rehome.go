package attachment

import (
	"context"

	"chibo/internal/db"
)

const (
	rehomeAttachment = `INSERT INTO attachment (part_id, id, owner, owner_id, org_id, name, type, size, hash, note, by_account, by_name, at, removed_at,
  removed_by, op)
SELECT CAST($3 AS bigint), t.id, t.owner, t.owner_id, t.org_id, t.name, t.type, t.size, t.hash, t.note, t.by_account, t.by_name, t.at,
  t.removed_at, t.removed_by, t.op
  FROM attachment t WHERE t.part_id = $2 AND t.org_id = $1`
	dropAttachment = `DELETE FROM attachment WHERE part_id = $2 AND org_id = $1`
)

// Rehomed lists the tables whose rows follow a unit to another part.
func Rehomed() []db.Rehoming {
	return []db.Rehoming{{Insert: rehomeAttachment, Delete: dropAttachment}}
}

// Rehome takes the files of a unit to another part, in the transaction that changes
// the unit's part.
func Rehome(ctx context.Context, tx *db.Tx, unitID, from, to int64) error {
	return db.Rehome(ctx, tx, Rehomed(), unitID, from, to)
}
