package meetingweb

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"chibo/access"
	"chibo/agenda"
	"chibo/internal/civil"
	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/internal/workday"
	"chibo/meeting"
	"chibo/org"
	"chibo/rulebook"
	"chibo/task"
)

// conveneForm is what the form of a new meeting sends.
type conveneForm struct {
	Cell  int64      `form:"cell"`
	Kind  string     `form:"kind"`
	Day   civil.Date `form:"day"`
	Time  string     `form:"time"`
	Place string     `form:"place"`
	Theme string     `form:"theme"`
	After string     `form:"after"` // the regular meeting that it is to follow

	Form      string `form:"form"` // as in wayForm
	AllowedBy string `form:"allowed"`
	Room      string `form:"room"`
}

// newData is the dot of new.html.
type newData struct {
	Form    *web.Form
	Unit    org.Unit
	Crumbs  []crumb
	Kinds   []web.Option
	Forms   []web.Option
	Other   bool             // another kind than the regular one is asked for
	Way     bool             // another form than the whole cell in one room is
	First   *meeting.Meeting // the regular meeting that it is to follow; nil none
	Ends    time.Time        // of First, as planned
	Habit   *meeting.Meeting
	Series  *meeting.Series // the fixed day; nil none
	Month   civil.Month     // of the day proposed
	Taken   string          // address of the month's regular meeting, when that stops the form
	Items   int             // of the agenda's template
	Minutes int
	Tasks   int // to look back on
	Rule    string
}

// mostTasks bounds a count that only says what is waiting.
const mostTasks = 200

func (h *Web) conveneForm(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Cell  int64  `form:"cell"`
		Kind  string `form:"kind"`
		Plan  string `form:"plan"`  // a theme of the year's plan
		After string `form:"after"` // the regular meeting that it is to follow
	}
	if err := web.DecodeQuery(r, &in); err != nil {
		return fault.Wrap(err, fault.NotFound, "err.not_found")
	}
	d, err := h.newData(r, in.Cell)
	if err != nil {
		return err
	}
	form := conveneForm{Cell: in.Cell, Kind: meeting.Regular, Time: "19:30", Place: d.Unit.Hall, Form: meeting.FormFull, After: in.After}
	if d.has(in.Kind) && in.Kind != meeting.Regular {
		form.Kind, d.Other = in.Kind, true
	}
	if err := h.first(r.Context(), &d, in.After); err != nil {
		return err
	}
	if d.Habit != nil {
		form.Time, form.Place = d.Habit.StartsAt.In(clock.Zone()).Format("15:04"), d.Habit.Place
	}
	if d.Series != nil {
		form.Time, form.Place = minuteText(d.Series.Minute), d.Series.Place
	}
	if form.Day, err = h.proposedDay(r.Context(), d); err != nil {
		return err
	}
	if ref, refErr := ident.ParseRef(in.Plan); refErr == nil {
		if form.Theme, err = h.plannedTheme(r.Context(), d.Unit, ref); err != nil {
			return err
		}
	}
	d.Form, d.Month = web.NewForm(form), form.Day.Month()
	return h.pages.Render(w, r, "new.html", d)
}

// newData gathers what the form shows beside its fields.
func (h *Web) newData(r *http.Request, cell int64) (newData, error) {
	who, err := access.Must(r.Context())
	if err != nil {
		return newData{}, err
	}
	var d newData
	var set rulebook.Set
	err = h.svc.DB.Read(r.Context(), func(q db.Q) error {
		if d.Unit, err = org.ByID(r.Context(), q, cell); err != nil {
			return err
		}
		if _, err := access.For(who, access.Convene, d.Unit.Access()); err != nil {
			return err
		}
		set = h.svc.Book.At(h.today(), d.Unit.Path)
		open, err := task.OpenOf(r.Context(), q, d.Unit.PartID, cell, mostTasks)
		if err != nil {
			return err
		}
		d.Tasks = len(open)
		last, ok, err := meeting.Last(r.Context(), q, d.Unit.PartID, cell)
		if err != nil {
			return err
		}
		if ok {
			d.Habit = &last
		}
		template, err := agenda.For(r.Context(), q, set, d.Unit.Path, d.Unit.Type, meeting.Regular, h.today())
		if err != nil {
			return err
		}
		d.Items, d.Minutes = len(template.Items), template.Minutes()
		series, ok, err := meeting.SeriesOf(r.Context(), q, d.Unit.PartID, cell, h.today().Month())
		if ok {
			d.Series = &series
		}
		return err
	})
	if err != nil {
		return newData{}, err
	}
	l := web.LangOf(r)
	for _, k := range set.MeetingKinds() {
		d.Kinds = append(d.Kinds, web.Option{Value: k.Code, Label: k.Title.In(l.Code()), Hint: k.Hint.In(l.Code())})
	}
	d.Forms = choices(set.Choices("meeting.forms"), l.Code())
	d.Rule = set.Rule(rulebook.MeetingMinMinutesRegular).Cite(l.Code())
	d.Crumbs = []crumb{{cellHref(cell), d.Unit.Name}, {listHref(cell), l.T("meeting.list.title")}, {"", l.T("meeting.new.title")}}
	return d, nil
}

