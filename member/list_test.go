package member_test

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/seal"
	"chibo/member"
	"chibo/org"
	"chibo/org/orgtest"
)

// crowd fills every cell of the tree with n members, and gives how many there are.
func crowd(t testing.TB, d *db.DB, tr orgtest.Tree, n int) int {
	t.Helper()
	given := []string{"An", "Bình", "Cúc", "Dũng", "Đào", "Hòa", "Hoa", "Yến"}
	family := []string{"Nguyễn Văn", "Trần Thị", "Lê Đức", "Đặng"}
	write(t, d, func(tx *db.Tx) error {
		var b member.Batch
		for c, cell := range tr.Cells {
			for i := range n {
				p := member.Person{
					Part: cell.PartID, ID: tx.ID(), Sex: "m", Phone: "0987654321",
					Name: fmt.Sprintf("%s %s", family[(i+c)%len(family)], given[i%len(given)]),
				}
				m := member.Membership{
					Part: cell.PartID, ID: tx.ID(), PersonID: p.ID, CellID: cell.ID, Name: p.Name, From: civil.Of(2010, 1, 1),
					Origin: member.OriginAdmission, AdmittedOn: civil.Of(2019, 1, 1).AddDays(40 * i),
				}
				if i%5 != 0 {
					m.OfficialOn = m.AdmittedOn.AddMonths(12)
				}
				if i%7 == 6 {
					b.Spells = append(b.Spells, member.Spell{Part: m.Part, MembershipID: m.ID, Kind: member.SpellExempt, From: civil.Of(2024, 1, 1)})
				}
				b.Persons, b.Memberships = append(b.Persons, p), append(b.Memberships, m)
			}
		}
		return member.AddAll(t.Context(), tx, b)
	})
	return n * len(tr.Cells)
}

// pages reads a list to its end and checks that its order is that of the names.
func pages(t testing.TB, q db.Q, scope access.Scope, f member.Filter) []member.Row {
	t.Helper()
	var all []member.Row
	for {
		page, err := member.List(t.Context(), q, scope, f)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			return all
		}
		all = append(all, page...)
		f.After = page[len(page)-1].Cursor()
	}
}

