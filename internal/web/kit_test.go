package web_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"chibo/internal/fault"
	"chibo/internal/i18n"
	"chibo/internal/web"
	"chibo/internal/web/webtest"
)

func page(main string) fstest.MapFS {
	return fstest.MapFS{"pages/p.html": {Data: []byte(`{{define "title"}}Trang{{end}}{{define "main"}}<h1>Trang</h1>` + main + `{{end}}`)}}
}

func get(t *testing.T, h http.Handler, path string, change ...func(*http.Request)) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	for _, c := range change {
		c(r)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// TestKindsToStatus is the one table of what an error becomes.
func TestKindsToStatus(t *testing.T) {
	for _, c := range []struct {
		kind   fault.Kind
		status int
		title  string
	}{
		{fault.NotFound, 404, "Không tìm thấy trang"},
		{fault.Conflict, 409, "Đã có thay đổi khác"},
		{fault.Invalid, 422, "Có chỗ cần xem lại"},
		{fault.Forbidden, 403, "Không được phép"},
		{fault.Gone, 410, "Không còn nữa"},
		{fault.TooLarge, 413, "Nội dung quá lớn"},
		{fault.Unavailable, 503, "Tạm thời chưa dùng được"},
		{fault.Internal, 500, "Chương trình gặp trục trặc"},
	} {
		k := webtest.Kit(t, web.Config{})
		k.Handle("GET /x", func(http.ResponseWriter, *http.Request) error { return fault.New(c.kind, "err.not_found") })
		w := get(t, k, "/x")
		doc := webtest.Doc(t, w.Body.String())
		webtest.A11y(t, doc)
		if w.Code != c.status || doc.Tag("h1").Text() != c.title {
			t.Errorf("%v: status %d, title %q", c.kind, w.Code, doc.Tag("h1").Text())
		}
	}
}

func TestUnauthenticatedLeadsToSignIn(t *testing.T) {
	k := webtest.Kit(t, web.Config{})
	refuse := func(http.ResponseWriter, *http.Request) error {
		return fault.New(fault.Unauthenticated, "err.title_401")
	}
	k.Handle("GET /x", refuse)
	k.Handle("POST /x", refuse)
	if w := get(t, k, "/x?a=1"); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/signin?next=%2Fx%3Fa%3D1" {
		t.Errorf("page: %d to %q", w.Code, w.Header().Get("Location"))
	}
	if w := webtest.Post(t, k, "/x", nil); w.Code != http.StatusUnauthorized || !strings.Contains(w.Body.String(), `href="/signin"`) {
		t.Errorf("form: %d", w.Code)
	}
	w := get(t, k, "/x", func(r *http.Request) { r.Header.Set("Accept", "text/event-stream") })
	if w.Code != http.StatusUnauthorized || w.Body.Len() != 0 {
		t.Errorf("stream: %d %q", w.Code, w.Body)
	}
}

func TestInternalErrorIsLoggedOnceAndKeptFromTheReader(t *testing.T) {
	var log bytes.Buffer
	k := webtest.Kit(t, web.Config{Log: slog.New(slog.NewJSONHandler(&log, nil)), Session: func(h http.Handler) http.Handler { return h }})
	k.Handle("GET /fail/{id}", func(http.ResponseWriter, *http.Request) error { return errors.New("secret detail") })
	k.Handle("GET /panic", func(http.ResponseWriter, *http.Request) error { panic("secret panic") })
	for _, path := range []string{"/fail/7?q=Nguyen", "/panic"} {
		log.Reset()
		w := get(t, k, path)
		id := w.Header().Get("X-Request-Id")
		if w.Code != 500 || strings.Contains(w.Body.String(), "secret") || !strings.Contains(w.Body.String(), id) {
			t.Errorf("%s: status %d, id %q, body %s", path, w.Code, id, w.Body)
		}
		if n := strings.Count(log.String(), `"failed"`); n != 1 || !strings.Contains(log.String(), id) {
			t.Errorf("%s: logged %d times: %s", path, n, log.String())
		}
		for _, secret := range []string{"Nguyen", "/fail/7", "192.0.2.1"} {
			if strings.Contains(log.String(), secret) {
				t.Errorf("the log holds %q: %s", secret, log.String())
			}
		}
	}
}

func TestUnknownPageAndMethod(t *testing.T) {
	k := webtest.Kit(t, web.Config{})
	k.Handle("POST /x", func(http.ResponseWriter, *http.Request) error { return nil })
	if w := get(t, k, "/nowhere"); w.Code != 404 || !strings.Contains(w.Body.String(), "Không tìm thấy") {
		t.Errorf("unknown: %d", w.Code)
	}
	w := get(t, k, "/x")
	if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "POST" {
		t.Errorf("method: %d, Allow %q", w.Code, w.Header().Get("Allow"))
	}
	webtest.A11y(t, webtest.Doc(t, w.Body.String()))
}

