package workplanweb

import (
	"embed"
	"net/http"
	"strconv"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/i18n"
	"chibo/internal/web"
	"chibo/meeting"
	"chibo/workplan"
)

// Catalogue holds the texts of these pages, of the domain's errors and notices.
//
//go:embed i18n/*.json
var Catalogue embed.FS

//go:embed pages/*.html pages/parts/*.html
var pageFiles embed.FS

// Config says what the pages are made of. Kit and Works are required; without Meetings no
// paper is made.
type Config struct {
	Kit      *web.Kit
	Works    *workplan.Service
	Meetings *meeting.Service
}

// Web has the pages. Make it with New.
type Web struct {
	svc      *workplan.Service
	meetings *meeting.Service
	pages    *web.Pages
}

// New makes the pages and adds their routes to the kit.
func New(cfg Config) (*Web, error) {
	pages, err := cfg.Kit.Pages(pageFiles)
	if err != nil {
		return nil, err
	}
	h := &Web{svc: cfg.Works, meetings: cfg.Meetings, pages: pages}
	k := cfg.Kit
	k.Handle("GET /cells/{id}/workplan", h.plan)
	k.Handle("POST /cells/{id}/workplan", h.add)
	k.Handle("GET /cells/{id}/workplan/new", h.addForm)
	k.Handle("GET /cells/{id}/workplan/yearly", h.yearly)
	k.Handle("POST /cells/{id}/workplan/yearly", h.takeYearly)
	k.Handle("POST /cells/{id}/workplan/last", h.takeLast)
	k.Handle("POST /cells/{id}/workplan/approve", h.approve)
	k.Handle("POST /cells/{id}/workplan/paper", h.paper)
	k.Handle("GET /cells/{id}/workplan.xlsx", h.book)
	k.Handle("GET /workplan/{ref}", h.item)
	k.Handle("POST /workplan/{ref}/edit", h.edit)
	k.Handle("POST /workplan/{ref}/drop", h.drop)
	k.Handle("POST /workplan/{ref}/back", h.back)
	k.Handle("POST /workplan/{ref}/report", h.report)
	k.Handle("POST /workplan/{ref}/task", h.give)
	k.Handle("GET /units/{id}/workplan", h.below)
	return h, nil
}

type crumb struct{ Href, Label string }

func text(n int64) string { return strconv.FormatInt(n, 10) }

// asked gives who asks, of which unit, and for which year.
func (h *Web) asked(r *http.Request) (who access.Actor, id int64, year int, err error) {
	if who, err = access.Must(r.Context()); err != nil {
		return who, 0, 0, err
	}
	id, err = web.ID(r, "id")
	return who, id, h.yearOf(r), err
}

func (h *Web) today() civil.Date { return civil.From(h.svc.DB.Clock().Now()) }

// firstYear is before any plan.
const firstYear = 2000

// yearOf gives the year of the address: this one when none, or one that cannot be, is
// asked for.
func (h *Web) yearOf(r *http.Request) int {
	now := h.today().Year()
	year, err := strconv.Atoi(r.FormValue("year"))
	if err != nil || year < firstYear || year > now+1 {
		return now
	}
	return year
}

// tone is that of a state.
func tone(s workplan.State) string {
	switch s {
	case workplan.StateDone:
		return "ok"
	case workplan.StateLate, workplan.StateUndone:
		return "bad"
	case workplan.StatePart:
		return "warn"
	case workplan.StateNow:
		return "info"
	}
	return ""
}

// span says in which months: "Tháng 3", "Tháng 3 - 5".
func span(l *i18n.Lang, from, to civil.Month) string {
	if from == to {
		return l.T("workplan.month", "Month", from.Num())
	}
	return l.T("workplan.months", "From", from.Num(), "To", to.Num())
}

// months gives the months of a year to choose from.
func months(l *i18n.Lang, year int) (out []web.Option) {
	for m := 1; m <= 12; m++ {
		out = append(out, web.Option{Value: strconv.Itoa(year*100 + m), Label: l.T("workplan.month", "Month", m)})
	}
	return out
}

// crumbs lead from the cell to a page of its plan.
func crumbs(l *i18n.Lang, v workplan.View, last string) []crumb {
	out := []crumb{{"/units/" + text(v.Cell.ID), v.Cell.Short}, {"/cells/" + text(v.Cell.ID) + "/year?year=" + strconv.Itoa(v.Year), l.T("workplan.year", "Year", v.Year)}}
	if last == "" {
		return append(out, crumb{"", l.T("workplan.title")})
	}
	return append(out, crumb{workplan.Href(v.Cell.ID, v.Year), l.T("workplan.title")}, crumb{"", last})
}

// people gives the members of the cell to choose from.
func people(v workplan.View) (out []web.Option) {
	for _, m := range v.Body {
		out = append(out, web.Option{Value: text(m.MembershipID), Label: m.Name})
	}
	return out
}

func contentName(l *i18n.Lang, v workplan.View, code string) string {
	for _, k := range v.Set.ContentKinds() {
		if k.Code == code {
			return k.Title.In(l.Code())
		}
	}
	return code
}

func contents(l *i18n.Lang, v workplan.View) (out []web.Option) {
	for _, k := range v.Set.ContentKinds() {
		if k.Weighs {
			out = append(out, web.Option{Value: k.Code, Label: k.Title.In(l.Code())})
		}
	}
	return out
}
