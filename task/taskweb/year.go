package taskweb

import (
	"net/http"
	"strconv"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/web"
	"chibo/member"
	"chibo/org"
	"chibo/task"
)

// yearData is the dot of year.html.
type yearData struct {
	Name   string // of the member
	Cell   org.Unit
	Crumbs []crumb
	Year   int
	Sum    task.YearSum
	Months []yearMonth
	Said   []task.Mention // of the member in meetings
	Prev   string
	Next   string
}

// yearMonth is the tasks whose day lies in one month.
type yearMonth struct {
	Month civil.Month
	Items []item
}

// year answers GET /members/{ref}/tasks?year=.
func (h *Web) year(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	who, err := access.Must(ctx)
	if err != nil {
		return err
	}
	ref, err := web.Ref(r, "ref")
	if err != nil {
		return err
	}
	today := h.today()
	d := yearData{Year: today.Year()}
	if y, err := strconv.Atoi(r.URL.Query().Get("year")); err == nil && y > 1900 && y <= today.Year()+1 {
		d.Year = y
	}
	err = h.tasks.DB.Read(ctx, func(q db.Q) error {
		m, err := member.ByID(ctx, q, ref)
		if err != nil {
			return err
		}
		if d.Cell, err = org.ByID(ctx, q, m.CellID); err != nil {
			return err
		}
		if !task.MaySeeYear(who, d.Cell, m.PersonID) {
			return access.ErrForbidden
		}
		d.Name = m.Name
		list, err := task.OfYear(ctx, q, ref, d.Year)
		if err != nil {
			return err
		}
		d.Sum = task.SumOf(list)
		if h.tasks.Mentions != nil {
			if d.Said, err = h.tasks.Mentions(ctx, q, ref, d.Year); err != nil {
				return err
			}
		}
		n := newNames(q)
		for _, t := range list {
			i, err := n.item(ctx, t, today)
			if err != nil {
				return err
			}
			month := t.Due.Month()
			if k := len(d.Months); k == 0 || d.Months[k-1].Month != month {
				d.Months = append(d.Months, yearMonth{Month: month})
			}
			last := &d.Months[len(d.Months)-1]
			last.Items = append(last.Items, i)
		}
		return nil
	})
	if fault.KindOf(err) == fault.NotFound {
		return fault.New(fault.NotFound, "err.not_found")
	}
	if err != nil {
		return err
	}
	at := func(year int) string { return r.URL.Path + "?year=" + strconv.Itoa(year) }
	d.Prev = at(d.Year - 1)
	if d.Year <= today.Year() {
		d.Next = at(d.Year + 1)
	}
	d.Crumbs = []crumb{{cellHref(d.Cell.ID), d.Cell.Short}, {"", web.LangOf(r).T("task.year.title", "Year", d.Year)}}
	return h.pages.Render(w, r, "year.html", d)
}
