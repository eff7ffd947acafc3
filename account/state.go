package account

import (
	"context"
	"errors"
	"strings"
	"time"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/org"
)

// Status is how an account stands, for those who look after accounts.
type Status struct {
	Account
	FirstUntil time.Time  // until when the first password opens it; zero: the person's own password
	SignedAt   time.Time  // first sign-in; zero never
	ClosedOn   civil.Date // first day without, after leaving; zero: open
	Why        string     // of the block
}

// Closed says whether the account was closed for leaving by the day.
func (s Status) Closed(day civil.Date) bool { return !s.ClosedOn.IsZero() && !s.ClosedOn.After(day) }

// Lapsed says whether the first password has run out unused.
func (s Status) Lapsed(now time.Time) bool { return !s.FirstUntil.IsZero() && !s.FirstUntil.After(now) }

const statusColumns = `SELECT a.id, a.login, a.person_id, a.part_id, a.name, a.state, a.sample, a.office, a.unit,
  a.first_until, a.signed_at, a.closed_on, a.why FROM account a`

func scanStatus(r db.Scanner) (Status, error) {
	var s Status
	var first, signed int64
	var err error
	s.Account, err = scan(r, &first, &signed, &s.ClosedOn, &s.Why)
	if first != 0 {
		s.FirstUntil = time.UnixMilli(first).UTC()
	}
	if signed != 0 {
		s.SignedAt = time.UnixMilli(signed).UTC()
	}
	return s, err
}

const (
	statusSQL     = statusColumns + ` WHERE a.id = $1`
	statusOfSQL   = statusColumns + ` WHERE a.person_id = $1 AND a.person_id > 0 ORDER BY a.id LIMIT 1`
	statusCellSQL = statusColumns + ` JOIN access_grant g ON g.person_id = a.person_id
 WHERE g.org_id = $1 AND g.role = 'member' AND g.from_day <= $2 AND (g.to_day = '' OR g.to_day > $2)`
	outsideSQL = statusColumns + ` WHERE a.person_id = 0 ORDER BY a.id`
)

// StatusOf gives how a person's account stands, or ErrNone.
func StatusOf(ctx context.Context, q db.Q, personID int64) (Status, error) {
	s, err := scanStatus(q.QueryRow(ctx, statusOfSQL, personID))
	if db.NoRows(err) {
		return s, ErrNone
	}
	return s, err
}

const statusLoginSQL = statusColumns + ` WHERE a.login = $1`

// ByLogin gives how the account of a login stands, or ErrNone. It checks no right.
func ByLogin(ctx context.Context, q db.Q, login string) (Status, error) {
	s, err := scanStatus(q.QueryRow(ctx, statusLoginSQL, NormalLogin(login)))
	if db.NoRows(err) {
		return s, ErrNone
	}
	return s, err
}

// ByID gives how an account stands, or ErrNone. It checks no right.
func ByID(ctx context.Context, q db.Q, id int64) (Status, error) {
	s, err := scanStatus(q.QueryRow(ctx, statusSQL, id))
	if db.NoRows(err) {
		return s, ErrNone
	}
	return s, err
}

// InCell gives the accounts of a cell's members of the day by person.
func InCell(ctx context.Context, q db.Q, cellID int64, day civil.Date) (map[int64]Status, error) {
	list, err := db.List(ctx, q, scanStatus, statusCellSQL, cellID, day)
	out := make(map[int64]Status, len(list))
	for _, s := range list {
		out[s.PersonID] = s
	}
	return out, err
}

// Outside gives the administrators outside the register.
func Outside(ctx context.Context, q db.Q) ([]Status, error) {
	return db.List(ctx, q, scanStatus, outsideSQL)
}

// ErrLastAdmin says that nobody could administer the program any more.
var ErrLastAdmin = fault.New(fault.Conflict, "account.err.last_admin")

const adminsSQL = `SELECT COUNT(DISTINCT a.id) FILTER (WHERE a.id = $1), COUNT(DISTINCT a.id) FILTER (WHERE a.id <> $1) FROM account a
  LEFT JOIN access_grant g ON g.person_id = a.person_id AND a.person_id > 0 AND g.role = 'admin'
    AND g.from_day <= $2 AND (g.to_day = '' OR g.to_day > $2)
  LEFT JOIN org o ON o.id = g.org_id AND o.parent_id IS NULL
 WHERE a.state = 'active' AND (a.closed_on = '' OR a.closed_on > $2) AND (a.person_id = 0 OR o.id IS NOT NULL)`

// keepOneAdmin refuses to take away the only account that administers the whole.
func keepOneAdmin(ctx context.Context, q db.Q, without int64, day civil.Date) error {
	own, others := 0, 0
	if err := q.QueryRow(ctx, adminsSQL, without, day).Scan(&own, &others); err != nil {
		return err
	}
	if own > 0 && others == 0 {
		return ErrLastAdmin
	}
	return nil
}

