package member_test

import (
	"strings"
	"testing"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/member"
)

func newcomer(cell int64) member.EnterIn {
	birth, _ := civil.Parse("1970-05")
	return member.EnterIn{
		CellID: cell, Name: "Trần Văn Ba", Sex: "m", Birth: birth, Origin: member.OriginFounded, From: civil.Of(2026, 1, 5),
		AdmittedOn: civil.Of(1999, 1, 1), OfficialOn: civil.Of(2000, 1, 1),
	}
}

// The same person twice, also with another spelling of the marks or a birth known less
// exactly, is told before anything is written; a card that is a member's is refused.
func TestTheSamePersonTwice(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRegister(t, d)
		in := newcomer(r.HoaBinh.ID)
		in.Card, in.IDNo = "001020001234", "001060000123"
		_, same, err := r.l.Enter(t.Context(), r.lead(r.HoaBinh), in)
		if err != nil || len(same) != 0 || r.size(r.HoaBinh).Members != 1 {
			t.Fatal(same, err)
		}
		again := newcomer(r.Market.ID)
		again.Name = "TRAN VAN BA"
		for birth, want := range map[string]string{"1970": member.AlikeName, "1970-05-02": member.AlikeName, "": member.AlikeName} {
			again.Birth, _ = civil.Parse(birth)
			_, same, err := r.l.Enter(t.Context(), r.keeper(r.Town), again)
			if err != nil || len(same) != 1 || same[0].Why != want || !same[0].In || same[0].Cell != r.HoaBinh.Name || r.size(r.Market).Members != 0 {
				t.Errorf("%q: %+v, %v", birth, same, err)
			}
		}
		again.Birth = civil.Date{}
		_, same, _ = r.l.Enter(t.Context(), r.lead(r.Market), again)
		if len(same) != 1 || same[0].Mine || same[0].Cell != "" || !same[0].Birth.IsZero() {
			t.Errorf("the other cell's lead is told too much: %+v", same)
		}
		again.Sure, again.Card = true, "0010.2000.1234"
		if _, _, err := r.l.Enter(t.Context(), r.keeper(r.Town), again); fieldOf(err) != "card: member.err.number_taken" {
			t.Errorf("the same card: %v", err)
		}
		if _, _, err := r.l.Enter(t.Context(), r.lead(r.Market), again); fieldOf(err) != "card: member.err.number_taken_elsewhere" {
			t.Errorf("the same card, seen from elsewhere: %v", err)
		}
		again.Card, again.IDNo = "", "001060000123"
		if _, _, err := r.l.Enter(t.Context(), r.keeper(r.Town), again); fieldOf(err) != "idno: member.err.number_taken" {
			t.Errorf("the same identity number: %v", err)
		}
		again.IDNo = ""
		if _, same, err := r.l.Enter(t.Context(), r.keeper(r.Town), again); err != nil || len(same) != 0 || r.size(r.Market).Members != 1 {
			t.Errorf("somebody else: %v, %v", same, err)
		}
		for i, birth := range []string{"1971", "1972-06"} { // a birth that contradicts is another person
			other := newcomer(r.Village2.ID)
			other.Birth, _ = civil.Parse(birth)
			// The one entered without a birth above may be anybody.
			_, same, err := r.l.Enter(t.Context(), r.keeper(r.District), other)
			if err != nil || len(same) != 1 || !same[0].Birth.IsZero() {
				t.Errorf("%d: %+v, %v", i, same, err)
			}
		}
	})
}

func TestEnterRefused(t *testing.T) {
	r := newRegister(t, dbtest.New(t))
	year := func(s string) civil.Date { d, _ := civil.Parse(s); return d }
	for name, c := range map[string]struct {
		change func(in *member.EnterIn)
		want   string
	}{
		"good":                    {func(*member.EnterIn) {}, ""},
		"no name":                 {func(in *member.EnterIn) { in.Name = " " }, "name: member.err.name_empty"},
		"no origin":               {func(in *member.EnterIn) { in.Origin = "" }, "origin: member.err.origin"},
		"a month in the cell":     {func(in *member.EnterIn) { in.From = year("2026-01") }, "from: member.err.day_empty"},
		"born in the future":      {func(in *member.EnterIn) { in.Birth = year("2027") }, "birth: member.err.day_future"},
		"official before":         {func(in *member.EnterIn) { in.OfficialOn = year("1998") }, "official_on: member.err.official_before_admitted"},
		"official that year":      {func(in *member.EnterIn) { in.OfficialOn = year("1999") }, ""}, // may be
		"admitted before birth":   {func(in *member.EnterIn) { in.AdmittedOn, in.OfficialOn = year("1969"), civil.Date{} }, "admitted_on: member.err.admitted_before_birth"},
		"admitted, no day":        {func(in *member.EnterIn) { in.Origin, in.AdmittedOn = member.OriginAdmission, civil.Date{} }, "admitted_on: member.err.admitted_empty"},
		"from nowhere":            {func(in *member.EnterIn) { in.Origin = member.OriginTransfer }, "from_text: member.err.from_text_empty"},
		"restored by nobody":      {func(in *member.EnterIn) { in.Origin = member.OriginRestored }, "basis: member.err.basis_empty"},
		"before the cell":         {func(in *member.EnterIn) { in.From = civil.Of(2014, 1, 1) }, "from: member.err.before_cell"},
		"a card without its zero": {func(in *member.EnterIn) { in.Card = "10200012345" }, "card: member.err.card_zero"},
	} {
		in := newcomer(r.HoaBinh.ID)
		in.Sure = true
		c.change(&in)
		if _, _, err := r.l.Enter(t.Context(), r.lead(r.HoaBinh), in); fieldOf(err) != c.want {
			t.Errorf("%s: %s, want %s", name, fieldOf(err), c.want)
		}
	}
	write(t, r.d, func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `UPDATE org SET valid_to = '2026-10-01' WHERE id = $1`, r.Village10.ID)
		return err
	})
	if _, _, err := r.l.Enter(t.Context(), r.lead(r.Village10), newcomer(r.Village10.ID)); fieldOf(err) != "conflict: member.err.cell_ended" {
		t.Error("into a cell that has ended:", err)
	}
	if _, _, err := r.l.Enter(t.Context(), r.lead(r.Market), newcomer(r.HoaBinh.ID)); fieldOf(err) != "forbidden: access.err.forbidden" {
		t.Error(err)
	}
	if _, _, err := r.l.Enter(t.Context(), r.keeper(r.Town), newcomer(r.Town.ID)); !strings.Contains(fieldOf(err), "not_found") {
		t.Error("a committee has no members of its own:", err)
	}
}

