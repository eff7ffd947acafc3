package meetingweb

import (
	"errors"
	"net/http"
	"time"

	"chibo/access"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/meeting"
)

func (h *Web) registerRoll(k *web.Kit) {
	h.registerCalendar(k)
	k.Handle("GET /meetings/{ref}/roll/{membership}", h.seatPage)
	k.Handle("POST /meetings/{ref}/roll/{membership}/move", h.seatAct(h.move))
	k.Handle("POST /meetings/{ref}/roll/{membership}/help", h.seatAct(h.helpFor))
	k.Handle("POST /meetings/{ref}/roll/{membership}/settle", h.seatAct(h.settle))
	k.Handle("POST /meetings/{ref}/guests", h.act(partRoll, "meeting.guest.flash", h.addGuest))
	k.Handle("POST /meetings/{ref}/guests/{membership}", h.act(partRoll, "", h.moveGuest))
	k.Handle("POST /meetings/{ref}/help", h.help)
	k.Handle("POST /meetings/{ref}/leave", h.leave)
	k.Handle("POST /meetings/{ref}/contest", h.contest)
}

// seatData is the dot of seat.html: everything about one member's presence.
type seatData struct {
	base
	Row     rollLine
	Due     bool
	Calling bool
	Trail   []trailLine
	Reasons []web.Option
	Known   []web.Option
	Results []web.Option // what a contest may be settled as
	Form    *web.Form
	Back    string
}

// trailLine is one act about a presence that somebody else noted.
type trailLine struct {
	meeting.Trail
	Words string
}

func seatHref(ref ident.Ref, membership string) string { return rollHref(ref) + "/" + membership }

// seatPage shows one member in the roll, for who keeps it.
func (h *Web) seatPage(w http.ResponseWriter, r *http.Request) error {
	_, f, err := h.full(r)
	if err != nil {
		return err
	}
	return h.showSeat(w, r, f, web.NewForm(nil))
}

func (h *Web) showSeat(w http.ResponseWriter, r *http.Request, f meeting.Full, form *web.Form) error {
	if !f.Me.Clerk {
		return access.ErrForbidden
	}
	id, err := web.ID(r, "membership")
	if err != nil {
		return err
	}
	for _, row := range f.Roll {
		if row.MembershipID != id {
			continue
		}
		b := newShort(r, f, "meeting.call.title")
		d := seatData{
			base: b, Row: b.line(row), Due: isDue(row), Form: form, Reasons: b.Reasons(), Known: b.KnownBy(), Trail: b.trailOf(id), Back: rollHref(f.Ref),
			Calling: f.State == meeting.Opened || f.State == meeting.Invited && f.Day == dayOf(f.Now),
		}
		if b.Over() {
			d.Back = d.Href
		}
		d.Results = b.results(row)
		status := http.StatusOK
		if form.Status != 0 {
			status = form.Status
		}
		return h.pages.RenderStatus(w, r, status, "seat.html", d)
	}
	return meeting.ErrNotFound
}

// results are what a contested presence may be settled as. After the closing it stays.
func (b base) results(row meeting.RollRow) []web.Option {
	out := []web.Option{{Value: "", Label: b.lang.T("meeting.seat.keep")}}
	if b.Over() {
		return out
	}
	for _, p := range []string{meeting.Present, meeting.Unexcused} {
		if p != row.Presence {
			out = append(out, web.Option{Value: p, Label: b.lang.T("meeting.seat.to." + p)})
		}
	}
	if row.Presence != meeting.Excused {
		for _, c := range b.Reasons() {
			out = append(out, web.Option{Value: c.Value, Label: b.lang.T("meeting.call.excused_why", "Why", c.Label)})
		}
	}
	return out
}

// KnownBy are the ways in which an assisted presence is known.
func (b base) KnownBy() []web.Option {
	out := make([]web.Option, 0, 3)
	for _, k := range []string{meeting.KnownRoom, meeting.KnownPhone, meeting.KnownOther} {
		out = append(out, web.Option{Value: k, Label: b.lang.T("meeting.help.known." + k)})
	}
	return out
}

// trailOf tells the trail of one member's presence, the oldest first.
func (b base) trailOf(membership int64) []trailLine {
	var out []trailLine
	for _, t := range b.Full.Trail {
		if t.MembershipID == membership {
			words := b.lang.T("meeting.trail."+t.Act, "Name", b.Who(t.ByID), "Presence", b.lang.T("meeting.trail.as."+t.Presence))
			out = append(out, trailLine{t, words})
		}
	}
	return out
}

// seatAct makes a handler of an act on one member's own page: refused, the page comes
// again with everything typed.
func (h *Web) seatAct(do deed) web.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		who, ref, err := asked(r)
		if err != nil {
			return err
		}
		err = do(r, who, ref)
		if form, ok := web.Retry(r, inWords(r, err)); ok {
			f, readErr := h.svc.Get(r.Context(), who, ref)
			if readErr != nil {
				return err
			}
			return h.showSeat(w, r, f, form)
		}
		if err != nil {
			return err
		}
		return web.SeeOther(w, r, seatHref(ref, r.PathValue("membership")), "meeting.flash.noted")
	}
}

// inWords puts the times that an error carries into the reader's words.
func inWords(r *http.Request, err error) error {
	fields := fault.FieldsOf(err)
	for i, f := range fields {
		if t, ok := f.Args["Time"].(time.Time); ok {
			f.Args["Time"] = web.LangOf(r).Time(t)
			fields[i] = f
		}
	}
	return err
}

