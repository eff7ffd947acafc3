package admissionweb

import (
	"net/http"
	"slices"
	"strconv"

	"chibo/access"
	"chibo/admission"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/org"
)

// boardLimit is how many dossiers a page of the board shows.
const boardLimit = 50

// The tabs of a board.
const (
	tabMine  = "mine"
	tabAll   = "all"
	tabLate  = "late"
	tabStill = "still"
)

// boardData is the dot of board.html.
type boardData struct {
	Unit    org.Unit
	Crumbs  []crumb
	Tab     string
	Step    string // narrows the list; "" all
	Items   []item
	Counts  []countRow
	Waiting int
	Late    int
	Serves  bool
	Names   bool                // the reader sees names
	Still   []admission.Stalled // of one page
	Stalled int                 // all of them
	Unsaid  int                 // of them without a reason
	Prev    string
	Years   int
	Next    string // address of the next page; "" none
}

// countRow is a step with how many wait there.
type countRow struct {
	admission.Count
	Title string
	Href  string
	Days  int // that the one waits which waits longest
}

// board answers GET /units/{id}/admission?tab=&step=.
func (h *Web) board(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	l := web.LangOf(r)
	var d boardData
	err = h.svc.DB.Read(r.Context(), func(q db.Q) error {
		if d.Unit, err = h.svc.UnitOf(r.Context(), q, who, id); err != nil || d.Unit.IsCell() {
			return err
		}
		d.Serves, d.Names = admission.MayServe(who, d.Unit), admission.MayName(who, d.Unit)
		return d.read(r, q, h, who, l.Code())
	})
	if err != nil {
		return err
	}
	if d.Unit.IsCell() && admission.MayList(who.Quiet(), d.Unit) {
		return web.SeeOther(w, r, admission.ListHref(id))
	}
	d.Crumbs = []crumb{{unitHref(d.Unit.ID), d.Unit.Short}, {"", l.T("admission.board.title")}}
	return h.pages.Render(w, r, "board.html", d)
}

func (d *boardData) read(r *http.Request, q db.Q, h *Web, who access.Actor, lang string) error {
	query := r.URL.Query()
	set, today := h.svc.Book.At(h.today(), d.Unit.Path), h.today()
	counts, err := h.svc.CountsOf(r.Context(), q, who, d.Unit, today)
	if err != nil {
		return err
	}
	base := admission.BoardHref(d.Unit.ID)
	for _, c := range counts {
		d.Waiting, d.Late = d.Waiting+c.Waiting, d.Late+c.Late
		d.Counts = append(d.Counts, countRow{
			Count: c, Title: stepTitle(lang, set, c.Step), Href: base + "?tab=all&step=" + c.Step, Days: today.Sub(c.Oldest),
		})
	}
	d.Tab, d.Step = query.Get("tab"), query.Get("step")
	f := admission.Filter{Limit: boardLimit + 1, After: after(query.Get("due"), query.Get("ref"))}
	switch d.Tab {
	case tabAll:
		f.Step = d.Step
	case tabLate:
		f.Late = today
	case tabStill:
		return d.stalled(r, q, h, who)
	default:
		if d.Tab = tabMine; !d.Serves {
			d.Tab = tabAll
			break
		}
		f.Holder = d.Unit.ID
	}
	lines, err := h.svc.Board(r.Context(), q, who, d.Unit, f)
	if len(lines) > boardLimit {
		lines = lines[:boardLimit]
		at := lines[boardLimit-1].Cursor()
		d.Next = base + "?tab=" + d.Tab + "&step=" + d.Step + "&due=" + at.Due + "&ref=" + at.Ref.String()
	}
	d.Items = h.items(lang, set, lines)
	return err
}

