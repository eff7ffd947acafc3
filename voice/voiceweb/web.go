package voiceweb

import (
	"embed"
	"net/http"
	"strconv"

	"chibo/access"
	"chibo/internal/fault"
	"chibo/internal/i18n"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/rulebook"
	"chibo/voice"
)

// Catalogue holds the texts of these pages, of the domain's errors and notices.
//
//go:embed i18n/*.json
var Catalogue embed.FS

//go:embed pages/*.html
var pageFiles embed.FS

// Web has the pages. Make it with New.
type Web struct {
	voice *voice.Service
	pages *web.Pages
}

// New makes the pages and adds their routes to the kit.
func New(k *web.Kit, s *voice.Service) (*Web, error) {
	pages, err := k.Pages(pageFiles)
	if err != nil {
		return nil, err
	}
	h := &Web{voice: s, pages: pages}
	k.Handle("GET /meetings/{ref}/word", h.show)
	k.Handle("POST /meetings/{ref}/word", h.answer)
	return h, nil
}

// Panels gives what other pages show, by the pattern of their address.
func (h *Web) Panels() map[string]web.PanelFunc {
	return map[string]web.PanelFunc{
		"GET /{$}": h.waits, "GET /meetings/{ref}": h.beside, "GET /meetings/{ref}/score": h.beside,
	}
}

type crumb struct{ Href, Label string }

// showData is the dot of word.html.
type showData struct {
	voice.View
	Form    *web.Form
	Crumbs  []crumb
	Items   []item
	Few     bool
	Rule    string // where the number of days is from
	Meeting string // its address
}

// item is one thing that is asked, or its result.
type item struct {
	Code, Title string
	Options     []web.Option
	Row         web.PanelRow
}

func asked(r *http.Request) (access.Actor, ident.Ref, error) {
	who, err := access.Must(r.Context())
	if err != nil {
		return who, ident.Ref{}, err
	}
	ref, err := web.Ref(r, "ref")
	return who, ref, err
}

// show answers GET /meetings/{ref}/word.
func (h *Web) show(w http.ResponseWriter, r *http.Request) error {
	return h.render(w, r, web.NewForm(nil))
}

func (h *Web) render(w http.ResponseWriter, r *http.Request, form *web.Form) error {
	who, ref, err := asked(r)
	if err != nil {
		return err
	}
	v, err := h.voice.Open(r.Context(), who, ref)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if form.Status != 0 {
		status = form.Status
	}
	return h.pages.RenderStatus(w, r, status, "word.html", newShow(web.LangOf(r), v, form))
}

func newShow(l *i18n.Lang, v voice.View, form *web.Form) showData {
	d := showData{View: v, Form: form, Few: v.State == voice.Few, Meeting: "/meetings/" + v.Box.Meeting.String()}
	d.Rule = v.Set.Rule(rulebook.VoiceWindowDays).Cite(l.Code())
	d.Crumbs = []crumb{
		{"/cells/" + strconv.FormatInt(v.CellID, 10) + "/meetings", v.Cell.Name},
		{d.Meeting, l.T("voice.crumb", "Month", l.Month(v.Month))},
		{"", l.T("voice.title")},
	}
	for i, code := range v.Box.Items {
		it := item{Code: code, Title: v.ItemTitle(l.Code(), code)}
		for _, level := range v.Levels {
			it.Options = append(it.Options, web.Option{Value: level, Label: v.LevelTitle(l.Code(), level)})
		}
		if i < len(v.Sums) {
			it.Row = row(l, v, v.Sums[i])
		}
		d.Items = append(d.Items, it)
	}
	for i, p := range form.Problems { // each says the same: name the item
		d.Form.Problems[i].Text = l.T("voice.problem", "Item", v.ItemTitle(l.Code(), p.Field))
	}
	return d
}

// row is the result of one item: how many chose each level.
func row(l *i18n.Lang, v voice.View, s voice.Sum) web.PanelRow {
	tones := []string{"ok", "warn", "bad"}
	out := web.PanelRow{Label: v.ItemTitle(l.Code(), s.Item)}
	for i, level := range v.Levels {
		tone := "info"
		switch {
		case i == len(v.Levels)-1:
			tone = "bad"
		case i < len(tones):
			tone = tones[i]
		}
		out.Parts = append(out.Parts, web.NewPart(l, s.Count[i], tone, v.LevelTitle(l.Code(), level)))
	}
	return out
}

// answer answers POST /meetings/{ref}/word.
func (h *Web) answer(w http.ResponseWriter, r *http.Request) error {
	who, ref, err := asked(r)
	if err != nil {
		return err
	}
	v, err := h.voice.Open(r.Context(), who, ref)
	if err != nil {
		return err
	}
	err = web.Decode(r, &struct{}{})
	if err == nil {
		levels := map[string]string{}
		for _, code := range v.Box.Items {
			levels[code] = r.PostForm.Get(code)
		}
		err = h.voice.Answer(r.Context(), who, ref, levels)
	}
	if form, ok := web.Retry(r, err); ok {
		return h.render(w, r, form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, voice.Href(ref), "voice.flash")
}

// waits asks a member on the first page.
func (h *Web) waits(r *http.Request) ([]web.Panel, error) {
	who, err := access.Must(r.Context())
	if err != nil {
		return nil, err
	}
	v, ok, err := h.voice.Waiting(r.Context(), who)
	if err != nil || !ok {
		return nil, err
	}
	return []web.Panel{ask(web.LangOf(r), v)}, nil
}

func ask(l *i18n.Lang, v voice.View) web.Panel {
	return web.Panel{
		ID: "voice", First: true, Title: l.T("voice.ask.title", "Day", l.Date(v.Day)), Text: l.T("voice.ask.text", "Until", l.Date(v.ClosesOn)),
		Href: voice.Href(v.Box.Meeting), Action: l.T("voice.ask.do"), Icon: "chat",
	}
}

// beside stands on the meeting's page and beside the cell's own score.
func (h *Web) beside(r *http.Request) ([]web.Panel, error) {
	who, ref, err := asked(r)
	if err != nil {
		return nil, err
	}
	v, err := h.voice.Open(r.Context(), who, ref)
	if fault.KindOf(err) == fault.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	l := web.LangOf(r)
	if v.May && !v.Answered {
		return []web.Panel{ask(l, v)}, nil
	}
	p := web.Panel{ID: "voice", Title: l.T("voice.title"), Href: voice.Href(ref), Action: l.T("voice.open"), Icon: "chat"}
	switch v.State {
	case voice.Shown:
		p.Note = l.T("voice.shown", "Count", v.Answers)
		for _, s := range v.Sums {
			p.Rows = append(p.Rows, row(l, v, s))
		}
	case voice.Few:
		p.Text = l.T("voice.few", "Least", v.Least)
	default:
		p.Text = l.T("voice.later", "Until", l.Date(v.ClosesOn))
	}
	return []web.Panel{p}, nil
}
