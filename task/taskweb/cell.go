package taskweb

import (
	"context"
	"net/http"
	"strconv"

	"chibo/access"
	"chibo/attachment"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/org"
	"chibo/task"
)

// The tabs of a cell's tasks.
const (
	tabOpen    = "open"
	tabOverdue = "overdue"
	tabClosed  = "closed"
)

// cellLimit is how many tasks a tab shows at most.
const cellLimit = 200

// cellData is the dot of cell.html.
type cellData struct {
	Cell    org.Unit
	Crumbs  []crumb
	Tab     string
	Items   []item
	Open    int // of the cell, as the tabs count them
	Overdue int
	More    bool // there are more than the limit
	Gives   bool // the reader gives work between meetings
}

// Limit is how many tasks are shown at most.
func (cellData) Limit() int { return cellLimit }

// cell answers GET /cells/{id}/tasks?tab=.
func (h *Web) cell(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	data := cellData{Tab: r.URL.Query().Get("tab")}
	if data.Tab != tabOverdue && data.Tab != tabClosed {
		data.Tab = tabOpen
	}
	err = h.tasks.DB.Read(r.Context(), func(q db.Q) error { return data.read(r.Context(), q, who, id, h.today()) })
	if err != nil {
		return err
	}
	l := web.LangOf(r)
	data.Crumbs = []crumb{{"/units/" + strconv.FormatInt(data.Cell.ID, 10), data.Cell.Name}, {"", l.T("task.cell.title")}}
	return h.pages.Render(w, r, "cell.html", data)
}

func (d *cellData) read(ctx context.Context, q db.Q, who access.Actor, id int64, day civil.Date) (err error) {
	if d.Cell, err = org.ByID(ctx, q, id); err != nil {
		return err
	}
	if !task.CanSee(who, d.Cell) {
		return access.ErrForbidden
	}
	if !d.Cell.IsCell() {
		return fault.New(fault.NotFound, "err.not_found")
	}
	d.Gives = task.MayGive(who, d.Cell)
	scope, err := access.For(who, access.CellRead, d.Cell.Access())
	if err != nil {
		return err
	}
	if d.Open, d.Overdue, err = task.Counts(ctx, q, scope, day); err != nil {
		return err
	}
	tasks, err := d.tasks(ctx, q, scope, day)
	if err != nil {
		return err
	}
	if d.More = len(tasks) > cellLimit; d.More {
		tasks = tasks[:cellLimit]
	}
	return d.lines(ctx, q, tasks, day)
}

func (d *cellData) tasks(ctx context.Context, q db.Q, scope access.Scope, day civil.Date) ([]task.Task, error) {
	switch d.Tab {
	case tabOverdue:
		return task.List(ctx, q, scope, task.Filter{Overdue: true, Day: day, Limit: cellLimit + 1})
	case tabClosed:
		return task.ClosedOf(ctx, q, d.Cell.PartID, d.Cell.ID, cellLimit+1)
	}
	return task.OpenOf(ctx, q, d.Cell.PartID, d.Cell.ID, cellLimit+1)
}

func (d *cellData) lines(ctx context.Context, q db.Q, tasks []task.Task, day civil.Date) error {
	n := newNames(q)
	if err := n.meet(ctx, d.Cell.PartID, d.Cell.ID, day); err != nil {
		return err
	}
	files, err := attachment.Counts(ctx, n.q, d.Cell.PartID, attachment.Task, d.Cell.ID)
	if err != nil {
		return err
	}
	for _, t := range tasks {
		i, err := n.item(ctx, t, day)
		if err != nil {
			return err
		}
		if i.Who, err = n.who(ctx, ident.Ref{Part: t.Ref.Part, ID: t.AssigneeID}); err != nil {
			return err
		}
		i.Files = files[t.Ref.ID]
		d.Items = append(d.Items, i)
	}
	return nil
}
