package member_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/seal"
	"chibo/internal/viet"
	"chibo/member"
	"chibo/org/orgtest"
)

func TestCheckOfAPerson(t *testing.T) {
	good := member.Person{Name: "Trần Văn An", Sex: "m", Birth: civil.Of(1960, 2, 29), Card: "0010 2000 1234", IDNo: "001.060.000.123"}
	for name, c := range map[string]struct {
		change func(p *member.Person)
		want   string
	}{
		"good":                {func(*member.Person) {}, ""},
		"old card":            {func(p *member.Person) { p.Card = "01.234567" }, ""},
		"old identity number": {func(p *member.Person) { p.IDNo = "012345678" }, ""},
		"none":                {func(p *member.Person) { p.Card, p.IDNo = "", "" }, ""},
		"card lost its zero":  {func(p *member.Person) { p.Card = "10200012345" }, "card: member.err.card_zero"},
		"old card lost zero":  {func(p *member.Person) { p.Card = "1234567" }, "card: member.err.card_zero"},
		"card too long":       {func(p *member.Person) { p.Card = "0010200012345" }, "card: member.err.card_length"},
		"card with letters":   {func(p *member.Person) { p.Card = "00102O001234" }, "card: member.err.card_digits"},
		"idno lost its zero":  {func(p *member.Person) { p.IDNo = "1060000123" + "4" }, "idno: member.err.idno_zero"},
		"idno of ten digits":  {func(p *member.Person) { p.IDNo = "1060000123" }, "idno: member.err.idno_length"},
		"idno with letters":   {func(p *member.Person) { p.IDNo = "=1+1" }, "idno: member.err.idno_digits"},
		"born in 190":         {func(p *member.Person) { p.Birth = civil.Of(190, 1, 1) }, "birth: member.err.birth_long_ago"},
		"no name, no sex":     {func(p *member.Person) { p.Name, p.Sex = " ", "x" }, "name: member.err.name_empty, sex: member.err.sex"},
	} {
		p := good
		c.change(&p)
		var got []string
		for _, f := range fault.FieldsOf(p.Check(limits(t))) {
			got = append(got, f.Field+": "+f.Key)
		}
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("%s: %q, want %q", name, s, c.want)
		}
	}
}

func TestMasks(t *testing.T) {
	for num, want := range map[string]string{"": "", "001020001234": "••••••••• 234", "01.234567": "••••• 567", "12345": "•••"} {
		if member.MaskCard(num) != want || member.MaskIDNo(num) != want {
			t.Errorf("%q: %q, %q", num, member.MaskCard(num), member.MaskIDNo(num))
		}
	}
}

