package workplanweb

import (
	"net/http"
	"strconv"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/i18n"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/meeting"
	"chibo/task"
	"chibo/workplan"
)

// itemForm is what the forms about one item send.
type itemForm struct {
	From     int        `form:"from"`
	To       int        `form:"to"`
	Title    string     `form:"title"`
	Content  string     `form:"content"`
	Who      int64      `form:"who"`
	Product  string     `form:"product"`
	Note     string     `form:"note"`
	Reason   string     `form:"reason"`
	Result   string     `form:"result"`
	Text     string     `form:"text"`
	Meeting  int64      `form:"meeting"`
	Assignee int64      `form:"assignee"`
	Due      civil.Date `form:"due"`
	Version  int        `form:"version"`
	Op       string     `form:"op"`
}

func (f itemForm) in() workplan.ItemIn {
	return workplan.ItemIn{
		From: civil.Month(f.From), To: civil.Month(f.To), Title: f.Title, Content: f.Content, WhoID: f.Who, Product: f.Product, Note: f.Note,
		Reason: f.Reason, Version: f.Version, Op: f.Op,
	}
}

// choices is what the fields of an item offer.
type choices struct {
	Months   []web.Option
	Contents []web.Option
	People   []web.Option
}

func choicesOf(l *i18n.Lang, v workplan.View) choices {
	return choices{Months: months(l, v.Year), Contents: contents(l, v), People: people(v)}
}

// newData is the dot of new.html.
type newData struct {
	workplan.View
	choices
	Crumbs []crumb
	Form   *web.Form
}

func (h *Web) newData(r *http.Request, form *web.Form) (d newData, err error) {
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
	d.choices, d.Crumbs = choicesOf(l, d.View), crumbs(l, d.View, l.T("workplan.new.title"))
	if d.Form = form; form == nil {
		month := max(year*100+1, int(d.Today.Month()))
		if m, err := strconv.Atoi(r.URL.Query().Get("month")); err == nil && m/100 == year {
			month = m
		}
		d.Form = web.NewForm(itemForm{From: month, Content: "other"})
		d.Form.Values.Del("to")
		d.Form.Values.Del("who")
	}
	return d, nil
}

// addForm answers GET /cells/{id}/workplan/new?year=.
func (h *Web) addForm(w http.ResponseWriter, r *http.Request) error {
	d, err := h.newData(r, nil)
	if err != nil {
		return err
	}
	return h.pages.Render(w, r, "new.html", d)
}

// add answers POST /cells/{id}/workplan.
func (h *Web) add(w http.ResponseWriter, r *http.Request) error {
	who, id, year, err := h.asked(r)
	if err != nil {
		return err
	}
	var f itemForm
	if err = web.Decode(r, &f); err == nil {
		in := f.in()
		in.CellID, in.Year = id, year
		_, err = h.svc.Add(r.Context(), who, in)
	}
	if err == nil {
		to := workplan.Href(id, year)
		if r.FormValue("do") == "more" {
			to = "/cells/" + text(id) + "/workplan/new?year=" + strconv.Itoa(year) + "&month=" + strconv.Itoa(f.From)
		}
		return web.SeeOther(w, r, to, "workplan.flash.added")
	}
	form, ok := web.Retry(r, err)
	if !ok {
		return err
	}
	d, err := h.newData(r, form)
	if err != nil {
		return err
	}
	return h.pages.RenderStatus(w, r, form.Status, "new.html", d)
}

// itemData is the dot of item.html.
type itemData struct {
	workplan.ItemView
	choices
	Crumbs   []crumb
	Givable  []web.Option // to whom a task can be given: who has left is not among them
	Bad      string       // the act that was refused; "" none
	Stale    bool         // somebody else was faster
	Form     *web.Form    // what it sent; else that of what is stored
	When     string
	Kind     string
	Tone     string
	Source   string // whence it comes, in words; "" the cell's own
	Tasks    []taskView
	On       []onView
	Proof    *onView
	Said     []stepView
	Meetings []web.Option
	Results  []web.Option
}

// taskView is a task that came out of the item.
type taskView struct {
	task.Task
	Who   string
	State task.State
	Tone  string
}

