package meetingweb_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"chibo/access"
	"chibo/agenda"
	"chibo/internal/web/webtest"
	"chibo/meeting"
)

// The plan says whence its agenda is, puts back what is missing, and takes a guidance up by
// one click, without script (rules.md 1.34, 2.11).
func TestPlanAgenda(t *testing.T) {
	w := newWorld(t)
	ref := w.prepared()
	k, path := w.as(w.who(committee)), meeting.Href(ref)+"/plan"
	doc := page(t, k, path)
	if text := doc.ID("f-items").Text(); !strings.Contains(text, "mẫu chung") || !strings.Contains(text, "quy ước") {
		t.Errorf("whence: %q", text)
	}
	if doc.ID("guidance").OK() || doc.ID("missing").OK() {
		t.Error("guidance or missing items where there are none")
	}
	const title = `Vận động <b>bảo hiểm</b> y tế`
	s := &agenda.Service{DB: w.d, Book: w.s.Book}
	officer := access.Actor{AccountID: 9, Grants: []access.Grant{{Role: access.RoleUpper, OrgID: w.town.ID, Path: w.town.Path}}}
	w.must(s.Publish(t.Context(), officer, agenda.PublishIn{
		OrgID: w.town.ID, Title: title, Content: "professional", Minutes: 200, From: w.get(ref).Day, Op: "guidance-1",
	}))
	before := w.get(ref)
	doc = page(t, k, path)
	button := doc.ID("guidance").Tag("button")
	if !strings.HasPrefix(button.Attr("value"), "take_up:") || !strings.Contains(doc.ID("guidance").Text(), title) {
		t.Fatalf("%q", doc.ID("guidance").Text())
	}
	form := planOf(t, doc)
	form.Set("do", button.Attr("value"))
	form.Set("direction", "Gõ dở")
	leads(t, webtest.Post(t, k, path, form), path)
	f := w.get(ref)
	if len(f.Items) != len(before.Items)+1 || f.Direction != "Gõ dở" {
		t.Fatalf("%d items, %q", len(f.Items), f.Direction)
	}
	doc = page(t, k, path)
	if doc.ID("guidance").OK() || !strings.Contains(doc.ID("f-items").Text(), "theo hướng dẫn của") {
		t.Error("taken up, and still asked for or not told")
	}
	most := doc.With("data-most", "professional 1 2 1")
	if !most.OK() || most.HasAttr("hidden") || !strings.Contains(most.Text(), "quy ước") {
		t.Error("professional matters take most of it, and no note says so with its source")
	}
	form = planOf(t, doc)
	form.Set("do", "drop:2")
	leads(t, webtest.Post(t, k, path, form), path)
	doc = page(t, k, path)
	if !strings.Contains(doc.ID("missing").Text(), before.Items[2].Title) {
		t.Fatalf("missing: %q", doc.ID("missing").Text())
	}
	form = planOf(t, doc)
	form.Set("do", doc.ID("missing").Tag("button").Attr("value"))
	leads(t, webtest.Post(t, k, path, form), path)
	if f := w.get(ref); f.Items[2].Title != before.Items[2].Title {
		t.Errorf("put back at another place: %q", f.Items[2].Title)
	}
	for _, odd := range []string{"take_up:x", "put_back:moon", "put_back:"} {
		form := planOf(t, page(t, k, path))
		form.Set("do", odd)
		leads(t, webtest.Post(t, k, path, form), path)
		if got := len(w.get(ref).Items); got != len(before.Items)+1 {
			t.Errorf("%s: %d items", odd, got)
		}
	}
	form = planOf(t, page(t, k, path))
	form.Set("do", "take_up:12345")
	if rec := webtest.Post(t, k, path, form); rec.Code != http.StatusNotFound {
		t.Errorf("a guidance that is not there: %d", rec.Code)
	}
}

// The balance while planning and after: a table with its numbers, no name of another cell,
// and for whoever may read the meeting only.
func TestBalancePage(t *testing.T) {
	w := newWorld(t)
	ref := w.closed()
	path := meeting.Href(ref) + "/balance"
	doc := page(t, w.as(w.who(member1)), path)
	rows := 0
	for _, r := range doc.ID("bars").Tags("tr") {
		if !r.HasAttr("hidden") {
			rows++
			if !strings.Contains(r.Text(), "→") {
				t.Errorf("planned and spent: %q", r.Text())
			}
		}
	}
	if text := doc.Tag("main").Text(); rows < 5 || !strings.Contains(text, "Chưa so được") || !strings.Contains(text, "kế hoạch "+strconv.Itoa(w.get(ref).Planned)) {
		t.Errorf("%d rows in %q", rows, text)
	}
	if !page(t, w.as(w.who(member1)), meeting.Href(ref)).With("href", path).OK() {
		t.Error("the meeting's page does not lead to it")
	}
	if got := status(w.as(w.stranger()), path); got != http.StatusForbidden {
		t.Errorf("a stranger: %d", got)
	}
}