func TestSecurityHeaders(t *testing.T) {
	k := webtest.Kit(t, web.Config{})
	h := get(t, k, "/nowhere").Header()
	csp := h.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "script-src 'self';", "style-src 'self';", "frame-ancestors 'none'", "base-uri 'none'"} {
		if !strings.Contains(csp, want) {
			t.Errorf("policy lacks %q: %s", want, csp)
		}
	}
	if strings.Contains(csp, "unsafe") || h.Get("Referrer-Policy") != "same-origin" || h.Get("X-Content-Type-Options") != "nosniff" ||
		!strings.Contains(h.Get("Permissions-Policy"), "geolocation=()") || !strings.Contains(h.Get("Cache-Control"), "no-store") {
		t.Errorf("headers: %v", h)
	}
}

func TestPostFromElsewhereIsRefused(t *testing.T) {
	k := webtest.Kit(t, web.Config{})
	k.Handle("POST /x", func(w http.ResponseWriter, r *http.Request) error { return web.SeeOther(w, r, "/") })
	for site, want := range map[string]int{"same-origin": 303, "cross-site": 403} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/x", nil)
		r.Header.Set("Sec-Fetch-Site", site)
		w := httptest.NewRecorder()
		k.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("%s: %d, want %d", site, w.Code, want)
		}
	}
}

func TestBodyLimit(t *testing.T) {
	k := webtest.Kit(t, web.Config{MaxBody: 100})
	var in struct {
		A string `form:"a"`
	}
	k.Handle("POST /small", func(w http.ResponseWriter, r *http.Request) error {
		if err := web.Decode(r, &in); err != nil {
			return err
		}
		return web.SeeOther(w, r, "/")
	})
	k.Handle("POST /large", func(w http.ResponseWriter, r *http.Request) error {
		web.AllowBody(w, r, 1000)
		if err := web.Decode(r, &in); err != nil {
			return err
		}
		return web.SeeOther(w, r, "/")
	})
	form := func(n int) url.Values { return url.Values{"a": {strings.Repeat("x", n)}} }
	for _, c := range []struct {
		path string
		n    int
		want int
	}{{"/small", 50, 303}, {"/small", 500, 413}, {"/large", 500, 303}, {"/large", 5000, 413}} {
		if w := webtest.Post(t, k, c.path, form(c.n)); w.Code != c.want {
			t.Errorf("%s with %d bytes: %d, want %d", c.path, c.n, w.Code, c.want)
		}
	}
}

func TestRealAddress(t *testing.T) {
	k := webtest.Kit(t, web.Config{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("10.0.0.0/8")}})
	var got string
	k.Handle("GET /x", func(_ http.ResponseWriter, r *http.Request) error {
		got = fmt.Sprint(web.Addr(r), " ", web.Secure(r))
		return nil
	})
	for _, c := range []struct{ remote, forwarded, proto, want string }{
		{"203.0.113.9:1", "8.8.8.8", "https", "203.0.113.9 false"}, // not trusted: its words count for nothing
		{"192.0.2.1:1", "8.8.8.8", "https", "8.8.8.8 true"},
		{"192.0.2.1:1", "1.2.3.4, 8.8.8.8, 10.1.1.1", "http", "8.8.8.8 false"}, // what the client made up lies to the left
		{"192.0.2.1:1", "nonsense", "https", "192.0.2.1 true"},
		{"192.0.2.1:1", "", "", "192.0.2.1 false"},
	} {
		get(t, k, "/x", func(r *http.Request) {
			r.RemoteAddr = c.remote
			r.Header.Set("X-Forwarded-For", c.forwarded)
			r.Header.Set("X-Forwarded-Proto", c.proto)
		})
		if got != c.want {
			t.Errorf("%s by %s: %s, want %s", c.forwarded, c.remote, got, c.want)
		}
	}
}

