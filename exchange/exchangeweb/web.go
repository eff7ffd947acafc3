package exchangeweb

import (
	"cmp"
	"context"
	"embed"
	"net/http"
	"slices"
	"strconv"

	"chibo/access"
	"chibo/exchange"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/web"
	"chibo/org"
)

// Catalogue holds the texts of these pages, and of the errors of exchange and of sheets.
//
//go:embed i18n/*.json
var Catalogue embed.FS

//go:embed pages/*.html
var pageFiles embed.FS

// Config says what the pages are made of.
type Config struct {
	Kit      *web.Kit          // required
	DB       *db.DB            // required
	Exchange *exchange.Service // required
}

// Web has the pages. Make it with New.
type Web struct {
	db    *db.DB
	svc   *exchange.Service
	pages *web.Pages
}

// New makes the pages and adds their routes to the kit.
func New(cfg Config) (*Web, error) {
	pages, err := cfg.Kit.Pages(pageFiles)
	if err != nil {
		return nil, err
	}
	s := &Web{db: cfg.DB, svc: cfg.Exchange, pages: pages}
	for pattern, h := range map[string]web.HandlerFunc{
		"GET /imports":                s.start,
		"POST /imports":               s.upload,
		"GET /import-sheets/{kind}":   s.template,
		"GET /imports/{ref}":          s.run,
		"POST /imports/{ref}/point":   s.point,
		"POST /imports/{ref}/columns": s.columns,
		"POST /imports/{ref}/rows":    s.correct,
		"POST /imports/{ref}/store":   s.store,
		"POST /imports/{ref}/cancel":  s.cancel,
		"POST /imports/{ref}/drop":    s.drop,
		"GET /imports/{ref}/columns":  s.again,
		"GET /imports/{ref}/errors":   s.errors,
		"GET /exports/{kind}":         s.ask,
		"POST /exports/{kind}/ask":    s.ask,
		"POST /exports/{kind}":        s.take,
	} {
		cfg.Kit.Handle(pattern, h)
	}
	return s, nil
}

func (s *Web) today() civil.Date { return civil.From(s.db.Clock().Now()) }

// words gives the texts of the reader's language.
func words(r *http.Request) exchange.Words {
	lang := web.LangOf(r)
	return lang.T
}

func idText(id int64) string {
	if id == 0 {
		return ""
	}
	return strconv.FormatInt(id, 10)
}

// unitMax is how many units a choice offers.
const unitMax = 1000

// targets gives the units into which the actor may import: the highest ones, and below
// them the grassroots organisations.
func (s *Web) targets(ctx context.Context, who access.Actor) ([]web.Option, error) {
	var out []web.Option
	err := s.db.Read(ctx, func(q db.Q) error {
		for _, g := range tops(who) {
			u, err := org.ByID(ctx, q, g.OrgID)
			if err != nil {
				return err
			}
			out = append(out, web.Option{Value: idText(u.ID), Label: u.Name})
			scope, err := access.For(who, access.RegisterImport, u.Access())
			if err != nil {
				return err
			}
			list, err := org.List(ctx, q, scope, org.Filter{
				Kinds: append(org.GrassrootsKinds(), org.KindCommuneParty, org.KindDistrict), Day: s.today(), Limit: unitMax,
			})
			if err != nil {
				return err
			}
			for _, x := range list {
				if x.ID != u.ID && len(out) < unitMax {
					out = append(out, web.Option{Value: idText(x.ID), Label: x.Name})
				}
			}
		}
		return nil
	})
	return out, err
}

// tops gives the grants that allow imports and lie in no other one, the highest first.
func tops(who access.Actor) []access.Grant {
	var may []access.Grant
	for _, g := range who.Grants {
		if g.Path != "" && (g.Role == access.RoleKeeper || g.Role == access.RoleAdmin) {
			may = append(may, g)
		}
	}
	slices.SortStableFunc(may, func(a, b access.Grant) int { return cmp.Compare(a.Path.Depth(), b.Path.Depth()) })
	var out []access.Grant
	for _, g := range may {
		if !slices.ContainsFunc(out, func(k access.Grant) bool { return k.Path.Contains(g.Path) }) {
			out = append(out, g)
		}
	}
	return out
}

// step is one of the four steps above a page.
type step struct {
	Text string // key
	Tone string // done, next, todo
	Href string
}

// steps gives the four with the current one, from 0.
func steps(at int) []step {
	out := []step{{Text: "exchange.step.file"}, {Text: "exchange.step.columns"}, {Text: "exchange.step.rows"}, {Text: "exchange.step.store"}}
	for i := range out {
		switch {
		case i < at:
			out[i].Tone = "done"
		case i == at:
			out[i].Tone = "next"
		default:
			out[i].Tone = "todo"
		}
	}
	return out
}
