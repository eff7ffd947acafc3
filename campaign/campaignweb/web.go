package campaignweb

import (
	"embed"
	"net/http"
	"strconv"

	"chibo/access"
	"chibo/campaign"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/org"
	"chibo/rulebook"
)

// Catalogue holds the texts of these pages, of the domain's errors and notices.
//
//go:embed i18n/*.json
var Catalogue embed.FS

//go:embed pages
var pageFiles embed.FS

// Config says what the pages are made of. All fields are required.
type Config struct {
	Kit       *web.Kit
	Campaigns *campaign.Service
}

// Web has the pages. Make it with New.
type Web struct {
	svc   *campaign.Service
	pages *web.Pages
}

// New makes the pages and adds their routes to the kit.
func New(cfg Config) (*Web, error) {
	pages, err := cfg.Kit.Pages(pageFiles)
	if err != nil {
		return nil, err
	}
	h := &Web{svc: cfg.Campaigns, pages: pages}
	cfg.Kit.Handle("GET /units/{id}/campaigns", h.list)
	cfg.Kit.Handle("POST /units/{id}/campaigns", h.begin)
	cfg.Kit.Handle("GET /units/{id}/campaigns/new", h.beginForm)
	cfg.Kit.Handle("GET /campaigns/{id}", h.show)
	cfg.Kit.Handle("GET /campaigns/{id}/edit", h.changeForm)
	cfg.Kit.Handle("POST /campaigns/{id}/edit", h.change)
	cfg.Kit.Handle("POST /campaigns/{id}/close", h.close)
	cfg.Kit.Handle("GET /campaigns/{id}/steps/{part}", h.units)
	cfg.Kit.Handle("POST /campaigns/{id}/steps/{part}/files", h.files)
	cfg.Kit.Handle("POST /campaigns/{id}/steps/{part}/report", h.report)
	cfg.Kit.Handle("POST /campaigns/{id}/steps/{part}/decide", h.decide)
	return h, nil
}

// crumb is one step of the way to a page.
type crumb struct{ Href, Label string }

func unitHref(id int64) string { return "/units/" + strconv.FormatInt(id, 10) }

func listHref(id int64) string { return unitHref(id) + "/campaigns" }

// asked gives who asks, and for which id.
func asked(r *http.Request) (who access.Actor, id int64, err error) {
	if who, err = access.Must(r.Context()); err != nil {
		return who, 0, err
	}
	id, err = web.ID(r, "id")
	return who, id, err
}

func unitOf(r *http.Request) int64 {
	id, _ := strconv.ParseInt(r.FormValue("unit"), 10, 64) //nolint:errcheck // none is the reader's own part
	return id
}

// stepView is a step with how far it is.
type stepView struct {
	campaign.Step
	campaign.Count
	Counted bool
	Tone    string
	Left    int    // days to it; below zero: over
	Href    string // of the list
	At      string // of the list, without the tab
	Waits   string // of those to be looked at
}

// Until is Left without its sign, for the wording.
func (s stepView) Until() int { return max(s.Left, -s.Left) }

// campaignView is a campaign in a list.
type campaignView struct {
	campaign.Campaign
	Href    string
	Kinds   string
	Steps   []stepView
	Counted bool
}

func kindNames(set rulebook.Set, lang string, kinds []string) (out string) {
	for i, k := range kinds {
		if i > 0 {
			out += ", "
		}
		out += set.OrgKind(k).Title.In(lang)
	}
	return out
}

func stepsOf(c campaign.Campaign, counts []campaign.Count, left func(campaign.Step) int, unit int64) (out []stepView) {
	for i, s := range c.Steps {
		v := stepView{Step: s, Left: left(s), At: "/campaigns/" + strconv.FormatInt(c.ID, 10) + "/steps/" + strconv.FormatInt(s.ID, 10)}
		more := ""
		if unit != 0 {
			more = "&unit=" + strconv.FormatInt(unit, 10)
		}
		v.Href, v.Waits = v.At+"?tab=open"+more, v.At+"?tab=waiting"+more
		if i < len(counts) {
			v.Count, v.Counted = counts[i], true
			switch {
			case v.Of > 0 && v.Done == v.Of:
				v.Tone, v.Href = "ok", v.At+"?tab=done"+more
			case v.Left < 0 && c.Running():
				v.Tone = "bad"
			}
		}
		out = append(out, v)
	}
	return out
}

// listData is the dot of list.html.
type listData struct {
	Unit   org.Unit
	Crumbs []crumb
	Own    []campaignView
	Above  []takingView
	Keep   bool
	New    string
}

// takingView is a campaign of a committee above, as the unit sees it.
type takingView struct {
	campaign.Taking
	Href string
	Next campaign.Step // zero: all are done
	Done int
	Left int
}

// Until is Left without its sign, for the wording.
func (t takingView) Until() int { return max(t.Left, -t.Left) }

func (h *Web) list(w http.ResponseWriter, r *http.Request) error {
	who, id, err := asked(r)
	if err != nil {
		return err
	}
	v, err := h.svc.List(r.Context(), who, id)
	if err != nil {
		return err
	}
	l := web.LangOf(r)
	d := listData{Unit: v.Unit, Keep: v.Keep, New: listHref(id) + "/new", Crumbs: []crumb{{unitHref(id), v.Unit.Name}, {"", l.T("campaign.title")}}}
	left := func(s campaign.Step) int { return s.Due.Sub(v.Day) }
	for _, p := range v.Own {
		d.Own = append(d.Own, campaignView{
			Campaign: p.Campaign, Href: campaign.Href(p.ID, 0), Kinds: kindNames(v.Set, l.Code(), p.Kinds), Steps: stepsOf(p.Campaign, p.Counts, left, 0), Counted: p.Counted,
		})
	}
	for _, t := range v.Above {
		x := takingView{Taking: t, Href: campaign.Href(t.ID, id)}
		open := t.Open()
		x.Done = len(t.Steps) - len(open)
		if len(open) > 0 {
			x.Next, x.Left = open[0], left(open[0])
		}
		d.Above = append(d.Above, x)
	}
	return h.pages.Render(w, r, "list.html", d)
}

// freshSteps is how many empty steps a form offers.
const freshSteps = 4

func newOp() string { return ident.NewDevice() }
