package meetingweb_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/internal/web/webtest"
	"chibo/meeting"
	"chibo/meeting/meetingweb"
)

func href(ref ident.Ref) string { return "/meetings/" + ref.String() }

// The whole meeting by its secretary, with plain forms, as a tired hand does it; it
// counts the presses and the typed texts (interface.md, budgets).
func TestWholeMeeting(t *testing.T) {
	w := newHall(t)
	ref := w.invited()
	run := href(ref) + "/run"
	presses, typed := 0, 0
	press := func(path string, pairs ...string) {
		t.Helper()
		w.ok(run, href(ref)+path, pairs...)
		presses++
	}
	if !w.page(run).Form(href(ref) + "/open").OK() {
		t.Fatal("the meeting cannot be opened from the page")
	}
	press("/roll/"+num(w.ids[inSixth]), "absent", "illness")
	press("/open")
	press("/roll/rest", "rest", "present")
	press("/fee", "fee", "9")
	press("/judge")
	for _, it := range w.full(ref).Items {
		doc := w.page(run)
		if next := doc.Form(href(ref) + "/items/" + num(it.ID) + "/start"); !next.OK() {
			t.Fatalf("no way to item %d", it.Seq)
		}
		press("/items/" + num(it.ID) + "/start")
	}
	item := num(w.full(ref).ItemID)
	press("/opinions", "item", item, "member", num(w.ids[inFirst]), "text", "Đề nghị hỗ trợ 3 hộ khó khăn.")
	typed++
	for _, i := range []int{inSecond, inThird, inFourth} {
		press("/opinions", "item", item, "spoke", num(w.ids[i]))
	}
	press("/decisions", "title", "Vận động 5 hộ hiến đất", "assignee", num(w.ids[inDeputy]), "due", "30/11/2026")
	press("/text", "field", "conclusion", "conclusion", "Chi bộ thống nhất.", "was", "")
	typed += 2
	press("/votes", "purpose", "resolution")
	vote := w.full(ref).Votes[0]
	form := w.page(run).Form(href(ref) + "/votes/" + num(vote.Ref.ID) + "/close")
	if form.Value("yes") != "8" || form.Value("no") != "0" {
		t.Errorf("hands are proposed as %s yes, %s no", form.Value("yes"), form.Value("no"))
	}
	press("/votes/"+num(vote.Ref.ID)+"/close", "yes", form.Value("yes"), "no", "0", "other", "0", "version", form.Value("version"))
	doc := w.page(run)
	end := doc.Form(href(ref) + "/adjourn")
	if end.Tag("button").HasAttr("disabled") {
		t.Fatalf("cannot close: %s", doc.ID("run-close").Text())
	}
	w.clk.Advance(95 * time.Minute)
	w.ok(href(ref), href(ref)+"/adjourn", "version", end.Value("version"))
	presses++
	f := w.full(ref)
	if f.State != meeting.Closed || len(f.Documents) != 2 || f.Attendance.Present != 9 || f.Attendance.Excused != 1 || f.FeePaid != 9 {
		t.Errorf("closed as %s with %d papers, %+v", f.State, len(f.Documents), f.Attendance)
	}
	t.Logf("%d presses, %d typed texts", presses, typed)
	if presses > 40 || typed > 3 {
		t.Errorf("%d presses and %d typed texts", presses, typed)
	}
	if rec := w.get(run); rec.Code != http.StatusSeeOther || rec.Header().Get("Location") != href(ref) {
		t.Errorf("the run page of a closed meeting: %d", rec.Code)
	}
}

