package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// person is somebody at a browser of their own. Every act counts.
type person struct {
	t      *testing.T
	s      *server
	name   string
	ctx    context.Context
	clicks int
	typed  int
	plain  bool // script is off

	mu     sync.Mutex
	faults []string // what the browser's console reported
}

type option func(p *person)

// noScript turns the pages' scripts off.
func noScript(p *person) { p.plain = true }

// phone is the narrowest common screen.
const (
	phone = 360
	desk  = 1280
)

// sit gives a person a fresh browser context, with own cookies.
func (s *server) sit(t *testing.T, name string, opts ...option) *person {
	t.Helper()
	ctx, cancel := chromedp.NewContext(shared.browser, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	p := &person{t: t, s: s, name: name, ctx: ctx}
	for _, o := range opts {
		o(p)
	}
	if err := chromedp.Do(ctx); err != nil { // the first run opens the window and must have no deadline
		t.Fatalf("%s: %v", name, err)
	}
	go p.listen(chromedp.Console(ctx))
	// Several windows at once, each as if it were in front.
	_, err := chromedp.Call(ctx, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	if err == nil {
		_, err = chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: p.plain})
	}
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	p.width(desk)
	return p
}

// listen notes what a page complains about until the window closes. A refused form
// is answered 4xx, which the browser reports too: that is no fault.
func (p *person) listen(messages iter.Seq2[chromedp.ConsoleMessage, error]) {
	for m, err := range messages {
		if err != nil {
			return
		}
		if !m.IsException() && m.Type != "error" || m.Source == "network" && strings.Contains(m.Text, "status of 4") {
			continue
		}
		p.mu.Lock()
		p.faults = append(p.faults, m.String()+" "+m.URL)
		p.mu.Unlock()
	}
}

// complained says whether a page has reported something since the last look.
func (p *person) complained() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.faults) > 0
}

// quiet wants that no page has complained so far.
func (p *person) quiet() {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, f := range p.faults {
		p.t.Errorf("%s: the browser reports: %s", p.name, f)
	}
	p.faults = nil
}

func (p *person) must(what string, steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.t.Fatalf("%s: %s: %v\n%s", p.name, what, err, p.where())
	}
}

// width sets the screen: a phone below 600 px, else a desk.
func (p *person) width(px int64) {
	p.t.Helper()
	_, err := chromedp.Call(p.ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: px, Height: 800, DeviceScaleFactor: 1, Mobile: px < 600,
	})
	if err != nil {
		p.t.Fatal(err)
	}
}

// where says what is on the screen, for a failure.
func (p *person) where() string {
	s, err := look[string](p, `location.pathname + location.search + "\n" + norm((document.querySelector("main") || document.body).innerText)`)
	if err != nil {
		return err.Error()
	}
	if len(s) > 800 {
		s = s[:800] + "…"
	}
	return s
}

// open goes to an address of the program, as one follows a bookmark. The answer to
// the press before may still be loading and can cut the first try off.
func (p *person) open(path string) {
	p.t.Helper()
	for range 2 {
		ctx, cancel := context.WithTimeout(p.ctx, patience)
		err := chromedp.Do(ctx, chromedp.Navigate(p.s.URL+path))
		cancel()
		if err == nil {
			return
		}
		if !strings.Contains(err.Error(), "ERR_ABORTED") {
			break
		}
	}
	p.must("open "+path, chromedp.Navigate(p.s.URL+path))
}

// helpers are the page's side of every look and act. Each expression carries them,
// since scripts may be off and pages come and go.
const helpers = `
const norm = (s) => (s || "").replace(/\s+/g, " ").trim();
const seen = (e) => e.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true });
const find = (sel, text) => [...document.querySelectorAll(sel)].find((e) => seen(e) && !e.closest("[inert]") && (!text || norm(e.textContent).includes(text)));
const calm = () => document.readyState === "complete" && !document.querySelector(".busy, [aria-busy=true]");
`

// look evaluates an expression of the page with the helpers at hand.
func look[T any](p *person, expr string) (T, error) {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T]("(() => {"+helpers+"return ("+expr+");})()"))
}

// must1 wants a look to succeed.
func must1[T any](p *person, expr string) T {
	p.t.Helper()
	v, err := look[T](p, expr)
	if err != nil {
		p.t.Fatalf("%s: %s: %v\n%s", p.name, expr, err, p.where())
	}
	return v
}

// until polls an expression of the page until it is true.
func (p *person) until(what, expr string) {
	p.t.Helper()
	end := time.After(patience)
	tick := time.NewTicker(40 * time.Millisecond)
	defer tick.Stop()
	for {
		// A page that is just being left answers with an error: look again.
		if ok, err := look[bool](p, "!!("+expr+")"); err == nil && ok {
			return
		}
		select {
		case <-end:
			p.t.Fatalf("%s waits in vain for %s\n%s", p.name, what, p.where())
		case <-tick.C:
		}
	}
}

// soon says whether it is so within a few seconds.
func (p *person) soon(expr string) bool {
	end := time.After(patience / 4)
	tick := time.NewTicker(40 * time.Millisecond)
	defer tick.Stop()
	for {
		if ok, err := look[bool](p, "!!("+expr+")"); err == nil && ok {
			return true
		}
		select {
		case <-end:
			return false
		case <-tick.C:
		}
	}
}

