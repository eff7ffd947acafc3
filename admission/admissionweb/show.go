package admissionweb

import (
	"net/http"
	"strconv"

	"chibo/access"
	"chibo/admission"
	"chibo/internal/civil"
	"chibo/internal/web"
	"chibo/rulebook"
)

// showData is the dot of show.html.
type showData struct {
	admission.View
	lang     string
	Crumbs   []crumb
	Bad      string    // the act that was refused; "" none
	Form     *web.Form // what it sent; else empty
	Legs     []legView
	Before   []legView // done before the ceremony, shown closed to who is a member now
	After    []legView // to come after the ceremony
	Beside   []legView // further steps that can be done now
	Due      dueView   // of the step that waits
	Conds    []condView
	Stops    int // conditions that keep the cell from voting
	Papers   paperSum
	Trail    []recordView
	Dates    []clockView
	Meetings []web.Option
	Officers []web.Option // official members, to help
	Reasons  []web.Option
	Verdicts []web.Option
	Helping  []admission.Helper // now
	Exact    civil.Date         // end of the probation; zero before the ceremony
	Offer    []web.Option       // cells to hand over to
	Late     bool               // the ceremony is after its day
	Received bool               // the decision came to the cell
	Extends  []clockView
}

// legView is a step as the path shows it.
type legView struct {
	admission.Leg
	Name  string
	Do    string
	Now   bool
	Words string // result of a vote
	Unit  string // who acts, where it is not the cell
}

// condView is a condition in words.
type condView struct {
	admission.Condition
	Name, Text, Tone, Cite string
}

// paperSum says how much of the dossier is there.
type paperSum struct{ There, Due, Missing int }

// recordView is a line of the trail in words.
type recordView struct {
	admission.Record
	Title, Tone string
}

// clockView is a deadline in words.
type clockView struct {
	admission.Clock
	Title, Tone, Cite string
	Left, Most        int
	Extended          bool
}

// Until is Left without its sign, for the wording.
func (c clockView) Until() int { return max(c.Left, -c.Left) }

// FormOf gives the form of an act: as it was sent when it was refused, else with today as
// the day.
func (d showData) FormOf(act string) *web.Form {
	if d.Bad == act {
		return d.Form
	}
	return web.NewForm(nil).Set("day", d.Today.Vi())
}

// Tone is that of the state.
func (d showData) Tone() string {
	switch d.State {
	case admission.Done:
		return "ok"
	case admission.Stopped, admission.Removed:
		return "bad"
	}
	return d.Due.Tone
}

// IsMember says whether the register has the person.
func (d showData) IsMember() bool { return d.MembershipID != 0 }

// Reason gives the words of why it was stopped.
func (d showData) Reason() string {
	return title(d.lang, d.Set.Choices(rulebook.AdmissionStopReasons), d.StopReason)
}

// VerdictOf gives the words of a verdict.
func (d showData) VerdictOf(code string) string {
	return title(d.lang, d.Set.Choices(rulebook.AdmissionVerdicts), code)
}

// Name gives the words of a code of a list of the rulebook.
func (d showData) Name(key, code string) string { return title(d.lang, d.Set.Choices(key), code) }

// show answers GET /dossiers/{ref}.
func (h *Web) show(w http.ResponseWriter, r *http.Request) error {
	d, err := h.showData(r)
	if err != nil {
		return err
	}
	return h.pages.Render(w, r, "show.html", d)
}

func (h *Web) showData(r *http.Request) (d showData, err error) {
	who, err := access.Must(r.Context())
	if err != nil {
		return d, err
	}
	ref, err := web.Ref(r, "ref")
	if err != nil {
		return d, err
	}
	if d.View, err = h.svc.Open(r.Context(), who, ref); err != nil {
		return d, err
	}
	l := web.LangOf(r)
	d.lang = l.Code()
	d.Due = h.due(d.lang, d.Set, d.Dossier)
	d.Exact = h.svc.ProbationEnd(d.View)
	d.Crumbs = []crumb{{unitHref(d.Cell.ID), d.Cell.Short}, {"", d.Person.Name}}
	switch {
	case d.Lists:
		d.Crumbs = []crumb{{unitHref(d.Cell.ID), d.Cell.Short}, {admission.ListHref(d.Cell.ID), l.T("admission.cell.title")}, {"", d.Person.Name}}
	case d.Whole:
		d.Crumbs = []crumb{{unitHref(d.Holder.ID), d.Holder.Short}, {admission.BoardHref(d.Holder.ID), l.T("admission.board.title")}, {"", d.Person.Name}}
	}
	d.legs(l.T)
	d.conditions(l.T)
	d.sum()
	d.trail(l.T)
	h.dates(&d)
	return d, h.choices(r, &d)
}

