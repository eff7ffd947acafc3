package visitweb

import (
	"embed"
	"net/http"
	"strconv"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/meeting"
	"chibo/org"
	"chibo/rulebook"
	"chibo/task"
	"chibo/visit"
)

// Catalogue holds the texts of these pages, of the domain's errors and notices.
//
//go:embed i18n/*.json
var Catalogue embed.FS

//go:embed pages/*.html
var pageFiles embed.FS

// Config says what the pages are made of. All fields are required.
type Config struct {
	Kit    *web.Kit
	Visits *visit.Service
	Tasks  *task.Service
}

// Web has the pages. Make it with New.
type Web struct {
	svc   *visit.Service
	tasks *task.Service
	pages *web.Pages
}

// New makes the pages and adds their routes to the kit.
func New(cfg Config) (*Web, error) {
	pages, err := cfg.Kit.Pages(pageFiles)
	if err != nil {
		return nil, err
	}
	h := &Web{svc: cfg.Visits, tasks: cfg.Tasks, pages: pages}
	cfg.Kit.Handle("GET /cells/{id}/visits", h.list)
	cfg.Kit.Handle("GET /cells/{id}/visits/new", h.form)
	cfg.Kit.Handle("POST /cells/{id}/visits", h.leave)
	cfg.Kit.Handle("GET /units/{id}/visits", h.desk)
	cfg.Kit.Handle("GET /visits/{ref}", h.show)
	cfg.Kit.Handle("POST /visits/{ref}/answer", h.answer)
	cfg.Kit.Handle("POST /visits/{ref}/task", h.toTask)
	cfg.Kit.Handle("POST /visits/{ref}/take", h.take)
	cfg.Kit.Handle("POST /visits/{ref}/done", h.done)
	return h, nil
}

// Panels gives what other pages show, by the pattern of their address.
func (h *Web) Panels() map[string]web.PanelFunc {
	return map[string]web.PanelFunc{"GET /meetings/{ref}": h.beside}
}

// most is how many cards a list shows.
const most = 100

type crumb struct{ Href, Label string }

func text(n int64) string { return strconv.FormatInt(n, 10) }

func listHref(cell int64) string { return "/cells/" + text(cell) + "/visits" }

func (h *Web) set(cell org.Unit) rulebook.Set {
	return h.svc.Book.At(civil.From(h.svc.DB.Clock().Now()), cell.Path)
}

// aspectName names an aspect, also one that is no longer asked.
func aspectName(set rulebook.Set, lang, code string) string {
	for _, c := range set.Choices(rulebook.VisitAspects) {
		if c.Code == code {
			return c.Title.In(lang)
		}
	}
	return code
}

func unitOf(r *http.Request) (access.Actor, int64, error) {
	who, err := access.Must(r.Context())
	if err != nil {
		return who, 0, err
	}
	id, err := web.ID(r, "id")
	return who, id, err
}

// listData is the dot of list.html.
type listData struct {
	Cell   org.Unit
	Crumbs []crumb
	Items  []visit.Visit
	Leaves bool
}

// list answers GET /cells/{id}/visits.
func (h *Web) list(w http.ResponseWriter, r *http.Request) error {
	who, id, err := unitOf(r)
	if err != nil {
		return err
	}
	cell, list, err := h.svc.OfCell(r.Context(), who, id, most)
	if err != nil {
		return err
	}
	l := web.LangOf(r)
	return h.pages.Render(w, r, "list.html", listData{
		Cell: cell, Items: list, Leaves: visit.MayLeave(who, cell), Crumbs: []crumb{{"/units/" + text(id), cell.Name}, {"", l.T("visit.list.title")}},
	})
}

// formData is the dot of new.html.
type formData struct {
	Cell     org.Unit
	Crumbs   []crumb
	Form     *web.Form
	Aspects  []web.Option
	Meetings []web.Option // that were held lately; the last choice: none of them
	Draft    string
}

// meetingsMost is how many of the last meetings a visitor chooses from.
const meetingsMost = 6

func (h *Web) formData(r *http.Request) (d formData, err error) {
	who, id, err := unitOf(r)
	if err != nil {
		return d, err
	}
	l := web.LangOf(r)
	err = h.svc.DB.Read(r.Context(), func(q db.Q) error {
		if d.Cell, err = org.ByID(r.Context(), q, id); err != nil {
			return err
		}
		if !visit.MayLeave(who, d.Cell) {
			return access.ErrForbidden
		}
		held, err := meeting.HeldLately(r.Context(), q, d.Cell.PartID, id, meetingsMost)
		for _, m := range held {
			d.Meetings = append(d.Meetings, web.Option{Value: m.Ref.String(), Label: l.T("visit.new.meeting_of", "Day", l.Date(m.Day))})
		}
		return err
	})
	d.Meetings = append(d.Meetings, web.Option{Value: "", Label: l.T("visit.new.other")})
	for _, c := range h.set(d.Cell).Choices(rulebook.VisitAspects) {
		d.Aspects = append(d.Aspects, web.Option{Value: c.Code, Label: c.Title.In(l.Code())})
	}
	d.Draft = "visit-" + text(id)
	d.Crumbs = []crumb{{"/units/" + text(id), d.Cell.Name}, {listHref(id), l.T("visit.list.title")}, {"", l.T("visit.new.title")}}
	return d, err
}

