package web

import (
	"fmt"
	"html/template"
	"strings"
)

// Bars is a table of shares with a bar in each row: {{template "bars" .}}. With script,
// a form that names it in data-bars keeps the bars in step with its fields.
type Bars struct {
	ID, Caption string
	Rows        []Bar
	Scale       int  // thousandths that the whole width stands for; 0: as the rows need
	Total       int  // of all Values that count
	Twice       bool // rows have a second value
	Unit        string
}

// Bar is one row of Bars.
type Bar struct {
	Key, Label string
	Note       string // under the label
	Value      int
	Second     int  // beside Value, when Bars.Twice: what became of it
	Light      bool // does not count in the shares
	Alert      bool // stands out

	// How the same share lies elsewhere, in thousandths; none when High is 0.
	Low, Mid, High int

	share, secondShare, scale int // set by Fit
}

// Share is the row's share of the whole in whole percent.
func (r Bar) Share() int { return (r.share + 5) / 10 }

// SecondShare is the same of the second value.
func (r Bar) SecondShare() int { return (r.secondShare + 5) / 10 }

// thousandths gives a value's share of a total.
func thousandths(n, total int) int {
	if total <= 0 {
		return 0
	}
	return n * 1000 / total
}

// Fit computes Total and, where it is not given, Scale: the largest share or spread and a
// little room, so that small differences show.
func (b Bars) Fit() Bars {
	b.Total = 0
	second := 0
	for _, r := range b.Rows {
		if !r.Light {
			b.Total += r.Value
			second += r.Second
		}
	}
	if b.Scale == 0 {
		most := 100
		for _, r := range b.Rows {
			if r.Light {
				continue
			}
			most = max(most, thousandths(r.Value, b.Total), thousandths(r.Second, second), r.High)
		}
		b.Scale = min(1000, most*5/4)
	}
	for i, r := range b.Rows {
		b.Rows[i].share, b.Rows[i].secondShare, b.Rows[i].scale = thousandths(r.Value, b.Total), thousandths(r.Second, second), b.Scale
	}
	return b
}

// barHeight is that of one bar, in pixels.
const barHeight = 14

// Draw draws the row's bar: its own share, below it that of the second value, over both
// the middle half of the others with a line at their median. The numbers stand beside it
// as text.
func (r Bar) Draw(twice bool) template.HTML {
	if r.Light || r.scale == 0 {
		return ""
	}
	wide := func(n int) string { return fmt.Sprintf("%g%%", tenth(float64(n)*100/float64(r.scale))) }
	height := barHeight
	if twice {
		height += barHeight/2 + 2
	}
	own := "info"
	if r.Alert {
		own = "warn"
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="bar-row" width="100%%" height="%d" aria-hidden="true">`, height)
	fmt.Fprintf(&b, `<rect class="p-%s" data-bar width="%s" height="%d" rx="3"/>`, own, wide(r.share), barHeight)
	if twice {
		fmt.Fprintf(&b, `<rect class="p-ok" y="%d" width="%s" height="%d" rx="2"/>`, barHeight+2, wide(r.secondShare), barHeight/2)
	}
	if r.High > 0 {
		fmt.Fprintf(&b, `<rect class="p-mid" x="%s" y="%g" width="%s" height="%d"/>`, wide(r.Low), float64(height)/2-2, wide(max(r.High-r.Low, r.scale/100)), 4)
		fmt.Fprintf(&b, `<rect class="p-med" x="%s" width="3" height="%d"/>`, wide(r.Mid), height)
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String()) //nolint:gosec // numbers only
}
