package visit

import (
	"context"

	"chibo/internal/db"
)

const (
	rehomeRemark = `INSERT INTO visit_remark (part_id, visit_id, aspect, text, task_id, own_due, own_name, own_done)
SELECT CAST($3 AS bigint), t.visit_id, t.aspect, t.text, t.task_id, t.own_due, t.own_name, t.own_done
  FROM visit_remark t WHERE t.part_id = $2 AND t.visit_id IN (SELECT v.id FROM visit v WHERE v.part_id = $2 AND v.cell_id = $1)`
	dropRemark = `DELETE FROM visit_remark WHERE part_id = $2 AND visit_id IN (SELECT v.id FROM visit v WHERE v.part_id = $2 AND v.cell_id = $1)`

	rehomeVisit = `INSERT INTO visit (part_id, id, cell_id, meeting_id, day, unit_id, unit_name, by_account, by_person, by_name, on_roll, at,
  answer, answered_by, answered_on, version, op)
SELECT CAST($3 AS bigint), t.id, t.cell_id, t.meeting_id, t.day, t.unit_id, t.unit_name, t.by_account, t.by_person, t.by_name, t.on_roll, t.at,
  t.answer, t.answered_by, t.answered_on, t.version, t.op
  FROM visit t WHERE t.part_id = $2 AND t.cell_id = $1`
	dropVisit = `DELETE FROM visit WHERE part_id = $2 AND cell_id = $1`
)

// Rehomed lists the tables whose rows follow a unit to another part.
func Rehomed() []db.Rehoming {
	return []db.Rehoming{{Insert: rehomeRemark, Delete: dropRemark}, {Insert: rehomeVisit, Delete: dropVisit}}
}

// Rehome takes the cards left at a cell to another part, in the transaction that changes
// the unit's part.
func Rehome(ctx context.Context, tx *db.Tx, unitID, from, to int64) error {
	return db.Rehome(ctx, tx, Rehomed(), unitID, from, to)
}
