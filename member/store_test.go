package member_test

import (
	"errors"
	"fmt"
	"testing"

	"chibo/access"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/viet"
	"chibo/member"
	"chibo/org"
	"chibo/org/orgtest"
)

func today() civil.Date { return civil.Of(2026, 11, 3) }

func write(t testing.TB, d *db.DB, fn func(tx *db.Tx) error) {
	t.Helper()
	if err := d.Write(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// join puts a person into a cell and gives the membership.
func join(t testing.TB, d *db.DB, cell org.Unit, m member.Membership) ident.Ref {
	t.Helper()
	write(t, d, func(tx *db.Tx) (err error) {
		m.Part, m.CellID = cell.PartID, cell.ID
		if m.From.IsZero() {
			m.From = civil.Of(2018, 1, 1)
		}
		if m.PersonID == 0 {
			p := member.Person{Part: cell.PartID, Name: m.Name, Sex: "f", Birth: civil.Of(1970, 5, 2), Phone: "0912 345 678"}
			if m.PersonID, err = member.AddPerson(t.Context(), tx, p); err != nil {
				return err
			}
		}
		m.ID, err = member.AddMembership(t.Context(), tx, m)
		return err
	})
	return m.Ref()
}

func spell(t testing.TB, d *db.DB, ref ident.Ref, kind string, from, to civil.Date) {
	t.Helper()
	write(t, d, func(tx *db.Tx) error {
		_, err := member.AddSpell(t.Context(), tx, member.Spell{Part: ref.Part, MembershipID: ref.ID, Kind: kind, From: from, To: to})
		return err
	})
}

func official(name string) member.Membership {
	return member.Membership{Name: name, OfficialOn: civil.Of(2012, 1, 1)}
}

func TestBodyOnADay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tr := orgtest.District(t, d)
		join(t, d, tr.HoaBinh, official("Trần Văn Yên"))
		exempt := join(t, d, tr.HoaBinh, official("Lê Thị Ánh"))
		out := join(t, d, tr.HoaBinh, official("Nguyễn Đức Bình"))
		join(t, d, tr.HoaBinh, member.Membership{Name: "Phạm Thị Cúc"})
		join(t, d, tr.HoaBinh, member.Membership{Name: "Võ Văn Chín", OfficialOn: civil.Of(2026, 12, 1)}) // official next month
		join(t, d, tr.HoaBinh, member.Membership{Name: "Hồ Thị Dần", Kind: member.KindGuest, OfficialOn: civil.Of(2000, 1, 1)})
		gone := official("Đặng Văn Em")
		gone.To, gone.Ending = today(), "transfer" // half-open: not a member today
		join(t, d, tr.HoaBinh, gone)
		join(t, d, tr.Market, official("Người chi bộ khác"))
		spell(t, d, exempt, member.SpellExempt, civil.Of(2026, 11, 3), civil.Date{})
		spell(t, d, out, member.SpellTempOut, civil.Of(2026, 1, 1), civil.Of(2026, 11, 3)) // came back today
		err := d.Read(t.Context(), func(q db.Q) error {
			for _, c := range []struct {
				day  civil.Date
				want string
			}{
				{today(), "Ánh exempt true, Bình official true, Chín reserve false, Cúc reserve false, Dần guest true, Yên official true"},
				{civil.Of(2026, 11, 2), "Ánh official true, Bình temp_out true, Chín reserve false, Cúc reserve false, Dần guest true, Em official true, Yên official true"},
				{civil.Of(2026, 12, 1), "Ánh exempt true, Bình official true, Chín official true, Cúc reserve false, Dần guest true, Yên official true"},
				{civil.Of(2017, 12, 31), ""},
			} {
				body, err := member.Body(t.Context(), q, tr.HoaBinh.PartID, tr.HoaBinh.ID, c.day)
				if err != nil {
					return err
				}
				got := ""
				for i, m := range body {
					if i > 0 {
						got += ", "
					}
					got += fmt.Sprintf("%s %s %v", viet.GivenName(m.Name), m.Standing, m.Official)
				}
				if got != c.want {
					t.Errorf("%s:\n got %s\nwant %s", c.day, got, c.want)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestStateGoesToTheFigures(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tr := orgtest.District(t, d)
		m := official("Trần Văn An")
		m.Origin, m.AdmittedOn = member.OriginAdmission, civil.Of(2011, 1, 1)
		join(t, d, tr.HoaBinh, m)
		away := join(t, d, tr.HoaBinh, official("Trần Văn Ba"))
		exempt := join(t, d, tr.HoaBinh, official("Trần Văn Ca"))
		r := member.Membership{Name: "Trần Văn Dũng", Origin: member.OriginAdmission, AdmittedOn: civil.Of(2026, 5, 4)}
		join(t, d, tr.HoaBinh, r)
		r.Origin, r.AdmittedOn, r.Name = member.OriginTransfer, civil.Of(2026, 9, 9), "Trần Văn Em" // admitted elsewhere
		join(t, d, tr.HoaBinh, r)
		join(t, d, tr.HoaBinh, member.Membership{Name: "Trần Văn Gia", Kind: member.KindGuest})
		join(t, d, tr.Market, official("Lê Văn Hai"))
		spell(t, d, away, member.SpellAway, civil.Of(2026, 1, 1), civil.Date{})
		spell(t, d, exempt, member.SpellExempt, civil.Of(2026, 1, 1), civil.Date{})
		write(t, d, func(tx *db.Tx) error {
			if err := member.RefreshState(t.Context(), tx, tr.HoaBinh.PartID, tr.HoaBinh.ID, tx.Today()); err != nil {
				return err
			}
			return member.RefreshStates(t.Context(), tx, []member.Cell{{Part: tr.Market.PartID, ID: tr.Market.ID}}, tx.Today())
		})
		err := d.Read(t.Context(), func(q db.Q) error {
			cell, err := figure.StateOf(t.Context(), q, orgtest.Scope(t, tr.HoaBinh, access.FigureRead))
			want := figure.State{Cells: 1, Members: 5, Officials: 3, Reserves: 2, Exempt: 1, Away: 1, LastAdmitted: civil.Of(2026, 5, 4)}
			if cell != want {
				t.Errorf("cell %+v, want %+v", cell, want)
			}
			all, err2 := figure.StateOf(t.Context(), q, orgtest.Scope(t, tr.District, access.FigureRead))
			if want = (figure.State{Cells: 2, Members: 6, Officials: 4, Reserves: 2, Exempt: 1, Away: 1}); all != want {
				t.Errorf("district %+v, want %+v", all, want)
			}
			return errors.Join(err, err2)
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestSpellsDoNotOverlap(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tr := orgtest.District(t, d)
		ref := join(t, d, tr.HoaBinh, official("Trần Văn An"))
		spell(t, d, ref, member.SpellAway, civil.Of(2026, 1, 1), civil.Of(2026, 3, 1))
		spell(t, d, ref, member.SpellExempt, civil.Of(2026, 6, 1), civil.Date{})
		add := func(from, to civil.Date) error {
			return d.Write(t.Context(), func(tx *db.Tx) error {
				_, err := member.AddSpell(t.Context(), tx, member.Spell{
					Part: ref.Part, MembershipID: ref.ID, Kind: member.SpellTempOut, From: from, To: to,
				})
				return err
			})
		}
		for _, c := range []struct {
			from, to civil.Date
			want     bool
		}{
			{civil.Of(2026, 2, 28), civil.Of(2026, 3, 5), false},
			{civil.Of(2025, 1, 1), civil.Date{}, false},
			{civil.Of(2027, 1, 1), civil.Of(2027, 2, 1), false},
			{civil.Of(2026, 5, 1), civil.Of(2026, 6, 2), false},
			{civil.Of(2026, 3, 1), civil.Of(2026, 6, 1), true}, // exactly between
		} {
			if err := add(c.from, c.to); (err == nil) != c.want || err != nil && !errors.Is(err, member.ErrOverlap) {
				t.Errorf("%s to %s: %v", c.from, c.to, err)
			}
		}
		if err := add(civil.Of(2020, 2, 1), civil.Of(2020, 2, 1)); fault.KindOf(err) != fault.Invalid {
			t.Errorf("an empty time: %v", err)
		}
		var list []member.Spell
		write(t, d, func(tx *db.Tx) (err error) {
			if list, err = member.SpellsOf(t.Context(), tx, ref); err != nil {
				return err
			}
			return member.EndSpell(t.Context(), tx, ref.Part, list[0].ID, civil.Of(2026, 10, 1))
		})
		if len(list) != 3 || list[0].Kind != member.SpellExempt {
			t.Errorf("%+v", list)
		}
	})
}

func TestRightsComeAndGoWithTheMembership(t *testing.T) {
	d := dbtest.New(t)
	tr := orgtest.District(t, d)
	ref := join(t, d, tr.HoaBinh, official("Trần Văn An"))
	grants := func(day civil.Date) (list []access.Grant) {
		write(t, d, func(tx *db.Tx) error {
			m, err := member.ByID(t.Context(), tx, ref)
			if err != nil {
				return err
			}
			list, err = access.LoadGrants(t.Context(), tx, m.PersonID, day)
			return err
		})
		return list
	}
	if g := grants(today()); len(g) != 1 || g[0].Role != access.RoleMember || g[0].OrgID != tr.HoaBinh.ID {
		t.Fatalf("%+v", g)
	}
	write(t, d, func(tx *db.Tx) error {
		return member.EndMembership(t.Context(), tx, ref.Part, ref.ID, today(), "transfer")
	})
	if g := grants(today()); len(g) != 0 {
		t.Errorf("after the end: %+v", g)
	}
	if g := grants(today().AddDays(-1)); len(g) != 1 {
		t.Errorf("the day before: %+v", g)
	}
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		return member.EndMembership(t.Context(), tx, ref.Part, ref.ID, today(), "transfer")
	})
	if !errors.Is(err, member.ErrNotFound) {
		t.Errorf("ended twice: %v", err)
	}
}

func TestFieldErrors(t *testing.T) {
	for _, c := range []struct {
		err   error
		field string
	}{
		{member.Person{Name: " ", Sex: "f"}.Check(limits(t)), "name"},
		{member.Person{Name: "An", Sex: "x"}.Check(limits(t)), "sex"},
		{member.Membership{}.Check(), "from"},
		{member.Membership{From: today(), To: today()}.Check(), "to"},
		{member.Membership{From: today(), AdmittedOn: today(), OfficialOn: civil.Of(2026, 1, 1)}.Check(), "official_on"},
		{member.Spell{Kind: "holiday", From: today()}.Check(), "kind"},
		{member.Spell{Kind: member.SpellAway}.Check(), "from"},
	} {
		if f := fault.FieldsOf(c.err); len(f) != 1 || f[0].Field != c.field {
			t.Errorf("want an error at %s, got %v", c.field, c.err)
		}
	}
}

func TestMaskPhone(t *testing.T) {
	for in, want := range map[string]string{
		"0912345678": "09•• ••• 678", "+84 912 345 678": "84•• ••• 678", "": "", "113": "•••", "không có": "",
	} {
		if got := member.MaskPhone(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
