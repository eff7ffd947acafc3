package account

import (
	"context"
	"errors"
	"time"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
)

// ErrWrong says that login and password do not belong together, and not which of
// them is wrong.
var ErrWrong = fault.New(fault.Unauthenticated, "account.err.wrong")

// ErrLapsed says that the first password was right and is too old.
var ErrLapsed = fault.New(fault.Unauthenticated, "account.err.lapsed")

// ErrWait says that too many wrong passwords were tried; its value Count is the
// number of whole minutes to wait.
var ErrWait = fault.New(fault.Unavailable, "account.err.wait")

// Waiting is ErrWait with the time to wait.
func Waiting(d time.Duration) error {
	minutes := int((d + time.Minute - 1) / time.Minute)
	return fault.New(ErrWait.Kind, ErrWait.Key, "Count", max(minutes, 1))
}

// SignIn gives the account that login and password open. It answers ErrWrong
// with the same work whatever was wrong, and ErrWait, without looking at the
// password, when this login was tried wrongly too often.
func (s *Service) SignIn(ctx context.Context, login, password string) (Account, error) {
	login = NormalLogin(login)
	done, wait, err := s.limit.Try(ctx, login)
	if err != nil {
		return Account{}, err
	}
	if wait > 0 {
		return Account{}, Waiting(wait)
	}
	a, err := s.check(ctx, login, password)
	// Only a wrong password counts; a database that failed is nobody's fault.
	done(!errors.Is(err, ErrWrong))
	if err != nil {
		return Account{}, err
	}
	return a, s.signedIn(ctx, a)
}

const signedSQL = `UPDATE account SET signed_at = $2 WHERE id = $1 AND signed_at = 0`

// signedIn records the sign-in, and the first one for the list of who never came.
func (s *Service) signedIn(ctx context.Context, a Account) error {
	return s.db.WriteGrouped(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, signedSQL, a.ID, tx.NowMS()); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{Part: a.PartID, Account: a.ID, Action: "account.sign_in", Target: "account", TargetID: a.ID})
	})
}

// check compares the password of a login, doing the same work for each.
func (s *Service) check(ctx context.Context, login, password string) (Account, error) {
	var a Account
	var l lock
	err := s.db.Read(ctx, func(q db.Q) (err error) {
		a, l, err = byLogin(ctx, q, login)
		return err
	})
	known := err == nil
	if !known {
		if !db.NoRows(err) {
			return Account{}, err
		}
		l.hash = s.dummy
	}
	if l.first != 0 {
		password = NormalFirst(password)
	}
	ok, err := s.hasher.verify(ctx, l.hash, password)
	now := s.db.Clock().Now()
	open := known && ok && l.opens(a, civil.From(now))
	switch {
	case err != nil:
		return Account{}, err
	case open && l.first != 0 && l.first <= now.UnixMilli():
		return Account{}, ErrLapsed
	case open:
		return a, nil
	}
	// Written for unknown logins too (account 0): else the time would tell them apart.
	if err := s.note(ctx, a, "account.sign_in_refused"); err != nil {
		return Account{}, err
	}
	return Account{}, ErrWrong
}

// note records an act on an account by its owner.
func (s *Service) note(ctx context.Context, a Account, action string) error {
	return s.db.WriteGrouped(ctx, func(tx *db.Tx) error {
		return audit.Record(ctx, tx, audit.Entry{Part: a.PartID, Account: a.ID, Action: action, Target: "account", TargetID: a.ID})
	})
}

const setPassSQL = `UPDATE account SET pass = $2, first_until = 0 WHERE id = $1`

// Change is a password to be replaced.
type Change struct {
	Old, New, Again string
	Keep            string // session that stays open, see TokenHash
}

// ChangePassword replaces the actor's own password and ends all other sessions.
// Field errors: old (wrong), new (too short, too simple), again (not the same).
// Wrong old passwords count as wrong sign-ins.
func (s *Service) ChangePassword(ctx context.Context, who access.Actor, c Change) error {
	a, l, err := s.own(ctx, who)
	if err != nil {
		return err
	}
	var f fault.Fields
	checkPassword(&f, "new", c.New, a.Login)
	if c.New != c.Again {
		f.Add("again", "account.err.password_again")
	}
	if err := f.Err(); err != nil {
		return err
	}
	done, wait, err := s.limit.Try(ctx, a.Login)
	if err != nil {
		return err
	}
	if wait > 0 {
		return Waiting(wait)
	}
	ok, err := s.hasher.verify(ctx, l.hash, c.Old)
	done(ok || err != nil)
	if err != nil {
		return err
	}
	if !ok {
		return fault.Field("old", "account.err.password_old")
	}
	return s.setOwn(ctx, a, c, "account.password")
}

// ChooseOwn replaces the first password by the person's own, which ends all other
// sessions. Field errors: new (too short, too simple, the first one again), again.
// access.ErrForbidden when the password is the person's own already.
func (s *Service) ChooseOwn(ctx context.Context, who access.Actor, c Change) error {
	a, l, err := s.own(ctx, who)
	if err != nil {
		return err
	}
	if l.first == 0 {
		return access.ErrForbidden
	}
	var f fault.Fields
	checkPassword(&f, "new", c.New, a.Login)
	if c.New != c.Again {
		f.Add("again", "account.err.password_again")
	}
	if err := f.Err(); err != nil {
		return err
	}
	same, err := s.hasher.verify(ctx, l.hash, NormalFirst(c.New))
	if err != nil {
		return err
	}
	if same {
		return fault.Field("new", "account.err.password_first")
	}
	return s.setOwn(ctx, a, c, "account.first_own")
}

func (s *Service) setOwn(ctx context.Context, a Account, c Change, action string) error {
	hash, err := s.hasher.hash(ctx, c.New)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, setPassSQL, a.ID, hash); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, revokeOthersSQL, a.ID, c.Keep); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{
			Part: a.PartID, Account: a.ID, Action: action, Target: "account", TargetID: a.ID,
		})
	})
}

// own gives the actor's account.
func (s *Service) own(ctx context.Context, who access.Actor) (a Account, l lock, err error) {
	err = s.db.Read(ctx, func(q db.Q) error {
		a, l, err = byID(ctx, q, who.AccountID)
		return err
	})
	if db.NoRows(err) {
		err = ErrNone
	}
	return a, l, err
}