// onView is a meeting on whose agenda the item stands or stood.
type onView struct {
	Href string
	Day  civil.Date
	Kind string
	Done bool
}

// FormOf gives the form of an act: as it was sent when it was refused, else what is
// proposed.
func (d itemData) FormOf(act string) *web.Form {
	if d.Bad == act {
		return d.Form
	}
	i := d.Line.Item
	switch act {
	case "edit":
		f := web.NewForm(itemForm{From: int(i.From), To: int(i.To), Title: i.Title, Content: i.Content, Who: i.WhoID, Product: i.Product, Note: i.Note})
		if i.WhoID == 0 {
			f.Values.Del("who")
		}
		return f
	case "task":
		return web.NewForm(itemForm{Assignee: i.WhoID, Due: i.DueIn(d.Today)})
	case "report":
		result := i.Result
		if result == workplan.NotTold {
			result = d.Line.Proposed()
		}
		return web.NewForm(itemForm{Result: string(result), Text: i.Told, Meeting: i.ProofID})
	}
	return web.NewForm(nil)
}

// item answers GET /workplan/{ref}.
func (h *Web) item(w http.ResponseWriter, r *http.Request) error {
	d, err := h.itemData(r)
	if err != nil {
		return err
	}
	return h.pages.Render(w, r, "item.html", d)
}

func (h *Web) itemData(r *http.Request) (d itemData, err error) {
	who, err := access.Must(r.Context())
	if err != nil {
		return d, err
	}
	ref, err := web.Ref(r, "ref")
	if err != nil {
		return d, err
	}
	if d.ItemView, err = h.svc.OpenItem(r.Context(), who, ref); err != nil {
		return d, err
	}
	l := web.LangOf(r)
	i := d.Line.Item
	d.choices, d.Crumbs = choicesOf(l, d.View), crumbs(l, d.View, l.T("workplan.item.crumb"))
	d.When, d.Kind, d.Tone, d.Source = span(l, i.From, i.To), contentName(l, d.View, i.Content), tone(d.Line.State), source(l, d.View, i)
	if d.Givable = d.People; d.Line.Left { // stays in charge until somebody says otherwise
		d.People = append(people(d.View), web.Option{Value: text(i.WhoID), Label: i.WhoName + " " + l.T("workplan.left")})
	}
	for _, s := range d.Trail {
		d.Said = append(d.Said, stepOf(l, d.View, s))
	}
	for _, t := range d.Line.Tasks {
		v := taskView{Task: t, State: t.Now(d.Today), Tone: "info"}
		switch v.State {
		case task.Done, task.Beyond, task.Told:
			v.Tone = "ok"
		case task.Late:
			v.Tone = "warn"
		case task.Undone, task.Overdue:
			v.Tone = "bad"
		}
		for _, m := range d.Body {
			if m.MembershipID == t.AssigneeID {
				v.Who = m.Name
			}
		}
		d.Tasks = append(d.Tasks, v)
	}
	for _, x := range workplan.Results() {
		d.Results = append(d.Results, web.Option{Value: string(x), Label: l.T("workplan.result." + string(x))})
	}
	return d, h.svc.DB.Read(r.Context(), func(q db.Q) error { return d.around(r, q, l) })
}

// around reads the meetings beside the item.
func (d *itemData) around(r *http.Request, q db.Q, l *i18n.Lang) (err error) {
	on := func(id int64) (*onView, error) {
		m, err := meeting.ByRef(r.Context(), q, ident.Ref{Part: d.Line.Ref.Part, ID: id})
		if err != nil {
			return nil, err
		}
		title := m.Kind
		if k, ok := d.Set.MeetingKind(m.Kind); ok {
			title = k.Title.In(l.Code())
		}
		return &onView{Href: meeting.Href(m.Ref), Day: m.Day, Kind: title}, nil
	}
	for _, t := range d.Line.Taken {
		v, err := on(t.Meeting.ID)
		if err != nil {
			continue // given up since, or the row is of a sample
		}
		v.Done = !t.Day.IsZero()
		d.On = append(d.On, *v)
	}
	if d.Line.ProofID != 0 {
		d.Proof, _ = on(d.Line.ProofID) //nolint:errcheck // one that is gone is left out
	}
	if d.Tells {
		d.Meetings, err = held(r.Context(), q, l, d.View)
	}
	return err
}

