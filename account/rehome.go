package account

import (
	"context"

	"chibo/internal/db"
)

// Rehome notes that a person's record lies in another part now. Accounts are one
// local table: their rows stay, and only say where the person is.
func Rehome(ctx context.Context, tx *db.Tx, personID, from, to int64) error {
	_, err := tx.Exec(ctx, `UPDATE account SET part_id = $3 WHERE person_id = $1 AND part_id = $2`, personID, from, to)
	return err
}
