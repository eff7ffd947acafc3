package member_test

import (
	"context"
	"slices"
	"testing"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/member"
	"chibo/org/orgtest"
)

func (r *register) fee(month civil.Month) (f member.FeeMonth) {
	r.t.Helper()
	r.must(r.d.Read(r.t.Context(), func(q db.Q) (err error) {
		f, err = member.FeeOf(r.t.Context(), q, r.HoaBinh, month, today())
		return err
	}))
	return f
}

// One press for one, one for all, one to take back what a press noted.
func TestFee(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRegister(t, d)
		a := join(t, d, r.HoaBinh, official("Trần Văn An"))
		b := join(t, d, r.HoaBinh, official("Trần Văn Ba"))
		late := official("Trần Văn Ca")
		late.From = civil.Of(2026, 11, 1)
		join(t, d, r.HoaBinh, late)
		clerk := orgtest.Actor(access.RoleCommittee, r.HoaBinh)
		press := func(in member.FeeIn) int64 {
			t.Helper()
			in.CellID = r.HoaBinh.ID
			if in.Month == 0 {
				in.Month = 202610
			}
			act, err := r.l.NoteFee(t.Context(), clerk, in)
			r.must(err)
			return act
		}
		press(member.FeeIn{Paid: a.ID})
		press(member.FeeIn{Paid: a.ID}) // twice is once
		act := press(member.FeeIn{All: true})
		if f := r.fee(202610); f.Paid != 2 || len(f.Rows) != 2 {
			t.Errorf("%+v", f)
		}
		press(member.FeeIn{Undo: act})
		if f := r.fee(202610); f.Paid != 1 || !f.Rows[0].Paid || f.Rows[1].Paid || f.Rows[0].Year != 1 || f.Rows[0].Of != 10 {
			t.Errorf("undo takes back what that press noted, and no more: %+v", f)
		}
		press(member.FeeIn{Unpaid: a.ID})
		press(member.FeeIn{Paid: b.ID})
		r.must(d.Read(t.Context(), func(q db.Q) error {
			n, err := member.FeePaid(t.Context(), q, r.HoaBinh.PartID, r.HoaBinh.ID, 202610)
			if n != 1 {
				t.Errorf("%d paid", n)
			}
			return err
		}))
		for name, in := range map[string]member.FeeIn{
			"a month to come":  {Month: 202612, All: true},
			"no month":         {Month: 202613, All: true},
			"before the cell":  {Month: 201401, All: true},
			"somebody else":    {Month: 202610, Paid: 77},
			"not yet a member": {Month: 202610, Paid: r.fee(202611).Rows[2].MembershipID},
		} {
			in.CellID = r.HoaBinh.ID
			if _, err := r.l.NoteFee(t.Context(), clerk, in); fault.KindOf(err) != fault.Invalid && fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s: %v", name, err)
			}
		}
		in := member.FeeIn{CellID: r.HoaBinh.ID, Month: 202610, All: true}
		for _, who := range []access.Actor{orgtest.Actor(access.RoleMember, r.HoaBinh), orgtest.Actor(access.RoleUpper, r.Town), r.lead(r.Market)} {
			if _, err := r.l.NoteFee(t.Context(), who, in); fault.KindOf(err) != fault.Forbidden {
				t.Errorf("%v: %v", who.Grants, err)
			}
		}
	})
}

