package web

import (
	"fmt"
	"html/template"
	"strings"

	"chibo/internal/i18n"
)

// Part is one piece of a share bar: a count, its tone and its words.
type Part struct {
	Count       int
	Tone, Label string // tone: ok, info, warn, bad, none
	text, pct   string
}

func newPart(l *i18n.Lang) func(count any, tone, label string) (Part, error) {
	return func(count any, tone, label string) (Part, error) {
		n, err := toInt(count)
		return Part{Count: n, Tone: tone, Label: label, text: l.Int(n), pct: l.Code()}, err
	}
}

// share draws parts of a whole as one bar with a legend that says the same in
// words. Tones differ by pattern too, so that the bar reads without colour.
func share(parts ...Part) template.HTML {
	total := 0
	for _, p := range parts {
		total += p.Count
	}
	var bar, legend strings.Builder
	x := 0.0
	for _, p := range parts {
		if p.Count <= 0 || total == 0 {
			continue
		}
		w := float64(p.Count) * 100 / float64(total)
		fmt.Fprintf(&bar, `<rect class="p-%s" x="%g%%" width="%g%%" height="100%%"/>`, tone(p.Tone), tenth(x), tenth(w))
		if p.Tone == "warn" || p.Tone == "bad" || p.Tone == "none" {
			fmt.Fprintf(&bar, `<rect fill="url(#hatch-%s)" x="%g%%" width="%g%%" height="100%%"/>`, tone(p.Tone), tenth(x), tenth(w))
		}
		x += w
		if x < 99.9 {
			fmt.Fprintf(&bar, `<rect class="p-gap" x="%g%%" width="2" height="100%%"/>`, tenth(x))
		}
	}
	for _, p := range parts {
		pct := ""
		if total > 0 {
			pct = percentText(p.pct, p.Count, total)
		}
		fmt.Fprintf(&legend, `<li><svg class="key" aria-hidden="true" width="14" height="14"><rect class="p-%s" width="14" height="14" rx="3"/>`, tone(p.Tone))
		if p.Tone == "warn" || p.Tone == "bad" || p.Tone == "none" {
			fmt.Fprintf(&legend, `<rect fill="url(#hatch-%s)" width="14" height="14" rx="3"/>`, tone(p.Tone))
		}
		fmt.Fprintf(&legend, `</svg>%s <b>%s</b> <span class="muted">%s</span></li>`,
			template.HTMLEscapeString(p.Label), p.text, pct)
	}
	return template.HTML(`<div class="share"><svg class="share-bar" width="100%" height="28" aria-hidden="true">` +
		bar.String() + `</svg><ul class="legend">` + legend.String() + `</ul></div>`)
}

func percentText(lang string, n, total int) string {
	tenths := (n*2000 + total) / (2 * total)
	if lang == i18n.Default {
		return fmt.Sprintf("%d,%d %%", tenths/10, tenths%10)
	}
	return fmt.Sprintf("%d.%d%%", tenths/10, tenths%10)
}

func tone(s string) string {
	switch s {
	case "ok", "info", "warn", "bad":
		return s
	}
	return "none"
}
