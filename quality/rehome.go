package quality

import (
	"context"

	"chibo/internal/db"
)

const (
	rehomeScorePoint = `INSERT INTO score_point (part_id, score_id, criterion, proposed10, self10, reason, evidence)
SELECT CAST($3 AS bigint), t.score_id, t.criterion, t.proposed10, t.self10, t.reason, t.evidence
  FROM score_point t WHERE t.part_id = $2 AND t.score_id IN (SELECT s.id FROM score s WHERE s.part_id = $2 AND s.cell_id = $1)`
	dropScorePoint = `DELETE FROM score_point WHERE part_id = $2 AND score_id IN (SELECT s.id FROM score s WHERE s.part_id = $2 AND s.cell_id = $1)`

	rehomeScore = `INSERT INTO score (part_id, id, meeting_id, cell_id, month, sheet, self10, self_grade, upper10, upper_grade, upper_reason, state, vote_id,
  confirmed_at, decided_at, decided_by, version)
SELECT CAST($3 AS bigint), t.id, t.meeting_id, t.cell_id, t.month, t.sheet, t.self10, t.self_grade, t.upper10, t.upper_grade,
  t.upper_reason, t.state, t.vote_id, t.confirmed_at, t.decided_at, t.decided_by, t.version
  FROM score t WHERE t.part_id = $2 AND t.cell_id = $1`
	dropScore = `DELETE FROM score WHERE part_id = $2 AND cell_id = $1`
)

// Rehomed lists the tables whose rows follow a unit to another part.
func Rehomed() []db.Rehoming {
	return []db.Rehoming{
		{Insert: rehomeScorePoint, Delete: dropScorePoint},
		{Insert: rehomeScore, Delete: dropScore},
	}
}

// Rehome takes the scores of a cell to another part, in the transaction
// that changes the unit's part.
func Rehome(ctx context.Context, tx *db.Tx, unitID, from, to int64) error {
	return db.Rehome(ctx, tx, Rehomed(), unitID, from, to)
}
