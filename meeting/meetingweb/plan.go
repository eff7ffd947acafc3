package meetingweb

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/clock"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/meeting"
	"chibo/task"
)

// planForm is the whole plan as its form sends it. The page is one form: each button
// sends everything and says in Do what it does besides saving.
type planForm struct {
	Version      int            `form:"version"`
	Day          civil.Date     `form:"day"`
	Time         string         `form:"time"`
	Place        string         `form:"place"`
	Theme        string         `form:"theme"`
	Chair        int64          `form:"chair"`
	Clerk        int64          `form:"clerk"`
	Items        []planItem     `form:"items"`
	NewItem      planItem       `form:"new_item"`
	Review       string         `form:"review"`
	Direction    string         `form:"direction"`
	Praise       string         `form:"praise"`
	Shortcomings string         `form:"shortcomings"`
	Decisions    []planDecision `form:"decisions"`
	NewDecision  planDecision   `form:"new_decision"`
	Do           string         `form:"do"`
}

type planItem struct {
	ID      int64  `form:"id"`
	Title   string `form:"title"`
	Content string `form:"content"`
	Minutes int    `form:"minutes"`
	Speaker int64  `form:"speaker"`
}

type planDecision struct {
	ID       int64      `form:"id"`
	Title    string     `form:"title"`
	Assignee int64      `form:"assignee"`
	Due      civil.Date `form:"due"`
	Product  string     `form:"product"`
}

// What the buttons of the plan do besides saving; those on a row carry its place: "up:2".
const (
	doSave        = "save"
	doDone        = "done"
	doAddItem     = "add_item"
	doUp          = "up"
	doDown        = "down"
	doDrop        = "drop"
	doAddDecision = "add_decision"
	doDropTask    = "drop_decision"
)

// newItemMinutes is what an item gets that is added, until somebody says otherwise.
const newItemMinutes = 10

// planData is the dot of plan.html.
type planData struct {
	base
	Form      *web.Form
	Items     []row // shadows those of the meeting: as they were typed
	Decisions []row
	Contents  []web.Option
	Fixed     bool // day, hour and place do not change any more
	FactsOpen bool
	Stale     []stored // what somebody else has stored meanwhile
	Tasks     []taskRow
}

// row is one row of the plan's lists: N its place from 0, fields by their names.
type row struct {
	N, No  int
	Prefix string // "items[2]."
	Path   string // "items.2.": of its errors
	Bad    bool
	First  bool
	Last   bool
	Begun  bool
}

// stored is a text as it stands in the record beside what was typed.
type stored struct{ Label, Text string }

// taskRow is a line of the table that looks back.
type taskRow struct {
	task.ReviewRow
	Who   string
	State string // translation key
	Tone  string
}

func (h *Web) planForm(w http.ResponseWriter, r *http.Request) error {
	_, f, err := h.full(r)
	if err != nil {
		return err
	}
	if err := mayPlan(f); err != nil {
		return err
	}
	b := newBase(r, f, "meeting.plan.crumb")
	if b.Over() {
		return web.SeeOther(w, r, b.Href)
	}
	return h.pages.Render(w, r, "plan.html", newPlanData(b, web.NewForm(formOf(f))))
}

// mayPlan refuses who neither prepares nor, while the meeting is open, keeps its notes.
func mayPlan(f meeting.Full) error {
	if f.Me.Prepare || f.State == meeting.Opened && f.Me.Clerk {
		return nil
	}
	return access.ErrForbidden
}

