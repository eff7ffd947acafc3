package homeweb

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"chibo/access"
	"chibo/figure"
	"chibo/home"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/web"
	"chibo/org"
)

// look is which month, and by which tree, a page of figures shows.
type look struct {
	Month  civil.Month
	Then   bool // as it was reported then
	Past   bool // the month is over
	AsThen string
	AsNow  string
	Months []web.Option // to choose from
	Value  string       // of them
}

func monthText(m civil.Month) string { return fmt.Sprintf("%04d-%02d", m.Year(), m.Num()) }

func parseMonth(s string) civil.Month {
	var y, m int
	if n, err := fmt.Sscanf(s, "%4d-%2d", &y, &m); err != nil || n != 2 {
		return 0
	}
	return civil.Month(y*100 + m)
}

// monthsOffered is how many months back the list of months goes.
const monthsOffered = 36

func lookOf(r *http.Request, today civil.Month) look {
	q := r.URL.Query()
	l := look{Month: home.CheckMonth(parseMonth(q.Get("month")), today)}
	l.Past = l.Month < today
	l.Then = l.Past && q.Get("tree") == "then"
	at := r.URL.Path + "?month=" + monthText(l.Month)
	l.AsNow, l.AsThen, l.Value = at, at+"&tree=then", monthText(l.Month)
	for m := today; m > today.Add(-monthsOffered); m = m.Add(-1) {
		l.Months = append(l.Months, web.Option{Value: monthText(m), Label: m.Vi()})
	}
	if l.Month <= today.Add(-monthsOffered) {
		l.Months = append(l.Months, web.Option{Value: l.Value, Label: l.Month.Vi()})
	}
	return l
}

// query is what a link to another page of the same month has.
func (l look) query() string {
	q := "?month=" + monthText(l.Month)
	if l.Then {
		q += "&tree=then"
	}
	return q
}

// figuresData is the dot of figures.html.
type figuresData struct {
	home.MonthPage
	Look    look
	Crumbs  []crumb
	Action  string
	Figures []numberView
	Rows    []partView
	Wall    string // address of the wall; "" for a cell
}

type numberView struct {
	home.Number
	Key  string // translation key
	Href string
	Tone string
}

type partView struct {
	figure.Child
	Sum      figure.UnitMonth
	Href     string
	NotMet   int
	NotHref  string
	MetHref  string
	SentHref string
}

func (h *Web) unitLook(r *http.Request) (actor access.Actor, u org.Unit, day civil.Date, l look, err error) {
	if actor, err = access.Must(r.Context()); err != nil {
		return actor, u, day, l, err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return actor, u, day, l, err
	}
	day = civil.From(h.clk.Now())
	l = lookOf(r, day.Month())
	err = h.db.Read(r.Context(), func(q db.Q) (err error) {
		u, err = org.ByID(r.Context(), q, id)
		return err
	})
	return actor, u, day, l, err
}

// figures shows the figures of a unit's month.
func (h *Web) figures(w http.ResponseWriter, r *http.Request) error {
	actor, u, day, l, err := h.unitLook(r)
	if err != nil {
		return err
	}
	d := figuresData{Look: l, Action: r.URL.Path}
	err = h.db.Read(r.Context(), func(q db.Q) (err error) {
		d.MonthPage, err = home.MonthOf(r.Context(), q, actor, u, l.Month, l.Then, day)
		return err
	})
	if err != nil {
		return err
	}
	t := web.LangOf(r)
	d.Crumbs = []crumb{{"/", t.T("app.nav.home")}, {unitHref(u.ID), u.Name}, {"", t.T("home.fig.crumb")}}
	if !u.IsCell() {
		d.Wall = unitHref(u.ID) + "/wall"
	}
	for _, n := range d.Numbers {
		d.Figures = append(d.Figures, numberView{n, "home.fig." + string(n.What), unitHref(u.ID) + "/figures/" + string(n.What) + l.query(), toneOf(n)})
	}
	for _, c := range d.Parts {
		href := unitHref(c.ID) + "/figures"
		m := c.Month(l.Month)
		d.Rows = append(d.Rows, partView{
			Child: c, Sum: m, Href: href + l.query(), NotMet: max(0, c.Cells-m.Met),
			NotHref: href + "/not_met" + l.query(), MetHref: href + "/met" + l.query(), SentHref: href + "/sent" + l.query(),
		})
	}
	return h.pages.Render(w, r, "figures.html", d)
}

