package taskweb

import (
	"context"
	"net/http"
	"slices"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/member"
	"chibo/org"
	"chibo/task"
)

// ownData is the dot of own.html.
type ownData struct {
	Open   []item // the nearest day first
	Judged []item // the latest first
	Late   int    // of Open, those that are overdue
	Told   int    // of Open, those that wait for the cell's judgement
	Cells  []org.Unit
	Lost   *web.Form // a refused report on a task that is not open here; nil for none
}

// Several says whether lines must name their cell.
func (d ownData) Several() bool { return len(d.Cells) > 1 }

// historyLimit is how many judged tasks the own page shows.
const historyLimit = 50

// own answers GET /tasks.
func (h *Web) own(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	data, err := h.desk(r.Context(), who, ident.Ref{}, nil)
	if err != nil {
		return err
	}
	return h.pages.Render(w, r, "own.html", data)
}

// desk gathers the tasks of a person. bad is the report on the task ref that was
// refused, nil when there is none.
func (h *Web) desk(ctx context.Context, who access.Actor, ref ident.Ref, bad *web.Form) (data ownData, err error) {
	day := h.today()
	err = h.tasks.DB.Read(ctx, func(q db.Q) error {
		list, err := memberships(ctx, q, who, day)
		if err != nil {
			return err
		}
		n := newNames(q)
		for _, m := range list {
			cell, err := org.ByID(ctx, q, m.CellID)
			if err != nil {
				return err
			}
			data.Cells = append(data.Cells, cell)
			if err := data.take(ctx, n, m, cell, day); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return ownData{}, err
	}
	data.sort()
	data.Lost = bad
	for i := range data.Open {
		o := &data.Open[i]
		if bad != nil && o.Ref == ref {
			o.Form, o.Bad, data.Lost = bad, true, nil
			continue
		}
		o.Form = web.NewForm(reportForm{Text: o.Progress, Done: o.Told()})
	}
	return data, nil
}

// take adds the tasks of one membership.
func (d *ownData) take(ctx context.Context, n names, m member.Membership, cell org.Unit, day civil.Date) error {
	tasks, err := task.Of(ctx, n.q, m.Part, m.ID)
	if err != nil {
		return err
	}
	for _, t := range tasks {
		i, err := n.item(ctx, t, day)
		if err != nil {
			return err
		}
		i.Cell = cell.Name
		if !i.Open() {
			d.Judged = append(d.Judged, i)
			continue
		}
		d.Open = append(d.Open, i)
		if i.Late() {
			d.Late++
		}
		if i.Told() {
			d.Told++
		}
	}
	return nil
}

// sort mixes the cells: what is still to be done before what was told as done.
func (d *ownData) sort() {
	slices.SortStableFunc(d.Open, func(a, b item) int {
		if a.Told() != b.Told() {
			if b.Told() {
				return -1
			}
			return 1
		}
		return a.Due.Compare(b.Due)
	})
	slices.SortStableFunc(d.Judged, func(a, b item) int { return b.Due.Compare(a.Due) })
	d.Judged = d.Judged[:min(len(d.Judged), historyLimit)]
}

// memberships gives where a person is a member on the day: in the cells of the own
// part, and as a guest in those of others, which only the rights tell.
func memberships(ctx context.Context, q db.Q, who access.Actor, day civil.Date) ([]member.Membership, error) {
	if who.PersonID == 0 {
		return nil, nil
	}
	list, err := member.ByPerson(ctx, q, who.PartID, who.PersonID, day)
	if err != nil {
		return nil, err
	}
	for _, g := range who.In(access.RoleMember) {
		if slices.ContainsFunc(list, func(m member.Membership) bool { return m.CellID == g.OrgID }) {
			continue
		}
		cell, err := org.ByID(ctx, q, g.OrgID)
		if err != nil {
			return nil, err
		}
		m, err := member.InCell(ctx, q, cell, who.PersonID, day)
		if err != nil && fault.KindOf(err) == fault.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		list = append(list, m)
	}
	return list, nil
}

// reportForm is a word on a task.
type reportForm struct {
	Text string `form:"text"`
	Done bool   `form:"done"`
}

// textMax is the longest word on a task, in characters.
const textMax = 2000

// report answers POST /tasks/{ref}/report.
func (h *Web) report(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	ref, err := web.Ref(r, "ref")
	if err != nil {
		return err
	}
	var in reportForm
	err = web.Decode(r, &in)
	if err == nil && len([]rune(in.Text)) > textMax {
		err = fault.Field("text", "task.err.text_long", "Max", textMax)
	}
	if err == nil {
		err = h.tasks.Report(r.Context(), who, ref, in.Text, in.Done)
	}
	if form, ok := web.Retry(r, err); ok {
		for i := range form.Problems {
			form.Problems[i].Field += "-" + ref.String() // several forms on the page
		}
		data, err := h.desk(r.Context(), who, ref, form)
		if err != nil {
			return err
		}
		return h.pages.RenderStatus(w, r, form.Status, "own.html", data)
	}
	if err != nil {
		return err
	}
	if in.Done {
		return web.SeeOther(w, r, "/tasks", "task.flash.done")
	}
	return web.SeeOther(w, r, "/tasks", "task.flash.kept")
}
