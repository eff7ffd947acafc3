package meetingweb

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/i18n"
	"chibo/internal/web"
	"chibo/meeting"
	"chibo/member"
	"chibo/workplan"
)

func (h *Web) registerYear(k *web.Kit) {
	k.Handle("GET /cells/{id}/year", h.year)
	k.Handle("POST /cells/{id}/year/series", h.setSeries)
	k.Handle("POST /cells/{id}/year/themes", h.addTheme)
	k.Handle("POST /themes/{ref}/drop", h.dropTheme)
}

// seriesForm is the fixed day as people choose it: "3", "31" for the last, or "1-0" for
// the first Sunday.
type seriesForm struct {
	Day   string `form:"day"`
	Shift string `form:"shift"`
	Time  string `form:"time"`
	Place string `form:"place"`
}

// themeForm is a theme of a month.
type themeForm struct {
	Month   int    `form:"month"`
	Theme   string `form:"theme"`
	Speaker int64  `form:"speaker"`
}

// yearData is the dot of year.html.
type yearData struct {
	meeting.YearPlan
	Crumbs     []crumb
	Today      civil.Date
	Lead       bool
	Prepares   bool
	SeriesForm *web.Form
	ThemeForm  *web.Form
	Days       []web.Option
	Shifts     []web.Option
	Months12   []web.Option
	People     []web.Option
	SeriesText string
	Rows       []yearRow
	Duty       []dutyView
	Prev, Next string
	Work       *workplan.View // the plan of the year; nil: none is kept here
}

// PastRows gives the months that are over, RowsLeft the others, as a phone shows them.
func (d yearData) PastRows() []yearRow { return d.rowsBy(true) }

// RowsLeft gives this month and those to come.
func (d yearData) RowsLeft() []yearRow { return d.rowsBy(false) }

func (d yearData) rowsBy(past bool) (out []yearRow) {
	for _, r := range d.Rows {
		if r.Past == past {
			out = append(out, r)
		}
	}
	return out
}

// yearRow is a month of the page.
type yearRow struct {
	meeting.PlanMonth
	Href   string // of the regular meeting
	Past   bool
	Now    bool
	New    string // address of the form that convenes the regular meeting; "" not now
	Titles []themeRow
	Held   []heldRow
	Works  []workRow // of the plan of the year: what begins in the month, or is due in this one
	Done   int       // of these
}

// Missed says whether the month is over without a regular meeting.
func (r yearRow) Missed() bool { return r.Past && r.Regular == nil }

type themeRow struct {
	meeting.Theme
	New string // address of the form that convenes it; "" not now
}

type heldRow struct{ Href, Theme, State, Tone string }

// dutyView is a quarter's duty in words.
type dutyView struct {
	meeting.PlanQuarter
	Tone, Text, Cite string
}

func yearHref(cell int64, year int) string {
	return "/cells/" + text(cell) + "/year?year=" + strconv.Itoa(year)
}

func (h *Web) year(w http.ResponseWriter, r *http.Request) error {
	d, err := h.yearData(r, nil, nil)
	if err != nil {
		return err
	}
	return h.pages.Render(w, r, "year.html", d)
}

func (h *Web) yearData(r *http.Request, series, theme *web.Form) (d yearData, err error) {
	who, err := access.Must(r.Context())
	if err != nil {
		return d, err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return d, err
	}
	d.Today = h.today()
	year := d.Today.Year()
	if y, err := strconv.Atoi(r.URL.Query().Get("year")); err == nil && y >= 2000 && y <= year+2 {
		year = y
	}
	if d.YearPlan, err = h.svc.Year(r.Context(), who, id, year); err != nil {
		return d, err
	}
	u := d.Unit.Access()
	d.Lead, d.Prepares = who.Can(access.Lead, u), who.Can(access.Prepare, u)
	l := web.LangOf(r)
	d.Crumbs = []crumb{{cellHref(id), d.Unit.Short}, {listHref(id), l.T("meeting.list.title")}, {"", l.T("meeting.year.title", "Year", year)}}
	d.Prev = yearHref(id, year-1)
	if year <= d.Today.Year() {
		d.Next = yearHref(id, year+1)
	}
	d.choices(l)
	d.rows(l)
	if err = h.yearWork(r, who, id, &d); err != nil {
		return d, err
	}
	if d.SeriesForm = series; series == nil {
		d.SeriesForm = d.present()
	}
	if d.ThemeForm = theme; theme == nil {
		d.ThemeForm = web.NewForm(themeForm{Month: max(int(d.Today.Month()), d.Year*100+1)})
	}
	if !d.Prepares {
		return d, nil
	}
	err = h.svc.DB.Read(r.Context(), func(q db.Q) error { return d.people(r.Context(), q) })
	return d, err
}

