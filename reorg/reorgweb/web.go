package reorgweb

import (
	"cmp"
	"context"
	"embed"
	"net/http"
	"slices"
	"strconv"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/web"
	"chibo/org"
	"chibo/reorg"
)

// Catalogue holds the texts of these pages, of the domain's errors and of what other
// features say to a reorganisation.
//
//go:embed i18n/*.json
var Catalogue embed.FS

//go:embed pages/*.html
var pageFiles embed.FS

// Config says what the pages are made of. All fields are required.
type Config struct {
	Kit    *web.Kit
	Reorgs *reorg.Service
}

// Web has the pages. Make it with New.
type Web struct {
	reorgs *reorg.Service
	pages  *web.Pages
}

// New makes the pages and adds their routes to the kit.
func New(cfg Config) (*Web, error) {
	pages, err := cfg.Kit.Pages(pageFiles)
	if err != nil {
		return nil, err
	}
	h := &Web{reorgs: cfg.Reorgs, pages: pages}
	for route, handler := range map[string]web.HandlerFunc{
		"GET /reorganisations":                           h.list,
		"POST /reorganisations":                          h.create,
		"GET /reorganisations/{id}":                      h.act,
		"POST /reorganisations/{id}":                     h.save,
		"GET /reorganisations/{id}/steps/new":            h.newStep,
		"GET /reorganisations/{id}/steps/{step}":         h.editStep,
		"POST /reorganisations/{id}/steps":               h.putStep,
		"POST /reorganisations/{id}/steps/{step}/remove": h.dropStep,
		"GET /reorganisations/{id}/rehearsal":            h.rehearsal,
		"POST /reorganisations/{id}/start":               h.start,
		"POST /reorganisations/{id}/resume":              h.resume,
		"GET /reorganisations/{id}/undo":                 h.askUndo,
		"POST /reorganisations/{id}/undo":                h.undo,
		"POST /reorganisations/{id}/drop":                h.drop,
		"POST /reorganisations/{id}/again":               h.again,
	} {
		cfg.Kit.Handle(route, handler)
	}
	return h, nil
}

func (h *Web) today() civil.Date { return civil.From(h.reorgs.DB.Clock().Now()) }

func (h *Web) read(ctx context.Context, fn func(q db.Q) error) error {
	return h.reorgs.DB.Read(ctx, fn)
}

// asked gives who asks, and for which act.
func asked(r *http.Request) (access.Actor, int64, error) {
	who, err := access.Must(r.Context())
	if err != nil {
		return who, 0, err
	}
	id, err := web.ID(r, "id")
	return who, id, err
}

// crumb is one step of the way to a page.
type crumb struct{ Href, Label string }

func href(id int64) string { return "/reorganisations/" + idText(id) }

func idText(id int64) string { return strconv.FormatInt(id, 10) }

func unitHref(id int64) string { return "/units/" + idText(id) }

// listData is the dot of list.html.
type listData struct {
	Acts  []actLine
	Roots []web.Option // units in which the reader may begin an act
	Form  *web.Form
}

// actLine is an act of the list.
type actLine struct {
	reorg.Act
	Href, Root, Tone string
}

func toneOf(state string) string {
	switch state {
	case reorg.StateDone:
		return "ok"
	case reorg.StateStopped:
		return "bad"
	case reorg.StateRunning, reorg.StateUndoing:
		return "info"
	}
	return ""
}

func (h *Web) list(w http.ResponseWriter, r *http.Request) error {
	return h.showList(w, r, web.NewForm(nil))
}

func (h *Web) showList(w http.ResponseWriter, r *http.Request, f *web.Form) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	d := listData{Form: f}
	err = h.read(r.Context(), func(q db.Q) error { return d.read(r.Context(), q, who) })
	if err != nil {
		return err
	}
	return h.pages.RenderStatus(w, r, max(http.StatusOK, f.Status), "list.html", d)
}

func (d *listData) read(ctx context.Context, q db.Q, who access.Actor) error {
	tops, err := topsOf(ctx, q, who)
	if err != nil {
		return err
	}
	seen := map[int64]bool{}
	for _, top := range tops {
		d.Roots = append(d.Roots, web.Option{Value: idText(top.ID), Label: top.Name})
		scope, err := access.For(who, access.UnitManage, top.Access())
		if err != nil {
			return err
		}
		list, err := reorg.List(ctx, q, scope)
		if err != nil {
			return err
		}
		for _, a := range list {
			if seen[a.ID] {
				continue
			}
			seen[a.ID] = true
			root, err := org.ByID(ctx, q, a.OrgID)
			if err != nil {
				return err
			}
			d.Acts = append(d.Acts, actLine{Act: a, Href: href(a.ID), Root: root.Name, Tone: toneOf(a.State)})
		}
	}
	return nil
}

// topsOf gives the living units in which the actor may change the tree and that lie
// in no other one of them; ErrForbidden for an actor who may nowhere.
func topsOf(ctx context.Context, q db.Q, who access.Actor) ([]org.Unit, error) {
	var may []access.Grant
	for _, g := range who.Grants {
		alone := access.Actor{Grants: []access.Grant{g}}
		if g.Path != "" && alone.Can(access.UnitManage, access.Unit{ID: g.OrgID, Path: g.Path}) {
			may = append(may, g)
		}
	}
	if len(may) == 0 {
		return nil, access.ErrForbidden
	}
	slices.SortStableFunc(may, func(a, b access.Grant) int { return cmp.Compare(a.Path.Depth(), b.Path.Depth()) })
	var kept []access.Grant
	var out []org.Unit
	for _, g := range may {
		if slices.ContainsFunc(kept, func(k access.Grant) bool { return k.Path.Contains(g.Path) }) {
			continue
		}
		kept = append(kept, g)
		u, err := org.ByID(ctx, q, g.OrgID)
		if err != nil {
			return nil, err
		}
		if !u.Ended() {
			out = append(out, u)
		}
	}
	return out, nil
}

// headForm is the head of an act as it is typed.
type headForm struct {
	Root     int64      `form:"root"`
	Title    string     `form:"title"`
	BasisNo  string     `form:"basis_no"`
	BasisDay civil.Date `form:"basis_day"`
	BasisBy  string     `form:"basis_by"`
	Day      civil.Date `form:"day"`
	Remark   string     `form:"remark"`
}

func (f headForm) facts() reorg.Facts {
	return reorg.Facts{
		OrgID: f.Root, Title: f.Title, BasisNo: f.BasisNo, BasisDay: f.BasisDay, BasisBy: f.BasisBy, Day: f.Day, Remark: f.Remark,
	}
}

func (h *Web) create(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	var in headForm
	err = web.Decode(r, &in)
	var id int64
	if err == nil {
		id, err = h.reorgs.Draft(r.Context(), who, in.facts())
	}
	if err != nil {
		f, ok := web.Retry(r, err)
		if !ok {
			return err
		}
		return h.showList(w, r, f)
	}
	return web.SeeOther(w, r, href(id))
}

func notFound() error { return fault.New(fault.NotFound, "err.not_found") }
