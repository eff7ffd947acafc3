package meetingweb_test

import (
	"context"
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"chibo/ballot"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/internal/web/webtest"
	"chibo/meeting"
)

var runShots = flag.String("run-shots", "", "folder where pictures of the running half are kept")

// runBrowser starts Chromium, or skips the test where there is none.
func runBrowser(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		dbtest.SkipOrFail(t, "Chromium is not installed")
	}
	alloc, cancel := chromedp.NewExecAllocator(context.Background(),
		append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox,
			chromedp.Flag("disable-quic", true), chromedp.Flag("hide-scrollbars", true))...)
	t.Cleanup(cancel)
	ctx, stop := chromedp.NewContext(alloc)
	t.Cleanup(stop)
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithTimeout(ctx, 3*time.Minute)
	t.Cleanup(end)
	return ctx
}

func inPage[T any](t *testing.T, ctx context.Context, script string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("%s: %v", script, err)
	}
	return v
}

func goTo(t *testing.T, ctx context.Context, width, height int64, url string) {
	t.Helper()
	opts := []chromedp.EmulateViewportOption{}
	if width < 900 {
		opts = append(opts, chromedp.EmulateMobile)
	}
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, height, opts...), chromedp.Navigate(url)); err != nil {
		t.Fatal(err)
	}
}

// serve starts a server whose streams end with the test.
func serve(t *testing.T, w *hallOf) *httptest.Server {
	t.Helper()
	srv := httptest.NewServer(w.kit)
	t.Cleanup(func() {
		w.hub.Close()
		srv.Close()
	})
	return srv
}

// busyHall is a meeting in its middle: some here, some opinions, a draft, a closed vote
// and an open one.
func busyHall(t *testing.T) (w *hallOf, ref ident.Ref, vote int64) {
	t.Helper()
	w = newHall(t)
	ref = w.opened()
	lead := w.act(inSecretary)
	w.here(ref, 0, 1, 2, 3, 4, inReserve)
	w.must(w.svc.Mark(w.ctx(), lead, ref, w.ids[inSixth], meeting.Excused, "illness"))
	items := w.full(ref).Items
	for i := range 7 {
		w.must(w.svc.StartItem(w.ctx(), lead, ref, items[i].ID))
		w.clk.Advance(6 * time.Minute)
	}
	said := []struct {
		who  int
		text string
	}{
		{inDeputy, "Đề nghị hỗ trợ 3 hộ khó khăn tiền xây lại hàng rào sau khi hiến đất mở rộng đường ngõ 3."},
		{inFirst, "Đồng ý với dự thảo; xin bổ sung thời hạn và người chịu trách nhiệm từng việc."},
		{inSecond, ""},
	}
	for _, s := range said {
		_, err := w.svc.AddOpinion(w.ctx(), lead, ref, meeting.OpinionIn{ItemID: items[6].ID, MembershipID: w.ids[s.who], Text: s.text})
		w.must(err)
	}
	for i, title := range []string{"Vận động 5 hộ hiến đất mở rộng đường ngõ 5", "Thăm, tặng quà 4 hộ nghèo dịp 18/11"} {
		_, err := w.svc.AddDecision(w.ctx(), lead, ref, meeting.Decision{Title: title, AssigneeID: w.ids[i+1], Due: w.full(ref).Day.AddDays(20), Product: "báo cáo chi ủy"})
		w.must(err)
	}
	_, err := w.svc.JudgeRest(w.ctx(), lead, ref)
	w.must(err)
	first, err := w.svc.OpenVote(w.ctx(), lead, ref, "", meeting.PurposeAgenda)
	w.must(err)
	_, err = w.svc.CloseByHands(w.ctx(), lead, ref, first.ID, ballot.Hands{Yes: 5}, w.full(ref).Votes[0].Version)
	w.must(err)
	v, err := w.svc.OpenVote(w.ctx(), lead, ref, "", meeting.PurposeResolution)
	w.must(err)
	_, err = w.svc.Cast(w.ctx(), w.act(inFirst), ref, v.ID, ballot.Yes)
	w.must(err)
	_, err = w.svc.Cast(w.ctx(), w.act(inSecond), ref, v.ID, ballot.Other)
	w.must(err)
	return w, ref, v.ID
}

func runScreens(ref ident.Ref, vote int64) map[string]string {
	return map[string]string{
		"run": href(ref) + "/run", "roll": href(ref) + "/roll", "checkin": href(ref) + "/checkin",
		"vote": href(ref) + "/votes/" + num(vote), "hall": href(ref) + "/hall",
	}
}