func TestWhoSeesRun(t *testing.T) {
	w := newHall(t)
	ref := w.opened()
	w.here(ref, inSecretary, inFirst)
	upper := access.Actor{AccountID: 900, PersonID: 900, PartID: w.cell.PartID, Grants: []access.Grant{{Role: access.RoleUpper, OrgID: w.town.ID, Path: w.town.Path}}}
	stranger := access.Actor{AccountID: 901, PersonID: 901, PartID: w.cell.PartID, Grants: []access.Grant{{Role: access.RoleMember, OrgID: w.other.ID, Path: w.other.Path}}}
	for _, c := range []struct {
		name            string
		who             access.Actor
		run, hall, door int
	}{
		{"secretary", w.act(inSecretary), 200, 200, 200},
		{"committee", w.act(inCommittee), 200, 200, 200},
		{"member", w.act(inFirst), 403, 200, 200},
		{"upper", upper, 403, 200, 200},
		{"stranger", stranger, 403, 403, 403},
		{"nobody", access.Actor{}, 303, 303, 303},
	} {
		w.who = c.who
		for path, want := range map[string]int{"/run": c.run, "/roll": c.run, "/hall": c.hall, "/checkin": c.door} {
			rec := w.get(href(ref) + path)
			if rec.Code != want {
				t.Errorf("%s at %s: %d, want %d", c.name, path, rec.Code, want)
			}
			if rec.Code == 200 {
				webtest.A11y(t, webtest.Doc(t, rec.Body.String()))
			}
		}
	}
	w.who = w.act(inCommittee)
	if w.page(href(ref) + "/run").Form(href(ref) + "/adjourn").OK() {
		t.Error("a committee member is offered to close")
	}
	w.be(inFirst)
	for _, path := range []string{"/open", "/roll/rest", "/judge", "/votes", "/adjourn", "/fee", "/text", "/decisions"} {
		form := []string{"purpose", "resolution", "field", "conclusion", "title", "x", "assignee", num(w.ids[0]), "due", "30/11/2026", "fee", "1", "rest", "absent", "version", "1"}
		if rec := w.post(href(ref)+path, form...); rec.Code != http.StatusForbidden {
			t.Errorf("a member may POST %s: %d", path, rec.Code)
		}
	}
	if doc := w.page(href(ref) + "/hall"); len(doc.Class("hall-digits")) != 0 {
		t.Error("a member's hall page shows the code")
	}
	w.be(inSecretary)
	if doc := w.page(href(ref) + "/hall"); len(doc.Class("hall-digits")) != 1 || len(doc.Class("qr")) != 1 {
		t.Error("the secretary's hall page shows no code")
	}
}

func TestRefusedForms(t *testing.T) {
	w := newHall(t)
	ref := w.opened()
	w.here(ref, inSecretary, inDeputy, inFirst)
	base := href(ref)
	w.must(w.svc.StartItem(w.ctx(), w.act(inSecretary), ref, w.full(ref).Items[0].ID))
	item := w.full(ref).Items[0].ID

	doc := w.fails(422, base+"/opinions", "item", num(item), "text", "Ý kiến dài đã gõ")
	if doc.ID("f-text").Text() != "Ý kiến dài đã gõ" || !doc.ID("form-errors").OK() {
		t.Error("an opinion without a member loses its words")
	}
	doc = w.fails(422, base+"/decisions", "title", "Thăm hộ nghèo", "due", "31/02/2026")
	if doc.ID("f-title").Attr("value") != "Thăm hộ nghèo" || doc.ID("f-due").Attr("value") != "31/02/2026" || !doc.ID("e-due").OK() {
		t.Error("a decision with a bad day is not kept")
	}
	doc = w.fails(422, base+"/fee", "fee", "500")
	if !strings.Contains(doc.ID("run-roll").Text(), "từ 0 đến 12") {
		t.Error("too many have paid, and nothing is said")
	}
	for _, paid := range []string{"", "-1", "x"} {
		doc = w.fails(422, base+"/fee", "fee", paid)
		if doc.ID("e-fee").Text() == "" || doc.ID("f-fee").Attr("value") != paid || w.full(ref).FeePaid != -1 {
			t.Errorf("fee %q: says %q, keeps %q, stored %d", paid, doc.ID("e-fee").Text(), doc.ID("f-fee").Attr("value"), w.full(ref).FeePaid)
		}
	}
	doc = w.fails(422, base+"/opinions", "item", num(item), "member", num(w.ids[inFirst]), "text", strings.Repeat("ý", 2001))
	if doc.ID("f-text").Text() != strings.Repeat("ý", 2001) || !strings.Contains(doc.ID("e-text").Text(), "tối đa 2.000 chữ") {
		t.Errorf("an opinion that is too long: %q", doc.ID("e-text").Text())
	}
	doc = w.fails(422, base+"/roll/"+num(w.ids[inThird]), "absent", "typed", "reason", "")
	if !strings.Contains(doc.ID("m-"+num(w.ids[inThird])).Text(), "lý do vắng") {
		t.Errorf("no word at the member: %s", doc.ID("m-"+num(w.ids[inThird])).Text())
	}
	doc = w.fails(422, base+"/roll/"+num(w.ids[inThird]), "absent", "typed", "reason", "", "back", base+"/roll")
	if !doc.ID("roll-list").OK() || doc.ID("run-item").OK() {
		t.Error("the roll page does not come back")
	}
	w.must(w.svc.NoteItem(w.ctx(), w.act(inDeputy), ref, item, "Đã cử thư ký.", nil))
	doc = w.fails(409, base+"/items/"+num(item)+"/note", "note", "Bản của tôi", "was", "")
	if got := doc.ID("run-item").Text(); !strings.Contains(got, "Đã cử thư ký.") || doc.ID("f-note").Text() != "Bản của tôi" {
		t.Error("a conflict does not show both notes")
	}
	w.ok(base+"/run", base+"/text", "field", "conclusion", "conclusion", "Kết luận của phó bí thư", "was", "")
	doc = w.fails(409, base+"/text", "field", "conclusion", "conclusion", "Kết luận khác", "was", "")
	if got := doc.ID("run-words").Text(); !strings.Contains(got, "Kết luận của phó bí thư") || doc.ID("f-conclusion").Text() != "Kết luận khác" {
		t.Error("a conflict does not show both conclusions")
	}
	if rec := w.post(base+"/text", "field", "review", "review", "x"); rec.Code != 422 {
		t.Errorf("a text of the plan is written from the run page: %d", rec.Code)
	}
	if rec := w.get("/meetings/1-x/run"); rec.Code != 404 {
		t.Errorf("a broken address: %d", rec.Code)
	}
	if rec := w.post(base+"/opinions", "text", "x", "member", num(w.ids[0]), "item", "77", "back", "//evil.example"); rec.Header().Get("Location") != "" && !strings.HasPrefix(rec.Header().Get("Location"), base) {
		t.Errorf("led away to %s", rec.Header().Get("Location"))
	}
}

