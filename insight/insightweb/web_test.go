package insightweb_test

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
	"chibo/figure"
	"chibo/insight"
	"chibo/insight/insightweb"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/web"
	"chibo/internal/web/webtest"
	"chibo/office/officetest"
	"chibo/task"
	"chibo/task/taskweb"
)

type world struct {
	*officetest.World
	s     *insight.Service
	month civil.Month
}

// newWorld is the district of officetest with a month of figures and a question to Hòa Bình.
func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{World: officetest.New(t, dbtest.New(t))}
	w.s = &insight.Service{DB: w.DB, Book: w.Book, Tasks: &task.Service{DB: w.DB}}
	today := civil.From(w.DB.Clock().Now())
	w.month = today.Month()
	w.Write(t, func(ctx context.Context, tx *db.Tx) error {
		var list []figure.CellMonth
		for _, c := range w.Cells {
			list = append(list, figure.CellMonth{Part: c.PartID, Month: w.month, CellID: c.ID, MetDay: today, Due: 20, Present: 18, Speakers: 9, Minutes: 95, TasksDue: 4, TasksDone: 3, Score10: 912, Grade: figure.GradeGood})
		}
		if err := figure.PutCellMonths(ctx, tx, list); err != nil {
			return err
		}
		if err := figure.RebuildMonths(ctx, tx, w.month, w.month); err != nil {
			return err
		}
		return insight.AddPast(ctx, tx, []insight.Sign{{Part: w.HoaBinh.PartID, CellID: w.HoaBinh.ID, Code: insight.Above, Month: w.month, Count: 4, SeenOn: today}})
	})
	return w
}

func texts() fstest.MapFS {
	return fstest.MapFS{"vi.json": {Data: []byte(`{"access.err.signed_out": "Cần đăng nhập.", "access.err.forbidden": "Không có quyền.", "org.err.not_found": "Không có đơn vị này."}`)}}
}

