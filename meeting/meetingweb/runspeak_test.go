package meetingweb_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"chibo/access"
	"chibo/internal/web/webtest"
	"chibo/meeting"
	"chibo/org/orgtest"
	"chibo/task"
)

// A member asks to speak on the own phone, the secretary for one without, the chair
// gives the word with one tap and ends it with one; the hall shows who is next.
func TestSpeakersOnThePages(t *testing.T) {
	w := newHall(t)
	ref := w.opened()
	run, own := href(ref)+"/run", href(ref)
	w.be(inFirst)
	if w.page(own).Form(own + "/speak").OK() {
		t.Error("a member who is not here may ask to speak")
	}
	w.fails(http.StatusForbidden, own+"/speeches/1/begin")
	w.be(inSecretary)
	w.here(ref, inSecretary, inFirst, inSecond)
	w.ok(run, own+"/items/"+num(w.full(ref).Items[2].ID)+"/start")
	w.be(inFirst)
	form := w.page(own).Form(own + "/speak")
	if !form.OK() || form.Value("op") == "" {
		t.Fatal("no way to ask to speak")
	}
	w.ok(own, own+"/speak", "op", form.Value("op"), "back", own)
	if got := w.page(own).ID("here-h"); !got.OK() || !strings.Contains(w.page(own).ID("now").Text(), "thứ 1") {
		t.Errorf("the place in the queue is not told: %s", w.page(own).ID("now").Text())
	}
	w.be(inSecretary)
	w.fails(http.StatusUnprocessableEntity, own+"/speak", "speaker", "")
	w.ok(run, own+"/speak", "speaker", num(w.ids[inSecond]))
	turns := w.full(ref).Speeches
	doc := w.page(run).ID("run-speakers")
	for _, p := range turns {
		if !doc.Form(own + "/speeches/" + num(p.ID) + "/begin").OK() {
			t.Errorf("the word cannot be given to %s", p.Name)
		}
	}
	w.ok(run, own+"/speeches/"+num(turns[0].ID)+"/begin")
	if hall := w.page(own + "/hall").ID("hall").Text(); !strings.Contains(hall, "Đang phát biểu: "+hallNames()[inFirst]) || !strings.Contains(hall, "Tiếp theo: "+hallNames()[inSecond]) {
		t.Errorf("the hall: %s", hall)
	}
	w.clk.Advance(130 * time.Second)
	w.ok(run, own+"/speeches/"+num(turns[0].ID)+"/end")
	if said := w.page(run).ID("run-speakers").Text(); !strings.Contains(said, "2:10") {
		t.Errorf("how long is not told: %s", said)
	}
	w.be(inSecond)
	w.ok(own, own+"/speak", "leave", "-1", "back", own)
	if n := len(w.full(ref).Speeches); n != 1 {
		t.Errorf("%d turns after one went", n)
	}
}

// A clock per item and for the whole is right without script on each load.
func TestClocksWithoutScript(t *testing.T) {
	w := newHall(t)
	ref := w.opened()
	it := w.full(ref).Items[0]
	w.ok(href(ref)+"/run", href(ref)+"/items/"+num(it.ID)+"/start")
	w.clk.Advance(time.Duration(it.Minutes+9) * time.Minute)
	doc := w.page(href(ref) + "/run")
	head, item, ask := doc.ID("run-head").Text(), doc.ID("run-item").Text(), doc.ID("run-hints").Text()
	for _, want := range []string{num(it.Minutes+9) + " phút", "dự kiến " + num(w.full(ref).Planned) + " phút", "quy định từ 90 phút"} {
		if !strings.Contains(head, want) {
			t.Errorf("the head has no %q: %s", want, head)
		}
	}
	if !strings.Contains(item, num(it.Minutes+9)) || !strings.Contains(ask, "quá 9 phút") {
		t.Errorf("item %q, questions %q", item, ask)
	}
	w.be(inFirst)
	if strings.Contains(w.page(href(ref)+"/hall").ID("hall").Text(), "Gợi ý") {
		t.Error("the questions to the chair stand in the hall")
	}
}

