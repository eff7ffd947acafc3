package qualityweb_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/web/webtest"
	"chibo/meeting"
	"chibo/quality"
	"chibo/quality/qualityweb"
)

func TestTemplates(t *testing.T) {
	w := newWorld(t)
	qualityweb.CheckPages(t, w.as(t, w.lead))
}

// fields gives what a browser sends when a form is sent as it was shown.
func fields(doc *webtest.Document, action string) url.Values {
	form, out := doc.Form(action), url.Values{}
	for _, tag := range []string{"input", "select", "textarea"} {
		for _, e := range form.Tags(tag) {
			if name := e.Attr("name"); name != "" {
				out.Set(name, form.Value(name))
			}
		}
	}
	return out
}

// The secretary accepts everything: one form, one press.
func TestOnePress(t *testing.T) {
	w := newWorld(t)
	w.propose(t)
	doc := w.get(t, w.lead)
	if got := doc.ID("lead-h").Text(); got != "Nếu giữ các mức chọn sẵn" {
		t.Errorf("leads with %q", got)
	}
	if text := doc.Tag("main").Text(); !strings.Contains(text, "theo 42-HD/BTCTW") || !strings.Contains(text, "quy ước, nguồn 2") || !strings.Contains(text, "25/27 đảng viên") && !strings.Contains(text, "25") {
		t.Error("the sheet's source, the convention or the evidence is not shown:", text)
	}
	for _, link := range []string{"?about=absent#roll", "?about=items#agenda", "?about=spoken#opinions", "#tasks", "#papers", "#committee"} {
		if !doc.With("href", "/meetings/"+w.ref.String()+link).OK() {
			t.Errorf("no line leads to %s", link)
		}
	}
	form := fields(doc, w.path)
	if form.Get("points.A5") != "5" || form.Get("points.A4.8") != "10" {
		t.Errorf("all points are not chosen beforehand: %v", form)
	}
	led := doc.Class("figure")[0].Text()
	if rec := webtest.Post(t, w.as(t, w.lead), w.path+"/confirm", form); rec.Code != http.StatusSeeOther || rec.Header().Get("Location") != w.path {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
	v := w.score(t)
	if v.State != quality.Confirmed || v.SelfGrade != "good" || v.Self10 < 900 {
		t.Errorf("%+v", v.Score)
	}
	doc = w.get(t, w.lead)
	if got := doc.Class("figure")[0].Text(); got != led {
		t.Errorf("foretold %q, came to %q", led, got)
	}
	if doc.Form(w.path).OK() || doc.Form(w.path+"/decide").OK() {
		t.Error("the cell can still change it, or decide")
	}
}

// A changed proposal needs its reason; everything typed comes back.
func TestReasonMissing(t *testing.T) {
	w := newWorld(t)
	w.propose(t)
	form := fields(w.get(t, w.lead), w.path)
	form.Set("points.A6", "24,5")
	form.Set("points.A5", "3")
	form.Set("reason.A1", "không cần")
	rec := webtest.Post(t, w.as(t, w.lead), w.path, form)
	if rec.Code != http.StatusUnprocessableEntity {
		t.Fatalf("%d", rec.Code)
	}
	doc := webtest.Doc(t, rec.Body.String())
	webtest.A11y(t, doc)
	if !strings.Contains(doc.ID("e-reason.A6").Text(), "lý do") || !doc.ID("edit-A6").HasAttr("open") || doc.ID("f-reason.A6").Attr("aria-invalid") != "true" {
		t.Error("the field of the reason does not say what is missing")
	}
	if link := doc.With("href", "#f-reason.A6"); !strings.HasPrefix(link.Text(), "Kết quả thực hiện nghị quyết") {
		t.Error("the summary does not lead to the field")
	}
	back := fields(doc, w.path)
	for _, name := range []string{"points.A6", "points.A5", "reason.A1"} {
		if back.Get(name) != form.Get(name) {
			t.Errorf("%s came back as %q", name, back.Get(name))
		}
	}
	form.Set("reason.A6", "Hai nhiệm vụ chưa nghiệm thu")
	if rec := webtest.Post(t, w.as(t, w.lead), w.path, form); rec.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
	for _, l := range w.score(t).Lines() {
		switch l.Criterion.Code {
		case "A6":
			if l.Self10 != 245 || l.Reason != "Hai nhiệm vụ chưa nghiệm thu" {
				t.Errorf("%+v", l)
			}
		case "A1":
			if l.Reason != "" {
				t.Error("a reason without a change was kept")
			}
		}
	}
	if text := w.get(t, w.member).ID("line-A6").Text(); !strings.Contains(text, "Hai nhiệm vụ chưa nghiệm thu") || !strings.Contains(text, "Đề xuất 30 điểm") {
		t.Errorf("a member does not see the change: %s", text)
	}
}

func TestBadPoints(t *testing.T) {
	w := newWorld(t)
	w.propose(t)
	shown := fields(w.get(t, w.lead), w.path)
	for _, typed := range []string{"", "-1", "abc", "4,55", "99", "1e3", "999999999999", "<b>"} {
		form := url.Values{}
		for name := range shown {
			form.Set(name, shown.Get(name))
		}
		form.Set("points.A1", typed)
		rec := webtest.Post(t, w.as(t, w.lead), w.path+"/confirm", form)
		doc := webtest.Doc(t, rec.Body.String())
		if rec.Code != http.StatusUnprocessableEntity || doc.ID("e-points.A1").Text() == "" || doc.ID("f-points.A1").Attr("value") != typed {
			t.Errorf("%q: %d, %q, kept %q", typed, rec.Code, doc.ID("e-points.A1").Text(), doc.ID("f-points.A1").Attr("value"))
		}
	}
	if v := w.score(t); v.State != quality.Proposed {
		t.Errorf("it went on to %s", v.State)
	}
	form := url.Values{"version": {shown.Get("version")}, "points.A4.8": {"7"}}
	if rec := webtest.Post(t, w.as(t, w.committee), w.path+"/points/A4.8", form); rec.Code != http.StatusSeeOther {
		t.Errorf("one line alone: %d", rec.Code)
	}
	if rec := webtest.Post(t, w.as(t, w.committee), w.path+"/points/Z9", form); rec.Code != http.StatusNotFound {
		t.Errorf("no such line: %d", rec.Code)
	}
	if rec := webtest.Post(t, w.as(t, w.lead), w.path+"/confirm", nil); rec.Code != http.StatusUnprocessableEntity {
		t.Errorf("confirmed with a question open: %d", rec.Code)
	} else if doc := webtest.Doc(t, rec.Body.String()); doc.ID("e-points.A5").Text() == "" {
		t.Error("the open question is not named")
	}
}

// Somebody else saved meanwhile: both points are shown.
func TestConflict(t *testing.T) {
	w := newWorld(t)
	s := w.propose(t)
	mine := fields(w.get(t, w.lead), w.path)
	mine.Set("points.A5", "4")
	if _, err := w.s.SetPoints(context.Background(), w.committee, w.ref, []quality.Point{{Criterion: "A5", Value10: 20}}, s.Version); err != nil {
		t.Fatal(err)
	}
	rec := webtest.Post(t, w.as(t, w.lead), w.path, mine)
	doc := webtest.Doc(t, rec.Body.String())
	webtest.A11y(t, doc)
	back := fields(doc, w.path)
	if rec.Code != http.StatusConflict || back.Get("points.A5") != "4" || !strings.Contains(doc.ID("q-A5").Text(), "vừa lưu 2 điểm") {
		t.Fatalf("%d, kept %q: %s", rec.Code, back.Get("points.A5"), doc.ID("q-A5").Text())
	}
	if rec := webtest.Post(t, w.as(t, w.lead), w.path, back); rec.Code != http.StatusSeeOther {
		t.Errorf("said again: %d", rec.Code)
	}
}

func TestWhoSeesWhat(t *testing.T) {
	w := newWorld(t)
	w.propose(t)
	if doc := w.get(t, w.committee); !doc.Form(w.path).OK() || doc.With("formaction", w.path+"/confirm").OK() {
		t.Error("the committee must score, not confirm")
	}
	for name, who := range map[string]access.Actor{"member": w.member, "upper": w.upper} {
		if doc := w.get(t, who); doc.Form(w.path).OK() || doc.Form(w.path+"/decide").OK() || len(doc.Tag("main").Tags("input")) != 0 {
			t.Errorf("%s can change a score under way", name)
		}
	}
	for _, act := range []string{"", "/confirm", "/propose", "/decide", "/points/A5"} {
		for name, who := range map[string]access.Actor{"member": w.member, "stranger": w.stranger} {
			form := url.Values{"points.A5": {"5"}, "points": {"90"}, "reason": {"x"}}
			if rec := webtest.Post(t, w.as(t, who), w.path+act, form); rec.Code != http.StatusForbidden {
				t.Errorf("%s posts %q: %d", name, act, rec.Code)
			}
		}
	}
	if got := w.status(t, w.stranger, w.path); got != http.StatusForbidden {
		t.Errorf("a stranger reads: %d", got)
	}
	if got := w.status(t, access.Actor{}, w.path); got != http.StatusSeeOther {
		t.Errorf("nobody is signed in: %d", got)
	}
	for _, path := range []string{"/meetings/x/score", "/meetings/" + w.ref.String() + "9/score"} {
		if got := w.status(t, w.lead, path); got != http.StatusNotFound {
			t.Errorf("%s: %d", path, got)
		}
	}
}

func TestDecide(t *testing.T) {
	w := newWorld(t)
	self := w.confirmed(t)
	doc := w.get(t, w.upper)
	agree := fields(doc, w.path+"/decide") // the first form: one press
	if rec := webtest.Post(t, w.as(t, w.upper), w.path+"/decide", agree); rec.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
	if v := w.score(t); v.State != quality.Decided || v.Upper10 != self.Self10 || v.Differs() {
		t.Errorf("%+v", v.Score)
	}
	form := fields(w.get(t, w.upper), w.path+"/decide")
	form.Set("points", "85,5")
	rec := webtest.Post(t, w.as(t, w.upper), w.path+"/decide", form)
	doc = webtest.Doc(t, rec.Body.String())
	webtest.A11y(t, doc)
	if rec.Code != http.StatusUnprocessableEntity || doc.ID("e-reason").Text() == "" || doc.ID("f-points").Attr("value") != "85,5" {
		t.Errorf("without a reason: %d, %q", rec.Code, doc.ID("f-points").Attr("value"))
	}
	form.Set("reason", `Chưa gửi báo cáo <script>alert(1)</script>`)
	if rec := webtest.Post(t, w.as(t, w.upper), w.path+"/decide", form); rec.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
	doc = w.get(t, w.member)
	text := doc.ID("result-h").Parent
	if text == nil || strings.Contains(doc.Raw, "<script>alert") {
		t.Fatal("no result, or text became markup")
	}
	facts := doc.Class("facts")[0].Text()
	for _, want := range []string{"Chi bộ tự chấm", "Tốt", "Cấp trên quyết định 85,5 điểm · Khá", "Kết quả chính thức 85,5 điểm · Khá"} {
		if !strings.Contains(facts, want) {
			t.Errorf("%q is not in %q", want, facts)
		}
	}
	form.Set("points", "chín mươi")
	if rec := webtest.Post(t, w.as(t, w.upper), w.path+"/decide", form); rec.Code != http.StatusUnprocessableEntity {
		t.Errorf("words for points: %d", rec.Code)
	}
}

// The list of 2018 has no points: met or not met.
func TestPassFail(t *testing.T) {
	w := newWorld(t)
	w.facts.Day, w.facts.Month = civil.Of(2024, 5, 3), 202405
	w.propose(t)
	doc := w.get(t, w.lead)
	if text := doc.ID("line-E2.2").Text(); !strings.Contains(text, "Đạt") {
		t.Errorf("%q", text)
	}
	form := fields(doc, w.path)
	if form.Get("points.E4") != "1" {
		t.Errorf("%v", form)
	}
	form.Set("points.E4", "0")
	if rec := webtest.Post(t, w.as(t, w.lead), w.path+"/confirm", form); rec.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
	if v := w.score(t); v.SelfGrade != quality.Fail {
		t.Errorf("%+v", v.Score)
	}
	doc = w.get(t, w.member)
	if got := doc.Class("figure")[0].Text(); !strings.Contains(got, "12 / 13 tiêu chí đạt") || !strings.Contains(got, "Chưa đạt") {
		t.Errorf("%q", got)
	}
	up := url.Values{"grade": {quality.Pass}}
	rec := webtest.Post(t, w.as(t, w.upper), w.path+"/decide", up)
	if doc := webtest.Doc(t, rec.Body.String()); rec.Code != http.StatusUnprocessableEntity || doc.ID("e-reason").Text() == "" {
		t.Errorf("%d", rec.Code)
	}
	if rec := webtest.Post(t, w.as(t, w.upper), w.path+"/decide", fields(w.get(t, w.upper), w.path+"/decide")); rec.Code != http.StatusSeeOther {
		t.Errorf("agreed: %d", rec.Code)
	}
}

func TestBlank(t *testing.T) {
	w := newWorld(t)
	if doc := w.get(t, w.member); doc.Form(w.path+"/propose").OK() || !strings.Contains(doc.Class("empty")[0].Text(), "chưa chấm điểm") {
		t.Error("a member before the score")
	}
	doc := w.get(t, w.committee)
	if rec := webtest.Post(t, w.as(t, w.committee), w.path+"/propose", fields(doc, w.path+"/propose")); rec.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
	// Looking again keeps what was typed.
	form := fields(w.get(t, w.committee), w.path)
	form.Set("points.A5", "2")
	w.facts.ReviewDone = 5
	if rec := webtest.Post(t, w.as(t, w.committee), w.path+"/propose", form); rec.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
	for _, l := range w.score(t).Lines() {
		if l.Criterion.Code == "A5" && l.Self10 != 20 || l.Criterion.Code == "A6" && (l.Self10 == 300 || l.Changed()) {
			t.Errorf("%s: %d of proposed %d", l.Criterion.Code, l.Self10, l.Proposed10)
		}
	}
}

func TestNotHeld(t *testing.T) {
	w := newWorld(t)
	w.facts.State = meeting.Invited
	if doc := w.get(t, w.lead); !strings.Contains(doc.Class("empty")[0].Text(), "chưa diễn ra") || doc.Form(w.path+"/propose").OK() {
		t.Error("a meeting to come")
	}
	rec := webtest.Post(t, w.as(t, w.lead), w.path+"/propose", nil)
	if doc := webtest.Doc(t, rec.Body.String()); rec.Code != http.StatusConflict || !strings.Contains(doc.ID("form-errors").Text(), "chưa diễn ra") {
		t.Errorf("%d", rec.Code)
	}
	w.facts.State, w.facts.Kind = meeting.Closed, meeting.Extraordinary
	if doc := w.get(t, w.lead); doc.Form(w.path + "/propose").OK() {
		t.Error("a meeting without a sheet")
	}
}

func TestHostileReason(t *testing.T) {
	w := newWorld(t)
	w.propose(t)
	form := fields(w.get(t, w.lead), w.path)
	form.Set("points.A6", "20")
	form.Set("reason.A6", strings.Repeat("dài ", 1250))
	if rec := webtest.Post(t, w.as(t, w.lead), w.path, form); rec.Code != http.StatusUnprocessableEntity || !strings.Contains(rec.Body.String(), "1.000 ký tự") {
		t.Errorf("5,000 characters: %d", rec.Code)
	}
	for _, text := range []string{`<script>alert(1)</script><img src=x onerror=alert(1)>`, "\u202eđảo ngược", `" autofocus onfocus="x`} {
		form = fields(w.get(t, w.lead), w.path)
		form.Set("points.A6", "20")
		form.Set("reason.A6", text)
		if rec := webtest.Post(t, w.as(t, w.lead), w.path, form); rec.Code != http.StatusSeeOther {
			t.Fatalf("%q: %d %s", text, rec.Code, rec.Body)
		}
		if doc := w.get(t, w.member); strings.Contains(doc.Raw, "<script>alert") || strings.Contains(doc.Raw, "<img") {
			t.Errorf("%q became markup", text)
		}
	}
}