// stalled reads the cells without an admission for years, those that have not said why first,
// page by page.
func (d *boardData) stalled(r *http.Request, q db.Q, h *Web, who access.Actor) error {
	list, years, err := h.svc.StalledIn(r.Context(), q, who, d.Unit, h.today())
	unsaid := func(x admission.Stalled) int {
		if x.Unsaid() {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(list, func(a, b admission.Stalled) int { return unsaid(a) - unsaid(b) })
	for _, x := range list {
		d.Unsaid += 1 - unsaid(x)
	}
	page, _ := strconv.Atoi(r.URL.Query().Get("page")) // of no sense: the first
	page = min(max(page, 1), max((len(list)+boardLimit-1)/boardLimit, 1))
	at := func(n int) string {
		return admission.BoardHref(d.Unit.ID) + "?tab=" + tabStill + "&page=" + strconv.Itoa(n)
	}
	if page > 1 {
		d.Prev = at(page - 1)
	}
	if page*boardLimit < len(list) {
		d.Next = at(page + 1)
	}
	d.Years, d.Stalled, d.Still = years, len(list), list[(page-1)*boardLimit:min(page*boardLimit, len(list))]
	return err
}

// after reads the place of the last line; one that makes no sense is the beginning.
func after(due, ref string) admission.Cursor {
	at, err := ident.ParseRef(ref)
	if err != nil || due == "" {
		return admission.Cursor{}
	}
	return admission.Cursor{Due: due, Ref: at}
}

// planForm is a unit's plan as it is typed.
type planForm struct {
	Year     int        `form:"year"`
	Q1       int        `form:"q1"`
	Q2       int        `form:"q2"`
	Q3       int        `form:"q3"`
	Q4       int        `form:"q4"`
	Sources  int        `form:"sources"`
	Text     string     `form:"text"`
	None     bool       `form:"none"`
	Reason   string     `form:"reason"`
	NextStep string     `form:"next_step"`
	NextOn   civil.Date `form:"next_on"`
	BaseOn   civil.Date `form:"base_on"`
	Base     int        `form:"base"`
	Version  int        `form:"version"`
}

// planData is the dot of plan.html.
type planData struct {
	admission.Progress
	Crumbs   []crumb
	Form     *web.Form
	Keeping  *web.Form
	Quarters []quarterView
	Cite     string // of the usual rate
	KeepCite string
	HasRate  bool
}

// quarterView is a quarter with plan and admissions up to its end.
type quarterView struct {
	No, Planned, Done int
	Now               bool
	Tone              string
}

func (h *Web) planData(r *http.Request) (d planData, err error) {
	who, err := access.Must(r.Context())
	if err != nil {
		return d, err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return d, err
	}
	year, err := strconv.Atoi(r.URL.Query().Get("year"))
	if now := h.today().Year(); err != nil || year < now-10 || year > now+1 {
		year = now
	}
	if d.Progress, err = h.svc.PlanFor(r.Context(), who, id, year); err != nil {
		return d, err
	}
	l := web.LangOf(r)
	for i := range 4 {
		v := quarterView{No: i + 1, Planned: d.Plan.Quarters[i], Done: d.Done[i], Now: d.Quarter == i+1}
		if d.Version > 0 && i+1 < d.Quarter {
			if v.Tone = "ok"; v.Done < v.Planned {
				v.Tone = "warn"
			}
		}
		d.Quarters = append(d.Quarters, v)
	}
	_, d.HasRate = d.Percent()
	if d.RateRule.Key != "" {
		d.Cite = d.RateRule.Cite(l.Code())
	}
	d.KeepCite = d.KeepRule.Cite(l.Code())
	back := crumb{admission.BoardHref(id), l.T("admission.board.title")}
	if d.Unit.IsCell() {
		back = crumb{admission.ListHref(id), l.T("admission.cell.title")}
	}
	d.Crumbs = []crumb{{unitHref(id), d.Unit.Short}, back, {"", l.T("admission.plan.title", "Year", year)}}
	p := d.Plan
	d.Form = web.NewForm(planForm{
		Year: p.Year, Q1: p.Quarters[0], Q2: p.Quarters[1], Q3: p.Quarters[2], Q4: p.Quarters[3], Sources: p.Sources, Text: p.Text, None: p.None,
		Reason: p.Reason, NextStep: p.NextStep, NextOn: p.NextOn, BaseOn: p.BaseOn, Base: p.Base, Version: p.Version,
	})
	d.Keeping = web.NewForm(nil).Set("months", strconv.Itoa(d.Keep))
	return d, nil
}

// Tenths gives the rate of the year so far in tenths of a percent.
func (d planData) Tenths() int {
	n, _ := d.Percent()
	return n
}

// Before and After are the years beside.
func (d planData) Before() string { return planHref(d.Unit.ID) + "?year=" + strconv.Itoa(d.Year-1) }

// After is the address of the year after.
func (d planData) After() string { return planHref(d.Unit.ID) + "?year=" + strconv.Itoa(d.Year+1) }

// plan answers GET /units/{id}/admission/plan?year=.
func (h *Web) plan(w http.ResponseWriter, r *http.Request) error {
	d, err := h.planData(r)
	if err != nil {
		return err
	}
	return h.pages.Render(w, r, "plan.html", d)
}

// putPlan answers POST /units/{id}/admission/plan?year=.
func (h *Web) putPlan(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	var f planForm
	if err = web.Decode(r, &f); err == nil {
		err = h.svc.PutPlan(r.Context(), who, admission.Plan{
			OrgID: id, Year: f.Year, Quarters: [4]int{f.Q1, f.Q2, f.Q3, f.Q4}, Sources: f.Sources, Text: f.Text, None: f.None, Reason: f.Reason,
			NextStep: f.NextStep, NextOn: f.NextOn, BaseOn: f.BaseOn, Base: f.Base, Version: f.Version,
		})
		if err == nil {
			return web.SeeOther(w, r, planHref(id)+"?year="+strconv.Itoa(f.Year), "admission.flash.plan")
		}
	}
	form, ok := web.Retry(r, err)
	if !ok {
		return err
	}
	d, err := h.planData(r)
	if err != nil {
		return err
	}
	d.Form = form.Set("version", strconv.Itoa(d.Version))
	return h.pages.RenderStatus(w, r, form.Status, "plan.html", d)
}

// keepFor answers POST /units/{id}/admission/keep.
func (h *Web) keepFor(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	var f struct {
		Months int    `form:"months"`
		Source string `form:"source"`
	}
	if err = web.Decode(r, &f); err == nil {
		if err = h.svc.SetKeep(r.Context(), who, id, f.Months, f.Source); err == nil {
			return web.SeeOther(w, r, planHref(id), "admission.flash.keep")
		}
	}
	form, ok := web.Retry(r, err)
	if !ok {
		return err
	}
	d, err := h.planData(r)
	if err != nil {
		return err
	}
	d.Keeping = form
	return h.pages.RenderStatus(w, r, form.Status, "plan.html", d)
}
