package admissionweb

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"chibo/access"
	"chibo/admission"
	"chibo/internal/civil"
	"chibo/internal/fault"
	"chibo/internal/i18n"
	"chibo/internal/web"
	"chibo/org"
	"chibo/rulebook"
)

// readingData is the dot of reading.html.
type readingData struct {
	admission.Reading
	Crumbs []crumb
	Parts  []partView
	Times  []timeView
	Typed  []totalView
	Kinds  []sortView
	Form   *web.Form
	Board  string
	Book   string
	All    string // address of those admitted
	Wait   string // and of those who wait for the ceremony
	Plans  string
	From   civil.Date
	Until  civil.Date // last day that is counted
}

// partView is a group as a table with bars.
type partView struct {
	Title, ID string
	Of        int // of the bars
	Rows      []partRow
	Mean      int // age in tenths; 0 none
}

type partRow struct {
	Label, Href  string
	Count, Women int
}

// timeView is a step with its times.
type timeView struct {
	admission.StepTime
	Title, Href, Board string
	Longest            int // days that the one waits which waits longest
}

// totalView is a typed number.
type totalView struct {
	admission.Total
	Title, Field, Href string
}

// sortView is a state of grassroots organisations.
type sortView struct {
	Code, Href string
	Count      int
}

func (h *Web) yearOf(r *http.Request) int {
	year, err := strconv.Atoi(r.URL.Query().Get("year"))
	if now := h.today().Year(); err != nil || year < now-10 || year > now {
		return now
	}
	return year
}

func (h *Web) readingData(r *http.Request) (d readingData, err error) {
	who, err := access.Must(r.Context())
	if err != nil {
		return d, err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return d, err
	}
	if d.Reading, err = h.svc.Read(r.Context(), who, id, h.yearOf(r)); err != nil {
		return d, err
	}
	l, set := web.LangOf(r), h.svc.Book.At(h.today(), d.Unit.Path)
	d.Board, d.Plans = admission.BoardHref(id), planHref(id)+"?year="+strconv.Itoa(d.Year)
	d.Book = d.Board + "/reading.xlsx?year=" + strconv.Itoa(d.Year)
	d.From, d.Until = civil.Of(d.Year, 1, 1), civil.Of(d.Year, 12, 31)
	if d.Until.After(h.today()) {
		d.Until = h.today()
	}
	d.All = "/admitted?" + url.Values{"from": {d.From.String()}, "to": {d.Until.String()}, "unit": {strconv.FormatInt(id, 10)}}.Encode()
	d.Wait = d.list(admission.ByCeremony, "")
	for _, g := range d.Groups {
		d.Parts = append(d.Parts, d.part(l, set, g))
	}
	for _, t := range d.Steps {
		v := timeView{StepTime: t, Title: stepTitle(l.Code(), set, t.Step), Href: d.list(admission.ByStep, t.Step), Board: d.Board + "?tab=all&step=" + t.Step}
		if t.Waiting > 0 {
			v.Longest = h.today().Sub(t.Oldest)
		}
		d.Times = append(d.Times, v)
	}
	for _, t := range d.Totals {
		d.Typed = append(d.Typed, totalView{
			Total: t, Title: title(l.Code(), set.Choices(rulebook.AdmissionTotals), t.Code), Field: admission.TotalField(t.Code), Href: d.list(admission.ByTotal, t.Code),
		})
	}
	for _, code := range []string{admission.BaseAdmitted, admission.BaseNone, admission.BaseNeither} {
		d.Kinds = append(d.Kinds, sortView{code, d.list(admission.ByBase, code), d.Sorts(code)})
	}
	back := crumb{d.Board, l.T("admission.board.title")}
	if d.Unit.IsCell() {
		back = crumb{admission.ListHref(id), l.T("admission.cell.title")}
		d.Board = admission.ListHref(id)
	}
	d.Crumbs = []crumb{{unitHref(id), d.Unit.Short}, back, {"", l.T("admission.reading.title", "Year", d.Year)}}
	d.Form = web.NewForm(nil)
	for _, t := range d.Totals {
		if t.Typed {
			d.Form.Set(admission.TotalField(t.Code), strconv.Itoa(t.Count))
		}
	}
	return d, nil
}

