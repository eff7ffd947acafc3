package meetingweb_test

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"chibo/internal/web/webtest"
	"chibo/meeting"
)

// Each state has one act for the secretary; a member sees what concerns a member.
func TestShowByStateAndRole(t *testing.T) {
	for _, c := range []struct {
		name      string
		bring     func(*world) string
		secretary string // label of the one act
		member    string // what a member reads
	}{
		{"preparing", func(w *world) string { return meeting.Href(w.prepared()) }, "Chuẩn bị nội dung", "Chi ủy đang chuẩn bị"},
		{"agreed", func(w *world) string { return meeting.Href(w.agreed()) }, "Gửi giấy mời", "Chi ủy đang chuẩn bị"},
		{"invited", func(w *world) string { return meeting.Href(w.invited()) }, "Xem trả lời", "Đồng chí có dự họp không?"},
		{"open", func(w *world) string { return meeting.Href(w.opened()) }, "Về trang điều hành", "Nhập mã bốn số"},
		{"closed", func(w *world) string { return meeting.Href(w.closed()) }, "Chấm điểm", "Nghị quyết 01-NQ/CB"},
		{"sent", func(w *world) string { return meeting.Href(w.sent()) }, "", "Biên bản 01-BB/CB"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			path := c.bring(w)
			doc := page(t, w.as(w.who(secretary)), path)
			lead := doc.With("aria-labelledby", "next-h")
			if c.secretary != "" && !strings.Contains(lead.Text(), c.secretary) {
				t.Errorf("the secretary's act: %q", lead.Text())
			}
			if len(lead.Class("primary")) > 1 || len(doc.Class("path")) != 1 || len(doc.Class("path")[0].Tags("li")) != 8 {
				t.Error("not one act over eight steps")
			}
			own := page(t, w.as(w.who(member1)), path)
			if !strings.Contains(own.Text(), c.member) {
				t.Errorf("a member reads %s", own.Text())
			}
			if own.With("aria-labelledby", "next-h").OK() || len(own.Class("path")) > 0 {
				t.Error("a member is shown the secretary's work")
			}
			upper := page(t, w.as(w.upper()), path)
			for _, act := range []string{"/plan", "/committee", "/run", "/answer", "/send"} {
				if upper.With("href", path+act).OK() || upper.Form(path+act).OK() {
					t.Errorf("the committee above is offered %s", act)
				}
			}
			if got := status(w.as(w.stranger()), path); got != http.StatusForbidden {
				t.Errorf("a stranger gets %d", got)
			}
		})
	}
}

func TestInviteAndAnswers(t *testing.T) {
	w := newWorld(t)
	ref := w.agreed()
	path := meeting.Href(ref) + "/invite"
	k := w.as(w.who(secretary))
	if doc := page(t, k, path); !strings.Contains(doc.Text(), "Mời 12 đảng viên") || !strings.Contains(doc.Text(), "Lương Hữu Trí") {
		t.Errorf("before: %s", doc.Text())
	}
	leads(t, webtest.Post(t, k, path, nil), path)
	again(t, webtest.Post(t, k, path, nil), http.StatusConflict)
	doc := page(t, k, path)
	if strings.Contains(doc.Text(), "0912345678") {
		t.Error("numbers are shown before somebody asks for them")
	}
	if !strings.Contains(page(t, k, path+"?phones=1").Text(), "0912345678") || strings.Contains(page(t, w.as(w.who(committee)), path+"?phones=1").Text(), "0912345678") {
		t.Error("numbers are for the lead, on request")
	}
	row := path + "/" + strconv.FormatInt(w.people[member1].id, 10)
	bad := again(t, webtest.Post(t, k, row, url.Values{"answer": {"no"}}), http.StatusUnprocessableEntity)
	if !strings.Contains(bad.ID("a-"+strconv.FormatInt(w.people[member1].id, 10)).Text(), "lý do vắng") {
		t.Error("no reason, and nothing is said at the person")
	}
	again(t, webtest.Post(t, k, row, url.Values{"answer": {"perhaps"}}), http.StatusUnprocessableEntity)
	leads(t, webtest.Post(t, k, row, url.Values{"answer": {"no"}, "pick": {"illness"}}), path)
	if got := page(t, k, path).ID("given").Text(); !strings.Contains(got, "Xin vắng: Ốm đau") {
		t.Errorf("the answer: %s", got)
	}
	if rec := webtest.Post(t, w.as(w.who(member2)), row, url.Values{"answer": {"yes"}}); rec.Code != http.StatusForbidden {
		t.Errorf("a member answers for another: %d", rec.Code)
	}
	slips := webtest.Get(t, k, meeting.Href(ref)+"/slips")
	if got := len(slips.Class("slip")); got != 9 {
		t.Errorf("%d slips for those who have not opened theirs", got)
	}
	if got := len(webtest.Get(t, k, meeting.Href(ref)+"/slips?all=1").Class("slip")); got != 12 {
		t.Errorf("%d slips for all", got)
	}
}

