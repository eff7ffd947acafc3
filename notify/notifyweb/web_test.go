package notifyweb_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/web"
	"chibo/internal/web/webtest"
	"chibo/notify"
	"chibo/notify/notifyweb"
)

// texts stands for what another feature's catalogue brings.
func texts() fstest.MapFS {
	return fstest.MapFS{"vi.json": {Data: []byte(`{"access.err.signed_out": "Cần đăng nhập."}`)}}
}

// as makes a kit in which everybody is who.
func as(t *testing.T, d *db.DB, who access.Actor) *web.Kit {
	t.Helper()
	k := webtest.Kit(t, web.Config{Clock: d.Clock(), Session: func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if who.AccountID != 0 {
				r = r.WithContext(access.With(r.Context(), who))
			}
			next.ServeHTTP(w, r)
		})
	}}, notifyweb.Catalogue, texts())
	if _, err := notifyweb.New(notifyweb.Config{Kit: k, DB: d}); err != nil {
		t.Fatal(err)
	}
	return k
}

func send(t *testing.T, d *db.DB, n notify.Notice, persons ...int64) {
	t.Helper()
	ctx := context.Background()
	err := d.Write(ctx, func(tx *db.Tx) error {
		for _, p := range persons {
			if err := notify.Send(ctx, tx, n, notify.To{Part: 7, PersonID: p}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func invited(cell string) notify.Notice {
	return notify.Notice{Kind: "meeting.invited", Href: "/meetings/7-12", Args: map[string]any{
		"Cell": cell, "Kind": "regular", "Month": civil.Month(202611), "Day": civil.Of(2026, 11, 5),
		"At": time.Date(2026, 11, 5, 12, 30, 0, 0, time.UTC), "Place": "Nhà văn hóa",
	}}
}

func lan() access.Actor {
	return access.Actor{AccountID: 1, PersonID: 31, PartID: 7, Name: "Hồ Thị Lan"}
}

func get(k *web.Kit, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	k.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w
}

func TestTemplates(t *testing.T) {
	notifyweb.CheckPages(t, as(t, dbtest.New(t), lan()))
}

func TestEmpty(t *testing.T) {
	d := dbtest.New(t)
	for _, who := range []access.Actor{lan(), {AccountID: 2, Name: "Quản trị"}} {
		page := webtest.Get(t, as(t, d, who), "/notices")
		webtest.A11y(t, page)
		if len(page.Class("empty")) != 1 {
			t.Errorf("%s: no word that there is nothing", who.Name)
		}
	}
}

func TestSignedOut(t *testing.T) {
	k := as(t, dbtest.New(t), access.Actor{})
	if w := get(k, "/notices"); w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), "/signin") {
		t.Errorf("answered %d to %s", w.Code, w.Header().Get("Location"))
	}
	if w := webtest.Post(t, k, "/notices/read", nil); w.Code != http.StatusUnauthorized {
		t.Errorf("answered %d", w.Code)
	}
}

func TestReadOneAndAll(t *testing.T) {
	d := dbtest.New(t)
	k := as(t, d, lan())
	send(t, d, invited("Chi bộ Tổ dân phố Hòa Bình"), 31, 32)
	dbtest.Clock(d).Advance(time.Hour)
	send(t, d, notify.Notice{Kind: "kind.of_tomorrow", Href: "/tomorrow", Args: map[string]any{"X": 1}}, 31)
	page := webtest.Get(t, k, "/notices")
	webtest.A11y(t, page)
	rows := page.ID("notices").Tags("li")
	if len(rows) != 2 {
		t.Fatalf("%d rows", len(rows))
	}
	want := "Chi bộ Tổ dân phố Hòa Bình mời đồng chí dự sinh hoạt lúc 19:30, 05/11/2026 tại Nhà văn hóa. 09:00, 03/11/2026 mới"
	if got := rows[1].Text(); got != want {
		t.Errorf("row is %q, want %q", got, want)
	}
	if got := rows[0].Text(); !strings.Contains(got, "Có việc mới dành cho đồng chí") {
		t.Errorf("an unknown kind is shown as %q", got)
	}
	href := rows[1].Tag("a").Attr("href")
	if w := get(k, href); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/meetings/7-12" {
		t.Errorf("opened: %d to %s", w.Code, w.Header().Get("Location"))
	}
	if n := len(webtest.Get(t, k, "/notices").Class("tag")); n != 1 {
		t.Errorf("%d are new after one was opened", n)
	}
	if w := get(as(t, d, access.Actor{AccountID: 9, PersonID: 32, PartID: 7}), href); w.Code != http.StatusNotFound {
		t.Errorf("another person opened it: %d", w.Code)
	}
	if w := webtest.Post(t, k, "/notices/read", nil); w.Code != http.StatusSeeOther {
		t.Errorf("read all: %d", w.Code)
	}
	if page := webtest.Get(t, k, "/notices"); len(page.Class("tag")) != 0 || page.Form("/notices/read").OK() {
		t.Error("something is still new")
	}
}

func TestHostileValues(t *testing.T) {
	d := dbtest.New(t)
	k := as(t, d, lan())
	for _, cell := range []string{"<script>alert(1)</script>", strings.Repeat("dài ", 1250), "\u202eđảo ngược", "{{.Place}}"} {
		send(t, d, invited(cell), 31)
	}
	page := webtest.Get(t, k, "/notices")
	webtest.A11y(t, page)
	if strings.Contains(page.Raw, "<script>alert") {
		t.Error("a value became script")
	}
	if !strings.Contains(page.Raw, "{{.Place}} mời") {
		t.Error("a value was read as a text with places")
	}
}
