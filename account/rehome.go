package account

import (
	"context"

	"chibo/internal/db"
)

// Rehome notes that a person's record lies in another part now. Accounts are one
// local table: their rows stay, and only say where the person is.
func Rehome(ctx context.Context, tx *db.Tx, personID, _, to int64) error {
	return MoveTo(ctx, tx, personID, to)
}
