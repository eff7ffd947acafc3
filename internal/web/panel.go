package web

import (
	"html/template"
	"net/http"

	"chibo/internal/i18n"
)

// Panel is what one feature says on a page of another. app gives it by the pattern of
// the address, so that neither page knows the other. Texts are shown as they are.
type Panel struct {
	ID     string // of the section on the page; required
	Title  string
	Text   string
	Rows   []PanelRow
	Note   string // below the rows, quiet
	Href   string // empty: there is nothing to open
	Action string // words of the link
	Icon   string
	First  bool // stands above the page
	Calm   bool // a First one that waits for nobody: it does not stand out
}

// PanelRow is one line of a panel.
type PanelRow struct {
	Label, Href string
	Note        string
	Tag, Tone   string
	Parts       []Part // of a whole, drawn as a bar with its words; none: no bar
}

// Share draws the row's parts.
func (r PanelRow) Share() template.HTML { return share(r.Parts...) }

// NewPart makes a part for a PanelRow.
func NewPart(l *i18n.Lang, count int, tone, label string) Part {
	return Part{Count: count, Tone: tone, Label: label, text: l.Int(count), pct: l.Code()}
}

// PanelFunc gives the panels of one feature for a request. An error is told nowhere: the
// page stands without them.
type PanelFunc func(r *http.Request) ([]Panel, error)

// PanelsFirst gives the panels above the page.
func (f Frame) PanelsFirst() []Panel { return f.panels(true) }

// PanelsLast gives those below it.
func (f Frame) PanelsLast() []Panel { return f.panels(false) }

func (f Frame) panels(first bool) (out []Panel) {
	for _, p := range f.Panels {
		if p.First == first {
			out = append(out, p)
		}
	}
	return out
}