// Who comes from outside ends the transfer that was announced, once.
func TestArrivalFromOutside(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRegister(t, d)
		lead := r.lead(r.HoaBinh)
		exp := member.ExpectIn{CellID: r.HoaBinh.ID, AnnounceIn: member.AnnounceIn{
			Kind: member.TransferOfficial, FromText: "Đảng bộ phường Thành Sen", Name: "Trần Văn Ba", Basis: "GT-12",
			BasisOn: civil.Of(2026, 10, 1), IntroducedOn: civil.Of(2026, 10, 2),
		}}
		tr, err := r.l.Expect(t.Context(), lead, exp)
		r.must(err)
		in := newcomer(r.HoaBinh.ID)
		in.Origin, in.FromText, in.Transfer, in.Version = member.OriginTransfer, exp.FromText, tr, 1
		guest := in
		guest.Kind = member.KindGuest
		if _, _, err := r.l.Enter(t.Context(), lead, guest); fieldOf(err) != "kind: member.err.kind" {
			t.Errorf("an official transfer makes no guest: %v", err)
		}
		ref, _, err := r.l.Enter(t.Context(), lead, in)
		r.must(err)
		if got := r.transfer(tr); got.State != member.Arrived || got.ToMembership != ref.ID || got.PersonID != r.member(ref).PersonID {
			t.Errorf("%+v", got)
		}
		in.Sure = true
		if _, _, err := r.l.Enter(t.Context(), lead, in); !strings.Contains(fieldOf(err), "transfer.arrived") || r.size(r.HoaBinh).Members != 1 {
			t.Errorf("arrived twice: %v", err)
		}
	})
}

// rules.md 5.03: restored with the old dates; somebody who is a member is refused with
// the cell.
func TestRestore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRegister(t, d)
		ref := join(t, d, r.HoaBinh, official("Trần Văn Ba"))
		in := member.RestoreIn{CellID: r.Village2.ID, Day: civil.Of(2026, 11, 1), Basis: "9-QĐ", BasisOn: civil.Of(2026, 10, 20)}
		_, err := r.l.Restore(t.Context(), r.keeper(r.District), ref, in)
		if fieldOf(err) != "day: member.err.two_cells" {
			t.Errorf("a member: %v", err)
		}
		v, err := r.l.Propose(t.Context(), r.lead(r.HoaBinh), ref, member.EndingRemoval, "Bỏ sinh hoạt", civil.Of(2026, 6, 1))
		r.must(err)
		r.must(r.l.ConfirmLeaving(t.Context(), r.lead(r.HoaBinh), v, member.ConfirmIn{Decision: "3-QĐ", DecisionOn: civil.Of(2026, 6, 20), Day: civil.Of(2026, 6, 21), Version: 1}))
		if _, err := r.l.Restore(t.Context(), r.lead(r.HoaBinh), ref, in); fieldOf(err) != "forbidden: access.err.forbidden" {
			t.Errorf("into another's cell: %v", err)
		}
		out, err := r.l.Restore(t.Context(), r.keeper(r.District), ref, in)
		r.must(err)
		m := r.member(out)
		if m.CellID != r.Village2.ID || m.Origin != member.OriginRestored || m.OfficialOn != civil.Of(2012, 1, 1) || m.PersonID != r.member(ref).PersonID {
			t.Errorf("%+v", m)
		}
		if got := r.rights(m.PersonID); got != access.RoleMember+" Chi bộ Thôn 2" {
			t.Error(got)
		}
	})
}
