package agendaweb

import (
	"net/http"
	"slices"

	"chibo/agenda"
	"chibo/internal/civil"
	"chibo/internal/web"
	"chibo/org"
	"chibo/rulebook"
)

// listData is the dot of list.html.
type listData struct {
	Unit     org.Unit
	Crumbs   []crumb
	Groups   []group
	Keep     bool
	Guidance string
}

// group is a kind of meeting with the templates that hold for it.
type group struct {
	Kind  string // title
	Lines []line
}

// line is one template and the types of cell for which it holds.
type line struct {
	Types   string
	Items   int
	Minutes int
	Origin  origin
	Href    string
	Edit    string // "" not the viewer's
	Next    []civil.Date
}

func (h *Web) list(w http.ResponseWriter, r *http.Request) error {
	who, id, err := asked(r)
	if err != nil {
		return err
	}
	v, err := h.svc.List(r.Context(), who, id)
	if err != nil {
		return err
	}
	ws := words{web.LangOf(r), v.Set}
	d := listData{
		Unit: v.Unit, Keep: v.Keep, Guidance: guidanceHref(id),
		Crumbs: crumbs(who, v.Unit, crumb{"", ws.l.T("agenda.title")}),
	}
	for _, k := range agenda.Kinds(v.Set) {
		g := group{Kind: kindTitle(ws.l, k)}
		g.Lines = ws.lines(v, k.Code)
		d.Groups = append(d.Groups, g)
	}
	return h.pages.Render(w, r, "list.html", d)
}

// lines joins types of cell that have the same template.
func (w words) lines(v agenda.Listed, kind string) []line {
	var out []line
	var of []agenda.Line
	for _, l := range v.Lines {
		if l.Kind != kind {
			continue
		}
		if k := slices.IndexFunc(of, func(m agenda.Line) bool { return same(l, m) }); k >= 0 {
			out[k].Types += ", " + w.typ(l.CellType)
			continue
		}
		typ := l.CellType
		if l.Template.OrgID != 0 || v.Unit.IsCell() {
			typ = l.Template.CellType
		}
		n := line{
			Types: w.typ(l.CellType), Items: len(l.Template.Items), Minutes: l.Template.Minutes(), Origin: w.origin(l.Template, v.Unit.ID),
			Href: oneHref(v.Unit.ID, "one", kind, typ),
		}
		for _, t := range l.Next {
			n.Next = append(n.Next, t.From)
		}
		if v.Keep {
			n.Edit = oneHref(v.Unit.ID, "edit", kind, typ)
		}
		of, out = append(of, l), append(out, n)
	}
	if len(out) == 1 && !v.Unit.IsCell() { // one for all
		out[0].Types = w.typ("")
		if out[0].Origin.Name == "" {
			out[0].Href = oneHref(v.Unit.ID, "one", kind, "")
			if v.Keep {
				out[0].Edit = oneHref(v.Unit.ID, "edit", kind, "")
			}
		}
	}
	return out
}

// same says that two types of cell have one template.
func same(a, b agenda.Line) bool {
	return a.Template.ID == b.Template.ID && (a.Template.ID != 0 || a.Template.Rule.Key == b.Template.Rule.Key) && len(a.Next) == len(b.Next)
}

// oneData is the dot of one.html.
type oneData struct {
	Unit     org.Unit
	Crumbs   []crumb
	Kind     string
	Type     string
	KindCode string
	TypeCode string
	Origin   origin
	Items    []itemView
	Minutes  int
	Required int
	Bars     web.Bars
	Edit     string // "" not the viewer's
	Own      bool   // the unit has one that holds, and may withdraw it
	Above    origin
	Versions []versionView
	Form     *web.Form
	Latest   int64
}

// itemView is an item as the preview shows it.
type itemView struct {
	Title, Content, Speaker string
	Minutes                 int
	From                    int // minutes since the beginning
	Optional                bool
	Section                 string // set where a part begins: key of its name
}

// versionView is one of the unit's own versions.
type versionView struct {
	agenda.Template
	Now    bool
	Future bool
}

