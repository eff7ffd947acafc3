package access

import (
	"context"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/tree"
)

// Where a right comes from.
const (
	FromMembership = "membership"
	FromOffice     = "office"
	FromStandin    = "standin"
	FromAdmin      = "admin" // given directly by an administrator
)

const grantsSQL = `SELECT g.role, g.org_id, o.path, g.only_actions, g.for_id, g.for_name
  FROM access_grant g JOIN org o ON o.id = g.org_id
 WHERE g.person_id = $1 AND g.from_day <= $2 AND (g.to_day = '' OR g.to_day > $2)
 ORDER BY o.path, g.role`

// LoadGrants gives a person's rights in force on the day.
func LoadGrants(ctx context.Context, q db.Q, personID int64, day civil.Date) ([]Grant, error) {
	return db.List(ctx, q, func(row db.Scanner) (g Grant, err error) {
		return g, row.Scan(&g.Role, &g.OrgID, &g.Path, &g.Only, &g.For, &g.ForName)
	}, grantsSQL, personID, day)
}

// Held is a right with where it comes from, for the page that explains rights.
type Held struct {
	Grant
	PersonID int64
	From, To civil.Date // To: first day without; zero: open
	Source   string
	SourceID int64
}

const heldColumns = `SELECT g.role, g.org_id, o.path, g.only_actions, g.for_id, g.for_name, g.person_id, g.from_day, g.to_day, g.source, g.source_id
  FROM access_grant g JOIN org o ON o.id = g.org_id`

func scanHeld(s db.Scanner) (Held, error) {
	var h Held
	err := s.Scan(&h.Role, &h.OrgID, &h.Path, &h.Only, &h.For, &h.ForName, &h.PersonID, &h.From, &h.To, &h.Source, &h.SourceID)
	return h, err
}

const heldBySQL = heldColumns + ` WHERE g.person_id = $1 AND (g.to_day = '' OR g.to_day > $2)
 ORDER BY CASE WHEN g.from_day <= $2 THEN 0 ELSE 1 END, o.path, g.source, g.role, g.id`

// HeldBy gives a person's rights of the day, and after them those that begin later.
func HeldBy(ctx context.Context, q db.Q, personID int64, day civil.Date) ([]Held, error) {
	return db.List(ctx, q, scanHeld, heldBySQL, personID, day)
}

const heldOverSQL = heldColumns + ` WHERE o.path = substr($1, 1, length(o.path)) AND g.role <> 'member'
   AND g.from_day <= $2 AND (g.to_day = '' OR g.to_day > $2)
 ORDER BY o.path DESC, g.role, g.id`

// HeldOver gives the rights of the day that reach a unit, its own first, without
// those of plain members.
func HeldOver(ctx context.Context, q db.Q, path tree.Path, day civil.Date) ([]Held, error) {
	return db.List(ctx, q, scanHeld, heldOverSQL, path, day)
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

	Only    []Action // of a stand-in; empty: all that the role allows
	For     int64    // person whose stand-in this is
	ForName string
}

const insertGrantSQL = `INSERT INTO access_grant (id, person_id, role, org_id, from_day, to_day, source, source_id, only_actions, for_id, for_name)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`

func (g NewGrant) row(tx *db.Tx) []any {
	only := ""
	for i, a := range g.Only {
		if i > 0 {
			only += " "
		}
		only += string(a)
	}
	return []any{tx.ID(), g.PersonID, g.Role, g.OrgID, g.From, g.To, g.Source, g.SourceID, only, g.For, g.ForName}
}

// AddGrant gives a right.
func AddGrant(ctx context.Context, tx *db.Tx, g NewGrant) error {
	_, err := tx.Exec(ctx, insertGrantSQL, g.row(tx)...)
	return err
}

// AddGrants gives many rights at once, for an import or the sample data.
func AddGrants(ctx context.Context, tx *db.Tx, grants []NewGrant) error {
	rows := make([][]any, len(grants))
	for i, g := range grants {
		rows[i] = g.row(tx)
	}
	return db.Many(ctx, tx, insertGrantSQL, rows)
}

// EndGrants ends the rights that came from one source, from the day on.
func EndGrants(ctx context.Context, tx *db.Tx, source string, sourceID int64, day civil.Date) error {
	_, err := tx.Exec(ctx, `UPDATE access_grant SET to_day = $3
 WHERE source = $1 AND source_id = $2 AND (to_day = '' OR to_day > $3)`, source, sourceID, day)
	return err
}

const fromSourceSQL = `SELECT g.role, g.org_id, o.path, g.only_actions, g.for_id, g.for_name, g.person_id, g.from_day, g.to_day, g.source, g.source_id
  FROM access_grant g JOIN org o ON o.id = g.org_id WHERE g.source = $1 AND g.source_id = $2 ORDER BY g.id`

// HeldFrom gives the rights that came from one source.
func HeldFrom(ctx context.Context, q db.Q, source string, sourceID int64) ([]Held, error) {
	return db.List(ctx, q, scanHeld, fromSourceSQL, source, sourceID)
}

const reachingSQL = `SELECT g.role, g.org_id, o.path, g.only_actions, g.for_id, g.for_name
  FROM access_grant g JOIN org o ON o.id = g.org_id
 WHERE g.person_id = $1 AND (g.to_day = '' OR g.to_day > $2) ORDER BY o.path, g.role`

// Reaching gives a person's rights of the day and of later days: what somebody who
// gives that person a way in would hold.
func Reaching(ctx context.Context, q db.Q, personID int64, day civil.Date) ([]Grant, error) {
	return db.List(ctx, q, func(row db.Scanner) (g Grant, err error) {
		return g, row.Scan(&g.Role, &g.OrgID, &g.Path, &g.Only, &g.For, &g.ForName)
	}, reachingSQL, personID, day)
}

const homePartSQL = `SELECT o.part_id FROM access_grant g JOIN org o ON o.id = g.org_id
 WHERE g.person_id = $1 AND g.role = 'member' AND g.from_day <= $2 AND (g.to_day = '' OR g.to_day > $2)
 ORDER BY g.from_day, g.id LIMIT 1`

// HomePart gives the part in whose cell a person is a member on the day, where the
// person's notices lie; 0 when there is none.
func HomePart(ctx context.Context, q db.Q, personID int64, day civil.Date) (part int64, err error) {
	err = q.QueryRow(ctx, homePartSQL, personID, day).Scan(&part)
	if db.NoRows(err) {
		return 0, nil
	}
	return part, err
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
