package qualityweb

import (
	"embed"

	"chibo/internal/web"
	"chibo/quality"
)

// Catalogue holds the texts of these pages and of the domain's errors.
//
//go:embed i18n/*.json
var Catalogue embed.FS

//go:embed pages/*.html pages/parts/*.html
var pageFiles embed.FS

// Config says what the pages are made of. Kit and Scores are required.
type Config struct {
	Kit    *web.Kit
	Scores *quality.Service
	Sample bool // marks tables that are taken out as sample data
}

// Web has the pages. Make it with New.
type Web struct {
	scores *quality.Service
	pages  *web.Pages
	sample bool
}

// New makes the pages and adds their routes to the kit.
func New(cfg Config) (*Web, error) {
	pages, err := cfg.Kit.Pages(pageFiles)
	if err != nil {
		return nil, err
	}
	h := &Web{scores: cfg.Scores, pages: pages, sample: cfg.Sample}
	cfg.Kit.Handle("GET /meetings/{ref}/score", h.show)
	cfg.Kit.Handle("POST /meetings/{ref}/score", h.save)
	cfg.Kit.Handle("POST /meetings/{ref}/score/propose", h.propose)
	cfg.Kit.Handle("POST /meetings/{ref}/score/points/{code}", h.point)
	cfg.Kit.Handle("POST /meetings/{ref}/score/confirm", h.confirm)
	cfg.Kit.Handle("POST /meetings/{ref}/score/decide", h.decide)
	cfg.Kit.Handle("POST /meetings/{ref}/score/settle", h.settle)
	cfg.Kit.Handle("GET /meetings/{ref}/score/talk", h.talk)
	cfg.Kit.Handle("POST /meetings/{ref}/score/dispute", h.say(actDispute, "quality.flash.disputed"))
	cfg.Kit.Handle("POST /meetings/{ref}/score/answer", h.say(actAnswer, "quality.flash.answered"))
	cfg.Kit.Handle("POST /meetings/{ref}/score/accept", h.say(actAccept, "quality.flash.accepted"))
	cfg.Kit.Handle("POST /meetings/{ref}/score/appeal", h.say(actAppeal, "quality.flash.appealed"))
	h.registerTables(cfg.Kit)
	h.registerSheets(cfg.Kit)
	h.registerRules(cfg.Kit)
	return h, nil
}

// crumb is one step of the way to a page.
type crumb struct{ Href, Label string }
