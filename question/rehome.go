package question

import (
	"context"

	"chibo/internal/db"
)

const (
	rehomeHand = `INSERT INTO question_hand (part_id, id, question_id, org_id, since, left_on, how)
SELECT CAST($3 AS bigint), t.id, t.question_id, t.org_id, t.since, t.left_on, t.how
  FROM question_hand t WHERE t.part_id = $2 AND t.question_id IN (SELECT k.id FROM question k WHERE k.part_id = $2 AND k.cell_id = $1)`
	dropHand = `DELETE FROM question_hand WHERE part_id = $2 AND question_id IN (SELECT k.id FROM question k WHERE k.part_id = $2 AND k.cell_id = $1)`

	rehomeStep = `INSERT INTO question_step (part_id, id, question_id, at, account, name, own, kind, unit, from_id, to_id, to_name, state, due, note, meeting_id, item_id, op)
SELECT CAST($3 AS bigint), t.id, t.question_id, t.at, t.account, t.name, t.own, t.kind, t.unit, t.from_id, t.to_id, t.to_name, t.state, t.due, t.note,
  t.meeting_id, t.item_id, t.op
  FROM question_step t WHERE t.part_id = $2 AND t.question_id IN (SELECT k.id FROM question k WHERE k.part_id = $2 AND k.cell_id = $1)`
	dropStep = `DELETE FROM question_step WHERE part_id = $2 AND question_id IN (SELECT k.id FROM question k WHERE k.part_id = $2 AND k.cell_id = $1)`

	rehomeTold = `INSERT INTO question_told (part_id, question_id, kind, due, at)
SELECT CAST($3 AS bigint), t.question_id, t.kind, t.due, t.at
  FROM question_told t WHERE t.part_id = $2 AND t.question_id IN (SELECT k.id FROM question k WHERE k.part_id = $2 AND k.cell_id = $1)`
	dropTold = `DELETE FROM question_told WHERE part_id = $2 AND question_id IN (SELECT k.id FROM question k WHERE k.part_id = $2 AND k.cell_id = $1)`

	rehomeQuestion = `INSERT INTO question (part_id, id, cell_id, asker_id, heard, kind, text, named, by_account, by_name, at, day, state, holder_id, since, due,
  meeting_id, item_id, joined_to, round, answer, answered_by, answered_on, read_on, version, op)
SELECT CAST($3 AS bigint), t.id, t.cell_id, t.asker_id, t.heard, t.kind, t.text, t.named, t.by_account, t.by_name, t.at, t.day, t.state, t.holder_id,
  t.since, t.due, t.meeting_id, t.item_id, t.joined_to, t.round, t.answer, t.answered_by, t.answered_on, t.read_on, t.version, t.op
  FROM question t WHERE t.part_id = $2 AND t.cell_id = $1`
	dropQuestion = `DELETE FROM question WHERE part_id = $2 AND cell_id = $1`
)

// Rehomed lists the tables whose rows follow a unit to another part.
func Rehomed() []db.Rehoming {
	return []db.Rehoming{
		{Insert: rehomeHand, Delete: dropHand},
		{Insert: rehomeStep, Delete: dropStep},
		{Insert: rehomeTold, Delete: dropTold},
		{Insert: rehomeQuestion, Delete: dropQuestion},
	}
}

// Rehome takes the questions of a cell to another part, in the transaction that changes
// the unit's part.
func Rehome(ctx context.Context, tx *db.Tx, unitID, from, to int64) error {
	return db.Rehome(ctx, tx, Rehomed(), unitID, from, to)
}
