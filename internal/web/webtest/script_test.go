package webtest_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/chromedp/chromedp"

	"chibo/internal/clock"
	"chibo/internal/fault"
	"chibo/internal/web"
	"chibo/internal/web/live"
	"chibo/internal/web/webtest"
)

// desk is a page with everything the scripts do, and its server.
type desk struct {
	mu     sync.Mutex
	notes  []string
	ops    []string
	closed int
	person string
	hub    *live.Hub
	pages  *web.Pages
	srv    *httptest.Server
}

type deskData struct {
	Notes  []string
	Closed int
	Start  int64
	Form   *web.Form
}

const deskPage = `{{define "title"}}Bàn{{end}}{{define "main"}}<h1>Bàn</h1>
<div data-live="/live" data-refresh="count typed" data-poll="60"></div>
<p id="count">{{len .Notes}} ý kiến, {{.Closed}} lần đóng</p>
<div id="typed"><label for="free">Ghi</label><input id="free" value=""></div>
<section id="box"><form method="post" action="/notes" data-swap="box count" id="f1">{{op}}{{template "form-errors" .Form}}
{{template "field-textarea" (field .Form "text" "Ý kiến" "Draft" "note")}}<button class="btn" name="go" value="1" id="send">Lưu</button><span class="saved" data-saved="note"></span></form>
<ul id="list">{{range .Notes}}<li>{{.}}</li>{{end}}</ul></section>
<form method="post" action="/close" data-confirm="Đóng thật chứ?" data-swap="count" id="f2"><button class="btn" id="close">Đóng</button></form>
<span id="clock" data-clock="{{.Start}}" data-clock-limit="60"></span>
<form method="post" action="/notes" id="f3">{{template "field-date" (field .Form "day" "Ngày")}}<input type="hidden" name="text" value="x"><button class="btn" id="plain">Gửi</button></form>
{{end}}`

func newDesk(t *testing.T) (*desk, context.Context) {
	ctx := browser(t)
	d := &desk{hub: live.NewHub(), person: "p1"}
	now := sampleNow()
	k := webtest.Kit(t, web.Config{Clock: clock.Fixed(now), Frame: func(*http.Request) web.Frame {
		d.mu.Lock()
		defer d.mu.Unlock()
		return web.Frame{UserKey: d.person, SignedIn: true}
	}})
	d.pages = webtest.Pages(t, k, fstest.MapFS{"pages/desk.html": {Data: []byte(deskPage)}})
	show := func(w http.ResponseWriter, r *http.Request, f *web.Form) error {
		d.mu.Lock()
		data := deskData{append([]string(nil), d.notes...), d.closed, now.Add(-42 * time.Minute).UnixMilli(), f}
		d.mu.Unlock()
		code := 200
		if f.Status != 0 {
			code = f.Status
		}
		return d.pages.RenderStatus(w, r, code, "desk.html", data)
	}
	k.Handle("GET /desk", func(w http.ResponseWriter, r *http.Request) error { return show(w, r, web.NewForm(nil)) })
	k.Handle("GET /live", func(w http.ResponseWriter, r *http.Request) error { return d.hub.Serve(w, r, nil, "desk") })
	k.Handle("POST /close", func(w http.ResponseWriter, r *http.Request) error {
		d.mu.Lock()
		d.closed++
		d.mu.Unlock()
		return web.SeeOther(w, r, "/desk")
	})
	k.Handle("POST /notes", func(w http.ResponseWriter, r *http.Request) error {
		var in struct {
			Text string `form:"text"`
			Op   string `form:"op"`
		}
		if err := web.Decode(r, &in); err != nil {
			return err
		}
		if in.Text == "sai" {
			f, _ := web.Retry(r, fault.Field("text", "err.field_choice"))
			return show(w, r, f)
		}
		d.mu.Lock()
		d.notes, d.ops = append(d.notes, in.Text), append(d.ops, in.Op)
		d.mu.Unlock()
		return web.SeeOther(w, r, "/desk", "web.demo")
	})
	d.srv = httptest.NewServer(k)
	t.Cleanup(d.srv.Close)
	t.Cleanup(d.hub.Close)
	do(t, ctx, chromedp.Navigate(d.srv.URL+"/desk"))
	return d, ctx
}

