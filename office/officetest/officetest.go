package officetest

import (
	"context"
	"slices"
	"testing"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/member"
	"chibo/office"
	"chibo/org"
	"chibo/org/orgtest"
)

// The people, each named by what he or she is.
const (
	Secretary     = "Lưu Đình Khải"   // of the cell Hòa Bình
	Deputy        = "Kiều Thị Hạnh"   // of the same
	Committee     = "Thái Hữu Thụ"    // committee member of the same
	Member        = "Mai Thị Thơm"    // of the same, without an office
	Follower      = "Trịnh Thị Oanh"  // follows Hòa Bình; a member of the cell Chợ
	Neighbour     = "Đặng Quốc Hoàn"  // secretary of the cell Thôn 2 in the commune beside
	Stranger      = "Phan Thị Lựu"    // member of Thôn 2
	TownSecretary = "Ngô Bá Chiến"    // of the town; a member of the cell Chợ
	TownKeeper    = "Hồ Thị Nhàn"     // organisation officer of the town; the same cell
	OtherUpper    = "Cao Xuân Diệu"   // secretary of the commune beside; a member of Thôn 10
	DistrictStaff = "Dương Khắc Toàn" // organisation officer of the district; a member of the grassroots cell
	AdminPerson   = "Bùi Thị Phúc"    // administrator by a right given; member of Thư viện
)

// Person is somebody of the world.
type Person struct {
	Name   string
	Ref    ident.Ref // part and person
	Member ident.Ref // part and membership
	Cell   org.Unit
	Office ident.Ref // the post; zero: none
}

// World is the district of orgtest with people.
type World struct {
	orgtest.Tree
	DB     *db.DB
	People map[string]Person
}

// New makes the world in an empty database.
func New(t testing.TB, d *db.DB) *World {
	t.Helper()
	w := &World{Tree: orgtest.District(t, d), DB: d, People: map[string]Person{}}
	for _, p := range []struct {
		name  string
		cell  org.Unit
		post  string
		unit  org.Unit
		phone string
	}{
		{Secretary, w.HoaBinh, office.Secretary, w.HoaBinh, "0912000001"},
		{Deputy, w.HoaBinh, office.Deputy, w.HoaBinh, "0912000002"},
		{Committee, w.HoaBinh, office.CommitteeMember, w.HoaBinh, "0912000003"},
		{Member, w.HoaBinh, "", org.Unit{}, "0912345678"},
		{Follower, w.Market, office.Follower, w.HoaBinh, ""},
		{Neighbour, w.Village2, office.Secretary, w.Village2, ""},
		{Stranger, w.Village2, "", org.Unit{}, ""},
		{TownSecretary, w.Market, office.Secretary, w.Town, ""},
		{TownKeeper, w.Market, office.Staff, w.Town, ""},
		{OtherUpper, w.Village10, office.Secretary, w.Commune, ""},
		{DistrictStaff, w.Office, office.Staff, w.District, ""},
		{AdminPerson, w.Office, "", org.Unit{}, ""},
	} {
		w.join(t, p.name, p.phone, p.cell)
		if p.post != "" {
			w.appoint(t, p.name, p.unit, p.post)
		}
	}
	w.Write(t, func(ctx context.Context, tx *db.Tx) error {
		return access.AddGrant(ctx, tx, access.NewGrant{
			PersonID: w.People[AdminPerson].Ref.ID, Role: access.RoleAdmin, OrgID: w.District.ID, From: since(), Source: access.FromAdmin,
		})
	})
	return w
}

func since() civil.Date { return civil.Of(2020, 5, 20) }

func (w *World) join(t testing.TB, name, phone string, cell org.Unit) {
	t.Helper()
	w.Write(t, func(ctx context.Context, tx *db.Tx) error {
		id, err := member.AddPerson(ctx, tx, member.Person{Part: cell.PartID, Name: name, Sex: "f", Phone: phone})
		if err != nil {
			return err
		}
		m, err := member.AddMembership(ctx, tx, member.Membership{
			Part: cell.PartID, PersonID: id, CellID: cell.ID, Name: name, From: since(), AdmittedOn: since().AddMonths(-24), OfficialOn: since().AddMonths(-12),
		})
		w.People[name] = Person{Name: name, Ref: ident.Ref{Part: cell.PartID, ID: id}, Member: ident.Ref{Part: cell.PartID, ID: m}, Cell: cell}
		return err
	})
}

func (w *World) appoint(t testing.TB, name string, unit org.Unit, title string) {
	t.Helper()
	w.Write(t, func(ctx context.Context, tx *db.Tx) error {
		p := w.People[name]
		n := office.NewOffice{Unit: unit, PersonID: p.Ref.ID, Name: name, Title: title, From: since()}
		if unit.ID == p.Cell.ID {
			n.MembershipID = p.Member.ID
		}
		id, err := office.Appoint(ctx, tx, n)
		p.Office = ident.Ref{Part: unit.PartID, ID: id}
		w.People[name] = p
		return err
	})
}

// Write runs f in a transaction or fails the test.
func (w *World) Write(t testing.TB, f func(ctx context.Context, tx *db.Tx) error) {
	t.Helper()
	ctx := context.Background()
	if err := w.DB.Write(ctx, func(tx *db.Tx) error { return f(ctx, tx) }); err != nil {
		t.Fatal(err)
	}
}

// Actor gives a person with the rights of today, as the door does. Account ids are the
// persons'. The empty name is nobody.
func (w *World) Actor(t testing.TB, name string) access.Actor {
	t.Helper()
	if name == "" {
		return access.Actor{}
	}
	p, ok := w.People[name]
	if !ok {
		t.Fatalf("nobody is called %s", name)
	}
	a := access.Actor{AccountID: p.Ref.ID, PersonID: p.Ref.ID, PartID: p.Ref.Part, Name: name}
	ctx := context.Background()
	err := w.DB.Read(ctx, func(q db.Q) (err error) {
		a.Grants, err = access.LoadGrants(ctx, q, p.Ref.ID, civil.From(w.DB.Clock().Now()))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// Allowed gives the names of those for whom f returns no error, in order; "nobody"
// stands for who is not signed in. An error of a kind other than a refusal fails the test.
func (w *World) Allowed(t testing.TB, f func(access.Actor) error) []string {
	t.Helper()
	var out []string
	try := func(name, shown string) {
		switch err := f(w.Actor(t, name)); fault.KindOf(err) {
		case fault.Forbidden, fault.NotFound, fault.Unauthenticated:
		default:
			if err != nil {
				t.Errorf("%s: %v is no refusal", shown, err)
			}
			out = append(out, shown)
		}
	}
	try("", "nobody")
	for name := range w.People {
		try(name, name)
	}
	slices.Sort(out)
	return out
}

// Only checks that exactly the people named may.
func (w *World) Only(t testing.TB, what string, f func(access.Actor) error, want ...string) {
	t.Helper()
	slices.Sort(want)
	if got := w.Allowed(t, f); !slices.Equal(got, want) {
		t.Errorf("%s: %q may, want %q", what, got, want)
	}
}

// May turns a yes or no into what Only asks for.
func May(yes bool) error {
	if yes {
		return nil
	}
	return access.ErrForbidden
}
