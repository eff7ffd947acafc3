package qualityweb

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"chibo/access"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/i18n"
	"chibo/internal/web"
	"chibo/quality"
)

// monthOf reads ?month=2026-11; without one it is the month that is over last.
func (h *Web) monthOf(r *http.Request) civil.Month {
	var y, m int
	if _, err := fmt.Sscanf(r.URL.Query().Get("month"), "%4d-%2d", &y, &m); err != nil {
		return civil.From(h.scores.DB.Clock().Now()).Month().Add(-1)
	}
	return civil.Month(y*100 + m)
}

func monthHref(unit int64, m civil.Month) string {
	return fmt.Sprintf("%s/month?month=%d-%02d", scoresHref(unit), m.Year(), m.Num())
}

// monthData is the dot of month.html.
type monthData struct {
	quality.MonthTable
	Tabs       tabs
	Crumbs     []crumb
	Rows       []monthRow
	First      []monthRow   // for a phone: those that need something
	Rest       []monthGroup // the others
	Below      []belowRow
	Prev, Next string
	Book       string
}

// monthRow is a line of the monthly table as the page shows it.
type monthRow struct {
	quality.MonthRow
	No    int
	Score string
	Said  string // the same in words; "" a sheet without points
	Ticks []bool // by grade, the best first
	Why   string // points that were not given
	Note  string // the same, and what the cell has not done
	Href  string // of the score; "" none
	State string // what is still to come, in words
	Tag   string // in one word: the grade, or what the cell has not done
	Tone  string
	Needs bool // somebody has to look at it
}

// monthGroup is the cells of one organisation in which nothing is wrong.
type monthGroup struct {
	Name string // "" all cells are of one
	Rows []monthRow
}

// short makes the list for a phone: what needs something first, the rest organisation by
// organisation.
func (d *monthData) short() {
	for _, r := range d.Rows {
		if r.Needs {
			d.First = append(d.First, r)
			continue
		}
		i := slices.IndexFunc(d.Rest, func(g monthGroup) bool { return g.Name == r.UnitShort })
		if i < 0 {
			i, d.Rest = len(d.Rest), append(d.Rest, monthGroup{Name: r.UnitShort})
		}
		d.Rest[i].Rows = append(d.Rest[i].Rows, r)
	}
	if len(d.Rest) == 1 {
		d.Rest[0].Name = ""
	}
}

// month answers GET /units/{id}/scores/month?month=.
func (h *Web) month(w http.ResponseWriter, r *http.Request) error {
	who, d, err := h.readMonth(r)
	if err != nil {
		return err
	}
	d.Tabs = newTabs(who, d.Unit, "month")
	return h.pages.Render(w, r, "month.html", d)
}

func (h *Web) readMonth(r *http.Request) (access.Actor, monthData, error) {
	who, id, err := unitOf(r)
	if err != nil {
		return who, monthData{}, err
	}
	m := h.monthOf(r)
	t, err := h.scores.Month(r.Context(), who, id, m)
	if err != nil {
		return who, monthData{}, err
	}
	l := web.LangOf(r)
	d := monthData{MonthTable: t, Crumbs: unitCrumbs(l, t.Unit, "quality.month.crumb"), Prev: monthHref(id, m.Add(-1))}
	d.Book = strings.Replace(monthHref(id, m), "/month?", "/month.xlsx?", 1)
	if m < civil.From(h.scores.DB.Clock().Now()).Month() {
		d.Next = monthHref(id, m.Add(1))
	}
	for i, x := range t.Rows {
		d.Rows = append(d.Rows, newMonthRow(l, t, i+1, x))
	}
	d.short()
	for _, c := range t.Below {
		b := belowRow{Child: c, Href: monthHref(c.ID, m), Counts: make([]int, len(t.Bands)), NotMet: c.Month(m).NotMet()}
		counts(b.Counts, t.Bands, c.Month(m))
		d.Below = append(d.Below, b)
	}
	return who, d, nil
}

func newMonthRow(l *i18n.Lang, t quality.MonthTable, no int, x quality.MonthRow) monthRow {
	out := monthRow{MonthRow: x, No: no}
	if x.Score10 != quality.None {
		out.Score = tenthsIn(l, x.Score10)
		out.Said = l.T("quality.points", "Points", out.Score)
	} else if x.Grade != "" {
		out.Score = nameOf(l, t.Bands, x.Grade)
	}
	for _, b := range t.Bands {
		out.Ticks = append(out.Ticks, b.Code == x.Grade)
	}
	if x.Meeting.ID != 0 {
		out.Href = address(x.Meeting)
	}
	var notes []string
	for _, lost := range x.Lost {
		notes = append(notes, lostText(l, lost))
	}
	if x.Upper != "" {
		notes = append(notes, l.T("quality.month.upper", "Text", x.Upper))
	}
	out.Why = strings.Join(notes, "; ")
	out.Tag, out.Tone = nameOf(l, t.Bands, x.Grade), gradeTone(t.Bands, x.Grade)
	out.Needs = !x.Met() || x.Grade == "" || figure.Low(x.Grade)
	switch {
	case !x.Met():
		out.Tag, out.Tone = l.T("quality.month.not_met"), "bad"
		notes = append(notes, out.Tag)
	case x.Grade == "":
		out.Tag, out.Tone = l.T("quality.month.ungraded"), "warn"
		notes = append(notes, out.Tag)
	case x.State != "" && x.State != quality.Decided:
		out.State = l.T("quality.month.undecided")
	}
	out.Note = strings.Join(notes, "; ")
	return out
}

// lostText says why a line did not get all its points.
func lostText(l *i18n.Lang, x quality.Lost) string {
	text := l.T("quality.month.lost", "Title", x.Title.In(l.Code()), "Lost", tenthsIn(l, x.Lost10))
	why := x.Reason
	if why == "" {
		why = x.Level.In(l.Code())
	}
	if why != "" {
		text += " (" + why + ")"
	}
	return text
}
