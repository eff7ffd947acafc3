package questionweb_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"

	"chibo/access"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/internal/web/webtest"
	"chibo/internal/workday"
	"chibo/office/officetest"
	"chibo/question"
	"chibo/question/questionweb"
)

// world is the district of officetest behind the pages.
type world struct {
	*officetest.World
	s *question.Service
}

func newWorld(t *testing.T) *world {
	t.Helper()
	days, err := workday.New()
	if err != nil {
		t.Fatal(err)
	}
	w := officetest.New(t, dbtest.New(t))
	return &world{World: w, s: &question.Service{DB: w.DB, Book: w.Book, Days: days}}
}

// texts stands for what other features' catalogues bring.
func texts() fstest.MapFS {
	return fstest.MapFS{"vi.json": {Data: []byte(`{"access.err.signed_out": "Cần đăng nhập.", "access.err.forbidden": "Không có quyền.", "org.err.not_found": "Không có đơn vị này."}`)}}
}

// as makes a kit in which everybody is the person.
func (w *world) as(t *testing.T, name string) *web.Kit {
	t.Helper()
	who := w.Actor(t, name)
	k := webtest.Kit(t, web.Config{
		Clock: w.DB.Clock(),
		Frame: func(*http.Request) web.Frame {
			return web.Frame{SignedIn: true, UserName: who.Name, UnitName: w.HoaBinh.Name, Demo: true}
		},
		Session: func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				if who.AccountID != 0 {
					r = r.WithContext(access.With(r.Context(), who))
				}
				next.ServeHTTP(rw, r)
			})
		},
	}, questionweb.Catalogue, texts())
	if _, err := questionweb.New(questionweb.Config{Kit: k, Questions: w.s}); err != nil {
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

func (w *world) ask(t *testing.T, text string, named bool) ident.Ref {
	t.Helper()
	ref, err := w.s.Ask(context.Background(), w.Actor(t, officetest.Member), question.AskIn{CellID: w.HoaBinh.ID, Kind: "question", Text: text, Named: named})
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

func (w *world) post(t *testing.T, name, path string, form url.Values, want int) *webtest.Document {
	t.Helper()
	rec := webtest.Post(t, w.as(t, name), path, form)
	if rec.Code != want {
		t.Fatalf("%s at %s: %d, want %d: %s", name, path, rec.Code, want, rec.Body)
	}
	return webtest.Doc(t, rec.Body.String())
}

// look asks for a page that may be refused.
func (w *world) look(t *testing.T, name, path string) *httptest.ResponseRecorder {
	t.Helper()
	rec := httptest.NewRecorder()
	w.as(t, name).ServeHTTP(rec, httptest.NewRequest("GET", path, nil))
	return rec
}

func TestPagesNameRealFields(t *testing.T) {
	w := newWorld(t)
	questionweb.CheckPages(t, w.as(t, officetest.Member))
}

// A member asks; a form that is refused keeps what was typed; the question is on the own
// page, on the cell's and nowhere else.
func TestAsk(t *testing.T) {
	w := newWorld(t)
	if doc := w.get(t, officetest.Member, "/questions"); len(doc.Class("empty")) != 1 {
		t.Error("no empty state")
	}
	doc := w.get(t, officetest.Member, "/questions/new")
	form := url.Values{"cell": {doc.Value("cell")}, "text": {"Vì sao <b>đường</b> chưa sửa?"}, "named": {"yes"}, "op": {ident.NewDevice()}}
	back := w.post(t, officetest.Member, "/questions", form, http.StatusUnprocessableEntity)
	if back.ID("f-text").Text() != "Vì sao <b>đường</b> chưa sửa?" || !back.ID("e-kind").OK() {
		t.Error("what was typed is lost, or there is no message at the kind")
	}
	form.Set("kind", "question")
	w.post(t, officetest.Member, "/questions", form, http.StatusSeeOther)
	w.post(t, officetest.Member, "/questions", form, http.StatusSeeOther) // sent twice
	for name, path := range map[string]string{officetest.Member: "/questions", officetest.Secretary: fmt.Sprintf("/cells/%d/questions", w.HoaBinh.ID)} {
		doc := w.get(t, name, path)
		if n := strings.Count(doc.Raw, "Vì sao &lt;b&gt;đường"); n != 1 {
			t.Errorf("%s: %d times", path, n)
		}
	}
	for _, name := range []string{officetest.Member, officetest.Stranger, officetest.AdminPerson, officetest.Follower} {
		if rec := w.look(t, name, fmt.Sprintf("/cells/%d/questions", w.HoaBinh.ID)); rec.Code != http.StatusForbidden {
			t.Errorf("%s reads the cell's list: %d", name, rec.Code)
		}
	}
}

// The way of a question through the pages: sent up without the name, extended, answered,
// asked again; each refusal stands at its form with what was typed.
func TestOneQuestion(t *testing.T) {
	w := newWorld(t)
	ref := w.ask(t, "Đề nghị sửa đèn đường", false)
	path := question.Href(ref)
	version := func() string {
		v, err := w.s.Open(context.Background(), w.Actor(t, officetest.Secretary), ref)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(v.Version)
	}
	doc := w.get(t, officetest.Secretary, path)
	if !strings.Contains(doc.Tag("main").Text(), officetest.Member) || !doc.ID("up").OK() || !doc.ID("decline").OK() {
		t.Error("the secretary lacks the name or the choices")
	}
	back := w.post(t, officetest.Secretary, path+"/decline", url.Values{"version": {version()}}, http.StatusUnprocessableEntity)
	if !back.ID("e-decline-text").OK() || back.ID("e-answer-text").OK() {
		t.Error("the message is not at its form")
	}
	back = w.post(t, officetest.Secretary, path+"/answer", url.Values{"version": {"9"}, "text": {"Đã gõ"}}, http.StatusConflict)
	if back.ID("f-answer-text").Text() != "Đã gõ" {
		t.Error("what was typed is lost in a conflict")
	}
	w.post(t, officetest.Secretary, path+"/up", url.Values{"version": {version()}, "text": {"Vượt thẩm quyền"}}, http.StatusSeeOther)
	doc = w.get(t, officetest.TownSecretary, path)
	if strings.Contains(doc.Raw, officetest.Member) || !strings.Contains(doc.Raw, "Đề nghị sửa đèn đường") || doc.ID("decline").OK() {
		t.Error("the town reads the name, lacks the text, or may decline")
	}
	if doc := w.get(t, officetest.TownSecretary, fmt.Sprintf("/units/%d/questions", w.Town.ID)); strings.Contains(doc.Raw, officetest.Member) || !strings.Contains(doc.Raw, "Đề nghị sửa đèn đường") {
		t.Error("the desk")
	}
	back = w.post(t, officetest.TownSecretary, path+"/extend", url.Values{"version": {version()}, "text": {"x"}, "due": {"31/02/2027"}}, http.StatusUnprocessableEntity)
	if !back.ID("e-extend-due").OK() || back.ID("extend").Attr("open") == "" && !strings.Contains(back.Raw, `id="extend" open`) {
		t.Error("the day's message")
	}
	w.post(t, officetest.TownSecretary, path+"/answer", url.Values{"version": {version()}, "text": {"Tuần tới"}}, http.StatusSeeOther)
	doc = w.get(t, officetest.Member, "/questions")
	if !strings.Contains(doc.Tag("main").Text(), "Có trả lời") {
		t.Error("the own page does not say that there is an answer")
	}
	doc = w.get(t, officetest.Member, path)
	if doc.ID("answer").Text() != "Tuần tới" || !doc.ID("read").OK() || !doc.ID("again").OK() {
		t.Error("the asker lacks the answer or the two buttons")
	}
	w.post(t, officetest.Member, path+"/again", url.Values{"version": {version()}, "text": {"Tuần nào?"}}, http.StatusSeeOther)
	w.post(t, officetest.Secretary, path+"/answer", url.Values{"version": {version()}, "text": {"Tuần 46"}}, http.StatusSeeOther)
	w.post(t, officetest.Member, path+"/read", url.Values{"version": {version()}}, http.StatusSeeOther)
	if doc = w.get(t, officetest.Member, path); doc.ID("again").OK() || doc.ID("read").OK() {
		t.Error("a third round is offered")
	}
	if n := len(doc.ID("trail").Tags("li")); n != 6 {
		t.Errorf("%d steps", n)
	}
	for name, want := range map[string]int{officetest.Stranger: 403, officetest.AdminPerson: 403, officetest.Follower: 403, officetest.Deputy: 200, "": 401, officetest.DistrictStaff: 403} {
		if rec := w.look(t, name, path); rec.Code != want && !(name == "" && rec.Code == http.StatusSeeOther) {
			t.Errorf("%s: %d", name, rec.Code)
		}
	}
}

// The cell committee enters what it heard; the form keeps everything.
func TestEnterPage(t *testing.T) {
	w := newWorld(t)
	path := fmt.Sprintf("/cells/%d/questions", w.HoaBinh.ID)
	w.get(t, officetest.Committee, path+"/new")
	form := url.Values{"from": {"member"}, "text": {"Nước sạch"}, "kind": {"petition"}, "named": {"no"}}
	back := w.post(t, officetest.Committee, path, form, http.StatusUnprocessableEntity)
	if !back.ID("e-member").OK() || back.ID("f-text").Text() != "Nước sạch" {
		t.Error("no message at the member, or the text is lost")
	}
	form.Set("from", "people")
	form.Set("heard", "Cử tri tổ dân phố")
	w.post(t, officetest.Committee, path, form, http.StatusSeeOther)
	if doc := w.get(t, officetest.Secretary, path); !strings.Contains(doc.Tag("main").Text(), "Cử tri tổ dân phố") {
		t.Error("not in the list")
	}
}

// A committee counts what its cells have, by the units right below, and opens each; those
// above the cell see there only that questions are there.
func TestCountsAndHostile(t *testing.T) {
	w := newWorld(t)
	hostile := []string{`<script>alert(1)</script>`, strings.Repeat("dài", 1600), "\u202eđảo \u2028 ngược {{.Title}}"}
	for _, text := range hostile {
		w.ask(t, text, false)
	}
	for _, c := range []struct {
		who, path string
		rows      int
	}{
		{officetest.DistrictStaff, fmt.Sprintf("/units/%d/questions?tab=counts", w.District.ID), 1},
		{officetest.DistrictStaff, fmt.Sprintf("/units/%d/questions?tab=counts", w.Town.ID), 1},
		{officetest.TownKeeper, fmt.Sprintf("/cells/%d/questions", w.HoaBinh.ID), 3},
		{officetest.Secretary, fmt.Sprintf("/cells/%d/questions", w.HoaBinh.ID), 3},
		{officetest.TownSecretary, fmt.Sprintf("/units/%d/questions?tab=waiting", w.Town.ID), 0},
	} {
		doc := w.get(t, c.who, c.path)
		if n := len(doc.Tag("tbody").Tags("tr")); n != c.rows {
			t.Errorf("%s at %s: %d rows", c.who, c.path, n)
		}
		if strings.Contains(doc.Raw, "<script>alert") {
			t.Errorf("%s: text became markup", c.path)
		}
		if c.who != officetest.Secretary && (strings.Contains(doc.Raw, "alert(1)") || strings.Contains(doc.Raw, officetest.Member)) {
			t.Errorf("%s at %s reads what stays in the cell", c.who, c.path)
		}
	}
	if doc := w.get(t, officetest.DistrictStaff, fmt.Sprintf("/units/%d/questions?tab=counts", w.District.ID)); !strings.Contains(doc.Raw, fmt.Sprintf("/units/%d/questions?tab=counts", w.Town.ID)) {
		t.Error("a count does not open what is behind it")
	}
	for _, tab := range []string{"waiting", "late", "passed", "below", "x"} {
		w.get(t, officetest.TownSecretary, fmt.Sprintf("/units/%d/questions?tab=%s&due=x&id=y", w.Town.ID, tab))
	}
	for _, name := range []string{officetest.Member, officetest.Stranger, officetest.AdminPerson, officetest.OtherUpper, officetest.Follower} {
		if rec := w.look(t, name, fmt.Sprintf("/units/%d/questions", w.Town.ID)); rec.Code != http.StatusForbidden {
			t.Errorf("%s: %d", name, rec.Code)
		}
	}
}
