package account

import (
	"context"
	"strings"
	"time"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/viet"
	"chibo/org"
)

// Direct is a right given to a person without a post.
type Direct struct {
	ID        int64
	PersonID  int64
	Name      string // as it was then
	Role      string // access.RoleKeeper, access.RoleAdmin
	OrgID     int64
	Unit      string // its name now
	From, To  civil.Date
	Reason    string
	By        string
	At        time.Time
	EndReason string
}

// Last gives the last day; zero while it is open.
func (d Direct) Last() civil.Date {
	if d.To.IsZero() {
		return d.To
	}
	return d.To.AddDays(-1)
}

// Over says whether it has ended by the day.
func (d Direct) Over(day civil.Date) bool { return !d.To.IsZero() && !d.To.After(day) }

// DirectIn is a right to be given. Days are both inside; To zero: until it is ended.
type DirectIn struct {
	Person   Person
	Role     string
	OrgID    int64
	From, To civil.Date
	Reason   string
}

// ErrNoDirect says that there is no such right.
var ErrNoDirect = fault.New(fault.NotFound, "account.err.no_direct")

const insertDirectSQL = `INSERT INTO direct_grant (id, person_id, person_name, role, org_id, from_day, to_day, reason, made_by, made_name, made_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`

// Give gives a member the rights of the organisation officer or of an administrator in
// a unit, without a post: how a program begins in which nobody holds one yet. Only the
// administrator of the unit, and never to himself or herself. Field errors: person,
// role, unit, from, to, reason.
func (s *Service) Give(ctx context.Context, actor access.Actor, in DirectIn) (id int64, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		unit, err := org.ByID(ctx, tx, in.OrgID)
		if err != nil {
			return err
		}
		if _, err := access.For(actor, access.Admin, unit.Access()); err != nil {
			return err
		}
		if err := in.check(ctx, tx, actor); err != nil {
			return err
		}
		end := in.To
		if !end.IsZero() {
			end = end.AddDays(1)
		}
		id = tx.ID()
		_, err = tx.Exec(ctx, insertDirectSQL, id, in.Person.ID, viet.Clean(in.Person.Name), in.Role, unit.ID, in.From, end,
			strings.TrimSpace(in.Reason), actor.AccountID, actor.Name, tx.NowMS())
		if err != nil {
			return err
		}
		err = access.AddGrant(ctx, tx, access.NewGrant{
			PersonID: in.Person.ID, Role: in.Role, OrgID: unit.ID, From: in.From, To: end, Source: access.FromAdmin, SourceID: id,
		})
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{
			Part: unit.PartID, Account: actor.AccountID, Action: "rights.give", Target: "direct_grant", TargetID: id,
			Detail: map[string]any{"role": in.Role, "person": in.Person.ID, "from": in.From.String(), "to": in.To.String()},
		})
	})
	return id, err
}

func (in DirectIn) check(ctx context.Context, tx *db.Tx, actor access.Actor) error {
	var f fault.Fields
	if in.Role != access.RoleKeeper && in.Role != access.RoleAdmin {
		f.Add("role", "account.err.role")
	}
	switch known, err := access.Reaching(ctx, tx, in.Person.ID, tx.Today()); {
	case err != nil:
		return err
	case in.Person.ID == 0 || len(known) == 0:
		f.Add("person", "account.err.nobody")
	case in.Person.ID == actor.PersonID:
		f.Add("person", "account.err.give_self")
	}
	switch {
	case !in.From.IsDay():
		f.Add("from", "account.err.day")
	case in.From.Before(tx.Today()):
		f.Add("from", "account.err.day_past", "Day", tx.Today().Vi())
	}
	if !in.To.IsZero() && (!in.To.IsDay() || in.From.IsDay() && in.To.Before(in.From)) {
		f.Add("to", "account.err.day_order")
	}
	checkReason(&f, in.Reason)
	return f.Err()
}