func (w words) items(list []agenda.Item) []itemView {
	out := make([]itemView, len(list))
	at, section := 0, ""
	for i, it := range list {
		out[i] = itemView{
			Title: it.Title, Content: w.content(it.Content), Speaker: w.speaker(it.Speaker), Minutes: it.Minutes, From: at, Optional: it.Optional,
		}
		at += it.Minutes
		if it.Section != section {
			section = it.Section
			out[i].Section = "agenda.section." + section
		}
	}
	return out
}

// bars is the balance of a template's minutes.
func (w words) bars(list []agenda.Item) web.Bars {
	b := web.Bars{ID: "bars", Caption: w.l.T("agenda.balance"), Unit: "'"}
	for _, k := range w.set.ContentKinds() {
		row := web.Bar{Key: k.Code, Label: k.Title.In(w.l.Code()), Light: !k.Weighs, Alert: !k.Party}
		for _, it := range list {
			if it.Content == k.Code {
				row.Value += it.Minutes
			}
		}
		b.Rows = append(b.Rows, row)
	}
	return b.Fit()
}

func required(set rulebook.Set, kind string) int {
	if kind != "regular" {
		return 0
	}
	return set.Int(rulebook.MeetingMinMinutesRegular)
}

func (h *Web) one(w http.ResponseWriter, r *http.Request) error {
	d, err := h.oneData(r, r.URL.Query().Get("kind"), r.URL.Query().Get("type"))
	if err != nil {
		return err
	}
	d.Form = web.NewForm(withdrawForm{From: h.today()})
	return h.pages.Render(w, r, "one.html", d)
}

func (h *Web) oneData(r *http.Request, kind, cellType string) (d oneData, err error) {
	who, id, err := asked(r)
	if err != nil {
		return d, err
	}
	v, err := h.svc.Show(r.Context(), who, id, kind, cellType, civil.Date{})
	if err != nil {
		return d, err
	}
	ws := words{web.LangOf(r), v.Set}
	d = oneData{
		Unit: v.Unit, Kind: ws.kind(kind), Type: ws.typ(cellType), KindCode: kind, TypeCode: v.CellType, Origin: ws.origin(v.Template, id),
		Items: ws.items(v.Template.Items), Minutes: v.Template.Minutes(), Required: required(v.Set, kind), Bars: ws.bars(v.Template.Items),
		Above: ws.origin(v.Above, id), Latest: v.Latest,
	}
	if v.Unit.IsCell() {
		d.Type = ""
	}
	if v.Keep {
		d.Edit = oneHref(id, "edit", kind, v.CellType)
		d.Own = len(v.Own) > 0 && !v.Own[0].Withdrawn()
	}
	d.Crumbs = crumbs(who, v.Unit, crumb{agendasHref(id), ws.l.T("agenda.title")}, crumb{"", d.Kind})
	for _, t := range v.Own {
		d.Versions = append(d.Versions, versionView{t, t.ID == v.Template.ID, t.From.After(v.Day)})
	}
	return d, nil
}

// withdrawForm takes a unit's own template back from a day on.
type withdrawForm struct {
	Kind   string     `form:"kind"`
	Type   string     `form:"type"`
	From   civil.Date `form:"from"`
	Source string     `form:"source"`
	Seen   int64      `form:"seen"`
	Op     string     `form:"op"`
}

func (h *Web) withdraw(w http.ResponseWriter, r *http.Request) error {
	who, id, err := asked(r)
	if err != nil {
		return err
	}
	var f withdrawForm
	if err = web.Decode(r, &f); err == nil {
		err = h.svc.Save(r.Context(), who, agenda.SaveIn{OrgID: id, Kind: f.Kind, CellType: f.Type, From: f.From, Source: f.Source, Seen: f.Seen, Op: f.Op})
	}
	if err == nil {
		return web.SeeOther(w, r, oneHref(id, "one", f.Kind, f.Type), "agenda.flash.withdrawn")
	}
	form, ok := web.Retry(r, err)
	if !ok {
		return err
	}
	d, err := h.oneData(r, f.Kind, f.Type)
	if err != nil {
		return err
	}
	d.Form = form.Set("seen", text(d.Latest))
	return h.pages.RenderStatus(w, r, form.Status, "one.html", d)
}
