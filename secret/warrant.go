package secret

import (
	"context"
	"slices"
	"strings"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/org"
)

// Warrant is a committee's recorded decision that secret ballots may be cast on phones in
// a unit and all below it.
type Warrant struct {
	ID       int64
	OrgID    int64
	Part     int64
	Unit     string // name
	Decision string
	From, To civil.Date // To exclusive; zero: until further notice
}

const maxDecision = 300

const warrantColumns = `SELECT w.part_id, w.id, w.org_id, o.name, w.decision, w.from_day, w.to_day
  FROM secret_warrant w JOIN org o ON o.id = w.org_id`

// warrantSQL gives the nearest one at or above a path.
const warrantSQL = warrantColumns + ` WHERE substr($1, 1, length(o.path)) = o.path AND w.from_day <= $2 AND (w.to_day = '' OR w.to_day > $2)
 ORDER BY length(o.path) DESC, w.from_day DESC, w.id DESC LIMIT 1`

const warrantsSQL = warrantColumns + ` WHERE w.part_id = $1 AND w.org_id = $2 ORDER BY w.from_day DESC, w.id DESC`

func scanWarrant(s db.Scanner) (w Warrant, err error) {
	err = s.Scan(&w.Part, &w.ID, &w.OrgID, &w.Unit, &w.Decision, &w.From, &w.To)
	return w, err
}

// WarrantOn gives the decision that allows phones in the unit on the day; ok is false when
// there is none: then all vote on paper.
func WarrantOn(ctx context.Context, q db.Q, u org.Unit, day civil.Date) (w Warrant, ok bool, err error) {
	w, err = scanWarrant(q.QueryRow(ctx, warrantSQL, string(u.Path), day))
	if db.NoRows(err) {
		return w, false, nil
	}
	return w, err == nil, err
}

// Warrants gives the decisions recorded for a unit, the latest first.
func Warrants(ctx context.Context, q db.Q, u org.Unit) ([]Warrant, error) {
	return db.List(ctx, q, scanWarrant, warrantsSQL, u.PartID, u.ID)
}

const insertWarrantSQL = `INSERT INTO secret_warrant (part_id, id, org_id, decision, from_day, by_account, at) VALUES ($1, $2, $3, $4, $5, $6, $7)`

// Allow records a decision from a day on. The organisation officer of a committee above may,
// for the units below it and itself; a cell cannot allow itself. Errors: fields decision, from.
func Allow(ctx context.Context, d *db.DB, actor access.Actor, unitID int64, decision string, from civil.Date) error {
	return d.Write(ctx, func(tx *db.Tx) error {
		u, err := keptBy(ctx, tx, actor, unitID)
		if err != nil {
			return err
		}
		decision := strings.TrimSpace(decision)
		var f fault.Fields
		if decision == "" {
			f.Add("decision", "secret.err.decision")
		}
		if len([]rune(decision)) > maxDecision {
			f.Add("decision", "secret.err.long", "Max", maxDecision)
		}
		if from.IsZero() {
			f.Add("from", "secret.err.from")
		}
		if err := f.Err(); err != nil {
			return err
		}
		known, err := Warrants(ctx, tx, u)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(known, func(w Warrant) bool { return w.Decision == decision && w.From == from && w.To.IsZero() }) {
			return nil // sent twice
		}
		id := tx.ID()
		if _, err := tx.Exec(ctx, insertWarrantSQL, u.PartID, id, u.ID, decision, from, actor.AccountID, tx.NowMS()); err != nil {
			return err
		}
		return recordWarrant(ctx, tx, actor, u, "secret.allow", id)
	})
}

const endWarrantSQL = `UPDATE secret_warrant SET to_day = $4 WHERE part_id = $1 AND org_id = $2 AND id = $3 AND to_day = ''`

// Withdraw ends a decision today; votes that are open go on as they began.
func Withdraw(ctx context.Context, d *db.DB, actor access.Actor, unitID, id int64) error {
	return d.Write(ctx, func(tx *db.Tx) error {
		u, err := keptBy(ctx, tx, actor, unitID)
		if err != nil {
			return err
		}
		res, err := tx.Exec(ctx, endWarrantSQL, u.PartID, u.ID, id, tx.Today())
		if err := one(res, err, ErrChanged); err != nil {
			return err
		}
		return recordWarrant(ctx, tx, actor, u, "secret.withdraw", id)
	})
}

func recordWarrant(ctx context.Context, tx *db.Tx, actor access.Actor, u org.Unit, action string, id int64) error {
	return audit.Record(ctx, tx, audit.Entry{
		Part: u.PartID, Account: actor.AccountID, Action: action, Target: "org", TargetID: u.ID, Detail: map[string]any{"warrant": id},
	})
}

// keptBy gives a unit whose organisation the actor keeps.
func keptBy(ctx context.Context, q db.Q, actor access.Actor, unitID int64) (org.Unit, error) {
	u, err := org.ByID(ctx, q, unitID)
	if err != nil {
		return u, err
	}
	if _, err = access.For(actor, access.UnitManage, u.Access()); err == nil && !MayAllow(actor, u) {
		err = access.ErrForbidden // an administrator founds units, and decides nothing in them
	}
	return u, err
}

// MayAllow says whether the actor may record such decisions for the unit.
func MayAllow(actor access.Actor, u org.Unit) bool {
	return actor.Can(access.UnitManage, u.Access()) && actor.Can(access.RegisterKeep, u.Access())
}
