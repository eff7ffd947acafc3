package web

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
)

// Budgets of interface.md, in bytes after brotli.
const (
	budgetScript = 15 << 10
	budgetStyle  = 12 << 10
)

func testAssets(t testing.TB) *assets {
	t.Helper()
	a, err := newAssets(nil, nil, false)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestBudgets(t *testing.T) {
	sum := map[string]int{}
	for name, as := range testAssets(t).byName {
		as.pack()
		kind := name[strings.LastIndex(name, ".")+1:]
		sum[kind] += len(as.br)
		t.Logf("%s: %d bytes, gzip %d, brotli %d", name, len(as.raw), len(as.gz), len(as.br))
	}
	if sum["js"] > budgetScript || sum["css"] > budgetStyle {
		t.Fatalf("scripts %d of %d, styles %d of %d", sum["js"], budgetScript, sum["css"], budgetStyle)
	}
}

// targets are the oldest browsers that styles and scripts must run on as they stand.
func targets() []api.Engine {
	return []api.Engine{
		{Name: api.EngineChrome, Version: "80"}, {Name: api.EngineFirefox, Version: "78"}, {Name: api.EngineIOS, Version: "14.5"},
	}
}

// TestOldBrowsers passes each asset through esbuild twice, for old targets and
// for none: what differs would have had to be translated.
func TestOldBrowsers(t *testing.T) {
	for name, as := range testAssets(t).byName {
		loader := map[string]api.Loader{"js": api.LoaderJS, "css": api.LoaderCSS}[name[strings.LastIndex(name, ".")+1:]]
		if loader == api.LoaderNone {
			continue
		}
		old := api.Transform(string(as.raw), api.TransformOptions{Loader: loader, Engines: targets(), LogLevel: api.LogLevelSilent, Sourcefile: name})
		now := api.Transform(string(as.raw), api.TransformOptions{Loader: loader, Target: api.ESNext, LogLevel: api.LogLevelSilent, Sourcefile: name})
		for _, m := range append(old.Errors, old.Warnings...) {
			t.Errorf("%s:%d: %s", name, m.Location.Line, m.Text)
		}
		if loader == api.LoaderJS && string(old.Code) != string(now.Code) {
			t.Errorf("%s needs translating for old browsers:\n%s", name, firstDifference(string(now.Code), string(old.Code)))
		}
	}
}

// TestStyleRules refuses what Chrome 80, Firefox 78 or iOS 14.5 do not know and
// esbuild would let pass.
func TestStyleRules(t *testing.T) {
	bad := regexp.MustCompile(`(?m)^@layer|:has\(|:is\(|:where\(|(?:^|[;{ ])inset:|aspect-ratio|color-mix|[^-]gap:|\bdvh\b|@container|margin-inline|padding-inline`)
	for name, as := range testAssets(t).byName {
		if !strings.HasSuffix(name, ".css") {
			continue
		}
		for _, line := range strings.Split(string(as.raw), "\n") {
			if m := bad.FindString(line); m != "" {
				t.Errorf("%s: %q in %s", name, m, line)
			}
		}
	}
}

func firstDifference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return fmt.Sprintf("- %s\n+ %s", x[i], y[i])
		}
	}
	return "lengths differ"
}

// TestContrast computes the contrast of the pairs of colours that the styles put
// on each other, in both themes (WCAG 2.2: text 4.5, borders of controls 3).
func TestContrast(t *testing.T) {
	css := string(testAssets(t).byName["app.css"].raw)
	light := colours(css[strings.Index(css, ":root {"):])
	dark := colours(css[strings.Index(css, "\n:root[data-theme=dark]"):])
	auto := colours(css[strings.Index(css, ":root:not([data-theme=light])"):])
	for name, v := range dark {
		if auto[name] != v {
			t.Errorf("%s differs between the chosen and the automatic dark theme", name)
		}
	}
	text := []string{
		"ink ground", "ink card", "ink sunken", "ink cream", "soft ground", "soft card", "soft cream", "soft sunken",
		"link ground", "link card", "link cream", "red card", "red ground", "gold-ink cream", "bad card", "bad ground",
		"ok ok-bg", "warn warn-bg", "bad bad-bg", "info info-bg", "ink ok-bg", "ink warn-bg", "ink bad-bg", "ink info-bg",
		"white bar", "white bar-deep", "white red-strong",
	}
	border := []string{"edge card", "edge ground", "ok sunken", "info sunken", "bad sunken", "warn sunken", "none sunken", "red card", "link card", "link ground", "gold bar", "red-strong card"}
	for theme, c := range map[string]map[string]string{"light": light, "dark": dark} {
		c["white"] = "#ffffff"
		for want, pairs := range map[float64][]string{4.5: text, 3: border} {
			for _, p := range pairs {
				fg, bg, _ := strings.Cut(p, " ")
				if got := contrast(c[fg], c[bg]); got < want {
					t.Errorf("%s: %s on %s is %.2f, wanted %.1f", theme, fg, bg, got, want)
				}
			}
		}
	}
}

func colours(css string) map[string]string {
	block, _, _ := strings.Cut(css, "}")
	c := map[string]string{}
	for _, m := range regexp.MustCompile(`--([a-z-]+):\s*(#[0-9a-f]+)`).FindAllStringSubmatch(block, -1) {
		c[m[1]] = m[2]
	}
	return c
}

func contrast(a, b string) float64 {
	x, y := luminance(a), luminance(b)
	return (math.Max(x, y) + .05) / (math.Min(x, y) + .05)
}

func luminance(hex string) float64 {
	hex = strings.TrimPrefix(hex, "#")
	if len(hex) == 3 {
		hex = strings.Map(func(r rune) rune { return r }, hex[:1]+hex[:1]+hex[1:2]+hex[1:2]+hex[2:]+hex[2:])
	}
	n, err := strconv.ParseUint(hex, 16, 32)
	if err != nil {
		return math.NaN()
	}
	lin := func(v uint64) float64 {
		s := float64(v&255) / 255
		if s <= .04045 {
			return s / 12.92
		}
		return math.Pow((s+.055)/1.055, 2.4)
	}
	return .2126*lin(n>>16) + .7152*lin(n>>8) + .0722*lin(n)
}

// TestModulesStandAlone bundles each script by its own imports, so that the
// words "import" and "export" in the sources are true although joining drops them.
func TestModulesStandAlone(t *testing.T) {
	for _, file := range bundles()["app.js"] {
		res := api.Build(api.BuildOptions{EntryPoints: []string{"static/" + file}, Bundle: true, Write: false, Format: api.FormatESModule, LogLevel: api.LogLevelSilent})
		for _, m := range append(res.Errors, res.Warnings...) {
			t.Errorf("%s: %s", file, m.Text)
		}
	}
}
