package homeweb_test

import (
	"strings"
	"testing"

	"chibo/access"
	"chibo/internal/web/webtest"
	"chibo/internal/workday"
	"chibo/question"
)

// A first page says what waits of members' questions to who has to act, and nothing of it
// to others: the cell's committee, the committee to which it was sent, the asker.
func TestQuestionsOnFirstPages(t *testing.T) {
	w := newWorld(t)
	days, err := workday.New()
	if err != nil {
		t.Fatal(err)
	}
	s := &question.Service{DB: w.d, Book: w.Book, Days: days}
	w.cfg.Questions = s
	asker, lead, town := with(w.na, access.RoleMember, w.HoaBinh), with(w.man, access.RoleLead, w.HoaBinh), with(w.man, access.RoleUpper, w.Town)
	district := with(w.man, access.RoleUpper, w.District)
	ref, err := s.Ask(t.Context(), asker, question.AskIn{CellID: w.HoaBinh.ID, Kind: "question", Text: "Bao giờ sửa đường?"})
	if err != nil {
		t.Fatal(err)
	}
	says := func(who access.Actor, id, text string) {
		t.Helper()
		doc := webtest.Get(t, w.as(t, who), "/")
		webtest.A11y(t, doc)
		if got := doc.ID(id).Text(); (text == "") != (got == "") || !strings.Contains(got, text) {
			t.Errorf("%s says %q, want %q", id, got, text)
		}
		if strings.Contains(doc.Raw, "Bao giờ sửa đường?") {
			t.Error("the first page tells the text")
		}
	}
	says(lead, "ask", "1 câu hỏi, kiến nghị chờ chi bộ quyết định")
	says(asker, "ask", "")
	says(town, "ask", "")
	if err := s.Up(t.Context(), lead, ref, question.Act{Version: 1}); err != nil {
		t.Fatal(err)
	}
	says(lead, "ask", "")
	says(town, "ask", "1 câu hỏi, kiến nghị chờ cấp ủy trả lời")
	says(district, "ask", "")
	if err := s.Answer(t.Context(), town, ref, question.Act{Text: "Quý I", Version: 2}); err != nil {
		t.Fatal(err)
	}
	says(lead, "ask", "1 trả lời người hỏi chưa biết")
	says(asker, "ask-own", "Có 1 trả lời")
	says(town, "ask-own", "")
}