// list is the address of the list behind a number.
func (d readingData) list(by, code string) string {
	return admission.BoardHref(d.Unit.ID) + "/reading/list?" + url.Values{"year": {strconv.Itoa(d.Year)}, "by": {by}, "code": {code}}.Encode()
}

// keys of the rulebook that name the rows of a group.
func keyOf(by string) string {
	return map[string]string{
		admission.ByOccupation: rulebook.AdmissionOccupations, admission.ByEducation: rulebook.EducationLevels,
		admission.ByProfessional: rulebook.EducationProfessional, admission.ByEthnic: rulebook.EthnicGroups,
	}[by]
}

// rowLabel names a row of a group.
func rowLabel(l *i18n.Lang, set rulebook.Set, by, code string, bands []int) string {
	if code == admission.Unsaid {
		return l.T("admission.reading.unsaid")
	}
	if key := keyOf(by); key != "" {
		return title(l.Code(), set.Choices(key), code)
	}
	if by != admission.ByAge {
		return l.T("admission.reading." + by + "." + code)
	}
	from := set.Int(rulebook.CandidateMinMonths) / 12
	for _, most := range bands {
		if code == strconv.Itoa(most) {
			return l.T("admission.reading.age", "From", from, "To", most)
		}
		from = most + 1
	}
	return l.T("admission.reading.age_over", "From", from-1)
}

func (d readingData) part(l *i18n.Lang, set rulebook.Set, g admission.Group) partView {
	v := partView{Title: l.T("admission.reading.by." + g.By), ID: g.By, Of: max(g.Most(), 1)}
	if g.By == admission.ByAge && d.Mean > 0 {
		v.Mean = d.Mean
	}
	for _, row := range g.Rows {
		v.Rows = append(v.Rows, partRow{
			Label: rowLabel(l, set, g.By, row.Code, set.Ints(rulebook.AdmissionAgeBands)), Href: d.list(g.By, row.Code), Count: row.Count, Women: row.Women,
		})
	}
	return v
}

// Tenths gives the rate of the year in tenths of a percent.
func (d readingData) Tenths() int {
	n, _ := d.Percent()
	return n
}

// Rated says whether there is a base for the rate.
func (d readingData) Rated() bool {
	_, ok := d.Percent()
	return ok
}

// Aim is what the target's bar is full at.
func (d readingData) Aim() int { return max(d.Target(), d.Done[3], 1) }

// Missing is how many of those admitted have no dossier here.
func (d readingData) Missing() int { return max(d.Done[3]-d.Entered, 0) }

// Low, Middle and High are the year's admissions with what the estimate adds.
func (d readingData) Low() int { return d.Done[3] + d.Ceremonies + d.Outlook.Low }

// Middle is the middle of the estimate.
func (d readingData) Middle() int { return d.Done[3] + d.Ceremonies + d.Outlook.Middle }

// High is the high mark of the estimate.
func (d readingData) High() int { return d.Done[3] + d.Ceremonies + d.Outlook.High }

// Scale is what the bars of the estimate are full at.
func (d readingData) Scale() int { return max(d.High(), d.Target(), 1) }

// Before is the address of the year before.
func (d readingData) Before() string { return admission.ReadingHref(d.Unit.ID, d.Year-1) }

// After is the address of the year after, "" where there is none.
func (d readingData) After() string {
	if d.Over {
		return admission.ReadingHref(d.Unit.ID, d.Year+1)
	}
	return ""
}

