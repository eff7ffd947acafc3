package agendaweb

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"chibo/access"
	"chibo/agenda"
	"chibo/internal/civil"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/org"
)

// editForm is a whole template as its form sends it. Nothing is stored before it is
// saved: each other button sends everything and gets it back, changed.
type editForm struct {
	Kind    string     `form:"kind"`
	Type    string     `form:"type"`
	From    civil.Date `form:"from"`
	Source  string     `form:"source"`
	Items   []editItem `form:"items"`
	NewItem editItem   `form:"new_item"`
	Seen    int64      `form:"seen"`
	Op      string     `form:"op"`
	Do      string     `form:"do"`
}

type editItem struct {
	Code     string `form:"code"`
	Section  string `form:"section"`
	Title    string `form:"title"`
	Content  string `form:"content"`
	Minutes  int    `form:"minutes"`
	Speaker  string `form:"speaker"`
	Optional bool   `form:"optional"`
}

// What the buttons do; those on a row carry its place: "up:2".
const (
	doSave = "save"
	doAdd  = "add"
	doUp   = "up"
	doDown = "down"
	doDrop = "drop"
)

// newItemMinutes is what an item gets that is added, until somebody says otherwise.
const newItemMinutes = 10

// editData is the dot of edit.html.
type editData struct {
	Unit     org.Unit
	Crumbs   []crumb
	Kind     string
	Type     string
	Form     *web.Form
	Rows     []row
	Contents []web.Option
	Speakers []web.Option
	Preview  []itemView
	Minutes  int
	Required int
	Bars     web.Bars
	Basis    origin // what the form began with
	Back     string
}

// row is one row of the form: N its place from 0.
type row struct {
	N, No       int
	Prefix      string // "items[2]."
	Path        string // "items.2.": of its errors
	First, Last bool
	Bad         bool
	Optional    bool
}

func (h *Web) edit(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	d, v, err := h.editData(r, q.Get("kind"), q.Get("type"))
	if err != nil {
		return err
	}
	f := editForm{Kind: v.Kind, Type: v.CellType, From: v.Day, Seen: v.Latest, Op: ident.NewDevice(), NewItem: editItem{Minutes: newItemMinutes}}
	for _, it := range v.Template.Items {
		f.Items = append(f.Items, editItem{it.Code, it.Section, it.Title, it.Content, it.Minutes, it.Speaker, it.Optional})
	}
	if v.Template.OrgID == v.Unit.ID {
		f.Source = v.Template.Source
	}
	d.show(words{web.LangOf(r), v.Set}, web.NewForm(f), f)
	return h.pages.Render(w, r, "edit.html", d)
}

// editData gives the page without its form, to who makes the unit's templates.
func (h *Web) editData(r *http.Request, kind, cellType string) (d editData, v agenda.Shown, err error) {
	who, id, err := asked(r)
	if err != nil {
		return d, v, err
	}
	if v, err = h.svc.Show(r.Context(), who, id, kind, cellType, civil.Date{}); err != nil {
		return d, v, err
	}
	if !v.Keep {
		return d, v, access.ErrForbidden
	}
	ws := words{web.LangOf(r), v.Set}
	d = editData{
		Unit: v.Unit, Kind: ws.kind(kind), Type: ws.typ(v.CellType), Contents: ws.contents(), Speakers: options(v.Set.Choices("speaker.roles"), ws.l.Code()),
		Required: required(v.Set, kind), Basis: ws.origin(v.Template, id), Back: oneHref(id, "one", kind, v.CellType),
	}
	if v.Unit.IsCell() {
		d.Type = ""
	}
	d.Crumbs = crumbs(who, v.Unit, crumb{agendasHref(id), ws.l.T("agenda.title")}, crumb{d.Back, d.Kind}, crumb{"", ws.l.T("agenda.edit.crumb")})
	return d, v, nil
}

// show fills the page with the rows of a form and with the preview of what it means.
func (d *editData) show(ws words, form *web.Form, f editForm) {
	d.Form = form
	for n := range f.Items {
		path := "items." + strconv.Itoa(n) + "."
		d.Rows = append(d.Rows, row{
			N: n, No: n + 1, Prefix: "items[" + strconv.Itoa(n) + "].", Path: path, First: n == 0, Last: n == len(f.Items)-1,
			Bad: anyUnder(form, path), Optional: f.Items[n].Optional,
		})
	}
	items := f.items()
	d.Preview, d.Bars = ws.items(items), ws.bars(items)
	for _, it := range items {
		d.Minutes += it.Minutes
	}
}