// Who writes is seen; a second one keeps what was typed, sees what stands there, and
// takes over knowingly.
func TestPenOnTheRunPage(t *testing.T) {
	w := newHall(t)
	ref := w.opened()
	run := href(ref) + "/run"
	it := num(w.full(ref).Items[0].ID)
	w.ok(run, href(ref)+"/items/"+it+"/start")
	w.be(inCommittee)
	w.ok(run, href(ref)+"/items/"+it+"/note", "note", "Thư ký ghi", "was", "")
	w.be(inSecretary)
	form := w.page(run).Form(href(ref) + "/items/" + it + "/note")
	if !strings.Contains(form.Text(), hallNames()[inCommittee]) || !form.With("name", "take").OK() {
		t.Errorf("the page does not say who writes: %s", form.Text())
	}
	typed := "Bí thư ghi </textarea><script>alert(1)</script>"
	doc := w.fails(http.StatusConflict, href(ref)+"/items/"+it+"/note", "note", typed, "was", "")
	form = doc.Form(href(ref) + "/items/" + it + "/note")
	if form.Value("note") != typed || form.Value("was") != "Thư ký ghi" || !strings.Contains(form.Text(), "Thư ký ghi") || !strings.Contains(form.Text(), hallNames()[inCommittee]) {
		t.Errorf("typed %q, was %q: %s", form.Value("note"), form.Value("was"), form.Text())
	}
	w.ok(run, href(ref)+"/items/"+it+"/note", "note", typed, "was", form.Value("was"), "take", "true")
	// The same for a text of the papers.
	w.ok(run, href(ref)+"/text", "field", "conclusion", "conclusion", "Thống nhất", "was", "")
	w.be(inCommittee)
	doc = w.fails(http.StatusConflict, href(ref)+"/text", "field", "conclusion", "conclusion", "Khác", "was", "")
	if f := doc.ID("run-words").Form(href(ref) + "/text"); f.Value("conclusion") != "Khác" || !f.With("name", "take").OK() {
		t.Errorf("the conclusion: %q", f.Value("conclusion"))
	}
	if p := w.full(ref).Pens[meeting.PenNotes]; !p.Mine || p.TakenFrom != hallNames()[inCommittee] {
		t.Errorf("%+v", p)
	}
}

// The table of the last resolution stands first until all of it is judged; a task is
// closed with a reason or carried into the new draft.
func TestLastResolutionFirst(t *testing.T) {
	w := newHall(t)
	ref := w.opened()
	run := href(ref) + "/run"
	body := w.get(run).Body.String()
	if a, b := strings.Index(body, `id="run-tasks"`), strings.Index(body, `id="run-item"`); a < 0 || a > b {
		t.Error("the last resolution does not stand first")
	}
	tasks := w.full(ref).Tasks
	one := func(i int) (id, version string) { x := w.full(ref).Tasks[i]; return num(x.Ref.ID), num(x.Version) }
	id, version := one(0)
	w.ok(run, href(ref)+"/judge/"+id, "result", "undone", "remark", "Mưa lũ kéo dài", "version", version)
	id, version = one(2)
	doc := w.fails(http.StatusUnprocessableEntity, href(ref)+"/carry/"+id, "carry_due", "31/02/2026", "version", version)
	if !doc.ID("run-tasks").With("id", "form-errors").OK() {
		t.Error("a day that does not exist is not told at the table")
	}
	w.ok(run, href(ref)+"/carry/"+id, "carry_due", "20/12/2026", "version", version)
	page := w.page(run)
	if text := page.ID("run-tasks").Text(); !strings.Contains(text, "Mưa lũ kéo dài") || !strings.Contains(text, "đã đưa vào nghị quyết mới") {
		t.Errorf("the table: %s", text)
	}
	if !strings.Contains(page.ID("run-draft").Text(), tasks[2].Title) {
		t.Error("the task is not in the draft")
	}
	w.ok(run, href(ref)+"/judge")
	body = w.get(run).Body.String()
	if a, b := strings.Index(body, `id="run-tasks"`), strings.Index(body, `id="run-item"`); a < b {
		t.Error("judged, it still stands before the item")
	}
	if got := w.full(ref).Tasks[0]; got.Result != task.Undone || got.Note != "Mưa lũ kéo dài" {
		t.Errorf("%+v", got)
	}
}

func TestMentionsOnTheRunPage(t *testing.T) {
	w := newHall(t)
	ref := w.opened()
	run := href(ref) + "/run"
	doc := w.fails(http.StatusUnprocessableEntity, href(ref)+"/mentions", "kind", "praise", "who", "", "why", "hiến 40 m² đất")
	form := doc.ID("run-mentions").Form(href(ref) + "/mentions")
	if form.Value("why") != "hiến 40 m² đất" || !form.With("id", "e-who").OK() {
		t.Errorf("what was typed: %q", form.Value("why"))
	}
	w.ok(run, href(ref)+"/mentions", "kind", "praise", "who", num(w.ids[inFirst]), "why", "hiến 40 m² đất", "op", "m1")
	w.ok(run, href(ref)+"/mentions", "kind", "praise", "who", num(w.ids[inFirst]), "why", "hiến 40 m² đất", "op", "m1")
	list := w.full(ref).Mentions
	if len(list) != 1 || !strings.Contains(w.page(run).ID("run-mentions").Text(), "hiến 40 m² đất") {
		t.Fatalf("%+v", list)
	}
	w.ok(run, href(ref)+"/mentions/"+num(list[0].ID)+"/remove")
	if len(w.full(ref).Mentions) != 0 {
		t.Error("still there")
	}
}

