package visitweb

import (
	"net/http"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/task"
	"chibo/visit"
)

// showData is the dot of show.html.
type showData struct {
	visit.View
	Crumbs  []crumb
	Form    *web.Form // of the answer
	Refused string
	Items   []remark
	Today   civil.Date
}

// remark is one as the page shows it.
type remark struct {
	visit.Remark
	Title     string
	TaskHref  string
	TaskState string // translation key; empty: kept from the reader
	TaskTone  string
}

// show answers GET /visits/{ref}.
func (h *Web) show(w http.ResponseWriter, r *http.Request) error {
	d, err := h.showData(r)
	if err != nil {
		return err
	}
	return h.pages.Render(w, r, "show.html", d)
}

func (h *Web) showData(r *http.Request) (d showData, err error) {
	who, ref, err := asked(r)
	if err != nil {
		return d, err
	}
	if d.View, err = h.svc.Open(r.Context(), who, ref); err != nil {
		return d, err
	}
	l := web.LangOf(r)
	d.Today = civil.From(h.svc.DB.Clock().Now())
	d.Form = web.NewForm(nil).Set("text", d.Visit.Answer)
	d.Crumbs = []crumb{{"/units/" + text(d.Cell.ID), d.Cell.Name}, {listHref(d.Cell.ID), l.T("visit.list.title")}, {"", l.Date(d.Day)}}
	for _, x := range d.Remarks {
		it := remark{Remark: x, Title: aspectName(h.set(d.Cell), l.Code(), x.Aspect)}
		if x.TaskID != 0 {
			at := ident.Ref{Part: ref.Part, ID: x.TaskID}
			it.TaskHref = "/tasks/" + at.String()
			t, _, err := h.tasks.Open(r.Context(), who, at)
			switch fault.KindOf(err) {
			case fault.Forbidden, fault.NotFound: // the cell keeps its tasks, or it is no more
			default:
				if err != nil {
					return d, err
				}
				it.state(t, d.Today)
			}
		}
		d.Items = append(d.Items, it)
	}
	return d, nil
}

func (it *remark) state(t task.Task, today civil.Date) {
	now := t.Now(today)
	it.TaskState = now.Key()
	switch {
	case now.CarriedOut():
		it.TaskTone = "ok"
	case now == task.Overdue || now == task.Undone:
		it.TaskTone = "bad"
	}
}

func asked(r *http.Request) (access.Actor, ident.Ref, error) {
	who, err := access.Must(r.Context())
	if err != nil {
		return who, ident.Ref{}, err
	}
	ref, err := web.Ref(r, "ref")
	return who, ref, err
}

type actForm struct {
	Text    string `form:"text"`
	Aspect  string `form:"aspect"`
	Version int    `form:"version"`
}

func (h *Web) do(w http.ResponseWriter, r *http.Request, flash string, act func(access.Actor, ident.Ref, actForm) error) error {
	who, ref, err := asked(r)
	if err != nil {
		return err
	}
	var f actForm
	if err = web.Decode(r, &f); err == nil {
		err = act(who, ref, f)
	}
	if err == nil {
		return web.SeeOther(w, r, visit.Visit{Ref: ref}.Href(), flash)
	}
	form, ok := web.Retry(r, err)
	if !ok {
		return err
	}
	d, err := h.showData(r)
	if err != nil {
		return err
	}
	if form.Values.Has("text") {
		d.Form = form
	} else {
		d.Refused = form.Message
	}
	return h.pages.RenderStatus(w, r, form.Status, "show.html", d)
}

func (h *Web) answer(w http.ResponseWriter, r *http.Request) error {
	return h.do(w, r, "visit.flash.answered", func(who access.Actor, ref ident.Ref, f actForm) error {
		return h.svc.Answer(r.Context(), who, ref, f.Text, f.Version)
	})
}

func (h *Web) toTask(w http.ResponseWriter, r *http.Request) error {
	return h.do(w, r, "visit.flash.task", func(who access.Actor, ref ident.Ref, f actForm) error {
		return h.svc.ToTask(r.Context(), who, ref, f.Aspect)
	})
}

func (h *Web) take(w http.ResponseWriter, r *http.Request) error {
	return h.do(w, r, "visit.flash.take", func(who access.Actor, ref ident.Ref, f actForm) error {
		return h.svc.Take(r.Context(), who, ref, f.Aspect)
	})
}

func (h *Web) done(w http.ResponseWriter, r *http.Request) error {
	return h.do(w, r, "visit.flash.done", func(who access.Actor, ref ident.Ref, f actForm) error {
		return h.svc.Done(r.Context(), who, ref, f.Aspect)
	})
}
