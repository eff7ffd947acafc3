package access

import (
	"context"

	"chibo/internal/civil"
	"chibo/internal/db"
)

// By gives the right through which the actor may do the action in the unit, the
// nearest to the unit, so that what was done can say in which office it was; false
// when there is none.
func (a Actor) By(action Action, u Unit) (g Grant, ok bool) {
	for _, x := range a.Grants {
		if allows(x.Role, action) && (x.Role == roleSystem || x.Path.Contains(u.Path)) && (!ok || x.Path.Depth() > g.Path.Depth()) {
			g, ok = x, true
		}
	}
	return g, ok
}

const holdersSQL = `SELECT DISTINCT g.person_id FROM access_grant g
 WHERE g.org_id = $1 AND g.role = $2 AND g.from_day <= $3 AND (g.to_day = '' OR g.to_day > $3) ORDER BY g.person_id`

// Holders gives the persons who hold a role over exactly this unit on the day.
func Holders(ctx context.Context, q db.Q, role string, orgID int64, day civil.Date) ([]int64, error) {
	return db.List(ctx, q, func(s db.Scanner) (id int64, err error) {
		return id, s.Scan(&id)
	}, holdersSQL, orgID, role, day)
}

// MoveGrants gives the rights that came from one source to another person, when two
// records of one person become one.
func MoveGrants(ctx context.Context, tx *db.Tx, source string, sourceID, personID int64) error {
	_, err := tx.Exec(ctx, `UPDATE access_grant SET person_id = $3 WHERE source = $1 AND source_id = $2`, source, sourceID, personID)
	return err
}

// ReopenGrants opens again the rights that EndGrants ended on the day.
func ReopenGrants(ctx context.Context, tx *db.Tx, source string, sourceID int64, day civil.Date) error {
	_, err := tx.Exec(ctx, `UPDATE access_grant SET to_day = '' WHERE source = $1 AND source_id = $2 AND to_day = $3`, source, sourceID, day)
	return err
}
