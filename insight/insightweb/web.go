package insightweb

import (
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"strconv"

	"chibo/access"
	"chibo/figure"
	"chibo/insight"
	"chibo/internal/civil"
	"chibo/internal/i18n"
	"chibo/internal/web"
	"chibo/task"
)

// Catalogue holds the texts of these pages, of the domain's errors and notices.
//
//go:embed i18n/*.json
var Catalogue embed.FS

//go:embed pages/*.html pages/parts/*.html
var pageFiles embed.FS

// Config says what the pages are made of. All fields are required.
type Config struct {
	Kit     *web.Kit
	Insight *insight.Service
	Tasks   *task.Service
}

// Web has the pages. Make it with New.
type Web struct {
	svc   *insight.Service
	tasks *task.Service
	pages *web.Pages
}

// New makes the pages and adds their routes to the kit.
func New(cfg Config) (*Web, error) {
	pages, err := cfg.Kit.Pages(pageFiles)
	if err != nil {
		return nil, err
	}
	h := &Web{svc: cfg.Insight, tasks: cfg.Tasks, pages: pages}
	cfg.Kit.Handle("GET /cells/{id}/insight", h.cell)
	cfg.Kit.Handle("POST /cells/{id}/insight/answer", h.answer)
	cfg.Kit.Handle("POST /cells/{id}/insight/plan", h.plan)
	cfg.Kit.Handle("GET /units/{id}/insight", h.unit)
	return h, nil
}

type crumb struct{ Href, Label string }

func text(n int64) string { return strconv.FormatInt(n, 10) }

func asked(r *http.Request) (access.Actor, int64, error) {
	who, err := access.Must(r.Context())
	if err != nil {
		return who, 0, err
	}
	id, err := web.ID(r, "id")
	return who, id, err
}

// show writes a value of a measure: "87,5 %", "91,2", "95 phút".
func show(l *i18n.Lang, code string, n int) string {
	switch code {
	case insight.Score:
		point := ","
		if l.Code() != i18n.Default {
			point = "."
		}
		if n%10 == 0 {
			return strconv.Itoa(n / 10)
		}
		return strconv.Itoa(n/10) + point + strconv.Itoa(n%10)
	case insight.Minutes:
		return l.T("insight.minutes", "Count", n)
	}
	return strconv.Itoa((n+5)/10) + " %"
}

// lie is a line of a spread as the page shows it.
type lie struct {
	Title, Least, Low, Mid, High, Most, Own string
	Draw                                    template.HTML
}

// mostMinutes bounds the drawing of minutes: three hours.
const mostMinutes = 180

func lies(l *i18n.Lang, s insight.Spread) (out []lie) {
	for _, x := range s.Of {
		scale := 1000
		if x.Code == insight.Minutes {
			scale = max(mostMinutes, x.Most)
		}
		t := func(n int) string { return show(l, x.Code, n) }
		v := lie{Title: l.T("insight.kind." + x.Code), Least: t(x.Least), Low: t(x.Low), Mid: t(x.Mid), High: t(x.High), Most: t(x.Most), Draw: draw(x, scale)}
		if x.HasOwn {
			v.Own = t(x.Own)
		}
		out = append(out, v)
	}
	return out
}

// draw draws the five numbers on a line, with the own value as a bar above it. The numbers
// stand beside it as text.
func draw(x insight.Lie, scale int) template.HTML {
	at := func(n int) string {
		return fmt.Sprintf("%.1f%%", float64(min(n, scale))*100/float64(scale))
	}
	svg := `<svg class="bar-row" width="100%" height="26" aria-hidden="true">`
	if x.HasOwn {
		svg += fmt.Sprintf(`<rect class="p-info" width="%s" height="12" rx="3"/>`, at(x.Own))
	}
	svg += fmt.Sprintf(`<rect class="p-none" x="%s" y="18" width="%s" height="2"/>`, at(x.Least), at(x.Most-x.Least))
	svg += fmt.Sprintf(`<rect class="p-mid" x="%s" y="15" width="%s" height="8"/>`, at(x.Low), at(max(x.High-x.Low, scale/100)))
	svg += fmt.Sprintf(`<rect class="p-med" x="%s" y="13" width="3" height="12"/></svg>`, at(x.Mid))
	return template.HTML(svg) //nolint:gosec // numbers only
}

// monthRow is a month of a cell or of a committee's cells.
type monthRow struct {
	Month                              civil.Month
	Met                                string
	HasMet                             bool
	Score, Grade, Tone                 string
	Bar                                int // tenths of a point; below 0: none
	Present, Due, Speakers, Of         int
	TasksDone, TasksDue, Minutes, Late int
}

func cellRow(l *i18n.Lang, c figure.CellMonth) monthRow {
	v := monthRow{
		Month: c.Month, HasMet: c.Met(), Bar: c.Score10, Present: c.Present, Due: c.Due, Speakers: c.Speakers, Of: c.Present,
		TasksDone: c.TasksDone, TasksDue: c.TasksDue, Minutes: c.Minutes, Late: c.SentLate,
	}
	if v.HasMet {
		v.Met = l.Date(c.MetDay)
	}
	if c.Score10 != figure.NoScore {
		v.Score = show(l, insight.Score, c.Score10)
	}
	if c.Grade != "" {
		v.Grade, v.Tone = l.T("insight.grade."+c.Grade), tone(c.Grade)
	}
	return v
}

func tone(grade string) string {
	switch grade {
	case figure.GradeGood, figure.GradePass:
		return "ok"
	case figure.GradeAverage:
		return "warn"
	case figure.GradeWeak, figure.GradeFail:
		return "bad"
	}
	return "info"
}