func (w *world) as(t *testing.T, name string) *web.Kit {
	t.Helper()
	who := w.Actor(t, name)
	var h *insightweb.Web
	k := webtest.Kit(t, web.Config{
		Clock: w.DB.Clock(),
		Frame: func(r *http.Request) web.Frame {
			f := web.Frame{SignedIn: true, UserName: who.Name, UnitName: w.HoaBinh.Name, Demo: true}
			if r.URL.Query().Has("panel") {
				f.Panels, _ = h.Panels()["GET /{$}"](r)
			}
			return f
		},
		Session: func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				next.ServeHTTP(rw, r.WithContext(access.With(r.Context(), who)))
			})
		},
	}, insightweb.Catalogue, taskweb.Catalogue, texts())
	var err error
	if h, err = insightweb.New(insightweb.Config{Kit: k, Insight: w.s, Tasks: &task.Service{DB: w.DB}}); err != nil {
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

func TestPagesNameRealFields(t *testing.T) {
	w := newWorld(t)
	insightweb.CheckPages(t, w.as(t, officetest.Secretary))
}

// The cell reads its year, answers a question and takes a measure; what is refused comes
// back as typed, at its form; the first page shows what waits.
func TestCellPage(t *testing.T) {
	w := newWorld(t)
	path := insight.Href(w.HoaBinh.ID)
	doc := w.get(t, officetest.Secretary, path+"?panel")
	text := doc.Tag("main").Text()
	if !strings.Contains(doc.ID("signs").Text(), "4 lần liền") || !strings.Contains(doc.ID("year").Text(), "91,2") || !strings.Contains(text, "Để buổi sinh hoạt tốt hơn") {
		t.Errorf("%s", text)
	}
	answer := url.Values{"code": {insight.Above}, "month": {fmt.Sprint(int(w.month))}, "version": {"7"}, "text": {"<b>Đã gõ</b>"}}
	back := w.post(t, officetest.Committee, path+"/answer", answer, http.StatusConflict)
	if !strings.Contains(back.ID("signs").Text(), "<b>Đã gõ</b>") || len(back.Class("alert")) == 0 {
		t.Error("what was typed is lost in a conflict")
	}
	answer.Set("version", "1")
	w.post(t, officetest.Committee, path+"/answer", answer, http.StatusSeeOther)
	if doc = w.get(t, officetest.TownSecretary, path); !strings.Contains(doc.Raw, "&lt;b&gt;Đã gõ") || doc.ID("signs").Tag("form").OK() {
		t.Error("the town does not read the answer, or may answer")
	}
	due := civil.From(w.DB.Clock().Now()).AddDays(40).Vi()
	plan := url.Values{"title": {"Ghi kết luận cụ thể"}, "due": {due}, "op": {"plan-1"}}
	back = w.post(t, officetest.Secretary, path+"/plan", plan, http.StatusUnprocessableEntity)
	if back.ID("f-title").Attr("value") != "Ghi kết luận cụ thể" || !back.ID("e-assignee").OK() {
		t.Error("what was typed is lost, or there is no message at the owner")
	}
	plan.Set("assignee", fmt.Sprint(w.People[officetest.Deputy].Member.ID))
	w.post(t, officetest.Secretary, path+"/plan", plan, http.StatusSeeOther)
	if doc = w.get(t, officetest.TownSecretary, path+"?panel"); !strings.Contains(doc.ID("plan").Text(), "Ghi kết luận cụ thể") || !strings.Contains(doc.ID("plan").Text(), officetest.Deputy) {
		t.Errorf("the plan: %s", doc.ID("plan").Text())
	}
	if doc = w.get(t, officetest.Secretary, path+"?panel"); !strings.Contains(doc.ID("insight").Text(), "Ghi kết luận cụ thể") {
		t.Error("the first page does not show the measure")
	}
}

// Where the cell keeps its tasks from above, its measures are told as kept.
func TestKeptPlan(t *testing.T) {
	w := newWorld(t)
	path := insight.Href(w.HoaBinh.ID)
	plan := url.Values{"title": {"Ghi kết luận cụ thể"}, "due": {civil.From(w.DB.Clock().Now()).AddDays(40).Vi()}, "assignee": {fmt.Sprint(w.People[officetest.Deputy].Member.ID)}}
	w.post(t, officetest.Secretary, path+"/plan", plan, http.StatusSeeOther)
	w.Write(t, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO kept (id, org_id, kind, reason, by_account, by_name, at) VALUES (1, $1, 'tasks', '', 1, '', 1)`, w.HoaBinh.ID)
		return err
	})
	doc := w.get(t, officetest.TownSecretary, path)
	if strings.Contains(doc.Raw, "Ghi kết luận cụ thể") || !strings.Contains(doc.ID("plan").Text(), "Chi bộ giữ nội dung này") {
		t.Errorf("%s", doc.ID("plan").Text())
	}
	if doc = w.get(t, officetest.Secretary, path); !strings.Contains(doc.Raw, "Ghi kết luận cụ thể") {
		t.Error("the cell does not see its own plan")
	}
}

func TestUnitPage(t *testing.T) {
	w := newWorld(t)
	doc := w.get(t, officetest.TownSecretary, fmt.Sprintf("/units/%d/insight", w.Town.ID))
	if !strings.Contains(doc.ID("over").Text(), w.HoaBinh.Name) || strings.Contains(doc.ID("signs").Text(), "4 lần liền") || len(doc.ID("spread").Tags("tr")) == 0 {
		t.Errorf("%s", doc.Tag("main").Text())
	}
	if doc = w.get(t, officetest.DistrictStaff, fmt.Sprintf("/units/%d/insight", w.District.ID)); !strings.Contains(doc.ID("over").Text(), w.Town.Name) {
		t.Error("the district's units")
	}
	for path, names := range map[string][]string{
		insight.Href(w.HoaBinh.ID):                        {officetest.Member, officetest.Stranger, officetest.Neighbour, officetest.OtherUpper},
		fmt.Sprintf("/units/%d/insight", w.Town.ID):       {officetest.Member, officetest.Secretary, officetest.Follower, officetest.OtherUpper},
		fmt.Sprintf("/cells/%d/insight", w.District.ID+0): {officetest.Stranger},
	} {
		for _, name := range names {
			rec := httptest.NewRecorder()
			w.as(t, name).ServeHTTP(rec, httptest.NewRequest(http.MethodGet, path, nil))
			if rec.Code != http.StatusForbidden && rec.Code != http.StatusNotFound {
				t.Errorf("%s at %s: %d", name, path, rec.Code)
			}
		}
	}
}
