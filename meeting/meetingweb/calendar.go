package meetingweb

import (
	"net/http"
	"net/url"
	"time"

	"chibo/access"
	"chibo/account"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/i18n"
	"chibo/internal/ical"
	"chibo/internal/web"
	"chibo/meeting"
)

func (h *Web) registerCalendar(k *web.Kit) {
	k.Handle("GET /meetings/{ref}/calendar.ics", h.calendarFile)
	k.Handle("GET /calendar", h.calendar)
	k.Handle("POST /calendar/new", h.newFeed)
	k.Handle("POST /calendar/end", h.endFeed)
	k.Handle("GET /calendar/{secret}", h.feed)
}

// eventOf makes a calendar entry: kind, time and place. Neither cell nor content nor
// anybody's name: calendars are often kept by somebody else's company.
func (h *Web) eventOf(l *i18n.Lang, m meeting.Meeting, ends time.Time) ical.Event {
	kind, _ := h.svc.Book.At(m.Day, "").MeetingKind(m.Kind)
	return ical.Event{
		UID: m.UID(), Seq: m.Version, Start: m.StartsAt, End: ends, Summary: kind.Title.In(l.Code()), Place: m.Place,
		Cancelled: m.State == meeting.Cancelled,
	}
}

// calendarFile gives one meeting as a calendar file, to who is on its roll or leads it.
func (h *Web) calendarFile(w http.ResponseWriter, r *http.Request) error {
	_, f, err := h.full(r)
	if err != nil {
		return err
	}
	if f.InvitedAt.IsZero() || f.Me.Row == nil && !f.Me.Lead {
		return access.ErrForbidden
	}
	name := "hop-" + f.Day.String() + ".ics"
	return sendCalendar(w, name, ical.Calendar{Stamp: f.Now, Events: []ical.Event{h.eventOf(web.LangOf(r), f.Meeting, f.Ends())}})
}

func sendCalendar(w http.ResponseWriter, name string, c ical.Calendar) error {
	b, err := ical.Write(c)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", ical.Type)
	w.Header().Set("Cache-Control", "no-store")
	if name != "" {
		w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	}
	_, err = w.Write(b)
	return err
}

// calendarData is the dot of calendar.html.
type calendarData struct {
	Crumbs  []crumb
	Entries []entryView
	Made    time.Time // of the address; zero: none
	Address string    // shown once, when it was made
	Off     bool      // no address can be made here
}

type entryView struct {
	Href, Name, Place string
	At                time.Time
	Off               bool // called off
}

// calendar shows the own meetings and the address for a calendar program.
func (h *Web) calendar(w http.ResponseWriter, r *http.Request) error {
	return h.showCalendar(w, r, "")
}

func (h *Web) showCalendar(w http.ResponseWriter, r *http.Request, address string) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	l := web.LangOf(r)
	d := calendarData{Crumbs: []crumb{{"", l.T("meeting.calendar.title")}}, Address: address, Off: h.accounts == nil}
	now := h.svc.DB.Clock().Now()
	err = h.svc.DB.Read(r.Context(), func(q db.Q) (err error) {
		if d.Made, err = account.FeedMade(r.Context(), q, who.AccountID); err != nil {
			return err
		}
		list, err := meeting.OwnCalendar(r.Context(), q, who.PartID, who.PersonID, civil.From(now))
		for _, e := range list {
			if e.Ends.After(now) {
				d.Entries = append(d.Entries, entryView{meeting.Href(e.Ref), nameOf(l, e.Meeting), e.Place, e.StartsAt, e.State == meeting.Cancelled})
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return h.pages.Render(w, r, "calendar.html", d)
}

// newFeed makes the address and shows it, this once.
func (h *Web) newFeed(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	if h.accounts == nil {
		return access.ErrForbidden
	}
	secret, err := h.accounts.NewFeed(r.Context(), who)
	if err != nil {
		return err
	}
	to := url.URL{Scheme: "http", Host: r.Host, Path: "/calendar/" + secret}
	if web.Secure(r) {
		to.Scheme = "https"
	}
	w.Header().Set("Cache-Control", "no-store")
	return h.showCalendar(w, r, to.String())
}

// endFeed takes the address back.
func (h *Web) endFeed(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	if h.accounts == nil {
		return access.ErrForbidden
	}
	if err := h.accounts.EndFeed(r.Context(), who); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/calendar", "meeting.calendar.flash_end")
}

// feed gives the own meetings to a calendar program that has the address. It needs no
// sign-in: the address is the right.
func (h *Web) feed(w http.ResponseWriter, r *http.Request) error {
	l := web.LangOf(r)
	now := h.svc.DB.Clock().Now()
	c := ical.Calendar{Name: l.T("meeting.calendar.name"), Stamp: now}
	err := h.svc.DB.Read(r.Context(), func(q db.Q) error {
		a, err := account.ByFeed(r.Context(), q, r.PathValue("secret"), civil.From(now))
		if err != nil {
			return err
		}
		list, err := meeting.OwnCalendar(r.Context(), q, a.PartID, a.PersonID, civil.From(now))
		for _, e := range list {
			c.Events = append(c.Events, h.eventOf(l, e.Meeting, e.Ends))
		}
		return err
	})
	if err != nil {
		return err
	}
	return sendCalendar(w, "", c)
}