// reading answers GET /units/{id}/admission/reading?year=.
func (h *Web) reading(w http.ResponseWriter, r *http.Request) error {
	d, err := h.readingData(r)
	if err != nil {
		return err
	}
	return h.pages.Render(w, r, "reading.html", d)
}

// putTotals answers POST /units/{id}/admission/totals?year=. What is left empty stays.
func (h *Web) putTotals(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	year := h.yearOf(r)
	var none struct{}
	if err = web.Decode(r, &none); err == nil {
		var list []admission.Total
		if list, err = typedTotals(r.PostForm); err == nil {
			if err = h.svc.PutTotals(r.Context(), who, id, year, list); err == nil {
				return web.SeeOther(w, r, admission.ReadingHref(id, year), "admission.flash.totals")
			}
		}
	}
	form, ok := web.Retry(r, err)
	if !ok {
		return err
	}
	d, err := h.readingData(r)
	if err != nil {
		return err
	}
	d.Form = form
	return h.pages.RenderStatus(w, r, form.Status, "reading.html", d)
}

func typedTotals(values url.Values) (out []admission.Total, err error) {
	var f fault.Fields
	for _, code := range values["code"] {
		typed := strings.TrimSpace(values.Get(admission.TotalField(code)))
		if typed == "" {
			continue
		}
		n, err := strconv.Atoi(typed)
		if err != nil {
			f.Add(admission.TotalField(code), "admission.err.total")
		}
		version, _ := strconv.Atoi(values.Get("version-" + code)) // of no sense: an old page
		out = append(out, admission.Total{Code: code, Count: n, Version: version})
	}
	return out, f.Err()
}

// behindData is the dot of readinglist.html.
type behindData struct {
	Unit   org.Unit
	Crumbs []crumb
	Title  string
	Year   int
	By     string
	Rows   []admission.Found
	Full   bool // there may be more
	Hidden bool // names are kept from the reader
}

// behind answers GET /units/{id}/admission/reading/list?year=&by=&code=.
func (h *Web) behind(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	l, query := web.LangOf(r), r.URL.Query()
	d := behindData{Year: h.yearOf(r), By: query.Get("by")}
	if d.Unit, d.Rows, err = h.svc.Behind(r.Context(), who, id, d.Year, d.By, query.Get("code")); err != nil {
		return err
	}
	d.Full = len(d.Rows) == admission.FoundMost
	d.Hidden = len(d.Rows) > 0 && d.Rows[0].Name == ""
	set := h.svc.Book.At(h.today(), d.Unit.Path)
	d.Title = behindTitle(l, set, d.By, query.Get("code"))
	d.Crumbs = []crumb{
		{unitHref(id), d.Unit.Short}, {admission.ReadingHref(id, d.Year), l.T("admission.reading.title", "Year", d.Year)}, {"", d.Title},
	}
	return h.pages.Render(w, r, "readinglist.html", d)
}

func behindTitle(l *i18n.Lang, set rulebook.Set, by, code string) string {
	switch by {
	case admission.ByStep:
		return stepTitle(l.Code(), set, code)
	case admission.ByCeremony:
		return l.T("admission.reading.ceremonies")
	case admission.ByTotal:
		return title(l.Code(), set.Choices(rulebook.AdmissionTotals), code)
	case admission.ByBase:
		switch code {
		case admission.BaseAdmitted, admission.BaseNone, admission.BaseNeither:
			return l.T("admission.reading.base." + code)
		}
	case admission.BySex, admission.ByAge, admission.ByOccupation, admission.ByEducation, admission.ByProfessional, admission.ByEthnic:
		return l.T("admission.reading.by."+by) + ": " + rowLabel(l, set, by, code, set.Ints(rulebook.AdmissionAgeBands))
	case admission.ByAmong:
		switch code {
		case admission.AmongMinority, admission.AmongYouth, admission.AmongOwner, admission.AmongAgain:
			return l.T("admission.reading.among." + code)
		}
	}
	return l.T("admission.reading.list")
}
