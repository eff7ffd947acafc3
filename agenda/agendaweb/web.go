package agendaweb

import (
	"embed"
	"net/http"
	"net/url"
	"strconv"

	"chibo/access"
	"chibo/agenda"
	"chibo/internal/civil"
	"chibo/internal/i18n"
	"chibo/internal/web"
	"chibo/org"
	"chibo/rulebook"
)

// Catalogue holds the texts of these pages and of the domain's errors.
//
//go:embed i18n/*.json
var Catalogue embed.FS

//go:embed pages/*.html
var pageFiles embed.FS

// Config says what the pages are made of. All fields are required.
type Config struct {
	Kit     *web.Kit
	Agendas *agenda.Service
}

// Web has the pages. Make it with New.
type Web struct {
	svc   *agenda.Service
	pages *web.Pages
}

// New makes the pages and adds their routes to the kit.
func New(cfg Config) (*Web, error) {
	pages, err := cfg.Kit.Pages(pageFiles)
	if err != nil {
		return nil, err
	}
	h := &Web{svc: cfg.Agendas, pages: pages}
	cfg.Kit.Handle("GET /units/{id}/agendas", h.list)
	cfg.Kit.Handle("POST /units/{id}/agendas", h.save)
	cfg.Kit.Handle("GET /units/{id}/agendas/one", h.one)
	cfg.Kit.Handle("GET /units/{id}/agendas/edit", h.edit)
	cfg.Kit.Handle("POST /units/{id}/agendas/withdraw", h.withdraw)
	cfg.Kit.Handle("GET /units/{id}/guidance", h.guidances)
	cfg.Kit.Handle("POST /units/{id}/guidance", h.publish)
	cfg.Kit.Handle("GET /units/{id}/guidance/new", h.publishForm)
	cfg.Kit.Handle("GET /guidance/{id}", h.guidance)
	cfg.Kit.Handle("POST /guidance/{id}/withdraw", h.withdrawGuidance)
	return h, nil
}

// asked gives who asks and the id of the address.
func asked(r *http.Request) (access.Actor, int64, error) {
	who, err := access.Must(r.Context())
	if err != nil {
		return who, 0, err
	}
	id, err := web.ID(r, "id")
	return who, id, err
}

func (h *Web) today() civil.Date { return civil.From(h.svc.DB.Clock().Now()) }

// crumb is one step of the way to a page.
type crumb struct{ Href, Label string }

func text(n int64) string { return strconv.FormatInt(n, 10) }

func unitHref(id int64) string { return "/units/" + text(id) }

func agendasHref(id int64) string { return unitHref(id) + "/agendas" }

func guidanceHref(id int64) string { return unitHref(id) + "/guidance" }

// oneHref is the address of a template, or of the form that makes a new version of it.
func oneHref(unit int64, page, kind, cellType string) string {
	q := url.Values{"kind": {kind}}
	if cellType != "" {
		q.Set("type", cellType)
	}
	return agendasHref(unit) + "/" + page + "?" + q.Encode()
}

// crumbs leads from the unit, where the viewer may open its page.
func crumbs(who access.Actor, u org.Unit, more ...crumb) []crumb {
	if !org.CanSee(who, u) {
		return more
	}
	return append([]crumb{{unitHref(u.ID), u.Short}}, more...)
}

// words says codes of the rulebook in the reader's language.
type words struct {
	l   *i18n.Lang
	set rulebook.Set
}

func (w words) kind(code string) string {
	for _, k := range agenda.Kinds(w.set) {
		if k.Code == code {
			return kindTitle(w.l, k)
		}
	}
	return code
}

// kindTitle names a kind of meeting; the committee's is named by the body that meets.
func kindTitle(l *i18n.Lang, k rulebook.Choice) string {
	if k.Code == agenda.CellCommittee {
		return l.T("agenda.kind.cell_committee")
	}
	return k.Title.In(l.Code())
}

func titleOf(list []rulebook.Choice, code, lang string) string {
	for _, c := range list {
		if c.Code == code {
			return c.Title.In(lang)
		}
	}
	return ""
}

// typ names a type of cell; "" is every type.
func (w words) typ(code string) string {
	if t := titleOf(w.set.CellTypes(), code, w.l.Code()); t != "" {
		return t
	}
	return w.l.T("agenda.every_type")
}

func (w words) content(code string) string {
	for _, k := range w.set.ContentKinds() {
		if k.Code == code {
			return k.Title.In(w.l.Code())
		}
	}
	return ""
}

func (w words) speaker(code string) string {
	return titleOf(w.set.Choices("speaker.roles"), code, w.l.Code())
}

func options(list []rulebook.Choice, lang string) []web.Option {
	out := make([]web.Option, len(list))
	for i, c := range list {
		out[i] = web.Option{Value: c.Code, Label: c.Title.In(lang)}
	}
	return out
}

func (w words) contents() []web.Option {
	var out []web.Option
	for _, k := range w.set.ContentKinds() {
		out = append(out, web.Option{Value: k.Code, Label: k.Title.In(w.l.Code())})
	}
	return out
}

// origin says whose a template is and since when.
type origin struct {
	Name   string // of the unit; "" the rulebook's
	Href   string // of the unit's page of templates; "" none
	From   civil.Date
	Source string // the paper or the reason
	Status string // of the rulebook's: how sure its source is
	Own    bool   // the unit's own
}

func (w words) origin(t agenda.Template, unit int64) origin {
	if t.OrgID == 0 {
		return origin{Source: t.Rule.Cite(w.l.Code()), Status: t.Rule.Status.Title().In(w.l.Code())}
	}
	o := origin{Name: t.Short, From: t.From, Source: t.Source, Own: t.OrgID == unit}
	if !o.Own {
		o.Href = agendasHref(t.OrgID)
	}
	return o
}
