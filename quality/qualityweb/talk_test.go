package qualityweb_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"chibo/access"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/web/webtest"
	"chibo/quality"
)

func (w *world) page(t *testing.T, who access.Actor, path string) *webtest.Document {
	t.Helper()
	doc := webtest.Get(t, w.as(t, who), path)
	webtest.A11y(t, doc)
	return doc
}

// A conversation by its forms: what is typed wrong comes back, what is said stays, and
// each side is offered only its own acts.
func TestTalkPage(t *testing.T) {
	w := newWorld(t)
	v := w.confirmed(t)
	talk := w.path + "/talk"
	if doc := w.page(t, w.lead, talk); doc.ID("dispute").OK() || doc.ID("appeal").OK() || !strings.Contains(doc.Tag("main").Text(), "Chưa có ý kiến nào") {
		t.Error("the cell is offered what is not its own")
	}
	form := url.Values{"criterion": {"A6"}, "points": {"mười"}, "text": {"Hai việc chưa xong."}, "version": {strconv.Itoa(v.Version)}}
	rec := webtest.Post(t, w.as(t, w.upper), w.path+"/dispute", form)
	if rec.Code != http.StatusUnprocessableEntity || !strings.Contains(rec.Body.String(), "Hai việc chưa xong.") || !strings.Contains(rec.Body.String(), "ghi điểm bằng số") {
		t.Fatalf("bad points: %d", rec.Code)
	}
	form.Set("points", "24")
	form.Set("link", quality.LinkTasks)
	if rec := webtest.Post(t, w.as(t, w.upper), w.path+"/dispute", form); rec.Code != http.StatusSeeOther {
		t.Fatalf("dispute: %d %s", rec.Code, rec.Body)
	}
	doc := w.page(t, w.lead, talk)
	text := doc.Tag("main").Text()
	for _, want := range []string{"Hai việc chưa xong.", "Võ Đình Khải", "24/30", "Giữ điểm và trả lời", "Nhận điểm của cấp trên: 24/30", "trả lời trước hết ngày"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q: %s", want, text)
		}
	}
	if !doc.With("href", "/meetings/"+w.ref.String()+"#tasks").OK() {
		t.Error("the entry does not lead to the records it names")
	}
	if doc := w.page(t, w.member, talk); doc.With("action", w.path+"/answer").OK() {
		t.Error("a member answers for the cell")
	}
	if got := w.page(t, w.lead, w.path).ID("talk-line").Text(); !strings.Contains(got, "1 tiêu chí") {
		t.Errorf("the score does not lead to the question: %q", got)
	}
	rec = webtest.Post(t, w.as(t, w.lead), w.path+"/answer", url.Values{"criterion": {"A6"}, "text": {" "}})
	if rec.Code != http.StatusUnprocessableEntity || !strings.Contains(rec.Body.String(), "Hãy ghi lý do") {
		t.Errorf("an empty answer: %d", rec.Code)
	}
	if rec := webtest.Post(t, w.as(t, w.lead), w.path+"/accept", url.Values{"criterion": {"A6"}}); rec.Code != http.StatusSeeOther {
		t.Fatalf("accept: %d %s", rec.Code, rec.Body)
	}
	doc = w.page(t, w.upper, w.path)
	fields := fields(doc, w.path+"/decide")
	if fields.Get("upper.A6") != "24" {
		t.Errorf("the decision does not begin with what was accepted: %v", fields)
	}
	fields.Set("reason", "Như đã trao đổi.")
	if rec := webtest.Post(t, w.as(t, w.upper), w.path+"/decide", fields); rec.Code != http.StatusSeeOther {
		t.Fatalf("decide: %d %s", rec.Code, rec.Body)
	}
	if got := w.score(t); got.Upper10 != v.Self10-60 || got.State != quality.Decided {
		t.Errorf("decided %d of %d", got.Upper10, v.Self10)
	}
	doc = w.page(t, w.lead, talk)
	if !doc.ID("appeal").OK() || !strings.Contains(doc.Tag("main").Text(), "khiếu nại được đến hết ngày") {
		t.Error("the cell is not told that it may appeal")
	}
	if rec := webtest.Post(t, w.as(t, w.lead), w.path+"/appeal", url.Values{"text": {"Đã có sản phẩm."}}); rec.Code != http.StatusSeeOther {
		t.Fatalf("appeal: %d %s", rec.Code, rec.Body)
	}
	// Nobody stands above this district: it looks at its decision once more.
	if rec := webtest.Post(t, w.as(t, w.upper), w.path+"/settle", url.Values{"upper.A6": {"30"}, "reason": {"Đúng là đã xong."}}); rec.Code != http.StatusSeeOther {
		t.Fatalf("settle: %d %s", rec.Code, rec.Body)
	}
	if got := w.score(t); got.Upper10 != v.Self10 || got.AppealedAt.IsZero() || len(got.Said) != 5 {
		t.Errorf("settled %d, %d entries", got.Upper10, len(got.Said))
	}
}

