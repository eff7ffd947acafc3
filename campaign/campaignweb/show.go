package campaignweb

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"chibo/access"
	"chibo/campaign"
	"chibo/internal/civil"
	"chibo/internal/web"
)

// showData is the dot of show.html.
type showData struct {
	campaign.Shown
	Crumbs []crumb
	Kinds  string
	Steps  []stepView
	Taken  []reportView // of the unit that takes part, by step
	Begun  time.Time
	Files  string // address of the guidance's files
	Errors *web.Form
}

// reportView is a step as a unit that takes part sees it.
type reportView struct {
	campaign.Step
	campaign.Told
	Left   int
	Next   bool   // its form is open
	Link   string // opens its form; "" nothing to do
	May    bool   // the reader reports it now
	Decide bool   // the reader accepts it now
	Form   *web.Form
	At     string // address of the step
	Proofs string // address of the files; "" before the first word
	Words  []wordView
	Tone   string
}

// Until is Left without its sign, for the wording.
func (v reportView) Until() int { return max(v.Left, -v.Left) }

type wordView struct {
	campaign.Word
	When time.Time
}

// reportForm is a report or a decision as it is typed.
type reportForm struct {
	Note    string `form:"note"`
	Reason  string `form:"reason"`
	Accept  string `form:"accept"`
	Version int    `form:"version"`
	Op      string `form:"op"`
}

func (h *Web) show(w http.ResponseWriter, r *http.Request) error {
	d, err := h.showData(r, 0, nil)
	if err != nil {
		return err
	}
	return h.pages.Render(w, r, "show.html", d)
}

// showData gives the page; the form of one step is given when it was wrong.
func (h *Web) showData(r *http.Request, step int64, form *web.Form) (d showData, err error) {
	who, id, err := asked(r)
	if err != nil {
		return d, err
	}
	unit := unitOf(r)
	if d.Shown, err = h.svc.Show(r.Context(), who, id, unit); err != nil {
		return d, err
	}
	l := web.LangOf(r)
	d.Kinds, d.Begun, d.Errors = kindNames(d.Set, l.Code(), d.Campaign.Kinds), time.UnixMilli(d.Campaign.At).UTC(), form
	d.Files = "/campaigns/" + d.Ref().String() + "/files"
	left := func(s campaign.Step) int { return s.Due.Sub(d.Day) }
	narrowed := int64(0)
	if d.Under.ID != d.OrgID {
		narrowed = d.Under.ID
	}
	d.Steps = stepsOf(d.Campaign, d.Counts, left, narrowed)
	home := d.Owning
	if d.Unit.ID != 0 {
		home = d.Unit
	}
	d.Crumbs = []crumb{{listHref(home.ID), l.T("campaign.title")}, {"", d.Title}}
	if d.Unit.ID == 0 {
		return d, nil
	}
	at := d.at(r, step)
	for _, s := range d.Campaign.Steps {
		v := h.reportView(d.Shown, s, left(s))
		if v.Next = s.ID == at; !v.Next && (v.May || v.Decide) { // one form on a page
			v.May, v.Decide, v.Link = false, false, campaign.Href(id, d.Unit.ID)+"&step="+strconv.FormatInt(s.ID, 10)+"#step-"+strconv.FormatInt(s.ID, 10)
		}
		if v.Form = web.NewForm(reportForm{Note: v.Note, Version: v.Version, Op: newOp()}); form != nil && s.ID == step {
			v.Form = form
		}
		d.Taken = append(d.Taken, v)
	}
	return d, nil
}

// at gives the step whose form is open: the one that was wrong or asked for; else the first
// that waits for the reader.
func (d showData) at(r *http.Request, wrong int64) int64 {
	if wrong != 0 {
		return wrong
	}
	if asked, err := strconv.ParseInt(r.FormValue("step"), 10, 64); err == nil {
		return asked
	}
	for _, s := range d.Campaign.Steps {
		state := d.Reports[s.ID].State
		if d.May && !state.Done() || !d.May && d.Decide && state == campaign.Reported {
			return s.ID
		}
	}
	return 0
}

func (h *Web) reportView(d campaign.Shown, s campaign.Step, left int) reportView {
	v := reportView{Step: s, Told: d.Reports[s.ID], Left: left, At: "/campaigns/" + strconv.FormatInt(d.ID, 10) + "/steps/" + strconv.FormatInt(s.ID, 10)}
	v.May = d.May && v.State != campaign.Accepted
	v.Decide = d.Decide && v.State.Done()
	if !v.Ref.IsZero() {
		v.Proofs = "/proofs/" + v.Ref.String() + "/files"
	}
	for _, x := range v.Told.Words {
		v.Words = append(v.Words, wordView{x, time.UnixMilli(x.At).UTC()})
	}
	switch {
	case v.State == campaign.Accepted:
		v.Tone = "ok"
	case v.State == campaign.Reported:
		v.Tone = "info"
	case v.State == campaign.Returned, left < 0:
		v.Tone = "bad"
	}
	return v
}

// StateKey is the translation key of where the report stands.
func (v reportView) StateKey() string {
	if v.State == campaign.Missing || v.State == campaign.Draft {
		return "campaign.state.missing"
	}
	return "campaign.state." + string(v.State)
}

// Lines cuts the guidance into its paragraphs.
func (d showData) Lines() []string {
	return strings.FieldsFunc(d.Text, func(r rune) bool { return r == '\n' })
}

