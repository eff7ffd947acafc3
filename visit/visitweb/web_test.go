package visitweb_test

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
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/internal/web/webtest"
	"chibo/meeting"
	"chibo/office/officetest"
	"chibo/task"
	"chibo/task/taskweb"
	"chibo/visit"
	"chibo/visit/visitweb"
)

type world struct {
	*officetest.World
	s   *visit.Service
	ref ident.Ref // of a meeting of Hòa Bình that was held
	h   *visitweb.Web
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{World: officetest.New(t, dbtest.New(t))}
	w.s = &visit.Service{DB: w.DB, Book: w.Book, Tasks: &task.Service{DB: w.DB}}
	day := civil.From(w.DB.Clock().Now())
	w.ref = ident.Ref{Part: w.HoaBinh.PartID, ID: w.DB.IDs().Next()}
	w.Write(t, func(ctx context.Context, tx *db.Tx) error {
		return meeting.InsertHistory(ctx, tx, []meeting.HistoryMeeting{{Meeting: meeting.Meeting{
			Ref: w.ref, OrgID: w.HoaBinh.ID, Body: meeting.BodyCell, Kind: meeting.Regular, Month: day.Month(), Day: day, StartsAt: day.Time(8, 0),
			OpenedAt: day.Time(8, 0), ClosedAt: day.Time(9, 40), State: meeting.Closed, Place: "Nhà văn hóa", FeePaid: -1,
		}}})
	})
	return w
}

func texts() fstest.MapFS {
	return fstest.MapFS{"vi.json": {Data: []byte(`{"access.err.signed_out": "Cần đăng nhập.", "access.err.forbidden": "Không có quyền.", "org.err.not_found": "Không có đơn vị này."}`)}}
}

