package meetingweb_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"chibo/internal/ident"
	"chibo/internal/web/webtest"
	"chibo/internal/workday"
	"chibo/meeting"
	"chibo/question"
)

// One click puts a question on the agenda; what was being typed is saved with it, and the
// page offers only what is still to decide.
func TestQuestionOnThePlan(t *testing.T) {
	w := newWorld(t)
	days, err := workday.New()
	if err != nil {
		t.Fatal(err)
	}
	w.s.Questions = &question.Service{DB: w.d, Book: w.s.Book, Days: days}
	var refs []ident.Ref
	for _, text := range []string{"Bao giờ sửa đường <b>ngõ 3</b>", strings.Repeat("dài ", 1200)} {
		ref, err := w.s.Questions.Ask(t.Context(), w.who(member1), question.AskIn{CellID: w.cell.ID, Kind: "question", Text: text})
		if err != nil {
			t.Fatal(err)
		}
		refs = append(refs, ref)
	}
	ref := w.prepared()
	k, path := w.as(w.who(committee)), meeting.Href(ref)+"/plan"
	doc := page(t, k, path)
	webtest.A11y(t, doc)
	if n := len(doc.ID("questions").Tags("li")); n != 2 {
		t.Fatalf("%d offered", n)
	}
	if strings.Contains(doc.ID("questions").Text(), w.people[member1].name) {
		t.Error("the plan names the asker")
	}
	form := planOf(t, doc)
	before := len(w.get(ref).Items)
	form.Set("direction", "Chữ vừa gõ")
	form.Set("do", fmt.Sprintf("question:%d", refs[0].ID))
	leads(t, webtest.Post(t, k, path, form), path)
	f := w.get(ref)
	taken := slices.IndexFunc(f.Items, func(it meeting.Item) bool { return it.Title == "Câu hỏi: Bao giờ sửa đường <b>ngõ 3</b>" })
	if f.Direction != "Chữ vừa gõ" || len(f.Items) != before+1 || taken < 1 || f.Items[taken-1].Title != "Trả lời kiến nghị của đảng viên" {
		t.Errorf("saved %q, %d items", f.Direction, len(f.Items))
	}
	doc = page(t, k, path)
	if n := len(doc.ID("questions").Tags("li")); n != 1 {
		t.Errorf("%d offered afterwards", n)
	}
	for _, bad := range []string{"question:x", "question:7", fmt.Sprintf("question:%d", refs[0].ID)} {
		form = planOf(t, page(t, k, path))
		form.Set("do", bad)
		if rec := webtest.Post(t, k, path, form); rec.Code != http.StatusConflict {
			t.Errorf("%s: %d", bad, rec.Code)
		}
	}
	if n := len(w.get(ref).Items); n != before+1 {
		t.Errorf("%d items", n)
	}
}