func TestPrefs(t *testing.T) {
	k := webtest.Kit(t, web.Config{})
	for _, c := range []struct {
		back, referer, want string
	}{
		{"/meetings?x=1", "", "/meetings?x=1"},
		{"//evil.example/", "", "/"},
		{"https://evil.example/", "", "/"},
		{"", "http://example.com/tasks", "/tasks"},
		{"", "http://evil.example/tasks", "/"},
		{"/\\evil.example", "", "/"},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/prefs", strings.NewReader(url.Values{"theme": {"dark"}, "lang": {"xx"}, "size": {"large"}, "back": {c.back}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Referer", c.referer)
		w := httptest.NewRecorder()
		k.ServeHTTP(w, r)
		if w.Code != 303 || w.Header().Get("Location") != c.want {
			t.Errorf("%+v: %d to %q", c, w.Code, w.Header().Get("Location"))
		}
		if cookies := fmt.Sprint(w.Header()["Set-Cookie"]); !strings.Contains(cookies, "theme=dark") || !strings.Contains(cookies, "size=large") || strings.Contains(cookies, "lang=") {
			t.Errorf("cookies %s", cookies)
		}
	}
	doc := webtest.Doc(t, get(t, k, "/nowhere", func(r *http.Request) {
		r.Header.Set("Cookie", "theme=dark; size=large; lang=en")
	}).Body.String()).Tag("html")
	if doc.Attr("lang") != "en" || doc.Attr("data-theme") != "dark" || doc.Attr("data-size") != "large" {
		t.Errorf("the page does not follow the cookies: %v", doc.Node.Attr)
	}
}

func TestForgedFlashShowsOnlyOwnSentences(t *testing.T) {
	k := webtest.Kit(t, web.Config{})
	for value, shown := range map[string]bool{"web.demo": true, "web.<b>": false, "no.such_key": false, "x": false} {
		w := get(t, k, "/nowhere", func(r *http.Request) { r.AddCookie(&http.Cookie{Name: "flash", Value: value}) })
		if got := webtest.Doc(t, w.Body.String()).ID("flash").Text() != ""; got != shown {
			t.Errorf("%q shown: %v", value, got)
		}
	}
}

func TestAssets(t *testing.T) {
	k := webtest.Kit(t, web.Config{ExtraCSS: []string{".paper { color: #000 }"}})
	doc := webtest.Doc(t, get(t, k, "/nowhere").Body.String())
	url := doc.With("rel", "stylesheet").Attr("href")
	plain := get(t, k, url)
	if plain.Code != 200 || !strings.Contains(plain.Header().Get("Cache-Control"), "immutable") || plain.Header().Get("Content-Type") != "text/css; charset=utf-8" {
		t.Fatalf("%s: %d %v", url, plain.Code, plain.Header())
	}
	zipped := get(t, k, url, func(r *http.Request) { r.Header.Set("Accept-Encoding", "gzip") })
	zr, err := gzip.NewReader(zipped.Body)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(zr)
	if err != nil || string(text) != plain.Body.String() {
		t.Fatal("the packed style sheet differs")
	}
	br := get(t, k, url, func(r *http.Request) { r.Header.Set("Accept-Encoding", "gzip, br") })
	if br.Header().Get("Content-Encoding") != "br" || br.Body.Len() >= plain.Body.Len()/3 {
		t.Errorf("brotli: %v, %d bytes", br.Header(), br.Body.Len())
	}
	if w := get(t, k, "/static/app.0000000000.css"); w.Code != 404 {
		t.Errorf("an old address answers %d", w.Code)
	}
}

func TestPagesArePackedAndStreamsAreNot(t *testing.T) {
	k := webtest.Kit(t, web.Config{})
	p := webtest.Pages(t, k, page(strings.Repeat("<p>Nội dung</p>", 200)))
	k.Handle("GET /p", func(w http.ResponseWriter, r *http.Request) error { return p.Render(w, r, "p.html", nil) })
	for accept, want := range map[string]string{"text/html": "gzip", "text/event-stream": ""} {
		w := get(t, k, "/p", func(r *http.Request) {
			r.Header.Set("Accept-Encoding", "gzip, br")
			r.Header.Set("Accept", accept)
		})
		if got := w.Header().Get("Content-Encoding"); got != want {
			t.Errorf("%s: encoding %q, want %q", accept, got, want)
		}
	}
}

