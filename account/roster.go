package account

import (
	"context"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
)

// Tally counts the people of a cell, or the accounts of a part.
type Tally struct {
	OrgID    int64
	People   int // members of the day, guests too; 0 where only accounts are counted
	Accounts int // people who have one
	Never    int // of these, who have never signed in
}

// Missing is how many have no account.
func (t Tally) Missing() int { return max(0, t.People-t.Accounts) }

func scanTally(s db.Scanner) (Tally, error) {
	var t Tally
	err := s.Scan(&t.OrgID, &t.People, &t.Accounts, &t.Never)
	return t, err
}

const cellsSQL = `SELECT g.org_id, COUNT(DISTINCT g.person_id), COUNT(DISTINCT a.person_id),
  COUNT(DISTINCT a.person_id) FILTER (WHERE a.signed_at = 0)
  FROM org o JOIN access_grant g ON g.org_id = o.id LEFT JOIN account a ON a.person_id = g.person_id
 WHERE o.path >= $1 AND o.path < $2 AND g.role = 'member' AND g.from_day <= $3 AND (g.to_day = '' OR g.to_day > $3)
 GROUP BY g.org_id`

// Cells counts accounts cell by cell in a scope of access.AccountReset: for units within
// one part.
func Cells(ctx context.Context, q db.Q, scope access.Scope, day civil.Date) (map[int64]Tally, error) {
	lo, hi := scope.Range()
	return byOrg(db.List(ctx, q, scanTally, cellsSQL, lo, hi, day))
}

const partsSQL = `SELECT a.part_id, 0, COUNT(*), COUNT(*) FILTER (WHERE a.signed_at = 0)
  FROM org o JOIN account a ON a.part_id = o.id
 WHERE o.path >= $1 AND o.path < $2 AND a.person_id > 0 GROUP BY a.part_id`

// Parts counts accounts part by part in a scope of access.AccountReset: for units above
// the parts.
func Parts(ctx context.Context, q db.Q, scope access.Scope) (map[int64]Tally, error) {
	lo, hi := scope.Range()
	return byOrg(db.List(ctx, q, scanTally, partsSQL, lo, hi))
}

func byOrg(list []Tally, err error) (map[int64]Tally, error) {
	out := make(map[int64]Tally, len(list))
	for _, t := range list {
		out[t.OrgID] = t
	}
	return out, err
}
