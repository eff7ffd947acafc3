package meetingweb

import (
	"context"
	"net/http"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/web"
	"chibo/meeting"
	"chibo/org"
)

// shownMeetings is three years of regular meetings.
const (
	shownMeetings = 36
	allMeetings   = 2000
)

// listData is the dot of list.html.
type listData struct {
	Unit    org.Unit
	Crumbs  []crumb
	Current *listRow // being prepared or held
	Free    bool     // this month has no regular meeting
	Month   civil.Month
	Lead    bool
	New     string // address of the form that convenes
	Rows    []listRow
	More    string // address with all meetings
}

// listRow is one meeting in the list.
type listRow struct {
	meeting.Summary
	Name, Href, Tone string
}

// Held says that the figures of attendance are final.
func (r listRow) Held() bool { return r.State == meeting.Closed || r.State == meeting.Sent }

func (h *Web) list(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	limit := shownMeetings
	if r.URL.Query().Has("all") {
		limit = allMeetings
	}
	list, err := h.svc.List(r.Context(), who, id, limit+1)
	if err != nil {
		return err
	}
	u, err := h.unit(r.Context(), id)
	if err != nil {
		return err
	}
	l := web.LangOf(r)
	d := listData{
		Unit: u, Crumbs: []crumb{{cellHref(id), u.Name}, {"", l.T("meeting.list.title")}}, Month: h.today().Month(),
		Free: true, Lead: who.Can(access.Convene, u.Access()), New: "/meetings/new?cell=" + text(id),
	}
	if len(list) > limit {
		list, d.More = list[:limit], listHref(id)+"?all=1"
	}
	for _, m := range list {
		d.add(listRow{m, nameOf(l, m.Meeting), meeting.Href(m.Ref), toneOf(m.State)})
	}
	return h.pages.Render(w, r, "list.html", d)
}

// add takes a meeting into the list; the earliest one that is under way leads it.
func (d *listData) add(row listRow) {
	d.Rows = append(d.Rows, row)
	if !row.Held() {
		d.Current = &row
	}
	if row.Kind == meeting.Regular && row.Month == d.Month {
		d.Free = false
	}
}

func (h *Web) unit(ctx context.Context, id int64) (u org.Unit, err error) {
	err = h.svc.DB.Read(ctx, func(q db.Q) error {
		u, err = org.ByID(ctx, q, id)
		return err
	})
	return u, err
}

func (h *Web) today() civil.Date { return civil.From(h.svc.DB.Clock().Now().In(clock.Zone())) }
