package burdenweb

import (
	"embed"
	"net/http"
	"strconv"

	"chibo/access"
	"chibo/burden"
	"chibo/internal/civil"
	"chibo/internal/web"
	"chibo/rulebook"
)

// Catalogue holds the texts of these pages.
//
//go:embed i18n/*.json
var Catalogue embed.FS

//go:embed pages/*.html
var pageFiles embed.FS

// Web has the pages. Make it with New.
type Web struct {
	svc   *burden.Service
	pages *web.Pages
}

// New makes the page and adds its route to the kit.
func New(k *web.Kit, s *burden.Service) (*Web, error) {
	pages, err := k.Pages(pageFiles)
	if err != nil {
		return nil, err
	}
	h := &Web{svc: s, pages: pages}
	k.Handle("GET /units/{id}/burden", h.show)
	return h, nil
}

// Panels gives what stands where a committee asks its cells for something more, by the
// pattern of the address.
func (h *Web) Panels() map[string]web.PanelFunc {
	return map[string]web.PanelFunc{"GET /units/{id}/guidance/new": h.hint, "GET /units/{id}/campaigns/new": h.hint}
}

type crumb struct{ Href, Label string }

// showData is the dot of show.html.
type showData struct {
	burden.View
	Crumbs []crumb
	Last   burden.Load
	Rows   []row
	Acts   []act
	Costs  []rulebook.ActWork
	Cite   string
	lang   string
}

// Name gives an act in words.
func (d showData) Name(w rulebook.ActWork) string { return w.Title.In(d.lang) }

// row is a month for one cell.
type row struct {
	Month                         civil.Month
	Cells                         int
	Clicks, Texts, Minutes, Fills int
}

// act is one kind of act of the cell's last month.
type act struct {
	Name                           string
	Acts, Clicks, Texts, Min, Fill int
}

func (h *Web) view(r *http.Request) (d showData, err error) {
	who, err := access.Must(r.Context())
	if err != nil {
		return d, err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return d, err
	}
	if d.View, err = h.svc.Of(r.Context(), who, id); err != nil {
		return d, err
	}
	l := web.LangOf(r)
	d.lang, d.Last = l.Code(), d.View.Last(civil.From(h.svc.DB.Clock().Now()))
	d.Cite, d.Costs = d.Rule.Cite(l.Code()), d.Works
	d.Crumbs = []crumb{{"/units/" + strconv.FormatInt(id, 10), d.Unit.Name}, {"", l.T("burden.title")}}
	for _, m := range d.Months {
		d.Rows = append(d.Rows, row{m.Month, m.Cells, m.Each(m.Clicks), m.Each(m.Texts), m.Minutes(), m.Each(m.Filled)})
	}
	for _, x := range d.Lines {
		n := x.Acts
		d.Acts = append(d.Acts, act{
			x.Act.Title.In(d.lang), n + x.Program, n * x.Act.Clicks, n * x.Act.Texts, (n*x.Act.Seconds + 30) / 60, (n + x.Program) * x.Act.Filled,
		})
	}
	return d, nil
}

// show answers GET /units/{id}/burden.
func (h *Web) show(w http.ResponseWriter, r *http.Request) error {
	d, err := h.view(r)
	if err != nil {
		return err
	}
	return h.pages.Render(w, r, "show.html", d)
}

// hint says what cells do already, where one more thing is about to be asked of them.
func (h *Web) hint(r *http.Request) ([]web.Panel, error) {
	d, err := h.view(r)
	if err != nil || d.Last.Cells == 0 || d.Unit.IsCell() {
		return nil, err
	}
	l := web.LangOf(r)
	m := d.Last
	return []web.Panel{{
		ID: "burden", Title: l.T("burden.hint.title"),
		Text: l.T("burden.hint.text", "Month", l.Month(m.Month), "Clicks", m.Each(m.Clicks), "Texts", m.Each(m.Texts), "Minutes", m.Minutes(), "Filled", m.Each(m.Filled), "Cells", m.Cells),
		Note: l.T("burden.hint.note"), Href: "/units/" + strconv.FormatInt(d.Unit.ID, 10) + "/burden", Action: l.T("burden.open"), Icon: "chart", First: true, Calm: true,
	}}, nil
}
