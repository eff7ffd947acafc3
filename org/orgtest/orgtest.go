package orgtest

import (
	"context"
	"testing"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/org"
	"chibo/rulebook"
)

// Tree is a district of the time before 01/7/2025: a town with two cells, one of
// them in a sectional organisation, a commune with two cells, and a grassroots cell.
type Tree struct {
	District                 org.Unit
	Town, Commune, Office    org.Unit // Office is a grassroots cell
	Section                  org.Unit // in the town
	HoaBinh, Market          org.Unit // cells of the town; Market is in the section
	Village2, Village10      org.Unit // cells of the commune
	Grassroots, Cells, Parts []org.Unit
	Book                     *rulebook.Book
}

// Founded is the day on which all units of the tree were founded.
func Founded() civil.Date { return civil.Of(2015, 1, 1) }

// Book gives the program's rules.
func Book(t testing.TB) *rulebook.Book {
	t.Helper()
	b, err := rulebook.New()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// District founds the tree in an empty database.
func District(t testing.TB, d *db.DB) Tree {
	t.Helper()
	tr := Tree{Book: Book(t)}
	ctx := context.Background()
	set := tr.Book.At(Founded(), "")
	err := d.Write(ctx, func(tx *db.Tx) error {
		add := func(parent org.Unit, seq int, kind, name string) org.Unit {
			u, err := org.Add(ctx, tx, org.NewUnit{
				Set: set, ParentID: parent.ID, Kind: kind, Name: name, Short: name, Seq: seq, ValidFrom: Founded(), Place: "Đức Thọ",
			})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			return u
		}
		tr.District = add(org.Unit{}, 1, org.KindDistrict, "Đảng bộ huyện Đức Thọ")
		tr.Town = add(tr.District, 1, org.KindGrassrootsParty, "Đảng bộ thị trấn Đức Thọ")
		tr.Commune = add(tr.District, 2, org.KindGrassrootsParty, "Đảng bộ xã Yên Hồ")
		tr.Office = add(tr.District, 3, org.KindGrassrootsCell, "Chi bộ Thư viện")
		tr.Section = add(tr.Town, 2, org.KindSectional, "Đảng bộ bộ phận Chợ")
		tr.HoaBinh = add(tr.Town, 1, org.KindCell, "Chi bộ Tổ dân phố Hòa Bình")
		tr.Market = add(tr.Section, 1, org.KindCell, "Chi bộ Chợ")
		tr.Village2 = add(tr.Commune, 1, org.KindCell, "Chi bộ Thôn 2")
		tr.Village10 = add(tr.Commune, 2, org.KindCell, "Chi bộ Thôn 10")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	tr.Grassroots = []org.Unit{tr.Town, tr.Commune, tr.Office}
	tr.Parts = tr.Grassroots
	tr.Cells = []org.Unit{tr.HoaBinh, tr.Market, tr.Village2, tr.Village10, tr.Office}
	return tr
}

// Scope gives the program's own scope in a unit.
func Scope(t testing.TB, u org.Unit, action access.Action) access.Scope {
	t.Helper()
	s, err := access.For(access.System(), action, u.Access())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Actor gives somebody with one role in a unit.
func Actor(role string, u org.Unit) access.Actor {
	return access.Actor{AccountID: 7, PersonID: 70, Grants: []access.Grant{{Role: role, OrgID: u.ID, Path: u.Path}}}
}

// Whole gives the program's own scope over the whole tree.
func Whole() access.Scope {
	s, err := access.Any(access.System(), access.FigureRead)
	if err != nil {
		panic(err) // the program may do everything
	}
	return s
}
