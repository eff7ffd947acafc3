package qualityweb

import (
	"net/http"
	"net/url"
	"strconv"

	"chibo/internal/civil"
	"chibo/internal/fault"
	"chibo/internal/i18n"
	"chibo/internal/web"
	"chibo/org"
	"chibo/quality"
	"chibo/rulebook"
)

func (h *Web) registerSheets(k *web.Kit) {
	k.Handle("GET /units/{id}/sheets", h.sheets)
	k.Handle("GET /units/{id}/sheets/one", h.sheet)
	k.Handle("GET /units/{id}/sheets/edit", h.editSheet)
	k.Handle("POST /units/{id}/sheets", h.saveSheet)
	k.Handle("POST /units/{id}/sheets/choose", h.chooseSheet)
}

func sheetsHref(unit int64) string { return "/units/" + strconv.FormatInt(unit, 10) + "/sheets" }

func sheetHref(unit int64, page, code string) string {
	return sheetsHref(unit) + "/" + page + "?code=" + url.QueryEscape(code)
}

// sheetsData is the dot of sheets.html.
type sheetsData struct {
	quality.SheetList
	Tabs    tabs
	Crumbs  []crumb
	Holds   []choiceView
	Known   []sheetView
	Options []web.Option // sheets that may be chosen
	Kinds   []web.Option
	Form    *web.Form
	Made    []madeView
}

// choiceView is what holds for a kind of meeting.
type choiceView struct {
	quality.SheetChoice
	KindName string
	Name     string
	Href     string
	Cite     string
	Next     []madeView
}

// sheetView is a sheet in the list.
type sheetView struct {
	rulebook.Sheet
	Name   string
	Cite   string
	Gap    string
	Own    bool
	Groups int
	Href   string
	Edit   string
}

// madeView is one choice that the unit wrote.
type madeView struct {
	From   civil.Date
	Name   string
	Kind   string
	Source string
}

func (h *Web) sheets(w http.ResponseWriter, r *http.Request) error {
	return h.renderSheets(w, r, nil)
}

func (h *Web) renderSheets(w http.ResponseWriter, r *http.Request, form *web.Form) error {
	who, id, err := unitOf(r)
	if err != nil {
		return err
	}
	list, err := h.scores.Sheets(r.Context(), who, id)
	if err != nil {
		return err
	}
	l := web.LangOf(r)
	d := sheetsData{SheetList: list, Tabs: newTabs(who, list.Unit, "sheets"), Crumbs: unitCrumbs(l, list.Unit, "quality.sheets.title"), Form: form}
	names := map[string]string{"": l.T("quality.sheets.back")}
	for _, s := range list.Sheets {
		names[s.Code] = sheetName(l, s)
		v := sheetView{
			Sheet: s, Name: sheetName(l, s), Cite: s.Rule.Cite(l.Code()), Gap: s.Gap.In(l.Code()), Own: s.Rule.OrgID == id, Groups: len(s.Criteria),
			Href: sheetHref(id, "one", s.Code), Edit: sheetHref(id, "edit", s.Code),
		}
		d.Known = append(d.Known, v)
		if s.Complete {
			d.Options = append(d.Options, web.Option{Value: s.Code, Label: v.Name})
		}
	}
	d.Kinds = kindOptions(l)
	for _, c := range list.Choices {
		v := choiceView{SheetChoice: c, KindName: l.T("quality.kind." + c.Kind), Name: sheetName(l, c.Sheet), Href: sheetHref(id, "one", c.Sheet.Code), Cite: c.Rule.Cite(l.Code())}
		for _, o := range c.Next {
			v.Next = append(v.Next, made(l, o, names))
		}
		d.Holds = append(d.Holds, v)
	}
	for _, o := range list.Made {
		d.Made = append(d.Made, made(l, o, names))
	}
	if d.Form == nil {
		d.Form = web.NewForm(nil).Set("valid_from", list.Today.AddDays(1).Vi())
	}
	status := http.StatusOK
	if form != nil {
		status = form.Status
	}
	return h.pages.RenderStatus(w, r, status, "sheets.html", d)
}

func kindOptions(l *i18n.Lang) (out []web.Option) {
	for _, k := range quality.SheetKinds() {
		out = append(out, web.Option{Value: k, Label: l.T("quality.kind." + k)})
	}
	return out
}

