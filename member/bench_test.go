package member_test

import (
	"fmt"
	"testing"

	"chibo/access"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/member"
	"chibo/org"
	"chibo/org/orgtest"
)

// BenchmarkDistrict reads the pages of a district of the report's size: 35
// grassroots organisations, 289 dependent cells, 8,701 members.
func BenchmarkDistrict(b *testing.B) {
	d := dbtest.New(b)
	top, town, cell := reportSize(b, d)
	scope := func(u org.Unit) access.Scope { return orgtest.Scope(b, u, access.MemberList) }
	f := member.Filter{Day: today()}
	var middle string
	read := func(b *testing.B, fn func(q db.Q) (int, error)) {
		b.Helper()
		for b.Loop() {
			if err := d.Read(b.Context(), func(q db.Q) error {
				n, err := fn(q)
				if err == nil && n == 0 {
					return fmt.Errorf("nothing found")
				}
				return err
			}); err != nil {
				b.Fatal(err)
			}
		}
	}
	list := func(s access.Scope, f member.Filter) func(q db.Q) (int, error) {
		return func(q db.Q) (int, error) {
			rows, err := member.List(b.Context(), q, s, f)
			if len(rows) > 0 {
				middle = rows[len(rows)-1].Cursor()
			}
			return len(rows), err
		}
	}
	with := func(change func(f *member.Filter)) member.Filter { g := f; change(&g); return g }
	b.Run("list/district", func(b *testing.B) { read(b, list(scope(top), f)) })
	b.Run("list/district-next", func(b *testing.B) { read(b, list(scope(top), with(func(f *member.Filter) { f.After = middle }))) })
	b.Run("list/town", func(b *testing.B) { read(b, list(scope(town), f)) })
	b.Run("list/cell", func(b *testing.B) { read(b, list(scope(cell), f)) })
	b.Run("list/reserve", func(b *testing.B) { read(b, list(scope(top), with(func(f *member.Filter) { f.Standing = "reserve" }))) })
	search := func(text string) func(q db.Q) (int, error) {
		return func(q db.Q) (int, error) {
			found, err := member.Find(b.Context(), q, scope(top), member.Query{Text: text, Day: today()})
			return len(found.Hits), err
		}
	}
	b.Run("search/common", func(b *testing.B) { read(b, search("nguyễn")) })
	b.Run("search/rare", func(b *testing.B) { read(b, search("duc yen")) })
	b.Run("count", func(b *testing.B) {
		read(b, func(q db.Q) (int, error) { return member.Count(b.Context(), q, scope(top), f) })
	})
	b.Run("figure/state", func(b *testing.B) {
		read(b, func(q db.Q) (int, error) {
			s, err := figure.StateOf(b.Context(), q, scope(top))
			return s.Members, err
		})
	})
	b.Run("figure/by-unit", func(b *testing.B) {
		read(b, func(q db.Q) (int, error) {
			rows, err := figure.ByUnit(b.Context(), q, scope(top), 202611)
			return len(rows), err
		})
	})
	b.Run("figure/cells", func(b *testing.B) {
		read(b, func(q db.Q) (int, error) {
			rows, err := figure.Cells(b.Context(), q, scope(top), 202611)
			return len(rows), err
		})
	})
	b.Run("figure/trend", func(b *testing.B) {
		read(b, func(q db.Q) (int, error) {
			rows, err := figure.Trend(b.Context(), q, scope(top), 202512, 202611)
			return len(rows), err
		})
	})
	b.Run("admitted", func(b *testing.B) {
		read(b, func(q db.Q) (int, error) {
			return member.CountAdmitted(b.Context(), q, scope(top), civil.Of(2019, 7, 1), civil.Of(2022, 7, 1))
		})
	})
	b.Run("body", func(b *testing.B) {
		read(b, func(q db.Q) (int, error) {
			rows, err := member.Body(b.Context(), q, cell.PartID, cell.ID, today())
			return len(rows), err
		})
	})
	b.Run("figure/put", func(b *testing.B) {
		for b.Loop() {
			if err := d.Write(b.Context(), func(tx *db.Tx) error {
				return figure.PutTasks(b.Context(), tx, figure.Key{Part: cell.PartID, Month: 202611, CellID: cell.ID}, 5, 3)
			}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// reportSize fills the database and gives the district, a town and a cell of it.
func reportSize(b *testing.B, d *db.DB) (top, town, cell org.Unit) {
	b.Helper()
	set := orgtest.Book(b).At(orgtest.Founded(), "")
	ctx := b.Context()
	write(b, d, func(tx *db.Tx) error {
		add := func(parent org.Unit, seq int, kind, name string) org.Unit {
			u, err := org.Add(ctx, tx, org.NewUnit{Set: set, ParentID: parent.ID, Kind: kind, Name: name, Seq: seq, ValidFrom: orgtest.Founded()})
			if err != nil {
				b.Fatal(err)
			}
			return u
		}
		top = add(org.Unit{}, 1, org.KindDistrict, "Đảng bộ huyện Đức Thọ")
		var all []org.Unit
		for i := range 35 {
			u := add(top, i, org.KindGrassrootsParty, fmt.Sprintf("Đảng bộ %d", i))
			for j := range 8 + (i+1)/4%2 {
				all = append(all, add(u, j, org.KindCell, fmt.Sprintf("Chi bộ %d", j)))
			}
			if i == 0 {
				town, cell = u, all[0]
			}
		}
		return people(b, tx, all)
	})
	return top, town, cell
}

func people(b *testing.B, tx *db.Tx, cells []org.Unit) error {
	families, middles := []string{"Nguyễn", "Nguyễn", "Trần", "Lê", "Phan"}, []string{"Văn", "Thị", "Đức", "Hồng"}
	givens := []string{"An", "Bình", "Cúc", "Dũng", "Đào", "Hòa", "Hoa", "Yến", "Lan", "Mai", "Nam"}
	var batch member.Batch
	var months []figure.CellMonth
	var states []member.Cell
	for n := range 8701 {
		c := cells[n%len(cells)]
		p := member.Person{
			Part: c.PartID, ID: tx.ID(), Sex: "m", Phone: "0912345678",
			Name: families[n%5] + " " + middles[n/5%4] + " " + givens[n/20%11],
		}
		m := member.Membership{Part: c.PartID, ID: tx.ID(), PersonID: p.ID, CellID: c.ID, Name: p.Name, From: civil.Of(2015, 1, 1)}
		if n%20 != 0 {
			m.OfficialOn = civil.Of(2016, 1, 1)
		}
		if n%12 == 0 {
			batch.Spells = append(batch.Spells, member.Spell{Part: c.PartID, MembershipID: m.ID, Kind: member.SpellExempt, From: civil.Of(2020, 1, 1)})
		}
		if n%30 == 0 {
			m.Origin, m.AdmittedOn, m.OfficialOn = member.OriginAdmission, civil.Of(2019, 7, 1).AddDays(n%1000), civil.Date{}
		}
		batch.Persons, batch.Memberships = append(batch.Persons, p), append(batch.Memberships, m)
	}
	for _, c := range cells {
		states = append(states, member.Cell{Part: c.PartID, ID: c.ID})
		for i := range 36 {
			month := civil.Month(202312).Add(i)
			months = append(months, figure.CellMonth{Part: c.PartID, Month: month, CellID: c.ID, MetDay: month.First(), Due: 30, Present: 27})
		}
	}
	ctx := b.Context()
	if err := member.AddAll(ctx, tx, batch); err != nil {
		return err
	}
	if err := figure.PutCellMonths(ctx, tx, months); err != nil {
		return err
	}
	if err := figure.RebuildMonths(ctx, tx, 202312, 202611); err != nil {
		return err
	}
	return member.RefreshStates(ctx, tx, states, tx.Today())
}
