package e2e

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// today is the demo's day in all journeys: late in the month, so that a cell that has
// not met is late, and a Sunday, so that deadlines move over a day off.
const today = "22/11/2026"

var shotsDir = flag.String("shots", os.Getenv("CHIBO_SHOTS"), "folder for pictures of the main pages")

// stage is what all journeys share; TestMain fills it once.
type stage struct {
	binary  string
	sample  string // folder of the finished sample district
	browser context.Context
	missing string // why there is no browser
}

var shared stage

func TestMain(m *testing.M) {
	flag.Parse()
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "e2e:", err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	chromium := findChromium()
	if chromium == "" {
		shared.missing = "no Chromium found (chromium, chromium-browser, google-chrome): browser journeys are skipped"
		return m.Run(), nil
	}
	dir, err := os.MkdirTemp("", "chibo-e2e-*")
	if err != nil {
		return 0, err
	}
	defer func() {
		if rmErr := os.RemoveAll(dir); err == nil {
			err = rmErr
		}
	}()
	shared.binary = filepath.Join(dir, "chibo")
	build := exec.Command("go", "build", "-o", shared.binary, "../cmd/chibo")
	if out, err := build.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("build: %w\n%s", err, out)
	}
	shared.sample = filepath.Join(dir, "sample")
	started := time.Now()
	if err := makeSample(shared.binary, shared.sample); err != nil {
		return 0, err
	}
	fmt.Printf("e2e: sample district complete after %s\n", time.Since(started).Round(100*time.Millisecond))
	browser, end := startBrowser(chromium, filepath.Join(dir, "profile"))
	defer end()
	if err := chromedp.Do(browser); err != nil {
		return 0, fmt.Errorf("%s does not start: %w", chromium, err)
	}
	shared.browser = browser
	return m.Run(), nil
}

func findChromium() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// needBrowser skips a journey where there is no browser, or fails it where all tests
// are asked for.
func needBrowser(t *testing.T) {
	t.Helper()
	if shared.missing == "" {
		return
	}
	if os.Getenv("CHIBO_TEST_ALL") == "1" {
		t.Fatal(shared.missing)
	}
	t.Skip(shared.missing)
}

func startBrowser(path, profile string) (context.Context, func()) {
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.UserDataDir(profile), chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-renderer-backgrounding", true), chromedp.Flag("lang", "vi"),
	)
	if os.Geteuid() == 0 { // Chromium's sandbox refuses the superuser
		opts = append(opts, chromedp.NoSandbox)
	}
	alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, cancel := chromedp.NewContext(alloc)
	return ctx, func() { cancel(); stop() }
}