func TestInviteBeforeAgreement(t *testing.T) {
	w := newWorld(t)
	path := meeting.Href(w.prepared()) + "/invite"
	k := w.as(w.who(secretary))
	if doc := page(t, k, path); doc.ID("send").OK() || !doc.Link("Chi ủy đã họp").OK() {
		t.Error("the invitation is offered before the committee agreed")
	}
	doc := again(t, webtest.Post(t, k, path, nil), http.StatusConflict)
	if doc.ID("form-errors").Text() == "" {
		t.Error("nothing is said")
	}
}

func TestMemberAnswersAndWrites(t *testing.T) {
	w := newWorld(t)
	path := meeting.Href(w.invited())
	k := w.as(w.who(member1))
	bad := again(t, webtest.Post(t, k, path+"/answer", url.Values{"answer": {"no"}}), http.StatusUnprocessableEntity)
	if bad.ID("e-reason").Text() == "" || !bad.ID("say-no").HasAttr("open") {
		t.Error("no reason, and nothing is said")
	}
	leads(t, webtest.Post(t, k, path+"/answer", url.Values{"answer": {"no"}, "reason": {"Chăm mẹ ốm"}}), path)
	doc := page(t, k, path)
	if !strings.Contains(doc.ID("answer").Text(), "Chăm mẹ ốm") || doc.Value("reason") != "Chăm mẹ ốm" {
		t.Errorf("after no: %s", doc.ID("answer").Text())
	}
	leads(t, webtest.Post(t, k, path+"/answer", url.Values{"answer": {"yes"}}), path)
	if !strings.Contains(page(t, k, path).ID("answer").Text(), "sẽ dự họp") {
		t.Error("after yes")
	}
	empty := again(t, webtest.Post(t, k, path+"/opinions/own", url.Values{"text": {" "}}), http.StatusUnprocessableEntity)
	if empty.ID("e-text").Text() == "" {
		t.Error("an empty opinion")
	}
	long := strings.Repeat("dài ", 3000)
	kept := again(t, webtest.Post(t, k, path+"/opinions/own", url.Values{"text": {long}}), http.StatusUnprocessableEntity)
	if kept.Value("text") != strings.TrimSpace(long) {
		t.Error("a long opinion was lost")
	}
	once := url.Values{"text": {"Sửa đường ngõ 3"}, "op": {"abc"}, "item": {"0"}}
	for range 2 {
		leads(t, webtest.Post(t, k, path+"/opinions/own", once), path)
	}
	if got := len(page(t, k, path).Class("opinions")[0].Tags("li")); got != 1 {
		t.Errorf("sent twice, kept %d times", got)
	}
	if rec := webtest.Post(t, w.as(w.upper()), path+"/answer", url.Values{"answer": {"yes"}}); rec.Code != http.StatusForbidden {
		t.Errorf("who is not on the roll answers: %d", rec.Code)
	}
}

func TestSend(t *testing.T) {
	w := newWorld(t)
	path := meeting.Href(w.closed())
	k := w.as(w.who(secretary))
	if rec := webtest.Post(t, w.as(w.who(committee)), path+"/send", nil); rec.Code != http.StatusForbidden {
		t.Errorf("a committee member sends: %d", rec.Code)
	}
	leads(t, webtest.Post(t, k, path+"/send", nil), path)
	again(t, webtest.Post(t, k, path+"/send", nil), http.StatusConflict)
	mine := page(t, w.as(w.who(deputy)), path)
	if !strings.Contains(mine.With("aria-labelledby", "mine-h").Text(), "Vận động hiến đất mở rộng đường ngõ 5") {
		t.Error("a member does not see the own task")
	}
	if !page(t, w.as(w.upper()), path).Link("Xem và quyết định điểm").OK() {
		t.Error("the committee above is not led to the score")
	}
}

// Opening the page is how the secretary learns that a member has the invitation.
func TestOpeningIsSeen(t *testing.T) {
	w := newWorld(t)
	ref := w.invited()
	page(t, w.as(w.who(member1)), meeting.Href(ref))
	page(t, w.as(w.upper()), meeting.Href(ref))
	seen := 0
	for _, r := range w.get(ref).Roll {
		if !r.SeenAt.IsZero() {
			seen++
		}
	}
	if seen != 1 {
		t.Errorf("%d have seen it", seen)
	}
	if _, err := w.s.Get(context.Background(), w.who(member1), ref); err != nil {
		t.Error(err)
	}
}