// has says whether a kind of meeting is offered.
func (d newData) has(kind string) bool {
	return slices.ContainsFunc(d.Kinds, func(o web.Option) bool { return o.Value == kind })
}

// first puts the regular meeting into the page that the new one is to follow, when the
// text names one of the cell.
func (h *Web) first(ctx context.Context, d *newData, after string) error {
	ref, err := ident.ParseRef(after)
	if err != nil || ref.Part != d.Unit.PartID {
		return nil //nolint:nilerr // an address that names nothing asks for nothing
	}
	return h.svc.DB.Read(ctx, func(q db.Q) error {
		m, ends, err := meeting.FirstOf(ctx, q, ref)
		if errors.Is(err, meeting.ErrNotFound) || err == nil && m.OrgID != d.Unit.ID {
			return nil
		}
		d.First, d.Ends = &m, ends
		return err
	})
}

// plannedTheme gives the theme that the cell's plan has under the ref, "" when it is gone
// or another cell's.
func (h *Web) plannedTheme(ctx context.Context, u org.Unit, ref ident.Ref) (theme string, err error) {
	err = h.svc.DB.Read(ctx, func(q db.Q) error {
		theme, err = meeting.PlannedTheme(ctx, q, ref, u.ID)
		return err
	})
	return theme, err
}

// proposedDay is the cell's fixed day, or the day of the month on which it met last, in the
// first month that has no regular meeting and where that day is not over.
func (h *Web) proposedDay(ctx context.Context, d newData) (day civil.Date, err error) {
	today := h.today()
	month := today.Month()
	err = h.svc.DB.Read(ctx, func(q db.Q) error {
		_, taken, err := meeting.RegularOf(ctx, q, d.Unit.PartID, d.Unit.ID, month)
		if taken {
			month = month.Add(1)
		}
		return err
	})
	if err != nil {
		return day, err
	}
	if d.Series != nil {
		cal, err := workday.New()
		if err != nil {
			return day, err
		}
		for _, m := range []civil.Month{month, month.Add(1)} {
			if day, _ = d.Series.DayIn(m, cal); !day.Before(today) {
				return day, nil
			}
		}
	}
	usual := 0
	if d.Habit != nil {
		usual = d.Habit.Day.Day()
	}
	return habitDay(month, usual, today), err
}

// leadDays is how far ahead the form proposes when the usual day is over or unknown: long
// enough to prepare, within the month.
const leadDays = 7

func habitDay(month civil.Month, usual int, today civil.Date) civil.Date {
	last := month.Last()
	if usual > 0 {
		if day := month.First().AddDays(min(usual, last.Day()) - 1); !day.Before(today) {
			return day
		}
	}
	from := today
	if from.Before(month.First()) {
		from = month.First()
	}
	if day := from.AddDays(leadDays); !day.After(last) {
		return day
	}
	return last
}

func (h *Web) convene(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	var in conveneForm
	err = web.Decode(r, &in)
	var ref ident.Ref
	if err == nil {
		ref, err = h.conveneNow(r.Context(), who, in)
	}
	if form, ok := web.Retry(r, err); ok {
		d, err := h.newData(r, in.Cell)
		if err != nil {
			return err
		}
		d.Form, d.Other, d.Month = form, in.Kind != meeting.Regular, in.Day.Month()
		d.Way = in.Form != "" && in.Form != meeting.FormFull || form.Err("form")+form.Err("allowed")+form.Err("room") != ""
		if err := h.first(r.Context(), &d, in.After); err != nil {
			return err
		}
		if d.Taken, err = h.taken(r.Context(), d, in); err != nil {
			return err
		}
		return h.pages.RenderStatus(w, r, form.Status, "new.html", d)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, meeting.Href(ref)+"/plan", "meeting.flash.convened")
}

func (h *Web) conveneNow(ctx context.Context, who access.Actor, in conveneForm) (ident.Ref, error) {
	hour, minute, ok := clockTime(in.Time)
	if !ok {
		hour = -1 // the domain says it together with what else is wrong
	}
	after, _ := ident.ParseRef(in.After) // the domain refuses what is not of this cell
	ref, err := h.svc.Convene(ctx, who, meeting.ConveneIn{
		CellID: in.Cell, Kind: in.Kind, Day: in.Day, Hour: hour, Minute: minute, Place: in.Place, Theme: in.Theme, AfterID: after.ID,
		Way: meeting.Way{Form: in.Form, AllowedBy: in.AllowedBy, Room: in.Room},
	})
	return ref, renamed(err, called("month", "day", "hour", "time"))
}

// taken gives the address of the regular meeting that stands in the way.
func (h *Web) taken(ctx context.Context, d newData, in conveneForm) (href string, err error) {
	if in.Kind != meeting.Regular || !in.Day.IsDay() {
		return "", nil
	}
	err = h.svc.DB.Read(ctx, func(q db.Q) error {
		m, ok, err := meeting.RegularOf(ctx, q, d.Unit.PartID, d.Unit.ID, in.Day.Month())
		if ok {
			href = meeting.Href(m.Ref)
		}
		return err
	})
	return href, err
}
