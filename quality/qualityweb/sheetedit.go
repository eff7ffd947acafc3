package qualityweb

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/fault"
	"chibo/internal/i18n"
	"chibo/internal/web"
	"chibo/org"
	"chibo/quality"
	"chibo/rulebook"
)

// sheetData is the dot of sheetedit.html.
type sheetData struct {
	Unit      org.Unit
	Crumbs    []crumb
	Form      *web.Form
	Points    bool // the sheet gives points
	Groups    []groupView
	Bands     []rowView
	Evidences []web.Option
	Methods   []web.Option
	Kinds     []web.Option
	Hard      []web.Option // lines that may be asked to be full
	HardTop   string       // the grade that the condition guards, in words
	HardElse  string       // the one instead
	Sum       int
	Max       int
	Preview   *previewView
}

// groupView is a group of the form; Leaf is set while it has no parts.
type groupView struct {
	rowView
	Sum   int
	Leaf  *leafView
	Parts []leafView
}

// rowView says where the fields of a row are: Prefix begins their names, Path those of
// their messages.
type rowView struct {
	N            int
	At           string // "2" or "2.1", for the buttons
	Prefix, Path string
	Title        string
	Bad          bool
}

// leafView is a line of the form that is scored by itself.
type leafView struct {
	rowView
	Levels   []levelRow
	Measures []web.Option
	Tabled   bool // it is scored by levels
	Open     bool // unfolded: something is wrong in it, or was just changed
}

// levelRow is a level of the form; the last one is what remains.
type levelRow struct {
	rowView
	Rest bool
}

// previewView says how past meetings would have been graded.
type previewView struct {
	quality.Preview
	Bands []gradeCount
	Moved []movedView
}

type gradeCount struct {
	Title    string
	Old, New int
}

type movedView struct {
	quality.Moved
	Href     string
	Old, New string
	Why      []string
}

// editSheet answers GET /units/{id}/sheets/edit?code=: the form, begun with a sheet.
func (h *Web) editSheet(w http.ResponseWriter, r *http.Request) error {
	who, id, err := unitOf(r)
	if err != nil {
		return err
	}
	list, err := h.scores.Sheets(r.Context(), who, id)
	if err != nil {
		return err
	}
	s, ok := sheetOf(list, r.URL.Query().Get("code"))
	if !ok {
		return fault.New(fault.NotFound, "err.not_found")
	}
	f := begun(s)
	f.ValidFrom = list.Today.AddDays(1)
	return h.renderEdit(w, r, list, web.NewForm(f), f, nil)
}

// saveSheet answers POST /units/{id}/sheets: it writes the sheet, previews it, or gives
// the form back as another button left it.
func (h *Web) saveSheet(w http.ResponseWriter, r *http.Request) error {
	who, id, err := unitOf(r)
	if err != nil {
		return err
	}
	list, err := h.scores.Sheets(r.Context(), who, id)
	if err != nil {
		return err
	}
	var f sheetForm
	if err := dotted(web.Decode(r, &f)); err != nil {
		return h.refused(w, r, list, err, f)
	}
	if f.act() {
		return h.renderEdit(w, r, list, web.NewForm(f), f, nil)
	}
	made, err := f.sheet()
	if err != nil {
		return h.refused(w, r, list, err, f)
	}
	if f.Do == doPreview {
		p, err := h.scores.Preview(r.Context(), who, id, made, f.Kinds)
		if err != nil {
			return h.refused(w, r, list, err, f)
		}
		return h.renderEdit(w, r, list, web.NewForm(f), f, newPreview(web.LangOf(r), p, made))
	}
	_, err = h.scores.PutSheet(r.Context(), who, rulebook.OwnSheet{OrgID: id, Kinds: f.Kinds, Sheet: made, From: f.ValidFrom, Source: f.Source})
	if err != nil {
		return h.refused(w, r, list, err, f)
	}
	return web.SeeOther(w, r, sheetsHref(id), "quality.flash.sheet")
}

