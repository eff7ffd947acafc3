package meetingweb_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"chibo/internal/web/webtest"
	"chibo/meeting"
)

func sendForm(k http.Handler, path string, form url.Values) *httptest.ResponseRecorder {
	w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	k.ServeHTTP(w, r)
	return w
}

// From the list of kinds over the preview to the issued paper.
func TestMakingAPaper(t *testing.T) {
	w := newWorld(t)
	at := meeting.Href(w.closed()) + "/papers"
	k := w.as(w.who(secretary))
	doc := page(t, k, at)
	webtest.A11y(t, doc)
	for _, kind := range []string{"KL", "TB", "BC", "BS"} {
		if !doc.With("href", at+"?kind="+kind).OK() {
			t.Errorf("%s is not offered", kind)
		}
		webtest.A11y(t, page(t, k, at+"?kind="+kind))
	}
	if got := page(t, k, at+"?kind=TB").ID("f-text").Text(); !strings.Contains(got, "01-NQ/CB") || !strings.Contains(got, "ngõ 5") {
		t.Errorf("the notice proposes %q", got)
	}
	form := url.Values{"kind": {"TB"}, "op": {"op1"}, "do": {"preview"}, "text": {"<script>alert(1)</script> {tên}\nHai"}}
	res := sendForm(k, at, form)
	shown := webtest.Doc(t, res.Body.String())
	webtest.A11y(t, shown)
	if res.Code != http.StatusOK || !strings.Contains(shown.ID("shown").Text(), "1. <script>alert(1)</script> {tên}.") || !strings.Contains(shown.ID("shown").Text(), "…-TB/CB") {
		t.Errorf("preview %d: %s", res.Code, shown.ID("shown").Text())
	}
	form.Set("do", "issue")
	form.Set("text", " ")
	if res := sendForm(k, at, form); res.Code != http.StatusUnprocessableEntity || !webtest.Doc(t, res.Body.String()).ID("e-text").OK() {
		t.Errorf("without words: %d", res.Code)
	}
	form.Set("text", "Một")
	first, second := sendForm(k, at, form), sendForm(k, at, form)
	if first.Code != http.StatusSeeOther || !strings.HasPrefix(first.Header().Get("Location"), "/documents/") || first.Header().Get("Location") != second.Header().Get("Location") {
		t.Errorf("issued %d %s, again %d %s", first.Code, first.Header().Get("Location"), second.Code, second.Header().Get("Location"))
	}
	if got := page(t, k, at).ID("made").Text(); !strings.Contains(got, "Thông báo 01-TB/CB") {
		t.Errorf("issued: %s", got)
	}
	for _, who := range []int{member1, member2} {
		if got := status(w.as(w.who(who)), at); got != http.StatusForbidden {
			t.Errorf("a member gets %d", got)
		}
		if res := sendForm(w.as(w.who(who)), at, form); res.Code != http.StatusForbidden {
			t.Errorf("a member issues: %d", res.Code)
		}
	}
	if got := status(k, at+"?kind=XX"); got != http.StatusNotFound {
		t.Errorf("no such kind: %d", got)
	}
}

// The editor shows the paper in the words typed, and names a field that is not known at
// its piece, with everything typed kept.
func TestWordingPage(t *testing.T) {
	w := newWorld(t)
	w.closed()
	at := "/units/" + strconv.FormatInt(w.cell.ID, 10) + "/wording"
	k := w.as(w.who(secretary))
	for _, kind := range []string{"", "?kind=NQ", "?kind=KL", "?kind=TB", "?kind=GM", "?kind=CTr", "?kind=BC", "?kind=BS"} {
		doc := page(t, k, at+kind)
		webtest.A11y(t, doc)
		if len(doc.Class("paper")) != 1 {
			t.Errorf("%s shows no paper", kind)
		}
	}
	form := url.Values{"kind": {"BB"}, "from": {day().Vi()}, "do": {"preview"}, "w-closing": {"Nghỉ lúc {gio ket thuc}."}}
	shown := webtest.Doc(t, sendForm(k, at, form).Body.String())
	if !strings.Contains(shown.ID("shown").Text(), "Nghỉ lúc 21 giờ 05 phút.") {
		t.Errorf("preview: %s", shown.ID("shown").Text())
	}
	form.Set("do", "save")
	form.Set("w-closing", "Nghỉ lúc {họ tên} & <b>")
	res := sendForm(k, at, form)
	bad := webtest.Doc(t, res.Body.String())
	webtest.A11y(t, bad)
	if res.Code != http.StatusUnprocessableEntity || !strings.Contains(bad.ID("e-closing").Text(), "{họ tên}") || !strings.Contains(res.Body.String(), "Nghỉ lúc {họ tên} &amp; &lt;b&gt;") {
		t.Errorf("an unknown field: %d %s", res.Code, bad.ID("e-closing").Text())
	}
	form.Set("w-closing", "Nghỉ lúc {giờ kết thúc}.")
	if res := sendForm(k, at, form); res.Code != http.StatusSeeOther {
		t.Fatalf("stored: %d %s", res.Code, res.Body)
	}
	if !strings.Contains(page(t, w.as(w.who(member1)), at).ID("shown").Text(), "Nghỉ lúc") {
		t.Error("the words are not stored")
	}
	if res := sendForm(w.as(w.who(member1)), at, form); res.Code != http.StatusForbidden {
		t.Errorf("a member words papers: %d", res.Code)
	}
	if got := status(w.as(w.stranger()), at); got != http.StatusForbidden {
		t.Errorf("a stranger gets %d", got)
	}
}
