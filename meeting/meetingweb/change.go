package meetingweb

import (
	"context"
	"net/http"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/clock"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/meeting"
)

func (h *Web) registerChange(k *web.Kit) {
	k.Handle("GET /meetings/{ref}/change", h.changeForm)
	k.Handle("POST /meetings/{ref}/way", h.setWay)
	k.Handle("POST /meetings/{ref}/postpone", h.postpone)
	k.Handle("POST /meetings/{ref}/calloff", h.callOff)
	k.Handle("POST /meetings/{ref}/online", h.markOnline)
}

// wayForm is how the members come together.
type wayForm struct {
	Version   int    `form:"version"`
	Form      string `form:"form"`
	AllowedBy string `form:"allowed"`
	Room      string `form:"room"`
}

func (f wayForm) way() meeting.Way {
	return meeting.Way{Form: f.Form, AllowedBy: f.AllowedBy, Room: f.Room}
}

// postponeForm puts an announced meeting off.
type postponeForm struct {
	Version int        `form:"version"`
	Day     civil.Date `form:"day"`
	Time    string     `form:"time"`
	Place   string     `form:"place"`
	Reason  string     `form:"reason"`
}

// callOffForm calls an announced meeting off.
type callOffForm struct {
	Version int    `form:"version"`
	Why     string `form:"why"`
}

// changeData is the dot of change.html.
type changeData struct {
	base
	Forms    []web.Option
	Way      *web.Form
	Postpone *web.Form
	CallOff  *web.Form
	Wrong    string // the form that came back: way, postpone, calloff
}

// Changeable says whether form and day of a meeting can be changed now, and by the viewer.
func (b base) Changeable() bool {
	return b.Me.Lead && (b.State == meeting.Preparing || b.State == meeting.Agreed || b.State == meeting.Invited)
}

func (h *Web) changeForm(w http.ResponseWriter, r *http.Request) error {
	_, f, err := h.full(r)
	if err != nil {
		return err
	}
	b := newBase(r, f, "meeting.change.crumb")
	if !f.Me.Lead {
		return access.ErrForbidden
	}
	if !b.Changeable() {
		return web.SeeOther(w, r, b.Href)
	}
	return h.pages.Render(w, r, "change.html", newChangeData(b))
}

func newChangeData(b base) changeData {
	at := b.StartsAt.In(clock.Zone()).Format("15:04")
	return changeData{
		base: b, Forms: formOptions(b),
		Way:      web.NewForm(wayForm{Version: b.Version, Form: b.Form, AllowedBy: b.AllowedBy, Room: b.Room}),
		Postpone: web.NewForm(postponeForm{Version: b.Version, Day: b.Day, Time: at, Place: b.Place}),
		CallOff:  web.NewForm(callOffForm{Version: b.Version}),
	}
}

// formOptions are the forms of meeting that the rules of the day know.
func formOptions(b base) []web.Option { return choices(b.Set.Choices("meeting.forms"), b.lang.Code()) }

func (h *Web) setWay(w http.ResponseWriter, r *http.Request) error {
	var in wayForm
	return h.changes(w, r, "way", &in, func(ctx context.Context, who access.Actor, ref ident.Ref) error {
		return h.svc.SetWay(ctx, who, ref, in.way(), in.Version)
	})
}

func (h *Web) postpone(w http.ResponseWriter, r *http.Request) error {
	var in postponeForm
	return h.changes(w, r, "postpone", &in, func(ctx context.Context, who access.Actor, ref ident.Ref) error {
		hour, minute, ok := clockTime(in.Time)
		if !ok {
			hour = -1
		}
		err := h.svc.Postpone(ctx, who, ref, meeting.PostponeIn{
			Day: in.Day, Hour: hour, Minute: minute, Place: in.Place, Reason: in.Reason, Version: in.Version,
		})
		return renamed(err, called("hour", "time"))
	})
}

func (h *Web) callOff(w http.ResponseWriter, r *http.Request) error {
	var in callOffForm
	return h.changes(w, r, "calloff", &in, func(ctx context.Context, who access.Actor, ref ident.Ref) error {
		return renamed(h.svc.CallOff(ctx, who, ref, in.Version, in.Why), called("reason", "why"))
	})
}