// formOf fills the plan's form from the record, with a proposal for one more item and
// one more decision.
func formOf(f meeting.Full) planForm {
	p := planForm{
		Version: f.Version, Day: f.Day, Time: f.StartsAt.In(clock.Zone()).Format("15:04"), Place: f.Place, Theme: f.Theme,
		Chair: f.ChairID, Clerk: f.ClerkID, Review: f.Review, Direction: f.Direction, Praise: f.Praise, Shortcomings: f.Shortcomings,
		NewItem: planItem{Minutes: newItemMinutes}, NewDecision: planDecision{Due: usualDue(f.Day)},
	}
	for _, it := range f.Items {
		p.Items = append(p.Items, planItem{it.ID, it.Title, it.Content, it.Minutes, it.SpeakerID})
	}
	for _, d := range f.Decisions {
		p.Decisions = append(p.Decisions, planDecision{d.ID, d.Title, d.AssigneeID, d.Due, d.Product})
	}
	return p
}

// usualDue proposes the end of the month for a task, of the next one when the meeting is
// in its second half.
func usualDue(day civil.Date) civil.Date {
	if m := day.Month(); day.Day() <= 15 {
		return m.Last()
	}
	return day.Month().Add(1).Last()
}

func newPlanData(b base, form *web.Form) planData {
	d := planData{
		base: b, Form: form, Fixed: b.State == meeting.Opened, Items: rowsOf(form, "items"), Decisions: rowsOf(form, "decisions"),
		FactsOpen: form.Err("day")+form.Err("time")+form.Err("place")+form.Err("theme")+form.Err("chair")+form.Err("clerk") != "",
	}
	for i := range d.Items {
		id := form.Value(d.Items[i].Prefix + "id")
		for _, it := range b.Items {
			d.Items[i].Begun = d.Items[i].Begun || text(it.ID) == id && !it.StartedAt.IsZero()
		}
	}
	for _, k := range b.Set.ContentKinds() {
		d.Contents = append(d.Contents, web.Option{Value: k.Code, Label: k.Title.In(b.lang.Code())})
	}
	d.Tasks = b.taskRows()
	return d
}

// taskRows are the tasks of the table that looks back, in words.
func (b base) taskRows() []taskRow {
	out := make([]taskRow, len(b.Full.Tasks))
	for i, t := range b.Full.Tasks {
		state := t.Result
		if state == "" {
			state = t.Now(b.Today)
		}
		out[i] = taskRow{t, b.Who(t.AssigneeID), state.Key(), taskTone(state)}
	}
	return out
}

func taskTone(s task.State) string {
	switch s {
	case task.Done, task.Beyond, task.Told:
		return "ok"
	case task.Late:
		return "warn"
	case task.Undone, task.Overdue:
		return "bad"
	}
	return "info"
}

// rowsOf lists the rows that a form has under a name, with or without errors.
func rowsOf(form *web.Form, name string) []row {
	var out []row
	for n := 0; ; n++ {
		prefix := name + "[" + strconv.Itoa(n) + "]."
		if _, ok := form.Values[prefix+"id"]; !ok {
			break
		}
		path := name + "." + strconv.Itoa(n) + "."
		out = append(out, row{N: n, No: n + 1, Prefix: prefix, Path: path, First: n == 0, Bad: anyUnder(form, path)})
	}
	if len(out) > 0 {
		out[len(out)-1].Last = true
	}
	return out
}

func anyUnder(form *web.Form, path string) bool {
	for field := range form.Errs {
		if strings.HasPrefix(field, path) {
			return true
		}
	}
	return false
}

func (h *Web) plan(w http.ResponseWriter, r *http.Request) error {
	who, ref, err := asked(r)
	if err != nil {
		return err
	}
	var in planForm
	err = renamed(web.Decode(r, &in), dotted)
	if err == nil {
		err = h.savePlan(r.Context(), who, ref, in)
	}
	if form, ok := web.Retry(r, err); ok {
		return h.planAgain(w, r, form)
	}
	if err != nil {
		return err
	}
	href := meeting.Href(ref)
	switch do, _ := in.act(); do {
	case doDone:
		return h.planDone(w, r, who, ref)
	case doSave:
		return web.SeeOther(w, r, href+"/plan", "meeting.flash.saved")
	}
	return web.SeeOther(w, r, href+"/plan")
}

