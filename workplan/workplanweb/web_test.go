package workplanweb_test

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
	"chibo/document"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/internal/web/webtest"
	"chibo/meeting"
	"chibo/office"
	"chibo/office/officetest"
	"chibo/task"
	"chibo/task/taskweb"
	"chibo/workplan"
	"chibo/workplan/workplanweb"
)

// world is the district of officetest on 03/11/2026, with a meeting of Hòa Bình of January.
type world struct {
	*officetest.World
	s    *workplan.Service
	m    *meeting.Service
	held ident.Ref
	h    *workplanweb.Web
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{World: officetest.New(t, dbtest.New(t))}
	w.s = &workplan.Service{DB: w.DB, Book: w.Book, Tasks: &task.Service{DB: w.DB}, Held: meeting.HeldOn}
	w.m = &meeting.Service{DB: w.DB, Book: w.Book, Documents: &document.Service{DB: w.DB, Book: w.Book}}
	day := civil.Of(2026, 1, 5)
	w.held = ident.Ref{Part: w.HoaBinh.PartID, ID: w.DB.IDs().Next()}
	w.Write(t, func(ctx context.Context, tx *db.Tx) error {
		if _, err := office.AddTerm(ctx, tx, office.Term{Part: w.HoaBinh.PartID, OrgID: w.HoaBinh.ID, Name: "2025-2027", From: civil.Of(2025, 1, 1)}); err != nil {
			return err
		}
		return meeting.InsertHistory(ctx, tx, []meeting.HistoryMeeting{{Meeting: meeting.Meeting{
			Ref: w.held, OrgID: w.HoaBinh.ID, Body: meeting.BodyCell, Kind: meeting.Regular, Month: day.Month(), Day: day, StartsAt: day.Time(8, 0),
			OpenedAt: day.Time(8, 0), ClosedAt: day.Time(9, 40), State: meeting.Closed, Place: "Nhà văn hóa", FeePaid: -1,
		}}})
	})
	return w
}

func texts() fstest.MapFS {
	return fstest.MapFS{"vi.json": {Data: []byte(`{"access.err.signed_out": "Cần đăng nhập.", "access.err.forbidden": "Không có quyền.", "org.err.not_found": "Không có đơn vị này."}`)}}
}

// as makes a kit in which everybody is the person, with the panel of a first page.
func (w *world) as(t *testing.T, name string) *web.Kit {
	t.Helper()
	who := w.Actor(t, name)
	k := webtest.Kit(t, web.Config{
		Clock: w.DB.Clock(),
		Frame: func(r *http.Request) web.Frame {
			f := web.Frame{SignedIn: true, UserName: who.Name, UnitName: w.HoaBinh.Name, Demo: true}
			if r.URL.Query().Has("panel") {
				f.Panels, _ = w.h.Panels()["GET /{$}"](r)
			}
			return f
		},
		Session: func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				if who.AccountID != 0 {
					r = r.WithContext(access.With(r.Context(), who))
				}
				next.ServeHTTP(rw, r)
			})
		},
	}, workplanweb.Catalogue, taskweb.Catalogue, texts())
	var err error
	if w.h, err = workplanweb.New(workplanweb.Config{Kit: k, Works: w.s, Meetings: w.m}); err != nil {
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
	form.Set("op", ident.NewDevice())
	rec := webtest.Post(t, w.as(t, name), path, form)
	if rec.Code != want {
		t.Fatalf("%s at %s: %d, want %d: %s", name, path, rec.Code, want, rec.Body)
	}
	return webtest.Doc(t, rec.Body.String())
}

func (w *world) status(t *testing.T, name, path string) int {
	t.Helper()
	rec := httptest.NewRecorder()
	w.as(t, name).ServeHTTP(rec, httptest.NewRequest(http.MethodGet, path, nil))
	return rec.Code
}

func (w *world) path(more string) string {
	return fmt.Sprintf("/cells/%d/workplan%s", w.HoaBinh.ID, more)
}

