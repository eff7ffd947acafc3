package meetingweb_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"chibo/access"
	"chibo/internal/web/webtest"
	"chibo/meeting"
)

func (w *hallOf) code(ref string) string {
	w.t.Helper()
	who := w.who
	w.be(inSecretary)
	defer func() { w.who = who }()
	digits := w.page(ref + "/hall").Class("hall-digits")
	if len(digits) != 1 {
		w.t.Fatal("the hall shows no code")
	}
	return digits[0].Text()
}

func TestCheckIn(t *testing.T) {
	w := newHall(t)
	ref := w.invited()
	at := href(ref)
	code := w.code(at)
	wrong := "00000" // a digit more than any code, also that of half a minute ago, which counts too
	w.be(inFirst)
	if !w.page(at + "/checkin").Form(at + "/checkin").OK() {
		t.Fatal("no form")
	}
	doc := w.fails(422, at+"/checkin", "code", wrong)
	if !doc.ID("e-code").OK() || doc.ID("f-code").Attr("value") != wrong {
		t.Error("a wrong code is not told at the field, or lost")
	}
	w.ok(at+"/checkin", at+"/checkin", "code", code[:2]+" "+code[2:])
	if got := w.page(at + "/checkin").ID("checkin").Text(); !strings.Contains(got, "19:25") {
		t.Errorf("checked in: %q", got)
	}
	w.clk.Advance(10 * time.Minute)
	w.ok(at+"/checkin", at+"/checkin", "code", wrong) // twice: the first answer stands
	if got := w.page(at + "/checkin").ID("checkin").Text(); !strings.Contains(got, "19:25") {
		t.Errorf("checked in twice: %q", got)
	}
	w.who = access.Actor{AccountID: 901, PersonID: 901, PartID: w.cell.PartID, Grants: []access.Grant{{Role: access.RoleMember, OrgID: w.other.ID, Path: w.other.Path}}}
	doc = w.fails(403, at+"/checkin", "code", w.code(at))
	if !strings.Contains(doc.Tag("main").Text(), "không có trong danh sách") {
		t.Errorf("a stranger is told %q", doc.Tag("main").Text())
	}
	w.who = access.Actor{AccountID: 900, PersonID: 900, PartID: w.cell.PartID, Grants: []access.Grant{{Role: access.RoleUpper, OrgID: w.town.ID, Path: w.town.Path}}}
	if got := w.page(at + "/checkin").ID("checkin").Text(); !strings.Contains(got, "không có trong danh sách") {
		t.Errorf("an officer from above is told %q", got)
	}
	w.be(inSecond)
	for range 5 {
		w.fails(422, at+"/checkin", "code", "abcd")
	}
	if doc := w.fails(422, at+"/checkin", "code", "abcd"); !strings.Contains(doc.ID("e-code").Text(), "Chờ") {
		t.Errorf("many wrong codes: %q", doc.ID("e-code").Text())
	}
}

func TestCheckInOutOfTime(t *testing.T) {
	w := newHall(t)
	ref := w.opened()
	w.here(ref, 0, 1, 2, 3, 4, 5, 6, 7, 8, inReserve)
	w.adopt(ref)
	w.must(w.svc.Adjourn(w.ctx(), w.act(0), ref, w.full(ref).Version))
	w.be(inExempt)
	if w.page(href(ref) + "/checkin").Form(href(ref) + "/checkin").OK() {
		t.Error("a closed meeting takes check-ins")
	}
	w.fails(409, href(ref)+"/checkin", "code", "1234")
}