func anyUnder(form *web.Form, path string) bool {
	for field := range form.Errs {
		if strings.HasPrefix(field, path) {
			return true
		}
	}
	return false
}

// items gives the items as the domain takes them.
func (f editForm) items() []agenda.Item {
	out := make([]agenda.Item, len(f.Items))
	for i, it := range f.Items {
		out[i] = agenda.Item{
			Code: it.Code, Section: it.Section, Title: it.Title, Content: it.Content, Minutes: it.Minutes, Speaker: it.Speaker, Optional: it.Optional,
		}
	}
	return out
}

// act does to the rows what the button says.
func (f *editForm) act() error {
	do, at, _ := strings.Cut(f.Do, ":")
	n, err := strconv.Atoi(at)
	if err != nil || n < 0 || n >= len(f.Items) {
		n = -1
	}
	switch {
	case do == doAdd && f.NewItem.Title == "":
		return fault.Field("new_item.title", "agenda.err.empty")
	case do == doUp && n > 0:
		f.swap(n-1, n, f.Items[n-1].Section)
	case do == doDown && n >= 0 && n < len(f.Items)-1:
		f.swap(n+1, n, f.Items[n+1].Section)
	case do == doDrop && n >= 0:
		f.Items = slices.Delete(f.Items, n, n+1)
	}
	f.addNew()
	return nil
}

// swap puts the row at from into the place to, which is in the section.
func (f *editForm) swap(to, from int, section string) {
	f.Items[to], f.Items[from] = f.Items[from], f.Items[to]
	f.Items[to].Section = section
}

// addNew puts the row at the foot, when it has a title, at the end of the main part.
func (f *editForm) addNew() {
	if f.NewItem.Title == "" {
		return
	}
	at := slices.IndexFunc(f.Items, func(it editItem) bool { return it.Section == agenda.Closing })
	if at < 0 {
		at = len(f.Items)
	}
	it := f.NewItem
	it.Section, it.Code = agenda.Main, ""
	f.Items = slices.Insert(f.Items, at, it)
	f.NewItem = editItem{Minutes: newItemMinutes, Content: it.Content, Speaker: it.Speaker}
}

// save stores the template, or gives the form back as another button left it.
func (h *Web) save(w http.ResponseWriter, r *http.Request) error {
	who, id, err := asked(r)
	if err != nil {
		return err
	}
	var f editForm
	err = dotted(web.Decode(r, &f))
	sent := f
	sent.Items = slices.Clone(f.Items)
	if err == nil {
		err = f.act()
	}
	if err == nil && f.Do != doSave && f.Do != "" {
		return h.editAgain(w, r, web.NewForm(f), f)
	}
	if err == nil && len(f.Items) == 0 {
		err = fault.Field("items", "agenda.err.no_items")
	}
	if err == nil {
		err = h.svc.Save(r.Context(), who, agenda.SaveIn{
			OrgID: id, Kind: f.Kind, CellType: f.Type, From: f.From, Source: f.Source, Items: f.items(), Seen: f.Seen, Op: f.Op,
		})
	}
	if err == nil {
		return web.SeeOther(w, r, oneHref(id, "one", f.Kind, f.Type), "agenda.flash.saved")
	}
	form, ok := web.Retry(r, err)
	if !ok {
		return err
	}
	if len(f.Items) != len(sent.Items) { // the new row has a place already: show it there
		form.Values = web.NewForm(f).Values
		return h.editAgain(w, r, form, f)
	}
	return h.editAgain(w, r, form, sent)
}

// editAgain shows the form as it was typed. When somebody else was faster, saving again
// makes a version after that one.
func (h *Web) editAgain(w http.ResponseWriter, r *http.Request, form *web.Form, f editForm) error {
	d, v, err := h.editData(r, f.Kind, f.Type)
	if err != nil {
		return err
	}
	if form.Status == http.StatusConflict {
		form.Set("seen", text(v.Latest))
	}
	d.show(words{web.LangOf(r), v.Set}, form, f)
	status := form.Status
	if status == 0 {
		status = http.StatusOK
	}
	return h.pages.RenderStatus(w, r, status, "edit.html", d)
}

// dotted turns the decoder's names into the domain's: "items[2].minutes" is
// "items.2.minutes".
func dotted(err error) error {
	fields := fault.FieldsOf(err)
	if len(fields) == 0 {
		return err
	}
	out := make(fault.Fields, len(fields))
	for i, f := range fields {
		f.Field = strings.NewReplacer("[", ".", "]", "").Replace(f.Field)
		out[i] = f
	}
	return out.Err()
}