// sheetName names a sheet; the data's ones with their letter.
func sheetName(l *i18n.Lang, s rulebook.Sheet) string {
	if s.Rule.Overridden() {
		return s.Title.In(l.Code())
	}
	return l.T("quality.sheets.name", "Code", s.Code, "Title", s.Title.In(l.Code()))
}

func made(l *i18n.Lang, o rulebook.Override, names map[string]string) madeView {
	code, _ := strconv.Unquote(string(o.Value)) //nolint:errcheck // "null" is no code: back to what stands above
	kind := o.Key[len("score.sheet."):]
	return madeView{From: o.ValidFrom, Name: names[code], Kind: l.T("quality.kind." + kind), Source: o.Source}
}

// oneData is the dot of sheet.html: a sheet to read and to print.
type oneData struct {
	Unit   org.Unit
	Crumbs []crumb
	Sheet  rulebook.Sheet
	Name   string
	Cite   string
	Status string
	Bands  []band
	Hard   []string
	Groups []critView
	Edit   string
}

// critView is a criterion as a reader sees it.
type critView struct {
	Code, Title string
	Max         int
	How         string // how it is judged
	Levels      []levelView
	Gap         string
	Source      string // of its levels, when not the sheet's
	Parts       []critView
}

type levelView struct {
	Title  string
	Points int
}

func (h *Web) sheet(w http.ResponseWriter, r *http.Request) error {
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
	l := web.LangOf(r)
	d := oneData{Unit: list.Unit, Sheet: s, Name: sheetName(l, s), Cite: s.Rule.Cite(l.Code()), Status: s.Rule.Status.Title().In(l.Code())}
	d.Crumbs = unitCrumbs(l, list.Unit, "quality.sheets.title")
	d.Crumbs[len(d.Crumbs)-1].Href = sheetsHref(id)
	d.Crumbs = append(d.Crumbs, crumb{"", d.Name})
	if list.Keep {
		d.Edit = sheetHref(id, "edit", s.Code)
	}
	whole := showData{View: quality.View{Score: quality.Score{Sheet: s}}}
	whole.readBands(l, rulebook.Rule{})
	d.Bands = whole.Bands
	for _, c := range s.Hard {
		d.Hard = append(d.Hard, hardText(l, s, c))
	}
	for _, c := range s.Criteria {
		d.Groups = append(d.Groups, newCrit(l, c))
	}
	return h.pages.Render(w, r, "sheet.html", d)
}

func sheetOf(list quality.SheetList, code string) (rulebook.Sheet, bool) {
	for _, s := range list.Sheets {
		if s.Code == code {
			return s, true
		}
	}
	return rulebook.Sheet{}, false
}

func newCrit(l *i18n.Lang, c rulebook.Criterion) critView {
	v := critView{Code: c.Code, Title: c.Title.In(l.Code()), Max: c.Max, Gap: c.Gap.In(l.Code()), Source: c.Source}
	if c.Method != rulebook.MethodParts {
		v.How = l.T("quality.method."+c.Method) + " · " + l.T("quality.evidence."+c.Evidence)
	}
	for _, x := range c.Levels {
		v.Levels = append(v.Levels, levelView{x.Title.In(l.Code()), x.Points})
	}
	for _, p := range c.Parts {
		v.Parts = append(v.Parts, newCrit(l, p))
	}
	return v
}

// chooseIn is the form that chooses a sheet.
type chooseIn struct {
	Kind      string     `form:"kind"`
	Code      string     `form:"code"`
	ValidFrom civil.Date `form:"valid_from"`
	Source    string     `form:"source"`
}

func (h *Web) chooseSheet(w http.ResponseWriter, r *http.Request) error {
	who, id, err := unitOf(r)
	if err != nil {
		return err
	}
	var in chooseIn
	if err = web.Decode(r, &in); err == nil {
		err = h.scores.ChooseSheet(r.Context(), who, quality.ChooseIn{OrgID: id, Kind: in.Kind, Code: in.Code, From: in.ValidFrom, Source: in.Source})
	}
	if form, ok := web.Retry(r, err); ok {
		return h.renderSheets(w, r, form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, sheetsHref(id), "quality.flash.chosen")
}