func (d *yearData) people(ctx context.Context, q db.Q) error {
	body, err := member.Body(ctx, q, d.Unit.PartID, d.Unit.ID, d.Today)
	for _, m := range body {
		d.People = append(d.People, web.Option{Value: text(m.MembershipID), Label: m.Name})
	}
	return err
}

// choices gives what the forms offer.
func (d *yearData) choices(l *i18n.Lang) {
	for day := 1; day <= 28; day++ {
		d.Days = append(d.Days, web.Option{Value: strconv.Itoa(day), Label: l.T("meeting.series.day", "Day", day)})
	}
	d.Days = append(d.Days, web.Option{Value: strconv.Itoa(meeting.LastDay), Label: l.T("meeting.series.last")})
	for nth := 1; nth <= meeting.LastWeek; nth++ {
		for w := time.Sunday; w <= time.Saturday; w++ {
			d.Days = append(d.Days, web.Option{Value: strconv.Itoa(nth) + "-" + strconv.Itoa(int(w)), Label: weekText(l, nth, w)})
		}
	}
	for _, s := range []string{meeting.ShiftAfter, meeting.ShiftBefore, meeting.ShiftKeep} {
		d.Shifts = append(d.Shifts, web.Option{Value: s, Label: l.T("meeting.series.shift." + s)})
	}
	for _, m := range d.Months {
		if m.Month >= d.Today.Month() {
			d.Months12 = append(d.Months12, web.Option{Value: strconv.Itoa(int(m.Month)), Label: l.Month(m.Month)})
		}
	}
}

// weekText says "Chủ nhật đầu tiên".
func weekText(l *i18n.Lang, nth int, w time.Weekday) string {
	// 4 January 2026 is a Sunday.
	return l.T("meeting.series.nth."+strconv.Itoa(nth), "Weekday", l.Weekday(civil.Of(2026, 1, 4+int(w))))
}

// present fills the form with the series in force, else with what most cells do.
func (d *yearData) present() *web.Form {
	if !d.HasPlan {
		return web.NewForm(seriesForm{Day: "3", Shift: meeting.ShiftAfter, Time: "19:30", Place: d.Unit.Hall})
	}
	s := d.Series
	f := seriesForm{Day: strconv.Itoa(s.Day), Shift: s.Shift, Time: minuteText(s.Minute), Place: s.Place}
	if s.Nth > 0 {
		f.Day = strconv.Itoa(s.Nth) + "-" + strconv.Itoa(int(s.Weekday))
	}
	return web.NewForm(f)
}

func minuteText(m int) string {
	return strconv.Itoa(m/60/10) + strconv.Itoa(m/60%10) + ":" + strconv.Itoa(m%60/10) + strconv.Itoa(m%10)
}

func (d *yearData) rows(l *i18n.Lang) {
	if d.HasPlan {
		for _, o := range d.Days {
			s := d.Series
			if s.Nth == 0 && o.Value == strconv.Itoa(s.Day) || s.Nth > 0 && o.Value == strconv.Itoa(s.Nth)+"-"+strconv.Itoa(int(s.Weekday)) {
				d.SeriesText = l.T("meeting.series.text", "Day", o.Label, "Time", minuteText(s.Minute), "Place", s.Place)
			}
		}
	}
	now := d.Today.Month()
	for _, m := range d.Months {
		row := yearRow{PlanMonth: m, Past: m.Month < now, Now: m.Month == now}
		if m.Regular != nil {
			row.Href = meeting.Href(m.Regular.Ref)
		} else if d.Lead && (m.Month == now || m.Month == now.Add(1)) {
			row.New = "/meetings/new?cell=" + text(d.Unit.ID)
		}
		for _, t := range m.Themes {
			v := themeRow{Theme: t}
			if d.Lead && m.Month >= now && m.Month <= now.Add(1) {
				v.New = "/meetings/new?cell=" + text(d.Unit.ID) + "&kind=" + meeting.Thematic + "&plan=" + t.Ref.String()
			}
			row.Titles = append(row.Titles, v)
		}
		for _, x := range m.Thematic {
			row.Held = append(row.Held, heldRow{meeting.Href(x.Ref), x.Theme, "meeting.state." + x.State, toneOf(x.State)})
		}
		d.Rows = append(d.Rows, row)
	}
	for _, q := range d.Quarters {
		d.Duty = append(d.Duty, duty(l, q))
	}
}