func TestListOfAScope(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tr := orgtest.District(t, d)
		total := crowd(t, d, tr, 20)
		join(t, d, tr.Market, member.Membership{Name: "Khách Văn Ghé", Kind: member.KindGuest})
		day := today()
		err := d.Read(t.Context(), func(q db.Q) error {
			for _, c := range []struct {
				name   string
				unit   org.Unit
				filter member.Filter
				want   int
			}{
				{"the district", tr.District, member.Filter{}, total},
				{"the district with guests", tr.District, member.Filter{Guests: true}, total + 1},
				{"guests", tr.District, member.Filter{Standing: member.StandingGuest}, 1},
				{"the town", tr.Town, member.Filter{}, 40},
				{"the section", tr.Section, member.Filter{}, 20},
				{"a cell", tr.HoaBinh, member.Filter{}, 20},
				{"a cell of the district", tr.District, member.Filter{CellID: tr.Village2.ID}, 20},
				{"a cell outside", tr.Town, member.Filter{CellID: tr.Village2.ID}, 0},
				{"exempt", tr.District, member.Filter{Standing: member.SpellExempt}, 10},
				{"reserve", tr.Town, member.Filter{Standing: member.StandingReserve}, 8},
				{"long ago", tr.District, member.Filter{Day: civil.Of(2009, 1, 1)}, 0},
			} {
				f := c.filter
				if f.Day.IsZero() {
					f.Day = day
				}
				f.Limit = 7
				scope := orgtest.Scope(t, c.unit, access.MemberList)
				list := pages(t, q, scope, f)
				n, err := member.Count(t.Context(), q, scope, f)
				if err != nil {
					return err
				}
				if len(list) != c.want || n != c.want {
					t.Errorf("%s: %d rows, %d counted, want %d", c.name, len(list), n, c.want)
				}
				if !slices.IsSortedFunc(list, func(a, b member.Row) int {
					if a.Sort == b.Sort {
						return int(a.Ref.ID - b.Ref.ID)
					}
					if a.Sort < b.Sort {
						return -1
					}
					return 1
				}) {
					t.Errorf("%s: not in order", c.name)
				}
				for _, r := range list {
					if r.Kind == member.KindHome && (r.Phone != "09•• ••• 321" || r.CellShort == "" || r.UnitShort == "") {
						t.Fatalf("%s: %+v", c.name, r)
					}
				}
			}
			_, err := member.List(t.Context(), q, orgtest.Scope(t, tr.Town, access.MemberList), member.Filter{Day: day, After: "x"})
			if fault.KindOf(err) != fault.NotFound {
				t.Errorf("a made-up cursor: %v", err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// The ways for wide scopes give the same as the plain ones.
func TestStandingsInAWideScope(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tr := orgtest.District(t, d)
		crowd(t, d, tr, 60)
		join(t, d, tr.Market, member.Membership{Name: "Khách Văn Ghé", Kind: member.KindGuest})
		err := d.Read(t.Context(), func(q db.Q) error {
			for _, standing := range []string{"", "official", "reserve", "exempt", "temp_out", "guest", "suspended"} {
				f := member.Filter{Day: today(), Standing: standing, Limit: 13}
				var want []member.Row
				for _, part := range tr.Parts {
					want = append(want, pages(t, q, orgtest.Scope(t, part, access.MemberList), f)...)
				}
				slices.SortFunc(want, func(a, b member.Row) int { return cmp.Or(cmp.Compare(a.Sort, b.Sort), cmp.Compare(a.Ref.ID, b.Ref.ID)) })
				scope := orgtest.Scope(t, tr.District, access.MemberList)
				got := pages(t, q, scope, f)
				if !slices.Equal(got, want) {
					t.Errorf("%q: %d members, want %d", standing, len(got), len(want))
				}
				for _, most := range []int{5, 1000} {
					n, err := member.CountUpTo(t.Context(), q, scope, f, most)
					if n != min(most, len(want)) || err != nil {
						t.Errorf("%q: %d counted up to %d, want %d (%v)", standing, n, most, min(most, len(want)), err)
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestAdmitted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tr := orgtest.District(t, d)
		crowd(t, d, tr, 20) // admitted every 40 days from 01/01/2019 in each cell
		gone := member.Membership{
			Name: "Trần Thị Xuân", Origin: member.OriginAdmission, AdmittedOn: civil.Of(2019, 6, 30), To: civil.Of(2020, 1, 1), Ending: "death",
		}
		join(t, d, tr.Market, gone)
		gone.AdmittedOn, gone.Origin = civil.Of(2019, 7, 1), member.OriginTransfer
		join(t, d, tr.Market, gone) // admitted elsewhere
		err := d.Read(t.Context(), func(q db.Q) error {
			for _, c := range []struct {
				unit     org.Unit
				from, to civil.Date
				want     int
			}{
				{tr.District, civil.Of(2019, 1, 1), civil.Of(2019, 1, 2), 5},
				{tr.District, civil.Of(2019, 1, 2), civil.Of(2019, 2, 10), 0}, // the second is on the day after the end
				{tr.District, civil.Of(2019, 1, 1), civil.Of(2022, 1, 1), 101},
				{tr.Town, civil.Of(2019, 6, 30), civil.Of(2019, 7, 1), 1},
				{tr.Section, civil.Of(2019, 1, 1), civil.Of(2022, 1, 1), 21},
				{tr.HoaBinh, civil.Of(2019, 1, 1), civil.Of(2022, 1, 1), 20},
			} {
				scope := orgtest.Scope(t, c.unit, access.MemberList)
				n, err := member.CountAdmitted(t.Context(), q, scope, c.from, c.to)
				if err != nil {
					return err
				}
				var rows []member.Row
				for after := ""; ; {
					page, err := member.Admitted(t.Context(), q, scope, c.from, c.to, 8, after)
					if err != nil {
						return err
					}
					if len(page) == 0 {
						break
					}
					rows, after = append(rows, page...), page[len(page)-1].AdmittedCursor()
				}
				if n != c.want || len(rows) != c.want {
					t.Errorf("%s from %s to %s: %d counted, %d listed, want %d", c.unit.Short, c.from, c.to, n, len(rows), c.want)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// The prose of access.go: who opens a record, sees the number, and is logged.
func TestWhoOpensARecord(t *testing.T) {
	d := dbtest.New(t)
	tr := orgtest.District(t, d)
	ref := join(t, d, tr.HoaBinh, official("Trần Văn An"))
	s := &member.Service{DB: d, Keys: seal.Fresh(), Book: tr.Book}
	var person int64
	write(t, d, func(tx *db.Tx) error {
		m, err := member.ByID(t.Context(), tx, ref)
		person = m.PersonID
		return err
	})
	own := orgtest.Actor(access.RoleMember, tr.HoaBinh)
	own.PersonID = person
	logged := 0
	for _, c := range []struct {
		name             string
		actor            access.Actor
		may, phone, logs bool
	}{
		{"the own record", own, true, true, false},
		{"another member", orgtest.Actor(access.RoleMember, tr.HoaBinh), false, false, false},
		{"the committee", orgtest.Actor(access.RoleCommittee, tr.HoaBinh), false, false, false},
		{"the follower", orgtest.Actor(access.RoleFollower, tr.HoaBinh), false, false, false},
		{"the lead", orgtest.Actor(access.RoleLead, tr.HoaBinh), true, true, true},
		{"the lead of another cell", orgtest.Actor(access.RoleLead, tr.Market), false, false, false},
		{"an officer above", orgtest.Actor(access.RoleUpper, tr.District), true, false, true},
		{"an officer of another unit", orgtest.Actor(access.RoleUpper, tr.Commune), false, false, false},
		{"the administrator", orgtest.Actor(access.RoleAdmin, tr.District), false, false, false},
	} {
		r, err := s.Open(t.Context(), c.actor, ref)
		if (err == nil) != c.may || err != nil && !errors.Is(err, access.ErrForbidden) {
			t.Errorf("%s: %v", c.name, err)
		}
		if c.may && (r.Phone == "0912 345 678") != c.phone || !c.may && r.Name != "" {
			t.Errorf("%s sees %+v", c.name, r)
		}
		if c.logs {
			logged++
		}
		if n := entries(t, d, "member.open"); n != logged {
			t.Errorf("%s: %d logged, want %d", c.name, n, logged)
		}
	}
	if _, err := s.Open(t.Context(), own, ident.Ref{Part: ref.Part, ID: 1}); !errors.Is(err, member.ErrNotFound) {
		t.Errorf("nobody: %v", err)
	}
}

func TestListForCalling(t *testing.T) {
	d := dbtest.New(t)
	tr := orgtest.District(t, d)
	join(t, d, tr.HoaBinh, official("Trần Văn An"))
	s := &member.Service{DB: d, Keys: seal.Fresh(), Book: tr.Book}
	list, err := s.CallList(t.Context(), orgtest.Actor(access.RoleLead, tr.HoaBinh), tr.HoaBinh.ID)
	if err != nil || len(list) != 1 || list[0].Phone != "0912 345 678" {
		t.Fatalf("%+v %v", list, err)
	}
	for _, role := range []string{access.RoleMember, access.RoleCommittee, access.RoleUpper, access.RoleAdmin} {
		if _, err := s.CallList(t.Context(), orgtest.Actor(role, tr.District), tr.HoaBinh.ID); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("%s: %v", role, err)
		}
	}
	if n := entries(t, d, "member.call_list"); n != 1 {
		t.Errorf("%d logged", n)
	}
}

func entries(t testing.TB, d *db.DB, action string) (n int) {
	t.Helper()
	err := d.Read(t.Context(), func(q db.Q) error {
		return q.QueryRow(t.Context(), `SELECT COUNT(*) FROM audit WHERE action = $1`, action).Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestByRefAndByPerson(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tr := orgtest.District(t, d)
		ref := join(t, d, tr.HoaBinh, official("Trần Văn An"))
		err := d.Read(t.Context(), func(q db.Q) error {
			r, err := member.ByRef(t.Context(), q, orgtest.Scope(t, tr.Town, access.MemberRead), ref, today())
			if err != nil || r.Cell.ID != tr.HoaBinh.ID || r.Unit.ID != tr.Town.ID || r.Standing != member.StandingOfficial || r.Phone != "09•• ••• 678" {
				t.Errorf("%+v %v", r, err)
			}
			if _, err := member.ByRef(t.Context(), q, orgtest.Scope(t, tr.Commune, access.MemberRead), ref, today()); !errors.Is(err, member.ErrNotFound) {
				t.Errorf("outside the scope: %v", err)
			}
			list, err := member.ByPerson(t.Context(), q, tr.Town.ID, r.PersonID, today())
			if len(list) != 1 || list[0].Ref() != ref {
				t.Errorf("%+v %v", list, err)
			}
			if _, err := member.InCell(t.Context(), q, tr.Market, r.PersonID, today()); !errors.Is(err, member.ErrNotFound) {
				t.Errorf("a stranger: %v", err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// The list of one province among several holds its members only, page by page in the
// order of names, by whatever standing.
func TestListOfOneProvinceOfSeveral(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		set := orgtest.Book(t).At(civil.Of(2026, 1, 1), "")
		add := func(kind, name string, parent org.Unit) (u org.Unit) {
			t.Helper()
			write(t, d, func(tx *db.Tx) (err error) {
				u, err = org.Add(t.Context(), tx, org.NewUnit{Set: set, ParentID: parent.ID, Kind: kind, Name: name, ValidFrom: civil.Of(2025, 7, 1)})
				return err
			})
			return u
		}
		top := add(org.KindCentral, "Trung ương", org.Unit{})
		var provinces []org.Unit
		want := map[int64][]string{}
		for i, name := range []string{"Hà Tĩnh", "Nghệ An", "Quảng Trị"} {
			p := add(org.KindProvince, "Đảng bộ tỉnh "+name, top)
			provinces = append(provinces, p)
			for j := range 2 {
				commune := add(org.KindCommuneParty, fmt.Sprintf("Đảng bộ xã %s %d", name, j), p)
				grassroots := add(org.KindGrassrootsParty, fmt.Sprintf("Đảng bộ cơ sở %d", j), commune)
				cell := add(org.KindCell, fmt.Sprintf("Chi bộ %d", j), grassroots)
				for k, who := range []string{"Nguyễn Văn An", "Lê Thị Bình", "Đỗ Cảnh"} {
					name := fmt.Sprintf("%s %c%d", who, 'A'+i, j)
					m := official(name)
					if k == 1 {
						m.OfficialOn = civil.Date{}
					}
					m.From = civil.Of(2025, 7, 1)
					join(t, d, cell, m)
					want[p.ID] = append(want[p.ID], name)
				}
			}
		}
		for _, p := range provinces {
			for standing, n := range map[string]int{"": 6, member.StandingReserve: 2, member.StandingOfficial: 4} {
				err := d.Read(t.Context(), func(q db.Q) error {
					var got []member.Row
					for after := ""; ; {
						page, err := member.List(t.Context(), q, orgtest.Scope(t, p, access.MemberList), member.Filter{Day: today(), Standing: standing, Limit: 1, After: after})
						if err != nil {
							return err
						}
						if len(page) == 0 {
							break
						}
						got, after = append(got, page...), page[0].Cursor()
					}
					if len(got) != n || !slices.IsSortedFunc(got, func(a, b member.Row) int { return strings.Compare(a.Sort, b.Sort) }) {
						t.Errorf("%s %q: %d rows, want %d: %v", p.Name, standing, len(got), n, got)
					}
					for _, r := range got {
						if !slices.Contains(want[p.ID], r.Name) {
							t.Errorf("%s has %s", p.Name, r.Name)
						}
					}
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}
