package meetingweb_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"chibo/internal/web/webtest"
)

// An election from the printed ballots through protocol and next round to the posts.
func TestSecretElectionOnItsPages(t *testing.T) {
	w := newHall(t)
	ref := w.opened()
	w.here(ref, inSecretary, inDeputy, inCommittee, inFirst, inSecond, inThird, inFourth)
	list := href(ref) + "/secret"
	in := url.Values{
		"kind": {"candidates"}, "purpose": {"election"}, "post": {"committee"}, "subject": {"Bầu chi ủy"}, "seats": {"3"}, "max": {"3"}, "min": {"0"}, "round": {"1"},
		"way": {"paper"}, "show": {"guarded"}, "people": {num(w.ids[inSecretary]), num(w.ids[inDeputy]), num(w.ids[inCommittee])},
		"team1": {num(w.ids[inFirst])}, "team2": {num(w.ids[inSecond])},
	}
	rec := webtest.Post(t, w.kit, list, in)
	if rec.Code != http.StatusSeeOther {
		t.Fatalf("opened: %d %s", rec.Code, fold(rec.Body.String()))
	}
	at := rec.Header().Get("Location")
	if got := w.page(at).ID("base").Text(); !strings.Contains(got, "tính vào tổng số") || !strings.Contains(got, "chưa kiểm chứng") {
		t.Errorf("who counts, with the doubted rules: %q", got)
	}
	rec = webtest.Post(t, w.kit, at+"/ballots", nil)
	if rec.Code != http.StatusOK || rec.Header().Get("Content-Type") != "application/pdf" || rec.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("ballots: %d %s", rec.Code, rec.Header())
	}
	w.ok(at, at+"/paper", "rest", "true")
	w.ok(at, at+"/close", "version", "1")
	for _, seat := range []string{"1", "2"} {
		webtest.Post(t, w.kit, at+"/entry", url.Values{"seat": {seat}, "issued": {"7"}, "returned": {"7"}, "invalid": {"0"}, "votes": {"7", "7", "1"}})
	}
	w.ok(at, at+"/count")
	next := w.page(at).ID("next").Text()
	if !strings.Contains(next, "Xem biên bản kiểm phiếu") || !strings.Contains(next, "Mở lần bỏ phiếu thứ 2") || !strings.Contains(next, "Bế mạc xong") {
		t.Errorf("what is next: %q", next)
	}
	id := at[strings.LastIndex(at, "/")+1:]
	form := w.page(list + "/new?kind=candidates&again=" + id).Form(list)
	if form.Value("round") != "2" || form.Value("seats") != "1" || form.Value("post") != "committee" || form.Value("subject") != "Bầu chi ủy" {
		t.Errorf("the next round: %q %q %q %q", form.Value("round"), form.Value("seats"), form.Value("post"), form.Value("subject"))
	}
	if got := w.page(at + "/protocol").ID("shown").Text(); !strings.Contains(got, "Trúng cử 2/3") || !strings.Contains(got, "phát ra: 7") {
		t.Errorf("the protocol: %q", got)
	}
	w.be(inFirst)
	if rec := w.get(at + "/protocol"); rec.Code != http.StatusForbidden {
		t.Errorf("a member previews the numbers: %d", rec.Code)
	}
	w.be(inSecretary)
	rec = webtest.Post(t, w.kit, at+"/protocol", nil)
	if rec.Code != http.StatusSeeOther || !strings.HasPrefix(rec.Header().Get("Location"), "/documents/") {
		t.Errorf("issued: %d %s", rec.Code, fold(rec.Body.String()))
	}
	w.fails(409, list+"/elected", "how", "keep")
	w.clk.Advance(95 * time.Minute)
	if got := w.page(list + "/elected").ID("elected").Text(); !strings.Contains(got, "Chi ủy viên") {
		t.Errorf("who was elected: %q", got)
	}
}
