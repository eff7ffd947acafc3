package insight

import (
	"context"

	"chibo/internal/db"
)

const (
	rehomeSign = `INSERT INTO insight_sign (part_id, cell_id, code, month, count, seen_on, answer, answered_by, answered_on, version)
SELECT CAST($3 AS bigint), t.cell_id, t.code, t.month, t.count, t.seen_on, t.answer, t.answered_by, t.answered_on, t.version
  FROM insight_sign t WHERE t.part_id = $2 AND t.cell_id = $1`
	dropSign = `DELETE FROM insight_sign WHERE part_id = $2 AND cell_id = $1`

	rehomeMeasure = `INSERT INTO insight_measure (part_id, cell_id, task_id, about, day, by_account, op)
SELECT CAST($3 AS bigint), t.cell_id, t.task_id, t.about, t.day, t.by_account, t.op
  FROM insight_measure t WHERE t.part_id = $2 AND t.cell_id = $1`
	dropMeasure = `DELETE FROM insight_measure WHERE part_id = $2 AND cell_id = $1`
)

// Rehomed lists the tables whose rows follow a unit to another part.
func Rehomed() []db.Rehoming {
	return []db.Rehoming{{Insert: rehomeSign, Delete: dropSign}, {Insert: rehomeMeasure, Delete: dropMeasure}}
}

// Rehome takes a cell's questions and measures to another part, in the transaction that
// changes the unit's part.
func Rehome(ctx context.Context, tx *db.Tx, unitID, from, to int64) error {
	return db.Rehome(ctx, tx, Rehomed(), unitID, from, to)
}
