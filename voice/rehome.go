package voice

import (
	"context"

	"chibo/internal/db"
)

const (
	rehomeSealed = `INSERT INTO voice_sealed (part_id, meeting_id, mark, box)
SELECT CAST($3 AS bigint), t.meeting_id, t.mark, t.box
  FROM voice_sealed t WHERE t.part_id = $2 AND t.meeting_id IN (SELECT b.meeting_id FROM voice_box b WHERE b.part_id = $2 AND b.cell_id = $1)`
	dropSealed = `DELETE FROM voice_sealed WHERE part_id = $2 AND meeting_id IN (SELECT b.meeting_id FROM voice_box b WHERE b.part_id = $2 AND b.cell_id = $1)`

	rehomeSum = `INSERT INTO voice_sum (part_id, meeting_id, item, level, count)
SELECT CAST($3 AS bigint), t.meeting_id, t.item, t.level, t.count
  FROM voice_sum t WHERE t.part_id = $2 AND t.meeting_id IN (SELECT b.meeting_id FROM voice_box b WHERE b.part_id = $2 AND b.cell_id = $1)`
	dropSum = `DELETE FROM voice_sum WHERE part_id = $2 AND meeting_id IN (SELECT b.meeting_id FROM voice_box b WHERE b.part_id = $2 AND b.cell_id = $1)`

	rehomeBox = `INSERT INTO voice_box (part_id, meeting_id, cell_id, month, items, levels, least, closes_on, state, answers)
SELECT CAST($3 AS bigint), t.meeting_id, t.cell_id, t.month, t.items, t.levels, t.least, t.closes_on, t.state, t.answers
  FROM voice_box t WHERE t.part_id = $2 AND t.cell_id = $1`
	dropBox = `DELETE FROM voice_box WHERE part_id = $2 AND cell_id = $1`
)

// Rehomed lists the tables whose rows follow a unit to another part. Prints and seals
// are bound to meeting and membership, not to the part, and hold there too.
func Rehomed() []db.Rehoming {
	return []db.Rehoming{
		{Insert: rehomeSealed, Delete: dropSealed},
		{Insert: rehomeSum, Delete: dropSum},
		{Insert: rehomeBox, Delete: dropBox},
	}
}

// Rehome takes what members of a cell say to another part, in the transaction that
// changes the unit's part.
func Rehome(ctx context.Context, tx *db.Tx, unitID, from, to int64) error {
	return db.Rehome(ctx, tx, Rehomed(), unitID, from, to)
}