// The desk and the tables, for who may see them and for nobody else; as a file too.
func TestTables(t *testing.T) {
	w := newWorld(t)
	w.confirmed(t)
	cell, top := strconv.FormatInt(w.facts.Org.ID, 10), strconv.FormatInt(w.facts.Org.ParentID, 10)
	desk := w.page(t, w.upper, "/units/"+top+"/scores")
	if !desk.With("href", w.path).OK() || !strings.Contains(desk.Tag("main").Text(), "1 việc chờ") {
		t.Error("the score is not on the desk of who decides")
	}
	if err := w.d.Write(t.Context(), func(tx *db.Tx) error {
		k := figure.Key{Part: w.facts.Org.PartID, Month: 202611, CellID: w.facts.Org.ID}
		return figure.PutMeeting(t.Context(), tx, k, figure.Held{MetDay: civil.Of(2026, 11, 3), Due: 20, Present: 19, Minutes: 95})
	}); err != nil {
		t.Fatal(err)
	}
	month := w.page(t, w.upper, "/units/"+top+"/scores/month?month=2026-11")
	if text := month.Tag("table").Text(); !strings.Contains(text, "Nhiều đảng viên phát biểu ý kiến: trừ 1") {
		t.Errorf("the reason for lost points is not there: %s", text)
	}
	if short := month.Class("phone-only"); len(short) != 1 || !short[0].HasAttr("open") || !strings.Contains(short[0].Text(), "1 chi bộ") || !strings.Contains(short[0].Text(), "họp 03/11/2026") {
		t.Errorf("a phone's list of a month in which nothing is wrong: %s", short[0].Text())
	}
	if short := w.page(t, w.upper, "/units/"+top+"/scores/month?month=2026-10").Class("phone-only"); len(short) != 1 || !strings.Contains(short[0].Text(), "Cần xem trước") || !strings.Contains(short[0].Text(), "Chưa sinh hoạt thường kỳ") {
		t.Errorf("a phone's list of a month without a meeting: %s", short[0].Text())
	}
	for _, path := range []string{"/units/" + top + "/scores/year?year=2026", "/units/" + cell + "/scores/year?year=2026"} {
		if text := w.page(t, w.upper, path).Tag("main").Text(); !strings.Contains(text, "Chưa đủ nguồn") || !strings.Contains(text, "ít nhất 7 buổi") {
			t.Errorf("%s does not say the rule and where it ends: %s", path, text)
		}
	}
	if text := w.page(t, w.lead, "/units/"+cell+"/scores/half?half=2026-2").Tag("main").Text(); !strings.Contains(text, "ghi tay") {
		t.Error("the half year does not say what is missing")
	}
	for _, path := range []string{"year.xlsx?year=2026", "month.xlsx?month=2026-11", "half.xlsx?half=2026-2"} {
		rec := httptest.NewRecorder()
		w.as(t, w.upper).ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/units/"+top+"/scores/"+path, nil))
		if rec.Code != http.StatusOK || !strings.HasPrefix(rec.Body.String(), "PK") || !strings.Contains(rec.Header().Get("Content-Disposition"), ".xlsx") {
			t.Errorf("%s: %d", path, rec.Code)
		}
	}
	for _, path := range []string{"/scores", "/scores/year", "/scores/month", "/scores/half", "/scores/year.xlsx", "/sheets"} {
		for name, who := range map[string]access.Actor{"member": w.member, "stranger": w.stranger} {
			if code := w.status(t, who, "/units/"+top+path); code != http.StatusForbidden && code != http.StatusUnauthorized && code != http.StatusSeeOther {
				t.Errorf("%s reads %s: %d", name, path, code)
			}
		}
	}
	for _, path := range []string{"year?year=2017", "year?year=2040", "month?month=2026-13", "month?month=2031-01", "half?half=2026-3", "half?half=2031-1"} {
		if code := w.status(t, w.upper, "/units/"+top+"/scores/"+path); code != http.StatusNotFound {
			t.Errorf("%s: %d", path, code)
		}
	}
}