// planDone goes on to the next step of the month path.
func (h *Web) planDone(w http.ResponseWriter, r *http.Request, who access.Actor, ref ident.Ref) error {
	f, err := h.svc.Get(r.Context(), who, ref)
	if err != nil {
		return err
	}
	next := meeting.Href(ref)
	if f.State == meeting.Preparing && f.Me.Lead {
		next += "/committee"
	}
	return web.SeeOther(w, r, next, "meeting.flash.planned")
}

// act splits what a button does from the row it does it to.
func (p planForm) act() (do string, row int) {
	do, at, found := strings.Cut(p.Do, ":")
	n, err := strconv.Atoi(at)
	if found && err != nil {
		n = -1
	}
	return do, n
}

// savePlan makes the plan that the form and its button mean, and saves it. Errors are at
// the fields of the form as it was sent.
func (h *Web) savePlan(ctx context.Context, who access.Actor, ref ident.Ref, in planForm) error {
	p := meeting.Plan{
		Day: in.Day, Place: in.Place, Theme: in.Theme, ChairID: in.Chair, ClerkID: in.Clerk, Version: in.Version,
		Review: in.Review, Direction: in.Direction, Praise: in.Praise, Shortcomings: in.Shortcomings,
	}
	var ok bool
	if p.Hour, p.Minute, ok = clockTime(in.Time); !ok {
		p.Hour = -1
	}
	do, _ := in.act()
	if do == doAddItem && in.NewItem.Title == "" {
		return fault.Field("new_item.title", "meeting.err.title")
	}
	if do == doAddDecision && in.NewDecision.Title == "" {
		return fault.Field("new_decision.title", "meeting.err.title")
	}
	items, decisions := in.itemOrder(), in.decisionOrder()
	for _, n := range items {
		it := in.item(n)
		p.Items = append(p.Items, meeting.Item{ID: it.ID, Title: it.Title, Content: it.Content, Minutes: it.Minutes, SpeakerID: it.Speaker})
	}
	for _, n := range decisions {
		d := in.decision(n)
		p.Decisions = append(p.Decisions, meeting.Decision{ID: d.ID, Title: d.Title, AssigneeID: d.Assignee, Due: d.Due, Product: d.Product})
	}
	return renamed(h.svc.SavePlan(ctx, who, ref, p), func(field string) string {
		switch {
		case field == "hour":
			return "time"
		case strings.HasPrefix(field, "items."):
			return sentAs(field, "items", "new_item", items)
		case strings.HasPrefix(field, "decisions."):
			return sentAs(field, "decisions", "new_decision", decisions)
		}
		return field
	})
}

// isNew stands for the row at the foot of a list, which is not in the record yet.
const isNew = -1

func (p planForm) item(n int) planItem {
	if n == isNew {
		return p.NewItem
	}
	return p.Items[n]
}

func (p planForm) decision(n int) planDecision {
	if n == isNew {
		return p.NewDecision
	}
	return p.Decisions[n]
}

// itemOrder lists the rows of the agenda as they shall stand, by their places in the form.
func (p planForm) itemOrder() []int {
	do, at := p.act()
	order := places(len(p.Items), p.NewItem.Title != "")
	if at < 0 || at >= len(p.Items) {
		return order
	}
	switch {
	case do == doDrop:
		return append(order[:at], order[at+1:]...)
	case do == doUp && at > 0:
		order[at-1], order[at] = order[at], order[at-1]
	case do == doDown && at < len(p.Items)-1:
		order[at+1], order[at] = order[at], order[at+1]
	}
	return order
}

func (p planForm) decisionOrder() []int {
	do, at := p.act()
	order := places(len(p.Decisions), p.NewDecision.Title != "")
	if do == doDropTask && at >= 0 && at < len(p.Decisions) {
		return append(order[:at], order[at+1:]...)
	}
	return order
}