// until waits for a condition in the page, at most five seconds.
func until(t *testing.T, ctx context.Context, cond string) {
	t.Helper()
	look := chromedp.Evaluate[bool](fmt.Sprintf(`new Promise(done => { const end = Date.now() + 5000;
		(function look() { let v = false; try { v = !!(%s); } catch (e) {} if (v || Date.now() > end) done(v); else setTimeout(look, 20); })(); })`, cond), chromedp.EvalAwaitPromise)
	ok, err := chromedp.Run(ctx, look)
	for range 5 {
		if err == nil {
			break
		}
		ok, err = chromedp.Run(ctx, look) // the page went away while it was asked
	}
	if !ok {
		t.Fatalf("never became true: %s\n%s", cond, run[string](t, ctx, `document.getElementById("main").innerText + " | " + document.getElementById("flash").innerHTML`))
	}
}

const typeNote = `{ const f = document.querySelector("#f1 textarea"); f.focus(); f.value = %q; f.dispatchEvent(new Event("input", {bubbles: true})); } true`

func TestSwap(t *testing.T) {
	d, ctx := newDesk(t)
	run[bool](t, ctx, `window.same = true; `+fmt.Sprintf(typeNote, "ý thứ nhất"))
	first := run[string](t, ctx, `document.querySelector("#f1 [name=op]").value`)
	run[bool](t, ctx, `document.getElementById("send").focus(); document.getElementById("send").click(); document.getElementById("send").click(); true`)
	until(t, ctx, `document.getElementById("list").innerText === "ý thứ nhất" && document.getElementById("count").innerText.startsWith("1 ")`)
	until(t, ctx, `document.getElementById("flash").innerText.includes("Dữ liệu mẫu") && document.activeElement.name === "go"`)
	if !run[bool](t, ctx, `window.same === true`) {
		t.Error("the whole page was loaded again")
	}
	if len(d.notes) != 1 || d.ops[0] != first || len(first) != 32 {
		t.Errorf("sent %d times, ops %v, first %q", len(d.notes), d.ops, first)
	}
	if run[string](t, ctx, `document.querySelector("#f1 [name=op]").value`) == first {
		t.Error("the form kept its op after it was saved")
	}
	run[bool](t, ctx, fmt.Sprintf(typeNote, "sai"))
	run[bool](t, ctx, `document.getElementById("send").click(); true`)
	until(t, ctx, `document.activeElement.id === "form-errors" && document.querySelector("#f1 textarea").value === "sai" && document.getElementById("e-text")`)
}

func TestSwapWithoutNetworkKeepsWhatWasTyped(t *testing.T) {
	d, ctx := newDesk(t)
	run[bool](t, ctx, fmt.Sprintf(typeNote, "giữ lại"))
	d.hub.Close()
	d.srv.CloseClientConnections()
	d.srv.Listener.Close()
	run[bool](t, ctx, `document.getElementById("send").click(); true`)
	until(t, ctx, `document.getElementById("flash").innerText.includes("Chưa gửi được")`)
	if got := run[string](t, ctx, `document.querySelector("#f1 textarea").value`); got != "giữ lại" {
		t.Errorf("the text is now %q", got)
	}
	until(t, ctx, `!document.getElementById("f1").classList.contains("busy")`)
}