func (w *world) open(t *testing.T, year int) workplan.View {
	t.Helper()
	v, err := w.s.Open(context.Background(), w.Actor(t, officetest.Secretary), w.HoaBinh.ID, year)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestPagesNameRealFields(t *testing.T) {
	workplanweb.CheckPages(t, newWorld(t).as(t, officetest.Member))
}

// The whole year on its pages: begun, filled, refused with what was typed, approved,
// changed with a reason, given as a task, told.
func TestAYearOnItsPages(t *testing.T) {
	w := newWorld(t)
	lead, body := officetest.Secretary, officetest.Committee
	doc := w.get(t, lead, w.path("?year=2026"))
	if len(doc.Class("big-choice")) != 2 || doc.ID("items").OK() {
		t.Errorf("%d ways to begin, none to take over", len(doc.Class("big-choice")))
	}
	if len(w.get(t, officetest.Member, w.path("?year=2026")).Class("empty")) != 1 {
		t.Error("a member reads that there is none")
	}
	doc = w.get(t, body, w.path("/yearly?year=2026"))
	if n := len(doc.ID("yearly").Tags("input")); n < 12 {
		t.Errorf("%d yearly matters", n)
	}
	w.post(t, body, w.path("/yearly"), url.Values{"year": {"2026"}}, http.StatusUnprocessableEntity)
	w.post(t, body, w.path("/yearly"), url.Values{"year": {"2026"}, "codes": {"halfyear", "review"}}, http.StatusSeeOther)
	back := w.post(t, body, w.path(""), url.Values{"year": {"2026"}, "title": {" "}, "from": {"202611"}, "product": {"<b>Mười hộ</b>"}}, http.StatusUnprocessableEntity)
	if back.ID("f-product").Text() != "<b>Mười hộ</b>" || !back.ID("e-title").OK() {
		t.Error("what was typed is lost, or there is no message at the title")
	}
	member := fmt.Sprint(w.People[officetest.Member].Member.ID)
	w.post(t, body, w.path(""), url.Values{"year": {"2026"}, "title": {"Thăm hộ nghèo"}, "from": {"202611"}, "to": {"202612"}, "who": {member}, "content": {"mass_work"}}, http.StatusSeeOther)
	v := w.open(t, 2026)
	item := v.Lines[2].Ref
	if v.Lines[2].Title != "Thăm hộ nghèo" {
		t.Fatalf("%+v", v.Lines)
	}
	path := "/workplan/" + item.String()
	if doc := w.get(t, lead, path); doc.ID("report-form").OK() || doc.ID("task-form").OK() || !doc.ID("edit-form").OK() {
		t.Error("an item of a draft is changed, not told")
	}
	doc = w.get(t, lead, w.path("?year=2026"))
	if !doc.ID("approve-form").OK() || len(doc.ID("items").Tag("tbody").Tags("tr")) != 3 {
		t.Error("no way to approve, or not three items")
	}
	if w.get(t, body, w.path("?year=2026")).ID("approve-form").OK() {
		t.Error("the committee is offered to approve")
	}
	back = w.post(t, lead, w.path("/approve"), url.Values{"year": {"2026"}, "version": {fmt.Sprint(v.Plan.Version)}, "day": {"31/12/2030"}, "note": {"01-NQ/CB"}}, http.StatusUnprocessableEntity)
	if back.ID("f-note").Text() != "01-NQ/CB" || !back.ID("e-day").OK() {
		t.Error("the refused approval lost its note or has no message")
	}
	w.post(t, lead, w.path("/approve"), url.Values{"year": {"2026"}, "version": {fmt.Sprint(v.Plan.Version)}, "meeting": {fmt.Sprint(w.held.ID)}}, http.StatusSeeOther)
	doc = w.get(t, officetest.TownSecretary, w.path("?year=2026"))
	if !doc.ID("items").OK() || !doc.Link("buổi sinh hoạt ngày 05/01/2026").OK() {
		t.Error("the committee above does not see the approved plan with its meeting")
	}
	w.post(t, body, path+"/edit", url.Values{"title": {"Thăm hộ nghèo"}, "from": {"202612"}, "version": {"1"}, "who": {member}, "content": {"mass_work"}}, http.StatusUnprocessableEntity)
	w.post(t, body, path+"/edit", url.Values{"title": {"Thăm hộ nghèo"}, "from": {"202612"}, "version": {"1"}, "who": {member}, "content": {"mass_work"}, "reason": {"Chờ kinh phí"}}, http.StatusSeeOther)
	back = w.post(t, lead, path+"/edit", url.Values{"title": {"Bản của tôi"}, "from": {"202611"}, "version": {"1"}, "reason": {"x"}}, http.StatusConflict)
	if back.ID("f-edit-title").Text() != "Bản của tôi" {
		t.Error("the slower one lost what was typed")
	}
	doc = w.get(t, officetest.Member, w.path("?year=2026"))
	if !strings.Contains(doc.ID("changed").Text(), "Chờ kinh phí") || !strings.Contains(doc.ID("changed").Text(), "Tháng 12") {
		t.Errorf("the change is not told: %s", doc.ID("changed").Text())
	}
	w.post(t, lead, path+"/task", url.Values{"assignee": {member}, "due": {"20/12/2026"}, "version": {"2"}}, http.StatusSeeOther)
	doc = w.get(t, officetest.Member, path)
	if !doc.ID("report-form").OK() || doc.ID("edit-form").OK() || len(doc.ID("task-form").Tags("input")) > 0 {
		t.Error("who is in charge tells the result, no more")
	}
	w.post(t, officetest.Member, path+"/report", url.Values{"result": {"part"}, "version": {"2"}}, http.StatusUnprocessableEntity)
	w.post(t, officetest.Member, path+"/report", url.Values{"result": {"part"}, "text": {"Đã thăm 4 trên 10 hộ"}, "version": {"2"}}, http.StatusSeeOther)
	w.post(t, officetest.Member, path+"/drop", url.Values{"reason": {"x"}, "version": {"3"}}, http.StatusForbidden)
	w.post(t, lead, path+"/drop", url.Values{"version": {"3"}}, http.StatusUnprocessableEntity)
	w.post(t, lead, path+"/drop", url.Values{"reason": {"Đã giao đoàn thể"}, "version": {"3"}}, http.StatusSeeOther)
	if doc := w.get(t, lead, path); !doc.ID("back-form").OK() || doc.ID("report-form").OK() {
		t.Error("a dropped item can be put back and nothing else")
	}
	w.post(t, lead, path+"/back", url.Values{"reason": {"Làm tiếp"}, "version": {"4"}}, http.StatusSeeOther)
	w.post(t, lead, w.path("/paper"), url.Values{"year": {"2026"}}, http.StatusSeeOther)
	if !w.get(t, lead, w.path("?year=2026")).Link("Kế hoạch số 01-KH/CB").OK() {
		t.Error("the paper is not there")
	}
	if rec := w.status(t, lead, w.path(".xlsx?year=2026")); rec != http.StatusOK {
		t.Errorf("the table: %d", rec)
	}
	w.post(t, lead, w.path("/last"), url.Values{"year": {"2027"}}, http.StatusSeeOther)
	if v := w.open(t, 2027); len(v.Lines) != 3 || v.Plan.Approved() {
		t.Errorf("%d items taken over", len(v.Lines))
	}
}

// Who was in charge and has left stays so in the form until somebody says otherwise, and
// gets no task.
func TestWhoHasLeftStaysInTheForm(t *testing.T) {
	w := newWorld(t)
	id := w.People[officetest.Member].Member.ID
	ref, err := w.s.Add(t.Context(), w.Actor(t, officetest.Committee), workplan.ItemIn{CellID: w.HoaBinh.ID, Year: 2026, From: 202612, To: 202612, Title: "Việc", WhoID: id})
	if err != nil {
		t.Fatal(err)
	}
	v := w.open(t, 2026)
	if err := w.s.Approve(t.Context(), w.Actor(t, officetest.Secretary), workplan.ApproveIn{CellID: w.HoaBinh.ID, Year: 2026, Day: civil.Of(2026, 1, 3), Version: v.Plan.Version}); err != nil {
		t.Fatal(err)
	}
	w.Write(t, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE membership SET to_day = '2026-10-01' WHERE id = $1`, id)
		return err
	})
	path := "/workplan/" + ref.String()
	doc := w.get(t, officetest.Secretary, path)
	offers := func(id string) (out int) {
		for _, o := range doc.ID(id).Tags("option") {
			if strings.Contains(o.Text(), officetest.Member) {
				out++
			}
		}
		return out
	}
	if offers("f-edit-who") != 1 || offers("f-task-assignee") != 0 {
		t.Errorf("offered %d times in charge, %d times for a task", offers("f-edit-who"), offers("f-task-assignee"))
	}
	w.post(t, officetest.Secretary, path+"/edit", url.Values{
		"title": {"Việc khác"}, "from": {"202612"}, "version": {"1"}, "who": {fmt.Sprint(id)}, "content": {"other"}, "reason": {"Rõ hơn"},
	}, http.StatusSeeOther)
	if l := w.open(t, 2026).Lines[0]; l.WhoID != id || l.Title != "Việc khác" || !l.Left {
		t.Errorf("%+v", l)
	}
}

func TestPagesByRole(t *testing.T) {
	w := newWorld(t)
	ref, err := w.s.Add(t.Context(), w.Actor(t, officetest.Committee), workplan.ItemIn{CellID: w.HoaBinh.ID, Year: 2026, From: 202609, To: 202609, Title: "Chậm", WhoID: w.People[officetest.Member].Member.ID})
	if err != nil {
		t.Fatal(err)
	}
	item, town := "/workplan/"+ref.String(), fmt.Sprintf("/units/%d/workplan", w.Town.ID)
	for _, c := range []struct {
		name                        string
		plan, item, form, book, all int
	}{
		{officetest.Secretary, 200, 200, 200, 200, 403},
		{officetest.Committee, 200, 200, 200, 200, 403},
		{officetest.Member, 200, 200, 403, 200, 403},
		{officetest.Follower, 200, 403, 403, 404, 403},
		{officetest.TownSecretary, 200, 403, 403, 404, 200},
		{officetest.Stranger, 403, 403, 403, 403, 403},
		{officetest.AdminPerson, 403, 403, 403, 403, 403},
	} {
		got := []int{w.status(t, c.name, w.path("?year=2026")), w.status(t, c.name, item), w.status(t, c.name, w.path("/new?year=2026")), w.status(t, c.name, w.path(".xlsx?year=2026")), w.status(t, c.name, town+"?year=2026")}
		want := []int{c.plan, c.item, c.form, c.book, c.all}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: %v, want %v", c.name, got, want)
		}
	}
	doc := w.get(t, officetest.TownSecretary, w.path("?year=2026"))
	if strings.Contains(doc.Text(), "Chậm") || len(doc.Class("empty")) != 1 {
		t.Error("a draft is read from above")
	}
	v := w.open(t, 2026)
	if err := w.s.Approve(t.Context(), w.Actor(t, officetest.Secretary), workplan.ApproveIn{CellID: w.HoaBinh.ID, Year: 2026, Day: civil.Of(2026, 1, 3), Version: v.Plan.Version}); err != nil {
		t.Fatal(err)
	}
	doc = w.get(t, officetest.TownSecretary, town+"?year=2026&tab=late")
	if rows := doc.ID("cells").Tag("tbody").Tags("tr"); len(rows) != 1 || !strings.Contains(rows[0].Text(), "0/1") {
		t.Errorf("%d cells late for long", len(rows))
	}
	if doc = w.get(t, officetest.Member, w.path("?year=2026&panel=1")); !strings.Contains(doc.ID("work-year").Text(), "1 việc chậm") || !strings.Contains(doc.ID("work-year").Text(), "đồng chí phụ trách") {
		t.Errorf("who is in charge is not told first: %q", doc.ID("work-year").Text())
	}
	if doc = w.get(t, officetest.TownSecretary, w.path("?year=2026&panel=1")); doc.ID("work-year").OK() {
		t.Error("an officer above has it on the first page")
	}
}
