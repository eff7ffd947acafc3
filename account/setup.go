package account

import (
	"context"
	"errors"

	"chibo/audit"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/viet"
	"chibo/org"
)

// SetupIn is what the first run asks for.
type SetupIn struct {
	Name, Login, Password, Again  string
	UnitName, UnitKind, UnitPlace string // the unit at the top of the tree; kind is a code of rulebook Set.OrgKinds
}

// ErrBegun says that the first run is over: an account exists.
var ErrBegun = fault.New(fault.Conflict, "account.err.begun")

// Setup founds the top unit and makes its administrator, only while there is no
// account (ErrBegun). Field errors: unit_name, unit_kind, name, login, password,
// again.
func (s *Service) Setup(ctx context.Context, in SetupIn) (Account, error) {
	if err := in.check(); err != nil {
		return Account{}, err
	}
	hash, err := s.hasher.hash(ctx, in.Password)
	if err != nil {
		return Account{}, err
	}
	var a Account
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		a, err = s.setup(ctx, tx, in, hash)
		return err
	})
	return a, err
}

func (in SetupIn) check() error {
	var f fault.Fields
	if viet.Clean(in.UnitName) == "" {
		f.Add("unit_name", "account.err.unit_name")
	}
	if in.UnitKind == "" {
		f.Add("unit_kind", "account.err.unit_kind")
	}
	if viet.Clean(in.Name) == "" {
		f.Add("name", "account.err.name")
	}
	login := NormalLogin(in.Login)
	checkLogin(&f, login)
	checkPassword(&f, "password", in.Password, login)
	if in.Password != in.Again {
		f.Add("again", "account.err.password_again")
	}
	return f.Err()
}

func (s *Service) setup(ctx context.Context, tx *db.Tx, in SetupIn, hash string) (Account, error) {
	n, err := count(ctx, tx)
	if err != nil {
		return Account{}, err
	}
	if n > 0 {
		return Account{}, ErrBegun
	}
	top, err := org.Top(ctx, tx)
	if errors.Is(err, org.ErrNotFound) {
		top, err = org.Add(ctx, tx, org.NewUnit{
			Set: s.book.At(tx.Today(), ""), Kind: in.UnitKind, Name: in.UnitName, Place: in.UnitPlace,
		})
	}
	if err != nil {
		return Account{}, unitFields(err)
	}
	a, err := s.Create(ctx, tx, NewAccount{Login: in.Login, Hash: hash, PartID: top.PartID, Name: in.Name})
	if err != nil {
		return Account{}, err
	}
	return a, audit.Record(ctx, tx, audit.Entry{
		Part: top.PartID, Account: a.ID, Action: "account.setup", Target: "org", TargetID: top.ID,
	})
}

// unitFields points org's field errors at the fields of this form.
func unitFields(err error) error {
	var f fault.Fields
	for _, e := range fault.FieldsOf(err) {
		e.Field = "unit_" + e.Field
		f = append(f, e)
	}
	if len(f) == 0 {
		return err
	}
	return f.Err()
}
