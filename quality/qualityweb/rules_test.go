package qualityweb_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/web/webtest"
	"chibo/rulebook"
)

// A committee sets its deadlines, the way of an appeal and the year's rule: what it leaves
// alone stays, what it typed comes back, and an own rule can end.
func TestRules(t *testing.T) {
	w := newWorld(t)
	top, cell := strconv.FormatInt(w.facts.Org.ParentID, 10), strconv.FormatInt(w.facts.Org.ID, 10)
	base := "/units/" + top + "/scores/rules"
	w.propose(t)
	if !w.page(t, w.upper, "/units/"+top+"/scores").With("href", base).OK() {
		t.Error("no way from the scores to their rules")
	}
	for name, who := range map[string]access.Actor{"lead": w.lead, "member": w.member, "stranger": w.stranger} {
		if code := w.status(t, who, base); code == http.StatusOK {
			t.Errorf("%s reads the committee's rules", name)
		}
	}
	post := func(change func(url.Values)) (int, *webtest.Document) {
		form := fields(w.page(t, w.upper, base), base)
		form.Del("grades[1].whole")
		form.Set("source", "15-QĐ/HU")
		change(form)
		rec := webtest.Post(t, w.as(t, w.upper), base, form)
		return rec.Code, webtest.Doc(t, rec.Body.String())
	}
	for name, c := range map[string]struct {
		change func(url.Values)
		says   string
	}{
		"nothing":   {func(url.Values) {}, "Chưa có gì khác"},
		"days":      {func(f url.Values) { f.Set("answer_days", "0") }, "từ 1 đến 90"},
		"no number": {func(f url.Values) { f.Set("settle_days", "mười") }, "số"},
		"past":      {func(f url.Values) { f.Set("answer_days", "7"); f.Set("valid_from", "01/01/2020") }, "ngày"},
		"no source": {func(f url.Values) { f.Set("answer_days", "7"); f.Set("source", " ") }, ""},
		"half":      {func(f url.Values) { f.Set("grades[0].least", "") }, ""},
	} {
		code, doc := post(c.change)
		if code != http.StatusUnprocessableEntity || !doc.ID("form-errors").OK() || !strings.Contains(doc.ID("form-errors").Text(), c.says) {
			t.Errorf("%s: %d %s", name, code, doc.ID("form-errors").Text())
		}
		if name == "days" && doc.Form(base).Value("answer_days") != "0" {
			t.Error("what was typed is lost")
		}
	}
	if code, doc := post(func(f url.Values) {
		f.Set("answer_days", "7")
		f.Set("grades[0].count", "8")
	}); code != http.StatusSeeOther {
		t.Fatalf("%d %s", code, doc.ID("form-errors").Text())
	}
	later := civil.From(w.d.Clock().Now()).AddDays(30)
	set := w.s.Book.At(later, w.facts.Org.Path)
	if year := set.YearRule(); set.Int(rulebook.ScoreAnswerDays) != 7 || year.Grades[0].Count != 8 || year.Grades[1].Gap.Vi == "" {
		t.Errorf("set %d, %+v", set.Int(rulebook.ScoreAnswerDays), year)
	}
	if set.Rule(rulebook.ScoreAppealDays).Overridden() || set.Rule(rulebook.ScoreAppealTo).Overridden() {
		t.Error("what was left alone became the committee's own")
	}
	if text := w.page(t, w.upper, base).Tag("main").Text(); !strings.Contains(text, "15-QĐ/HU") || !strings.Contains(text, "7 ngày") {
		t.Errorf("the history does not say it: %s", text)
	}
	if code := webtest.Post(t, w.as(t, w.lead), "/units/"+cell+"/scores/rules", url.Values{"answer_days": {"9"}}).Code; code != http.StatusForbidden {
		t.Errorf("a cell sets rules: %d", code)
	}
	back := url.Values{"key": {rulebook.ScoreAnswerDays}, "back_from": {later.Vi()}, "back_source": {""}}
	if rec := webtest.Post(t, w.as(t, w.upper), base+"/back", back); rec.Code != http.StatusUnprocessableEntity {
		t.Errorf("ended without a source: %d", rec.Code)
	}
	back.Set("back_source", "16-QĐ/HU")
	if rec := webtest.Post(t, w.as(t, w.upper), base+"/back", back); rec.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
	if set := w.s.Book.At(later, w.facts.Org.Path); set.Int(rulebook.ScoreAnswerDays) != 5 || set.YearRule().Grades[0].Count != 8 {
		t.Error("the rule did not go back, or another one did")
	}
	if rec := webtest.Post(t, w.as(t, w.upper), base+"/back", back); rec.Code != http.StatusUnprocessableEntity {
		t.Errorf("what is not its own is ended: %d", rec.Code)
	}
}
