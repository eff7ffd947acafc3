package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/internal/web/webtest"
)

// An address whose row went to another part is asked for again at its new one: pages
// and files alike, and what was posted is posted there.
func TestOldAddressesLeadOn(t *testing.T) {
	k := webtest.Kit(t, web.Config{Moved: func(_ context.Context, ref ident.Ref) (ident.Ref, bool, error) {
		if ref != (ident.Ref{Part: 7, ID: 42}) {
			return ident.Ref{}, false, nil
		}
		return ident.Ref{Part: 9, ID: 42}, true, nil
	}})
	known := func(_ http.ResponseWriter, r *http.Request) error {
		if strings.Contains(r.URL.Path, "/9-42") {
			return nil
		}
		return fault.New(fault.NotFound, "err.not_found")
	}
	k.Handle("GET /meetings/{ref}/roll", known)
	k.Handle("POST /meetings/{ref}/roll", known)
	k.Handle("GET /documents/{file}", known)
	k.Handle("GET /units/{id}", known)
	for _, c := range []struct {
		method, path string
		status       int
		to           string
	}{
		{"GET", "/meetings/7-42/roll?tab=all", 307, "/meetings/9-42/roll?tab=all"},
		{"POST", "/meetings/7-42/roll", 307, "/meetings/9-42/roll"},
		{"GET", "/documents/7-42.pdf", 307, "/documents/9-42.pdf"},
		{"GET", "/meetings/9-42/roll", 200, ""},
		{"GET", "/meetings/7-43/roll", 404, ""},
		{"GET", "/units/7", 404, ""},
	} {
		w := httptest.NewRecorder()
		k.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), c.method, c.path, nil))
		if w.Code != c.status || w.Header().Get("Location") != c.to {
			t.Errorf("%s %s: %d %q, want %d %q", c.method, c.path, w.Code, w.Header().Get("Location"), c.status, c.to)
		}
	}
}