// administered gives an account that the actor administers: access.Admin over the unit
// of its part. ErrNone when there is none.
func administered(ctx context.Context, tx *db.Tx, actor access.Actor, id int64) (Status, error) {
	s, err := ByID(ctx, tx, id)
	if err != nil {
		return s, err
	}
	unit, err := org.ByID(ctx, tx, s.PartID)
	if err != nil {
		return s, err
	}
	_, err = access.For(actor, access.Admin, unit.Access())
	return s, err
}

const stateSQL = `UPDATE account SET state = $2, why = $3 WHERE id = $1`

// Block shuts an account for a reason and ends its sessions at once; ErrLastAdmin when
// nobody would administer then. Only the administrator. Field error: reason.
func (s *Service) Block(ctx context.Context, actor access.Actor, id int64, reason string) error {
	if reason = strings.TrimSpace(reason); reason == "" {
		return fault.Field("reason", "account.err.reason")
	}
	if len([]rune(reason)) > reasonMax {
		return fault.Field("reason", "account.err.reason_long", "Max", reasonMax)
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		a, err := administered(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		if err := keepOneAdmin(ctx, tx, a.ID, tx.Today()); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, stateSQL, a.ID, Blocked, reason); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, endAllSQL, a.ID); err != nil {
			return err
		}
		return noteState(ctx, tx, actor.AccountID, a.Account, "account.block")
	})
}

// Unblock opens a blocked account again. Only the administrator.
func (s *Service) Unblock(ctx context.Context, actor access.Actor, id int64) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		a, err := administered(ctx, tx, actor, id)
		if err != nil || a.State == Active {
			return err
		}
		if _, err := tx.Exec(ctx, stateSQL, a.ID, Active, ""); err != nil {
			return err
		}
		return noteState(ctx, tx, actor.AccountID, a.Account, "account.unblock")
	})
}

func noteState(ctx context.Context, tx *db.Tx, by int64, a Account, action string) error {
	return audit.Record(ctx, tx, audit.Entry{Part: a.PartID, Account: by, Action: action, Target: "account", TargetID: a.ID})
}

const closeSQL = `UPDATE account SET closed_on = $2 WHERE id = $1`

// CloseFor closes a person's account from the day on, because the person left: its
// sessions end when the day has come, and it opens nothing after. why is a code of the
// caller ("expulsion"), kept in the audit. Somebody without an account is no error. The
// only administrator's account stays open, since a leaving is a fact that waits for
// nobody: the audit says so, and another administrator closes it.
func CloseFor(ctx context.Context, tx *db.Tx, part, personID int64, day civil.Date, why string) error {
	a, err := ByPerson(ctx, tx, personID)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	switch err := keepOneAdmin(ctx, tx, a.ID, tx.Today()); {
	case errors.Is(err, ErrLastAdmin):
		return noteState(ctx, tx, 0, a, "account.close_waits")
	case err != nil:
		return err
	}
	if _, err := tx.Exec(ctx, closeSQL, a.ID, day); err != nil {
		return err
	}
	if !day.After(tx.Today()) {
		if _, err := tx.Exec(ctx, endAllSQL, a.ID); err != nil {
			return err
		}
	}
	return audit.Record(ctx, tx, audit.Entry{
		Part: part, Action: "account.close", Target: "account", TargetID: a.ID, Detail: map[string]any{"day": day.String(), "why": why},
	})
}

// ReopenFor opens a closed account again, because the person is back; the account then
// belongs to part. Nobody's account is no error.
func ReopenFor(ctx context.Context, tx *db.Tx, part, personID int64) error {
	a, err := StatusOf(ctx, tx, personID)
	if fault.KindOf(err) == fault.NotFound || err == nil && a.ClosedOn.IsZero() {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, closeSQL, a.ID, civil.Date{}); err != nil {
		return err
	}
	if err := MoveTo(ctx, tx, personID, part); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Entry{Part: part, Action: "account.reopen", Target: "account", TargetID: a.ID})
}

const moveSQL = `UPDATE account SET part_id = $2 WHERE person_id = $1 AND person_id > 0`

// MoveTo lets a person's account follow into the part where the record now lies.
func MoveTo(ctx context.Context, tx *db.Tx, personID, part int64) error {
	_, err := tx.Exec(ctx, moveSQL, personID, part)
	return err
}

// Close closes an account by hand from today on, or opens it again. Only the
// administrator: the register does both by itself when somebody leaves or comes back.
func (s *Service) Close(ctx context.Context, actor access.Actor, id int64, reopen bool) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		a, err := administered(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		if a.PersonID == 0 { // an administrator outside the register is blocked, not closed
			return access.ErrForbidden
		}
		if reopen {
			return ReopenFor(ctx, tx, a.PartID, a.PersonID)
		}
		if err := keepOneAdmin(ctx, tx, a.ID, tx.Today()); err != nil {
			return err
		}
		return CloseFor(ctx, tx, a.PartID, a.PersonID, tx.Today(), "by_hand")
	})
}

// EndSessions ends all sessions of an account at once. Only the administrator.
func (s *Service) EndSessions(ctx context.Context, actor access.Actor, id int64) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		a, err := administered(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, endAllSQL, a.ID); err != nil {
			return err
		}
		return noteState(ctx, tx, actor.AccountID, a.Account, "account.end_sessions")
	})
}