// yearWork puts the plan of the year into its months.
func (h *Web) yearWork(r *http.Request, who access.Actor, cell int64, d *yearData) error {
	if h.works == nil {
		return nil
	}
	v, err := h.works.Open(r.Context(), who, cell, d.Year)
	if err != nil {
		return err
	}
	d.Work = &v
	l, now := web.LangOf(r), d.Today.Month()
	for _, x := range v.Lines {
		if x.Dropped != "" {
			continue
		}
		at := x.From
		if x.In(now) {
			at = now
		}
		for i := range d.Rows {
			if m := &d.Rows[i]; m.Month == at {
				m.Works = append(m.Works, workRow{Item: x.Item, When: workMonths(l, x.From, x.To), Tone: workTone(x.State), State: x.State.Key()})
				if x.State == workplan.StateDone {
					m.Done++
				}
			}
		}
	}
	return nil
}

func duty(l *i18n.Lang, q meeting.PlanQuarter) dutyView {
	v := dutyView{PlanQuarter: q, Cite: q.Rule.Cite(l.Code())}
	switch {
	case q.Need == 0:
		v.Text = l.T("meeting.year.duty_none")
	case q.Held >= q.Need:
		v.Tone, v.Text = "ok", l.T("meeting.year.duty_done", "Count", q.Held)
	case q.Missed:
		v.Tone, v.Text = "bad", l.T("meeting.year.duty_missed")
	case q.Pressing:
		v.Tone, v.Text = "bad", l.T("meeting.year.duty_pressing", "Day", q.Last.Vi())
	case q.Planned > 0:
		v.Tone, v.Text = "info", l.T("meeting.year.duty_planned")
	default:
		v.Tone, v.Text = "warn", l.T("meeting.year.duty_open")
	}
	return v
}

func (f seriesForm) series() (s meeting.Series, ok bool) {
	hour, minute, ok := clockTime(f.Time)
	if s.Minute = hour*60 + minute; !ok {
		s.Minute = -1
	}
	s.Shift, s.Place = f.Shift, f.Place
	nth, day, week := strings.Cut(f.Day, "-")
	a, err := strconv.Atoi(nth)
	if err != nil {
		return s, false
	}
	if !week {
		s.Day = a
		return s, true
	}
	b, err := strconv.Atoi(day)
	s.Nth, s.Weekday = a, time.Weekday(b)
	return s, err == nil
}

func (h *Web) setSeries(w http.ResponseWriter, r *http.Request) error {
	var f seriesForm
	return h.plans(w, r, &f, "meeting.series.done", func(who access.Actor, id int64) error {
		s, ok := f.series()
		if !ok {
			return fault.Field("day", "meeting.err.series_day")
		}
		return h.svc.SetSeries(r.Context(), who, id, s)
	}, true)
}

func (h *Web) addTheme(w http.ResponseWriter, r *http.Request) error {
	var f themeForm
	return h.plans(w, r, &f, "meeting.year.theme_done", func(who access.Actor, id int64) error {
		return h.svc.AddTheme(r.Context(), who, id, meeting.Theme{Month: civil.Month(f.Month), Text: f.Theme, SpeakerID: f.Speaker})
	}, false)
}

// plans does what a form of the page asks; refused, the page comes again with it.
func (h *Web) plans(w http.ResponseWriter, r *http.Request, form any, done string, do func(access.Actor, int64) error, series bool) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	if err = web.Decode(r, form); err == nil {
		err = do(who, id)
	}
	if err == nil {
		return web.SeeOther(w, r, yearHref(id, h.today().Year()), done)
	}
	back, ok := web.Retry(r, err)
	if !ok {
		return err
	}
	var a, b *web.Form
	if series {
		a = back
	} else {
		b = back
	}
	d, err := h.yearData(r, a, b)
	if err != nil {
		return err
	}
	return h.pages.RenderStatus(w, r, back.Status, "year.html", d)
}

func (h *Web) dropTheme(w http.ResponseWriter, r *http.Request) error {
	who, ref, err := asked(r)
	if err != nil {
		return err
	}
	cell, err := h.svc.DropTheme(r.Context(), who, ref)
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, yearHref(cell, h.today().Year()), "meeting.year.theme_dropped")
}
