package meetingweb_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"chibo/internal/civil"
	"chibo/internal/web/webtest"
	"chibo/meeting"
)

// A member says with one press that the plan was read; the secretary sees it of each, and a
// changed plan asks again.
func TestReadingThePlan(t *testing.T) {
	w := newWorld(t)
	ref := w.invited()
	path, own, sec := meeting.Href(ref), w.as(w.who(member1)), w.as(w.who(secretary))
	form := page(t, own, path).Form(path + "/read")
	if !form.OK() || form.Value("no") != "1" {
		t.Fatalf("the form: %s", form.Text())
	}
	leads(t, webtest.Post(t, own, path+"/read", url.Values{"no": {"1"}}), path)
	if got := page(t, own, path).ID("read"); got.Form(path+"/read").OK() || !strings.Contains(got.Text(), "Đồng chí đã đọc") {
		t.Errorf("after the press: %s", got.Text())
	}
	readers := page(t, sec, path+"/invite").ID("handed").Text()
	if !strings.Contains(readers, "đã đọc bản 1 lúc") || !strings.Contains(readers, "1/11 đã đọc, 1 đã mở") {
		t.Errorf("the secretary reads: %s", readers)
	}
	_, err := w.s.AddDecision(context.Background(), w.who(committee), ref, meeting.Decision{
		Title: "Việc mới", AssigneeID: w.people[deputy].id, Due: civil.Of(2026, 11, 25),
	})
	w.must(err)
	if got := page(t, sec, path+"/invite").ID("handed").Text(); !strings.Contains(got, "chưa ai mở bản mới") || !strings.Contains(got, "0/11 đã đọc") {
		t.Errorf("after a change: %s", got)
	}
	again(t, webtest.Post(t, own, path+"/read", url.Values{"no": {"1"}}), http.StatusConflict)
	doc := page(t, own, path)
	if !strings.Contains(doc.ID("changed").Text(), "đã sửa từ khi đồng chí đọc") || doc.Form(path+"/read").Value("no") != "2" {
		t.Errorf("the member is not asked again: %s", doc.ID("changed").Text())
	}
	leads(t, webtest.Post(t, own, path+"/read", url.Values{"no": {"2"}}), path)
	if page(t, own, path).ID("changed").OK() {
		t.Error("still asked")
	}
}