func TestDraft(t *testing.T) {
	d, ctx := newDesk(t)
	run[bool](t, ctx, fmt.Sprintf(typeNote, "bản nháp"))
	until(t, ctx, `document.querySelector("[data-saved]").innerText.startsWith("Đã lưu nháp ")`)
	do(t, ctx, chromedp.Navigate(d.srv.URL+"/desk"))
	until(t, ctx, `document.querySelector("#f1 textarea").value === "bản nháp" && document.querySelector("[data-saved]").innerText.includes("lấy lại")`)
	d.mu.Lock()
	d.person = "p2"
	d.mu.Unlock()
	do(t, ctx, chromedp.Navigate(d.srv.URL+"/desk"))
	until(t, ctx, `document.getElementById("clock").innerText !== "" && document.querySelector("#f1 textarea").value === ""`)
	d.mu.Lock()
	d.person = "p1"
	d.mu.Unlock()
	do(t, ctx, chromedp.Navigate(d.srv.URL+"/desk"))
	until(t, ctx, `document.querySelector("#f1 textarea").value === "bản nháp"`)
	run[bool](t, ctx, `document.getElementById("send").click(); true`)
	until(t, ctx, `document.getElementById("list").innerText === "bản nháp" && document.querySelector("#f1 textarea").value === ""`)
	if n := run[int](t, ctx, `Object.keys(localStorage).length`); n != 0 {
		t.Errorf("%d drafts are left after the form was saved", n)
	}
}

func TestLiveRefreshLeavesTypingAlone(t *testing.T) {
	d, ctx := newDesk(t)
	until(t, ctx, `true`)
	for d.hub.Listeners("desk") == 0 {
		until(t, ctx, `true`)
	}
	run[bool](t, ctx, `document.getElementById("free").focus(); document.getElementById("free").value = "đang gõ"; true`)
	d.mu.Lock()
	d.notes = append(d.notes, "từ máy khác")
	d.mu.Unlock()
	d.hub.Publish("desk", live.Event{Name: "opinion"})
	until(t, ctx, `document.getElementById("count").innerText.startsWith("1 ")`)
	if got := run[string](t, ctx, `document.getElementById("free").value + document.activeElement.id`); got != "đang gõfree" {
		t.Errorf("typing was disturbed: %q", got)
	}
}

func TestQuestionBeforeAnAct(t *testing.T) {
	d, ctx := newDesk(t)
	run[bool](t, ctx, `document.getElementById("close").click(); true`)
	until(t, ctx, `document.querySelector("dialog.ask[open] p").innerText === "Đóng thật chứ?"`)
	run[bool](t, ctx, `document.querySelector("dialog.ask [value=no]").click(); true`)
	until(t, ctx, `!document.querySelector("dialog")`)
	if d.closed != 0 {
		t.Fatal("it was done although the answer was no")
	}
	run[bool](t, ctx, `document.getElementById("close").click(); true`)
	until(t, ctx, `document.querySelector("dialog.ask[open]")`)
	run[bool](t, ctx, `document.querySelector("dialog.ask [value=yes]").click(); true`)
	until(t, ctx, `document.getElementById("count").innerText.includes("1 lần đóng")`)
}

func TestPrefsClockAndCalendar(t *testing.T) {
	d, ctx := newDesk(t)
	until(t, ctx, `document.getElementById("clock").innerText === "Còn 18 phút"`)
	run[bool](t, ctx, `window.same = true; document.querySelector(".head-size").click(); true`)
	until(t, ctx, `document.documentElement.dataset.size === "large" && document.cookie.includes("size=large") && window.same`)
	do(t, ctx, chromedp.Navigate(d.srv.URL+"/desk"))
	until(t, ctx, `document.documentElement.dataset.size === "large" && document.querySelector(".head-size").getAttribute("aria-pressed") === "true"`)
	run[bool](t, ctx, `const p = document.querySelector(".pick input"); p.value = "2026-11-09"; p.dispatchEvent(new Event("change", {bubbles: true})); true`)
	until(t, ctx, `document.getElementById("f-day").value === "09/11/2026"`)
	run[bool](t, ctx, `document.getElementById("plain").click(); document.getElementById("plain").click(); true`)
	until(t, ctx, `document.getElementById("flash").innerText.includes("Dữ liệu mẫu")`)
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.notes) != 1 {
		t.Errorf("a plain form pressed twice was sent %d times", len(d.notes))
	}
}