// A part is drawn of its value, escaped, in the reader's language; the second time is as the first.
func TestPart(t *testing.T) {
	k := webtest.Kit(t, web.Config{})
	p := webtest.Pages(t, k, page(`{{.}}{{end}}{{define "line"}}<li title="{{.Name}}">{{.Name}} {{int .Count}}</li>`))
	type line struct {
		Name  string
		Count int
	}
	lines := map[string]line{"a": {`<b> & "Bé"`, 1234}, "b": {`<b> & "Bé"`, 4321}}
	k.Handle("GET /p", func(w http.ResponseWriter, r *http.Request) error {
		out, err := p.Part(r, "p.html", "line", lines[r.FormValue("of")])
		if err != nil {
			return err
		}
		return p.Render(w, r, "p.html", out)
	})
	k.Handle("GET /none", func(_ http.ResponseWriter, r *http.Request) error {
		_, err := p.Part(r, "p.html", "nothing", 1)
		return err
	})
	for range 2 {
		for path, want := range map[string]string{
			"/p?of=a": "1.234", "/p?of=b": "4.321", "/p?of=a&lang=en": "1,234",
		} {
			w := get(t, k, path, func(r *http.Request) {
				if strings.Contains(path, "lang=en") {
					r.AddCookie(&http.Cookie{Name: "lang", Value: "en"})
				}
			})
			if want = `<li title="&lt;b&gt; &amp; &#34;Bé&#34;">&lt;b&gt; &amp; &#34;Bé&#34; ` + want + `</li>`; !strings.Contains(w.Body.String(), want) {
				t.Errorf("%s: no %s in %s", path, want, w.Body)
			}
		}
	}
	if w := get(t, k, "/none"); w.Code != 500 {
		t.Errorf("a part that is not defined: %d", w.Code)
	}
}

func TestBrokenPageAnswersWhole(t *testing.T) {
	k := webtest.Kit(t, web.Config{})
	p := webtest.Pages(t, k, page(`<p>half</p>{{int .Boom}}`))
	k.Handle("GET /p", func(w http.ResponseWriter, r *http.Request) error {
		return p.Render(w, r, "p.html", struct{ Boom string }{"not a number"})
	})
	w := get(t, k, "/p")
	if w.Code != 500 || strings.Contains(w.Body.String(), "half") {
		t.Fatalf("%d: %s", w.Code, w.Body)
	}
}

func TestPagesRefuse(t *testing.T) {
	k := webtest.Kit(t, web.Config{})
	for name, fsys := range map[string]fstest.MapFS{
		"nothing":  {},
		"no title": {"pages/p.html": {Data: []byte(`{{define "main"}}x{{end}}`)}},
		"no main":  {"pages/p.html": {Data: []byte(`{{define "title"}}x{{end}}`)}},
		"unknown":  {"pages/p.html": {Data: []byte(`{{define "title"}}x{{end}}{{define "main"}}{{nosuch}}{{end}}`)}},
	} {
		p, err := k.Pages(fsys)
		if err == nil {
			_, err = p.Template("vi", "p.html")
		}
		if err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestClientThatLeft(t *testing.T) {
	var log bytes.Buffer
	k := webtest.Kit(t, web.Config{Log: slog.New(slog.NewTextHandler(&log, nil))})
	k.Handle("GET /x", func(_ http.ResponseWriter, r *http.Request) error { return r.Context().Err() })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	get(t, k, "/x", func(r *http.Request) { *r = *r.WithContext(ctx) })
	if strings.Contains(log.String(), "failed") || !strings.Contains(log.String(), "status=499") {
		t.Errorf("log: %s", log.String())
	}
}

func TestFrameOnlyBehindItsSession(t *testing.T) {
	type key struct{}
	k := webtest.Kit(t, web.Config{
		Session: func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/broken" {
					panic("the session store is away")
				}
				next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), key{}, "Chi bộ 1")))
			})
		},
		Frame: func(r *http.Request) web.Frame { return web.Frame{UnitName: r.Context().Value(key{}).(string)} },
	})
	k.Handle("GET /panic", func(http.ResponseWriter, *http.Request) error { panic("x") })
	for path, want := range map[string]bool{"/nowhere": true, "/panic": true, "/broken": false} {
		w := get(t, k, path)
		if got := strings.Contains(w.Body.String(), "Chi bộ 1"); got != want || w.Code < 400 {
			t.Errorf("%s: frame %v, want %v, status %d", path, got, want, w.Code)
		}
	}
}