// rules.md section 13, case 11: absent without a reason in January, March and June: a
// removal is suggested; the months are counted, not consecutive, inside one year (5.30).
func TestRemovalIsSuggested(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRegister(t, d)
		three := join(t, d, r.HoaBinh, official("Ba tháng"))
		two := join(t, d, r.HoaBinh, official("Hai tháng"))
		last := join(t, d, r.HoaBinh, official("Năm trước"))
		payer := join(t, d, r.HoaBinh, official("Không đóng"))
		late := official("Mới về")
		late.From = civil.Of(2026, 2, 20)
		newer := join(t, d, r.HoaBinh, late)
		r.l.Skipped = func(_ context.Context, _ db.Q, part, cell int64, year int) (map[int64][]civil.Month, error) {
			if part != r.HoaBinh.PartID || cell != r.HoaBinh.ID {
				t.Errorf("asked of %d %d", part, cell)
			}
			if year == 2025 {
				return map[int64][]civil.Month{last.ID: {202501, 202502, 202503}}, nil
			}
			return map[int64][]civil.Month{three.ID: {202606, 202601, 202603}, two.ID: {202601, 202602}, last.ID: {202601}}, nil
		}
		var fees []member.Fee
		for m := civil.Month(202601); m <= 202603; m = m.Add(1) { // nobody's fee is noted from April on
			for _, ref := range []int64{three.ID, two.ID, last.ID} {
				fees = append(fees, member.Fee{Part: r.HoaBinh.PartID, CellID: r.HoaBinh.ID, MembershipID: ref, Month: m})
			}
		}
		write(t, d, func(tx *db.Tx) error { return member.AddFees(t.Context(), tx, fees) })
		suggest := func(day civil.Date) (names []string, list []member.Suggestion) {
			r.must(d.Read(t.Context(), func(q db.Q) (err error) {
				list, err = r.l.Suggestions(t.Context(), q, r.HoaBinh, day)
				return err
			}))
			for _, s := range list {
				names = append(names, s.Name)
			}
			return names, list
		}
		names, list := suggest(today())
		if !slices.Equal(names, []string{"Không đóng", "Ba tháng"}) {
			t.Fatalf("%v", names)
		}
		if f := list[1].Facts; !slices.Equal(f.Skipped, []civil.Month{202601, 202603, 202606}) || f.Limit != 3 || list[1].Rule.ID != "5.30" {
			t.Errorf("%+v", list[1])
		}
		if f := list[0].Facts; !slices.Equal(f.Unpaid, []civil.Month{202601, 202602, 202603}) {
			t.Errorf("%+v", f)
		}
		if names, _ := suggest(civil.Of(2026, 5, 31)); !slices.Equal(names, []string{"Không đóng"}) {
			t.Errorf("in May: %v", names)
		}
		v, err := r.l.Propose(t.Context(), r.lead(r.HoaBinh), three, member.EndingRemoval, "Bỏ sinh hoạt ba tháng", today())
		r.must(err)
		if names, _ := suggest(today()); !slices.Equal(names, []string{"Không đóng"}) {
			t.Errorf("proposed already: %v", names)
		}
		if _, err := r.l.Propose(t.Context(), r.lead(r.HoaBinh), three, member.EndingResignation, "x", today()); fault.KindOf(err) != fault.Conflict {
			t.Errorf("a second proposal: %v", err)
		}
		r.must(d.Read(t.Context(), func(q db.Q) error {
			got, err := member.LeavingByID(t.Context(), q, v)
			if got.Name != "Ba tháng" || got.State != member.Proposed || len(got.Facts.Skipped) != 3 {
				t.Errorf("%+v", got)
			}
			return err
		}))
		lead := r.lead(r.HoaBinh)
		if err := r.l.ConfirmLeaving(t.Context(), lead, v, member.ConfirmIn{Day: today(), Version: 1}); fieldOf(err) != "decision: member.err.basis_empty" {
			t.Errorf("without a decision: %v", err)
		}
		in := member.ConfirmIn{Decision: "5-QĐ", DecisionOn: today(), Day: today(), Version: 1}
		r.must(r.l.ConfirmLeaving(t.Context(), lead, v, in))
		if err := r.l.ConfirmLeaving(t.Context(), lead, v, in); fault.KindOf(err) != fault.Conflict {
			t.Errorf("confirmed twice: %v", err)
		}
		w, err := r.l.Propose(t.Context(), lead, payer, member.EndingRemoval, "Không đóng đảng phí", today())
		r.must(err)
		if err := r.l.DropLeaving(t.Context(), lead, w, " ", 1); fieldOf(err) != "why: member.err.reason_empty" {
			t.Error(err)
		}
		r.must(r.l.DropLeaving(t.Context(), lead, w, "Đã đóng đủ", 1))
		if r.size(r.HoaBinh).Members != 4 || r.member(newer).To.IsZero() == false {
			t.Errorf("%+v", r.size(r.HoaBinh))
		}
	})
}