// No page of the running half scrolls sideways, and nothing that is touched is small.
func TestRunFitsPhones(t *testing.T) {
	ctx := runBrowser(t)
	w, ref, vote := busyHall(t)
	srv := serve(t, w)
	for name, path := range runScreens(ref, vote) {
		for _, width := range []int64{320, 360, 1280} {
			for _, size := range []string{"normal", "large"} {
				goTo(t, ctx, width, 800, srv.URL+path)
				wide := inPage[[]string](t, ctx, `document.documentElement.dataset.size = "`+size+`";
					document.querySelectorAll("main details").forEach(d => d.open = true);
					document.documentElement.scrollWidth <= `+fmt.Sprint(width)+` ? [] :
					Array.from(document.querySelectorAll("body *")).filter(e => e.getBoundingClientRect().right > `+fmt.Sprint(width)+` + 1).slice(0, 5).map(e => e.tagName + "." + e.className)`)
				if len(wide) > 0 {
					t.Errorf("%s at %d px, %s type: scrolls sideways because of %v", name, width, size, wide)
				}
				low := inPage[[]string](t, ctx, `Array.from(document.querySelectorAll("button, .btn, input:not([type=hidden]):not([type=radio]), select, summary, .choice"))
					.filter(e => { const b = e.getBoundingClientRect(); return b.width && b.height && b.height < 47.9; }).map(e => e.outerHTML.slice(0, 90))`)
				if len(low) > 0 {
					t.Errorf("%s at %d px: lower than 48 px: %v", name, width, low)
				}
			}
		}
	}
}

// The page of two devices: what one does the other sees, and nobody's words are lost.
func TestRunTwoDevices(t *testing.T) {
	ctx := runBrowser(t)
	w, ref, _ := busyHall(t)
	srv := serve(t, w)
	goTo(t, ctx, 1280, 800, srv.URL+href(ref)+"/run")
	inPage[bool](t, ctx, `document.getElementById("f-conclusion").value = "Đang gõ dở"; true`)
	webtest.Until(t, "a listener", func() bool { return w.hub.Listeners(meeting.Topic(ref)) > 0 })
	w.here(ref, inThird)
	inPage[bool](t, ctx, `new Promise(ok => { const i = setInterval(() => {
		if (document.querySelector("#run-roll .figure b").textContent == "7") { clearInterval(i); ok(true); } }, 20); })`)
	if got := inPage[string](t, ctx, `document.getElementById("f-conclusion").value`); got != "Đang gõ dở" {
		t.Errorf("the words are now %q", got)
	}
	inPage[bool](t, ctx, `document.querySelector('#run-silent button[value="`+num(w.ids[inThird])+`"]').click(); true`)
	inPage[bool](t, ctx, `new Promise(ok => { const i = setInterval(() => {
		if (document.querySelector("#run-said").textContent.includes("Hoàng Văn Đoàn")) { clearInterval(i); ok(true); } }, 20); })`)
	if got := inPage[string](t, ctx, `document.getElementById("f-conclusion").value + location.pathname`); got != "Đang gõ dở"+href(ref)+"/run" {
		t.Errorf("after a press: %q", got)
	}
}

// TestRunPictures keeps pictures to be looked at: run with -run-shots=folder.
func TestRunPictures(t *testing.T) {
	if *runShots == "" {
		t.Skip("no -run-shots folder given")
	}
	ctx := runBrowser(t)
	w, ref, vote := busyHall(t)
	srv := serve(t, w)
	if err := os.MkdirAll(*runShots, 0o750); err != nil {
		t.Fatal(err)
	}
	keep := func(name string, width, height int64, theme, path string) {
		t.Helper()
		goTo(t, ctx, width, height, srv.URL+path)
		inPage[bool](t, ctx, fmt.Sprintf(`document.documentElement.dataset.theme = %q; scrollTo(0, 0); true`, theme))
		shot := chromedp.CaptureScreenshot()
		if name[:4] != "hall" {
			inPage[bool](t, ctx, `document.querySelectorAll(".bar, .phone-nav").forEach(e => { e.hidden = true; }); true`)
			shot = chromedp.FullScreenshot(100)
		}
		png, err := chromedp.Run(ctx, shot)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(*runShots, name+".png"), png, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	screens := runScreens(ref, vote)
	for _, theme := range []string{"light", "dark"} {
		for _, width := range []int64{360, 1280} {
			end := fmt.Sprintf("-%d-%s", width, theme)
			w.be(inSecretary)
			keep("run"+end, width, 800, theme, screens["run"])
			keep("roll"+end, width, 800, theme, screens["roll"])
			w.be(inFirst)
			keep("vote"+end, width, 800, theme, screens["vote"])
			w.be(inFourth)
			keep("checkin"+end, width, 800, theme, screens["checkin"])
		}
	}
	w.be(inSecretary)
	keep("hall-vote", 1280, 720, "light", screens["hall"])
	v := w.full(ref).Votes[1]
	_, err := w.svc.CloseByHands(w.ctx(), w.act(0), ref, vote, ballot.Hands{Yes: 3}, v.Version)
	w.must(err)
	keep("hall-result", 1280, 720, "light", screens["hall"])
	keep("run-late", 1280, 800, "light", screens["run"])
	w.clk.Advance(3 * time.Minute)
	keep("hall-item", 1280, 720, "light", screens["hall"])
	keep("hall-small", 360, 740, "light", screens["hall"])
	w2 := newHall(t)
	ref2 := w2.invited()
	srv = serve(t, w2)
	keep("before-360-light", 360, 800, "light", href(ref2)+"/run")
	keep("before-1280-light", 1280, 800, "light", href(ref2)+"/run")
	keep("hall-wait", 1280, 720, "light", href(ref2)+"/hall")
}
