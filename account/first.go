package account

import (
	"context"
	"slices"
	"strings"
	"time"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/viet"
	"chibo/rulebook"
)

// Person is somebody of the register who is to have a way in.
type Person struct {
	ID   int64
	Name string // as of now
}

// Slip is a first password: the only place where it stands in plain, for the paper or
// the page that is made of it at once.
type Slip struct {
	PersonID int64
	Name     string
	Login    string
	Password string
	Until    time.Time // it opens nothing from then on
	New      bool      // the account was made just now
}

// Replaced tells whose password was replaced in person.
type Replaced struct {
	PersonID, PartID int64
	By, Reason       string
}

// How a first password was given.
const (
	bySlip   = "slip"
	inPerson = "person"
)

// slipsMost bounds one act of printing: a whole cell is far smaller.
const slipsMost = 200

// reasonMax bounds a reason, in characters.
const reasonMax = 300

var (
	// ErrHigher says that the person holds rights where the actor gives no passwords: else
	// a cell's secretary could sign in as an officer above.
	ErrHigher = fault.New(fault.Forbidden, "account.err.higher")
	// ErrInUse says that the person has signed in before: a slip would take the account
	// away; a reset in person is the way.
	ErrInUse = fault.New(fault.Conflict, "account.err.in_use")
	// ErrSample says that the account is offered at the door of a demo, with its password.
	ErrSample = fault.New(fault.Conflict, "account.err.sample")
	// ErrShut says that the account is blocked or closed.
	ErrShut = fault.New(fault.Conflict, "account.err.shut")
	// ErrTooMany says that the actor gave too many passwords in person within an hour.
	ErrTooMany = fault.New(fault.Unavailable, "account.err.too_many")
)

// MayGive says whether the actor may give a first password to somebody with these
// rights: access.AccountReset wherever that person holds one, and access.Admin where
// that person administers. Nobody gives one to himself or herself.
func MayGive(actor access.Actor, personID int64, rights []access.Grant) error {
	if personID == 0 || personID == actor.PersonID {
		return access.ErrForbidden
	}
	home := false
	for _, g := range rights {
		u := access.Unit{ID: g.OrgID, Path: g.Path}
		home = home || g.Role == access.RoleMember && actor.Can(access.AccountReset, u)
	}
	if !home {
		return access.ErrForbidden
	}
	for _, g := range rights {
		need := access.AccountReset
		if g.Role == access.RoleAdmin {
			need = access.Admin
		}
		if !actor.Can(need, access.Unit{ID: g.OrgID, Path: g.Path}) {
			return ErrHigher
		}
	}
	return nil
}

// Slips gives first passwords for printed slips: a new account for who has none, a new
// password for who has never signed in. All or nobody: ErrHigher, ErrInUse, ErrShut
// carry the person's Name.
func (s *Service) Slips(ctx context.Context, actor access.Actor, people []Person) ([]Slip, error) {
	if len(people) == 0 {
		return nil, fault.Field("person", "account.err.nobody")
	}
	if len(people) > slipsMost {
		return nil, fault.New(fault.Invalid, "account.err.slips_many", "Max", slipsMost)
	}
	return s.give(ctx, actor, distinctPeople(people), bySlip, "")
}

// Reset replaces one person's password in person, for a reason that is kept; all
// sessions end and the person is told. Field error: reason. Errors: ErrHigher, ErrShut,
// ErrNone, ErrTooMany.
func (s *Service) Reset(ctx context.Context, actor access.Actor, p Person, reason string) (Slip, error) {
	reason = strings.TrimSpace(reason)
	if reason == "" {
		return Slip{}, fault.Field("reason", "account.err.reason")
	}
	if len([]rune(reason)) > reasonMax {
		return Slip{}, fault.Field("reason", "account.err.reason_long", "Max", reasonMax)
	}
	list, err := s.give(ctx, actor, []Person{p}, inPerson, reason)
	if err != nil {
		return Slip{}, err
	}
	return list[0], nil
}

// give checks, makes the passwords outside any transaction, checks again and writes.
func (s *Service) give(ctx context.Context, actor access.Actor, people []Person, how, reason string) ([]Slip, error) {
	check := func(q db.Q) error {
		for _, p := range people {
			if err := s.mayGive(ctx, q, actor, p, how); err != nil {
				return err
			}
		}
		return s.limitReset(ctx, q, actor, how)
	}
	if err := s.db.Read(ctx, check); err != nil {
		return nil, err
	}
	slips, hashes := make([]Slip, len(people)), make([]string, len(people))
	for i, p := range people {
		slips[i] = Slip{PersonID: p.ID, Name: viet.Clean(p.Name), Password: newFirst()}
		var err error
		if hashes[i], err = s.hasher.hash(ctx, slips[i].Password); err != nil {
			return nil, err
		}
	}
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		if err := check(tx); err != nil {
			return err
		}
		days := s.book.At(tx.Today(), "").Int(rulebook.AccountFirstDays)
		for i := range slips {
			slips[i].Until = tx.Today().AddDays(days+1).Time(0, 0)
			if err := s.writeFirst(ctx, tx, actor, &slips[i], hashes[i], how, reason); err != nil {
				return err
			}
		}
		return nil
	})
	return slips, err
}

