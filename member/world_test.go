package member_test

import (
	"io"
	"log/slog"
	"testing"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/internal/seal"
	"chibo/member"
	"chibo/org"
	"chibo/org/orgtest"
)

// book is a register with one member whose record is full, and the people around.
type book struct {
	orgtest.Tree
	d   *db.DB
	s   *member.Service
	ref ident.Ref // of the member
	m   member.Membership

	self, lead, keeper, above, upper, clerk, admin access.Actor
}

const (
	cardNo = "010200012345"
	idNo   = "001056001234"
)

func newBook(t *testing.T, d *db.DB) *book {
	t.Helper()
	b := &book{Tree: orgtest.District(t, d), d: d}
	b.s = &member.Service{DB: d, Keys: seal.Fresh(), Book: b.Book, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	b.m = b.add(t, b.HoaBinh, member.Person{Name: "Mai Thị Thơm", Sex: "f", Birth: civil.Of(1956, 4, 17), Phone: "0912345678", Card: cardNo, IDNo: idNo},
		member.Membership{From: civil.Of(2011, 3, 1), Origin: member.OriginTransfer, AdmittedOn: civil.Of(1984, 9, 2), OfficialOn: civil.Of(1985, 9, 2)})
	b.ref = b.m.Ref()
	as := func(id int64, role string, u org.Unit) access.Actor {
		a := orgtest.Actor(role, u)
		a.AccountID, a.PersonID, a.Name = id, 0, role
		return a
	}
	b.self = as(11, access.RoleMember, b.HoaBinh)
	b.self.PersonID, b.self.PartID = b.m.PersonID, b.m.Part
	b.lead, b.keeper = as(12, access.RoleLead, b.HoaBinh), as(13, access.RoleKeeper, b.Town)
	b.above, b.upper = as(14, access.RoleKeeper, b.District), as(15, access.RoleUpper, b.District)
	b.clerk, b.admin = as(16, access.RoleCommittee, b.HoaBinh), as(17, access.RoleAdmin, b.District)
	return b
}

// add puts a person with a sealed number into a cell.
func (b *book) add(t *testing.T, cell org.Unit, p member.Person, m member.Membership) member.Membership {
	t.Helper()
	write(t, b.d, func(tx *db.Tx) (err error) {
		p.Part, p.ID = cell.PartID, tx.ID()
		if p.Sex == "" {
			p.Sex = "m"
		}
		if p, err = p.Sealed(b.s.Keys); err != nil {
			return err
		}
		if _, err = member.AddPerson(t.Context(), tx, p); err != nil {
			return err
		}
		m.Part, m.CellID, m.PersonID, m.Name = cell.PartID, cell.ID, p.ID, p.Name
		if m.From.IsZero() {
			m.From = civil.Of(2018, 1, 1)
		}
		if m.Kind == "" {
			m.Kind = member.KindHome
		}
		if m.ID, err = member.AddMembership(t.Context(), tx, m); err != nil {
			return err
		}
		return member.RefreshState(t.Context(), tx, cell.PartID, cell.ID, tx.Today())
	})
	return m
}

// values gives what the record holds, as its member sees it.
func (b *book) values(t *testing.T) member.Values {
	t.Helper()
	r, err := b.s.Open(t.Context(), b.self, b.ref)
	if err != nil {
		t.Fatal(err)
	}
	return member.Values{
		Name: r.PersonName, OtherName: r.OtherName, Sex: r.Sex, Birth: r.Birth, Phone: r.Phone, Card: r.Card, IDNo: r.IDNo,
		AdmittedOn: r.AdmittedOn, OfficialOn: r.OfficialOn,
	}
}

// count runs a counting statement.
func count(t *testing.T, d *db.DB, query string, args ...any) (n int) {
	t.Helper()
	err := d.Read(t.Context(), func(q db.Q) error { return q.QueryRow(t.Context(), query, args...).Scan(&n) })
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func each(t *testing.T, f func(t *testing.T, b *book)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(t, newBook(t, d)) })
}
