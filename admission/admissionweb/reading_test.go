package admissionweb_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"chibo/admission"
	"chibo/internal/sheet"
	"chibo/office/officetest"
)

// The year's page, the list behind each number, the table that is taken out.
func TestReadingPages(t *testing.T) {
	w := newWorld(t)
	ref := w.track(t, "Đoàn Thị Mận")
	w.step(t, ref, officetest.Secretary, "class", nil, http.StatusSeeOther)
	base := fmt.Sprintf("/units/%d/admission", w.Town.ID)
	doc := w.get(t, officetest.TownSecretary, base+"/reading")
	for _, id := range []string{"rate", "ahead", "steps", "by-sex", "by-age", "totals", "stall"} {
		if !doc.ID(id).OK() {
			t.Errorf("no section %s", id)
		}
	}
	if len(doc.ID("ahead").Class("warn")) == 0 {
		t.Error("the forecast is not marked as one")
	}
	links := 0
	for _, a := range doc.Tags("a") {
		if !strings.Contains(a.Attr("href"), "/reading/list") {
			continue
		}
		links++
		w.get(t, officetest.TownSecretary, a.Attr("href"))
	}
	if links == 0 {
		t.Error("no number opens its list")
	}
	for _, by := range []string{"sex&code=f", "age&code=35", "age&code=over", "among&code=youth", "ethnic&code=tay", "ceremony", "base&code=none", "total&code=family_planning", "total&code=", "nothing&code=x"} {
		w.get(t, officetest.DistrictStaff, fmt.Sprintf("/units/%d/admission/reading/list?by=%s", w.District.ID, by))
	}
	w.get(t, officetest.DistrictStaff, fmt.Sprintf("/units/%d/admission/reading?year=%d", w.District.ID, w.today().Year()-1))
	w.get(t, officetest.Secretary, fmt.Sprintf("/units/%d/admission/reading", w.HoaBinh.ID))
	if rec := w.look(t, officetest.Member, base+"/reading"); rec.Code != http.StatusForbidden {
		t.Errorf("a member reads the year: %d", rec.Code)
	}
	text := w.table(t, base+"/reading.xlsx")
	if !strings.Contains(text, "Đoàn viên Thanh niên") || !strings.Contains(text, "31–35 tuổi") {
		t.Errorf("the table:\n%s", text)
	}
	if mark := "DỮ LIỆU MẪU"; strings.Contains(text, mark) {
		t.Error("a real table is marked as a sample")
	} else if w.s.Meetings.Sample = true; !strings.Contains(w.table(t, base+"/reading.xlsx"), mark) {
		t.Error("a table of the demonstration is not marked")
	}
}

// A total that is no number comes back with what was typed; a good one is kept with who.
func TestTotalsForm(t *testing.T) {
	w := newWorld(t)
	path := fmt.Sprintf("/units/%d/admission/totals", w.Town.ID)
	field := admission.TotalField("family_planning")
	form := url.Values{"code": {"family_planning"}, "version-family_planning": {"0"}, field: {"hai"}}
	doc := w.post(t, officetest.TownSecretary, path, form, http.StatusUnprocessableEntity)
	if got := doc.ID("f-" + field); got.Attr("value") != "hai" {
		t.Error("what was typed is lost")
	}
	form.Set(field, "2")
	w.post(t, officetest.TownSecretary, path, form, http.StatusSeeOther)
	w.post(t, officetest.TownSecretary, path, form, http.StatusConflict) // an old page
	if doc := w.get(t, officetest.TownSecretary, fmt.Sprintf("/units/%d/admission/reading", w.Town.ID)); !strings.Contains(doc.ID("totals").Text(), "2") {
		t.Errorf("the total is not shown: %s", doc.ID("totals").Text())
	}
	w.post(t, officetest.Secretary, path, form, http.StatusForbidden)
}

// table reads a workbook as text, line by line.
func (w *world) table(t *testing.T, path string) string {
	t.Helper()
	rec := w.look(t, officetest.TownSecretary, path)
	book, err := sheet.Open("ket-nap.xlsx", bytes.NewReader(rec.Body.Bytes()), int64(rec.Body.Len()), sheet.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	err = book.Each(context.Background(), 0, sheet.Head{}, func(r sheet.Row) error {
		fmt.Fprintln(&text, r)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return text.String()
}
