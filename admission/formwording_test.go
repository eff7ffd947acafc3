package admission_test

import (
	"strings"
	"testing"

	"chibo/admission"
	"chibo/document"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/meeting"
	"chibo/office/officetest"
)

// A committee words a form with a preview; from that day on the forms of the cells below
// say it so, and a field that there is not is refused.
func TestFormsAreWorded(t *testing.T) {
	w, ref := papersWorld(t, dbtest.New(t))
	w.s.Meetings.Worded = append(w.s.Meetings.Worded, admission.Worded())
	ctx, lead := t.Context(), w.Actor(t, officetest.Secretary)
	for _, tmpl := range admission.Worded().Templates(w.Book.At(w.today(), "")) {
		d, real, err := w.s.Meetings.PreviewWording(ctx, lead, meeting.WordIn{UnitID: w.HoaBinh.ID, Kind: tmpl.Kind, From: w.today()})
		if err != nil || real || strings.ContainsAny(words(d), "{}") || d.Watermark == "" {
			t.Errorf("%s: %v\n%s", tmpl.Kind, err, words(d))
		}
	}
	in := meeting.WordIn{UnitID: w.HoaBinh.ID, Kind: "knd_cell", From: w.today(), Texts: map[string]string{"subject": "đề nghị kết nạp {họ hàng}"}}
	if f := fault.FieldsOf(w.s.Meetings.Word(ctx, lead, in)); len(f) != 1 || f[0].Field != "subject" {
		t.Errorf("a field that there is not: %v", f)
	}
	in.Texts["subject"] = "đề nghị kết nạp quần chúng ưu tú vào Đảng"
	w.must(t, w.s.Meetings.Word(ctx, lead, in))
	v, err := w.s.Form(ctx, lead, ref, "cell")
	w.must(t, err)
	if v.Draft.Subject != in.Texts["subject"] {
		t.Errorf("the form says %q", v.Draft.Subject)
	}
	if _, err := w.s.FormFile(ctx, lead, ref, "cell", document.DOCX); err != nil {
		t.Error(err)
	}
}
