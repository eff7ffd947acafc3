package workplanweb

import (
	"context"
	"net/http"
	"strconv"

	"chibo/access"
	"chibo/document"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/i18n"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/meeting"
	"chibo/workplan"
)

// planData is the dot of plan.html.
type planData struct {
	workplan.View
	Crumbs   []crumb
	Form     *web.Form // of the approval
	Rows     []lineView
	Months   []monthView // for a phone
	Changed  []stepView  // since the approval
	Trail    []stepView  // of the draft
	Meetings []web.Option
	Papers   []document.Document
	Makes    bool // the reader issues the paper
	By       *meeting.Meeting
	Prev     string
	Next     string
}

// lineView is an item as a line of the page.
type lineView struct {
	workplan.Line
	No   int
	When string
	Kind string
	Tone string
}

// monthView is a month of a phone's page, with the items that begin in it, or, in the
// present month, with all that are due.
type monthView struct {
	Month civil.Month
	Lines []lineView
	Now   bool
	Done  int
	Late  int
}

// stepView is an act in words.
type stepView struct {
	workplan.Step
	Text string
}

// plan answers GET /cells/{id}/workplan?year=.
func (h *Web) plan(w http.ResponseWriter, r *http.Request) error {
	d, err := h.planData(r, nil)
	if err != nil {
		return err
	}
	return h.pages.Render(w, r, "plan.html", d)
}

// meetingsMost is how many held meetings a form offers.
const meetingsMost = 15

func (h *Web) planData(r *http.Request, form *web.Form) (d planData, err error) {
	who, id, year, err := h.asked(r)
	if err != nil {
		return d, err
	}
	l := web.LangOf(r)
	err = h.svc.DB.Read(r.Context(), func(q db.Q) error {
		if d.View, err = h.svc.OpenIn(r.Context(), q, who, id, year); err != nil {
			return err
		}
		return d.around(r.Context(), q, l)
	})
	if err != nil {
		return d, err
	}
	d.rows(l)
	d.Makes = d.View.Approve && d.Plan.Approved() && h.meetings != nil
	d.Crumbs = crumbs(l, d.View, "")
	d.Prev = workplan.Href(id, year-1)
	if year <= d.Today.Year() {
		d.Next = workplan.Href(id, year+1)
	}
	if d.Form = form; form == nil {
		f := approveForm{Day: d.Today}
		for _, t := range d.Taken {
			if !t.Day.IsZero() {
				f.Meeting = t.Meeting.ID
			}
		}
		d.Form = web.NewForm(f)
	}
	return d, nil
}

// around reads what other features have beside the plan.
func (d *planData) around(ctx context.Context, q db.Q, l *i18n.Lang) error {
	if d.Plan.Ref.ID == 0 || d.Hidden {
		return nil
	}
	var err error
	if d.View.Approve && !d.Plan.Approved() {
		if d.Meetings, err = held(ctx, q, l, d.View); err != nil {
			return err
		}
	}
	if d.Plan.MeetingID != 0 {
		m, err := meeting.ByRef(ctx, q, ident.Ref{Part: d.Plan.Ref.Part, ID: d.Plan.MeetingID})
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		if err == nil {
			d.By = &m
		}
	}
	d.Papers, err = document.ByOwner(ctx, q, d.Plan.Ref.Part, meeting.OwnerWorkPlan, d.Plan.Ref.ID)
	return err
}

// held gives the last meetings of a cell that were held, to choose from.
func held(ctx context.Context, q db.Q, l *i18n.Lang, v workplan.View) (out []web.Option, err error) {
	list, err := meeting.HeldLately(ctx, q, v.Cell.PartID, v.Cell.ID, meetingsMost)
	for _, m := range list {
		title := m.Kind
		if k, ok := v.Set.MeetingKind(m.Kind); ok {
			title = k.Title.In(l.Code())
		}
		out = append(out, web.Option{Value: text(m.Ref.ID), Label: l.T("workplan.meeting", "Day", l.Date(m.Day), "Kind", title)})
	}
	return out, err
}

