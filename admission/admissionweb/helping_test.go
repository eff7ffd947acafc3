package admissionweb_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"chibo/admission"
	"chibo/internal/ident"
	"chibo/office/officetest"
)

// Who helps somebody has a page with what to do, and nobody else sees the person there.
func TestHelping(t *testing.T) {
	w := newWorld(t)
	ref := w.track(t, "Đoàn Thị Mận")
	doc := w.get(t, officetest.Member, "/helping")
	if !strings.Contains(doc.ID("p-"+ref.String()).Text(), "Đoàn Thị Mận") || !strings.Contains(doc.Raw, "Tháng này chưa nhận xét") {
		t.Errorf("the page lacks the person or what to do: %s", doc.Raw)
	}
	if len(doc.Class("primary")) != 1 {
		t.Error("not one main action")
	}
	note := url.Values{"kind": {"review"}, "day": {w.today().Vi()}, "text": {"Tham gia tốt việc của tổ"}, "version": {w.version(t, ref)}, "op": {ident.NewDevice()}}
	w.post(t, officetest.Member, admission.Href(ref)+"/note", note, http.StatusSeeOther)
	if doc := w.get(t, officetest.Member, "/helping"); strings.Contains(doc.Raw, "Tháng này chưa nhận xét") || len(doc.Class("primary")) != 0 {
		t.Error("a note of today does not quieten the page")
	}
	for _, name := range []string{officetest.Secretary, officetest.Deputy, officetest.Stranger, officetest.TownSecretary} {
		if doc := w.get(t, name, "/helping"); strings.Contains(doc.Raw, "Mận") {
			t.Errorf("%s sees whom somebody else helps", name)
		}
	}
}

// Introducers are asked for as the rules want them, and a citizen is one with yes or no.
func TestFormsAskPlainly(t *testing.T) {
	w := newWorld(t)
	doc := w.get(t, officetest.Secretary, fmt.Sprintf("/cells/%d/admission/new", w.HoaBinh.ID))
	if form := doc.ID("track").Text(); strings.Contains(form, "Đồng ý") || !strings.Contains(form, "Không") || strings.Contains(doc.Raw, "<details class=\"fold\" open") {
		t.Error("a yes that agrees, or a fold that stands open")
	}
	doc = w.get(t, officetest.Secretary, admission.Href(w.track(t, "Hà Thị Lê"))+"/introducers")
	if n := len(doc.ID("introducers").Tags("fieldset")); n != 2 {
		t.Errorf("%d introducers asked for, want 2", n)
	}
}
