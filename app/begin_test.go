package app

import (
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"chibo/internal/db/dbtest"
	"chibo/internal/web/webtest"
)

// After the first run the administrator's home says what comes next, with a way to each
// page that the program has.
func TestFirstStepsAfterSetup(t *testing.T) {
	d := dbtest.New(t)
	bundle, err := catalogue()
	if err != nil {
		t.Fatal(err)
	}
	a, err := New(t.Context(), Config{DB: d, Clock: d.Clock(), Log: slog.New(slog.DiscardHandler), Bundle: bundle})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	res := webtest.Post(t, a.Handler(), "/setup", url.Values{
		"unit_name": {"Đảng bộ xã Đức Minh"}, "unit_kind": {"commune"}, "unit_place": {"Đức Minh"}, "name": {"Người quản trị"}, "login": {"quantri"},
		"password": {sweepPassword}, "again": {sweepPassword},
	})
	if res.Code != http.StatusSeeOther {
		t.Fatalf("setup answers %d", res.Code)
	}
	home := webtest.Get(t, a.Handler(), "/", res.Result().Cookies()...)
	webtest.A11y(t, home)
	steps := home.ID("first")
	for _, want := range []string{"Lập các tổ chức trực thuộc", "Nhập danh sách đảng viên", "Cấp tài khoản", "Giao việc cho người phụ trách"} {
		if !strings.Contains(steps.Text(), want) {
			t.Errorf("no step %q: %s", want, steps.Text())
		}
	}
	for _, href := range []string{"/accounts", "/rights"} {
		if !steps.With("href", href).OK() {
			t.Errorf("no way to %s", href)
		}
		webtest.A11y(t, webtest.Get(t, a.Handler(), href, res.Result().Cookies()...))
	}
}