func TestQuorumOnlyWarns(t *testing.T) {
	w := newHall(t)
	ref := w.opened()
	w.here(ref, inSecretary, inDeputy)
	doc := w.page(href(ref) + "/run")
	if !strings.Contains(doc.ID("run-roll").Text(), "chỉ nhắc") {
		t.Error("few are here, and nothing is said")
	}
	w.ok(href(ref)+"/run", href(ref)+"/roll/rest", "rest", "absent")
	w.ok(href(ref)+"/run", href(ref)+"/votes", "purpose", "resolution")
}

// Two people close the meeting: the second gets a page that says so.
func TestAdjournTwice(t *testing.T) {
	w := newHall(t)
	ref := w.opened()
	w.here(ref, 0, 1, 2, 3, 4, 5, 6, 7, 8, inReserve)
	w.adopt(ref)
	version := num(w.full(ref).Version)
	doc := w.fails(409, href(ref)+"/adjourn", "version", "0")
	if doc.Form(href(ref)+"/adjourn").Value("version") != version {
		t.Error("a stale page does not come back fresh")
	}
	w.ok(href(ref), href(ref)+"/adjourn", "version", version)
	w.be(inDeputy)
	doc = w.fails(409, href(ref)+"/adjourn", "version", version)
	if !strings.Contains(doc.Tag("main").Text(), "đã kết thúc trước đó") {
		t.Errorf("the second is told %q", doc.Tag("main").Text())
	}
	doc = w.fails(409, href(ref)+"/roll/"+num(w.ids[3]), "presence", "present")
	if !strings.Contains(doc.Tag("main").Text(), "đã kết thúc") {
		t.Error("a call after the closing")
	}
	if n := len(w.full(ref).Documents); n != 2 {
		t.Errorf("%d papers", n)
	}
}

func TestAdjournSaysWhatIsMissing(t *testing.T) {
	w := newHall(t)
	ref := w.opened()
	_, err := w.svc.AddDecision(w.ctx(), w.act(inSecretary), ref, meeting.Decision{Title: "Việc", AssigneeID: w.ids[1], Due: civil.Of(2026, 11, 30)})
	w.must(err)
	part := w.page(href(ref) + "/run").ID("run-close")
	if len(part.Class("warn")) == 0 || part.Link("Còn 10 đảng viên phải dự chưa được điểm danh. Đồng chí điểm danh nốt rồi kết thúc.").Attr("href") != "#run-roll" {
		t.Errorf("missing: %s", part.Text())
	}
	doc := w.fails(409, href(ref)+"/adjourn", "version", num(w.full(ref).Version))
	if !doc.ID("form-errors").OK() {
		t.Error("no word why it cannot be closed")
	}
}

