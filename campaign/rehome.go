package campaign

import (
	"context"

	"chibo/internal/db"
)

const (
	rehomeReport = `INSERT INTO campaign_report (part_id, campaign_id, step_id, org_id, id, state, note, day, version)
SELECT CAST($3 AS bigint), t.campaign_id, t.step_id, t.org_id, t.id, t.state, t.note, t.day, t.version
  FROM campaign_report t WHERE t.part_id = $2 AND t.org_id = $1`
	dropReport = `DELETE FROM campaign_report WHERE part_id = $2 AND org_id = $1`

	rehomeWord = `INSERT INTO campaign_word (part_id, id, report_id, org_id, state, text, by_account, by_name, at, op)
SELECT CAST($3 AS bigint), t.id, t.report_id, t.org_id, t.state, t.text, t.by_account, t.by_name, t.at, t.op
  FROM campaign_word t WHERE t.part_id = $2 AND t.org_id = $1`
	dropWord = `DELETE FROM campaign_word WHERE part_id = $2 AND org_id = $1`
)

// Rehomed lists the tables whose rows follow a unit to another part.
func Rehomed() []db.Rehoming {
	return []db.Rehoming{{Insert: rehomeReport, Delete: dropReport}, {Insert: rehomeWord, Delete: dropWord}}
}

// Rehome takes the reports of a unit to another part, in the transaction that changes the
// unit's part.
func Rehome(ctx context.Context, tx *db.Tx, unitID, from, to int64) error {
	return db.Rehome(ctx, tx, Rehomed(), unitID, from, to)
}
