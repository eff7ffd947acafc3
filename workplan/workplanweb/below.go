package workplanweb

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"chibo/access"
	"chibo/home"
	"chibo/internal/db"
	"chibo/internal/i18n"
	"chibo/internal/sheet"
	"chibo/internal/viet"
	"chibo/internal/web"
	"chibo/org"
	"chibo/rulebook"
	"chibo/workplan"
)

// belowData is the dot of below.html.
type belowData struct {
	workplan.Below
	Crumbs     []crumb
	Tab        string
	Path       string // of the page, without a query
	Cite       string
	Due        int // last month for the approval
	Prev, Next string
	More       string // the next page of the list
}

// below answers GET /units/{id}/workplan?year=&tab=&after=.
func (h *Web) below(w http.ResponseWriter, r *http.Request) error {
	who, id, year, err := h.asked(r)
	if err != nil {
		return err
	}
	ask := r.URL.Query()
	d := belowData{Path: "/units/" + text(id) + "/workplan"}
	if tab := ask.Get("tab"); tab == workplan.TabMissing || tab == workplan.TabLate {
		d.Tab = tab
	}
	if d.Below, err = h.svc.BelowOf(r.Context(), who, id, year, d.Tab, ask.Get("after")); err != nil {
		return err
	}
	l := web.LangOf(r)
	set := h.svc.Book.At(d.Today, d.Unit.Path)
	d.Cite, d.Due = d.Rule.Cite(l.Code()), set.Int(rulebook.WorkApproveMonth)
	d.Crumbs = []crumb{{"/units/" + text(id), d.Unit.Name}, {"", l.T("workplan.below.title", "Year", year)}}
	at := func(year int, tab, after string) string {
		q := url.Values{"year": {strconv.Itoa(year)}}
		if tab != "" {
			q.Set("tab", tab)
		}
		if after != "" {
			q.Set("after", after)
		}
		return d.Path + "?" + q.Encode()
	}
	d.Prev = at(year-1, d.Tab, "")
	if year <= d.Today.Year() {
		d.Next = at(year+1, d.Tab, "")
	}
	if d.Below.Next != "" {
		d.More = at(year, d.Tab, d.Below.Next)
	}
	return h.pages.Render(w, r, "below.html", d)
}

const xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// book answers GET /cells/{id}/workplan.xlsx?year=: the plan as a table.
func (h *Web) book(w http.ResponseWriter, r *http.Request) error {
	d, err := h.planData(r, nil)
	if err != nil {
		return err
	}
	if d.Plan.Ref.ID == 0 || d.Hidden {
		return workplan.ErrNotFound
	}
	l := web.LangOf(r)
	place := d.Cell.Place
	if place != "" {
		place += ", "
	}
	col := func(key string, width float64, a sheet.Align) sheet.Column {
		return sheet.Column{Title: l.T("workplan.col." + key), Width: width, Align: a}
	}
	p := sheet.Page{
		Left: []string{viet.Upper(d.Cell.Name)}, Right: []string{"ĐẢNG CỘNG SẢN VIỆT NAM", place + d.Today.Long()},
		Title: viet.Upper(l.T("workplan.plan_title", "Year", d.Year)), Sub: d.standing(l),
		Columns: []sheet.Column{
			col("no", 6, sheet.Center), col("title", 48, sheet.Left), col("when", 14, sheet.Center), col("who", 22, sheet.Left), col("product", 36, sheet.Left),
			col("state", 16, sheet.Center), col("note", 36, sheet.Left),
		},
		Sign: []string{viet.Upper(l.T("workplan.book.maker")), viet.Upper(l.T("workplan.book.head"))},
	}
	if h.meetings != nil && h.meetings.Sample {
		p.Mark = viet.Upper(l.T("workplan.book.sample"))
	}
	w.Header().Set("Content-Type", xlsxType)
	w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="ke-hoach-cong-tac-%d.xlsx"`, d.Year))
	out, err := sheet.NewWorkbook(w, p)
	if err != nil {
		return err
	}
	for _, x := range d.Rows {
		if x.Dropped != "" {
			continue
		}
		if err := out.Row(x.No, x.Title, x.When, x.WhoName, x.Product, l.T(x.State.Key()), x.remark()); err != nil {
			return err
		}
	}
	return out.Close()
}

// remark is what stands in the last column: the note, and what was told.
func (v lineView) remark() string {
	if v.Note != "" && v.Told != "" {
		return v.Note + ". " + v.Told
	}
	return v.Note + v.Told
}

// standing says in a line whether the plan was approved.
func (d planData) standing(l *i18n.Lang) string {
	if d.Plan.Approved() {
		return l.T("workplan.approved_on", "Day", l.Date(d.Plan.ApprovedOn))
	}
	return l.T("workplan.draft")
}

// Panels gives what other pages show, by the pattern of their address.
func (h *Web) Panels() map[string]web.PanelFunc {
	return map[string]web.PanelFunc{"GET /{$}": h.desk}
}

// desk stands on a person's first page: what the plan of the year asks this month.
func (h *Web) desk(r *http.Request) ([]web.Panel, error) {
	who, err := access.Must(r.Context())
	if err != nil {
		return nil, err
	}
	id := home.Cell(who)
	if id == 0 || home.Committee(who) != 0 && r.URL.Query().Get("cell") == "" {
		return nil, nil
	}
	var d workplan.Desk
	_, err = h.svc.DB.Recall(r.Context(), func(q db.Q) error {
		cell, err := org.ByID(r.Context(), q, id)
		if err != nil {
			return err
		}
		d, err = h.svc.DeskOf(r.Context(), q, who, cell)
		return err
	})
	if err != nil || d.All == 0 && d.Year == 0 {
		return nil, err
	}
	l := web.LangOf(r)
	now := h.today()
	p := web.Panel{ID: "work-year", Title: l.T("workplan.desk.title", "Month", now.MonthNum()), Href: workplan.Href(id, now.Year()), Action: l.T("workplan.desk.open"), Icon: "calendar"}
	for _, x := range d.Lines {
		row := web.PanelRow{Label: x.Title, Href: workplan.ItemHref(x.Ref), Note: l.T("workplan.desk.row", "When", span(l, x.From, x.To), "Who", whoName(l, x)), Tag: l.T(x.State.Key()), Tone: tone(x.State)}
		p.Rows = append(p.Rows, row)
	}
	switch {
	case d.Late > 0:
		p.Text = l.T("workplan.desk.late", "Count", d.All, "Late", d.Late)
	case d.All > 0:
		p.Text = l.T("workplan.desk.sum", "Count", d.All)
	}
	if d.Year != 0 {
		p.Note = waiting(l, d)
		if d.All == 0 {
			p.Title, p.Text, p.Note = l.T("workplan.desk.year", "Year", d.Year), p.Note, ""
			p.Href, p.Action = workplan.Href(id, d.Year), l.T("workplan.desk.make")
		} else {
			p.Rows = append(p.Rows, web.PanelRow{Label: l.T("workplan.desk.year", "Year", d.Year), Href: workplan.Href(id, d.Year), Note: p.Note})
			p.Note = ""
		}
	}
	return []web.Panel{p}, nil
}

func whoName(l *i18n.Lang, x workplan.Line) string {
	switch {
	case x.Mine:
		return l.T("workplan.desk.mine")
	case x.WhoName == "":
		return l.T("workplan.nobody")
	}
	return x.WhoName
}

// waiting says what is still to be done with a plan.
func waiting(l *i18n.Lang, d workplan.Desk) string {
	switch {
	case !d.Begun && d.Passed:
		return l.T("workplan.desk.none_late")
	case !d.Begun:
		return l.T("workplan.desk.none")
	case d.Passed:
		return l.T("workplan.desk.draft_late", "Count", d.Items)
	}
	return l.T("workplan.desk.draft", "Count", d.Items)
}
