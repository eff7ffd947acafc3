package office

import (
	"context"

	"chibo/internal/db"
)

const (
	rehomeOffice = `INSERT INTO office (part_id, id, org_id, person_id, membership_id, name, title, body, from_day, to_day, how, source)
SELECT CAST($3 AS bigint), t.id, t.org_id, t.person_id, t.membership_id, t.name, t.title, t.body, t.from_day, t.to_day, t.how, t.source
  FROM office t WHERE t.part_id = $2 AND t.org_id = $1`
	dropOffice = `DELETE FROM office WHERE part_id = $2 AND org_id = $1`

	rehomeTerm = `INSERT INTO term (part_id, id, org_id, name, from_day, to_day)
SELECT CAST($3 AS bigint), t.id, t.org_id, t.name, t.from_day, t.to_day
  FROM term t WHERE t.part_id = $2 AND t.org_id = $1`
	dropTerm = `DELETE FROM term WHERE part_id = $2 AND org_id = $1`
)

// Rehomed lists the tables whose rows follow a unit to another part.
func Rehomed() []db.Rehoming {
	return []db.Rehoming{
		{Insert: rehomeOffice, Delete: dropOffice},
		{Insert: rehomeTerm, Delete: dropTerm},
	}
}

// Rehome takes the offices and terms of a unit to another part, in the transaction
// that changes the unit's part.
func Rehome(ctx context.Context, tx *db.Tx, unitID, from, to int64) error {
	return db.Rehome(ctx, tx, Rehomed(), unitID, from, to)
}