func TestMembersVote(t *testing.T) {
	w := newHall(t)
	ref := w.opened()
	w.here(ref, inSecretary, inDeputy, inFirst, inReserve)
	v, err := w.svc.OpenVote(w.ctx(), w.act(inSecretary), ref, "", meeting.PurposeResolution)
	w.must(err)
	at := href(ref) + "/votes/" + num(v.ID)

	w.be(inFirst)
	if got := w.page(href(ref) + "/checkin").ID("checkin"); !got.Link("Vào biểu quyết").OK() {
		t.Error("who has checked in is not led to the vote")
	}
	doc := w.page(at)
	if n := len(doc.ID("f-choice").Class("choice")); n != 3 {
		t.Errorf("%d choices", n)
	}
	w.fails(422, at+"/cast", "choice", "")
	w.ok(at, at+"/cast", "choice", "no")
	w.ok(at, at+"/cast", "choice", "yes")
	if got := w.page(at).ID("vote").Text(); !strings.Contains(got, "Tán thành") || !strings.Contains(got, "có thể đổi") {
		t.Errorf("after the cast: %q", got)
	}
	w.ok(at, at+"/reserve", "text", "Đề nghị xem lại thời hạn.")
	w.fails(422, at+"/reserve", "text", "")

	w.be(inReserve)
	if got := w.page(at).ID("vote"); !strings.Contains(got.Text(), "dự bị được thảo luận nhưng không có quyền biểu quyết") || len(got.Class("choice")) != 0 {
		t.Errorf("a reserve member sees %q", got.Text())
	}
	doc = w.fails(403, at+"/cast", "choice", "yes")
	if !strings.Contains(doc.Tag("main").Text(), "không có quyền biểu quyết") {
		t.Errorf("a reserve member is told %q", doc.Tag("main").Text())
	}
	w.be(inFourth)
	if got := w.page(at).ID("vote").Text(); !strings.Contains(got, "chưa được điểm danh") {
		t.Errorf("an absent member sees %q", got)
	}
	w.be(inSecretary)
	doc = w.page(href(ref) + "/run")
	if !strings.Contains(doc.ID("run-vote").Text(), "Đề nghị xem lại thời hạn.") {
		t.Error("the reserved opinion is not on the run page")
	}
	if got := w.page(href(ref) + "/hall").ID("hall").Text(); !strings.Contains(got, "Thông qua Nghị quyết") || strings.Contains(got, "Khánh") {
		t.Errorf("the hall shows %q", got)
	}
	w.ok(href(ref)+"/run", at+"/close", "yes", "2", "no", "0", "other", "0", "version", num(w.full(ref).Votes[0].Version))
	if got := w.page(href(ref) + "/hall").ID("hall").Text(); !strings.Contains(got, "Không được thông qua") {
		t.Errorf("the hall shows %q", got)
	}
	w.be(inFirst)
	if got := w.page(at).ID("vote").Text(); !strings.Contains(got, "Tán thành 3/9") {
		t.Errorf("the result is %q", got)
	}
	w.fails(409, at+"/cast", "choice", "no")
	if rec := w.get(href(ref) + "/votes/77"); rec.Code != http.StatusNotFound {
		t.Errorf("a vote that is not there: %d", rec.Code)
	}
}

func TestHallStages(t *testing.T) {
	w := newHall(t)
	ref := w.invited()
	see := func(want string) {
		t.Helper()
		if got := w.page(href(ref) + "/hall").Tag("main").Text(); !strings.Contains(got, want) {
			t.Errorf("the hall shows %q, want %q", got, want)
		}
	}
	see("Chào mừng")
	w.must(w.svc.OpenMeeting(w.ctx(), w.act(0), ref))
	w.here(ref, 0, 1, 2, 3, 4, 5, 6, 7, 8, inReserve)
	see("10 / 10")
	w.must(w.svc.StartItem(w.ctx(), w.act(0), ref, w.full(ref).Items[1].ID))
	see("nội dung 2/")
	w.adopt(ref)
	see("Được thông qua")
	w.clk.Advance(5 * time.Minute)
	see("nội dung 2/")
	w.must(w.svc.Adjourn(w.ctx(), w.act(0), ref, w.full(ref).Version))
	see("đã kết thúc")
}

// The stream tells of a roll call without a word about whose it was.
func TestLive(t *testing.T) {
	w := newHall(t)
	ref := w.opened()
	w.be(inFirst)
	ctx, stop := context.WithTimeout(t.Context(), 10*time.Second)
	defer stop()
	srv := httptest.NewServer(w.kit)
	defer srv.Close()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, srv.URL+href(ref)+"/live", nil)
	w.must(err)
	req.Header.Set("Accept", "text/event-stream")
	res, err := srv.Client().Do(req)
	w.must(err)
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Fatalf("status %d", res.StatusCode)
	}
	webtest.Until(t, "a listener", func() bool { return w.hub.Listeners(meeting.Topic(ref)) > 0 })
	w.here(ref, inSecond)
	buf, got := make([]byte, 4096), ""
	for !strings.Contains(got, "roll") {
		n, err := res.Body.Read(buf)
		got += string(buf[:n])
		w.must(err)
	}
	stop()
	if strings.Contains(got, num(w.ids[inSecond])) || strings.Contains(got, "Ước") {
		t.Errorf("the stream says %q", got)
	}
	w.who = access.Actor{AccountID: 901, PersonID: 901, Grants: []access.Grant{{Role: access.RoleMember, OrgID: w.other.ID, Path: w.other.Path}}}
	if rec := w.get(href(ref) + "/live"); rec.Code != http.StatusForbidden {
		t.Errorf("a stranger listens: %d", rec.Code)
	}
}
