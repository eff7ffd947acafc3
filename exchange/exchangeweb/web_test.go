package exchangeweb_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"

	"chibo/access"
	"chibo/exchange"
	"chibo/exchange/exchangeweb"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/job"
	"chibo/internal/seal"
	"chibo/internal/web"
	"chibo/internal/web/webtest"
	"chibo/member/memberweb"
	"chibo/org/orgtest"
	"chibo/org/orgweb"
)

// texts stands for what other features' catalogues bring.
func texts() fstest.MapFS {
	return fstest.MapFS{"vi.json": {Data: []byte(`{"access.err.signed_out": "Cần đăng nhập.", "access.err.forbidden": "Không có quyền."}`)}}
}

type world struct {
	orgtest.Tree
	db  *db.DB
	svc *exchange.Service
	run *job.Runner
}

func newWorld(t *testing.T) *world {
	t.Helper()
	d := dbtest.New(t)
	w := &world{Tree: orgtest.District(t, d), db: d, run: &job.Runner{DB: d}}
	w.svc = &exchange.Service{DB: d, Book: w.Book, Keys: seal.Fresh()}
	w.svc.Jobs(w.run)
	return w
}

// as makes a kit in which everybody is who.
func (w *world) as(t *testing.T, who access.Actor) *web.Kit {
	t.Helper()
	k := webtest.Kit(t, web.Config{
		Clock: w.db.Clock(),
		Session: func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				if who.AccountID != 0 {
					r = r.WithContext(access.With(r.Context(), who))
				}
				next.ServeHTTP(rw, r)
			})
		},
	}, exchangeweb.Catalogue, memberweb.Catalogue, orgweb.Catalogue, texts())
	if _, err := exchangeweb.New(exchangeweb.Config{Kit: k, DB: w.db, Exchange: w.svc}); err != nil {
		t.Fatal(err)
	}
	return k
}

func (w *world) keeper() access.Actor { return orgtest.Actor(access.RoleKeeper, w.Town) }