// sees waits for words on the page.
func (p *person) sees(words ...string) {
	p.t.Helper()
	for _, w := range words {
		p.until("the words "+w, "calm() && norm(document.body.innerText).includes("+quote(w)+")")
	}
}

// seesIn waits for words in one part of the page.
func (p *person) seesIn(sel, words string) {
	p.t.Helper()
	p.until(words+" in "+sel, "[...document.querySelectorAll("+quote(sel)+")].some((e) => norm(e.innerText).includes("+quote(words)+"))")
}

// at waits until the address ends so.
func (p *person) at(suffix string) {
	p.t.Helper()
	p.until("the address "+suffix, "calm() && location.pathname.endsWith("+quote(suffix)+")")
}

// has says whether an element is to be seen now.
func (p *person) has(sel, text string) bool {
	p.t.Helper()
	return must1[bool](p, "!!find("+quote(sel)+","+quote(text)+")")
}

// text gives what the first element says.
func (p *person) text(sel string) string {
	p.t.Helper()
	p.until(sel, "find("+quote(sel)+", '')")
	return must1[string](p, "norm(find("+quote(sel)+", '').innerText)")
}

// path gives the present address.
func (p *person) path() string {
	p.t.Helper()
	return must1[string](p, "location.pathname")
}

// press presses the first visible element of the selector that has the text. It must lie
// open in the middle: something over it would take the press, as it would a finger's.
// Looking and pressing are one step of the page, so that no part is replaced between.
func (p *person) press(sel, text string) {
	p.t.Helper()
	p.point(sel, text, "e.click()")
	p.clicks++
}

func (p *person) point(sel, text, act string) {
	p.t.Helper()
	p.until(fmt.Sprintf("something to press: %s %q", sel, text), `(() => {
		const e = find(`+quote(sel)+`,`+quote(text)+`); if (!e || e.disabled || !calm()) return false;
		e.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
		const r = e.getClientRects()[0], top = document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2);
		if (!top || !(e.contains(top) || top.contains(e))) return false;
		`+act+`; return true; })()`)
}

// types writes into a field in place of what is there.
func (p *person) types(sel, text string) {
	p.t.Helper()
	p.point(sel, "", "e.focus(); e.select()")
	if _, err := chromedp.Call(p.ctx, input.InsertText, input.InsertTextParams{Text: text}); err != nil {
		p.t.Fatalf("%s: type into %s: %v", p.name, sel, err)
	}
	p.typed++
}

// chooses takes an entry of a list by a part of its words.
func (p *person) chooses(sel, label string) {
	p.t.Helper()
	p.until("the list "+sel, "find("+quote(sel)+", '')")
	ok, err := look[bool](p, `(() => { const s = find(`+quote(sel)+`, ""), o = [...s.options].find((o) => norm(o.textContent).includes(`+quote(label)+`));
		if (!o) return false; s.value = o.value;
		for (const n of ["input", "change"]) s.dispatchEvent(new Event(n, { bubbles: true })); return true; })()`)
	if err != nil || !ok {
		p.t.Fatalf("%s: no entry %q in %s: %v\n%s", p.name, label, sel, err, p.where())
	}
	p.clicks++
}

// agrees answers a question with yes; without script none is asked.
func (p *person) agrees() {
	p.t.Helper()
	if p.plain {
		return
	}
	p.press("dialog.ask button[value=yes]", "")
}

// signIn takes the person through the door.
func (p *person) signIn(login string) {
	p.t.Helper()
	p.open("/signin")
	p.t.Logf("%s signs in as %s", p.name, p.s.nameOf(p.t, login))
	p.press("form:has(input[name=login][value='"+login+"']) button", "")
	p.clicks = 0 // the door is not part of the meeting's work
	p.until("being signed in", `calm() && location.pathname !== "/signin" && document.querySelector("form[action='/signout'], [data-signout]")`)
}

// fetch loads an address with the person's own cookies.
func (p *person) fetch(path string) []byte {
	p.t.Helper()
	body, err := download(p.ctx, p.s.URL+path)
	if err != nil {
		p.t.Fatalf("%s: %v", p.name, err)
	}
	return body
}

func quote(s string) string {
	b, _ := json.Marshal(s) // a string always is JSON
	return string(b)
}

// picksDay takes a day from the calendar beside a date: one press opens it, one takes
// the day. The calendar is the browser's own and lies outside the page. Without script
// the day is typed.
func (p *person) picksDay(sel string, year, month, day int) {
	p.t.Helper()
	if p.plain {
		p.types(sel, fmt.Sprintf("%02d/%02d/%d", day, month, year))
		return
	}
	p.until("the calendar beside "+sel, "find("+quote(sel)+",'').parentNode.querySelector('input[type=date]')")
	must1[bool](p, `(() => { const pick = find(`+quote(sel)+`,"").parentNode.querySelector("input[type=date]");
		pick.value = `+quote(fmt.Sprintf("%d-%02d-%02d", year, month, day))+`; pick.dispatchEvent(new Event("change", { bubbles: true })); return true; })()`)
	p.clicks += 2
}
