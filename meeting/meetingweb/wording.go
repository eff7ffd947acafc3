package meetingweb

import (
	"html/template"
	"net/http"
	"strings"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/web"
	"chibo/meeting"
)

// wordingForm is the frame of the editor; the words are in fields of their own.
type wordingForm struct {
	Kind   string     `form:"kind"`
	From   civil.Date `form:"from"`
	Source string     `form:"source"`
	Do     string     `form:"do"`
}

// wordingData is the dot of wording.html.
type wordingData struct {
	meeting.WordingView
	Crumbs  []crumb
	Kinds   []kindLink
	Kind    string
	Name    string // of the kind of paper
	Action  string
	Form    *web.Form
	Fields  []pieceField
	Preview template.HTML
	Real    bool
}

// kindLink is a kind of paper to choose.
type kindLink struct {
	Href, Name string
	Here       bool
}

// pieceField is one piece in the editor.
type pieceField struct {
	meeting.WordingPiece
	Label string
	Value string
	Hint  string
	Err   string
	Short bool
}

func (h *Web) wording(w http.ResponseWriter, r *http.Request) error {
	kind := r.URL.Query().Get("kind")
	if kind == "" {
		kind = meeting.PaperMinutes
	}
	today := civil.From(h.svc.DB.Clock().Now())
	d, err := h.wordingData(r, kind, today, web.NewForm(wordingForm{Kind: kind, From: today}), nil)
	if err != nil {
		return err
	}
	return h.pages.Render(w, r, "wording.html", d)
}

// wordingData builds the page; typed are words that are not stored.
func (h *Web) wordingData(r *http.Request, kind string, day civil.Date, form *web.Form, typed map[string]string) (d wordingData, err error) {
	who, err := access.Must(r.Context())
	if err != nil {
		return d, err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return d, err
	}
	if d.WordingView, err = h.svc.Wording(r.Context(), who, id, kind, day); err != nil {
		return d, err
	}
	l := web.LangOf(r)
	d.Kind, d.Name, d.Action, d.Form = kind, d.Title.In(l.Code()), cellHref(id)+"/wording", form
	d.Crumbs = []crumb{{cellHref(id), d.Unit.Name}, {"", l.T("meeting.wording")}}
	set := h.svc.Book.At(day, d.Unit.Path)
	for _, t := range h.svc.Templates(set) {
		link := kindLink{Href: d.Action + "?kind=" + t.Kind, Here: t.Kind == kind, Name: t.Title.In(l.Code())}
		for _, c := range set.Choices("paper.names") {
			if c.Code == t.Kind {
				link.Name = c.Title.In(l.Code())
			}
		}
		d.Kinds = append(d.Kinds, link)
	}
	texts := map[string]string{}
	for _, p := range d.Pieces {
		f := pieceField{WordingPiece: p, Label: p.Wording.Title.In(l.Code()), Value: p.Text, Err: form.Err(p.Code), Short: len([]rune(p.Text)) < 80}
		if text, ok := typed[p.Code]; ok {
			f.Value = text
		}
		if len(p.Wording.Fields) > 0 {
			f.Hint = "{" + strings.Join(p.Wording.Fields, "} {") + "}"
		}
		texts[p.Code] = f.Value
		d.Fields = append(d.Fields, f)
	}
	if form.Status != 0 {
		return d, nil // words that cannot be used make no paper
	}
	content, real, err := h.svc.PreviewWording(r.Context(), who, meeting.WordIn{UnitID: id, Kind: kind, From: day, Texts: texts})
	if err != nil {
		return d, err
	}
	d.Real = real
	d.Preview, err = rendered(content)
	return d, err
}

// wordPrefix begins the names of the fields that hold the words.
const wordPrefix = "w-"

func (h *Web) word(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	var in wordingForm
	err = web.Decode(r, &in)
	typed := map[string]string{}
	for name, values := range r.PostForm {
		if code, ok := strings.CutPrefix(name, wordPrefix); ok {
			typed[code] = web.Text(values[0])
		}
	}
	word := meeting.WordIn{UnitID: id, Kind: in.Kind, From: in.From, Texts: typed, Source: in.Source}
	switch {
	case err != nil:
	case in.Do == "save":
		if err = h.svc.Word(r.Context(), who, word); err == nil {
			return web.SeeOther(w, r, cellHref(id)+"/wording?kind="+in.Kind, "meeting.flash.wording")
		}
	default:
		_, _, err = h.svc.PreviewWording(r.Context(), who, word)
	}
	form, refused := web.Retry(r, err)
	if err != nil && !refused {
		return err
	}
	status, day := http.StatusOK, in.From
	if refused {
		status = form.Status
	} else {
		form = web.NewForm(in)
	}
	if !day.IsDay() {
		day = civil.From(h.svc.DB.Clock().Now())
	}
	d, err := h.wordingData(r, in.Kind, day, form, typed)
	if err != nil {
		return err
	}
	return h.pages.RenderStatus(w, r, status, "wording.html", d)
}
