package burden

import (
	"context"

	"chibo/internal/db"
)

const (
	rehomeMonth = `INSERT INTO burden_month (part_id, month, cell_id, acts, clicks, texts, seconds, filled)
SELECT CAST($3 AS bigint), t.month, t.cell_id, t.acts, t.clicks, t.texts, t.seconds, t.filled
  FROM burden_month t WHERE t.part_id = $2 AND t.cell_id = $1`
	dropMonth = `DELETE FROM burden_month WHERE part_id = $2 AND cell_id = $1`
)

// Rehomed lists the tables whose rows follow a unit to another part.
func Rehomed() []db.Rehoming { return []db.Rehoming{{Insert: rehomeMonth, Delete: dropMonth}} }

// Rehome takes a cell's loads to another part, in the transaction that changes the unit's
// part.
func Rehome(ctx context.Context, tx *db.Tx, unitID, from, to int64) error {
	return db.Rehome(ctx, tx, Rehomed(), unitID, from, to)
}
