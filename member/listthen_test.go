package member_test

import (
	"strings"
	"testing"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/member"
	"chibo/org"
	"chibo/org/orgtest"
)

// listed gives the names in a view, each with its cell and unit of then.
func listed(rows []member.Row) string {
	var out []string
	for _, r := range rows {
		out = append(out, r.Name+"/"+r.CellShort+"/"+r.UnitShort)
	}
	return strings.Join(out, ", ")
}

// As reported then: people stand in the cell and under the unit of the day, with the
// names of that day, wherever they and their cells are today. Who may not list a cell
// today is told how many were there, and no name.
func TestListOfADay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tr := orgtest.District(t, d)
		then, move := civil.Of(2023, 6, 1), civil.Of(2024, 7, 1)
		join(t, d, tr.HoaBinh, official("Trần Văn Yên"))
		join(t, d, tr.Village10, official("Lê Thị Ánh"))
		join(t, d, tr.Village2, member.Membership{Name: "Phạm Thị Cúc"})
		was := official("Đặng Văn Em") // has moved to the town since, under another name
		was.To, was.Ending = civil.Of(2024, 1, 1), member.EndingTransfer
		join(t, d, tr.Village2, was)
		is := official("Đặng Quang Minh")
		is.From = civil.Of(2024, 1, 1)
		join(t, d, tr.HoaBinh, is)
		set := tr.Book.At(orgtest.Founded(), "")
		write(t, d, func(tx *db.Tx) error {
			moved, err := org.Move(t.Context(), tx, org.Change{Set: set, Day: move}, tr.Village2.ID, tr.Town.ID, 0)
			if err != nil {
				return err
			}
			for _, m := range moved {
				if err := member.Rehome(t.Context(), tx, m.Unit, m.From, m.To); err != nil {
					return err
				}
			}
			for unit, name := range map[int64]string{tr.Village2.ID: "Chi bộ Sông La", tr.Commune.ID: "Đảng bộ xã Lam Hồng", tr.Village10.ID: "Chi bộ Bến Thủy"} {
				if _, err := org.Rename(t.Context(), tx, org.Change{Set: set, Day: move}, unit, org.Naming{Name: name}); err != nil {
					return err
				}
			}
			return nil
		})
		commune := listed1(t, d, tr.Commune)
		for _, c := range []struct {
			unit, may org.Unit
			day       civil.Date
			want      string
			elsewhere int
		}{
			{tr.Commune, tr.District, then, "Lê Thị Ánh/Chi bộ Thôn 10/Đảng bộ xã Yên Hồ, Phạm Thị Cúc/Chi bộ Thôn 2/Đảng bộ xã Yên Hồ, Đặng Văn Em/Chi bộ Thôn 2/Đảng bộ xã Yên Hồ", 0},
			{tr.Commune, commune, then, "Lê Thị Ánh/Chi bộ Thôn 10/Đảng bộ xã Yên Hồ", 2},
			{tr.Commune, commune, move, "Lê Thị Ánh/Chi bộ Bến Thủy/Đảng bộ xã Lam Hồng", 0},
			{tr.Town, tr.Town, then, "Trần Văn Yên/Chi bộ Tổ dân phố Hòa Bình/Đảng bộ thị trấn Đức Thọ", 0},
			{tr.Town, tr.Town, move, "Phạm Thị Cúc/Chi bộ Sông La/Đảng bộ thị trấn Đức Thọ, Đặng Quang Minh/Chi bộ Tổ dân phố Hòa Bình/Đảng bộ thị trấn Đức Thọ, Trần Văn Yên/Chi bộ Tổ dân phố Hòa Bình/Đảng bộ thị trấn Đức Thọ", 0},
		} {
			err := d.Read(t.Context(), func(q db.Q) error {
				view, err := org.On(t.Context(), q, orgtest.Scope(t, c.unit, access.MemberList), c.day)
				if err != nil {
					return err
				}
				look := member.Then{View: view, May: orgtest.Scope(t, c.may, access.MemberList)}
				for _, way := range []member.Then{look, look.Wide()} {
					rows, err := way.List(t.Context(), q, member.Filter{})
					if err != nil || !sameNames(listed(rows), c.want) {
						t.Errorf("%s on %s seen from %s: %s (%v), want %s", c.unit.Short, c.day, c.may.Short, listed(rows), err, c.want)
					}
					var paged []member.Row
					for after := ""; ; {
						page, err := way.List(t.Context(), q, member.Filter{Limit: 1, After: after})
						if err != nil {
							return err
						}
						if len(page) == 0 {
							break
						}
						paged, after = append(paged, page...), page[0].Cursor()
					}
					if listed(paged) != listed(rows) {
						t.Errorf("page by page: %s, at once %s", listed(paged), listed(rows))
					}
				}
				n, err := look.CountUpTo(t.Context(), q, member.Filter{}, 100)
				size, err2 := member.SizeThen(t.Context(), q, view)
				elsewhere, err3 := look.Elsewhere(t.Context(), q)
				if want := strings.Count(c.want, ", ") + 1; err != nil || err2 != nil || err3 != nil || n != want || elsewhere != c.elsewhere || size.Members != want+elsewhere {
					t.Errorf("%s on %s: counted %d, %+v, elsewhere %d (%v %v %v)", c.unit.Short, c.day, n, size, elsewhere, err, err2, err3)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}

// listed1 gives the unit as it is today.
func listed1(t *testing.T, d *db.DB, u org.Unit) (out org.Unit) {
	t.Helper()
	err := d.Read(t.Context(), func(q db.Q) (err error) {
		out, err = org.ByID(t.Context(), q, u.ID)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// sameNames says whether two lists hold the same, in any order.
func sameNames(a, b string) bool {
	in := map[string]int{}
	for _, s := range strings.Split(a, ", ") {
		in[s]++
	}
	for _, s := range strings.Split(b, ", ") {
		in[s]--
	}
	for _, n := range in {
		if n != 0 {
			return false
		}
	}
	return true
}

// On a past day people are found by the name they had, and by the name their unit had;
// who has since moved away, merged or changed the name is found too.
func TestFindOnADay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tr := orgtest.District(t, d)
		then, move := civil.Of(2023, 6, 1), civil.Of(2024, 7, 1)
		join(t, d, tr.HoaBinh, official("Trần Văn Yên"))
		join(t, d, tr.Village2, official("Lê Thị Ánh"))
		was := official("Đặng Văn Em")
		was.To, was.Ending = civil.Of(2024, 1, 1), member.EndingTransfer
		join(t, d, tr.Village2, was)
		set := tr.Book.At(orgtest.Founded(), "")
		write(t, d, func(tx *db.Tx) error {
			moved, err := org.Move(t.Context(), tx, org.Change{Set: set, Day: move}, tr.Village2.ID, tr.Town.ID, 0)
			if err != nil {
				return err
			}
			for _, m := range moved {
				if err := member.Rehome(t.Context(), tx, m.Unit, m.From, m.To); err != nil {
					return err
				}
			}
			_, err = org.Rename(t.Context(), tx, org.Change{Set: set, Day: move}, tr.Village2.ID, org.Naming{Name: "Chi bộ Sông La"})
			return err
		})
		for _, c := range []struct {
			unit  org.Unit
			day   civil.Date
			typed string
			then  string // as reported then
			now   string // by today's tree
		}{
			{tr.Commune, then, "đặng em", "Đặng Văn Em", ""},
			{tr.Commune, then, "le anh", "Lê Thị Ánh", ""},
			{tr.Commune, then, "yên", "", ""},
			{tr.Town, then, "dang van em", "", "Đặng Văn Em"},
			{tr.Town, move, "dang van em", "", ""},
			{tr.District, then, "em", "Đặng Văn Em", "Đặng Văn Em"},
			{tr.District, then, "ánh thôn 2", "Lê Thị Ánh", ""}, // by today's tree its name is another
			{tr.District, then, "ánh sông la", "", "Lê Thị Ánh"},
			{tr.District, move, "ánh sông la", "Lê Thị Ánh", "Lê Thị Ánh"},
			{tr.District, then, "ánh yên hồ", "Lê Thị Ánh", ""},
			{tr.District, then, "không ai", "", ""},
			{tr.District, then, "%_'", "", ""},
		} {
			in := member.Query{Text: c.typed, Day: c.day, Past: true}
			if got := namesOf(find(t, d, c.unit, in)); got != c.now {
				t.Errorf("%q in %s on %s by today's tree: %q, want %q", c.typed, c.unit.Short, c.day, got, c.now)
			}
			err := d.Read(t.Context(), func(q db.Q) error {
				view, err := org.On(t.Context(), q, orgtest.Scope(t, c.unit, access.MemberList), c.day)
				if err != nil {
					return err
				}
				look := member.Then{View: view, May: orgtest.Scope(t, tr.District, access.MemberList)}
				for _, way := range []member.Then{look, look.Wide()} {
					found, err := way.Find(t.Context(), q, member.Query{Text: c.typed})
					if got := namesOf(found); err != nil || got != c.then {
						t.Errorf("%q in %s on %s as reported then: %q (%v), want %q", c.typed, c.unit.Short, c.day, got, err, c.then)
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}

// The number of a wide scope on a past day is reckoned from today's; it is the number
// that counting cell by cell gives, in both trees.
func TestFarSize(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tr := orgtest.District(t, d)
		for i, cell := range tr.Cells {
			for j, name := range []string{"Trần Văn Yên", "Lê Thị Ánh", "Phạm Thị Cúc", "Đặng Văn Em"} {
				m := official(name)
				m.From = civil.Of(2018+i+j, 1+j, 3)
				if j%2 == 1 {
					m.To, m.Ending = m.From.AddDays(200*(i+1)), member.EndingTransfer
				}
				join(t, d, cell, m)
			}
			join(t, d, cell, member.Membership{Name: "Hồ Thị Dần", Kind: member.KindGuest, From: civil.Of(2022, 1, 1)})
		}
		move := civil.Of(2024, 7, 1)
		write(t, d, func(tx *db.Tx) error {
			moved, err := org.Move(t.Context(), tx, org.Change{Set: tr.Book.At(orgtest.Founded(), ""), Day: move}, tr.Village2.ID, tr.Town.ID, 0)
			for _, m := range moved {
				if err := member.Rehome(t.Context(), tx, m.Unit, m.From, m.To); err != nil {
					return err
				}
			}
			if err != nil {
				return err
			}
			for _, cell := range tr.Cells {
				u, err := org.ByID(t.Context(), tx, cell.ID)
				if err != nil {
					return err
				}
				if err := member.RefreshState(t.Context(), tx, u.PartID, u.ID, today()); err != nil {
					return err
				}
			}
			return nil
		})
		err := d.Read(t.Context(), func(q db.Q) error {
			for _, unit := range []org.Unit{tr.District, tr.Town, tr.Commune} {
				for day := civil.Of(2018, 1, 1); day.Before(today()); day = day.AddDays(97) {
					scope := orgtest.Scope(t, unit, access.MemberList)
					view, err := org.On(t.Context(), q, scope, day)
					if err != nil {
						return err
					}
					then, err := member.SizeThen(t.Context(), q, view)
					if err != nil {
						return err
					}
					now, err := member.SizeOn(t.Context(), q, scope, day)
					if err != nil {
						return err
					}
					farThen, known, err := member.FarSize(t.Context(), q, view, true, today())
					if err != nil || !known || farThen != then.Members {
						t.Errorf("%s on %s as reported then: %d (%v), counted %d", unit.Short, day, farThen, err, then.Members)
					}
					farNow, known, err := member.FarSize(t.Context(), q, view, false, today())
					if err != nil || !known || farNow != now.Members {
						t.Errorf("%s on %s by today's tree: %d (%v), counted %d", unit.Short, day, farNow, err, now.Members)
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
