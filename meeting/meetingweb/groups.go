package meetingweb

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"chibo/access"
	"chibo/ballot"
	"chibo/internal/civil"
	"chibo/internal/clock"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/meeting"
	"chibo/member"
)

func (h *Web) registerGroups(k *web.Kit) {
	k.Handle("GET /cells/{id}/groups", h.groups)
	k.Handle("POST /cells/{id}/groups", h.divide)
	k.Handle("GET /meetings/{ref}/groups", h.sessions)
	k.Handle("POST /meetings/{ref}/groups/{id}", h.setSession)
	k.Handle("GET /meetings/{ref}/groups/{id}", h.group)
	k.Handle("POST /meetings/{ref}/groups/{id}/begin", h.groupAct("", h.beginGroup))
	k.Handle("POST /meetings/{ref}/groups/{id}/roll", h.groupAct("", h.markGroup))
	k.Handle("POST /meetings/{ref}/groups/{id}/note", h.groupAct("meeting.run.flash.saved", h.noteGroup))
	k.Handle("POST /meetings/{ref}/groups/{id}/hands", h.groupAct("meeting.run.flash.counted", h.countGroup))
	k.Handle("POST /meetings/{ref}/groups/{id}/end", h.groupAct("meeting.flash.group_end", h.endGroup))
}

// groupsData is the dot of groups.html.
type groupsData struct {
	meeting.Groups
	Crumbs  []crumb
	Form    *web.Form
	Options []web.Option // the groups to choose from
	People  []placeRow
	Members int
	Least   int // members that a cell needs to meet by group
	Most    int // times a year
	Rule    string
	Home    string // of the cell
}

// placeRow is one member with the group that he or she is in.
type placeRow struct {
	member.OnDay
	Group string // id; "" none
	Name  string // of the group
}

func (h *Web) groupsData(r *http.Request) (d groupsData, err error) {
	who, err := access.Must(r.Context())
	if err != nil {
		return d, err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return d, err
	}
	if d.Groups, err = h.svc.GroupsOf(r.Context(), who, id); err != nil {
		return d, err
	}
	l := web.LangOf(r)
	d.Crumbs = []crumb{{cellHref(id), d.Unit.Short}, {listHref(id), l.T("meeting.list.title")}, {"", l.T("meeting.groups.title")}}
	d.Home = cellHref(id)
	for _, p := range d.Loose {
		d.People = append(d.People, placeRow{OnDay: p})
	}
	for _, g := range d.Groups.Groups {
		d.Options = append(d.Options, web.Option{Value: text(g.Unit.ID), Label: g.Unit.Name})
		for _, p := range g.Members {
			d.People = append(d.People, placeRow{p, text(g.Unit.ID), g.Unit.Name})
		}
	}
	for _, p := range d.People {
		if p.Standing != member.StandingGuest {
			d.Members++
		}
	}
	least, most, rule := meeting.GroupLimits(h.svc.Book.At(h.today(), d.Unit.Path))
	d.Least, d.Most, d.Rule = least, most, rule.Cite(l.Code())
	return d, nil
}

func (h *Web) groups(w http.ResponseWriter, r *http.Request) error {
	d, err := h.groupsData(r)
	if err != nil {
		return err
	}
	d.Form = web.NewForm(nil)
	return h.pages.Render(w, r, "groups.html", d)
}