func step(r *http.Request) (int64, error) { return web.ID(r, "part") }

// files leads to the files of a report, which may not have been sent yet.
func (h *Web) files(w http.ResponseWriter, r *http.Request) error {
	who, id, err := asked(r)
	if err != nil {
		return err
	}
	st, err := step(r)
	if err != nil {
		return err
	}
	ref, err := h.svc.Draft(r.Context(), who, id, st, unitOf(r))
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/proofs/"+ref.String()+"/files")
}

func (h *Web) report(w http.ResponseWriter, r *http.Request) error {
	return h.say(w, r, func(who access.Actor, id, st int64, f reportForm) (string, error) {
		return "campaign.flash.reported", h.svc.Report(r.Context(), who, campaign.ReportIn{
			Campaign: id, Step: st, OrgID: unitOf(r), Note: f.Note, Version: f.Version, Op: f.Op,
		})
	})
}

func (h *Web) decide(w http.ResponseWriter, r *http.Request) error {
	return h.say(w, r, func(who access.Actor, id, st int64, f reportForm) (string, error) {
		accept := f.Accept == "yes"
		flash := "campaign.flash.returned"
		if accept {
			flash = "campaign.flash.accepted"
		}
		return flash, h.svc.Decide(r.Context(), who, campaign.DecideIn{
			Campaign: id, Step: st, OrgID: unitOf(r), Accept: accept, Reason: f.Reason, Version: f.Version, Op: f.Op,
		})
	})
}

// say does an act about a step and shows the campaign from the unit again.
func (h *Web) say(w http.ResponseWriter, r *http.Request, act func(who access.Actor, id, step int64, f reportForm) (string, error)) error {
	who, id, err := asked(r)
	if err != nil {
		return err
	}
	st, err := step(r)
	if err != nil {
		return err
	}
	var f reportForm
	var flash string
	if err = web.Decode(r, &f); err == nil {
		flash, err = act(who, id, st, f)
	}
	if err == nil {
		return web.SeeOther(w, r, campaign.Href(id, unitOf(r)), flash)
	}
	form, ok := web.Retry(r, err)
	if !ok {
		return err
	}
	d, err := h.showData(r, st, form)
	if err != nil {
		return err
	}
	return h.pages.RenderStatus(w, r, form.Status, "show.html", d)
}

// unitsData is the dot of units.html.
type unitsData struct {
	campaign.StepList
	Crumbs []crumb
	Tabs   []tab
	Rows   []unitView
	Parts  []partView
	Next   string
	Number int // in the heading
	Left   int
}

type tab struct {
	Href, Key string
	Count     int
	Here      bool
}

type unitView struct {
	campaign.UnitLine
	Href  string
	Tone  string
	Key   string // translation key of the state
	Since civil.Date
}

type partView struct {
	campaign.PartCount
	Href string
}

// Open counts those that have not.
func (p partView) Open() int { return p.Of - p.Done }

func (h *Web) units(w http.ResponseWriter, r *http.Request) error {
	who, id, err := asked(r)
	if err != nil {
		return err
	}
	st, err := step(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	at := q.Get("tab")
	if at != campaign.TabWaiting && at != campaign.TabDone && at != campaign.TabAll {
		at = campaign.TabOpen
	}
	v, err := h.svc.StepUnits(r.Context(), who, id, st, unitOf(r), at, q.Get("after"))
	if err != nil {
		return err
	}
	l := web.LangOf(r)
	d := unitsData{StepList: v, Left: v.At.Due.Sub(v.Day), Crumbs: []crumb{{listHref(v.OrgID), l.T("campaign.title")}, {campaign.Href(id, unitOf(r)), v.Title}, {"", v.At.Title}}}
	base := r.URL.Path + "?"
	if unit := unitOf(r); unit != 0 {
		base += "unit=" + strconv.FormatInt(unit, 10) + "&"
	}
	counts := map[string]int{campaign.TabOpen: v.Count.Open(), campaign.TabWaiting: v.Count.Waiting, campaign.TabDone: v.Count.Done, campaign.TabAll: v.Count.Of}
	for _, t := range []string{campaign.TabOpen, campaign.TabWaiting, campaign.TabDone, campaign.TabAll} {
		d.Tabs = append(d.Tabs, tab{base + "tab=" + t, "campaign.tab." + t, counts[t], t == at})
	}
	d.Number = counts[at]
	for _, u := range v.Units {
		d.Rows = append(d.Rows, unitLine(id, u, d.Left))
	}
	for _, p := range v.Parts {
		d.Parts = append(d.Parts, partView{p, r.URL.Path + "?unit=" + strconv.FormatInt(p.OrgID, 10) + "&tab=" + at})
	}
	if v.Next != "" {
		d.Next = base + "tab=" + at + "&after=" + v.Next
	}
	return h.pages.Render(w, r, "units.html", d)
}

func unitLine(id int64, u campaign.UnitLine, left int) unitView {
	x := unitView{UnitLine: u, Href: campaign.Href(id, u.OrgID), Key: "campaign.state." + string(u.State)}
	switch u.State {
	case campaign.Accepted:
		x.Tone = "ok"
	case campaign.Reported:
		x.Tone = "info"
	case campaign.Returned:
		x.Tone = "bad"
	default:
		x.Key = "campaign.state.missing"
		if left < 0 {
			x.Tone = "bad"
		}
	}
	return x
}
