package webtest_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

var shots = flag.String("shots", "", "folder where pictures of the pattern book are kept")

// browser starts Chromium, or skips the test where there is none.
func browser(t *testing.T) context.Context {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			path = p
			break
		}
	}
	if path == "" {
		if os.Getenv("CHIBO_TEST_ALL") == "1" {
			t.Fatal("Chromium is not installed")
		}
		t.Skip("Chromium is not installed")
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
	ctx, end := context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(end)
	return ctx
}

func run[T any](t *testing.T, ctx context.Context, script string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("%s: %v", script, err)
	}
	return v
}

func do(t *testing.T, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

// TestNoSidewaysScrollAndTouchTargets opens every page of the pattern book at
// the narrowest widths, also in large type.
func TestNoSidewaysScrollAndTouchTargets(t *testing.T) {
	ctx := browser(t)
	srv := httptest.NewServer(sampleKit(t))
	defer srv.Close()
	for _, path := range []string{"/home", "/login", "/meetings/new", "/paper", "/slips", "/nowhere"} {
		for _, width := range []int64{320, 360, 768, 1280} {
			for _, size := range []string{"normal", "large"} {
				do(t, ctx, chromedp.EmulateViewport(width, 800, chromedp.EmulateMobile), chromedp.Navigate(srv.URL+path))
				wide := run[[]string](t, ctx, `document.documentElement.dataset.size = "`+size+`";
					document.documentElement.scrollWidth <= `+fmt.Sprint(width)+` ? [] :
					Array.from(document.querySelectorAll("body *")).filter(e => e.getBoundingClientRect().right > `+fmt.Sprint(width)+` + 1).slice(0, 5).map(e => e.tagName + "." + e.className)`)
				if len(wide) > 0 {
					t.Errorf("%s at %d px, %s type: scrolls sideways because of %v", path, width, size, wide)
				}
				low := run[[]string](t, ctx, `document.querySelectorAll(".side details").forEach((d) => { d.open = true; });
					Array.from(document.querySelectorAll("button, .btn, input:not([type=hidden]):not([type=radio]):not([type=checkbox]), select, summary, .choice, .tabs a, nav.side a, .phone-nav a"))
					.filter(e => { const b = e.getBoundingClientRect(); return b.width && b.height && b.height < 47.9; }).map(e => e.outerHTML.slice(0, 90))`)
				if len(low) > 0 {
					t.Errorf("%s at %d px: lower than 48 px: %v", path, width, low)
				}
				if n := run[int](t, ctx, `Array.from(document.querySelectorAll(".vote .choice")).filter(e => e.getBoundingClientRect().height < 60).length`); n > 0 {
					t.Errorf("%d vote choices are lower than 60 px", n)
				}
			}
		}
	}
}

// TestPictures keeps pictures of the pattern book, to be looked at: run with
// -shots=folder.
func TestPictures(t *testing.T) {
	if *shots == "" {
		t.Skip("no -shots folder given")
	}
	ctx := browser(t)
	srv := httptest.NewServer(sampleKit(t))
	defer srv.Close()
	if err := os.MkdirAll(*shots, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, s := range []struct {
		name, path, theme, size string
		width, height           int64
	}{
		{"home-360", "/home", "light", "normal", 360, 740},
		{"home-360-dark", "/home", "dark", "normal", 360, 740},
		{"home-360-large", "/home", "light", "large", 360, 740},
		{"home-1280", "/home", "light", "normal", 1280, 800},
		{"home-1280-dark", "/home", "dark", "normal", 1280, 800},
		{"home-1280-large", "/home", "light", "large", 1280, 800},
		{"login-360", "/login", "light", "normal", 360, 740},
		{"login-1280", "/login", "light", "normal", 1280, 800},
		{"slips", "/slips", "light", "normal", 1280, 800},
		{"new-360", "/meetings/new", "light", "normal", 360, 740},
		{"lost", "/nowhere", "light", "normal", 1280, 800},
	} {
		opts := []chromedp.EmulateViewportOption{}
		if s.width < 900 {
			opts = append(opts, chromedp.EmulateMobile)
		}
		do(t, ctx, chromedp.EmulateViewport(s.width, s.height, opts...), chromedp.Navigate(srv.URL+s.path))
		run[bool](t, ctx, fmt.Sprintf(`document.documentElement.dataset.theme = %q; document.documentElement.dataset.size = %q; scrollTo(0, 0); true`, s.theme, s.size))
		keep(t, ctx, s.name+"-top", false)
		// The fixed bars would cover the middle of a long picture.
		run[bool](t, ctx, `document.querySelectorAll(".bar, .phone-nav").forEach(e => { e.hidden = true; }); true`)
		keep(t, ctx, s.name, true)
	}
	do(t, ctx, chromedp.EmulateViewport(1280, 720), chromedp.Navigate(srv.URL+"/hall"))
	keep(t, ctx, "hall-1280", false)
	do(t, ctx, chromedp.EmulateViewport(1920, 1080), chromedp.Navigate(srv.URL+"/hall"))
	keep(t, ctx, "hall-1920", false)
}

func keep(t *testing.T, ctx context.Context, name string, full bool) {
	t.Helper()
	shot := chromedp.CaptureScreenshot()
	if full {
		shot = chromedp.FullScreenshot(100)
	}
	png, err := chromedp.Run(ctx, shot)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*shots, name+".png"), png, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestTwoSlipsToAPage prints the invitations and counts the sheets.
func TestTwoSlipsToAPage(t *testing.T) {
	ctx := browser(t)
	srv := httptest.NewServer(sampleKit(t))
	defer srv.Close()
	do(t, ctx, chromedp.Navigate(srv.URL+"/slips"))
	res, err := chromedp.Call(ctx, page.PrintToPDF, page.PrintToPDFParams{PreferCSSPageSize: new(true)})
	if err != nil {
		t.Fatal(err)
	}
	pdf := res.Data
	if n := bytes.Count(pdf, []byte("/Type /Page\n")); n != 2 {
		t.Errorf("four slips take %d sheets, wanted 2", n)
	}
	if *shots != "" {
		if err := os.WriteFile(filepath.Join(*shots, "slips.pdf"), pdf, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