func (s *Service) mayGive(ctx context.Context, q db.Q, actor access.Actor, p Person, how string) error {
	day := civil.From(s.db.Clock().Now())
	rights, err := access.Reaching(ctx, q, p.ID, day)
	if err != nil {
		return err
	}
	named := func(e *fault.Error) error { return fault.New(e.Kind, e.Key, "Name", p.Name) }
	switch err := MayGive(actor, p.ID, rights); {
	case err == ErrHigher: //nolint:errorlint // the value itself
		return named(ErrHigher)
	case err != nil:
		return err
	}
	a, err := ByPerson(ctx, q, p.ID)
	if fault.KindOf(err) == fault.NotFound {
		if how == inPerson {
			return ErrNone
		}
		return nil
	}
	if err != nil {
		return err
	}
	_, l, err := byID(ctx, q, a.ID)
	switch {
	case err != nil:
		return err
	case a.Sample:
		return ErrSample
	case !l.opens(a, day):
		return named(ErrShut)
	case how == bySlip && l.signed != 0:
		return named(ErrInUse)
	}
	return nil
}

const givenSQL = `SELECT COUNT(*) FROM account_first WHERE by_account = $1 AND how = 'person' AND at > $2`

func (s *Service) limitReset(ctx context.Context, q db.Q, actor access.Actor, how string) error {
	if how != inPerson {
		return nil
	}
	now := s.db.Clock().Now()
	n, most := 0, s.book.At(civil.From(now), "").Int(rulebook.AccountFirstPerHour)
	if err := q.QueryRow(ctx, givenSQL, actor.AccountID, now.Add(-time.Hour).UnixMilli()).Scan(&n); err != nil {
		return err
	}
	if n >= most {
		return fault.New(ErrTooMany.Kind, ErrTooMany.Key, "Count", most)
	}
	return nil
}

const (
	setFirstSQL    = `UPDATE account SET pass = $2, first_until = $3 WHERE id = $1`
	insertFirstSQL = `INSERT INTO account_first (id, account_id, how, reason, by_account, by_name, at) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	endAllSQL      = `DELETE FROM session WHERE account_id = $1`
)

func (s *Service) writeFirst(ctx context.Context, tx *db.Tx, actor access.Actor, slip *Slip, hash, how, reason string) error {
	part, err := access.HomePart(ctx, tx, slip.PersonID, tx.Today())
	if err != nil {
		return err
	}
	a, err := ByPerson(ctx, tx, slip.PersonID)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		login, err := freeLogin(ctx, tx, slip.Name)
		if err != nil {
			return err
		}
		if a, err = s.Create(ctx, tx, NewAccount{Login: login, Hash: hash, PersonID: slip.PersonID, PartID: part, Name: slip.Name}); err != nil {
			return err
		}
		slip.New = true
	case err != nil:
		return err
	case a.PartID != part: // the person has moved
		if err := MoveTo(ctx, tx, slip.PersonID, part); err != nil {
			return err
		}
	}
	slip.Login = a.Login
	if _, err := tx.Exec(ctx, setFirstSQL, a.ID, hash, slip.Until.UnixMilli()); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, endAllSQL, a.ID); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, insertFirstSQL, tx.ID(), a.ID, how, reason, actor.AccountID, actor.Name, tx.NowMS()); err != nil {
		return err
	}
	if how == inPerson {
		e := Replaced{PersonID: slip.PersonID, PartID: part, By: actor.Name, Reason: reason}
		for _, tell := range s.OnFirst {
			if err := tell(ctx, tx, e); err != nil {
				return err
			}
		}
	}
	return audit.Record(ctx, tx, audit.Entry{
		Part: part, Account: actor.AccountID, Action: "account.first", Target: "account", TargetID: a.ID,
		Detail: map[string]any{"how": how, "new": slip.New},
	})
}

// FirstRow is one time that a first password was given.
type FirstRow struct {
	How, Reason, By string
	At              time.Time
}

const firstsSQL = `SELECT how, reason, by_name, at FROM account_first WHERE account_id = $1 ORDER BY at DESC, id DESC LIMIT 20`

// Firsts gives who gave an account's first passwords, the latest first.
func Firsts(ctx context.Context, q db.Q, accountID int64) ([]FirstRow, error) {
	return db.List(ctx, q, func(s db.Scanner) (FirstRow, error) {
		var f FirstRow
		var at int64
		err := s.Scan(&f.How, &f.Reason, &f.By, &at)
		f.At = time.UnixMilli(at).UTC()
		return f, err
	}, firstsSQL, accountID)
}

// distinctPeople drops who is named twice.
func distinctPeople(people []Person) []Person {
	var out []Person
	for _, p := range people {
		if !slices.ContainsFunc(out, func(o Person) bool { return o.ID == p.ID }) {
			out = append(out, p)
		}
	}
	return out
}
