package account

import (
	"context"

	"chibo/internal/db"
)

const rehomeSQL = `UPDATE account SET part_id = $2 WHERE person_id = $1`

// Rehome notes that the person's record has gone to another part. Sessions stay: the
// next request acts from there.
func Rehome(ctx context.Context, tx *db.Tx, personID, part int64) error {
	_, err := tx.Exec(ctx, rehomeSQL, personID, part)
	return err
}