// The page of criticism says who reads above the field, keeps what was typed, offers no
// draft on the device, and shows others a number.
func TestCriticismPage(t *testing.T) {
	w := newHall(t)
	ref := w.opened()
	page := href(ref) + "/criticism"
	w.here(ref, inSecretary, inFirst, inSecond)
	w.be(inFirst)
	body := w.get(page).Body.String()
	if a, b := strings.Index(body, "có mặt trong phòng họp lúc ghi"), strings.Index(body, "<textarea"); a < 0 || b < 0 || a > b {
		t.Error("who reads does not stand above the field")
	}
	if doc := w.page(page).Form(page); doc.Tag("textarea").HasAttr("data-draft") || strings.Contains(body, page+"/rule") {
		t.Error("a draft is kept on the device, or a member may decide who reads")
	}
	hostile := "<script>alert('zqxkvw')</script> " + strings.Repeat("ngượng ", 285)
	doc := w.fails(http.StatusUnprocessableEntity, page, "about", "", "text", hostile+strings.Repeat("x", 100))
	if !strings.HasPrefix(doc.Form(page).Value("text"), "<script>alert('zqxkvw')") {
		t.Error("what was typed is lost")
	}
	w.ok(page, page, "about", num(w.ids[inSecond]), "text", "Đồng chí còn đi muộn zqxkvw", "op", "c1")
	w.be(inSecond)
	if !strings.Contains(w.page(page).ID("crit-list").Text(), "zqxkvw") {
		t.Error("who was there does not read it")
	}
	w.fails(http.StatusForbidden, page+"/rule", "readers", "members", "source", "x")
	w.be(inThird) // not in the room
	if text := w.page(page).ID("crit-list").Text(); strings.Contains(text, "zqxkvw") || !strings.Contains(text, "1 ý kiến") {
		t.Errorf("who was not there: %s", text)
	}
	w.be(inSecretary)
	doc = w.fails(http.StatusUnprocessableEntity, page+"/rule", "readers", "committee", "source", "")
	if doc.Form(page+"/rule").Value("readers") != "committee" {
		t.Error("the choice is lost")
	}
	w.ok(page, page+"/rule", "readers", "committee", "source", "Chi bộ thống nhất ngày 6/11")
	if text := w.page(page).ID("crit-rule").Text(); !strings.Contains(text, "Chỉ chi ủy") || !strings.Contains(text, "Chi bộ quy định từ") {
		t.Errorf("the rule: %s", text)
	}
	for _, at := range []string{href(ref) + "/run", href(ref), href(ref) + "/hall"} {
		if strings.Contains(w.get(at).Body.String(), "zqxkvw") {
			t.Errorf("%s has the text", at)
		}
	}
	w.be(inFirst)
	w.ok(page, page+"/"+num(w.firstCriticism(ref))+"/remove")
}

// The base of a vote is explained person by person to the cell; what each chose on a
// phone is shown to who keeps the meeting, and neither to the levels above.
func TestBaseIsExplainedToTheCell(t *testing.T) {
	w := newHall(t)
	ref := w.opened()
	w.here(ref, inSecretary, inDeputy, inCommittee, inFirst, inSecond, inThird, inReserve)
	v, err := w.svc.OpenVote(w.ctx(), w.act(inSecretary), ref, "", meeting.PurposeResolution)
	w.must(err)
	page := href(ref) + "/votes/" + num(v.ID)
	w.be(inFirst)
	w.ok(page, page+"/cast", "choice", "no")
	for who, choice := range map[int]bool{inSecond: false, inReserve: false, inCommittee: true} {
		w.be(who)
		base := w.page(page).ID("base-" + num(v.ID))
		row := base.First(func(e webtest.Element) bool {
			return e.Data == "tr" && strings.Contains(e.Text(), hallNames()[inFirst])
		})
		if !row.OK() || strings.Contains(row.Text(), "Không tán thành") != choice || !strings.Contains(base.Text(), "dự bị") {
			t.Errorf("%s reads %q", hallNames()[who], row.Text())
		}
	}
	w.who = orgtest.Actor(access.RoleUpper, w.town)
	if w.page(page).ID("base-" + num(v.ID)).OK() {
		t.Error("the base is explained by name to the level above")
	}
}

// Under an item on members the chair is led to the list of people whom the cell helps, and
// comes back to this item.
func TestRunLeadsToTheList(t *testing.T) {
	w := newHall(t)
	ref := w.opened()
	w.be(inSecretary)
	w.here(ref, inSecretary, inFirst)
	links := func(item int64) (n int) {
		for _, a := range w.page(href(ref) + "/run").ID("run-item").Tags("a") {
			if a.Attr("href") == fmt.Sprintf("/cells/%d/admission/review?meeting=%d&item=%d", w.full(ref).OrgID, ref.ID, item) {
				n++
			}
		}
		return n
	}
	seen := 0
	for _, it := range w.full(ref).Items {
		w.ok(href(ref)+"/run", href(ref)+"/items/"+num(it.ID)+"/start")
		want := 0
		if it.Content == meeting.ContentMembers {
			want = 1
			seen++
		}
		if got := links(it.ID); got != want {
			t.Errorf("%s: %d links, want %d", it.Title, got, want)
		}
	}
	if seen == 0 {
		t.Error("no item on members")
	}
}
