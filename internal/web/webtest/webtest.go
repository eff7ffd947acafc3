package webtest

import (
	"io/fs"
	"log/slog"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/jba/templatecheck"

	"chibo/internal/i18n"
	"chibo/internal/web"
)

// Bundle loads the machinery's texts and those of the given features; a key
// that is asked for and missing fails the test.
func Bundle(t testing.TB, features ...fs.FS) *i18n.Bundle {
	t.Helper()
	b, err := i18n.Load(append([]fs.FS{web.Catalogue}, features...)...)
	if err != nil {
		t.Fatal(err)
	}
	b.OnMissing(func(lang, key string) { t.Errorf("%s: there is no text for %q", lang, key) })
	return b
}

// Kit makes a kit for tests: cfg as given, with a bundle of the features' texts
// and a silent log where cfg has none.
func Kit(t testing.TB, cfg web.Config, features ...fs.FS) *web.Kit {
	t.Helper()
	if cfg.Bundle == nil {
		cfg.Bundle = Bundle(t, features...)
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	k, err := web.NewKit(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// Pages parses a feature's pages or fails the test.
func Pages(t testing.TB, k *web.Kit, feature fs.FS) *web.Pages {
	t.Helper()
	p, err := k.Pages(feature)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// CheckPages checks every field, method and function that the pages name
// against the Go types of their data, in each language. data has one value per
// page file; a page without one fails.
func CheckPages(t testing.TB, pages *web.Pages, data map[string]any) {
	t.Helper()
	for _, name := range pages.Names() {
		v, ok := data[name]
		if !ok {
			t.Errorf("page %s: the test gives no data for it", name)
			continue
		}
		for _, lang := range web.Languages() {
			page, err := pages.Template(lang, name)
			if err != nil {
				t.Errorf("%s: %v", lang, err)
				continue
			}
			for _, part := range []string{"title", "head", "main", "bar", "hall", "sheet"} {
				if err := templatecheck.CheckHTML(page.Lookup(part), v); err != nil {
					t.Errorf("page %s (%s), %q: %v", name, lang, part, err)
				}
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(data)) {
		if !slices.Contains(pages.Names(), name) {
			t.Errorf("there is no page %s", name)
		}
	}
}

// Get asks h for a page and fails the test unless the answer is 200.
func Get(t testing.TB, h http.Handler, path string, cookies ...*http.Cookie) *Document {
	t.Helper()
	req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	for _, c := range cookies {
		req.AddCookie(c)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	if w.Code != http.StatusOK {
		t.Fatalf("GET %s: status %d, location %q\n%s", path, w.Code, w.Header().Get("Location"), w.Body)
	}
	return Doc(t, w.Body.String())
}

// Post sends a form as a browser of the same site does and gives the answer.
func Post(t testing.TB, h http.Handler, path string, form url.Values, cookies ...*http.Cookie) *httptest.ResponseRecorder {
	t.Helper()
	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	for _, c := range cookies {
		req.AddCookie(c)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	return w
}

// Client starts a server on a free port and gives its address and a client that
// keeps cookies and does not follow redirects.
func Client(t testing.TB, h http.Handler) (base string, client *http.Client) {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client = srv.Client()
	client.Jar = jar
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return srv.URL, client
}