// source says whence an item comes; "" the cell itself thought of it.
func source(l *i18n.Lang, v workplan.View, i workplan.Item) string {
	switch i.Source {
	case workplan.FromOwn:
		return ""
	case workplan.FromLast:
		return l.T("workplan.from.last", "Year", v.Year-1)
	}
	for _, o := range v.Set.Occasions(v.Cell.Type) {
		if o.Code == i.Source && !o.Local {
			return l.T("workplan.from.rule", "Rule", o.Fact)
		}
	}
	return l.T("workplan.from.example")
}

// do decodes a form of the item's page and does what it asks; what is refused comes back
// with the page, at the form it belongs to.
func (h *Web) do(w http.ResponseWriter, r *http.Request, name string, act func(access.Actor, ident.Ref, itemForm) error) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	ref, err := web.Ref(r, "ref")
	if err != nil {
		return err
	}
	year, cell := 0, int64(0)
	if name == "drop" { // a draft's item is gone afterwards
		v, err := h.svc.OpenItem(r.Context(), who, ref)
		if err != nil {
			return err
		}
		if !v.Plan.Approved() {
			year, cell = v.Year, v.Cell.ID
		}
	}
	var f itemForm
	if err = web.Decode(r, &f); err == nil {
		err = act(who, ref, f)
	}
	switch {
	case err == nil && cell != 0:
		return web.SeeOther(w, r, workplan.Href(cell, year), "workplan.flash.drop")
	case err == nil:
		return web.SeeOther(w, r, workplan.ItemHref(ref), "workplan.flash."+name)
	}
	form, ok := web.Retry(r, err)
	if !ok {
		return err
	}
	d, err := h.itemData(r)
	if err != nil {
		return err
	}
	for i := range form.Problems {
		form.Problems[i].Field = name + "-" + form.Problems[i].Field // several forms on the page
	}
	form.Set("version", strconv.Itoa(d.Line.Version)) // sent again, it means what is shown now
	d.Bad, d.Form, d.Stale = name, form, form.Status == http.StatusConflict
	return h.pages.RenderStatus(w, r, form.Status, "item.html", d)
}

func (h *Web) edit(w http.ResponseWriter, r *http.Request) error {
	return h.do(w, r, "edit", func(who access.Actor, ref ident.Ref, f itemForm) error {
		return h.svc.Edit(r.Context(), who, ref, f.in())
	})
}

func (h *Web) drop(w http.ResponseWriter, r *http.Request) error {
	return h.do(w, r, "drop", func(who access.Actor, ref ident.Ref, f itemForm) error {
		return h.svc.Drop(r.Context(), who, ref, workplan.DropIn{Reason: f.Reason, Version: f.Version, Op: f.Op})
	})
}

func (h *Web) back(w http.ResponseWriter, r *http.Request) error {
	return h.do(w, r, "back", func(who access.Actor, ref ident.Ref, f itemForm) error {
		return h.svc.Back(r.Context(), who, ref, workplan.DropIn{Reason: f.Reason, Version: f.Version, Op: f.Op})
	})
}

func (h *Web) report(w http.ResponseWriter, r *http.Request) error {
	return h.do(w, r, "report", func(who access.Actor, ref ident.Ref, f itemForm) error {
		return h.svc.Report(r.Context(), who, ref, workplan.ReportIn{
			Result: workplan.Result(f.Result), Text: f.Text, MeetingID: f.Meeting, Version: f.Version, Op: f.Op,
		})
	})
}

func (h *Web) give(w http.ResponseWriter, r *http.Request) error {
	return h.do(w, r, "task", func(who access.Actor, ref ident.Ref, f itemForm) error {
		return h.svc.Give(r.Context(), who, ref, workplan.GiveIn{Assignee: f.Assignee, Due: f.Due, Version: f.Version, Op: f.Op})
	})
}