func TestHostileNames(t *testing.T) {
	names := hallNames()
	names[inFirst] = "<script>alert(1)</script>"
	names[inSecond] = strings.Repeat("Nguyễn ", 20) + "Dài"
	names[inThird] = "\u202eđảo \u202cngược"
	w := newHall(t, names...)
	ref := w.opened()
	w.here(ref, 0, 1, 2, 3, 4, 5, 6)
	long := strings.Repeat("dài ", 500)
	items := w.full(ref).Items
	w.must(w.svc.StartItem(w.ctx(), w.act(0), ref, items[0].ID))
	for i, text := range []string{"<script>alert(2)</script>", long, "{{.Name}}", ""} {
		_, err := w.svc.AddOpinion(w.ctx(), w.act(0), ref, meeting.OpinionIn{ItemID: items[0].ID, MembershipID: w.ids[i+2], Text: text})
		w.must(err)
	}
	_, err := w.svc.AddDecision(w.ctx(), w.act(0), ref, meeting.Decision{Title: `"><script>alert(3)</script>`, AssigneeID: w.ids[3], Due: civil.Of(2026, 11, 30), Product: long[:300]})
	w.must(err)
	v, err := w.svc.OpenVote(w.ctx(), w.act(0), ref, "<img src=x onerror=alert(4)>", meeting.PurposeOther)
	w.must(err)
	w.must(w.svc.Reserve(w.ctx(), w.act(0), ref, v.ID, w.ids[3], "<b onclick=x>bảo lưu</b>"))
	for _, path := range []string{"/run", "/roll", "/hall", "/checkin", "/votes/" + num(v.ID)} {
		doc := w.page(href(ref) + path)
		if strings.Contains(doc.Raw, "<script>alert") || strings.Contains(doc.Raw, "<img src=x") || strings.Contains(doc.Raw, "<b onclick") {
			t.Errorf("%s: a value became markup", path)
		}
	}
}

// What was not scored yet is named where the meeting is closed, with the way there.
func TestScoreHint(t *testing.T) {
	w := newHall(t)
	w.svc.ScoreFor = func(context.Context, db.Q, ident.Ref) (meeting.ScoreLine, bool, error) {
		return meeting.ScoreLine{}, false, nil
	}
	ref := w.opened()
	if l := w.page(href(ref) + "/run").ID("run-close").Link("Chưa chấm điểm buổi sinh hoạt"); l.Attr("href") != href(ref)+"/score" {
		t.Error("the close box does not lead to the score")
	}
}

func TestEnglishPages(t *testing.T) {
	w := newHall(t)
	ref := w.opened()
	w.here(ref, 0, 1, 2, 3)
	w.must(w.svc.StartItem(w.ctx(), w.act(0), ref, w.full(ref).Items[0].ID))
	v, err := w.svc.OpenVote(w.ctx(), w.act(0), ref, "", meeting.PurposeResolution)
	w.must(err)
	en := &http.Cookie{Name: "lang", Value: "en"}
	for _, path := range []string{"/run", "/roll", "/hall", "/checkin", "/votes/" + num(v.ID)} {
		webtest.A11y(t, webtest.Get(t, w.kit, href(ref)+path, en))
	}
}

// A vote that was opened on another device and counted there meanwhile.
func TestTwoCountOneVote(t *testing.T) {
	w := newHall(t)
	ref := w.opened()
	w.here(ref, 0, 1, 2, 3, 4)
	v, err := w.svc.OpenVote(w.ctx(), w.act(0), ref, "", meeting.PurposeResolution)
	w.must(err)
	path := href(ref) + "/votes/" + num(v.ID)
	stale := num(w.full(ref).Votes[0].Version)
	w.ok(href(ref)+"/run", path+"/hands", "yes", "4", "no", "1", "other", "0", "version", stale)
	doc := w.fails(409, path+"/close", "yes", "5", "no", "0", "other", "0", "version", stale)
	if !doc.ID("form-errors").OK() {
		t.Error("the second count is not told")
	}
	doc = w.fails(422, path+"/close", "yes", "9", "no", "0", "other", "0", "version", num(w.full(ref).Votes[0].Version))
	if doc.ID("f-yes").Attr("value") != "9" {
		t.Error("the count is not kept")
	}
	if got := doc.ID("run-vote").Text(); !strings.Contains(got, "chính thức vắng mặt") || !strings.Contains(got, "dự bị") {
		t.Errorf("the base is not explained: %s", got)
	}
	w.ok(href(ref)+"/run", path+"/close", "yes", "5", "no", "0", "other", "0", "version", num(w.full(ref).Votes[0].Version))
	if got := w.full(ref).Votes[0]; got.Yes != 5 || got.Base != 9 || !got.Passed {
		t.Errorf("%+v", got.Vote)
	}
}

func TestRunTemplates(t *testing.T) { meetingweb.CheckRunPages(t, newHall(t).kit) }
