package orgweb

import (
	"embed"
	"net/http"
	"strconv"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/web"
	"chibo/org"
	"chibo/rulebook"
)

// Catalogue holds the texts of these pages and of the errors of org and office.
//
//go:embed i18n/*.json
var Catalogue embed.FS

//go:embed pages/*.html
var pageFiles embed.FS

// Config says what the pages are made of.
type Config struct {
	Kit   *web.Kit       // required
	DB    *db.DB         // required
	Book  *rulebook.Book // required
	Units *org.Service   // required
	Clock clock.Clock    // nil: that of DB
}

// Web has the pages. Make it with New.
type Web struct {
	db    *db.DB
	book  *rulebook.Book
	units *org.Service
	clock clock.Clock
	pages *web.Pages
}

// New makes the pages and adds their routes to the kit.
func New(cfg Config) (*Web, error) {
	pages, err := cfg.Kit.Pages(pageFiles)
	if err != nil {
		return nil, err
	}
	s := &Web{db: cfg.DB, book: cfg.Book, units: cfg.Units, clock: cfg.Clock, pages: pages}
	if s.clock == nil {
		s.clock = cfg.DB.Clock()
	}
	cfg.Kit.Handle("GET /tree", s.tree)
	cfg.Kit.Handle("POST /tree", s.find)
	cfg.Kit.Handle("GET /units", s.list)
	cfg.Kit.Handle("GET /units/{id}", s.unit)
	cfg.Kit.Handle("GET /units/{id}/new", s.newForm)
	cfg.Kit.Handle("POST /units/{id}/new", s.found)
	cfg.Kit.Handle("GET /units/{id}/edit", s.editForm)
	cfg.Kit.Handle("POST /units/{id}/edit", s.edit)
	cfg.Kit.Handle("GET /cells", s.cells)
	return s, nil
}

func (s *Web) today() civil.Date { return civil.From(s.clock.Now()) }

// start gives who asks and reads the address's query into v. A query that none of
// our links or forms makes leads nowhere.
func start(r *http.Request, v any) (access.Actor, error) {
	who, err := access.Must(r.Context())
	if err != nil {
		return who, err
	}
	if err := web.DecodeQuery(r, v); err != nil {
		return who, fault.Wrap(err, fault.NotFound, "err.not_found")
	}
	return who, nil
}

// crumb is one step of the way to the page.
type crumb struct{ Href, Label string }

func unitHref(id int64) string { return "/units/" + strconv.FormatInt(id, 10) }
