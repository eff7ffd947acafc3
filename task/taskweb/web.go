package taskweb

import (
	"context"
	"embed"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/task"
)

// Catalogue holds the texts of these pages and of the domain's errors.
//
//go:embed i18n/*.json
var Catalogue embed.FS

//go:embed pages/*.html
var pageFiles embed.FS

// Config says what the pages are made of.
type Config struct {
	Kit   *web.Kit      // required
	Tasks *task.Service // required
	// Decision gives the decision of which a task was made, whose files its page shows;
	// nil: none.
	Decision func(ctx context.Context, q db.Q, t task.Task) (ref ident.Ref, ok bool, err error)
}

// Web has the pages. Make it with New.
type Web struct {
	tasks    *task.Service
	pages    *web.Pages
	decision func(ctx context.Context, q db.Q, t task.Task) (ref ident.Ref, ok bool, err error)
}

// New makes the pages and adds their routes to the kit.
func New(cfg Config) (*Web, error) {
	pages, err := cfg.Kit.Pages(pageFiles)
	if err != nil {
		return nil, err
	}
	h := &Web{tasks: cfg.Tasks, pages: pages, decision: cfg.Decision}
	cfg.Kit.Handle("GET /tasks", h.own)
	cfg.Kit.Handle("POST /tasks/{ref}/report", h.report)
	cfg.Kit.Handle("GET /tasks/{ref}", h.show)
	cfg.Kit.Handle("POST /tasks/{ref}/change", h.change)
	cfg.Kit.Handle("POST /tasks/{ref}/conclude", h.conclude)
	cfg.Kit.Handle("GET /cells/{id}/tasks", h.cell)
	cfg.Kit.Handle("POST /cells/{id}/tasks", h.give)
	cfg.Kit.Handle("GET /cells/{id}/tasks/new", h.giveForm)
	cfg.Kit.Handle("GET /members/{ref}/tasks", h.year)
	return h, nil
}

func (h *Web) today() civil.Date { return civil.From(h.tasks.DB.Clock().Now()) }

// crumb is one step of the way to a page.
type crumb struct{ Href, Label string }