func TestIdentityNumberIsSealed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tr, keys := orgtest.District(t, d), seal.Fresh()
		p := member.Person{Part: tr.HoaBinh.PartID, Name: "Trần  Văn An", OtherName: "Ba An", Sex: "m", Card: "0010 2000 1234", IDNo: "001060000123"}
		write(t, d, func(tx *db.Tx) error {
			if _, err := member.AddPerson(t.Context(), tx, p); err == nil {
				t.Error("a number in the clear was taken")
			}
			p.ID = tx.ID()
			var err error
			if p, err = p.Sealed(keys); err != nil {
				return err
			}
			_, err = member.AddPerson(t.Context(), tx, p)
			return err
		})
		err := d.Read(t.Context(), func(q db.Q) error {
			got, err := member.PersonOf(t.Context(), q, p.Part, p.ID)
			if err != nil {
				return err
			}
			num, err := got.OpenIDNo(keys)
			if got.Name != "Trần Văn An" || got.OtherName != "Ba An" || got.Card != "001020001234" || !got.HasIDNo() || got.IDNo != "" || num != "001060000123" || got.Version != 1 {
				t.Errorf("%+v, %q", got, num)
			}
			var box, mac string
			if err := q.QueryRow(t.Context(), `SELECT idno_sealed, idno_mac FROM person WHERE part_id = $1 AND id = $2`, p.Part, p.ID).Scan(&box, &mac); err != nil {
				return err
			}
			if strings.Contains(box+mac, "001060000123") || mac != keys.MAC("001060000123") {
				t.Errorf("stored %q, %q", box, mac)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// A name that no index could hold is refused at its field.
func TestNameTooLong(t *testing.T) {
	long := member.Person{Name: strings.Repeat("Nguyễn ", 400), OtherName: strings.Repeat("x", 3000), Sex: "f"}
	var bad *fault.Error
	if err := long.Check(limits(t)); !errors.As(err, &bad) || len(bad.Fields) != 2 {
		t.Errorf("%v", err)
	}
}

func TestAmend(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tr, keys := orgtest.District(t, d), seal.Fresh()
		past := official("Trần Văn An")
		past.To, past.Ending = civil.Of(2020, 1, 1), "transfer"
		old, err := findPerson(d, join(t, d, tr.Market, past))
		if err != nil {
			t.Fatal(err)
		}
		now := official("Trần Văn An")
		now.PersonID, now.From = old.PersonID, civil.Of(2020, 1, 1)
		ref := join(t, d, tr.HoaBinh, now)
		var p member.Person
		read := func() {
			t.Helper()
			if err := d.Read(t.Context(), func(q db.Q) (err error) {
				p, err = member.PersonOf(t.Context(), q, old.Part, old.PersonID)
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		read()
		p.Name, p.Birth, p.IDNo = "Trần Văn Ân", civil.Of(1971, 1, 1), "012345678"
		write(t, d, func(tx *db.Tx) error {
			next, err := p.Sealed(keys)
			if err != nil {
				return err
			}
			return member.Amend(t.Context(), tx, next, p.Version)
		})
		p.IDNo = ""
		err = d.Write(t.Context(), func(tx *db.Tx) error { return member.Amend(t.Context(), tx, p, p.Version) })
		if !errors.Is(err, member.ErrChanged) || fault.KindOf(err) != fault.Conflict {
			t.Errorf("an old version: %v", err)
		}
		read()
		if n, err := p.OpenIDNo(keys); p.Name != "Trần Văn Ân" || p.Version != 2 || n != "012345678" || err != nil {
			t.Errorf("%+v %q %v", p, n, err)
		}
		if got, err := findPerson(d, old.Ref()); got.Name != "Trần Văn An" || err != nil {
			t.Errorf("the name of the past changed: %q, %v", got.Name, err)
		}
		if got, err := findPerson(d, ref); got.Name != "Trần Văn Ân" || err != nil {
			t.Errorf("the name of now: %q, %v", got.Name, err)
		}
		write(t, d, func(tx *db.Tx) error {
			var fold, sort string
			err := tx.QueryRow(t.Context(), `SELECT fold, sort FROM person WHERE part_id = $1 AND id = $2`, p.Part, p.ID).Scan(&fold, &sort)
			if fold != viet.Fold(p.Name) || sort != viet.SortKey(p.Name) {
				t.Errorf("fold %q, sort %q", fold, sort)
			}
			return err
		})
		p.ID++
		err = d.Write(t.Context(), func(tx *db.Tx) error { return member.Amend(t.Context(), tx, p, p.Version) })
		if fault.KindOf(err) != fault.NotFound {
			t.Errorf("nobody: %v", err)
		}
	})
}

// BenchmarkSealMany is the identity numbers of a province.
func BenchmarkSealMany(b *testing.B) {
	keys := seal.Fresh()
	for b.Loop() {
		for i := range 150_000 {
			p := member.Person{ID: int64(i + 1), Name: "Trần Văn An", Sex: "m", IDNo: fmt.Sprintf("%012d", i), Card: "001020001234"}
			if _, err := p.Sealed(keys); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func findPerson(d *db.DB, ref ident.Ref) (m member.Membership, err error) {
	ctx := context.Background()
	return m, d.Read(ctx, func(q db.Q) error {
		m, err = member.ByID(ctx, q, ref)
		return err
	})
}

// limits gives the limits of today's rules.
func limits(t testing.TB) member.Limits {
	return member.LimitsOf(orgtest.Book(t).At(today(), ""))
}
