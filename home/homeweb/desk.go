package homeweb

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"chibo/access"
	"chibo/account"
	"chibo/admission"
	"chibo/document"
	"chibo/figure"
	"chibo/home"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/web"
	"chibo/internal/workday"
	"chibo/meeting"
	"chibo/notify"
	"chibo/org"
	"chibo/quality"
	"chibo/rulebook"
	"chibo/task"
)

type deskData struct {
	Desk     home.Desk
	Filling  bool
	Percent  int
	Unread   int
	Ask      askLine
	Lunar    string // day of the meeting by the moon
	Steps    []stepView
	Next     *stepView // nil: all done, or no meeting
	Done     int
	Tasks    []taskView
	ToRead   []paperView // the first of Desk.ToRead
	Trend    []deskMonth
	Turns    []turnView
	Dossiers []dossierView
	Answer   string // own answer: yes, no, "" none
	Open     bool   // the meeting is under way
	Here     bool   // the person has checked in
	// Coming is the meeting a member looks forward to or is in; nil none. One that is
	// closed and waits to be sent up is the committee's work, no invitation.
	Coming *meeting.Meeting
}

type stepView struct {
	home.Step
	Title  string
	Action string
	Rule   string
	Class  string // of the path: done, late, next, todo
	Href   string
}

type taskView struct {
	task.Task
	Who  string
	Days int // to the due day; negative: over
}

// turnView is a score about which the cell owes an answer.
type turnView struct {
	quality.Turn
	Href string
	Left int // days to the last one; negative: over
	Over int // Left without its sign
}

func (d *deskData) turns() {
	for _, x := range d.Desk.Turns {
		left := x.Left(d.Desk.Day)
		d.Turns = append(d.Turns, turnView{Turn: x, Href: quality.Href(x.Meeting), Left: left, Over: -left})
	}
}

// dossierView is a dossier of admission that waits for the cell.
type dossierView struct {
	admission.Dossier
	Do   string
	Href string
	Due  civil.Date // zero: none near
	Left int        // days to it; negative: over
}

// dossiers puts the steps that wait into words; a deadline far off presses nobody.
func (d *deskData) dossiers(set rulebook.Set, lang string) {
	far := 0
	for _, n := range set.Ints(rulebook.AdmissionAlarmDays) {
		far = max(far, n)
	}
	for _, x := range d.Desk.Dossiers {
		v := dossierView{Dossier: x, Href: admission.Href(x.Ref)}
		for _, st := range set.AdmissionSteps() {
			if st.Code == x.Step {
				v.Do = st.Do.In(lang)
			}
		}
		if left := x.Due.Sub(d.Desk.Day); x.Due.IsDay() && left <= far {
			v.Due, v.Left = x.Due, left
		}
		d.Dossiers = append(d.Dossiers, v)
	}
}

// paperView is a paper to read, its kind in words.
type paperView struct {
	document.Document
	Title string
}

// toRead is how many papers a first page shows.
const toRead = 3

type deskMonth struct {
	Short        string
	Present, Due int
	Score10      int
	Grade        string
	Href         string
}

func (h *Web) desk(w http.ResponseWriter, r *http.Request, actor access.Actor, cellID int64) error {
	day := civil.From(h.clk.Now())
	data := deskData{}
	data.Percent, data.Filling = h.filling()
	_, err := h.db.Recall(r.Context(), func(q db.Q) error {
		u, err := org.ByID(r.Context(), q, cellID)
		if err != nil {
			return err
		}
		if data.Desk, err = home.DeskOf(r.Context(), q, h.meetings, actor, u, day); err != nil {
			return err
		}
		if data.Ask, err = h.asked(r.Context(), q, actor, u); err != nil {
			return err
		}
		data.Unread, err = notify.Unread(r.Context(), q, actor.PartID, actor.PersonID)
		return err
	})
	if err != nil {
		return err
	}
	data.dress(web.LangOf(r).Code())
	set := h.book.At(day, data.Desk.Unit.Path)
	data.dossiers(set, web.LangOf(r).Code())
	data.turns()
	for _, p := range data.Desk.ToRead[:min(toRead, len(data.Desk.ToRead))] {
		kind, _ := set.PaperKind(data.Desk.Unit.Kind, p.Kind)
		data.ToRead = append(data.ToRead, paperView{p, kind.Title.In(web.LangOf(r).Code())})
	}
	if data.Desk.Prepare {
		return h.pages.Render(w, r, "desk.html", data)
	}
	return h.pages.Render(w, r, "member.html", data)
}

