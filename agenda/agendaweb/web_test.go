package agendaweb_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"

	"chibo/access"
	"chibo/agenda"
	"chibo/agenda/agendaweb"
	"chibo/internal/civil"
	"chibo/internal/db/dbtest"
	"chibo/internal/web"
	"chibo/internal/web/webtest"
	"chibo/office/officetest"
)

// world is the district of officetest. It is 3/11/2026.
type world struct {
	*officetest.World
	s *agenda.Service
}

func newWorld(t *testing.T) *world {
	t.Helper()
	d := dbtest.New(t)
	w := &world{World: officetest.New(t, d)}
	w.s = &agenda.Service{DB: d, Book: w.Book}
	return w
}

// texts stands for what other features' catalogues bring.
func texts() fstest.MapFS {
	return fstest.MapFS{"vi.json": {Data: []byte(`{"access.err.signed_out": "Cần đăng nhập.", "access.err.forbidden": "Không có quyền.", "org.err.not_found": "Không có đơn vị này."}`)}}
}

// as makes a kit in which everybody is the person called name.
func (w *world) as(t *testing.T, name string) *web.Kit {
	t.Helper()
	who := w.Actor(t, name)
	k := webtest.Kit(t, web.Config{
		Clock: w.DB.Clock(),
		Frame: func(*http.Request) web.Frame { return web.Frame{SignedIn: true, UserName: name} },
		Session: func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				if who.AccountID != 0 {
					r = r.WithContext(access.With(r.Context(), who))
				}
				next.ServeHTTP(rw, r)
			})
		},
	}, agendaweb.Catalogue, texts())
	if _, err := agendaweb.New(agendaweb.Config{Kit: k, Agendas: w.s}); err != nil {
		t.Fatal(err)
	}
	return k
}

func (w *world) get(t *testing.T, name, path string) *webtest.Document {
	t.Helper()
	doc := webtest.Get(t, w.as(t, name), path)
	webtest.A11y(t, doc)
	return doc
}

func (w *world) post(t *testing.T, name, path string, form url.Values) *httptest.ResponseRecorder {
	t.Helper()
	return webtest.Post(t, w.as(t, name), path, form)
}

func (w *world) town(page string) string { return fmt.Sprintf("/units/%d/%s", w.Town.ID, page) }

// formOf gives what a browser would send of the page's form.
func formOf(doc *webtest.Document, id string) url.Values {
	out := url.Values{}
	form := doc.ID(id)
	for _, in := range form.Tags("input") {
		if typ := in.Attr("type"); (typ == "checkbox" || typ == "radio") && !in.HasAttr("checked") {
			continue
		}
		out.Add(in.Attr("name"), in.Attr("value"))
	}
	for _, in := range form.Tags("textarea") {
		out.Add(in.Attr("name"), in.Text())
	}
	for _, in := range form.Tags("select") {
		value := ""
		for i, o := range in.Tags("option") {
			if i == 0 || o.HasAttr("selected") {
				value = o.Attr("value")
			}
		}
		out.Add(in.Attr("name"), value)
	}
	return out
}

func TestTemplates(t *testing.T) {
	w := newWorld(t)
	agendaweb.CheckPages(t, w.as(t, officetest.TownKeeper))
}

// An officer makes the committee's template without script: moves, adds, removes, looks
// and saves; the cell then reads whose it is.
func TestMakeTemplate(t *testing.T) {
	w := newWorld(t)
	const keeper = officetest.TownKeeper
	list := w.get(t, keeper, w.town("agendas"))
	if text := list.Tag("main").Text(); !strings.Contains(text, "Mẫu chung của phần mềm") || !strings.Contains(text, "quy ước") {
		t.Errorf("the root and its source are not shown: %q", text)
	}
	doc := w.get(t, keeper, w.town("agendas/edit?kind=regular"))
	form := formOf(doc, "template")
	first, second := form.Get("items[0].title"), form.Get("items[1].title")
	press := func(do string) {
		t.Helper()
		form.Set("do", do)
		res := w.post(t, keeper, w.town("agendas"), form)
		if res.Code != http.StatusOK {
			t.Fatalf("%s: %d %s", do, res.Code, res.Body)
		}
		doc = webtest.Doc(t, res.Body.String())
		webtest.A11y(t, doc)
		form = formOf(doc, "template")
	}
	press("down:0")
	if form.Get("items[0].title") != second || form.Get("items[1].title") != first {
		t.Errorf("not moved: %q %q", form.Get("items[0].title"), form.Get("items[1].title"))
	}
	press("up:1")
	form.Set("new_item.title", "Đảng viên phụ trách hộ báo cáo <b>")
	form.Set("new_item.content", "policy")
	form.Set("new_item.speaker", "members")
	form.Set("new_item.optional", "true")
	press("add")
	at := -1
	for i := range 20 {
		if strings.Contains(form.Get(fmt.Sprintf("items[%d].title", i)), "phụ trách hộ") {
			at = i
		}
	}
	if at < 0 || form.Get(fmt.Sprintf("items[%d].section", at)) != "main" || form.Get(fmt.Sprintf("items[%d].optional", at)) != "true" {
		t.Fatalf("the new item stands at %d", at)
	}
	press("drop:" + fmt.Sprint(at-1))
	if text := doc.ID("template").Text(); !strings.Contains(text, "Đảng viên phụ trách hộ báo cáo <b>") || !strings.Contains(text, "có thể bỏ") {
		t.Error("the preview does not show it")
	}
	form.Set("source", "Hướng dẫn số 12-HD/ĐU")
	form.Set("do", "save")
	res := w.post(t, keeper, w.town("agendas"), form)
	if res.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", res.Code, res.Body)
	}
	one := w.get(t, officetest.Member, fmt.Sprintf("/units/%d/agendas/one?kind=regular", w.HoaBinh.ID))
	if text := one.Tag("main").Text(); !strings.Contains(text, "Mẫu của Đảng bộ thị trấn Đức Thọ, từ 03/11/2026") || !strings.Contains(text, "phụ trách hộ") || !strings.Contains(text, "12-HD/ĐU") {
		t.Errorf("%q", text)
	}
	if one.ID("withdraw").OK() || strings.Contains(one.Tag("main").Text(), "Đặt mẫu riêng") {
		t.Error("a member is offered what an officer does")
	}
}

