package access

import (
	"context"

	"chibo/internal/db"
	"chibo/internal/tree"
)

// Kinds of records that a unit may keep from all who read from above it. Their names
// and meaning are rulebook data (key "kept.kinds"). Figures and the papers of duty,
// minutes and resolutions that were sent, cannot be kept.
const (
	KeptContact  = "contact"  // telephone numbers and notes on where a member is
	KeptOpinions = "opinions" // what members sent in before a meeting
	KeptDrafts   = "drafts"   // what a paper says before it is adopted
	KeptTasks    = "tasks"    // tasks one by one
)

// Keeper is the unit that keeps a kind of records.
type Keeper struct {
	OrgID int64
	Name  string
}

// reach gives the path of the unit from which the actor does the action in the unit:
// the nearest of the grants that allow it. What is kept strictly below stays closed.
// ok is false for the program itself, which nothing is kept from.
func (a Actor) reach(action Action, u Unit) (p tree.Path, ok bool) {
	for _, g := range a.Grants {
		switch {
		case g.Role == roleSystem:
			return "", false
		case !g.Allows(action) || !g.Path.Contains(u.Path):
			continue
		}
		from := g.Path
		if g.Role == RoleFollower {
			from = from.Parent()
		}
		if from.Depth() > p.Depth() {
			p = from
		}
	}
	return p, true
}

// Reach gives where the actor of the scope reads from, for SQL: records are closed
// whose unit lies in a unit that keeps them and whose path is greater. Nothing is
// greater than the reach of the program itself.
func (s Scope) Reach() string {
	p, ok := s.actor.reach(s.action, s.unit)
	if !ok {
		return "~"
	}
	return string(p)
}

const keptFromSQL = `SELECT o.id, o.short FROM kept k JOIN org o ON o.id = k.org_id
 WHERE k.kind = $1 AND k.ended_at = 0 AND o.path > $2 AND o.path = substr($3, 1, length(o.path))
 ORDER BY o.path LIMIT 1`

// KeptFrom says whether the unit's records of the kind are kept from the actor, who may
// do the action there, and by which unit. kept is false for whoever reads them from
// inside.
func KeptFrom(ctx context.Context, q db.Q, actor Actor, action Action, u Unit, kind string) (by Keeper, kept bool, err error) {
	from, ok := actor.reach(action, u)
	if !ok || from == u.Path { // the own unit: nothing lies between
		return Keeper{}, false, nil
	}
	err = q.QueryRow(ctx, keptFromSQL, kind, from, u.Path).Scan(&by.OrgID, &by.Name)
	if db.NoRows(err) {
		return Keeper{}, false, nil
	}
	return by, err == nil, err
}

// Keeping is a decision to keep a kind of records.
type Keeping struct {
	ID      int64
	OrgID   int64
	Kind    string
	Reason  string
	Name    string // who decided
	At      int64  // UTC milliseconds
	EndedAt int64  // 0: in force
	EndName string
}

const keepingsSQL = `SELECT id, org_id, kind, reason, by_name, at, ended_at, ended_name FROM kept
 WHERE org_id = $1 ORDER BY CASE WHEN ended_at = 0 THEN 0 ELSE 1 END, id DESC LIMIT 50`

// Keepings gives a unit's decisions, those in force first.
func Keepings(ctx context.Context, q db.Q, orgID int64) ([]Keeping, error) {
	return db.List(ctx, q, func(s db.Scanner) (k Keeping, err error) {
		err = s.Scan(&k.ID, &k.OrgID, &k.Kind, &k.Reason, &k.Name, &k.At, &k.EndedAt, &k.EndName)
		return k, err
	}, keepingsSQL, orgID)
}

const (
	keepSQL = `INSERT INTO kept (id, org_id, kind, reason, by_account, by_name, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT DO NOTHING`
	openSQL = `UPDATE kept SET ended_at = $3, ended_by = $4, ended_name = $5 WHERE org_id = $1 AND kind = $2 AND ended_at = 0`
)

// Keep writes a decision, in the caller's transaction, which has checked who decides;
// false when the unit keeps the kind already.
func Keep(ctx context.Context, tx *db.Tx, actor Actor, orgID int64, kind, reason string) (bool, error) {
	res, err := tx.Exec(ctx, keepSQL, tx.ID(), orgID, kind, reason, actor.AccountID, actor.Name, tx.NowMS())
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// Reopen ends the decision on a kind; false when there is none.
func Reopen(ctx context.Context, tx *db.Tx, actor Actor, orgID int64, kind string) (bool, error) {
	res, err := tx.Exec(ctx, openSQL, orgID, kind, tx.NowMS(), actor.AccountID, actor.Name)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n > 0, err
}