// moveForm is a leaving, a return or an arrival.
type moveForm struct {
	Move string `form:"move"`
	At   string `form:"at"`
	Op   string `form:"op"`
}

func (h *Web) move(r *http.Request, who access.Actor, ref ident.Ref) error {
	id, err := web.ID(r, "membership")
	if err != nil {
		return err
	}
	var in moveForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	move := meeting.MoveIn{WhoID: id, At: in.At, Op: in.Op}
	switch in.Move {
	case "leave":
		return h.svc.Leave(r.Context(), who, ref, move)
	case "return":
		return h.svc.Return(r.Context(), who, ref, move)
	case "arrive":
		return h.svc.Arrive(r.Context(), who, ref, move)
	}
	return fault.Field("move", "meeting.err.presence")
}

// helpForm is an assisted check-in.
type helpForm struct {
	Member int64  `form:"member"`
	Known  string `form:"known"`
	Note   string `form:"note"`
	Code   string `form:"code"`
	Op     string `form:"op"`
}

func (h *Web) helpFor(r *http.Request, who access.Actor, ref ident.Ref) error {
	id, err := web.ID(r, "membership")
	if err != nil {
		return err
	}
	var in helpForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	_, err = h.svc.Help(r.Context(), who, ref, meeting.HelpIn{MembershipID: id, Known: in.Known, Note: in.Note, Code: in.Code, Op: in.Op})
	return err
}

func (h *Web) settle(r *http.Request, who access.Actor, ref ident.Ref) error {
	id, err := web.ID(r, "membership")
	if err != nil {
		return err
	}
	var in struct {
		Result string `form:"result"`
		Text   string `form:"settle"`
		Op     string `form:"op"`
	}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	out := meeting.SettleIn{MembershipID: id, Presence: in.Result, Text: in.Text, Op: in.Op}
	if p := in.Result; p != "" && p != meeting.Present && p != meeting.Unexcused {
		out.Presence, out.Reason = meeting.Excused, p
	}
	return renamed(h.svc.Settle(r.Context(), who, ref, out), called("text", "settle", "presence", "result"))
}

// help notes another member as present from the phone of one who is in the room.
func (h *Web) help(w http.ResponseWriter, r *http.Request) error {
	who, ref, err := asked(r)
	if err != nil {
		return err
	}
	var in helpForm
	if err = web.Decode(r, &in); err == nil {
		_, err = h.svc.Help(r.Context(), who, ref, meeting.HelpIn{MembershipID: in.Member, Known: in.Known, Note: in.Note, Code: in.Code, Op: in.Op})
	}
	return h.checkinAgain(w, r, who, ref, err, "meeting.help.flash")
}

// leave notes that the member leaves the room before the end.
func (h *Web) leave(w http.ResponseWriter, r *http.Request) error {
	who, ref, err := asked(r)
	if err != nil {
		return err
	}
	var in moveForm
	if err = web.Decode(r, &in); err == nil {
		err = h.svc.Leave(r.Context(), who, ref, meeting.MoveIn{Op: in.Op})
	}
	return h.checkinAgain(w, r, who, ref, err, "meeting.checkin.flash_left")
}

// checkinAgain leads back to the check-in, or shows it with what was refused.
func (h *Web) checkinAgain(w http.ResponseWriter, r *http.Request, who access.Actor, ref ident.Ref, err error, flash string) error {
	if err == nil {
		return web.SeeOther(w, r, meeting.Href(ref)+"/checkin", flash)
	}
	form, ok := web.Retry(r, err)
	if !ok || fault.KindOf(err) == fault.Conflict && !errors.Is(err, meeting.ErrNotIn) {
		return err
	}
	f, readErr := h.svc.Get(r.Context(), who, ref)
	if readErr != nil {
		return err
	}
	return h.showCheckin(w, r, f, form)
}

// contest says that one's own presence was noted wrongly.
func (h *Web) contest(w http.ResponseWriter, r *http.Request) error {
	who, ref, err := asked(r)
	if err != nil {
		return err
	}
	var in struct {
		Text string `form:"wrong"`
		Op   string `form:"op"`
	}
	if err = web.Decode(r, &in); err == nil {
		err = renamed(h.svc.Contest(r.Context(), who, ref, in.Text, in.Op), called("text", "wrong"))
	}
	if form, ok := web.Retry(r, err); ok {
		return h.showAgain(w, r, form.Status, func(d *showData) { d.Contest = form })
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, meeting.Href(ref), "meeting.contest.flash")
}

// noted is what stands in the roll about presences that somebody else noted: the
// viewer's own, and for who keeps the roll those that wait to be settled.
type noted struct {
	Words    string // the own presence; "" nothing that somebody else noted
	Open     bool   // contested, and nobody has settled it
	Trail    []trailLine
	Disputed []rollLine
}

func (b base) noted() noted {
	var n noted
	if row := b.Me.Row; row != nil && row.Presence != "" && row.How != meeting.ByCode && b.Handed() {
		n.Words, n.Open, n.Trail = b.line(*row).Note, row.Contested, b.trailOf(row.MembershipID)
	}
	for _, row := range b.Roll {
		if row.Contested && b.Me.Clerk {
			n.Disputed = append(n.Disputed, b.line(row))
		}
	}
	return n
}
