package campaignweb_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"

	"chibo/access"
	"chibo/campaign"
	"chibo/campaign/campaignweb"
	"chibo/internal/db/dbtest"
	"chibo/internal/web"
	"chibo/internal/web/webtest"
	"chibo/office/officetest"
	"chibo/org"
)

// world is the district of officetest. It is 3/11/2026.
type world struct {
	*officetest.World
	s *campaign.Service
}

func newWorld(t *testing.T) *world {
	t.Helper()
	d := dbtest.New(t)
	w := &world{World: officetest.New(t, d)}
	w.s = &campaign.Service{DB: d, Book: w.Book}
	return w
}

func (w *world) as(t *testing.T, name string) *web.Kit {
	t.Helper()
	who := w.Actor(t, name)
	k := webtest.Kit(t, web.Config{
		Clock: w.DB.Clock(),
		Frame: func(*http.Request) web.Frame { return web.Frame{SignedIn: true, UserName: name} },
		Session: func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				next.ServeHTTP(rw, r.WithContext(access.With(r.Context(), who)))
			})
		},
	}, campaignweb.Catalogue, fstest.MapFS{"vi.json": {Data: []byte(`{"access.err.forbidden": "Không có quyền.", "org.err.not_found": "Không có đơn vị này."}`)}})
	if _, err := campaignweb.New(campaignweb.Config{Kit: k, Campaigns: w.s}); err != nil {
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

// fields gives what a browser would send of the form with the address.
func fields(t *testing.T, doc *webtest.Document, action string) url.Values {
	t.Helper()
	form := doc.Form(action)
	if !form.OK() {
		t.Fatalf("no form for %s", action)
	}
	out := url.Values{}
	for _, in := range form.Tags("input") {
		if in.Attr("type") != "checkbox" {
			out.Add(in.Attr("name"), in.Attr("value"))
		}
	}
	return out
}

func TestTemplates(t *testing.T) {
	w := newWorld(t)
	campaignweb.CheckPages(t, w.as(t, officetest.TownKeeper))
}

// A committee begins a campaign without script, a cell reports, the committee sends it
// back and accepts it in the end; every number opens its list.
func TestJourney(t *testing.T) {
	w := newWorld(t)
	at := fmt.Sprintf("/units/%d/campaigns", w.Town.ID)
	doc := w.get(t, officetest.TownSecretary, at)
	if !strings.Contains(doc.Raw, "Chưa có đợt việc nào") || !doc.With("href", at+"/new").OK() {
		t.Error("the empty page leads nowhere")
	}
	form := fields(t, w.get(t, officetest.TownSecretary, at+"/new"), at)
	form.Set("title", "Kiểm điểm cuối năm")
	form.Set("steps[0].title", "Họp chi bộ")
	form.Set("steps[0].due", "30/11/2026")
	form.Set("steps[1].title", "Gửi hồ sơ")
	form.Set("steps[1].due", "1/1/1990")
	res := w.post(t, officetest.TownSecretary, at, form)
	doc = webtest.Doc(t, res.Body.String())
	webtest.A11y(t, doc)
	if res.Code != http.StatusUnprocessableEntity || doc.ID("f-title").Attr("value") != "Kiểm điểm cuối năm" || !strings.Contains(doc.Raw, "Hạn phải từ 03/11/2026") ||
		!strings.Contains(doc.Raw, "Hãy chọn ít nhất một loại đơn vị") {
		t.Fatalf("%d %s", res.Code, doc.ID("form-errors").Text())
	}
	form.Set("steps[1].due", "15/12/2026")
	form.Add("kinds", org.KindCell)
	res = w.post(t, officetest.TownSecretary, at, form)
	to := res.Header().Get("Location")
	if res.Code != http.StatusSeeOther || !strings.HasPrefix(to, "/campaigns/") {
		t.Fatalf("%d %s", res.Code, res.Body.String())
	}
	doc = w.get(t, officetest.TownSecretary, to)
	if steps := doc.ID("steps").Tag("tbody").Tags("tr"); len(steps) != 2 || !strings.Contains(steps[0].Text(), "0/2") {
		t.Fatalf("%s", doc.ID("steps").Text())
	}
	list := doc.ID("steps").Tag("tbody").Tag("tr").Tag("a").Attr("href")
	if h := w.get(t, officetest.TownSecretary, list).Tag("h1").Text(); h != "2/2 đơn vị chưa xong" {
		t.Errorf("the list is headed %q", h)
	}

	cell := fmt.Sprintf("%s?unit=%d", to, w.HoaBinh.ID)
	doc = w.get(t, officetest.Secretary, cell)
	action := doc.Class("lead-card")[0].Tag("form").Attr("action")
	form = fields(t, doc, action)
	res = w.post(t, officetest.Secretary, action, form)
	if res.Code != http.StatusUnprocessableEntity || !strings.Contains(res.Body.String(), "thêm một tệp làm minh chứng") {
		t.Errorf("without proof: %d", res.Code)
	}
	form.Set("note", "Đã họp <b>ngày 2</b>")
	if res = w.post(t, officetest.Secretary, action, form); res.Code != http.StatusSeeOther || res.Header().Get("Location") != cell {
		t.Fatalf("%d %s", res.Code, res.Body.String())
	}
	decide := strings.TrimSuffix(action, "report") + "decide"
	doc = w.get(t, officetest.TownSecretary, cell)
	if strings.Contains(doc.Raw, "<b>ngày 2</b>") {
		t.Error("what was typed is not escaped")
	}
	form = fields(t, doc, decide)
	form.Set("accept", "no")
	if res = w.post(t, officetest.TownSecretary, decide, form); res.Code != http.StatusUnprocessableEntity || !strings.Contains(res.Body.String(), "Hãy viết lý do trả lại") {
		t.Errorf("sent back without a reason: %d", res.Code)
	}
	form.Set("reason", "Thiếu biên bản")
	if res = w.post(t, officetest.TownSecretary, decide, form); res.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", res.Code, res.Body.String())
	}
	if doc = w.get(t, officetest.Secretary, cell); !strings.Contains(doc.Raw, "Thiếu biên bản") || !doc.Form(action).OK() {
		t.Error("the cell does not see why")
	}
	form = fields(t, doc, action)
	form.Set("note", "Đã gửi biên bản")
	w.post(t, officetest.Secretary, action, form)
	form = fields(t, w.get(t, officetest.TownSecretary, cell), decide)
	form.Set("accept", "yes")
	if res = w.post(t, officetest.TownSecretary, decide, form); res.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", res.Code, res.Body.String())
	}
	if doc = w.get(t, officetest.TownSecretary, at); !strings.Contains(doc.Raw, "1/2") {
		t.Error("the number did not follow")
	}
	if doc = w.get(t, officetest.Secretary, cell); doc.Form(action).OK() {
		t.Error("an accepted step can be reported again")
	}
	for _, tab := range []string{"open", "waiting", "done", "all"} {
		w.get(t, officetest.TownSecretary, strings.Replace(list, "tab=open", "tab="+tab, 1))
	}
	edit := to + "/edit"
	form = fields(t, w.get(t, officetest.TownSecretary, edit), edit)
	form.Set("steps[2].title", "Báo cáo")
	form.Set("steps[2].due", "20/12/2026")
	if res = w.post(t, officetest.TownSecretary, edit, form); res.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", res.Code, res.Body.String())
	}
	form = fields(t, w.get(t, officetest.TownSecretary, to), to+"/close")
	if res = w.post(t, officetest.TownSecretary, to+"/close", form); res.Code != http.StatusSeeOther {
		t.Fatalf("%d", res.Code)
	}
	if doc = w.get(t, officetest.TownSecretary, to); !strings.Contains(doc.Raw, "Đã kết thúc") {
		t.Error("closed and nothing says so")
	}
}
