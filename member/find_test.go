package member_test

import (
	"strings"
	"testing"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/member"
	"chibo/org"
	"chibo/org/orgtest"
)

// joinAll puts people with these names into the cell.
func joinAll(t testing.TB, d *db.DB, cell org.Unit, names ...string) {
	t.Helper()
	write(t, d, func(tx *db.Tx) error {
		var b member.Batch
		for _, name := range names {
			p := member.Person{Part: cell.PartID, ID: tx.ID(), Name: name, Sex: "m"}
			b.Persons = append(b.Persons, p)
			b.Memberships = append(b.Memberships, member.Membership{
				Part: cell.PartID, PersonID: p.ID, CellID: cell.ID, Name: name, From: civil.Of(2010, 1, 1), OfficialOn: civil.Of(2011, 1, 1),
			})
		}
		return member.AddAll(t.Context(), tx, b)
	})
}

func find(t testing.TB, d *db.DB, u org.Unit, in member.Query) (out member.Found) {
	t.Helper()
	if in.Day.IsZero() {
		in.Day = today()
	}
	err := d.Read(t.Context(), func(q db.Q) (err error) {
		out, err = member.Find(t.Context(), q, orgtest.Scope(t, u, access.MemberList), in)
		return err
	})
	if err != nil {
		t.Fatalf("%q in %s: %v", in.Text, u.Short, err)
	}
	return out
}

func namesOf(f member.Found) string {
	var out []string
	for _, h := range f.Hits {
		out = append(out, h.Name)
	}
	return strings.Join(out, ", ")
}

// As people type: rows 3 and 82 of the field.
func TestFindAsPeopleType(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tr := orgtest.District(t, d)
		joinAll(t, d, tr.HoaBinh, "Nguyễn Thị Hòa", "Nguyễn Thị Hoa", "Trần Văn Hoàng", "Lưu Đình Khải", "K'Brơi Y Đạt", "Thái Bình Hòa")
		joinAll(t, d, tr.Village2, "Nguyễn Thị Hóa", "Hồ Văn An", "Đặng Hoà Bình", "Lê Khải")
		joinAll(t, d, tr.Office, "Nguyễn Nguyện")
		for _, c := range []struct {
			typed string
			unit  org.Unit
			want  string
		}{
			{"nguyen thi hoa", tr.District, "Nguyễn Thị Hoa, Nguyễn Thị Hòa, Nguyễn Thị Hóa"},
			{"Nguyễn Thị Hòa", tr.District, "Nguyễn Thị Hòa, Nguyễn Thị Hoa, Nguyễn Thị Hóa"},
			{"Nguyễn Thị Hoà", tr.District, "Nguyễn Thị Hòa, Nguyễn Thị Hoa, Nguyễn Thị Hóa"},
			{"hòa nguyễn thị", tr.District, "Nguyễn Thị Hòa, Nguyễn Thị Hoa, Nguyễn Thị Hóa"},
			{"hòa", tr.District, "Đặng Hoà Bình, Nguyễn Thị Hòa, Thái Bình Hòa, Trần Văn Hoàng, Nguyễn Thị Hoa, Nguyễn Thị Hóa"},
			{"nguyễn thị hòa", tr.Commune, "Nguyễn Thị Hóa"},
			{"ng h", tr.Town, "Nguyễn Thị Hoa, Nguyễn Thị Hòa"},
			{"hoang", tr.District, "Trần Văn Hoàng"},
			{"oang", tr.District, ""},
			{"kbroi", tr.District, "K'Brơi Y Đạt"},
			{"k'bro dat", tr.District, "K'Brơi Y Đạt"},
			{"dat", tr.District, "K'Brơi Y Đạt"},
			{"nguyện", tr.District, "Nguyễn Nguyện, Nguyễn Thị Hoa, Nguyễn Thị Hòa, Nguyễn Thị Hóa"},
			{"  ", tr.District, ""},
			{"%", tr.District, ""},
			{"", tr.District, ""},
			// the words of a unit narrow
			{"khai hoa binh", tr.District, "Lưu Đình Khải"},
			{"Khải Tổ dân phố Hòa Bình", tr.District, "Lưu Đình Khải"},
			{"thon 2 khai", tr.District, "Lê Khải"},
			{"yên hồ an", tr.District, "Hồ Văn An"},
			{"hoa binh", tr.District, "Đặng Hoà Bình, Thái Bình Hòa"},
		} {
			got := find(t, d, c.unit, member.Query{Text: c.typed})
			if namesOf(got) != c.want {
				t.Errorf("%q in %s: %s, want %s", c.typed, c.unit.Short, namesOf(got), c.want)
			}
			if got.Cut || got.More {
				t.Errorf("%q: %+v", c.typed, got)
			}
		}
	})
}

// Guests and those who have left are found where they are or were; the other name too.
func TestFindGuestsAndLeavers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tr := orgtest.District(t, d)
		ref := join(t, d, tr.HoaBinh, official("Trần Văn An"))
		guest := join(t, d, tr.Market, member.Membership{Name: "Khách Văn Ghé", Kind: member.KindGuest})
		write(t, d, func(tx *db.Tx) error {
			if err := member.EndMembership(t.Context(), tx, ref.Part, ref.ID, civil.Of(2026, 1, 1), "transfer"); err != nil {
				return err
			}
			m, err := member.ByID(t.Context(), tx, guest)
			if err != nil {
				return err
			}
			// The guest's home lies in another part.
			if _, err := member.AddPerson(t.Context(), tx, member.Person{Part: tr.Commune.ID, Name: "Khách Văn Ghé", Sex: "m"}); err != nil {
				return err
			}
			_, err = tx.Exec(t.Context(), `UPDATE person SET other_name = 'Tư Lành' WHERE part_id = $1 AND id = $2`, m.Part, m.PersonID)
			if err != nil {
				return err
			}
			return member.Reindex(t.Context(), tx, ident.Ref{Part: m.Part, ID: m.PersonID}, ident.Ref{Part: 1, ID: 1})
		})
		for _, c := range []struct {
			typed string
			unit  org.Unit
			left  bool
			want  string
		}{
			{"tran an", tr.Town, false, ""},
			{"tran an", tr.Town, true, "Trần Văn An"},
			{"tran an", tr.District, true, "Trần Văn An"},
			{"tran an", tr.HoaBinh, true, "Trần Văn An"},
			{"tran an", tr.HoaBinh, false, ""},
			{"tran an", tr.Commune, true, ""},
			{"khach ghe", tr.District, false, "Khách Văn Ghé"},
			{"khach ghe", tr.Town, false, "Khách Văn Ghé"},
			{"khach ghe", tr.Section, false, "Khách Văn Ghé"},
			{"khach ghe", tr.Commune, false, ""},
			{"tu lanh", tr.District, false, "Khách Văn Ghé"},
			{"lành khách", tr.Town, false, "Khách Văn Ghé"},
		} {
			got := find(t, d, c.unit, member.Query{Text: c.typed, Left: c.left})
			if namesOf(got) != c.want {
				t.Errorf("%q in %s, left %v: %s, want %s", c.typed, c.unit.Short, c.left, namesOf(got), c.want)
			}
			for _, h := range got.Hits {
				if c.left == h.To.IsZero() {
					t.Errorf("%q: %+v", c.typed, h.Row)
				}
			}
		}
		if got := find(t, d, tr.District, member.Query{Text: "khach", Standing: member.StandingOfficial}); len(got.Hits) != 0 {
			t.Errorf("a guest among officials: %s", namesOf(got))
		}
	})
}
