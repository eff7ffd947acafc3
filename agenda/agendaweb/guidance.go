package agendaweb

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"chibo/access"
	"chibo/agenda"
	"chibo/internal/civil"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/meeting"
	"chibo/org"
)

// guidancesData is the dot of guidances.html.
type guidancesData struct {
	Unit    org.Unit
	Crumbs  []crumb
	Own     []guidanceRow
	Above   []guidanceRow
	Keep    bool
	Agendas string
	Next    string
}

// guidanceRow is a guidance in a list.
type guidanceRow struct {
	agenda.Guidance
	Href    string
	Types   string
	Content string
	State   string // key
	Tone    string
	Cells   int
	Of      int
	Counted bool
	Done    civil.Date // of the cell's meeting that dealt with it
	Planned bool       // on the agenda of a meeting to come
}

func (w words) row(g agenda.Guidance, today civil.Date) guidanceRow {
	row := guidanceRow{Guidance: g, Href: "/guidance/" + text(g.ID), Types: w.types(g.Types), Content: w.content(g.Content)}
	switch {
	case g.WithdrawnAt != 0:
		row.State = "agenda.guidance.withdrawn"
	case today.Before(g.From):
		row.State, row.Tone = "agenda.guidance.coming", "info"
	case !g.InForce(today):
		row.State = "agenda.guidance.over"
	default:
		row.State, row.Tone = "agenda.guidance.in_force", "ok"
	}
	return row
}

func (w words) types(codes []string) string {
	if len(codes) == 0 {
		return w.typ("")
	}
	out := make([]string, len(codes))
	for i, c := range codes {
		out[i] = w.typ(c)
	}
	return strings.Join(out, ", ")
}

func (h *Web) guidances(w http.ResponseWriter, r *http.Request) error {
	who, id, err := asked(r)
	if err != nil {
		return err
	}
	before, _ := strconv.ParseInt(r.URL.Query().Get("before"), 10, 64) //nolint:errcheck // nothing asked is the first page
	v, err := h.svc.Guidances(r.Context(), who, id, before)
	if err != nil {
		return err
	}
	ws := words{web.LangOf(r), v.Set}
	d := guidancesData{Unit: v.Unit, Keep: v.Keep, Agendas: agendasHref(id), Crumbs: crumbs(who, v.Unit, crumb{"", ws.l.T("agenda.guidance.title")})}
	for _, g := range v.Own {
		row := ws.row(g.Guidance, v.Day)
		row.Cells, row.Of, row.Counted = g.Cells, g.Of, g.Counted
		d.Own = append(d.Own, row)
	}
	for _, g := range v.Above {
		row := ws.row(g, v.Day)
		if t, ok := v.Taken[g.ID]; ok {
			row.Done, row.Planned = t.Day, t.Day.IsZero()
		}
		d.Above = append(d.Above, row)
	}
	if v.More != 0 {
		d.Next = guidanceHref(id) + "?before=" + text(v.More)
	}
	return h.pages.Render(w, r, "guidances.html", d)
}

// publishForm is a new guidance.
type publishForm struct {
	Title   string     `form:"title"`
	Text    string     `form:"text"`
	Link    string     `form:"link"`
	Content string     `form:"content"`
	Minutes int        `form:"minutes"`
	From    civil.Date `form:"from"`
	Until   civil.Date `form:"until"`
	Types   []string   `form:"types"`
	Op      string     `form:"op"`
}

// publishData is the dot of publish.html.
type publishData struct {
	Unit     org.Unit
	Crumbs   []crumb
	Form     *web.Form
	Contents []web.Option
	Types    []web.Option
	Cell     bool
}

func (h *Web) publishData(r *http.Request) (d publishData, err error) {
	who, id, err := asked(r)
	if err != nil {
		return d, err
	}
	v, err := h.svc.List(r.Context(), who, id)
	if err != nil {
		return d, err
	}
	if !v.Keep {
		return d, access.ErrForbidden
	}
	ws := words{web.LangOf(r), v.Set}
	return publishData{
		Unit: v.Unit, Contents: ws.contents(), Types: options(v.Set.CellTypes(), ws.l.Code()), Cell: v.Unit.IsCell(),
		Crumbs: crumbs(who, v.Unit, crumb{guidanceHref(id), ws.l.T("agenda.guidance.title")}, crumb{"", ws.l.T("agenda.publish.crumb")}),
	}, nil
}

