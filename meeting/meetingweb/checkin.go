package meetingweb

import (
	"net/http"
	"time"

	"chibo/internal/fault"
	"chibo/internal/web"
	"chibo/meeting"
	"chibo/secret"
)

// checkinData is the dot of checkin.html.
type checkinData struct {
	base
	Form *web.Form
	// Stage says what the member is told: "enter" the code, "done", "early" (not the day
	// yet), "over", or "stranger".
	Stage  string
	Vote   string       // address of the vote that waits for the member; "" none
	Left   time.Time    // when the member left the room; zero: did not
	Help   []web.Option // who is not called yet, for who helps; none when the roll is not called
	Known  []web.Option
	Secret string // address of a secret vote under way
}

// checkinForm shows where a member types the code of the hall.
func (h *Web) checkinForm(w http.ResponseWriter, r *http.Request) error {
	read := h.phone
	if r.URL.Query().Has("help") { // who is not called yet is read for who asks
		read = h.full
	}
	_, f, err := read(r)
	if err != nil {
		return err
	}
	return h.showCheckin(w, r, f, web.NewForm(nil))
}

func (h *Web) showCheckin(w http.ResponseWriter, r *http.Request, f meeting.Full, form *web.Form) error {
	d := checkinData{base: newShort(r, f, "meeting.checkin.title"), Form: form, Stage: checkinStage(f)}
	for _, v := range f.Votes {
		if v.IsOpen() && v.Mine != nil && v.Mine.MayCast && v.Mine.Choice == "" {
			d.Vote = d.Href + "/votes/" + text(v.Ref.ID)
		}
	}
	for _, v := range f.Secrets {
		if v.State == secret.StateOpen {
			d.Secret = secretHref(f.Ref, v.Ref.ID)
		}
	}
	if row := f.Me.Row; row != nil {
		d.Left = row.Stay().Out()
	}
	if d.Stage == "done" && (f.State == meeting.Opened || f.State == meeting.Invited) {
		d.Known = d.KnownBy()
		for _, row := range f.Roll {
			if row.Presence != meeting.Present {
				d.Help = append(d.Help, web.Option{Value: text(row.MembershipID), Label: row.Name})
			}
		}
	}
	status := http.StatusOK
	if form.Status != 0 {
		status = form.Status
	}
	return h.pages.RenderStatus(w, r, status, "checkin.html", d)
}

func checkinStage(f meeting.Full) string {
	switch {
	case f.Me.Row == nil:
		return "stranger"
	case f.Me.Row.InRoom():
		return "done"
	case f.State == meeting.Closed || f.State == meeting.Sent:
		return "over"
	case f.State == meeting.Opened:
		return "enter"
	case f.State == meeting.Invited && f.Day == dayOf(f.Now):
		return "enter"
	}
	return "early"
}

// checkin notes the member as present by the code of the moment.
func (h *Web) checkin(w http.ResponseWriter, r *http.Request) error {
	who, ref, err := asked(r)
	if err != nil {
		return err
	}
	var in struct {
		Code string `form:"code"`
	}
	var done meeting.CheckedIn
	if err = web.Decode(r, &in); err == nil {
		done, err = h.svc.CheckIn(r.Context(), who, ref, in.Code)
	}
	if err != nil {
		form, ok := web.Retry(r, err)
		if !ok || fault.KindOf(err) == fault.Conflict {
			return err
		}
		f, readErr := h.svc.Phone(r.Context(), who, ref)
		if readErr != nil {
			return err
		}
		form.Message = "" // the words stand at the one field there is
		return h.showCheckin(w, r, f, form)
	}
	flash := "meeting.checkin.flash"
	if done.Again {
		flash = "meeting.checkin.flash_again"
	}
	return web.SeeOther(w, r, meeting.Href(ref)+"/checkin", flash)
}
