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
		if x.Allows(action) && (x.Role == roleSystem || x.Path.Contains(u.Path)) && (!ok || x.Path.Depth() > g.Path.Depth()) {
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

// Seat is a role that somebody holds over a unit.
type Seat struct {
	OrgID, PersonID int64
	Part            int64 // where the person's notices lie (HomePart); 0 none
}

const seatsSQL = `SELECT g.org_id, g.person_id, COALESCE((SELECT o.part_id FROM access_grant m JOIN org o ON o.id = m.org_id
   WHERE m.person_id = g.person_id AND m.role = 'member' AND m.from_day <= $33 AND (m.to_day = '' OR m.to_day > $33) ORDER BY m.from_day, m.id LIMIT 1), 0)
  FROM access_grant g WHERE g.org_id` + db.InList + ` AND g.role IN ($34, $35) AND g.from_day <= $33 AND (g.to_day = '' OR g.to_day > $33)
 ORDER BY g.org_id, g.role, g.person_id`

// Seats gives who holds either role over exactly these units on the day: Holders and
// HomePart of many units in a few queries. Who holds both is there twice.
func Seats(ctx context.Context, q db.Q, role, or string, units []int64, day civil.Date) (out []Seat, err error) {
	for args := range db.In(units, day, role, or) {
		list, err := db.List(ctx, q, func(s db.Scanner) (x Seat, err error) {
			return x, s.Scan(&x.OrgID, &x.PersonID, &x.Part)
		}, seatsSQL, args...)
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	return out, nil
}

// MoveGrants gives the rights that came from one source to another person, when two
// records of one person become one.
func MoveGrants(ctx context.Context, tx *db.Tx, source string, sourceID, personID int64) error {
	_, err := tx.Exec(ctx, `UPDATE access_grant SET person_id = $3 WHERE source = $1 AND source_id = $2`, source, sourceID, personID)
	return err
}

// Leads gives who leads exactly this cell on the day: its secretary and its deputies.
func Leads(ctx context.Context, q db.Q, cellID int64, day civil.Date) ([]int64, error) {
	var out []int64
	for _, role := range []string{RoleLead, RoleDeputy} {
		ids, err := Holders(ctx, q, role, cellID, day)
		if err != nil {
			return nil, err
		}
		out = append(out, ids...)
	}
	return out, nil
}

// Home is a person with the part where the person's notices lie; 0: a member nowhere.
type Home struct{ PersonID, Part int64 }

const homesSQL = `SELECT g.person_id, COALESCE((SELECT o.part_id FROM access_grant h JOIN org o ON o.id = h.org_id
    WHERE h.person_id = g.person_id AND h.role = 'member' AND h.from_day <= $4 AND (h.to_day = '' OR h.to_day > $4)
    ORDER BY h.from_day, h.id LIMIT 1), 0)
  FROM access_grant g WHERE g.org_id = $1 AND g.role IN ($2, $3) AND g.from_day <= $4 AND (g.to_day = '' OR g.to_day > $4) ORDER BY g.id`

// LeadsAt is Leads with their homes, for notices.
func LeadsAt(ctx context.Context, q db.Q, cellID int64, day civil.Date) ([]Home, error) {
	return homes(ctx, q, cellID, RoleLead, RoleDeputy, day)
}

// HoldersAt is Holders with their homes, for notices.
func HoldersAt(ctx context.Context, q db.Q, role string, orgID int64, day civil.Date) ([]Home, error) {
	return homes(ctx, q, orgID, role, role, day)
}

func homes(ctx context.Context, q db.Q, orgID int64, role, or string, day civil.Date) ([]Home, error) {
	return db.List(ctx, q, func(s db.Scanner) (h Home, err error) {
		err = s.Scan(&h.PersonID, &h.Part)
		return h, err
	}, homesSQL, orgID, role, or, day)
}
