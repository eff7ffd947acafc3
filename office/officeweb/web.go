package officeweb

import (
	"context"
	"embed"
	"fmt"
	"net/http"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/i18n"
	"chibo/internal/web"
	"chibo/office"
	"chibo/org"
	"chibo/rulebook"
)

// Catalogue holds the texts of these pages and of the errors of office.
//
//go:embed i18n/*.json
var Catalogue embed.FS

//go:embed pages/*.html
var pageFiles embed.FS

// Config says what the pages are made of.
type Config struct {
	Kit     *web.Kit        // required
	Offices *office.Service // required
}

// Web has the pages. Make it with New.
type Web struct {
	svc   *office.Service
	pages *web.Pages
}

// New makes the pages and adds their routes to the kit.
func New(cfg Config) (*Web, error) {
	pages, err := cfg.Kit.Pages(pageFiles)
	if err != nil {
		return nil, err
	}
	s := &Web{svc: cfg.Offices, pages: pages}
	k := cfg.Kit
	k.Handle("GET /units/{id}/offices", s.list)
	k.Handle("GET /units/{id}/offices/elect", s.electForm)
	k.Handle("POST /units/{id}/offices/elect", s.elect)
	k.Handle("GET /units/{id}/offices/appoint", s.appointForm)
	k.Handle("POST /units/{id}/offices/appoint", s.appoint)
	k.Handle("GET /units/{id}/offices/give", s.giveForm)
	k.Handle("POST /units/{id}/offices/give", s.give)
	k.Handle("GET /units/{id}/offices/term", s.termForm)
	k.Handle("POST /units/{id}/offices/term", s.term)
	k.Handle("GET /offices/{ref}/end", s.endForm)
	k.Handle("POST /offices/{ref}/end", s.end)
	return s, nil
}

func (s *Web) today() civil.Date { return civil.From(s.svc.DB.Clock().Now()) }

// crumb is one step of the way to the page.
type crumb struct{ Href, Label string }

// base is what every page here starts from.
type base struct {
	Unit   org.Unit
	Crumbs []crumb
	Form   *web.Form
}

// namer says the words of the rulebook in the reader's language.
type namer struct {
	lang *i18n.Lang
	set  rulebook.Set // of the day
	day  civil.Date
}

func (n namer) title(kind, code string) string {
	if o, ok := n.set.Office(kind, code); ok {
		return o.Title.In(n.lang.Code())
	}
	return n.lang.T("office.other")
}

func listHref(unit int64) string { return fmt.Sprintf("/units/%d/offices", unit) }

// may is a right of office's.
type may func(actor access.Actor, u org.Unit) bool

// open reads the unit that the address names, for an actor who may; more reads what
// else the page shows, in the same transaction.
func (s *Web) open(r *http.Request, allowed may, more func(ctx context.Context, q db.Q, who access.Actor, n namer, u org.Unit) error) (org.Unit, error) {
	who, err := access.Must(r.Context())
	if err != nil {
		return org.Unit{}, err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return org.Unit{}, err
	}
	var u org.Unit
	err = s.svc.DB.Read(r.Context(), func(q db.Q) error {
		if u, err = org.ByID(r.Context(), q, id); err != nil {
			return err
		}
		if !allowed(who, u) {
			return access.ErrForbidden
		}
		day := s.today()
		n := namer{web.LangOf(r), s.svc.Book.At(day, u.Path), day}
		return more(r.Context(), q, who, n, u)
	})
	return u, err
}

func errLost() error { return fault.New(fault.NotFound, "err.not_found") }

// way makes the crumbs of a page below the list of posts; last is its own name.
func way(r *http.Request, u org.Unit, last string) []crumb {
	l := web.LangOf(r)
	out := []crumb{{fmt.Sprintf("/units/%d", u.ID), u.Short}}
	if last == "" {
		return append(out, crumb{"", l.T("office.list.title")})
	}
	return append(out, crumb{listHref(u.ID), l.T("office.list.title")}, crumb{"", last})
}