// send uploads a file as a browser does.
func send(t *testing.T, k http.Handler, kind, unit, name string, data []byte) *httptest.ResponseRecorder {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for field, v := range map[string]string{"kind": kind, "unit": unit} {
		if err := m.WriteField(field, v); err != nil {
			t.Fatal(err)
		}
	}
	p, err := m.CreateFormFile("file", name)
	if err == nil {
		_, err = p.Write(data)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/imports", &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	rw := httptest.NewRecorder()
	k.ServeHTTP(rw, r)
	return rw
}

func (w *world) jobs(t *testing.T) {
	t.Helper()
	if _, err := w.run.RunDue(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func page(t *testing.T, k http.Handler, path string) *webtest.Document {
	t.Helper()
	doc := webtest.Get(t, k, path)
	webtest.A11y(t, doc)
	return doc
}

const list = "Họ và tên,Giới tính,Ngày sinh,Chi bộ,Ngày chính thức,Ghi chú\n" +
	"Nguyễn Văn Tốt,Nam,3/2/1950,Hòa Bình,19/5/1976,\n<b>Sai & Hỏng</b>,Nữ,31/02/1960,Hòa Bình,1/1/1990,\n" +
	"Mai Văn Sỹ,Nam,5/5/1971,Hòa Bình,1/1/1996,\nMai Văn Sĩ,Nam,5/5/1971,Hòa Bình,1/1/1996,\n"

// The four steps in a browser without script, to the register.
func TestFourSteps(t *testing.T) {
	w := newWorld(t)
	k := w.as(t, w.keeper())
	if doc := page(t, k, "/imports"); !strings.Contains(doc.Raw, "Chọn tệp") || !strings.Contains(doc.Raw, "multipart/form-data") {
		t.Error("the first step")
	}
	rw := send(t, k, "members", fmt.Sprint(w.Town.ID), "danh sách.csv", []byte(list))
	at := rw.Header().Get("Location")
	if rw.Code != http.StatusSeeOther || !strings.HasPrefix(at, "/imports/") {
		t.Fatalf("%d %s\n%s", rw.Code, at, rw.Body)
	}
	doc := page(t, k, at)
	if got := len(doc.ID("columns").Tag("tbody").Tags("tr")); got != 6 {
		t.Fatalf("%d columns", got)
	}
	rw = webtest.Post(t, k, at+"/columns", url.Values{"c0": {"name"}, "c1": {"name"}, "c3": {"cell"}})
	if rw.Code != http.StatusUnprocessableEntity {
		t.Errorf("two names: %d", rw.Code)
	}
	form := url.Values{"c0": {"name"}, "c1": {"sex"}, "c2": {"birth"}, "c3": {"cell"}, "c4": {"official"}, "c5": {"status"}}
	if rw = webtest.Post(t, k, at+"/columns", form); rw.Code != http.StatusSeeOther {
		t.Fatalf("columns: %d\n%s", rw.Code, rw.Body)
	}
	if doc := page(t, k, at); !strings.Contains(doc.Raw, `http-equiv="refresh"`) {
		t.Error("the page of waiting does not come again")
	}
	w.jobs(t)
	doc = page(t, k, at)
	if raw := doc.Raw; !strings.Contains(raw, `value="31/02/1960"`) || !strings.Contains(raw, "không có ngày 31/02/1960") || strings.Contains(raw, "<b>Sai") {
		t.Fatalf("%s", doc.ID("rows").Text())
	}
	if doc := page(t, k, at+"?level=1"); !strings.Contains(doc.Raw, "Có phải cùng một người?") {
		t.Error("the question")
	}
	if rw := webtest.Post(t, k, at+"/store", url.Values{"mode": {"all"}}); rw.Code != http.StatusUnprocessableEntity {
		t.Errorf("all: %d", rw.Code)
	}
	rw = httptest.NewRecorder()
	k.ServeHTTP(rw, httptest.NewRequest(http.MethodGet, at+"/errors", nil))
	if rw.Code != http.StatusOK || !strings.HasPrefix(rw.Body.String(), "PK") || rw.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("the error sheet: %d %v", rw.Code, rw.Header())
	}
	rw = webtest.Post(t, k, at+"/rows", url.Values{"r3.birth": {"28/02/1960"}, "r5.answer": {"other"}})
	w.jobs(t)
	if doc := page(t, k, at); rw.Code != http.StatusSeeOther || !strings.Contains(doc.Raw, "Tất cả các dòng đều được") {
		t.Fatalf("corrected: %d", rw.Code)
	}
	page(t, k, at+"/columns")
	webtest.Post(t, k, at+"/store", url.Values{"mode": {"all"}})
	w.jobs(t)
	doc = page(t, k, at)
	if !strings.Contains(doc.Raw, "Đã ghi vào sổ") || !strings.HasPrefix(doc.ID("counts").Text(), "4") {
		t.Errorf("%s", doc.Raw)
	}
}

// What is wrong with a file is told at its field, with all that was chosen kept.
func TestBadUploads(t *testing.T) {
	w := newWorld(t)
	k := w.as(t, w.keeper())
	unit := fmt.Sprint(w.Town.ID)
	for _, c := range []struct {
		name, unit, want string
		data             []byte
	}{
		{"a.xls", unit, ".xls", []byte("x")},
		{"a.xlsm", unit, "macro", []byte("PK\x03\x04")},
		{"a.xlsx", unit, "hỏng", []byte("PK\x03\x04")},
		{"a.pdf", unit, "Không phải bảng tính", []byte("%PDF")},
		{"a.csv", unit, "rỗng", nil},
		{"a.csv", "", "Chọn đơn vị", []byte(list)},
	} {
		rw := send(t, k, "members", c.unit, c.name, c.data)
		doc := webtest.Doc(t, rw.Body.String())
		if rw.Code != http.StatusUnprocessableEntity || !strings.Contains(doc.Raw, c.want) {
			t.Errorf("%s: %d %q is missing", c.name, rw.Code, c.want)
		}
	}
	rw := send(t, k, "members", fmt.Sprint(w.Commune.ID), "a.csv", []byte(list))
	if rw.Code != http.StatusForbidden {
		t.Errorf("another commune: %d", rw.Code)
	}
	r := httptest.NewRequest(http.MethodPost, "/imports", strings.NewReader("x"))
	r.ContentLength = 500 << 20
	r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	large := httptest.NewRecorder()
	k.ServeHTTP(large, r)
	if large.Code != http.StatusRequestEntityTooLarge || !strings.Contains(large.Body.String(), "64 MB") {
		t.Errorf("500 MB: %d", large.Code)
	}
	// No heading: a person can point to it.
	rw = send(t, k, "members", unit, "a.csv", []byte("Ai,Ở đâu\nNguyễn Văn An,Hòa Bình\n"))
	doc := page(t, k, rw.Header().Get("Location"))
	if !strings.Contains(doc.Raw, "Chưa tìm thấy dòng tiêu đề") {
		t.Error("no heading")
	}
	at := rw.Header().Get("Location")
	if rw := webtest.Post(t, k, at+"/point", url.Values{"sheet": {"0"}, "row": {"1"}, "height": {"1"}}); rw.Code != http.StatusSeeOther {
		t.Errorf("point: %d", rw.Code)
	}
	if doc := page(t, k, at); len(doc.ID("columns").Tag("tbody").Tags("tr")) != 2 {
		t.Error("the heading that was pointed to")
	}
	if rw := webtest.Post(t, k, at+"/drop", nil); rw.Code != http.StatusSeeOther {
		t.Errorf("drop: %d", rw.Code)
	}
}

func TestWhoSeesThePages(t *testing.T) {
	w := newWorld(t)
	get := func(who access.Actor, path string) int {
		rw := httptest.NewRecorder()
		w.as(t, who).ServeHTTP(rw, httptest.NewRequest(http.MethodGet, path, nil))
		return rw.Code
	}
	members := fmt.Sprintf("/exports/members?unit=%d", w.HoaBinh.ID)
	for _, c := range []struct {
		who             access.Actor
		imports, export int
	}{
		{w.keeper(), 200, 200},
		{orgtest.Actor(access.RoleAdmin, w.District), 200, 403},
		{orgtest.Actor(access.RoleUpper, w.District), 403, 200},
		{orgtest.Actor(access.RoleLead, w.HoaBinh), 403, 200},
		{orgtest.Actor(access.RoleCommittee, w.HoaBinh), 403, 200},
		{orgtest.Actor(access.RoleMember, w.HoaBinh), 403, 403},
		{access.Actor{}, 303, 303},
	} {
		if a, b := get(c.who, "/imports"), get(c.who, members); a != c.imports || b != c.export {
			t.Errorf("%+v: %d, %d; want %d, %d", c.who.Grants, a, b, c.imports, c.export)
		}
	}
}

func TestExportAsksWhy(t *testing.T) {
	w := newWorld(t)
	k := w.as(t, w.keeper())
	rw := webtest.Post(t, k, "/exports/members/ask", url.Values{"unit": {fmt.Sprint(w.Town.ID)}, "q": {"an"}, "standing": {"reserve"}})
	if doc := webtest.Doc(t, rw.Body.String()); rw.Code != http.StatusOK || !strings.Contains(doc.Raw, "“an”") {
		t.Errorf("%d", rw.Code)
	}
	form := url.Values{"unit": {fmt.Sprint(w.Town.ID)}, "format": {"xlsx"}}
	if rw := webtest.Post(t, k, "/exports/members", form); rw.Code != http.StatusUnprocessableEntity || !strings.Contains(rw.Body.String(), "Ghi lý do") {
		t.Errorf("without a reason: %d", rw.Code)
	}
	form.Set("reason", "Đại hội")
	rw = webtest.Post(t, k, "/exports/members", form)
	if rw.Code != http.StatusOK || !strings.HasPrefix(rw.Body.String(), "PK") || !strings.Contains(rw.Header().Get("Content-Disposition"), "members-2026-11-03.xlsx") {
		t.Errorf("%d %v", rw.Code, rw.Header())
	}
	for _, kind := range exchange.Kinds() {
		get := httptest.NewRecorder()
		k.ServeHTTP(get, httptest.NewRequest(http.MethodGet, "/import-sheets/"+string(kind), nil))
		if get.Code != http.StatusOK || !strings.HasPrefix(get.Body.String(), "PK") {
			t.Errorf("template %s: %d", kind, get.Code)
		}
	}
}

func TestPagesFitTheirTypes(t *testing.T) {
	w := newWorld(t)
	k := w.as(t, w.keeper())
	webtest.CheckPages(t, exchangeweb.PagesOf(t, k), exchangeweb.Dots())
}