// refused shows the form as it was typed, with a message at each field.
func (h *Web) refused(w http.ResponseWriter, r *http.Request, list quality.SheetList, err error, f sheetForm) error {
	form, ok := web.Retry(r, err)
	if !ok {
		return err
	}
	return h.renderEdit(w, r, list, form, f, nil)
}

func (h *Web) renderEdit(w http.ResponseWriter, r *http.Request, list quality.SheetList, form *web.Form, f sheetForm, p *previewView) error {
	if !list.Keep {
		return access.ErrForbidden
	}
	l := web.LangOf(r)
	d := sheetData{Unit: list.Unit, Form: form, Points: f.Mode != rulebook.ModePass, Kinds: kindOptions(l), Max: f.Max, Preview: p}
	d.Crumbs = unitCrumbs(l, list.Unit, "quality.sheets.title")
	d.Crumbs[len(d.Crumbs)-1].Href = sheetsHref(list.Unit.ID)
	d.Crumbs = append(d.Crumbs, crumb{"", l.T("quality.edit.crumb")})
	d.fill(l, f)
	status := http.StatusOK
	if form.Status != 0 {
		status = form.Status
	}
	return h.pages.RenderStatus(w, r, status, "sheetedit.html", d)
}

func (d *sheetData) fill(l *i18n.Lang, f sheetForm) {
	for _, e := range rulebook.Evidences() {
		d.Evidences = append(d.Evidences, web.Option{Value: e, Label: l.T("quality.evidence." + e)})
	}
	for _, m := range []string{rulebook.MethodLevels, rulebook.MethodShare, rulebook.MethodYes, rulebook.MethodAsk} {
		d.Methods = append(d.Methods, web.Option{Value: m, Label: l.T("quality.method." + m)})
	}
	var has []string
	for i, g := range f.Criteria {
		at := "criteria[" + strconv.Itoa(i) + "]."
		v := groupView{rowView: d.at(strconv.Itoa(i), at+"line.", g.Line.Title)}
		d.Sum += g.Line.Max
		if len(g.Parts) == 0 {
			leaf := d.leaf(l, v.At, v.Prefix, g.Line)
			v.Leaf = &leaf
			has = append(has, g.Line.Evidence)
		}
		for n, p := range g.Parts {
			v.Sum += p.Max
			has = append(has, p.Evidence)
			v.Parts = append(v.Parts, d.leaf(l, v.At+"."+strconv.Itoa(n), at+"parts["+strconv.Itoa(n)+"].", p))
		}
		d.Groups = append(d.Groups, v)
	}
	for i, b := range f.Bands {
		d.Bands = append(d.Bands, d.at(strconv.Itoa(i), "bands["+strconv.Itoa(i)+"].", b.Title))
	}
	for _, e := range rulebook.Evidences() {
		if slices.Contains(has, e) || slices.Contains(f.HardFull, e) {
			d.Hard = append(d.Hard, web.Option{Value: e, Label: l.T("quality.evidence." + e)})
		}
	}
	if len(f.Bands) > 1 {
		d.HardTop, d.HardElse = f.Bands[0].Title, f.Bands[1].Title
	}
}

func (d *sheetData) at(at, prefix, title string) rowView {
	v := rowView{At: at, Prefix: prefix, Path: undot(prefix), Title: title}
	_, last, found := strings.Cut(at, ".")
	if !found {
		last = at
	}
	v.N, _ = strconv.Atoi(last) //nolint:errcheck // a number that was written above
	for field := range d.Form.Errs {
		v.Bad = v.Bad || strings.HasPrefix(field, v.Path)
	}
	return v
}

func (d *sheetData) leaf(l *i18n.Lang, at, prefix string, f lineForm) leafView {
	v := leafView{rowView: d.at(at, prefix, f.Title), Tabled: f.Method == rulebook.MethodLevels}
	act, where, _ := strings.Cut(d.Form.Value("do"), ":")
	v.Open = v.Bad || act == doShow || strings.HasPrefix(where+".", at+".")
	for _, m := range rulebook.Measures(f.Evidence) {
		v.Measures = append(v.Measures, web.Option{Value: m.Code, Label: l.T("quality.measure." + m.Code)})
	}
	for i, x := range f.Levels {
		v.Levels = append(v.Levels, levelRow{d.at(at+"."+strconv.Itoa(i), prefix+"levels["+strconv.Itoa(i)+"].", x.Title), i == len(f.Levels)-1})
	}
	return v
}

