package burdenweb_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"chibo/access"
	"chibo/audit"
	"chibo/burden"
	"chibo/burden/burdenweb"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/internal/web/webtest"
	"chibo/office/officetest"
)

func texts() fstest.MapFS {
	return fstest.MapFS{"vi.json": {Data: []byte(`{"access.err.signed_out": "Cần đăng nhập.", "access.err.forbidden": "Không có quyền.", "org.err.not_found": "Không có đơn vị này."}`)}}
}

// as makes a kit in which everybody is the person, with the panel that stands where a
// committee asks for more.
func as(t *testing.T, w *officetest.World, name string) *web.Kit {
	t.Helper()
	who := w.Actor(t, name)
	var h *burdenweb.Web
	k := webtest.Kit(t, web.Config{
		Clock: w.DB.Clock(),
		Frame: func(r *http.Request) web.Frame {
			f := web.Frame{SignedIn: true, UserName: who.Name, Demo: true}
			if r.URL.Query().Has("panel") {
				f.Panels, _ = h.Panels()["GET /units/{id}/guidance/new"](r)
			}
			return f
		},
		Session: func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				next.ServeHTTP(rw, r.WithContext(access.With(r.Context(), who)))
			})
		},
	}, burdenweb.Catalogue, texts())
	var err error
	if h, err = burdenweb.New(k, &burden.Service{DB: w.DB, Book: w.Book}); err != nil {
		t.Fatal(err)
	}
	return k
}

func TestPages(t *testing.T) {
	w := officetest.New(t, dbtest.New(t))
	burdenweb.CheckPages(t, as(t, w, officetest.Secretary))
	path := fmt.Sprintf("/units/%d/burden", w.Town.ID)
	doc := webtest.Get(t, as(t, w, officetest.TownSecretary), path)
	webtest.A11y(t, doc)
	if len(doc.Class("empty")) != 1 {
		t.Error("no empty state")
	}
	month := civil.From(w.DB.Clock().Now()).Month().Add(-1)
	w.Write(t, func(ctx context.Context, tx *db.Tx) error {
		return burden.AddPast(ctx, tx, w.Book, []burden.Past{{Cell: ident.Ref{Part: w.HoaBinh.PartID, ID: w.HoaBinh.ID}, Month: month, Acts: []audit.Count{{Action: "meeting.convene", People: 7}}}})
	})
	doc = webtest.Get(t, as(t, w, officetest.TownSecretary), path+"?panel")
	webtest.A11y(t, doc)
	if !strings.Contains(doc.Tag("main").Text(), "21 lần bấm") || !strings.Contains(doc.ID("burden").Text(), "thêm việc cho 1 chi bộ") {
		t.Errorf("%s", doc.Tag("main").Text())
	}
	for _, name := range []string{officetest.Member, officetest.Stranger, officetest.OtherUpper, officetest.Secretary} {
		rec := httptest.NewRecorder()
		as(t, w, name).ServeHTTP(rec, httptest.NewRequest(http.MethodGet, path, nil))
		if rec.Code != http.StatusForbidden {
			t.Errorf("%s: %d", name, rec.Code)
		}
	}
}