func checkReason(f *fault.Fields, reason string) {
	switch n := len([]rune(strings.TrimSpace(reason))); {
	case n == 0:
		f.Add("reason", "account.err.reason")
	case n > reasonMax:
		f.Add("reason", "account.err.reason_long", "Max", reasonMax)
	}
}

const directColumns = `SELECT d.id, d.person_id, d.person_name, d.role, d.org_id, o.name, d.from_day, d.to_day, d.reason, d.made_name, d.made_at, d.end_reason
  FROM direct_grant d JOIN org o ON o.id = d.org_id`

const (
	directSQL     = directColumns + ` WHERE d.id = $1`
	directsUnder  = directColumns + ` WHERE o.path >= $1 AND o.path < $2 ORDER BY CASE WHEN d.to_day = '' OR d.to_day > $3 THEN 0 ELSE 1 END, d.id DESC LIMIT 200`
	endDirectSQL  = `UPDATE direct_grant SET to_day = CASE WHEN from_day > $2 THEN from_day ELSE $2 END, ended_by = $3, ended_at = $4, end_reason = $5 WHERE id = $1`
	adminOfPerson = `SELECT a.id FROM account a WHERE a.person_id = $1 AND a.person_id > 0 ORDER BY a.id LIMIT 1`
)

func scanDirect(s db.Scanner) (Direct, error) {
	var d Direct
	var at int64
	err := s.Scan(&d.ID, &d.PersonID, &d.Name, &d.Role, &d.OrgID, &d.Unit, &d.From, &d.To, &d.Reason, &d.By, &at, &d.EndReason)
	d.At = time.UnixMilli(at).UTC()
	return d, err
}

// Directs gives the rights given directly in a scope of access.Admin, those not over
// first.
func Directs(ctx context.Context, q db.Q, scope access.Scope, day civil.Date) ([]Direct, error) {
	lo, hi := scope.Range()
	return db.List(ctx, q, scanDirect, directsUnder, lo, hi, day)
}

// DirectByID gives one, or ErrNoDirect. It checks no right.
func DirectByID(ctx context.Context, q db.Q, id int64) (Direct, error) {
	d, err := scanDirect(q.QueryRow(ctx, directSQL, id))
	if db.NoRows(err) {
		return d, ErrNoDirect
	}
	return d, err
}

// EndDirect ends such a right from today on. Only the administrator of its unit; the
// last one of the whole cannot (ErrLastAdmin). Field error: reason.
func (s *Service) EndDirect(ctx context.Context, actor access.Actor, id int64, reason string) error {
	var f fault.Fields
	checkReason(&f, reason)
	if err := f.Err(); err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		d, err := DirectByID(ctx, tx, id)
		if err != nil {
			return err
		}
		unit, err := org.ByID(ctx, tx, d.OrgID)
		if err != nil {
			return err
		}
		if _, err := access.For(actor, access.Admin, unit.Access()); err != nil {
			return err
		}
		if d.Over(tx.Today()) {
			return nil
		}
		if d.Role == access.RoleAdmin {
			if err := keepAnother(ctx, tx, d.PersonID); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(ctx, endDirectSQL, id, tx.Today(), actor.AccountID, tx.NowMS(), strings.TrimSpace(reason)); err != nil {
			return err
		}
		if err := access.EndGrants(ctx, tx, access.FromAdmin, id, tx.Today()); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{
			Part: unit.PartID, Account: actor.AccountID, Action: "rights.end", Target: "direct_grant", TargetID: id,
			Detail: map[string]any{"role": d.Role, "person": d.PersonID},
		})
	})
}

func keepAnother(ctx context.Context, tx *db.Tx, personID int64) error {
	id := int64(0)
	if err := tx.QueryRow(ctx, adminOfPerson, personID).Scan(&id); err != nil && !db.NoRows(err) {
		return err
	}
	return keepOneAdmin(ctx, tx, id, tx.Today())
}
