package meetingweb_test

import (
	"context"
	"strings"
	"testing"

	"chibo/internal/db"
	"chibo/member"
)

// What the cell noted as paid is offered for the announcement (rules.md 2.15); without a
// note it is everybody, as before.
func TestFeeComesFromTheList(t *testing.T) {
	w := newHall(t)
	ref := w.opened()
	run := href(ref) + "/run"
	if got := w.page(run).ID("f-fee").Attr("value"); got != num(len(w.full(ref).Roll)) {
		t.Errorf("nothing noted: %s", got)
	}
	f := w.full(ref)
	w.write(func(ctx context.Context, tx *db.Tx) error {
		var list []member.Fee
		for _, i := range []int{inFirst, inSecond, inThird} {
			list = append(list, member.Fee{Part: ref.Part, CellID: f.OrgID, MembershipID: w.ids[i], Month: f.Month})
		}
		list = append(list, member.Fee{Part: ref.Part, CellID: f.OrgID, MembershipID: w.ids[inFirst], Month: f.Month.Add(-1)})
		return member.AddFees(ctx, tx, list)
	})
	doc := w.page(run)
	if doc.ID("f-fee").Attr("value") != "3" || !strings.Contains(doc.ID("run-roll").Text(), "3 đồng chí đã đóng tháng này") {
		t.Errorf("noted: %q, %q", doc.ID("f-fee").Attr("value"), doc.ID("run-roll").Text())
	}
	w.ok(run, href(ref)+"/fee", "fee", "4")
	if got := w.page(run).ID("f-fee").Attr("value"); got != "4" {
		t.Errorf("announced: %s", got)
	}
}
