package homeweb

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"chibo/access"
	"chibo/home"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/meeting"
	"chibo/org"
	"chibo/quality"
)

// crumb is one step of the way to a page.
type crumb struct{ Href, Label string }

// actData is the dot of act.html.
type actData struct {
	home.Acting
	Crumbs   []crumb
	Form     *web.Form
	Kind     home.Kind
	KindKey  string // translation key
	Act      string
	Tabs     []tab
	Visitors []web.Option
	Posts    []string // translation keys of the posts of Callees
	Before   []didView
	Record   bool // the reader may open records
	Back     string
}

type tab struct {
	Href, Key string
	Here      bool
}

// didView is what was done before.
type didView struct {
	home.Act
	Key string
	Ago int
}

type actForm struct {
	Kind    string     `form:"kind"`
	Act     string     `form:"act"`
	Text    string     `form:"text"`
	On      civil.Date `form:"on"`
	Visitor int64      `form:"visitor"`
	Op      string     `form:"op"`
}

// visitSoon is in how many days a visit is proposed.
const visitSoon = 3

func (h *Web) actForm(w http.ResponseWriter, r *http.Request) error {
	kind, act := home.Kind(r.FormValue("kind")), r.FormValue("act")
	d, err := h.actData(r, kind, act)
	if err != nil {
		return err
	}
	f := actForm{Kind: string(d.Kind), Act: d.Act, Op: ident.NewDevice()}
	l := web.LangOf(r)
	switch d.Act {
	case home.Visit:
		f.On = d.Today.AddDays(visitSoon)
		if len(d.Acting.Visitors) > 0 {
			f.Visitor = d.Acting.Visitors[0].ID
		}
		f.Text = l.T("home.text.visit", "What", l.T(d.KindKey))
	default:
		f.Text = l.T("home.text."+d.Act, "What", l.T(d.KindKey), "From", d.From.Name)
	}
	d.Form = web.NewForm(f)
	return h.pages.Render(w, r, "act.html", d)
}

func (h *Web) actData(r *http.Request, kind home.Kind, act string) (d actData, err error) {
	actor, err := access.Must(r.Context())
	if err != nil {
		return d, err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return d, err
	}
	if d.Acting, err = h.acts.Acting(r.Context(), actor, id); err != nil {
		return d, err
	}
	if !slices.Contains(home.Kinds(), kind) && !home.KnownKind(kind) {
		kind = home.NotMet
	}
	if !slices.Contains(home.Acts(), act) {
		act = home.Remind
	}
	l := web.LangOf(r)
	d.Kind, d.KindKey, d.Act = kind, "home.group."+string(kind), act
	d.Record = actor.Quiet().Can(access.MemberRead, d.Unit.Access())
	d.Back = "/#g-" + string(kind)
	d.Crumbs = []crumb{{"/", l.T("app.nav.home")}, {"/units/" + strconv.FormatInt(id, 10), d.Unit.Name}, {"", l.T("home.do." + act)}}
	for _, a := range home.Acts() {
		d.Tabs = append(d.Tabs, tab{fmt.Sprintf("/units/%d/act?kind=%s&act=%s", id, kind, a), "home.do." + a, a == act})
	}
	for _, p := range d.Acting.Visitors {
		d.Visitors = append(d.Visitors, web.Option{Value: strconv.FormatInt(p.ID, 10), Label: p.Name + ", " + l.T("home.post."+p.Title)})
	}
	for _, p := range d.Callees {
		d.Posts = append(d.Posts, "home.post."+p.Title)
	}
	for _, a := range d.Last {
		key := "home.did." + a.Act
		if a.Act == home.Visit && a.DoneOn.IsZero() {
			key = "home.did.plan"
		}
		d.Before = append(d.Before, didView{a, key, d.Today.Sub(a.Day)})
	}
	return d, nil
}