func (d *planData) rows(l *i18n.Lang) {
	no := 0
	byMonth := map[civil.Month]*monthView{}
	now := d.Today.Month()
	for m := civil.Month(d.Year*100 + 1); m.Year() == d.Year; m = m.Add(1) {
		d.Months = append(d.Months, monthView{Month: m, Now: m == now})
	}
	for i := range d.Months {
		byMonth[d.Months[i].Month] = &d.Months[i]
	}
	for _, x := range d.Lines {
		v := lineView{Line: x, When: span(l, x.From, x.To), Kind: contentName(l, d.View, x.Content), Tone: tone(x.State)}
		if x.Dropped == "" {
			no++
			v.No = no
		}
		d.Rows = append(d.Rows, v)
		m := byMonth[x.From]
		if now.Year() == d.Year && x.In(now) {
			m = byMonth[now]
		}
		if m == nil {
			continue
		}
		m.Lines = append(m.Lines, v)
		switch x.State {
		case workplan.StateDone:
			m.Done++
		case workplan.StateLate:
			m.Late++
		}
	}
	for _, s := range d.Changes() {
		d.Changed = append(d.Changed, stepOf(l, d.View, s))
	}
	if !d.Plan.Approved() {
		for _, s := range d.View.Steps {
			d.Trail = append(d.Trail, stepOf(l, d.View, s))
		}
	}
}

// stepOf puts an act into words.
func stepOf(l *i18n.Lang, v workplan.View, s workplan.Step) stepView {
	was, became := s.Was, s.Became
	switch s.Kind {
	case workplan.StepMonths, workplan.StepAdd, workplan.StepBack, workplan.StepDrop:
		was, became = monthsOf(l, was), monthsOf(l, became)
	case workplan.StepContent:
		was, became = contentName(l, v, was), contentName(l, v, became)
	case workplan.StepWho:
		if was == "" {
			was = l.T("workplan.nobody")
		}
		if became == "" {
			became = l.T("workplan.nobody")
		}
	case workplan.StepResult:
		became = l.T("workplan.result." + s.Became)
	case workplan.StepApprove:
		if day, err := civil.Parse(became); err == nil {
			became = l.Date(day)
		}
	}
	return stepView{s, l.T("workplan.step."+s.Kind, "Title", s.Title, "Was", was, "Became", became)}
}

// monthsOf reads the months of a step: "202703-202705".
func monthsOf(l *i18n.Lang, code string) string {
	if len(code) != len("202703-202705") {
		return code
	}
	from, err := strconv.Atoi(code[:6])
	to, err2 := strconv.Atoi(code[7:])
	if err != nil || err2 != nil {
		return code
	}
	return span(l, civil.Month(from), civil.Month(to))
}

// approveForm is what the form of the approval sends.
type approveForm struct {
	Meeting int64      `form:"meeting"`
	Day     civil.Date `form:"day"`
	Note    string     `form:"note"`
	Version int        `form:"version"`
	Op      string     `form:"op"`
}

// approve answers POST /cells/{id}/workplan/approve.
func (h *Web) approve(w http.ResponseWriter, r *http.Request) error {
	who, id, year, err := h.asked(r)
	if err != nil {
		return err
	}
	var f approveForm
	if err = web.Decode(r, &f); err == nil {
		err = h.svc.Approve(r.Context(), who, workplan.ApproveIn{
			CellID: id, Year: year, MeetingID: f.Meeting, Day: f.Day, Note: f.Note, Version: f.Version, Op: f.Op,
		})
	}
	if err == nil {
		return web.SeeOther(w, r, workplan.Href(id, year), "workplan.flash.approved")
	}
	return h.planAgain(w, r, err)
}

// planAgain shows the plan with the refused form of the approval.
func (h *Web) planAgain(w http.ResponseWriter, r *http.Request, err error) error {
	form, ok := web.Retry(r, err)
	if !ok {
		return err
	}
	d, err := h.planData(r, form)
	if err != nil {
		return err
	}
	return h.pages.RenderStatus(w, r, form.Status, "plan.html", d)
}

