package taskweb

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"chibo/access"
	"chibo/account"
	"chibo/attachment"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/org"
	"chibo/task"
)

// changeForm is another day or another member.
type changeForm struct {
	Due      civil.Date `form:"due"`
	Assignee int64      `form:"assignee"`
	Reason   string     `form:"reason"`
	Version  int        `form:"version"`
}

// concludeForm is a verdict between meetings.
type concludeForm struct {
	Result  task.State `form:"result"`
	Note    string     `form:"note"`
	Version int        `form:"version"`
}

// showData is the dot of show.html.
type showData struct {
	item
	Unit     org.Unit
	Crumbs   []crumb
	Events   []eventView
	Gives    bool // the reader changes and judges it
	Reports  bool // the reader reports on it
	Change   *web.Form
	Conclude *web.Form
	People   []web.Option
	Results  []web.Option

	Judge       string // who judged it; "" nobody
	Decided     int    // files of the decision behind it
	DecidedHref string // "": no decision
}

// eventView is an event in words.
type eventView struct {
	task.Event
	Text string
}

func (h *Web) show(w http.ResponseWriter, r *http.Request) error {
	d, err := h.showData(r)
	if err != nil {
		return err
	}
	return h.pages.Render(w, r, "show.html", d)
}

func (h *Web) showData(r *http.Request) (d showData, err error) {
	ctx := r.Context()
	who, err := access.Must(ctx)
	if err != nil {
		return d, err
	}
	ref, err := web.Ref(r, "ref")
	if err != nil {
		return d, err
	}
	t, mine, err := h.tasks.Open(ctx, who, ref)
	if err != nil {
		return d, err
	}
	l, today := web.LangOf(r), h.today()
	err = h.tasks.DB.Read(ctx, func(q db.Q) error {
		n := newNames(q)
		if d.item, err = n.item(ctx, t, today); err != nil {
			return err
		}
		if d.Who, err = n.who(ctx, ident.Ref{Part: ref.Part, ID: t.AssigneeID}); err != nil {
			return err
		}
		if d.Unit, err = org.ByID(ctx, q, t.CellID); err != nil {
			return err
		}
		files, err := attachment.List(ctx, q, attachment.Of{Owner: attachment.Task, Ref: ref})
		if err != nil {
			return err
		}
		d.Files = len(files)
		if err := h.decided(ctx, q, t, &d); err != nil {
			return err
		}
		events, err := task.Events(ctx, q, ref)
		if err != nil {
			return err
		}
		for _, e := range events {
			d.Events = append(d.Events, eventView{e, eventText(l.T, e)})
		}
		if d.Judge, err = judge(ctx, q, t); err != nil {
			return err
		}
		d.People, err = people(ctx, q, d.Unit, today)
		return err
	})
	d.Gives, d.Reports = task.MayGive(who, d.Unit) && t.State == task.Open, mine
	d.Change = web.NewForm(changeForm{Due: t.Due, Assignee: t.AssigneeID, Version: t.Version})
	d.Conclude = web.NewForm(concludeForm{Result: task.ReviewRow{Task: t, Before: t.Now(today)}.Proposed(), Version: t.Version})
	for _, s := range []task.State{task.Done, task.Late, task.Beyond, task.Undone} {
		d.Results = append(d.Results, web.Option{Value: string(s), Label: l.T(s.Key())})
	}
	d.Crumbs = []crumb{{unitHref(d.Unit.ID), d.Unit.Short}, {cellHref(d.Unit.ID), l.T("task.cell.title")}, {"", l.T("task.show.title")}}
	return d, err
}

// judge names who judged a task: between meetings, or in one, where the cell judges and
// somebody notes it.
func judge(ctx context.Context, q db.Q, t task.Task) (string, error) {
	if t.State == task.Open || t.JudgedBy == 0 {
		return "", nil
	}
	a, err := account.ByID(ctx, q, t.JudgedBy)
	if errors.Is(err, account.ErrNone) {
		return "", nil
	}
	return a.Name, err
}

// decided finds the files of the decision behind the task.
func (h *Web) decided(ctx context.Context, q db.Q, t task.Task, d *showData) error {
	if h.decision == nil {
		return nil
	}
	ref, ok, err := h.decision(ctx, q, t)
	if err != nil || !ok {
		return err
	}
	files, err := attachment.List(ctx, q, attachment.Of{Owner: attachment.Decision, Ref: ref})
	d.Decided, d.DecidedHref = len(files), "/decisions/"+ref.String()+"/files"
	return err
}

func eventText(t func(key string, args ...any) string, e task.Event) string {
	vi := func(day string) string {
		d, err := civil.Parse(day)
		if err != nil {
			return day
		}
		return d.Vi()
	}
	switch e.Kind {
	case task.EventGiven:
		return t("task.event.given")
	case task.EventReport:
		return t("task.event.report")
	case task.EventDue:
		return t("task.event.due", "Was", vi(e.Was), "Became", vi(e.Became))
	case task.EventHolder:
		return t("task.event.assignee", "Was", e.Was, "Became", e.Became)
	}
	return t("task.event.verdict", "Result", t(task.State(e.Became).Key()))
}

func (h *Web) change(w http.ResponseWriter, r *http.Request) error {
	var f changeForm
	return h.act(w, r, &f, "task.change.done", func(who access.Actor, ref ident.Ref) error {
		return h.tasks.Change(r.Context(), who, ref, task.ChangeIn{Due: f.Due, Assignee: f.Assignee, Reason: f.Reason, Version: f.Version})
	}, func(d *showData, form *web.Form) { d.Change = form })
}

func (h *Web) conclude(w http.ResponseWriter, r *http.Request) error {
	var f concludeForm
	return h.act(w, r, &f, "task.conclude.done", func(who access.Actor, ref ident.Ref) error {
		return h.tasks.Conclude(r.Context(), who, ref, task.ConcludeIn{Result: f.Result, Note: f.Note, Version: f.Version})
	}, func(d *showData, form *web.Form) { d.Conclude = form })
}

// act decodes a form of the page and does what it asks; what is refused comes back with
// the page, at the form it belongs to.
func (h *Web) act(w http.ResponseWriter, r *http.Request, form any, done string, do func(access.Actor, ident.Ref) error, put func(*showData, *web.Form)) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	ref, err := web.Ref(r, "ref")
	if err != nil {
		return err
	}
	if err = web.Decode(r, form); err == nil {
		err = do(who, ref)
	}
	if err == nil {
		return web.SeeOther(w, r, "/tasks/"+ref.String(), done)
	}
	back, ok := web.Retry(r, err)
	if !ok {
		return err
	}
	d, err := h.showData(r)
	if err != nil {
		return err
	}
	back.Set("version", strconv.Itoa(d.Version)) // sent again, it means what is shown now
	put(&d, back)
	return h.pages.RenderStatus(w, r, back.Status, "show.html", d)
}
