package qualityweb

import (
	"net/http"
	"strconv"
	"strings"

	"chibo/access"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/i18n"
	"chibo/internal/web"
	"chibo/org"
	"chibo/quality"
	"chibo/rulebook"
)

func (h *Web) registerTables(k *web.Kit) {
	k.Handle("GET /units/{id}/scores", h.desk)
	k.Handle("GET /units/{id}/scores/year", h.year)
	k.Handle("GET /units/{id}/scores/year.xlsx", h.yearBook)
	k.Handle("GET /units/{id}/scores/month", h.month)
	k.Handle("GET /units/{id}/scores/month.xlsx", h.monthBook)
	k.Handle("GET /units/{id}/scores/half", h.half)
	k.Handle("GET /units/{id}/scores/half.xlsx", h.halfBook)
}

func scoresHref(unit int64) string { return "/units/" + strconv.FormatInt(unit, 10) + "/scores" }

func yearHref(unit int64, year int) string {
	return scoresHref(unit) + "/year?year=" + strconv.Itoa(year)
}

// unitOf gives who asks, and the unit of the address.
func unitOf(r *http.Request) (access.Actor, int64, error) {
	who, err := access.Must(r.Context())
	if err != nil {
		return who, 0, err
	}
	id, err := web.ID(r, "id")
	return who, id, err
}

// tabs are the ways between the pages of a unit's scores.
type tabs struct {
	Base  string
	Now   string // "desk", "month", "half", "year"
	Desk  bool   // the reader decides scores
	Sheet string // of the unit's score sheets; "" a cell
}

func newTabs(who access.Actor, u org.Unit, now string) tabs {
	t := tabs{Base: scoresHref(u.ID), Now: now, Desk: !u.IsCell() && who.Quiet().Can(access.ScoreDecide, u.Access())}
	if !u.IsCell() {
		t.Sheet = sheetsHref(u.ID)
	}
	return t
}

func unitCrumbs(l *i18n.Lang, u org.Unit, key string) []crumb {
	if u.IsCell() {
		return []crumb{{"/cells/" + strconv.FormatInt(u.ID, 10) + "/meetings", u.Short}, {"", l.T(key)}}
	}
	return []crumb{{"/units/" + strconv.FormatInt(u.ID, 10), u.Short}, {"", l.T(key)}}
}

// yearData is the dot of year.html.
type yearData struct {
	quality.YearTable
	Tabs       tabs
	Crumbs     []crumb
	Head       []int // 1 to 12
	Rows       []yearRow
	Rule       []string // its conditions in words
	Cite       string
	Bands      []rulebook.Choice // grades of the table, the best first
	Below      []belowRow
	Prev, Next string
	Print      string
	Scores     []scoreRow
}

// yearRow is a cell's year as the page shows it.
type yearRow struct {
	quality.YearRow
	Marks  []mark
	Mean   string
	Result string // the grade, or why there is none
	Tone   string
	Checks []string // conditions in words, with how far they hold
	Href   string
}

// mark is one month of a row.
type mark struct {
	Letter string // first letters of the grade; "–" for a month that was missed
	Title  string
	Tone   string
}

// belowRow is a unit below with its months summed up.
type belowRow struct {
	figure.Child
	Href   string
	Counts []int // by grade, the best first
	NotMet int
}

// scoreRow is one score of a cell's year.
type scoreRow struct {
	quality.Score
	Href, Talk  string
	Self, Final string
	Tone        string
}

func gradeTone(bands []rulebook.Band, grade string) string {
	return tone(rulebook.Sheet{Bands: bands}, grade)
}

// year answers GET /units/{id}/scores/year?year=.
func (h *Web) year(w http.ResponseWriter, r *http.Request) error {
	who, d, err := h.readYear(r)
	if err != nil {
		return err
	}
	d.Tabs = newTabs(who, d.Unit, "year")
	return h.pages.Render(w, r, "year.html", d)
}

func (h *Web) readYear(r *http.Request) (access.Actor, yearData, error) {
	who, id, err := unitOf(r)
	if err != nil {
		return who, yearData{}, err
	}
	today := civil.From(h.scores.DB.Clock().Now())
	year, err := strconv.Atoi(r.URL.Query().Get("year"))
	if err != nil {
		year = today.Year()
	}
	t, err := h.scores.Year(r.Context(), who, id, year)
	if err != nil {
		return who, yearData{}, err
	}
	l := web.LangOf(r)
	d := yearData{YearTable: t, Crumbs: unitCrumbs(l, t.Unit, "quality.year.crumb"), Cite: t.Source.Cite(l.Code())}
	for n := range 12 {
		d.Head = append(d.Head, n+1)
	}
	for _, b := range t.Bands {
		d.Bands = append(d.Bands, rulebook.Choice{Code: b.Code, Title: b.Title})
	}
	for _, g := range t.Rule.Grades {
		d.Rule = append(d.Rule, condition(l, t.Bands, g))
	}
	for _, c := range t.Cells {
		d.Rows = append(d.Rows, d.row(l, c))
	}
	d.readBelow(l)
	for _, s := range t.Scores {
		d.Scores = append(d.Scores, h.scoreRow(l, s, t.Unit))
	}
	d.Prev = yearHref(id, year-1)
	if year < today.Year() {
		d.Next = yearHref(id, year+1)
	}
	return who, d, nil
}