func (d *showData) legs(t func(string, ...any) string) {
	for _, leg := range d.Way {
		if leg.Skip {
			continue
		}
		v := legView{Leg: leg, Name: leg.Title.In(d.lang), Do: leg.AdmissionStep.Do.In(d.lang), Now: d.HasNext && leg.Code == d.Next.Code}
		if u, ok := d.Place.Of(leg.By); ok && u.ID != d.Cell.ID {
			v.Unit = u.Name
		}
		if leg.Last != nil && leg.Last.Base > 0 {
			v.Words = t("admission.show.votes", "Yes", leg.Last.Yes, "Base", leg.Last.Base)
		}
		switch recognition := leg.Part == rulebook.PartRecognition; {
		case recognition && d.JoinedOn.IsZero():
			d.After = append(d.After, v)
		case !recognition && !d.JoinedOn.IsZero():
			d.Before = append(d.Before, v)
		default:
			d.Legs = append(d.Legs, v)
		}
		if d.State == admission.Open && leg.Beside && leg.Ready && !leg.Over() && !v.Now {
			d.Beside = append(d.Beside, v)
		}
	}
	r := d.Way.Done(admission.StepDecision)
	d.Received = r.Received.IsDay()
	if c, ok := d.ClockOf(admission.StepCeremony); ok {
		d.Late = c.Due.Before(d.Today)
	}
}

func (d *showData) conditions(t func(string, ...any) string) {
	for _, c := range d.Conditions {
		v := condView{Condition: c, Name: t("admission.cond." + c.Code), Text: t(c.Key(), c.Args...)}
		switch c.Mark {
		case admission.Met, admission.Exception:
			v.Tone = "ok"
		case admission.Missing:
			if v.Tone = "warn"; c.Hard {
				v.Tone = "bad"
			}
		case admission.Doubt:
			v.Tone = "warn"
		}
		if c.Rule.Key != "" {
			v.Cite = c.Rule.Cite(d.lang)
		}
		if c.Stops() {
			d.Stops++
		}
		d.Conds = append(d.Conds, v)
	}
}

func (d *showData) sum() {
	for _, s := range d.Slots {
		switch {
		case s.Present:
			d.Papers.There++
		case s.Due:
			d.Papers.Missing++
		default:
			d.Papers.Due++
		}
	}
	for _, x := range d.Helpers {
		if x.To.IsZero() {
			d.Helping = append(d.Helping, x)
		}
	}
}

func (d *showData) trail(t func(string, ...any) string) {
	for _, r := range d.Records {
		v := recordView{Record: r, Title: stepTitle(d.lang, d.Set, r.Step)}
		if v.Title == r.Step { // an act beside the way
			v.Title = t("admission.act."+r.Step, "Unit", r.Body)
		}
		if r.Outcome == admission.Failed || r.Outcome == admission.Back {
			v.Tone = "warn"
		}
		d.Trail = append(d.Trail, v)
	}
}

func (h *Web) dates(d *showData) {
	for _, c := range d.Clocks {
		v := clockView{Clock: c, Title: clockTitle(d.lang, d.Set, c.Code), Left: c.Due.Sub(d.Today), Extended: c.Due != c.Plain}
		switch {
		case !c.DoneOn.IsZero():
			if v.Tone = "ok"; c.DoneOn.After(c.Due) {
				v.Tone = "warn"
			}
		case v.Left < 0:
			v.Tone = "bad"
		case v.Left <= soonDays:
			v.Tone = "warn"
		}
		set := h.svc.Book.At(c.From, d.Cell.Path)
		for _, def := range set.AdmissionClocks() {
			if def.Code != c.Code {
				continue
			}
			key := def.Days
			if key == "" {
				key = def.Months
			}
			v.Cite, v.Most = set.Rule(key).Cite(d.lang), set.Int(def.Extend)
		}
		d.Dates = append(d.Dates, v)
		if v.Most > 0 && c.DoneOn.IsZero() && !v.Extended && d.State == admission.Open {
			d.Extends = append(d.Extends, v)
		}
	}
}

// choices reads what the forms of the page offer.
func (h *Web) choices(r *http.Request, d *showData) error {
	d.Reasons = options(d.lang, d.Set.Choices(rulebook.AdmissionStopReasons))
	d.Verdicts = options(d.lang, d.Set.Choices(rulebook.AdmissionVerdicts))
	for _, m := range d.Upcoming {
		d.Meetings = append(d.Meetings, web.Option{
			Value: strconv.FormatInt(m.Ref.ID, 10), Label: web.LangOf(r).Date(m.Day) + " · " + web.LangOf(r).T("admission.meeting."+m.State),
		})
	}
	if !d.Leads || d.State != admission.Open {
		return nil
	}
	people, err := h.svc.Officials(r.Context(), d.View)
	if err != nil {
		return err
	}
	for _, p := range people {
		d.Officers = append(d.Officers, web.Option{Value: strconv.FormatInt(p.MembershipID, 10), Label: p.Name})
	}
	if d.IsMember() {
		return nil
	}
	cells, err := h.svc.Beside(r.Context(), d.View)
	for _, c := range cells {
		d.Offer = append(d.Offer, web.Option{Value: strconv.FormatInt(c.ID, 10), Label: c.Name})
	}
	return err
}