// usualDays is how long a guidance holds unless somebody says otherwise: about two
// regular meetings.
const usualDays = 60

func (h *Web) publishForm(w http.ResponseWriter, r *http.Request) error {
	d, err := h.publishData(r)
	if err != nil {
		return err
	}
	today := h.today()
	d.Form = web.NewForm(publishForm{Minutes: newItemMinutes, From: today, Until: today.AddDays(usualDays).Month().Last(), Op: ident.NewDevice()})
	return h.pages.Render(w, r, "publish.html", d)
}

func (h *Web) publish(w http.ResponseWriter, r *http.Request) error {
	who, id, err := asked(r)
	if err != nil {
		return err
	}
	var f publishForm
	if err = web.Decode(r, &f); err == nil {
		err = h.svc.Publish(r.Context(), who, agenda.PublishIn{
			OrgID: id, Title: f.Title, Text: f.Text, Link: f.Link, Content: f.Content, Minutes: f.Minutes, From: f.From, Until: f.Until, Types: f.Types, Op: f.Op,
		})
	}
	if err == nil {
		return web.SeeOther(w, r, guidanceHref(id), "agenda.flash.published")
	}
	form, ok := web.Retry(r, err)
	if !ok {
		return err
	}
	d, err := h.publishData(r)
	if err != nil {
		return err
	}
	d.Form = form
	return h.pages.RenderStatus(w, r, form.Status, "publish.html", d)
}

// guidanceData is the dot of guidance.html.
type guidanceData struct {
	guidanceRow
	Crumbs []crumb
	Keep   bool
	Under  string // name of the unit whose cells are counted
	Cells  int
	Of     int
	Not    bool // the cells that have not
	List   []uptakeRow
	Taken  string // addresses of the two lists
	Open   string
	Next   string
	At     time.Time
}

// uptakeRow is a cell in the list of those that took a guidance up, or did not.
type uptakeRow struct {
	agenda.CellUptake
	Href string // of the meeting; else of the cell
}

func (h *Web) guidance(w http.ResponseWriter, r *http.Request) error {
	who, id, err := asked(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	not := q.Get("cells") == "not"
	v, err := h.svc.Guidance(r.Context(), who, id, not, q.Get("after"))
	if err != nil {
		return err
	}
	ws := words{web.LangOf(r), v.Set}
	href := "/guidance/" + text(id)
	d := guidanceData{
		guidanceRow: ws.row(v.Guidance, v.Today), Keep: v.Keep && v.WithdrawnAt == 0, Under: v.Under.Name, Cells: v.Cells, Of: v.Of, Not: not,
		Taken: href, Open: href + "?cells=not", At: time.UnixMilli(v.At).UTC(),
		Crumbs: crumbs(who, v.Owning, crumb{guidanceHref(v.OrgID), ws.l.T("agenda.guidance.title")}, crumb{"", ws.l.T("agenda.guidance.one")}),
	}
	d.Counted = v.Counted
	for _, c := range v.List {
		row := uptakeRow{c, unitHref(c.OrgID)}
		if c.Meeting.ID != 0 {
			row.Href = meeting.Href(c.Meeting)
		}
		d.List = append(d.List, row)
	}
	if v.Next != "" {
		d.Next = href + "?after=" + v.Next
		if not {
			d.Next += "&cells=not"
		}
	}
	return h.pages.Render(w, r, "guidance.html", d)
}

// Lines cuts the text into its paragraphs.
func (d guidanceData) Lines() []string {
	return strings.FieldsFunc(d.Text, func(r rune) bool { return r == '\n' })
}

func (h *Web) withdrawGuidance(w http.ResponseWriter, r *http.Request) error {
	who, id, err := asked(r)
	if err != nil {
		return err
	}
	unit, err := h.svc.Withdraw(r.Context(), who, id)
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, guidanceHref(unit), "agenda.flash.guidance_back")
}