func TestPathIDs(t *testing.T) {
	k := webtest.Kit(t, web.Config{})
	k.Handle("GET /u/{id}", func(_ http.ResponseWriter, r *http.Request) error { _, err := web.ID(r, "id"); return err })
	k.Handle("GET /m/{ref}", func(_ http.ResponseWriter, r *http.Request) error { _, err := web.Ref(r, "ref"); return err })
	for path, want := range map[string]int{"/u/12": 200, "/u/x": 404, "/u/-1": 404, "/u/99999999999999999999": 404, "/m/7-12": 200, "/m/7": 404, "/m/a-b": 404} {
		if w := get(t, k, path); w.Code != want {
			t.Errorf("%s: %d, want %d", path, w.Code, want)
		}
	}
}

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"  Hoà Bình\r\nthôn 2 ": "Hoà Bình\nthôn 2", "Đa\u0309ng": "Đảng", "a\x00b\x7f": "ab", "\xffx": "x",
	} {
		if got := web.Text(in); got != want {
			t.Errorf("Text(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestEveryIconDraws(t *testing.T) {
	k := webtest.Kit(t, web.Config{})
	var main strings.Builder
	for _, name := range web.Icons() {
		fmt.Fprintf(&main, `{{icon %q}}`, name)
	}
	p := webtest.Pages(t, k, page(main.String()))
	k.Handle("GET /p", func(w http.ResponseWriter, r *http.Request) error { return p.Render(w, r, "p.html", nil) })
	doc := webtest.Get(t, k, "/p")
	for i, svg := range doc.Tag("main").Class("icon") {
		if svg.Tag("path").Attr("d") == "" {
			t.Errorf("icon %s is empty", web.Icons()[i])
		}
	}
}

// TestOwnTexts checks the machinery's catalogue: complete in both languages,
// nothing missing, nothing unused.
func TestOwnTexts(t *testing.T) {
	b, err := i18n.Load(web.Catalogue)
	if err != nil {
		t.Fatal(err)
	}
	used, err := i18n.Scan(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	used.Add("err.check_fields")
	for _, p := range i18n.Check(b, used) {
		t.Error(p)
	}
}

func TestRoutes(t *testing.T) {
	k := webtest.Kit(t, web.Config{})
	k.Handle("GET /a", func(http.ResponseWriter, *http.Request) error { return nil })
	if got := strings.Join(k.Routes(), ", "); got != "GET /a, GET /favicon.ico, GET /static/{file}, POST /prefs" {
		t.Error(got)
	}
}

func BenchmarkRender200Rows(b *testing.B) {
	k := webtest.Kit(b, web.Config{})
	p := webtest.Pages(b, k, page(`<table class="stack">{{range seq 1 200}}<tr><td class="num" data-label="x">{{int .}}</td><td><a href="/u/{{.}}">Đảng bộ {{.}}</a></td></tr>{{end}}</table>`))
	k.Handle("GET /p", func(w http.ResponseWriter, r *http.Request) error { return p.Render(w, r, "p.html", nil) })
	r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, "/p", nil)
	for b.Loop() {
		w := httptest.NewRecorder()
		k.ServeHTTP(w, r)
		if w.Code != 200 {
			b.Fatal(w.Code)
		}
	}
}

// What is sent can be read on the way unless TLS ends here, or the connection comes from this
// machine: over the loopback, or to the very address it came from. Headers make no difference.
func TestExposed(t *testing.T) {
	k := webtest.Kit(t, web.Config{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("127.0.0.0/8")}})
	var got bool
	k.Handle("GET /x", func(_ http.ResponseWriter, r *http.Request) error {
		got = web.Exposed(r)
		return nil
	})
	for name, c := range map[string]struct {
		remote, local string
		tls           bool
		want          bool
	}{
		"a phone in the hall":                  {"192.168.1.20:4000", "192.168.1.5:8420", false, true},
		"a phone with TLS to here":             {"192.168.1.20:4000", "192.168.1.5:8420", true, false},
		"a trusted proxy elsewhere":            {"10.0.0.9:4000", "10.0.0.5:8420", false, true},
		"a proxy here, over the loopback":      {"127.0.0.1:4000", "127.0.0.1:8420", false, false},
		"the same with the newer protocol":     {"[::1]:4000", "[::1]:8420", false, false},
		"a proxy here, in the private network": {"10.0.0.5:4000", "10.0.0.5:8420", false, false},
		"the same on a socket for both":        {"10.0.0.5:4000", "[::ffff:10.0.0.5]:8420", false, false},
		"a proxy in a container beside":        {"172.17.0.2:4000", "172.17.0.1:8420", false, true},
		"where the own address is not known":   {"10.0.0.5:4000", "", false, true},
	} {
		get(t, k, "/x", func(r *http.Request) {
			r.RemoteAddr = c.remote
			r.Header.Set("X-Forwarded-For", "127.0.0.1")
			r.Header.Set("X-Forwarded-Proto", "https")
			if c.tls {
				r.TLS = &tls.ConnectionState{}
			}
			if c.local != "" {
				*r = *r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, net.TCPAddrFromAddrPort(netip.MustParseAddrPort(c.local))))
			}
		})
		if got != c.want {
			t.Errorf("%s: exposed %v", name, got)
		}
	}
}
