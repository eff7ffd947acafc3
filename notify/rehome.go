package notify

import (
	"context"

	"chibo/internal/db"
)

const (
	rehomeNotice = `INSERT INTO notice (part_id, id, person_id, kind, args, href, at, read_at)
SELECT CAST($3 AS bigint), t.id, t.person_id, t.kind, t.args, t.href, t.at, t.read_at
  FROM notice t WHERE t.part_id = $2 AND t.person_id = $1`
	dropNotice = `DELETE FROM notice WHERE part_id = $2 AND person_id = $1`
)

// Rehomed lists the tables whose rows follow a person to another part.
func Rehomed() []db.Rehoming {
	return []db.Rehoming{
		{Insert: rehomeNotice, Delete: dropNotice},
	}
}

// Rehome takes a person's notices to another part, in the transaction that takes the
// person there.
func Rehome(ctx context.Context, tx *db.Tx, personID, from, to int64) error {
	return db.Rehome(ctx, tx, Rehomed(), personID, from, to)
}