// A committee makes its sheet: begun with any that ships, refused at its fields, tried
// on past meetings without touching anything, then written.
func TestSheetEditor(t *testing.T) {
	w := newWorld(t)
	w.facts.Month, w.facts.Day = 202610, w.facts.Day.AddDays(-31)
	w.confirmed(t)
	base := "/units/" + strconv.FormatInt(w.facts.Org.ParentID, 10) + "/sheets"
	list := w.page(t, w.upper, base).Tag("main").Text()
	if strings.Count(list, "Chưa đủ nguồn") != 3 {
		t.Errorf("A, C and D end before their criteria do: %s", list)
	}
	for _, code := range []string{"A", "B", "C", "D", "E"} {
		w.page(t, w.upper, base+"/one?code="+code)
		w.page(t, w.upper, base+"/edit?code="+code)
	}
	if code := w.status(t, w.lead, base+"/edit?code=A"); code != http.StatusForbidden {
		t.Errorf("a cell makes the committee's sheet: %d", code)
	}
	post := func(change func(url.Values)) *httptest.ResponseRecorder {
		form := fields(w.page(t, w.upper, base+"/edit?code=A"), base)
		form["kinds"] = []string{"regular"}
		change(form)
		return webtest.Post(t, w.as(t, w.upper), base, form)
	}
	for name, c := range map[string]struct {
		change func(url.Values)
		says   string
	}{
		"sum":       {func(f url.Values) { f.Set("max", "90") }, "cộng lại được 100 điểm, không bằng 90"},
		"parts":     {func(f url.Values) { f.Set("criteria[2].parts[0].max", "9") }, "cộng lại được 16 điểm, không bằng 10"},
		"gap":       {func(f url.Values) { f.Set("criteria[5].line.levels[1].to", "85") }, "chưa có mức nào"},
		"overlap":   {func(f url.Values) { f.Set("criteria[5].line.levels[1].to", "95") }, "trùng với mức ghi ở trên"},
		"evidence":  {func(f url.Values) { f.Set("criteria[4].line.evidence", "") }, "Hãy chọn số liệu làm căn cứ"},
		"no number": {func(f url.Values) { f.Set("criteria[5].line.levels[0].from", "chín mươi") }, "số"},
		"no source": {func(url.Values) {}, "Hãy ghi văn bản hoặc quyết định làm căn cứ"},
	} {
		rec := post(func(f url.Values) { c.change(f); f.Set("do", "save"); f.Set("title", "Biểu giữ lại <b>") })
		if rec.Code != http.StatusUnprocessableEntity || !strings.Contains(rec.Body.String(), c.says) || !strings.Contains(rec.Body.String(), "Biểu giữ lại &lt;b&gt;") {
			t.Errorf("%s: %d, %q is not said or the typed text is lost: %s", name, rec.Code, c.says, webtest.Doc(t, rec.Body.String()).ID("form-errors").Text())
		}
	}
	before := w.score(t)
	rec := post(func(f url.Values) {
		f.Set("do", "preview")
		f.Set("bands[0].from", "100")
		f.Add("hard_full", "attendance")
	})
	if body := rec.Body.String(); rec.Code != http.StatusOK || !strings.Contains(body, "1 buổi, 1 buổi đổi loại") {
		t.Errorf("preview: %d %s", rec.Code, webtest.Doc(t, body).ID("preview").Text())
	}
	if after := w.score(t); after.Version != before.Version || after.SelfGrade != before.SelfGrade {
		t.Error("a preview touched the score")
	}
	rec = post(func(f url.Values) { f.Set("do", "group") })
	if rec.Code != http.StatusOK || !strings.Contains(rec.Body.String(), "criteria[7].line.title") {
		t.Error("a group is not added without script")
	}
	rec = post(func(f url.Values) {
		f.Set("do", "save")
		f.Set("title", "Biểu của huyện")
		f.Set("source", "12-HD/HU (01/11/2026)")
		f.Set("bands[0].from", "95")
	})
	if rec.Code != http.StatusSeeOther {
		t.Fatalf("save: %d %s", rec.Code, webtest.Doc(t, rec.Body.String()).ID("form-errors").Text())
	}
	if text := w.page(t, w.upper, base).Tag("main").Text(); !strings.Contains(text, "Biểu của huyện") || !strings.Contains(text, "12-HD/HU") {
		t.Error("the new sheet is not in the list")
	}
	rec = webtest.Post(t, w.as(t, w.upper), base+"/choose", url.Values{"kind": {"regular"}, "code": {"C"}, "valid_from": {"01/12/2030"}, "source": {"x"}})
	if rec.Code != http.StatusUnprocessableEntity || !strings.Contains(rec.Body.String(), "Chưa có đủ tiêu chí") {
		t.Errorf("a sheet of totals only is chosen: %d", rec.Code)
	}
}
