package notifyweb

import (
	"context"
	"embed"
	"net/http"
	"time"

	"chibo/access"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/i18n"
	"chibo/internal/web"
	"chibo/notify"
)

// Catalogue holds the texts of this page and of all kinds of notices.
//
//go:embed i18n/*.json
var Catalogue embed.FS

//go:embed pages/*.html
var pageFiles embed.FS

// Config says what the page is made of.
type Config struct {
	Kit *web.Kit // required
	DB  *db.DB   // required
}

// Web has the page. Make it with New.
type Web struct {
	db    *db.DB
	pages *web.Pages
}

// New makes the page and adds its routes to the kit.
func New(cfg Config) (*Web, error) {
	pages, err := cfg.Kit.Pages(pageFiles)
	if err != nil {
		return nil, err
	}
	s := &Web{db: cfg.DB, pages: pages}
	cfg.Kit.Handle("GET /notices", s.list)
	cfg.Kit.Handle("GET /notices/{id}", s.open)
	cfg.Kit.Handle("POST /notices/read", s.readAll)
	return s, nil
}

// shown is how many notices the page holds; older ones have done their work.
const shown = 100

// listData is the dot of notices.html.
type listData struct {
	Rows   []row
	Unread int // of all notices, also those not shown
}

type row struct {
	ID   int64
	Text string
	At   time.Time
	New  bool
}

func (s *Web) list(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	var items []notify.Item
	d := listData{}
	err = s.db.Read(r.Context(), func(q db.Q) error {
		if who.PersonID == 0 { // outside the register: told nothing
			return nil
		}
		if d.Unread, err = notify.Unread(r.Context(), q, who.PartID, who.PersonID); err != nil {
			return err
		}
		items, err = notify.List(r.Context(), q, who.PartID, who.PersonID, shown)
		return err
	})
	if err != nil {
		return err
	}
	l := web.LangOf(r)
	for _, i := range items {
		d.Rows = append(d.Rows, row{i.ID, text(l, i), i.At, !i.Read})
	}
	return s.pages.Render(w, r, "notices.html", d)
}

// text gives a notice's sentence in a language.
func text(l *i18n.Lang, i notify.Item) string {
	if !l.Has(i.Key()) {
		return l.T("notify.other")
	}
	return l.T(i.Key(), i.Args)
}

// open marks a notice as read and goes where it leads.
func (s *Web) open(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	href, err := s.mark(r.Context(), who, id)
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, href)
}

func (s *Web) mark(ctx context.Context, who access.Actor, id int64) (href string, err error) {
	err = s.db.WriteGrouped(ctx, func(tx *db.Tx) error {
		if href, err = notify.Href(ctx, tx, who.PartID, who.PersonID, id); err != nil {
			return err
		}
		if href = web.LocalPath(href); href == "" { // another person's, or gone
			return fault.New(fault.NotFound, "err.not_found")
		}
		return notify.MarkRead(ctx, tx, who.PartID, who.PersonID, id)
	})
	return href, err
}

func (s *Web) readAll(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	err = s.db.Write(r.Context(), func(tx *db.Tx) error {
		return notify.MarkRead(r.Context(), tx, who.PartID, who.PersonID)
	})
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/notices", "notify.all_read")
}