// changes does what one of the page's forms asks; refused, the page comes again with it.
func (h *Web) changes(w http.ResponseWriter, r *http.Request, which string, form any, do func(context.Context, access.Actor, ident.Ref) error) error {
	who, ref, err := asked(r)
	if err != nil {
		return err
	}
	if err = web.Decode(r, form); err == nil {
		err = do(r.Context(), who, ref)
	}
	if err == nil {
		return web.SeeOther(w, r, meeting.Href(ref), "meeting.flash."+which)
	}
	back, ok := web.Retry(r, err)
	if !ok {
		return err
	}
	_, f, readErr := h.full(r)
	if readErr != nil {
		return readErr
	}
	b := newBase(r, f, "meeting.change.crumb")
	if !b.Changeable() {
		return err
	}
	d := newChangeData(b)
	d.Wrong = which
	switch which {
	case "way":
		d.Way = back
	case "postpone":
		d.Postpone = back
	default:
		d.CallOff = back
	}
	return h.pages.RenderStatus(w, r, back.Status, "change.html", d)
}

// markOnline notes that a member of a mixed meeting takes part over the network: member 0
// is the viewer.
func (h *Web) markOnline(w http.ResponseWriter, r *http.Request) error {
	who, ref, err := asked(r)
	if err != nil {
		return err
	}
	var in struct {
		Member int64 `form:"member"`
		Online bool  `form:"online"`
	}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	if err := h.svc.MarkOnline(r.Context(), who, ref, in.Member, in.Online); err != nil {
		return err
	}
	return web.SeeOther(w, r, meeting.Href(ref)+"#online")
}

// onlineRow is a present member of a mixed meeting.
type onlineRow struct {
	ID     int64
	Name   string
	Online bool
	How    string // translation key; "" in the room
}

// OnlineRows are the members present at a mixed meeting, as the viewer may mark them: all
// for who keeps the roll, else the viewer.
func (b base) OnlineRows() (out []onlineRow) {
	if b.Form != meeting.FormMixed || b.Over() {
		return nil
	}
	for _, r := range b.Roll {
		mine := r.MembershipID == b.Me.MembershipID
		if r.Presence != meeting.Present || !b.Me.Clerk && !mine {
			continue
		}
		row := onlineRow{ID: r.MembershipID, Name: r.Name, Online: b.Full.Online[r.MembershipID] != ""}
		if row.Online {
			row.How = "meeting.online." + b.Full.Online[r.MembershipID]
		}
		if !b.Me.Clerk {
			row.ID = 0
		}
		out = append(out, row)
	}
	return out
}

// FormTitle names the form of the meeting.
func (b base) FormTitle() string {
	return titleOf(b.Set.Choices("meeting.forms"), b.Form, b.lang.Code())
}

// KindTitle names the kind of the meeting.
func (b base) KindTitle() string {
	kind, _ := b.Set.MeetingKind(b.Kind)
	return kind.Title.In(b.lang.Code())
}

// MyGroup says whether the viewer leads the group's meeting or keeps the whole.
func (b base) MyGroup(v meeting.Session) bool {
	return b.State == meeting.Opened && (b.Me.Clerk || v.LeaderID != 0 && v.LeaderID == b.Me.MembershipID)
}

// ownGroup gives the group whose meeting the viewer leads and which has not met yet.
func (b base) ownGroup() (meeting.Session, bool) {
	for _, v := range b.Sessions {
		if v.LeaderID != 0 && v.LeaderID == b.Me.MembershipID && v.ClosedAt.IsZero() {
			return v, true
		}
	}
	return meeting.Session{}, false
}

// needsAgreement says whether the cell committee agrees a meeting of this kind first.
func (b base) needsAgreement() bool {
	kind, _ := b.Set.MeetingKind(b.Kind)
	return kind.Agreed
}

// PairName names the other meeting of the evening.
func (b base) PairName() string { return nameOf(b.lang, b.Pair.Meeting) }

// goesOn says that the meeting that follows in the same evening waits to be opened.
func (b base) goesOn() bool {
	return b.Pair != nil && b.AfterID == 0 && b.Pair.State == meeting.Invited && b.Days() >= -1 && b.Days() <= 0
}

// PairHref is the page of the other meeting of the evening.
func (b base) PairHref() string { return meeting.Href(b.Pair.Ref) }

// DutyRule cites the rule of the quarter's duty.
func (b base) DutyRule() string { return b.Duty.Rule.Cite(b.lang.Code()) }

// MayFollow says whether the viewer may call a thematic meeting after this one.
func (b base) MayFollow() bool {
	return b.Me.Lead && b.Kind == meeting.Regular && b.Pair == nil && b.Form != meeting.FormGroup && b.Days() >= 0 &&
		b.State != meeting.Sent && b.State != meeting.Cancelled
}

// FollowHref is the form that calls one.
func (b base) FollowHref() string {
	return "/meetings/new?cell=" + text(b.OrgID) + "&kind=" + meeting.Thematic + "&after=" + b.Ref.String()
}
