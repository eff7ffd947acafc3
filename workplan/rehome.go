package workplan

import (
	"context"

	"chibo/internal/db"
	"chibo/reorg"
)

const (
	rehomeTask = `INSERT INTO work_task (part_id, item_id, task_id, cell_id)
SELECT CAST($3 AS bigint), t.item_id, t.task_id, t.cell_id
  FROM work_task t WHERE t.part_id = $2 AND t.cell_id = $1`
	dropTask = `DELETE FROM work_task WHERE part_id = $2 AND cell_id = $1`

	rehomeTaken = `INSERT INTO work_taken (part_id, meeting_id, agenda_item_id, cell_id, plan_id, item_id, day)
SELECT CAST($3 AS bigint), t.meeting_id, t.agenda_item_id, t.cell_id, t.plan_id, t.item_id, t.day
  FROM work_taken t WHERE t.part_id = $2 AND t.cell_id = $1`
	dropTaken = `DELETE FROM work_taken WHERE part_id = $2 AND cell_id = $1`

	rehomeStep = `INSERT INTO work_step (part_id, id, plan_id, item_id, title, at, account, name, kind, was, became, reason, after, op)
SELECT CAST($3 AS bigint), t.id, t.plan_id, t.item_id, t.title, t.at, t.account, t.name, t.kind, t.was, t.became, t.reason, t.after, t.op
  FROM work_step t WHERE t.part_id = $2 AND t.plan_id IN (SELECT k.id FROM work_plan k WHERE k.part_id = $2 AND k.cell_id = $1)`
	dropStep = `DELETE FROM work_step WHERE part_id = $2 AND plan_id IN (SELECT k.id FROM work_plan k WHERE k.part_id = $2 AND k.cell_id = $1)`

	rehomeItem = `INSERT INTO work_item (part_id, id, plan_id, cell_id, from_month, to_month, title, content, who_id, who_name, product, note,
  source, result, told, told_on, proof_id, dropped, dropped_on, added_on, version)
SELECT CAST($3 AS bigint), t.id, t.plan_id, t.cell_id, t.from_month, t.to_month, t.title, t.content, t.who_id, t.who_name, t.product, t.note,
  t.source, t.result, t.told, t.told_on, t.proof_id, t.dropped, t.dropped_on, t.added_on, t.version
  FROM work_item t WHERE t.part_id = $2 AND t.cell_id = $1`
	dropItem = `DELETE FROM work_item WHERE part_id = $2 AND cell_id = $1`

	rehomePlan = `INSERT INTO work_plan (part_id, id, cell_id, year, state, approved_on, meeting_id, note, version)
SELECT CAST($3 AS bigint), t.id, t.cell_id, t.year, t.state, t.approved_on, t.meeting_id, t.note, t.version
  FROM work_plan t WHERE t.part_id = $2 AND t.cell_id = $1`
	dropPlan = `DELETE FROM work_plan WHERE part_id = $2 AND cell_id = $1`
)

// Rehomed lists the tables whose rows follow a unit to another part.
func Rehomed() []db.Rehoming {
	return []db.Rehoming{
		{Insert: rehomeTask, Delete: dropTask},
		{Insert: rehomeTaken, Delete: dropTaken},
		{Insert: rehomeStep, Delete: dropStep},
		{Insert: rehomeItem, Delete: dropItem},
		{Insert: rehomePlan, Delete: dropPlan},
	}
}

// Rehome takes the plans of a cell to another part, in the transaction that changes the
// unit's part.
func Rehome(ctx context.Context, tx *db.Tx, unitID, from, to int64) error {
	return db.Rehome(ctx, tx, Rehomed(), unitID, from, to)
}

const holdsSQL = `SELECT COUNT(*) FROM work_item WHERE part_id = $1 AND id = $2`

// Follow answers old addresses of items. A plan stays with its cell, also when that ends:
// who was in charge keeps the name as it was then.
func Follow() reorg.Follower {
	return reorg.Follower{Name: "workplan", Holds: func(ctx context.Context, q db.Q, part, id int64) (bool, error) {
		var n int
		err := q.QueryRow(ctx, holdsSQL, part, id).Scan(&n)
		return n > 0, err
	}}
}
