package meetingweb

import (
	"context"
	"net/http"

	"chibo/access"
	"chibo/ballot"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/i18n"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/meeting"
)

// voteView is a vote in words and numbers.
type voteView struct {
	meeting.VoteView
	Href      string
	Rule      string // where the threshold is from
	Threshold string // in words
	Kept      []keptView
	Seats     []seatView // person by person, for the cell
	Named     bool       // with what each chose on a phone
	Hands     *web.Form  // prefilled with everybody present who did not cast
	Room      roomView   // once it is closed
}

// keptView is a reserved opinion with the member's name.
type keptView struct{ Name, Text string }

type seatView struct {
	Name   string
	InBase bool
	Reason string // translation key
	Choice string // translation key; "" nothing on a phone
}

// Bars are the lines of the result.
func (v voteView) Bars() []barView {
	return []barView{
		{"yes", "ballot.choice.yes", "ok", v.Yes},
		{"no", "ballot.choice.no", "bad", v.No},
		{"other", "ballot.choice.other", "warn", v.Other},
		{"absent", "meeting.poll.gone", "", max(v.Base-v.Cast(), 0)},
	}
}

type barView struct {
	Code, Key, Tone string
	Count           int
}

// voteOf makes the view of a vote.
func (b base) voteOf(v meeting.VoteView) voteView {
	out := voteView{
		VoteView: v, Href: b.Href + "/votes/" + text(v.Ref.ID), Rule: v.Rule(b.Set).Cite(b.lang.Code()),
		Threshold: b.lang.T(v.ThresholdKey(), "Num", v.Vote.Threshold.Num, "Den", v.Vote.Threshold.Den),
	}
	for _, k := range v.Reserved {
		out.Kept = append(out.Kept, keptView{b.Who(k.MembershipID), k.Text})
	}
	if room, ok := b.Rooms[v.Ref.ID]; ok {
		out.Room = b.roomOf(room)
	}
	return out
}

// roomView is who was in the room when a vote closed.
type roomView struct {
	Members []string
	Guests  []string
	Out     []string // noted as present that evening, and not in the room then
}

// roomOf names who was in the room, in the order of the roll.
func (b base) roomOf(room meeting.Room) roomView {
	in := make(map[int64]bool, len(room.Members))
	for _, id := range room.Members {
		in[id] = true
	}
	v := roomView{Guests: room.Guests}
	for _, row := range b.Roll {
		switch {
		case in[row.MembershipID]:
			v.Members = append(v.Members, row.Name)
		case row.Presence == meeting.Present:
			v.Out = append(v.Out, row.Name)
		}
	}
	return v
}

// handsForm is the count of raised hands.
type handsForm struct {
	Yes     int `form:"yes"`
	No      int `form:"no"`
	Other   int `form:"other"`
	Version int `form:"version"`
}

// proposedHands fills the count: what was counted, else everybody present who did not
// cast agrees, which is what happens nearly always.
func proposedHands(v ballot.Vote) *web.Form {
	in := handsForm{Yes: v.Hands.Yes, No: v.Hands.No, Other: v.Hands.Other}
	if v.Hands.Sum() == 0 {
		in.Yes = v.Left()
	}
	return web.NewForm(in)
}

// readSeats names the electorate of a vote person by person: why each is in the base or
// not, and for who keeps the meeting what each chose on a phone.
func (h *Web) readSeats(ctx context.Context, b base, v *voteView) error {
	var seats []ballot.Seat
	err := h.svc.DB.Read(ctx, func(q db.Q) (err error) {
		seats, err = ballot.Seats(ctx, q, v.Ref)
		return err
	})
	v.Named = b.Me.Clerk || b.Me.Lead
	for _, s := range seats {
		line := seatView{Name: b.Who(s.MembershipID), InBase: s.InBase, Reason: s.ReasonKey()}
		if s.Choice != "" && v.Named {
			line.Choice = s.Choice.Key()
		}
		v.Seats = append(v.Seats, line)
	}
	return err
}

// voteData is the dot of vote.html.
type voteData struct {
	base
	Vote voteView
	Form *web.Form
	// Stage says what the member sees: "cast" the choices, "watch" without a right to cast
	// (Why says why), or "closed".
	Stage string
	Why   string
	Keep  bool // may reserve an opinion
	Mine  string
}

// vote shows a member the vote of the moment, or its result.
func (h *Web) vote(w http.ResponseWriter, r *http.Request) error {
	_, f, err := h.phone(r)
	if err != nil {
		return err
	}
	return h.showVote(w, r, f, web.NewForm(nil))
}

func (h *Web) showVote(w http.ResponseWriter, r *http.Request, f meeting.Full, form *web.Form) error {
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	b := newShort(r, f, "meeting.poll.title")
	for _, v := range f.Votes {
		if v.Ref.ID != id {
			continue
		}
		d := voteData{base: b, Vote: b.voteOf(v), Form: form, Stage: "cast"}
		if b.Me.MembershipID != 0 || b.Me.Clerk || b.Me.Lead {
			if err := h.readSeats(r.Context(), b, &d.Vote); err != nil {
				return err
			}
		}
		d.place(b.lang)
		status := http.StatusOK
		if form.Status != 0 {
			status = form.Status
		}
		return h.pages.RenderStatus(w, r, status, "vote.html", d)
	}
	return ballot.ErrNotFound
}

