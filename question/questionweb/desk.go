package questionweb

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/web"
	"chibo/org"
	"chibo/question"
)

// deskLimit is how many questions a page of the desk shows.
const deskLimit = 50

// The tabs of a committee's desk.
const (
	tabWaiting = "waiting"
	tabLate    = "late"
	tabPassed  = "passed"
	tabBelow   = "below"
	tabCounts  = "counts"
)

// deskData is the dot of desk.html.
type deskData struct {
	Unit   org.Unit
	Crumbs []crumb
	Tab    string
	Items  []item
	Desk   question.Desk
	Serves bool // the reader acts for the committee; else only the counts are there
	Below  []countRow
	Sum    question.Counts
	Since  civil.Date // first day of the answered ones that are counted
	Next   string     // address of the next page; "" none
}

// countRow is a unit right below with what its cells have.
type countRow struct {
	question.ByUnit
	Href string // the records behind it
}

// desk answers GET /units/{id}/questions?tab=.
func (h *Web) desk(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	l := web.LangOf(r)
	d := deskData{Tab: r.URL.Query().Get("tab")}
	var cell bool
	err = h.svc.DB.Read(r.Context(), func(q db.Q) error {
		if d.Unit, err = org.ByID(r.Context(), q, id); err != nil {
			return err
		}
		if !question.MayCount(who.Quiet(), d.Unit) {
			return access.ErrForbidden
		}
		if cell = d.Unit.IsCell(); cell {
			return nil
		}
		return d.read(r.Context(), q, h, who, l.Code(), r.URL.Query())
	})
	if err != nil {
		return err
	}
	if cell {
		return web.SeeOther(w, r, cellHref(id))
	}
	d.Crumbs = []crumb{{unitHref(d.Unit.ID), d.Unit.Short}, {"", l.T("question.desk.title")}}
	return h.pages.Render(w, r, "desk.html", d)
}

func (d *deskData) read(ctx context.Context, q db.Q, h *Web, who access.Actor, lang string, query url.Values) (err error) {
	if d.Serves = question.MayServe(who, d.Unit); !d.Serves {
		d.Tab = tabCounts
	}
	if d.Desk, err = h.svc.DeskOf(ctx, q, who, d.Unit); err != nil {
		return err
	}
	var lines []question.Line
	switch d.Tab {
	case tabCounts:
		return d.counts(ctx, q, who, h.today())
	case tabPassed:
		lines, err = question.Passed(ctx, q, who, d.Unit, deskLimit)
	case tabBelow:
		lines, err = h.svc.Risen(ctx, q, who, d.Unit, deskLimit)
	default:
		if d.Tab != tabLate {
			d.Tab = tabWaiting
		}
		lines, err = d.waiting(ctx, q, who, h.today(), query)
	}
	d.Items = h.items(lang, lines)
	return err
}

// waiting reads one page of what waits here.
func (d *deskData) waiting(ctx context.Context, q db.Q, who access.Actor, day civil.Date, query url.Values) ([]question.Line, error) {
	p := question.Page{Limit: deskLimit + 1}
	if d.Tab == tabLate {
		p.Late = day
	}
	if due, err := civil.Parse(query.Get("due")); err == nil {
		p.After.Due = due
	}
	p.After.Ref.ID, _ = strconv.ParseInt(query.Get("id"), 10, 64) // of no sense: the first page
	lines, err := question.Waiting(ctx, q, who, d.Unit, p)
	if len(lines) > deskLimit {
		lines = lines[:deskLimit]
		last := lines[deskLimit-1]
		d.Next = deskHref(d.Unit.ID) + "?tab=" + d.Tab + "&due=" + last.Due.String() + "&id=" + strconv.FormatInt(last.Ref.ID, 10)
	}
	return lines, err
}

func (d *deskData) counts(ctx context.Context, q db.Q, who access.Actor, day civil.Date) error {
	d.Since = civil.Of(day.Year(), 1, 1)
	list, sum, err := question.CountsBelow(ctx, q, who, d.Unit, day, d.Since)
	d.Sum = sum
	for _, u := range list {
		row := countRow{ByUnit: u, Href: deskHref(u.Unit.ID) + "?tab=" + tabCounts}
		if u.Unit.IsCell() {
			row.Href = cellHref(u.Unit.ID)
		}
		d.Below = append(d.Below, row)
	}
	return err
}