// What is wrong is said at its field, everything typed is kept, and nothing is stored.
func TestTemplateRefused(t *testing.T) {
	w := newWorld(t)
	const keeper = officetest.TownKeeper
	form := formOf(w.get(t, keeper, w.town("agendas/edit?kind=thematic")), "template")
	form.Set("items[1].minutes", "nhiều")
	form.Set("do", "save")
	res := w.post(t, keeper, w.town("agendas"), form)
	if res.Code != http.StatusUnprocessableEntity || !strings.Contains(res.Body.String(), `value="nhiều"`) {
		t.Errorf("a word for a number: %d", res.Code)
	}
	form.Set("items[1].minutes", "0")
	form.Set("items[2].title", "")
	form.Set("from", "03/11/2025")
	form.Set("source", "")
	form.Set("new_item.title", "Mục mới gõ dở")
	res = w.post(t, keeper, w.town("agendas"), form)
	doc := webtest.Doc(t, res.Body.String())
	webtest.A11y(t, doc)
	if res.Code != http.StatusUnprocessableEntity {
		t.Fatalf("%d", res.Code)
	}
	for _, id := range []string{"f-from", "f-source", "f-items.1.minutes", "f-items.2.title"} {
		if doc.ID(id).Attr("aria-invalid") != "true" {
			t.Errorf("no error at %s", id)
		}
	}
	if !strings.Contains(doc.ID("template").Text(), "Mục mới gõ dở") || doc.ID("f-from").Attr("value") != "03/11/2025" {
		t.Error("something typed is lost")
	}
	v, err := w.s.Show(t.Context(), w.Actor(t, keeper), w.Town.ID, "thematic", "", civil.Date{})
	if err != nil || len(v.Own) != 0 {
		t.Errorf("%d stored, %v", len(v.Own), err)
	}
	for _, path := range []string{"agendas/edit?kind=party", "agendas/one?kind=regular&type=moon", "agendas/one"} {
		if got := status(w.as(t, keeper), w.town(path)); got != http.StatusNotFound {
			t.Errorf("%s: %d", path, got)
		}
	}
	if got := status(w.as(t, officetest.Secretary), w.town("agendas/edit?kind=regular")); got != http.StatusForbidden {
		t.Errorf("a cell's secretary edits the town's: %d", got)
	}
}

func status(k *web.Kit, path string) int {
	rec := httptest.NewRecorder()
	k.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, path, nil))
	return rec.Code
}

// Guidance is published with its errors at the fields, read below, and withdrawn.
func TestPublishGuidance(t *testing.T) {
	w := newWorld(t)
	const keeper = officetest.TownKeeper
	form := formOf(w.get(t, keeper, w.town("guidance/new")), "publish")
	form.Set("title", "")
	form.Set("link", "javascript:alert(1)")
	form.Set("minutes", "x")
	res := w.post(t, keeper, w.town("guidance"), form)
	if res.Code != http.StatusUnprocessableEntity {
		t.Fatalf("%d", res.Code)
	}
	form.Set("minutes", "15")
	res = w.post(t, keeper, w.town("guidance"), form)
	doc := webtest.Doc(t, res.Body.String())
	webtest.A11y(t, doc)
	if doc.ID("f-title").Attr("aria-invalid") != "true" || doc.ID("f-link").Attr("aria-invalid") != "true" || doc.ID("f-link").Attr("value") != "javascript:alert(1)" {
		t.Error("the errors are not at their fields, or what was typed is lost")
	}
	const title = `Học tập <script>alert("x")</script> chuyên đề năm 2026`
	form.Set("title", title)
	form.Set("text", "Dòng một\nDòng hai")
	form.Set("link", "https://xaydungdang.org.vn/")
	form.Add("types", "residential")
	if res = w.post(t, keeper, w.town("guidance"), form); res.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", res.Code, res.Body)
	}
	list := w.get(t, keeper, w.town("guidance"))
	if !strings.Contains(list.ID("own").Text(), title) || !strings.Contains(list.ID("own").Text(), "0/0 chi bộ") {
		t.Errorf("%q", list.ID("own").Text())
	}
	href := list.ID("own").Tag("a").Attr("href")
	page := w.get(t, officetest.Member, href)
	if text := page.Tag("main").Text(); !strings.Contains(text, title) || !strings.Contains(text, "Dòng hai") || page.ID("cells").OK() {
		t.Errorf("%q", text)
	}
	if got := status(w.as(t, officetest.OtherUpper), href); got != http.StatusForbidden {
		t.Errorf("a committee beside: %d", got)
	}
	if res := w.post(t, officetest.Secretary, href+"/withdraw", nil); res.Code != http.StatusForbidden {
		t.Errorf("a cell withdraws it: %d", res.Code)
	}
	if res := w.post(t, keeper, href+"/withdraw", nil); res.Code != http.StatusSeeOther {
		t.Errorf("withdrawn: %d", res.Code)
	}
	if !strings.Contains(w.get(t, keeper, href).Tag("main").Text(), "Đã thu hồi") {
		t.Error("it does not say that it is withdrawn")
	}
}