// place says what the viewer may do in the vote.
func (d *voteData) place(lang *i18n.Lang) {
	mine := d.Vote.Mine
	over := d.State != meeting.Opened
	switch {
	case !d.Vote.IsOpen():
		d.Stage = "closed"
	case mine == nil:
		d.Stage, d.Why = "watch", lang.T("meeting.poll.watch")
	case !mine.MayCast:
		d.Stage, d.Why = "watch", lang.T(refusal(mine.Reason))
	}
	if mine == nil {
		return
	}
	d.Keep = !over && !ballot.Outside(mine.Reason)
	if mine.Choice != "" {
		d.Mine = mine.Choice.Key()
		if d.Form.Value("choice") == "" {
			d.Form.Set("choice", string(mine.Choice))
		}
	}
	for _, k := range d.Vote.Reserved {
		if k.MembershipID == d.Me.MembershipID && d.Form.Value("text") == "" {
			d.Form.Set("text", k.Text)
		}
	}
}

// refusal gives the sentence for somebody who may not cast.
func refusal(reason string) string {
	switch {
	case reason == ballot.ReasonReserve:
		return ballot.ErrReserve.Key
	case ballot.Outside(reason):
		return ballot.ErrNoRight.Key
	}
	return ballot.ErrAbsent.Key
}

// cast gives the member's own choice.
func (h *Web) cast(w http.ResponseWriter, r *http.Request) error {
	who, ref, err := asked(r)
	if err != nil {
		return err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	var in struct {
		Choice string `form:"choice"`
	}
	if err = web.Decode(r, &in); err == nil {
		_, err = h.svc.Cast(r.Context(), who, ref, id, ballot.Choice(in.Choice))
	}
	return h.afterVote(w, r, who, ref, err, "meeting.poll.flash_cast")
}

// reserve keeps an opinion beside the result: the member's own, or, from the run page,
// that of another member.
func (h *Web) reserve(w http.ResponseWriter, r *http.Request) error {
	who, ref, err := asked(r)
	if err != nil {
		return err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	var in struct {
		Who  int64  `form:"who"`
		Text string `form:"text"`
		Kept string `form:"kept"`
	}
	if err = web.Decode(r, &in); err != nil {
		return err
	}
	if back(r, ref) != runHref(ref) || !r.PostForm.Has("who") {
		err = h.svc.Reserve(r.Context(), who, ref, id, in.Who, in.Text)
		return h.afterVote(w, r, who, ref, err, "meeting.poll.flash_kept")
	}
	if in.Who == 0 {
		err = fault.Field("who", "meeting.run.err.member")
	} else {
		err = renamed(h.svc.Reserve(r.Context(), who, ref, id, in.Who, in.Kept), called("text", "kept"))
	}
	if err != nil {
		return h.refused(w, r, who, ref, partVote, err)
	}
	return web.SeeOther(w, r, runHref(ref), "meeting.poll.flash_kept")
}

// afterVote leads back to the vote, or shows it again with what was refused.
func (h *Web) afterVote(w http.ResponseWriter, r *http.Request, who access.Actor, ref ident.Ref, err error, flash string) error {
	if err == nil {
		return web.SeeOther(w, r, meeting.Href(ref)+"/votes/"+r.PathValue("id"), flash)
	}
	form, ok := web.Retry(r, err)
	if !ok {
		return err
	}
	f, readErr := h.svc.Phone(r.Context(), who, ref)
	if readErr != nil {
		return err
	}
	return h.showVote(w, r, f, form)
}

func (h *Web) openVote(r *http.Request, who access.Actor, ref ident.Ref) error {
	var in struct {
		Subject string `form:"subject"`
		Purpose string `form:"purpose"`
		Matter  int64  `form:"matter"` // of a feature above; 0 none
	}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	if in.Matter != 0 {
		_, err := h.svc.OpenMatter(r.Context(), who, ref, in.Matter)
		return err
	}
	_, err := h.svc.OpenVote(r.Context(), who, ref, in.Subject, in.Purpose)
	return err
}

func (h *Web) countHands(r *http.Request, who access.Actor, ref ident.Ref) error {
	id, in, err := handsOf(r)
	if err != nil {
		return err
	}
	_, err = h.svc.CountHands(r.Context(), who, ref, id, ballot.Hands{Yes: in.Yes, No: in.No, Other: in.Other}, in.Version)
	return err
}

func (h *Web) closeVote(r *http.Request, who access.Actor, ref ident.Ref) error {
	id, in, err := handsOf(r)
	if err != nil {
		return err
	}
	_, err = h.svc.CloseByHands(r.Context(), who, ref, id, ballot.Hands{Yes: in.Yes, No: in.No, Other: in.Other}, in.Version)
	return err
}

func handsOf(r *http.Request) (id int64, in handsForm, err error) {
	if id, err = web.ID(r, "id"); err == nil {
		err = web.Decode(r, &in)
	}
	return id, in, err
}