// form answers GET /cells/{id}/visits/new.
func (h *Web) form(w http.ResponseWriter, r *http.Request) error {
	d, err := h.formData(r)
	if err != nil {
		return err
	}
	d.Form = web.NewForm(nil).Set("meeting", d.Meetings[0].Value)
	if m := r.URL.Query().Get("meeting"); m != "" {
		d.Form.Set("meeting", m)
	}
	return h.pages.Render(w, r, "new.html", d)
}

type leaveForm struct {
	Meeting string     `form:"meeting"`
	Day     civil.Date `form:"day"`
	Op      string     `form:"op"`
}

// leave answers POST /cells/{id}/visits.
func (h *Web) leave(w http.ResponseWriter, r *http.Request) error {
	who, id, err := unitOf(r)
	if err != nil {
		return err
	}
	var f leaveForm
	if err = web.Decode(r, &f); err == nil {
		in := visit.LeaveIn{CellID: id, Day: f.Day, Op: f.Op, Remarks: map[string]string{}}
		for _, c := range h.set(org.Unit{}).Choices(rulebook.VisitAspects) {
			in.Remarks[c.Code] = r.PostForm.Get(c.Code)
		}
		if f.Meeting != "" {
			in.Meeting, err = ident.ParseRef(f.Meeting)
		}
		var ref ident.Ref
		if err == nil {
			ref, err = h.svc.Leave(r.Context(), who, in)
		}
		if err == nil {
			return web.SeeOther(w, r, visit.Visit{Ref: ref}.Href(), "visit.flash.left")
		}
	}
	form, ok := web.Retry(r, err)
	if !ok {
		return err
	}
	d, err := h.formData(r)
	if err != nil {
		return err
	}
	d.Form = form
	return h.pages.RenderStatus(w, r, form.Status, "new.html", d)
}

// deskData is the dot of desk.html.
type deskData struct {
	visit.Desk
	Crumbs []crumb
	Today  civil.Date
	set    rulebook.Set
	lang   string
}

// Aspect names an aspect.
func (d deskData) Aspect(code string) string { return aspectName(d.set, d.lang, code) }

// desk answers GET /units/{id}/visits.
func (h *Web) desk(w http.ResponseWriter, r *http.Request) error {
	who, id, err := unitOf(r)
	if err != nil {
		return err
	}
	d := deskData{Today: civil.From(h.svc.DB.Clock().Now()), lang: web.LangOf(r).Code()}
	if d.Desk, err = h.svc.DeskOf(r.Context(), who, id, most); err != nil {
		return err
	}
	d.set = h.set(d.Unit)
	d.Crumbs = []crumb{{"/units/" + text(id), d.Unit.Name}, {"", web.LangOf(r).T("visit.desk.title")}}
	return h.pages.Render(w, r, "desk.html", d)
}

// beside stands on the page of a meeting: the cards left there, and for a visitor the way
// to leave one.
func (h *Web) beside(r *http.Request) ([]web.Panel, error) {
	who, err := access.Must(r.Context())
	if err != nil {
		return nil, err
	}
	ref, err := web.Ref(r, "ref")
	if err != nil {
		return nil, err
	}
	var m meeting.Meeting
	var cell org.Unit
	err = h.svc.DB.Read(r.Context(), func(q db.Q) error {
		if m, err = meeting.ByRef(r.Context(), q, ref); err != nil {
			return err
		}
		cell, err = org.ByID(r.Context(), q, m.OrgID)
		return err
	})
	if err != nil || m.Body != meeting.BodyCell || m.ClosedAt.IsZero() {
		return nil, err
	}
	list, err := h.svc.OfMeeting(r.Context(), who, cell, ref)
	if err != nil {
		return nil, err
	}
	l, leaves := web.LangOf(r), visit.MayLeave(who, cell)
	if len(list) == 0 && !leaves {
		return nil, nil
	}
	p := web.Panel{ID: "visits", Title: l.T("visit.panel.title")}
	for _, v := range list {
		row := web.PanelRow{Label: v.ByName, Href: v.Href(), Note: l.T("visit.panel.row", "Unit", v.UnitName, "Count", len(v.Remarks))}
		if v.Answer == "" {
			row.Tag, row.Tone = l.T("visit.panel.open"), "warn"
		}
		p.Rows = append(p.Rows, row)
	}
	if leaves {
		p.Text, p.Href, p.Action, p.Icon = l.T("visit.panel.leave"), listHref(cell.ID)+"/new?meeting="+ref.String(), l.T("visit.new.go"), "edit"
	}
	return []web.Panel{p}, nil
}
