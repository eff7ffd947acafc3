package accessweb

import (
	"embed"
	"strconv"

	"chibo/account"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/i18n"
	"chibo/internal/web"
	"chibo/office"
	"chibo/org"
	"chibo/rulebook"
)

// Catalogue holds the texts of these pages.
//
//go:embed i18n/*.json
var Catalogue embed.FS

//go:embed pages/*.html
var pageFiles embed.FS

// Config says what the pages are made of.
type Config struct {
	Kit      *web.Kit         // required
	DB       *db.DB           // required
	Book     *rulebook.Book   // required
	Accounts *account.Service // required
	Offices  *office.Service  // required
}

// Web has the pages. Make it with New.
type Web struct {
	db       *db.DB
	book     *rulebook.Book
	accounts *account.Service
	offices  *office.Service
	pages    *web.Pages
}

// New makes the pages and adds their routes to the kit.
func New(cfg Config) (*Web, error) {
	pages, err := cfg.Kit.Pages(pageFiles)
	if err != nil {
		return nil, err
	}
	s := &Web{db: cfg.DB, book: cfg.Book, accounts: cfg.Accounts, offices: cfg.Offices, pages: pages}
	k := cfg.Kit
	k.Handle("GET /rights", s.hub)
	k.Handle("POST /rights", s.find)
	k.Handle("GET /rights/me", s.me)
	k.Handle("GET /rights/people/{ref}", s.person)
	k.Handle("GET /rights/units/{id}", s.unit)
	k.Handle("GET /rights/direct", s.directs)
	k.Handle("GET /rights/direct/new", s.directForm)
	k.Handle("POST /rights/direct", s.giveDirect)
	k.Handle("POST /rights/direct/{id}/end", s.endDirect)
	k.Handle("GET /standins", s.standins)
	k.Handle("GET /standins/new", s.standinForm)
	k.Handle("POST /standins", s.giveStandin)
	k.Handle("POST /standins/{id}/end", s.endStandin)
	k.Handle("GET /units/{id}/kept", s.kept)
	k.Handle("POST /units/{id}/kept", s.keep)
	return s, nil
}

func (s *Web) today() civil.Date { return civil.From(s.db.Clock().Now()) }

func errLost() error { return fault.New(fault.NotFound, "err.not_found") }

type crumb struct{ Href, Label string }

func text(id int64) string { return strconv.FormatInt(id, 10) }

// words says the rulebook's words in the reader's language.
type words struct {
	lang *i18n.Lang
	book *rulebook.Book
	day  civil.Date
}

func (s *Web) words(l *i18n.Lang, day civil.Date) words { return words{l, s.book, day} }

// post gives the name of a post in a unit: "Bí thư chi bộ".
func (n words) post(u org.Unit, title string) string {
	if o, ok := n.book.At(n.day, u.Path).Office(u.Kind, title); ok {
		return o.Title.In(n.lang.Code())
	}
	return n.lang.T("access.post.other")
}