func places(n int, more bool) []int {
	out := make([]int, 0, n+1)
	for i := range n {
		out = append(out, i)
	}
	if more {
		out = append(out, isNew)
	}
	return out
}

// sentAs turns an error of the plan's row into one of the form's: "items.3.title" of the
// new order is the row that stood elsewhere when it was sent, or the new one.
func sentAs(field, list, fresh string, order []int) string {
	at, name, ok := strings.Cut(strings.TrimPrefix(field, list+"."), ".")
	n, err := strconv.Atoi(at)
	if !ok || err != nil || n < 0 || n >= len(order) {
		return field
	}
	if order[n] == isNew {
		return fresh + "." + name
	}
	return list + "." + strconv.Itoa(order[n]) + "." + name
}

// dotted turns the decoder's names into the domain's: "items[2].minutes" is
// "items.2.minutes".
func dotted(field string) string {
	return strings.NewReplacer("[", ".", "]", "").Replace(field)
}

// planAgain shows the form as it was typed. When somebody else was faster, it also shows
// what stands in the record now, and saving again takes the place of that.
func (h *Web) planAgain(w http.ResponseWriter, r *http.Request, form *web.Form) error {
	_, f, err := h.full(r)
	if err != nil {
		return err
	}
	if err := mayPlan(f); err != nil {
		return err
	}
	b := newBase(r, f, "meeting.plan.crumb")
	d := newPlanData(b, form)
	if form.Status == http.StatusConflict && form.Value("version") != strconv.Itoa(f.Version) {
		d.Stale = b.differing(form)
		form.Set("version", strconv.Itoa(f.Version))
	}
	return h.pages.RenderStatus(w, r, form.Status, "plan.html", d)
}

// differing lists the texts that stand in the record otherwise than they were typed.
func (b base) differing(form *web.Form) []stored {
	var out []stored
	for _, t := range []struct{ field, text string }{
		{"place", b.Place}, {"theme", b.Theme},
		{"review", b.Review}, {"direction", b.Direction}, {"praise", b.Praise}, {"shortcomings", b.Shortcomings},
	} {
		if form.Value(t.field) != t.text {
			out = append(out, stored{b.lang.T("meeting.plan." + t.field), t.text})
		}
	}
	var items, decisions []string
	for _, it := range b.Items {
		items = append(items, b.lang.T("meeting.plan.item_line", "Title", it.Title, "Minutes", it.Minutes))
	}
	for _, d := range b.Decisions {
		decisions = append(decisions, b.lang.T("meeting.plan.decision_line", "Title", d.Title, "Who", b.Who(d.AssigneeID), "Due", d.Due))
	}
	return append(out, stored{b.lang.T("meeting.agenda"), strings.Join(items, "\n")},
		stored{b.lang.T("meeting.plan.decisions"), strings.Join(decisions, "\n")})
}

// Balance gives the minutes of the agenda by what they are for: leading and building the
// Party, professional work, procedure (rules.md 0.23).
func (b base) Balance() (out struct{ Party, Professional, Procedure int }) {
	kinds := map[string]int{}
	for i, k := range b.Set.ContentKinds() {
		kinds[k.Code] = i
	}
	list := b.Set.ContentKinds()
	for _, it := range b.Full.Items {
		i, known := kinds[it.Content]
		switch {
		case !known || !list[i].Weighs:
			out.Procedure += it.Minutes
		case list[i].Party:
			out.Party += it.Minutes
		default:
			out.Professional += it.Minutes
		}
	}
	return out
}

// share is the minutes of one kind of content.
type share struct {
	Label   string
	Minutes int
}

// Shares gives the minutes of each kind of content on the agenda.
func (b base) Shares() []share {
	var out []share
	for _, k := range b.Set.ContentKinds() {
		n := 0
		for _, it := range b.Full.Items {
			if it.Content == k.Code {
				n += it.Minutes
			}
		}
		if n > 0 {
			out = append(out, share{k.Title.In(b.lang.Code()), n})
		}
	}
	return out
}
