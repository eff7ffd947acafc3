package admissionweb_test

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
	"chibo/admission"
	"chibo/admission/admissionweb"
	"chibo/document"
	"chibo/internal/civil"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/internal/web/webtest"
	"chibo/internal/workday"
	"chibo/meeting"
	"chibo/member"
	"chibo/office/officetest"
)

// world is the district of officetest behind the pages.
type world struct {
	*officetest.World
	s *admission.Service
}

func newWorld(t *testing.T) *world {
	t.Helper()
	days, err := workday.New()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{World: officetest.New(t, dbtest.New(t))}
	d := w.DB
	w.s = &admission.Service{
		DB: d, Book: w.Book, Days: days, Life: &member.Life{DB: d, Book: w.Book, Days: days},
		Meetings: &meeting.Service{DB: d, Book: w.Book, Documents: &document.Service{DB: d, Book: w.Book}},
	}
	w.s.Meetings.Matters = append(w.s.Meetings.Matters, w.s.Matters())
	return w
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
	}, admissionweb.Catalogue, texts())
	if _, err := admissionweb.New(admissionweb.Config{Kit: k, Admissions: w.s}); err != nil {
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

func (w *world) today() civil.Date { return civil.From(w.DB.Clock().Now()) }

func (w *world) track(t *testing.T, name string) ident.Ref {
	t.Helper()
	ref, err := w.s.Track(context.Background(), w.Actor(t, officetest.Secretary), admission.TrackIn{
		CellID: w.HoaBinh.ID, On: w.today().AddMonths(-6), Helper: w.People[officetest.Member].Member.ID, Work: name,
		Person: admission.Person{Name: name, Sex: "f", Birth: civil.Of(1994, 6, 12), Citizen: true, Ethnic: "kinh", Education: "upper", Occupation: "farmer"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

func (w *world) version(t *testing.T, ref ident.Ref) string {
	t.Helper()
	v, err := w.s.Open(context.Background(), w.Actor(t, officetest.Secretary), ref)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(v.Version)
}

// step sends the form of a step by the cell's lead.
func (w *world) step(t *testing.T, ref ident.Ref, who, step string, more url.Values, want int) *webtest.Document {
	t.Helper()
	form := url.Values{"step": {step}, "day": {w.today().Vi()}, "version": {w.version(t, ref)}, "op": {ident.NewDevice()}}
	for k, v := range more {
		form[k] = v
	}
	return w.post(t, who, admission.Href(ref)+"/step", form, want)
}

func TestPagesNameRealFields(t *testing.T) {
	w := newWorld(t)
	admissionweb.CheckPages(t, w.as(t, officetest.Secretary))
}

// A cell that tracks nobody is told what to do; somebody is put on the list; what is
// refused keeps what was typed.
func TestTrack(t *testing.T) {
	w := newWorld(t)
	path := fmt.Sprintf("/cells/%d/admission", w.HoaBinh.ID)
	if doc := w.get(t, officetest.Secretary, path); len(doc.Class("empty")) != 1 {
		t.Error("no empty state")
	}
	w.get(t, officetest.Secretary, path+"/review")
	w.get(t, officetest.Secretary, path+"/new")
	form := url.Values{"name": {"Hà <b>Thị</b> Lê"}, "sex": {"f"}, "birth": {"31/02/1994"}, "citizen": {"yes"}, "on": {w.today().Vi()}}
	back := w.post(t, officetest.Secretary, path, form, http.StatusUnprocessableEntity)
	if back.ID("f-name").Attr("value") != "Hà <b>Thị</b> Lê" || !back.ID("e-birth").OK() {
		t.Error("what was typed is lost, or there is no message at the birth")
	}
	form.Set("birth", "06/1994")
	w.post(t, officetest.Secretary, path, form, http.StatusSeeOther)
	back = w.post(t, officetest.Secretary, path, form, http.StatusConflict)
	if !strings.Contains(back.Raw, "đã có hồ sơ") {
		t.Error("a second dossier")
	}
	doc := w.get(t, officetest.Committee, path)
	if !strings.Contains(doc.Raw, "Hà &lt;b&gt;Thị&lt;/b&gt; Lê") || doc.ID("tracked-h").Text() == "" {
		t.Error("not in the list")
	}
	w.post(t, officetest.Neighbour, fmt.Sprintf("/cells/%d/admission", w.Village2.ID), form, http.StatusConflict)
	form.Set("sure", "true")
	w.post(t, officetest.Neighbour, fmt.Sprintf("/cells/%d/admission", w.Village2.ID), form, http.StatusSeeOther)
	for _, name := range []string{officetest.Member, officetest.Stranger, officetest.Follower, officetest.AdminPerson, officetest.TownSecretary} {
		if rec := w.look(t, name, path); rec.Code != http.StatusForbidden {
			t.Errorf("%s reads the list: %d", name, rec.Code)
		}
	}
}

// The page of a dossier: one next action, refusals at their form, steps, papers,
// introducers, comments, and who may open it.
func TestDossier(t *testing.T) {
	w := newWorld(t)
	ref := w.track(t, "Đoàn Thị Mận")
	path := admission.Href(ref)
	doc := w.get(t, officetest.Secretary, path)
	if !doc.ID("form-step").OK() || len(doc.ID("way").Tags("li")) < 10 || !strings.Contains(doc.Raw, "bước sau lễ kết nạp") || !doc.ID("stop").OK() {
		t.Error("the page lacks the next action, the way, or the further acts")
	}
	back := w.step(t, ref, officetest.Secretary, "class", url.Values{"day": {"2026"}}, http.StatusUnprocessableEntity)
	if !back.ID("e-step-day").OK() || back.ID("f-step-day").Attr("value") != "2026" {
		t.Error("a day that is only a year: no message at its field, or it is lost")
	}
	w.step(t, ref, officetest.Secretary, "cv", nil, http.StatusConflict)
	for _, s := range []string{"class", "application", "cv", "verify_ask", "verify", "opinions"} {
		w.step(t, ref, officetest.Secretary, s, nil, http.StatusSeeOther)
	}
	back = w.step(t, ref, officetest.Secretary, "committee", nil, http.StatusUnprocessableEntity)
	if !strings.Contains(back.ID("form-errors").Text(), "giới thiệu") {
		t.Error("the refusal does not say what is missing")
	}

	w.get(t, officetest.Secretary, path+"/introducers")
	lines := url.Values{"version": {w.version(t, ref)}, "way-0": {"member"}, "since-0": {"01/2020"}}
	back = w.post(t, officetest.Secretary, path+"/introducers", lines, http.StatusUnprocessableEntity)
	if !back.ID("e-member-0").OK() || back.ID("f-since-0").Attr("value") != "01/2020" {
		t.Error("the introducer's message")
	}
	lines = url.Values{
		"version": {w.version(t, ref)}, "way-0": {"member"}, "since-0": {"01/2020"}, "member-0": {fmt.Sprint(w.People[officetest.Deputy].Member.ID)},
		"way-1": {"sent"}, "name-1": {"Hà Văn Sơn"},
	}
	w.post(t, officetest.Secretary, path+"/introducers", lines, http.StatusSeeOther)

	w.get(t, officetest.Secretary, path+"/papers?kind=verification")
	paper := url.Values{"version": {w.version(t, ref)}, "kind": {"cv"}, "state": {"present"}, "paper_day": {"05/11/2026"}, "pages": {"12"}, "kept": {"cell"}}
	back = w.post(t, officetest.Secretary, path+"/papers", paper, http.StatusUnprocessableEntity) // tomorrow and later
	if !back.ID("e-paper_day").OK() || back.ID("f-pages").Attr("value") != "12" {
		t.Error("a paper from the future")
	}
	paper.Set("paper_day", "02/11/2026")
	w.post(t, officetest.Secretary, path+"/papers", paper, http.StatusSeeOther)
	w.step(t, ref, officetest.Secretary, "committee", url.Values{"note": {"Giấy tờ đang bổ sung"}}, http.StatusSeeOther)
	if doc = w.get(t, officetest.Secretary, path); !strings.Contains(doc.ID("now").Text(), "Lập cuộc họp") {
		t.Error("the way to a meeting is not shown")
	}

	w.post(t, officetest.Member, path+"/note", url.Values{"version": {w.version(t, ref)}, "kind": {"review"}, "day": {w.today().Vi()}, "text": {"Tích cực <i>"}}, http.StatusSeeOther)
	if doc = w.get(t, officetest.Member, path); doc.ID("trail").OK() || strings.Contains(doc.Raw, "12/06/1994") || !strings.Contains(doc.Raw, "Tích cực &lt;i&gt;") {
		t.Error("the helper reads more than the way and the comments")
	}
	for name, want := range map[string]int{officetest.Stranger: 403, officetest.AdminPerson: 403, officetest.Follower: 403, officetest.TownSecretary: 403, officetest.DistrictStaff: 403, officetest.Committee: 200, "": 401} {
		if rec := w.look(t, name, path); rec.Code != want && !(name == "" && rec.Code == http.StatusSeeOther) {
			t.Errorf("%s: %d", name, rec.Code)
		}
	}
	w.get(t, officetest.Secretary, path+"/edit")
	w.post(t, officetest.Secretary, path+"/stop", url.Values{"version": {w.version(t, ref)}, "day": {w.today().Vi()}}, http.StatusUnprocessableEntity)
	w.post(t, officetest.Secretary, path+"/stop", url.Values{"version": {w.version(t, ref)}, "day": {w.today().Vi()}, "reason": {"withdrawn"}}, http.StatusSeeOther)
	w.get(t, officetest.Secretary, path)
	w.get(t, officetest.Secretary, fmt.Sprintf("/cells/%d/admission?tab=done", w.HoaBinh.ID))
}

// The board and the plan, for each role, empty and with hostile names; those above the
// dossier's hands read no name.
func TestBoardAndPlan(t *testing.T) {
	w := newWorld(t)
	board, plan := fmt.Sprintf("/units/%d/admission", w.Town.ID), fmt.Sprintf("/units/%d/admission/plan", w.Town.ID)
	for _, name := range []string{officetest.TownSecretary, officetest.DistrictStaff} {
		w.get(t, name, board)
		w.get(t, name, plan)
	}
	hostile := []string{`<script>alert(1)</script>`, strings.Repeat("dài ", 24), "\u202eđảo {{.Title}}"}
	for _, name := range hostile {
		w.track(t, name)
	}
	for _, tab := range []string{"", "?tab=all", "?tab=late", "?tab=still", "?tab=still&page=99", "?tab=still&page=x", "?tab=x&due=y&ref=z", "?tab=all&step=class"} {
		for _, name := range []string{officetest.TownSecretary, officetest.TownKeeper, officetest.DistrictStaff} {
			doc := w.get(t, name, board+tab)
			if strings.Contains(doc.Raw, "<script>alert") {
				t.Error("a name became markup")
			}
			if name == officetest.TownSecretary && strings.Contains(doc.Raw, "alert(1)") {
				t.Errorf("%s reads a name that is not in the town's hands", tab)
			}
		}
	}
	w.get(t, officetest.Secretary, fmt.Sprintf("/cells/%d/admission", w.HoaBinh.ID))
	w.get(t, officetest.Secretary, fmt.Sprintf("/cells/%d/admission/review", w.HoaBinh.ID))
	back := w.post(t, officetest.TownSecretary, plan, url.Values{"year": {"2026"}, "q1": {"3"}, "q2": {"2"}, "q3": {"4"}, "q4": {"5"}, "version": {"0"}}, http.StatusUnprocessableEntity)
	if !back.ID("e-q2").OK() {
		t.Error("a sum that falls")
	}
	w.post(t, officetest.TownSecretary, plan, url.Values{"year": {"2026"}, "q1": {"1"}, "q2": {"2"}, "q3": {"4"}, "q4": {"5"}, "version": {"0"}, "base": {"120"}, "base_on": {"01/01/2026"}}, http.StatusSeeOther)
	w.get(t, officetest.DistrictStaff, plan)
	w.post(t, officetest.TownSecretary, fmt.Sprintf("/units/%d/admission/keep", w.Town.ID), url.Values{"months": {"0"}}, http.StatusUnprocessableEntity)
	w.post(t, officetest.TownSecretary, fmt.Sprintf("/units/%d/admission/keep", w.Town.ID), url.Values{"months": {"12"}, "source": {"Kết luận"}}, http.StatusSeeOther)
	for _, name := range []string{officetest.Member, officetest.Stranger, officetest.AdminPerson, officetest.OtherUpper, officetest.Follower} {
		for _, path := range []string{board, plan} {
			if rec := w.look(t, name, path); rec.Code != http.StatusForbidden {
				t.Errorf("%s at %s: %d", name, path, rec.Code)
			}
		}
	}
}
