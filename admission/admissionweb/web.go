package admissionweb

import (
	"embed"
	"net/http"
	"strconv"

	"chibo/access"
	"chibo/admission"
	"chibo/internal/civil"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/rulebook"
)

// Catalogue holds the texts of these pages, of the domain's errors and notices.
//
//go:embed i18n/*.json
var Catalogue embed.FS

//go:embed pages/*.html pages/parts/*.html
var pageFiles embed.FS

// Config says what the pages are made of. All fields are required.
type Config struct {
	Kit        *web.Kit
	Admissions *admission.Service
}

// Web has the pages. Make it with New.
type Web struct {
	svc   *admission.Service
	pages *web.Pages
}

// New makes the pages and adds their routes to the kit.
func New(cfg Config) (*Web, error) {
	pages, err := cfg.Kit.Pages(pageFiles)
	if err != nil {
		return nil, err
	}
	h := &Web{svc: cfg.Admissions, pages: pages}
	k := cfg.Kit
	k.Handle("GET /cells/{id}/admission", h.cell)
	k.Handle("POST /cells/{id}/admission", h.track)
	k.Handle("GET /cells/{id}/admission/new", h.trackForm)
	k.Handle("GET /cells/{id}/admission/review", h.reviewForm)
	k.Handle("POST /cells/{id}/admission/review", h.review)
	k.Handle("GET /helping", h.helping)
	k.Handle("GET /dossiers/{ref}", h.show)
	k.Handle("GET /dossiers/{ref}/edit", h.editForm)
	k.Handle("POST /dossiers/{ref}/edit", h.edit)
	k.Handle("GET /dossiers/{ref}/papers", h.papers)
	k.Handle("POST /dossiers/{ref}/papers", h.putPaper)
	h.registerForms(k)
	k.Handle("GET /dossiers/{ref}/introducers", h.introducers)
	k.Handle("POST /dossiers/{ref}/introducers", h.putIntroducers)
	for name, act := range h.acts() {
		k.Handle("POST /dossiers/{ref}/"+name, h.do(name, act))
	}
	k.Handle("POST /dossiers/{ref}/take", h.take)
	k.Handle("GET /units/{id}/admission", h.board)
	k.Handle("GET /units/{id}/admission/plan", h.plan)
	k.Handle("POST /units/{id}/admission/plan", h.putPlan)
	k.Handle("POST /units/{id}/admission/keep", h.keepFor)
	k.Handle("GET /units/{id}/admission/reading", h.reading)
	k.Handle("GET /units/{id}/admission/reading.xlsx", h.readingBook)
	k.Handle("GET /units/{id}/admission/reading/list", h.behind)
	k.Handle("POST /units/{id}/admission/totals", h.putTotals)
	return h, nil
}

func (h *Web) today() civil.Date { return civil.From(h.svc.DB.Clock().Now()) }

// crumb is one step of the way to a page.
type crumb struct{ Href, Label string }

func unitHref(id int64) string { return "/units/" + strconv.FormatInt(id, 10) }

func planHref(id int64) string { return admission.BoardHref(id) + "/plan" }

// options gives a list of the rulebook to choose from.
func options(lang string, list []rulebook.Choice) (out []web.Option) {
	for _, c := range list {
		out = append(out, web.Option{Value: c.Code, Label: c.Title.In(lang)})
	}
	return out
}

// title gives the words of a code, the code itself when it is no longer listed.
func title(lang string, list []rulebook.Choice, code string) string {
	for _, c := range list {
		if c.Code == code {
			return c.Title.In(lang)
		}
	}
	return code
}

// stepTitle gives the words of a step.
func stepTitle(lang string, set rulebook.Set, code string) string {
	for _, st := range set.AdmissionSteps() {
		if st.Code == code {
			return st.Title.In(lang)
		}
	}
	return code
}

// clockTitle gives the words of a deadline.
func clockTitle(lang string, set rulebook.Set, code string) string {
	for _, c := range set.AdmissionClocks() {
		if c.Code == code {
			return c.Title.In(lang)
		}
	}
	return code
}

// soonDays is how many days before its day a deadline is shown as pressing; it is a matter
// of the page, no rule of the field.
const soonDays = 15

// dueView is a deadline as a line of a page shows it.
type dueView struct {
	Day   civil.Date
	Left  int    // days to it; below zero: over
	Tone  string // ok, warn, bad or empty
	Title string // which deadline
	Dated bool
	Far   bool // beyond the first alarm: only its day is said
}

// Until is Left without its sign, for the wording.
func (d dueView) Until() int { return max(d.Left, -d.Left) }

func (h *Web) due(lang string, set rulebook.Set, d admission.Dossier) dueView {
	v := dueView{Day: d.Due, Dated: d.State == admission.Open && d.Due.IsDay()}
	if !v.Dated {
		return v
	}
	v.Title, v.Left = clockTitle(lang, set, d.Clock), d.Due.Sub(h.today())
	if v.Far = v.Left > firstAlarm(set); v.Far && d.JoinedOn.IsZero() { // how long a certificate holds presses nobody years before
		return dueView{}
	}
	switch {
	case v.Left < 0:
		v.Tone = "bad"
	case v.Left <= soonDays:
		v.Tone = "warn"
	}
	return v
}

// firstAlarm gives how many days before a deadline the first alarm is.
func firstAlarm(set rulebook.Set) (far int) {
	for _, n := range set.Ints(rulebook.AdmissionAlarmDays) {
		far = max(far, n)
	}
	return far
}

// item is a dossier as a line of a list shows it.
type item struct {
	admission.Line
	Step  string
	Do    string
	Due   dueView
	Waits int // days since the step waits
}

func (h *Web) items(lang string, set rulebook.Set, lines []admission.Line) []item {
	out := make([]item, len(lines))
	for i, l := range lines {
		out[i] = item{Line: l, Step: stepTitle(lang, set, l.Dossier.Step), Due: h.due(lang, set, l.Dossier), Waits: h.today().Sub(l.Since)}
		for _, st := range set.AdmissionSteps() {
			if st.Code == l.Dossier.Step {
				out[i].Do = st.Do.In(lang)
			}
		}
	}
	return out
}

// asked gives who asks, and for which dossier.
func (h *Web) asked(r *http.Request) (who access.Actor, ref ident.Ref, err error) {
	if who, err = access.Must(r.Context()); err != nil {
		return who, ref, err
	}
	ref, err = web.Ref(r, "ref")
	return who, ref, err
}
