package webtest_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/chromedp/chromedp"

	"chibo/internal/web"
	"chibo/internal/web/webtest"
)

const shelfPage = `{{define "title"}}Tìm{{end}}{{define "main"}}<h1>Tìm</h1>
<form method="post" action="/find" data-find="found" id="big"><label for="q">Tên</label><input id="q" name="q"><button class="btn" id="go">Tìm</button></form>
<div id="found" data-say="{{.}} người">{{range seq 1 3}}<a data-hit href="/hit/{{.}}">{{$}} {{.}}</a> {{end}}</div>{{end}}`

// shelf is a page with the box of the header and its own; it notes what was asked.
type shelf struct {
	mu    sync.Mutex
	asked []string // query text, body's q, live
	srv   *httptest.Server
}

func newShelf(t *testing.T) (*shelf, context.Context) {
	ctx := browser(t)
	s := &shelf{}
	k := webtest.Kit(t, web.Config{Frame: func(*http.Request) web.Frame { return web.Frame{SignedIn: true, FindURL: "/find"} }})
	pages := webtest.Pages(t, k, fstest.MapFS{"pages/shelf.html": {Data: []byte(shelfPage)}})
	show := func(w http.ResponseWriter, r *http.Request) error {
		var in struct {
			Q    string `form:"q"`
			Live bool   `form:"live"`
		}
		if r.Method == http.MethodPost {
			if err := web.Decode(r, &in); err != nil {
				return err
			}
			s.mu.Lock()
			s.asked = append(s.asked, fmt.Sprintf("%s?%s q=%s live=%v", r.URL.Path, r.URL.RawQuery, in.Q, in.Live))
			s.mu.Unlock()
		}
		return pages.Render(w, r, "shelf.html", in.Q)
	}
	k.Handle("GET /find", show)
	k.Handle("POST /find", show)
	s.srv = httptest.NewServer(k)
	t.Cleanup(s.srv.Close)
	do(t, ctx, chromedp.EmulateViewport(1280, 800), chromedp.Navigate(s.srv.URL+"/find"))
	return s, ctx
}

func (s *shelf) log() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.asked, "; ")
}

const typeFind = `{ const f = document.getElementById(%q); f.focus(); for (const v of %q.split("|")) { f.value = v; f.dispatchEvent(new Event("input", {bubbles: true})); } } true`

const press = `document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key: %q, bubbles: true, cancelable: true})); true`

// Results come while one types, once for several letters in a row, in the body of a
// request; the keys lead through them.
func TestFindWhileTyping(t *testing.T) {
	s, ctx := newShelf(t)
	run[bool](t, ctx, `window.same = true; `+fmt.Sprintf(typeFind, "q", "h|ho|hoa"))
	until(t, ctx, `document.getElementById("found").innerText.startsWith("hoa 1")`)
	until(t, ctx, `document.getElementById("say").textContent === "hoa người"`)
	if got := s.log(); got != "/find? q=hoa live=true" {
		t.Errorf("asked %s", got)
	}
	if run[string](t, ctx, `location.href`) != s.srv.URL+"/find" || !run[bool](t, ctx, `window.same === true && document.activeElement.id === "q"`) {
		t.Error("the address or the focus changed")
	}
	for _, step := range [][2]string{{"ArrowDown", "hoa 1"}, {"ArrowDown", "hoa 2"}, {"ArrowUp", "hoa 1"}} {
		run[bool](t, ctx, fmt.Sprintf(press, step[0]))
		if got := run[string](t, ctx, `document.activeElement.textContent`); got != step[1] {
			t.Errorf("%s leads to %q, want %q", step[0], got, step[1])
		}
	}
	run[bool](t, ctx, fmt.Sprintf(press, "ArrowUp"))
	run[bool](t, ctx, fmt.Sprintf(press, "Escape"))
	until(t, ctx, `document.activeElement.id === "q" && document.getElementById("q").value === "" && document.getElementById("found").textContent === ""`)

	run[bool](t, ctx, fmt.Sprintf(typeFind, "head-q", "an"))
	until(t, ctx, `!document.getElementById("head-found").hidden && document.getElementById("head-found").innerText.startsWith("an 1")`)
	run[bool](t, ctx, fmt.Sprintf(press, "Escape"))
	until(t, ctx, `document.getElementById("head-found").hidden && document.activeElement.id === "head-q" && document.getElementById("head-q").value === "an"`)

	run[bool](t, ctx, fmt.Sprintf(typeFind, "q", "yen")+`; document.getElementById("go").click(); true`)
	until(t, ctx, `window.same !== true && document.getElementById("found").innerText.startsWith("yen 1")`)
	if got := s.log(); !strings.HasSuffix(got, "q=yen live=false") || strings.Contains(got, "?q") {
		t.Errorf("asked %s", got)
	}
}
