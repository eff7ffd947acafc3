package account

import (
	"context"

	"chibo/internal/db"
)

const renameSQL = `UPDATE account SET name = $2 WHERE person_id = $1`

// Rename gives the account of a person the name that the register now has.
func Rename(ctx context.Context, tx *db.Tx, personID int64, name string) error {
	_, err := tx.Exec(ctx, renameSQL, personID, name)
	return err
}