// divide puts the members into the groups that the form names, "group.<membership>" each.
func (h *Web) divide(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	var in struct {
		Group map[string]string `form:"group"`
	}
	if err = web.Decode(r, &in); err == nil {
		into := map[int64]int64{}
		for k, v := range in.Group {
			m, err1 := strconv.ParseInt(k, 10, 64)
			g, err2 := strconv.ParseInt("0"+v, 10, 64)
			if err1 != nil || err2 != nil {
				return fault.New(fault.NotFound, "err.not_found")
			}
			into[m] = g
		}
		err = h.svc.Divide(r.Context(), who, id, into)
	}
	if form, ok := web.Retry(r, err); ok {
		d, err := h.groupsData(r)
		if err != nil {
			return err
		}
		d.Form = form
		return h.pages.RenderStatus(w, r, form.Status, "groups.html", d)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/cells/"+text(id)+"/groups", "meeting.flash.divided")
}

// sessionForm is when, where and under whom a group meets.
type sessionForm struct {
	Version int        `form:"version"`
	Day     civil.Date `form:"day"`
	Time    string     `form:"time"`
	Place   string     `form:"place"`
	Leader  int64      `form:"leader"`
}

// sessionsData is the dot of sessions.html: the groups of a meeting.
type sessionsData struct {
	base
	List   []sessionView
	Open   []meeting.VoteView // votes under way
	Groups string             // where the members are put into groups
	Loose  int                // bound to attend and in no group
}

// sessionView is one group with its form.
type sessionView struct {
	meeting.Session
	Href, Leader  string
	Here, Due     int
	Form          *web.Form
	People        []web.Option // of the group
	Fixed, Bad    bool
	Other         bool // the viewer leads another group
	Edit          bool // its form is shown: one at a time
	Before, Ended bool
}

func (h *Web) sessions(w http.ResponseWriter, r *http.Request) error {
	_, f, err := h.full(r)
	if err != nil {
		return err
	}
	if f.Form != meeting.FormGroup {
		return web.SeeOther(w, r, meeting.Href(f.Ref))
	}
	if !f.Me.Prepare && !f.Me.Clerk {
		return access.ErrForbidden
	}
	return h.pages.Render(w, r, "sessions.html", h.sessionsData(r, f, 0, nil))
}

func groupsHref(ref ident.Ref) string { return meeting.Href(ref) + "/groups" }

// sessionsData makes the page; of the group whose form came back it shows that form.
func (h *Web) sessionsData(r *http.Request, f meeting.Full, failed int64, form *web.Form) sessionsData {
	d := sessionsData{base: newBase(r, f, "meeting.groups.title"), Groups: "/cells/" + text(f.OrgID) + "/groups"}
	in := map[int64]bool{}
	own, leads := d.ownGroup()
	for _, v := range f.Sessions {
		s := sessionView{
			Session: v, Href: groupsHref(f.Ref) + "/" + text(v.GroupID), Leader: f.Names[v.LeaderID], Fixed: !v.OpenedAt.IsZero() || !f.Me.Lead || d.Over(),
			Before: v.OpenedAt.IsZero(), Ended: !v.ClosedAt.IsZero(), Other: leads && own.GroupID != v.GroupID,
			Edit: r.URL.Query().Get("edit") == text(v.GroupID),
		}
		for _, id := range v.Seats {
			in[id] = true
			s.People = append(s.People, web.Option{Value: text(id), Label: f.Names[id]})
		}
		s.Form = web.NewForm(sessionForm{
			Version: v.Version, Day: civil.From(v.StartsAt), Time: v.StartsAt.In(clock.Zone()).Format("15:04"), Place: v.Place, Leader: v.LeaderID,
		})
		if form != nil && failed == v.GroupID {
			s.Form, s.Bad, s.Edit = form, true, true
		}
		s.Here, s.Due = attendanceOf(f.Roll, v)
		d.List = append(d.List, s)
	}
	for _, row := range f.Roll {
		if isDue(row) && !in[row.MembershipID] {
			d.Loose++
		}
	}
	for _, v := range f.Votes {
		if v.IsOpen() {
			d.Open = append(d.Open, v)
		}
	}
	return d
}

func attendanceOf(roll []meeting.RollRow, v meeting.Session) (here, due int) {
	mine := map[int64]bool{}
	for _, id := range v.Seats {
		mine[id] = true
	}
	for _, row := range roll {
		if !mine[row.MembershipID] || !isDue(row) {
			continue
		}
		due++
		if row.Presence == meeting.Present {
			here++
		}
	}
	return here, due
}

func (h *Web) setSession(w http.ResponseWriter, r *http.Request) error {
	who, ref, err := asked(r)
	if err != nil {
		return err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	var in sessionForm
	if err = web.Decode(r, &in); err == nil {
		hour, minute, ok := clockTime(in.Time)
		if !ok {
			hour = -1
		}
		err = renamed(h.svc.SetSession(r.Context(), who, ref, id, meeting.SessionIn{
			Day: in.Day, Hour: hour, Minute: minute, Place: in.Place, LeaderID: in.Leader, Version: in.Version,
		}), called("hour", "time"))
	}
	if form, ok := web.Retry(r, err); ok {
		_, f, err := h.full(r)
		if err != nil {
			return err
		}
		return h.pages.RenderStatus(w, r, form.Status, "sessions.html", h.sessionsData(r, f, id, form))
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, groupsHref(ref), "meeting.flash.session")
}

// groupData is the dot of group.html: the meeting of one group.
type groupData struct {
	base
	Session meeting.Session
	Address string
	Members []rollLine
	Reasons []web.Option
	Votes   []meeting.GroupVote
	Here    int
	Due     int
	Waiting int // not called yet
	Begun   bool
	Ended   bool
	Running bool // the meeting is open
	Failed  *web.Form
	Part    string // the form that came back: roll, note, hands, end
	Other   string // the stored note that stands against the one typed
	Minutes int    // since the group began
}

func (h *Web) group(w http.ResponseWriter, r *http.Request) error {
	d, err := h.groupData(r)
	if err != nil {
		return err
	}
	return h.pages.Render(w, r, "group.html", d)
}

func (h *Web) groupData(r *http.Request) (d groupData, err error) {
	who, ref, err := asked(r)
	if err != nil {
		return d, err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return d, err
	}
	g, err := h.svc.Group(r.Context(), who, ref, id)
	if err != nil {
		return d, err
	}
	d.base = newBase(r, g.Full, "meeting.group.crumb")
	d.Session, d.Votes, d.Address = g.Session, g.Votes, groupsHref(ref)+"/"+text(id)
	d.Begun, d.Ended, d.Running = !g.Session.OpenedAt.IsZero(), !g.Session.ClosedAt.IsZero(), g.State == meeting.Opened
	d.Reasons, d.Failed = d.base.Reasons(), web.NewForm(nil)
	d.Here, d.Due = attendanceOf(g.Full.Roll, g.Session)
	for _, row := range g.Roll {
		d.Members = append(d.Members, d.line(row))
		if row.Presence == "" && isDue(row) {
			d.Waiting++
		}
	}
	if d.Begun && !d.Ended {
		d.Minutes = int(g.Now.Sub(g.Session.OpenedAt) / time.Minute)
	}
	return d, nil
}

// groupAct makes a handler of an act on one group's meeting; refused, the page comes again
// with what was typed.
func (h *Web) groupAct(flash string, do func(r *http.Request, who access.Actor, ref ident.Ref, group int64) (part string, err error)) web.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		who, ref, err := asked(r)
		if err != nil {
			return err
		}
		id, err := web.ID(r, "id")
		if err != nil {
			return err
		}
		part, err := do(r, who, ref, id)
		if form, ok := web.Retry(r, err); ok && !errors.Is(err, meeting.ErrAlreadyClosed) {
			d, readErr := h.groupData(r)
			if readErr != nil {
				return readErr
			}
			d.Failed, d.Part, d.Other = form, part, other(err)
			return h.pages.RenderStatus(w, r, form.Status, "group.html", d)
		}
		if err != nil {
			return err
		}
		to := fmt.Sprintf("%s/%d", groupsHref(ref), id)
		if flash == "" {
			return web.SeeOther(w, r, to)
		}
		return web.SeeOther(w, r, to, flash)
	}
}