func (h *Web) act(w http.ResponseWriter, r *http.Request) error {
	actor, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	var f actForm
	if err = web.Decode(r, &f); err == nil {
		err = h.acts.Do(r.Context(), actor, home.ActIn{
			UnitID: id, Kind: home.Kind(f.Kind), Act: f.Act, Text: f.Text, On: f.On, Visitor: f.Visitor, Op: f.Op,
		})
	}
	if err == nil {
		return web.SeeOther(w, r, "/#g-"+f.Kind, "home.flash."+f.Act)
	}
	form, ok := web.Retry(r, err)
	if !ok {
		return err
	}
	d, err := h.actData(r, home.Kind(f.Kind), f.Act)
	if err != nil {
		return err
	}
	d.Form = form
	return h.pages.RenderStatus(w, r, form.Status, "act.html", d)
}

// score leads to the score of the cell's latest meeting, where it can be disputed.
func (h *Web) score(w http.ResponseWriter, r *http.Request) error {
	actor, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	to := "/cells/" + strconv.FormatInt(id, 10) + "/meetings"
	err = h.db.Read(r.Context(), func(q db.Q) error {
		u, err := org.ByID(r.Context(), q, id)
		if err != nil {
			return err
		}
		if _, err := access.For(actor, access.CellRead, u.Access()); err != nil {
			return err
		}
		list, err := quality.OfCell(r.Context(), q, u.PartID, u.ID, 1)
		if len(list) > 0 {
			to = meeting.Href(list[0].Meeting) + "/score"
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, to)
}

// visitView is a visit that the reader is to make.
type visitView struct {
	home.Going
	Href string
	Left int // days to it; below zero: over
	Form *web.Form
}

// Until is Left without its sign, for the wording.
func (v visitView) Until() int { return max(v.Left, -v.Left) }

func visitViews(list []home.Going, today civil.Date) (out []visitView) {
	for _, g := range list {
		out = append(out, visitView{Going: g, Href: "/units/" + strconv.FormatInt(g.UnitID, 10), Left: g.On.Sub(today)})
	}
	return out
}

// visitsData is the dot of visits.html.
type visitsData struct {
	Day  civil.Date
	Next []visitView
	Past []visitView
	Form *web.Form
	At   ident.Ref // whose form was wrong
}

type wentForm struct {
	On      civil.Date `form:"on"`
	Result  string     `form:"result"`
	Version int        `form:"version"`
}

func (h *Web) visitsData(r *http.Request) (d visitsData, err error) {
	actor, err := access.Must(r.Context())
	if err != nil {
		return d, err
	}
	d.Day = civil.From(h.clk.Now())
	err = h.db.Read(r.Context(), func(q db.Q) error {
		next, err := home.Visits(r.Context(), q, actor.PersonID)
		if err != nil {
			return err
		}
		past, err := home.Visited(r.Context(), q, actor.PersonID)
		d.Next, d.Past = visitViews(next, d.Day), visitViews(past, d.Day)
		return err
	})
	for i := range d.Next {
		d.Next[i].Form = web.NewForm(wentForm{On: d.Day, Version: d.Next[i].Version})
	}
	return d, err
}

func (h *Web) visits(w http.ResponseWriter, r *http.Request) error {
	d, err := h.visitsData(r)
	if err != nil {
		return err
	}
	return h.pages.Render(w, r, "visits.html", d)
}

func (h *Web) went(w http.ResponseWriter, r *http.Request) error {
	actor, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	ref, err := web.Ref(r, "ref")
	if err != nil {
		return err
	}
	var f wentForm
	if err = web.Decode(r, &f); err == nil {
		err = h.acts.Went(r.Context(), actor, ref, home.WentIn{On: f.On, Result: f.Result, Version: f.Version})
	}
	if err == nil {
		return web.SeeOther(w, r, "/visits", "home.flash.went")
	}
	form, ok := web.Retry(r, err)
	if !ok {
		return err
	}
	d, err := h.visitsData(r)
	if err != nil {
		return err
	}
	d.Form = form
	for i := range d.Next {
		if d.Next[i].Ref == ref {
			d.Next[i].Form = form
		}
	}
	return h.pages.RenderStatus(w, r, form.Status, "visits.html", d)
}
