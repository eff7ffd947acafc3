package notify

import (
	"context"

	"chibo/internal/db"
)

const (
	copySQL = `INSERT INTO notice (part_id, id, person_id, kind, args, href, at, read_at)
SELECT CAST($3 AS bigint), id, person_id, kind, args, href, at, read_at FROM notice WHERE part_id = $1 AND person_id = $2`
	dropSQL = `DELETE FROM notice WHERE part_id = $1 AND person_id = $2`
)

// Rehome takes a person's notices to another part, where the record has gone.
func Rehome(ctx context.Context, tx *db.Tx, of To, part int64) error {
	if _, err := tx.Exec(ctx, copySQL, of.Part, of.PersonID, part); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, dropSQL, of.Part, of.PersonID)
	return err
}
