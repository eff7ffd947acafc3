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
	doQuestion    = "question"  // carries the question's id
	doPutBack     = "put_back"  // an item of the template, by its code
	doTakeUp      = "take_up"   // a guidance, by its id
	doTakeWork    = "take_work" // an item of the plan of the year, by its id
	doTakeYear    = "take_year" // a draft of such a plan
	doGiveWork    = "give_work" // an item of it, as a decision
)

// newItemMinutes is what an item gets that is added, until somebody says otherwise.
const newItemMinutes = 10

func (h *Web) planForm(w http.ResponseWriter, r *http.Request) error {
	who, f, err := h.full(r)
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
	p, err := h.svc.Planning(r.Context(), who, f.Ref)
	if err != nil {
		return err
	}
	d := newPlanData(b, p, web.NewForm(formOf(f)))
	if d.Questions, err = h.planQuestions(r, b); err != nil {
		return err
	}
	return h.pages.Render(w, r, "plan.html", d)
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
	case doQuestion:
		return h.takeQuestion(w, r, who, ref, in)
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

// cancel takes back a meeting to which nobody was invited yet.
func (h *Web) cancel(w http.ResponseWriter, r *http.Request) error {
	who, f, err := h.full(r)
	if err != nil {
		return err
	}
	if err := h.svc.Cancel(r.Context(), who, f.Ref); err != nil {
		return err
	}
	return web.SeeOther(w, r, listHref(f.Unit.ID), "meeting.flash.cancelled")
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

// asks puts into the plan what its button adds from elsewhere.
func (in planForm) asks(p *meeting.Plan) {
	do, what, _ := strings.Cut(in.Do, ":")
	switch do {
	case doPutBack:
		p.PutBack = what
	case doTakeUp:
		if id, err := strconv.ParseInt(what, 10, 64); err == nil {
			p.TakeUp = id
		}
	case doTakeWork, doTakeYear, doGiveWork:
		id, err := strconv.ParseInt(what, 10, 64)
		if err != nil {
			return
		}
		switch do {
		case doTakeWork:
			p.TakeWork = id
		case doTakeYear:
			p.TakeYear = id
		default:
			p.GiveWork = id
		}
	}
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
	in.asks(&p)
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
	who, f, err := h.full(r)
	if err != nil {
		return err
	}
	if err := mayPlan(f); err != nil {
		return err
	}
	p, err := h.svc.Planning(r.Context(), who, f.Ref)
	if err != nil {
		return err
	}
	b := newBase(r, f, "meeting.plan.crumb")
	d := newPlanData(b, p, form)
	if form.Status == http.StatusConflict && form.Value("version") != strconv.Itoa(f.Version) {
		d.Stale = b.differing(form)
		form.Set("version", strconv.Itoa(f.Version))
	}
	if d.Questions, err = h.planQuestions(r, b); err != nil {
		return err
	}
	return h.pages.RenderStatus(w, r, form.Status, "plan.html", d)
}
