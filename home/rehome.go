package home

import (
	"context"

	"chibo/internal/db"
)

const (
	rehomeAct = `INSERT INTO wall_act (part_id, id, unit_id, org_id, kind, act, day, text, visit_on, visitor_id, visitor, done_on, result, by_account, by_name,
  at, op, version)
SELECT CAST($3 AS bigint), t.id, t.unit_id, t.org_id, t.kind, t.act, t.day, t.text, t.visit_on, t.visitor_id, t.visitor, t.done_on, t.result,
  t.by_account, t.by_name, t.at, t.op, t.version
  FROM wall_act t WHERE t.part_id = $2 AND t.unit_id = $1`
	dropAct = `DELETE FROM wall_act WHERE part_id = $2 AND unit_id = $1`
)

// Rehomed lists the tables whose rows follow a unit to another part.
func Rehomed() []db.Rehoming { return []db.Rehoming{{Insert: rehomeAct, Delete: dropAct}} }

// Rehome takes what was done about a unit to another part, in the transaction that changes
// the unit's part.
func Rehome(ctx context.Context, tx *db.Tx, unitID, from, to int64) error {
	return db.Rehome(ctx, tx, Rehomed(), unitID, from, to)
}
