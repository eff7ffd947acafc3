package agenda

import (
	"context"

	"chibo/internal/db"
)

const (
	rehomeTaken = `INSERT INTO guidance_taken (part_id, guidance_id, meeting_id, cell_id, item_id, by_account, at, day)
SELECT CAST($3 AS bigint), t.guidance_id, t.meeting_id, t.cell_id, t.item_id, t.by_account, t.at, t.day
  FROM guidance_taken t WHERE t.part_id = $2 AND t.cell_id = $1`
	dropTaken = `DELETE FROM guidance_taken WHERE part_id = $2 AND cell_id = $1`

	rehomeBalance = `INSERT INTO agenda_balance (part_id, meeting_id, cell_id, cell_type, kind, month, shares)
SELECT CAST($3 AS bigint), t.meeting_id, t.cell_id, t.cell_type, t.kind, t.month, t.shares
  FROM agenda_balance t WHERE t.part_id = $2 AND t.cell_id = $1`
	dropBalance = `DELETE FROM agenda_balance WHERE part_id = $2 AND cell_id = $1`
)

// Rehomed lists the tables whose rows follow a unit to another part. Templates and
// guidance lie in no part.
func Rehomed() []db.Rehoming {
	return []db.Rehoming{{Insert: rehomeTaken, Delete: dropTaken}, {Insert: rehomeBalance, Delete: dropBalance}}
}

// Rehome takes the rows of a unit to another part, in the transaction that changes the
// unit's part.
func Rehome(ctx context.Context, tx *db.Tx, unitID, from, to int64) error {
	return db.Rehome(ctx, tx, Rehomed(), unitID, from, to)
}
