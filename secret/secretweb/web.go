package secretweb

import (
	"context"
	"embed"
	"net/http"
	"slices"
	"strconv"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/web"
	"chibo/org"
	"chibo/secret"
)

// Catalogue holds the texts of these pages.
//
//go:embed i18n/*.json
var Catalogue embed.FS

//go:embed pages/*.html
var pageFiles embed.FS

// Web has the pages. Make it with New.
type Web struct {
	db    *db.DB
	pages *web.Pages
}

// New makes the pages and adds their routes to the kit.
func New(k *web.Kit, d *db.DB) (*Web, error) {
	pages, err := k.Pages(pageFiles)
	if err != nil {
		return nil, err
	}
	h := &Web{db: d, pages: pages}
	k.Handle("GET /units/{id}/secret-ballots", h.show)
	k.Handle("POST /units/{id}/secret-ballots", h.allow)
	k.Handle("POST /units/{id}/secret-ballots/{warrant}/withdraw", h.withdraw)
	return h, nil
}

// data is the dot of warrants.html.
type data struct {
	Unit     org.Unit
	Back     string
	Today    civil.Date
	List     []secret.Warrant
	InForce  *secret.Warrant // today, here or above; nil: all vote on paper
	Form     *web.Form
	MayAllow bool
}

// Open says whether a decision of the list is in force.
func (d data) Open(w secret.Warrant) bool { return w.To.IsZero() }

// Own says whether the decision in force stands in the list below.
func (d data) Own(w *secret.Warrant) bool {
	return slices.ContainsFunc(d.List, func(o secret.Warrant) bool { return o.ID == w.ID })
}

func (h *Web) show(w http.ResponseWriter, r *http.Request) error {
	return h.page(w, r, web.NewForm(nil))
}

func (h *Web) page(w http.ResponseWriter, r *http.Request, form *web.Form) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	d := data{Back: unitHref(id), Today: civil.From(h.db.Clock().Now()), Form: form}
	if err := h.db.Read(r.Context(), func(q db.Q) error { return d.read(r.Context(), q, who, id) }); err != nil {
		return err
	}
	if form.Value("from") == "" {
		form.Set("from", d.Today.Vi())
	}
	status := http.StatusOK
	if form.Status != 0 {
		status = form.Status
	}
	return h.pages.RenderStatus(w, r, status, "warrants.html", d)
}

func (d *data) read(ctx context.Context, q db.Q, who access.Actor, id int64) (err error) {
	if d.Unit, err = org.ByID(ctx, q, id); err != nil {
		return err
	}
	if _, err = access.For(who, access.FigureRead, d.Unit.Access()); err != nil {
		return err
	}
	d.MayAllow = secret.MayAllow(who, d.Unit)
	if d.List, err = secret.Warrants(ctx, q, d.Unit); err != nil {
		return err
	}
	w, ok, err := secret.WarrantOn(ctx, q, d.Unit, d.Today)
	if ok {
		d.InForce = &w
	}
	return err
}

func (h *Web) allow(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	var in struct {
		Decision string     `form:"decision"`
		From     civil.Date `form:"from"`
	}
	if err = web.Decode(r, &in); err == nil {
		err = secret.Allow(r.Context(), h.db, who, id, in.Decision, in.From)
	}
	if err != nil {
		form, ok := web.Retry(r, err)
		if !ok {
			return err
		}
		return h.page(w, r, form)
	}
	return web.SeeOther(w, r, unitHref(id)+"/secret-ballots", "secret.flash.allowed")
}

func (h *Web) withdraw(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	warrant, err := web.ID(r, "warrant")
	if err != nil {
		return err
	}
	if err := secret.Withdraw(r.Context(), h.db, who, id, warrant); err != nil {
		return err
	}
	return web.SeeOther(w, r, unitHref(id)+"/secret-ballots", "secret.flash.withdrawn")
}

func unitHref(id int64) string { return "/units/" + strconv.FormatInt(id, 10) }