// as makes a kit in which everybody is the person, with the panel of a meeting's page.
func (w *world) as(t *testing.T, name string) *web.Kit {
	t.Helper()
	who := w.Actor(t, name)
	k := webtest.Kit(t, web.Config{
		Clock: w.DB.Clock(),
		Frame: func(r *http.Request) web.Frame {
			f := web.Frame{SignedIn: true, UserName: who.Name, UnitName: w.HoaBinh.Name, Demo: true}
			if r.URL.Query().Has("panel") {
				r.SetPathValue("ref", w.ref.String())
				f.Panels, _ = w.h.Panels()["GET /meetings/{ref}"](r)
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
	}, visitweb.Catalogue, taskweb.Catalogue, texts())
	var err error
	if w.h, err = visitweb.New(visitweb.Config{Kit: k, Visits: w.s, Tasks: &task.Service{DB: w.DB}}); err != nil {
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

func (w *world) card(t *testing.T) visit.Visit {
	t.Helper()
	_, list, err := w.s.OfCell(t.Context(), w.Actor(t, officetest.Member), w.HoaBinh.ID, 9)
	if err != nil || len(list) != 1 {
		t.Fatalf("%d cards, %v", len(list), err)
	}
	return list[0]
}

func TestPagesNameRealFields(t *testing.T) {
	w := newWorld(t)
	visitweb.CheckPages(t, w.as(t, officetest.Member))
}

// The way of a card: the form, refused with what was typed, left, answered, made into work
// by one button each.
func TestOneCard(t *testing.T) {
	w := newWorld(t)
	cell := fmt.Sprintf("/cells/%d/visits", w.HoaBinh.ID)
	if doc := w.get(t, officetest.TownSecretary, cell); len(doc.Class("empty")) != 1 || !doc.Link("Ghi phiếu dự").OK() {
		t.Error("no empty state, or no way to leave a card")
	}
	if doc := w.get(t, officetest.Member, cell); doc.Link("Ghi phiếu dự").OK() {
		t.Error("a member is offered to leave a card")
	}
	doc := w.get(t, officetest.TownSecretary, cell+"/new?meeting="+w.ref.String())
	if doc.ID("f-meeting").Tags("option")[0].Attr("value") != w.ref.String() || len(doc.Tags("textarea")) != 6 {
		t.Error("the meeting or the six aspects are missing")
	}
	back := w.post(t, officetest.TownSecretary, cell, url.Values{"mend": {"<b>Sửa</b>"}, "day": {"31/02/2026"}}, http.StatusUnprocessableEntity)
	if back.ID("f-mend").Text() != "<b>Sửa</b>" || !back.ID("e-day").OK() {
		t.Error("what was typed is lost, or there is no message at the day")
	}
	w.post(t, officetest.TownSecretary, cell, url.Values{"meeting": {w.ref.String()}, "mend": {"<b>Sửa</b>"}, "learn": {"Giao việc rõ"}, "op": {ident.NewDevice()}}, http.StatusSeeOther)
	v := w.card(t)
	doc = w.get(t, officetest.Member, v.Href())
	if !strings.Contains(doc.Raw, "&lt;b&gt;Sửa") || len(doc.Tags("form")) > 4 && doc.ID("f-text").OK() {
		t.Error("the remark, or a member may answer")
	}
	back = w.post(t, officetest.Secretary, v.Href()+"/answer", url.Values{"version": {"9"}, "text": {"Đã gõ"}}, http.StatusConflict)
	if back.ID("f-text").Text() != "Đã gõ" {
		t.Error("what was typed is lost in a conflict")
	}
	w.post(t, officetest.Secretary, v.Href()+"/answer", url.Values{"version": {"1"}, "text": {"Tiếp thu"}}, http.StatusSeeOther)
	w.post(t, officetest.TownSecretary, v.Href()+"/task", url.Values{"aspect": {"mend"}}, http.StatusSeeOther)
	w.post(t, officetest.TownSecretary, v.Href()+"/take", url.Values{"aspect": {"learn"}}, http.StatusSeeOther)
	back = w.post(t, officetest.TownSecretary, v.Href()+"/task", url.Values{"aspect": {"mend"}}, http.StatusConflict)
	if !strings.Contains(back.ID("form-errors").Text(), "đã thành việc") {
		t.Error("no word on the second task")
	}
	doc = w.get(t, officetest.TownSecretary, v.Href())
	if !strings.Contains(doc.ID("mend").Text(), "Đang làm") && !strings.Contains(doc.ID("mend").Text(), "thành việc của chi bộ") {
		t.Errorf("the task: %s", doc.ID("mend").Text())
	}
	desk := fmt.Sprintf("/units/%d/visits", w.Town.ID)
	if doc = w.get(t, officetest.TownSecretary, desk); !strings.Contains(doc.ID("own").Text(), "Giao việc rõ") || !strings.Contains(doc.ID("left").Text(), w.HoaBinh.Name) {
		t.Error("the committee's desk")
	}
	w.post(t, officetest.TownSecretary, v.Href()+"/done", url.Values{"aspect": {"learn"}}, http.StatusSeeOther)
	if doc = w.get(t, officetest.TownSecretary, desk); strings.Contains(doc.ID("own").Text(), "Giao việc rõ") {
		t.Error("done and still there")
	}
	if doc = w.get(t, officetest.Secretary, cell+"?panel"); !strings.Contains(doc.ID("visits").Text(), officetest.TownSecretary) {
		t.Error("the meeting's page does not show the card")
	}
}

// Nobody beside reads a card.
func TestStrangersSeeNothing(t *testing.T) {
	w := newWorld(t)
	w.post(t, officetest.TownSecretary, fmt.Sprintf("/cells/%d/visits", w.HoaBinh.ID), url.Values{"meeting": {w.ref.String()}, "mend": {"Sửa"}}, http.StatusSeeOther)
	for _, name := range []string{officetest.Stranger, officetest.Neighbour, officetest.OtherUpper, officetest.AdminPerson} {
		for _, path := range []string{w.card(t).Href(), fmt.Sprintf("/cells/%d/visits", w.HoaBinh.ID), fmt.Sprintf("/cells/%d/visits/new", w.HoaBinh.ID), fmt.Sprintf("/units/%d/visits", w.Town.ID)} {
			rec := httptest.NewRecorder()
			w.as(t, name).ServeHTTP(rec, httptest.NewRequest(http.MethodGet, path, nil))
			if rec.Code != http.StatusForbidden {
				t.Errorf("%s at %s: %d", name, path, rec.Code)
			}
		}
	}
}
