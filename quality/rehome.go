package quality

import (
	"context"

	"chibo/internal/db"
)

const (
	rehomeScorePoint = `INSERT INTO score_point (part_id, score_id, criterion, proposed10, self10, upper10, reason, evidence)
SELECT CAST($3 AS bigint), t.score_id, t.criterion, t.proposed10, t.self10, t.upper10, t.reason, t.evidence
  FROM score_point t WHERE t.part_id = $2 AND t.score_id IN (SELECT s.id FROM score s WHERE s.part_id = $2 AND s.cell_id = $1)`
	dropScorePoint = `DELETE FROM score_point WHERE part_id = $2 AND score_id IN (SELECT s.id FROM score s WHERE s.part_id = $2 AND s.cell_id = $1)`

	rehomeScore = `INSERT INTO score (part_id, id, meeting_id, cell_id, month, sheet, self10, self_grade, upper10, upper_grade, upper_reason, state, vote_id,
  confirmed_at, decided_at, decided_by, version, kind, settled_at)
SELECT CAST($3 AS bigint), t.id, t.meeting_id, t.cell_id, t.month, t.sheet, t.self10, t.self_grade, t.upper10, t.upper_grade,
  t.upper_reason, t.state, t.vote_id, t.confirmed_at, t.decided_at, t.decided_by, t.version, t.kind, t.settled_at
  FROM score t WHERE t.part_id = $2 AND t.cell_id = $1`
	rehomeScoreTalk = `INSERT INTO score_talk (part_id, score_id, cell_id, state, appeal_to, due, told)
SELECT CAST($3 AS bigint), t.score_id, t.cell_id, t.state, t.appeal_to, t.due, t.told FROM score_talk t WHERE t.part_id = $2 AND t.cell_id = $1`
	dropScoreTalk = `DELETE FROM score_talk WHERE part_id = $2 AND cell_id = $1`

	rehomeScoreEntry = `INSERT INTO score_entry (part_id, score_id, id, kind, unit_id, unit_name, account_id, by_name, criterion, points10, grade, link, body,
  due, op, at)
SELECT CAST($3 AS bigint), t.score_id, t.id, t.kind, t.unit_id, t.unit_name, t.account_id, t.by_name, t.criterion, t.points10, t.grade, t.link, t.body,
  t.due, t.op, t.at
  FROM score_entry t WHERE t.part_id = $2 AND t.score_id IN (SELECT s.id FROM score s WHERE s.part_id = $2 AND s.cell_id = $1)`
	dropScoreEntry = `DELETE FROM score_entry WHERE part_id = $2 AND score_id IN (SELECT s.id FROM score s WHERE s.part_id = $2 AND s.cell_id = $1)`

	dropScore = `DELETE FROM score WHERE part_id = $2 AND cell_id = $1`
)

// Rehomed lists the tables whose rows follow a unit to another part.
func Rehomed() []db.Rehoming {
	return []db.Rehoming{
		{Insert: rehomeScorePoint, Delete: dropScorePoint},
		{Insert: rehomeScoreEntry, Delete: dropScoreEntry},
		{Insert: rehomeScoreTalk, Delete: dropScoreTalk},
		{Insert: rehomeScore, Delete: dropScore},
	}
}

// Rehome takes the scores of a cell to another part, in the transaction
// that changes the unit's part.
func Rehome(ctx context.Context, tx *db.Tx, unitID, from, to int64) error {
	return db.Rehome(ctx, tx, Rehomed(), unitID, from, to)
}
