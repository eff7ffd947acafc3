package taskweb

import (
	"context"
	"net/http"
	"strconv"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/web"
	"chibo/member"
	"chibo/org"
	"chibo/task"
)

// giveForm is what the form of work between meetings sends.
type giveForm struct {
	Title     string     `form:"title"`
	Product   string     `form:"product"`
	Assignees []int64    `form:"assignee"`
	Due       civil.Date `form:"due"`
	Kind      task.Kind  `form:"kind"`
}

// giveData is the dot of give.html.
type giveData struct {
	Cell   org.Unit
	Crumbs []crumb
	Form   *web.Form
	People []web.Option
	Kinds  []web.Option
}

func (h *Web) giveData(r *http.Request) (d giveData, err error) {
	who, err := access.Must(r.Context())
	if err != nil {
		return d, err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return d, err
	}
	err = h.tasks.DB.Read(r.Context(), func(q db.Q) error {
		if d.Cell, err = org.ByID(r.Context(), q, id); err != nil {
			return err
		}
		if !d.Cell.IsCell() {
			return org.ErrNotFound
		}
		if !task.MayGive(who, d.Cell) {
			return access.ErrForbidden
		}
		d.People, err = people(r.Context(), q, d.Cell, h.today())
		return err
	})
	l := web.LangOf(r)
	for _, k := range []task.Kind{task.Unplanned, task.Planned} {
		d.Kinds = append(d.Kinds, web.Option{Value: string(k), Label: l.T(k.Key())})
	}
	d.Crumbs = []crumb{{unitHref(d.Cell.ID), d.Cell.Short}, {cellHref(d.Cell.ID), l.T("task.cell.title")}, {"", l.T("task.give.title")}}
	return d, err
}

func unitHref(id int64) string { return "/units/" + strconv.FormatInt(id, 10) }

func cellHref(id int64) string { return "/cells/" + strconv.FormatInt(id, 10) + "/tasks" }

// people gives the members of a cell to choose from.
func people(ctx context.Context, q db.Q, cell org.Unit, day civil.Date) (out []web.Option, err error) {
	body, err := member.Body(ctx, q, cell.PartID, cell.ID, day)
	for _, m := range body {
		out = append(out, web.Option{Value: strconv.FormatInt(m.MembershipID, 10), Label: m.Name})
	}
	return out, err
}

func (h *Web) giveForm(w http.ResponseWriter, r *http.Request) error {
	d, err := h.giveData(r)
	if err != nil {
		return err
	}
	d.Form = web.NewForm(giveForm{Kind: task.Unplanned})
	return h.pages.Render(w, r, "give.html", d)
}

func (h *Web) give(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	var f giveForm
	if err = web.Decode(r, &f); err == nil {
		err = h.tasks.Give(r.Context(), who, task.GiveIn{
			CellID: id, Title: f.Title, Product: f.Product, Assignees: f.Assignees, Due: f.Due, Kind: f.Kind,
		})
	}
	if err == nil {
		return web.SeeOther(w, r, cellHref(id), "task.give.done")
	}
	form, ok := web.Retry(r, err)
	if !ok {
		return err
	}
	d, err := h.giveData(r)
	if err != nil {
		return err
	}
	d.Form = form
	return h.pages.RenderStatus(w, r, form.Status, "give.html", d)
}