// nameOf names a grade.
func nameOf(l *i18n.Lang, bands []rulebook.Band, grade string) string {
	if t := (rulebook.Sheet{Bands: bands}).Band(grade).Title.In(l.Code()); t != "" {
		return t
	}
	return l.T(quality.GradeKey(grade))
}

// condition says a grade of the year in words.
func condition(l *i18n.Lang, bands []rulebook.Band, g rulebook.YearGrade) string {
	text := l.T("quality.year.rule", "Grade", nameOf(l, bands, g.Grade), "All", nameOf(l, bands, g.All))
	if g.Least != "" {
		text += l.T("quality.year.rule_least", "Count", g.Count, "Least", nameOf(l, bands, g.Least))
	}
	if g.Gap.Vi != "" {
		text += ". " + l.T("quality.gap", "Text", g.Gap.In(l.Code()))
	}
	return text
}

func (d *yearData) row(l *i18n.Lang, c quality.YearRow) yearRow {
	out := yearRow{YearRow: c, Href: yearHref(c.CellID, d.Year)}
	for _, m := range c.Months {
		out.Marks = append(out.Marks, d.mark(l, m))
	}
	if c.Mean10 != quality.None {
		out.Mean = tenthsIn(l, c.Mean10)
	}
	switch {
	case c.Grade != "":
		out.Result, out.Tone = nameOf(l, d.YearTable.Bands, c.Grade), gradeTone(d.YearTable.Bands, c.Grade)
	case c.Gap.Vi != "":
		out.Result, out.Tone = l.T("quality.year.gap"), "warn"
	default:
		out.Result = l.T("quality.year.none")
	}
	for _, k := range c.Checks {
		out.Checks = append(out.Checks, checkText(l, d.YearTable.Bands, k))
	}
	return out
}

// checkText says how far a condition holds.
func checkText(l *i18n.Lang, bands []rulebook.Band, k quality.YearCheck) string {
	var parts []string
	months := func(list []civil.Month) string {
		names := make([]string, len(list))
		for i, m := range list {
			names[i] = strconv.Itoa(m.Num())
		}
		return strings.Join(names, ", ")
	}
	if len(k.Broken) > 0 {
		parts = append(parts, l.T("quality.year.broken", "Months", months(k.Broken), "All", nameOf(l, bands, k.All)))
	}
	if len(k.Waiting) > 0 {
		parts = append(parts, l.T("quality.year.waiting", "Months", months(k.Waiting)))
	}
	if k.Count > 0 {
		parts = append(parts, l.T("quality.year.have", "Have", k.Have, "Count", k.Count, "Least", nameOf(l, bands, k.Least)))
	}
	switch {
	case !k.Known():
		parts = append(parts, l.T("quality.gap", "Text", k.Gap.In(l.Code())))
	case k.Holds():
		parts = append(parts, l.T("quality.year.holds"))
	}
	return nameOf(l, bands, k.Grade) + ": " + strings.Join(parts, "; ")
}

func (d *yearData) mark(l *i18n.Lang, m quality.YearMonth) mark {
	switch {
	case m.Graded():
		name := nameOf(l, d.YearTable.Bands, m.Grade)
		out := mark{Letter: l.T("quality.letter." + m.Grade), Title: name, Tone: gradeTone(d.YearTable.Bands, m.Grade)}
		if m.Score10 != quality.None {
			out.Title = l.T("quality.points", "Points", tenthsIn(l, m.Score10)) + ", " + name
		}
		return out
	case !m.Counts:
		return mark{}
	case m.Met():
		return mark{Letter: "?", Title: l.T("quality.year.ungraded")}
	}
	return mark{Letter: "–", Title: l.T("quality.year.missed"), Tone: "bad"}
}

func (d *yearData) readBelow(l *i18n.Lang) {
	for _, c := range d.YearTable.Below {
		b := belowRow{Child: c, Href: yearHref(c.ID, d.Year), Counts: make([]int, len(d.YearTable.Bands))}
		for _, m := range c.Months {
			counts(b.Counts, d.YearTable.Bands, m)
			if m.Month <= d.Upto {
				b.NotMet += m.NotMet()
			}
		}
		d.Below = append(d.Below, b)
	}
}

// counts adds a month's grades.
func counts(to []int, bands []rulebook.Band, m figure.UnitMonth) {
	by := map[string]int{
		figure.GradeGood: m.Good, figure.GradeFair: m.Fair, figure.GradeAverage: m.Average, figure.GradeWeak: m.Weak,
		figure.GradePass: m.Passed, figure.GradeFail: m.Failed,
	}
	for i, b := range bands {
		to[i] += by[b.Code]
	}
}

func (h *Web) scoreRow(l *i18n.Lang, s quality.Score, cell org.Unit) scoreRow {
	sheet := h.scores.Book.At(s.Month.Last(), cell.Path).SheetByCode(s.SheetCode)
	out := scoreRow{Score: s, Href: address(s.Meeting), Talk: talkAddress(s.Meeting)}
	if s.SelfGrade != "" {
		out.Self = said(l, sheet, s.Self10, s.SelfGrade)
	}
	if s.State == quality.Decided {
		out.Final = said(l, sheet, s.Upper10, s.UpperGrade)
	}
	_, grade := s.Final()
	out.Tone = tone(sheet, grade)
	return out
}