// takeLast answers POST /cells/{id}/workplan/last.
func (h *Web) takeLast(w http.ResponseWriter, r *http.Request) error {
	who, id, year, err := h.asked(r)
	if err != nil {
		return err
	}
	if _, err = h.svc.TakeLast(r.Context(), who, id, year, r.FormValue("op")); err != nil {
		return h.planAgain(w, r, err)
	}
	return web.SeeOther(w, r, workplan.Href(id, year), "workplan.flash.last")
}

// paper answers POST /cells/{id}/workplan/paper: the plan as a paper of the cell.
func (h *Web) paper(w http.ResponseWriter, r *http.Request) error {
	who, id, year, err := h.asked(r)
	if err != nil {
		return err
	}
	if h.meetings == nil {
		return workplan.ErrNotFound
	}
	doc, err := h.meetings.IssueWorkPlan(r.Context(), who, id, year, r.FormValue("op"))
	if err != nil {
		return h.planAgain(w, r, err)
	}
	return web.SeeOther(w, r, "/documents/"+doc.Ref.String(), "workplan.flash.paper")
}

// yearlyData is the dot of yearly.html.
type yearlyData struct {
	workplan.View
	Crumbs    []crumb
	Form      *web.Form
	Occasions []occasionView
}

// occasionView is a yearly matter to choose.
type occasionView struct {
	Code, Title, Product, When, Rule string
	Local                            bool
	There                            bool // it is in the plan
}

func (h *Web) yearlyData(r *http.Request, form *web.Form) (d yearlyData, err error) {
	who, id, year, err := h.asked(r)
	if err != nil {
		return d, err
	}
	if d.View, err = h.svc.Open(r.Context(), who, id, year); err != nil {
		return d, err
	}
	if !d.Write {
		return d, access.ErrForbidden
	}
	l := web.LangOf(r)
	for _, o := range d.Set.Occasions(d.Cell.Type) {
		v := occasionView{Code: o.Code, Title: o.Title.In(l.Code()), Product: o.Product.In(l.Code()), Local: o.Local, Rule: o.Fact}
		for i, m := range o.Months {
			if i > 0 {
				v.When += ", "
			}
			v.When += span(l, civil.Month(year*100+m.From), civil.Month(year*100+m.To))
		}
		for _, x := range d.Lines {
			v.There = v.There || x.Source == o.Code
		}
		d.Occasions = append(d.Occasions, v)
	}
	d.Crumbs = crumbs(l, d.View, l.T("workplan.yearly.title"))
	if d.Form = form; form == nil {
		d.Form = web.NewForm(nil)
	}
	return d, nil
}

// yearly answers GET /cells/{id}/workplan/yearly?year=.
func (h *Web) yearly(w http.ResponseWriter, r *http.Request) error {
	d, err := h.yearlyData(r, nil)
	if err != nil {
		return err
	}
	return h.pages.Render(w, r, "yearly.html", d)
}

// takeYearly answers POST /cells/{id}/workplan/yearly.
func (h *Web) takeYearly(w http.ResponseWriter, r *http.Request) error {
	who, id, year, err := h.asked(r)
	if err != nil {
		return err
	}
	var f struct {
		Codes []string `form:"codes"`
		Op    string   `form:"op"`
	}
	if err = web.Decode(r, &f); err == nil {
		_, err = h.svc.TakeOccasions(r.Context(), who, id, year, f.Codes, f.Op)
	}
	if err == nil {
		return web.SeeOther(w, r, workplan.Href(id, year), "workplan.flash.yearly")
	}
	form, ok := web.Retry(r, err)
	if !ok {
		return err
	}
	d, err := h.yearlyData(r, form)
	if err != nil {
		return err
	}
	return h.pages.RenderStatus(w, r, form.Status, "yearly.html", d)
}