func (d *deskData) dress(lang string) {
	m := d.Desk.Meeting
	if m != nil {
		d.Lunar = workday.LunarVi(m.Day)
		d.Open = m.State == meeting.Opened
		if m.State != meeting.Closed {
			d.Coming = m
		}
	}
	if d.Desk.Row != nil {
		d.Answer, d.Here = d.Desk.Row.Answer, d.Desk.Row.Presence == meeting.Present
	}
	for _, s := range d.Desk.Steps {
		v := stepView{Step: s, Title: s.Title.In(lang), Action: s.Action.In(lang), Class: "todo", Href: stepHref(*m, s.Code)}
		if s.Rule.ID != "" {
			v.Rule = s.Rule.Cite(lang)
		}
		switch {
		case s.Done():
			v.Class = "done"
			d.Done++
		case s.Late > 0:
			v.Class = "late"
		case s.Next:
			v.Class = "next"
		}
		d.Steps = append(d.Steps, v)
		if s.Next {
			d.Next = &d.Steps[len(d.Steps)-1]
		}
	}
	for _, t := range d.Desk.Tasks {
		d.Tasks = append(d.Tasks, taskView{Task: t, Who: d.Desk.Names[t.AssigneeID], Days: t.Due.Sub(d.Desk.Day)})
	}
	for _, c := range d.Desk.Trend {
		if c.Due > 0 {
			d.Trend = append(d.Trend, deskMonth{Short: c.Month.Vi(), Present: c.Present, Due: c.Due, Score10: c.Score10, Grade: c.Grade})
		}
	}
}

// stepHref is where a step of the month path is done.
func stepHref(m meeting.Meeting, code string) string {
	base := "/meetings/" + m.Ref.String()
	switch code {
	case meeting.StepPrepare:
		return base + "/plan"
	case meeting.StepCommittee:
		return base + "/committee"
	case meeting.StepInvite:
		return base + "/invite"
	case meeting.StepHold:
		return m.RunHref()
	case meeting.StepScore:
		return base + "/score"
	}
	return base
}

type adminData struct {
	Unit    string
	Href    string
	Filling bool
	Percent int
	Steps   []firstStep // what is left of a beginning; empty once people work
}

// firstStep is one thing to do after the first run.
type firstStep struct {
	Key  string // "home.first.<key>"
	Href string // "" where the program has no page for it
	Done bool
}

// firstSteps gives what an empty program needs, nil once all is there.
func (h *Web) firstSteps(ctx context.Context, q db.Q, actor access.Actor, u org.Unit) ([]firstStep, error) {
	scope, err := figure.ScopeOf(actor, u)
	if err != nil {
		return nil, err
	}
	kinds, err := org.CountKinds(ctx, q, scope, civil.From(h.clk.Now()))
	if err != nil {
		return nil, err
	}
	state, err := figure.StateOf(ctx, q, scope)
	if err != nil {
		return nil, err
	}
	parts, err := account.Parts(ctx, q, scope)
	accounts := 0
	for _, t := range parts {
		accounts += t.Accounts
	}
	cells := kinds[org.KindCell] + kinds[org.KindGrassrootsCell]
	steps := []firstStep{
		{"units", "/units/" + strconv.FormatInt(u.ID, 10), cells > 0},
		{"members", h.imports, state.Members > 0},
		{"accounts", "/accounts", accounts > 0},
		{"rights", "/rights", accounts > 0 && actor.PersonID != 0},
	}
	if cells > 0 && state.Members > 0 && accounts > 0 {
		return nil, err
	}
	return steps, err
}

// admin shows an administrator the few things that are theirs.
func (h *Web) admin(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	data := adminData{}
	data.Percent, data.Filling = h.filling()
	err := h.db.Read(r.Context(), func(q db.Q) error {
		u, err := org.ByID(r.Context(), q, actor.In(access.RoleAdmin)[0].OrgID)
		if err != nil {
			return err
		}
		data.Unit, data.Href = u.Name, fmt.Sprintf("/units/%d", u.ID)
		data.Steps, err = h.firstSteps(r.Context(), q, actor, u)
		return err
	})
	if err != nil {
		return err
	}
	return h.pages.Render(w, r, "admin.html", data)
}
