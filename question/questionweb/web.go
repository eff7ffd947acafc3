package questionweb

import (
	"embed"
	"strconv"

	"chibo/internal/civil"
	"chibo/internal/web"
	"chibo/question"
	"chibo/rulebook"
)

// Catalogue holds the texts of these pages, of the domain's errors and notices.
//
//go:embed i18n/*.json
var Catalogue embed.FS

//go:embed pages/*.html
var pageFiles embed.FS

// Config says what the pages are made of. All fields are required.
type Config struct {
	Kit       *web.Kit
	Questions *question.Service
}

// Web has the pages. Make it with New.
type Web struct {
	svc   *question.Service
	pages *web.Pages
}

// New makes the pages and adds their routes to the kit.
func New(cfg Config) (*Web, error) {
	pages, err := cfg.Kit.Pages(pageFiles)
	if err != nil {
		return nil, err
	}
	h := &Web{svc: cfg.Questions, pages: pages}
	cfg.Kit.Handle("GET /questions", h.own)
	cfg.Kit.Handle("POST /questions", h.ask)
	cfg.Kit.Handle("GET /questions/new", h.askForm)
	cfg.Kit.Handle("GET /questions/{ref}", h.show)
	cfg.Kit.Handle("POST /questions/{ref}/answer", h.answer)
	cfg.Kit.Handle("POST /questions/{ref}/up", h.up)
	cfg.Kit.Handle("POST /questions/{ref}/to", h.to)
	cfg.Kit.Handle("POST /questions/{ref}/join", h.join)
	cfg.Kit.Handle("POST /questions/{ref}/decline", h.decline)
	cfg.Kit.Handle("POST /questions/{ref}/extend", h.extend)
	cfg.Kit.Handle("POST /questions/{ref}/read", h.read)
	cfg.Kit.Handle("POST /questions/{ref}/again", h.again)
	cfg.Kit.Handle("GET /cells/{id}/questions", h.cell)
	cfg.Kit.Handle("POST /cells/{id}/questions", h.enter)
	cfg.Kit.Handle("GET /cells/{id}/questions/new", h.enterForm)
	cfg.Kit.Handle("GET /units/{id}/questions", h.desk)
	return h, nil
}

func (h *Web) today() civil.Date { return civil.From(h.svc.DB.Clock().Now()) }

// crumb is one step of the way to a page.
type crumb struct{ Href, Label string }

func unitHref(id int64) string { return "/units/" + strconv.FormatInt(id, 10) }

func cellHref(id int64) string { return "/cells/" + strconv.FormatInt(id, 10) + "/questions" }

func deskHref(id int64) string { return unitHref(id) + "/questions" }

// item is a question as a line of a page shows it.
type item struct {
	question.Line
	KindName string
	Tone     string // ok, warn, bad, info or empty
	Left     int    // days to the holder's day; below zero: over
	Dated    bool   // there is such a day
}

// Until is Left without its sign, for the wording.
func (i item) Until() int { return max(i.Left, -i.Left) }

// soonDays is how many days before its day a question is shown as pressing; it is a
// matter of the page, no rule of the field.
const soonDays = 7

func (h *Web) item(lang string, l question.Line) item {
	day := h.today()
	i := item{Line: l, KindName: kindName(h.svc.Book.At(day, ""), lang, l.Kind)}
	if i.Dated = l.State.Open() && !l.Due.IsZero(); i.Dated {
		i.Left = l.Due.Sub(day)
	}
	switch {
	case l.State == question.Answered:
		i.Tone = "ok"
	case i.Dated && i.Left < 0:
		i.Tone = "bad"
	case i.Dated && i.Left <= soonDays:
		i.Tone = "warn"
	case l.State == question.Above:
		i.Tone = "info"
	}
	return i
}

func (h *Web) items(lang string, lines []question.Line) []item {
	out := make([]item, len(lines))
	for n, l := range lines {
		out[n] = h.item(lang, l)
	}
	return out
}

// kindName gives the name of a kind, also of one that is no longer offered.
func kindName(set rulebook.Set, lang, code string) string {
	for _, c := range set.Choices(rulebook.QuestionKinds) {
		if c.Code == code {
			return c.Title.In(lang)
		}
	}
	return code
}

// kinds gives the kinds to choose from.
func (h *Web) kinds(lang string) (out []web.Option) {
	for _, c := range h.svc.Book.At(h.today(), "").Choices(rulebook.QuestionKinds) {
		out = append(out, web.Option{Value: c.Code, Label: c.Title.In(lang)})
	}
	return out
}
