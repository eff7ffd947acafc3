package homeweb

import (
	"embed"
	"net/http"

	"chibo/access"
	"chibo/home"
	"chibo/internal/civil"
	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/web"
	"chibo/meeting"
	"chibo/question"
	"chibo/rulebook"
)

//go:embed pages
var files embed.FS

// Catalogue holds the texts of these pages.
//
//go:embed i18n
var Catalogue embed.FS

// Config says what the pages are made of.
type Config struct {
	Kit      *web.Kit         // required
	DB       *db.DB           // required
	Clock    clock.Clock      // required
	Book     *rulebook.Book   // required
	Meetings *meeting.Service // required
	// Questions tells what waits of members' questions; nil: nothing is said of them.
	Questions *question.Service
	// More has the groups of lines that other features bring to a wall.
	More []home.Source
	// Progress says how much of the sample data is there, 0 to 100; nil: all.
	Progress func() int
	// From and To bound the admissions that a district's home counts, both included;
	// zero: since the first of January.
	From, To civil.Date
	// Imports is the page on which lists are imported, for the first steps; "" none.
	Imports string
}

// Web has the first pages. Make it with New.
type Web struct {
	db        *db.DB
	clk       clock.Clock
	book      *rulebook.Book
	meetings  *meeting.Service
	questions *question.Service
	acts      *home.Service
	more      []home.Source
	progress  func() int
	from, to  civil.Date
	pages     *web.Pages
	walls     pages[wallData]
	highs     pages[highData]
	imports   string
}

// New makes the pages and adds their routes to the kit.
func New(cfg Config) (*Web, error) {
	h := &Web{db: cfg.DB, clk: cfg.Clock, book: cfg.Book, meetings: cfg.Meetings, questions: cfg.Questions, acts: &home.Service{DB: cfg.DB, Book: cfg.Book}, more: cfg.More, progress: cfg.Progress, from: cfg.From, to: cfg.To, imports: cfg.Imports}
	h.highs.keep = keepHighFor
	var err error
	if h.pages, err = cfg.Kit.Pages(files); err != nil {
		return nil, err
	}
	cfg.Kit.Handle("GET /{$}", h.home)
	cfg.Kit.Handle("GET /units/{id}/wall", h.wallOf)
	cfg.Kit.Handle("GET /units/{id}/figures", h.figures)
	cfg.Kit.Handle("GET /units/{id}/figures/{what}", h.figure)
	cfg.Kit.Handle("GET /units/{id}/act", h.actForm)
	cfg.Kit.Handle("POST /units/{id}/act", h.act)
	cfg.Kit.Handle("GET /units/{id}/score", h.score)
	cfg.Kit.Handle("GET /visits", h.visits)
	cfg.Kit.Handle("POST /visits/{ref}/went", h.went)
	return h, nil
}

// home shows the page of the person's widest charge: a committee's wall, else the
// own cell's desk, else the cells that are followed; ?cell=1 shows an officer the own
// cell.
func (h *Web) home(w http.ResponseWriter, r *http.Request) error {
	actor, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	unit, cell := home.Committee(actor), home.Cell(actor)
	switch {
	case unit != 0 && (cell == 0 || r.FormValue("cell") == ""):
		return h.committee(w, r, actor, unit, "/")
	case cell != 0:
		return h.desk(w, r, actor, cell)
	case actor.Has(access.RoleFollower):
		return h.followed(w, r, actor)
	case actor.Has(access.RoleAdmin):
		return h.admin(w, r, actor)
	}
	return h.pages.Render(w, r, "nothing.html", nil)
}

func (h *Web) filling() (percent int, filling bool) {
	if h.progress == nil {
		return 100, false
	}
	percent = h.progress()
	return percent, percent < 100
}

// period gives the days between which admissions are counted.
func (h *Web) period(day civil.Date) (from, to civil.Date) {
	if h.from.IsZero() {
		return civil.Of(day.Year(), 1, 1), day
	}
	return h.from, h.to
}