func newPreview(l *i18n.Lang, p quality.Preview, made rulebook.Sheet) *previewView {
	v := &previewView{Preview: p}
	for _, b := range made.Bands {
		v.Bands = append(v.Bands, gradeCount{b.Title.In(l.Code()), p.Old[b.Code], p.New[b.Code]})
	}
	for _, b := range p.OldSheet.Bands { // grades that only the old sheet has
		if made.Band(b.Code).Code == "" {
			v.Bands = append(v.Bands, gradeCount{b.Title.In(l.Code()), p.Old[b.Code], 0})
		}
	}
	for _, m := range p.Moved {
		x := movedView{Moved: m, Href: address(m.Meeting), Old: said(l, p.OldSheet, m.Old10, m.OldGrade), New: said(l, made, m.New10, m.NewGrade)}
		for _, lost := range m.Why {
			x.Why = append(x.Why, lostText(l, lost))
		}
		v.Moved = append(v.Moved, x)
	}
	return v
}

// undot turns the name of a field into the place that the domain gives.
func undot(name string) string {
	return strings.NewReplacer("[", ".", "]", "", ".line.", ".").Replace(name)
}

// dotted turns the decoder's names into the domain's: "criteria[2].max" is
// "criteria.2.max".
func dotted(err error) error {
	fields := fault.FieldsOf(err)
	if len(fields) == 0 {
		return err
	}
	out := make(fault.Fields, len(fields))
	for i, f := range fields {
		f.Field = undot(f.Field)
		out[i] = f
	}
	return out.Err()
}

// sheetForm is a whole sheet as its form sends it. Nothing is kept before it is saved:
// each other button sends everything and gets it back, changed.
type sheetForm struct {
	Title     string      `form:"title"`
	TitleIs   told        `form:"title_is"`
	Mode      string      `form:"mode"`
	Max       int         `form:"max"`
	Kinds     []string    `form:"kinds"`
	ValidFrom civil.Date  `form:"valid_from"`
	Source    string      `form:"source"`
	Criteria  []groupForm `form:"criteria"`
	Bands     []bandForm  `form:"bands"`
	HardFull  []string    `form:"hard_full"`
	Do        string      `form:"do"`
}

// told is a text of the sheet the form began with: its English stays while the
// Vietnamese is not changed.
type told struct {
	Vi string `form:"vi"`
	En string `form:"en"`
}

func (t told) text(vi string) rulebook.Text {
	if vi = strings.TrimSpace(vi); vi == t.Vi && t.En != "" {
		return rulebook.Text{Vi: vi, En: t.En}
	}
	return rulebook.Text{Vi: vi, En: vi}
}

func tell(t rulebook.Text) told { return told{t.Vi, t.En} }

// groupForm is a group of lines; Line is the group itself.
type groupForm struct {
	Line  lineForm   `form:"line"`
	Parts []lineForm `form:"parts"`
}

type lineForm struct {
	Code     string      `form:"code"`
	Title    string      `form:"title"`
	TitleIs  told        `form:"title_is"`
	Max      int         `form:"max"`
	Method   string      `form:"method"`
	Evidence string      `form:"evidence"`
	Ask      string      `form:"ask"`
	AskIs    told        `form:"ask_is"`
	When     string      `form:"when"`
	ElseTo   string      `form:"else_to"`
	Levels   []levelForm `form:"levels"`
}

type levelForm struct {
	Points  int    `form:"points"`
	Title   string `form:"title"`
	TitleIs told   `form:"title_is"`
	Measure string `form:"measure"`
	By      string `form:"by"` // byFrom or byAbove
	From    string `form:"from"`
	To      string `form:"to"`
}

type bandForm struct {
	Code    string `form:"code"`
	Title   string `form:"title"`
	TitleIs told   `form:"title_is"`
	From    int    `form:"from"`
}
