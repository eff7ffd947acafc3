package member_test

import (
	"errors"
	"testing"
	"time"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/member"
	"chibo/org"
	"chibo/org/orgtest"
)

func giveCard(t *testing.T, d *db.DB, ref ident.Ref, card string) {
	t.Helper()
	write(t, d, func(tx *db.Tx) error {
		m, err := member.ByID(t.Context(), tx, ref)
		if err != nil {
			return err
		}
		_, err = tx.Exec(t.Context(), `UPDATE person SET card = $3 WHERE part_id = $1 AND id = $2`, m.Part, m.PersonID, card)
		return err
	})
}

func readings(t *testing.T, d *db.DB) (n, persons int) {
	t.Helper()
	err := d.Read(t.Context(), func(q db.Q) error {
		return q.QueryRow(t.Context(), `SELECT COUNT(*), COUNT(*) FILTER (WHERE person_id <> 0) FROM read_log WHERE what = $1`, audit.ReadFindCard).Scan(&n, &persons)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n, persons
}

func TestCardNumber(t *testing.T) {
	for text, want := range map[string]string{
		"123456": "123456", "048 001.234-567": "048001234567", " 012345 ": "012345", "12345": "", "12345a": "", "nguyen 123456": "", "": "",
		"٣٤٥٦٧٨": "", "１２３４５６": "",
	} {
		if got, ok := member.CardNumber(text, 6); ok != (want != "") || ok && got != want {
			t.Errorf("%q: %q, %v", text, got, ok)
		}
	}
}

// Masked numbers are not to be found digit by digit; who may not open records finds
// none; each search is noted.
func TestFindByCard(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tr := orgtest.District(t, d)
		here, there := join(t, d, tr.HoaBinh, official("Trần Văn An")), join(t, d, tr.Village2, official("Lê Thị Bình"))
		giveCard(t, d, here, "048001234567")
		giveCard(t, d, there, "048009234567")
		c := &member.Service{DB: d, Book: tr.Book}
		searched, alone := 0, 0
		for _, x := range []struct {
			role   string
			unit   org.Unit
			digits string
			want   string
			refuse bool
		}{
			{access.RoleUpper, tr.District, "048001234567", "Trần Văn An", false},
			{access.RoleUpper, tr.District, "234567", "Trần Văn An, Lê Thị Bình", false},
			{access.RoleUpper, tr.District, "1234567", "Trần Văn An", false},
			{access.RoleUpper, tr.Commune, "234567", "Lê Thị Bình", false},
			{access.RoleUpper, tr.District, "048001", "", false}, // not the end
			{access.RoleUpper, tr.District, "123456", "", false}, // the middle
			{access.RoleUpper, tr.District, "9048001234567", "", false},
			{access.RoleLead, tr.HoaBinh, "234567", "Trần Văn An", false},
			{access.RoleLead, tr.Market, "234567", "", false},
			{access.RoleCommittee, tr.HoaBinh, "234567", "", true},
			{access.RoleFollower, tr.HoaBinh, "234567", "", true},
			{access.RoleMember, tr.HoaBinh, "234567", "", true},
			{access.RoleAdmin, tr.District, "234567", "", true},
		} {
			found, err := c.Cards(t.Context(), orgtest.Actor(x.role, x.unit), x.unit, x.digits, today())
			if x.refuse != errors.Is(err, access.ErrForbidden) || !x.refuse && err != nil {
				t.Errorf("%s of %s, %s: %v", x.role, x.unit.Short, x.digits, err)
			}
			if namesOf(found) != x.want {
				t.Errorf("%s of %s, %s: %s, want %s", x.role, x.unit.Short, x.digits, namesOf(found), x.want)
			}
			if !x.refuse {
				searched++
			}
			if len(found.Hits) == 1 {
				alone++
			}
			if n, persons := readings(t, d); n != searched || persons != alone {
				t.Errorf("%s, %s: %d readings, %d with a person; want %d, %d", x.role, x.digits, n, persons, searched, alone)
			}
		}
		if found := find(t, d, tr.District, member.Query{Text: "048001234567"}); len(found.Hits) != 0 {
			t.Error("a search by name finds a card")
		}
	})
}

func TestFindByCardIsLimited(t *testing.T) {
	d := dbtest.New(t)
	tr := orgtest.District(t, d)
	c := &member.Service{DB: d, Book: tr.Book}
	who := orgtest.Actor(access.RoleUpper, tr.District)
	tries := 0
	var err error
	for tries < 1000 && err == nil {
		_, err = c.Cards(t.Context(), who, tr.District, "123456", today())
		tries++
	}
	if fields := fault.FieldsOf(err); len(fields) != 1 || fields[0].Field != "q" || tries != 31 {
		t.Fatalf("after %d searches: %v", tries, err)
	}
	other := who
	other.AccountID = 8
	if _, err := c.Cards(t.Context(), other, tr.District, "123456", today()); err != nil {
		t.Errorf("another account: %v", err)
	}
	dbtest.Clock(d).Advance(time.Hour + time.Second)
	if _, err := c.Cards(t.Context(), who, tr.District, "123456", today()); err != nil {
		t.Errorf("an hour later: %v", err)
	}
}