func unitHref(id int64) string { return "/units/" + strconv.FormatInt(id, 10) }

func toneOf(n home.Number) string {
	if n.Count == 0 {
		return ""
	}
	switch n.What {
	case figure.WhatNotMet, figure.WhatNoThematic, figure.WhatUnsent, figure.WhatSentLate, figure.WhatAverage:
		return "warn"
	case figure.WhatWeak, figure.WhatTwice:
		return "bad"
	}
	return ""
}

// figureData is the dot of figure.html.
type figureData struct {
	home.ListPage
	Look   look
	Key    string // translation key of the number
	Cite   string
	Crumbs []crumb
	Rows   []rowView
	Parts  []partCount
	Acts   bool
	Day    civil.Date
	Month  bool // the number is of a month
}

type partCount struct {
	home.Part
	Href string
}

// figure shows the list behind a number.
func (h *Web) figure(w http.ResponseWriter, r *http.Request) error {
	actor, u, day, l, err := h.unitLook(r)
	if err != nil {
		return err
	}
	what := figure.What(r.PathValue("what"))
	if !slices.Contains(figure.Whats(), what) && !home.IsNow(what) {
		return fault.New(fault.NotFound, "err.not_found")
	}
	d := figureData{Look: l, Key: "home.fig." + string(what), Day: day, Month: !home.IsNow(what), Acts: actor.Quiet().Can(access.Answer, u.Access()) && !l.Past}
	level, _ := strconv.Atoi(r.FormValue("level")) // what is no level is the unit's own
	err = h.db.Read(r.Context(), func(q db.Q) (err error) {
		d.ListPage, err = home.ListOf(r.Context(), q, h.book, actor, u, home.Ask{What: what, Month: l.Month, Then: l.Then, Level: level}, day)
		return err
	})
	if err != nil {
		return err
	}
	query := l.query()
	switch {
	case what == home.WhatRisen:
		query = "?level=" + strconv.Itoa(d.Level)
	case !d.Month:
		query = ""
	}
	t := web.LangOf(r)
	d.Cite = d.Rule.Cite(t.Code())
	d.Crumbs = []crumb{{"/", t.T("app.nav.home")}, {unitHref(u.ID) + "/figures" + l.query(), u.Name}, {"", t.T(d.Key)}}
	// Of a month that is over nobody is reminded, but of the last one's papers and grades.
	kind, calls := home.KindOf(what)
	if fresh := l.Month == day.Month().Add(-1) && (what == figure.WhatUnsent || what == figure.WhatTwice); fresh {
		d.Acts = actor.Quiet().Can(access.Answer, u.Access())
	}
	d.Acts = d.Acts && calls
	for i, row := range d.Cells {
		v := viewOf(day, t.Code(), kind, row)
		if row.Href == "" {
			v.Href = unitHref(row.CellID)
		}
		if i < len(d.Late) {
			v.fact(what, d.Late[i])
		}
		d.Rows = append(d.Rows, v)
	}
	for _, p := range d.ListPage.Parts {
		href := unitHref(p.ID) + "/figures/" + string(what) + query
		if p.ID == u.ID { // its own turn
			href = unitHref(p.ID) + "/scores"
		}
		d.Parts = append(d.Parts, partCount{p, href})
	}
	return h.pages.Render(w, r, "figure.html", d)
}

// fact puts what the month says of the cell into its row.
func (v *rowView) fact(what figure.What, c figure.CellRow) {
	v.Month = c.CellMonth
	if c.Grade != "" {
		v.Note = "home.grade." + c.Grade
	}
}