func (h *Web) beginGroup(r *http.Request, who access.Actor, ref ident.Ref, group int64) (string, error) {
	return "end", h.svc.BeginSession(r.Context(), who, ref, group)
}

func (h *Web) endGroup(r *http.Request, who access.Actor, ref ident.Ref, group int64) (string, error) {
	return "end", h.svc.EndSession(r.Context(), who, ref, group)
}

func (h *Web) markGroup(r *http.Request, who access.Actor, ref ident.Ref, group int64) (string, error) {
	var in struct {
		Member int64 `form:"member"` // 0: all who were not called
	}
	var mark markForm
	if err := web.Decode(r, &in); err != nil {
		return "roll", err
	}
	if err := web.Decode(r, &mark); err != nil {
		return "roll", err
	}
	if in.Member == 0 {
		return "roll", h.svc.MarkSeat(r.Context(), who, ref, group, 0, meeting.Present, "")
	}
	presence, why, err := mark.call()
	if err != nil {
		return "roll", err
	}
	return "roll", h.svc.MarkSeat(r.Context(), who, ref, group, in.Member, presence, why)
}

func (h *Web) noteGroup(r *http.Request, who access.Actor, ref ident.Ref, group int64) (string, error) {
	var in struct {
		Note string `form:"note"`
		Was  string `form:"was"`
	}
	if err := web.Decode(r, &in); err != nil {
		return "note", err
	}
	return "note", h.svc.NoteSession(r.Context(), who, ref, group, in.Note, in.Was)
}

func (h *Web) countGroup(r *http.Request, who access.Actor, ref ident.Ref, group int64) (string, error) {
	var in struct {
		Vote  int64 `form:"vote"`
		Yes   int   `form:"yes"`
		No    int   `form:"no"`
		Other int   `form:"other"`
	}
	if err := web.Decode(r, &in); err != nil {
		return "hands", err
	}
	return "hands", h.svc.CountGroup(r.Context(), who, ref, group, in.Vote, ballot.Hands{Yes: in.Yes, No: in.No, Other: in.Other})
}
