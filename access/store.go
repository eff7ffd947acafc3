package access

import (
	"context"

	"chibo/internal/civil"
	"chibo/internal/db"
)

const grantsSQL = `SELECT g.role, g.org_id, o.path
  FROM access_grant g JOIN org o ON o.id = g.org_id
 WHERE g.person_id = $1 AND g.from_day <= $2 AND (g.to_day = '' OR g.to_day > $2)
 ORDER BY o.path, g.role`

// LoadGrants gives a person's rights in force on the day.
func LoadGrants(ctx context.Context, q db.Q, personID int64, day civil.Date) ([]Grant, error) {
	return db.List(ctx, q, func(row db.Scanner) (g Grant, err error) {
		return g, row.Scan(&g.Role, &g.OrgID, &g.Path)
	}, grantsSQL, personID, day)
}

// NewGrant is a right to be given. To zero means open-ended. Source and
// SourceID name the office or the stand-in that it comes from.
type NewGrant struct {
	PersonID int64
	Role     string
	OrgID    int64
	From, To civil.Date
	Source   string
	SourceID int64
}

const insertGrantSQL = `INSERT INTO access_grant (id, person_id, role, org_id, from_day, to_day, source, source_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`

// AddGrant gives a right.
func AddGrant(ctx context.Context, tx *db.Tx, g NewGrant) error {
	_, err := tx.Exec(ctx, insertGrantSQL, tx.ID(), g.PersonID, g.Role, g.OrgID, g.From, g.To, g.Source, g.SourceID)
	return err
}

// AddGrants gives many rights at once, for an import or the sample data.
func AddGrants(ctx context.Context, tx *db.Tx, grants []NewGrant) error {
	rows := make([][]any, len(grants))
	for i, g := range grants {
		rows[i] = []any{tx.ID(), g.PersonID, g.Role, g.OrgID, g.From, g.To, g.Source, g.SourceID}
	}
	return db.Many(ctx, tx, insertGrantSQL, rows)
}

// EndGrants ends the rights that came from one source, from the day on.
func EndGrants(ctx context.Context, tx *db.Tx, source string, sourceID int64, day civil.Date) error {
	_, err := tx.Exec(ctx, `UPDATE access_grant SET to_day = $3
 WHERE source = $1 AND source_id = $2 AND (to_day = '' OR to_day > $3)`, source, sourceID, day)
	return err
}

// ReopenGrants takes back the end of the rights that came from one source: they run
// until the day again, or without an end when it is zero.
func ReopenGrants(ctx context.Context, tx *db.Tx, source string, sourceID int64, to civil.Date) error {
	_, err := tx.Exec(ctx, `UPDATE access_grant SET to_day = $3 WHERE source = $1 AND source_id = $2`, source, sourceID, to)
	return err
}

// DropGrants removes the rights that came from one source, which is itself taken back
// as if it had never been.
func DropGrants(ctx context.Context, tx *db.Tx, source string, sourceID int64) error {
	_, err := tx.Exec(ctx, `DELETE FROM access_grant WHERE source = $1 AND source_id = $2`, source, sourceID)
	return err
}
