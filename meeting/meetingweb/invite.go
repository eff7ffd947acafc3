package meetingweb

import (
	"context"
	"net/http"
	"strconv"

	"chibo/access"
	"chibo/internal/fault"
	"chibo/internal/web"
	"chibo/meeting"
)

// inviteData is the dot of invite.html.
type inviteData struct {
	base
	Message string // why the invitation could not go out
	Agreed  bool   // it may go out
	Step    pathStep
	Groups  []group // who is invited, by standing
	Answers answers
	Waiting []callRow // no answer yet, unseen ones first
	Given   []callRow
	Phones  bool   // numbers are shown
	ShowAt  string // address that shows them; empty: not for the viewer
	Late    bool   // answers are not taken any more
	Sent    handedView
}

// group counts the members of one standing.
type group struct {
	Label string
	Count int
}

// answers counts what came back; Due is everybody bound to attend.
type answers struct{ All, Yes, No, Seen, None int }

// callRow is a member in the list for calling.
type callRow struct {
	meeting.RollRow
	Post, Standing, Why, Phone string
	Bad, Typed, Picked         string // what is wrong with an answer, and what was typed
}

func (h *Web) inviteForm(w http.ResponseWriter, r *http.Request) error {
	who, f, err := h.full(r)
	if err != nil {
		return err
	}
	if !f.Me.Prepare && !f.Me.Clerk {
		return access.ErrForbidden
	}
	d, err := h.inviteData(r, f)
	if err != nil {
		return err
	}
	if r.URL.Query().Has("phones") && d.ShowAt != "" {
		if err := h.addPhones(r.Context(), who, &d); err != nil {
			return err
		}
	}
	return h.pages.Render(w, r, "invite.html", d)
}

func (h *Web) inviteData(r *http.Request, f meeting.Full) (d inviteData, err error) {
	d = newInviteData(newBase(r, f, "meeting.invite.crumb"))
	if f.Me.Lead && h.members != nil {
		d.ShowAt = d.Href + "/invite?phones=1"
	}
	d.Sent, err = h.handed(r, d.base)
	return d, err
}

func newInviteData(b base) inviteData {
	d := inviteData{
		base: b, Step: b.step(meeting.StepInvite),
		Agreed: b.State == meeting.Agreed || b.State == meeting.Preparing && !b.needsAgreement(),
		Late:   b.State != meeting.Invited,
	}
	d.Groups = b.groups()
	for _, r := range b.Roll {
		c := callRow{RollRow: r, Post: b.Post(r.MembershipID), Standing: b.Standing(r.Standing), Why: b.Reason(r.AnswerReason)}
		d.Answers.add(r)
		switch {
		case r.Answer != "":
			d.Given = append(d.Given, c)
		case bound(r):
			d.Waiting = append(d.Waiting, c)
		}
	}
	unseenFirst(d.Waiting)
	return d
}

// groups counts the body by standing, in the order of the rulebook.
func (b base) groups() []group {
	var out []group
	add := func(code string) {
		n := 0
		for _, p := range b.Body {
			if p.Standing == code {
				n++
			}
		}
		if n > 0 {
			out = append(out, group{b.Standing(code), n})
		}
	}
	known := map[string]bool{}
	for _, c := range b.Set.Choices("member.standings") {
		known[c.Code] = true
		add(c.Code)
	}
	for _, p := range b.Body {
		if !known[p.Standing] {
			known[p.Standing] = true
			add(p.Standing)
		}
	}
	return out
}

// bound says whether a member is bound to attend (rules.md 2.22); the arithmetic of one.
func bound(r meeting.RollRow) bool { return meeting.Count([]meeting.RollRow{r}).Due > 0 }

func (a *answers) add(r meeting.RollRow) {
	switch {
	case r.Answer == meeting.Yes:
		a.Yes++
	case r.Answer == meeting.No:
		a.No++
	case !bound(r):
		return
	case r.SeenAt.IsZero():
		a.None++
	default:
		a.Seen++
	}
	a.All++
}

func unseenFirst(list []callRow) {
	i := 0
	for j, c := range list {
		if !c.SeenAt.IsZero() {
			continue
		}
		copy(list[i+1:j+1], list[i:j])
		list[i] = c
		i++
	}
}

// addPhones puts whole telephone numbers beside the names; the look is logged.
func (h *Web) addPhones(ctx context.Context, who access.Actor, d *inviteData) error {
	list, err := h.members.CallList(ctx, who, d.Unit.ID)
	if err != nil {
		return err
	}
	phones := make(map[int64]string, len(list))
	for _, c := range list {
		phones[c.MembershipID] = c.Phone
	}
	for _, rows := range [][]callRow{d.Waiting, d.Given} {
		for i := range rows {
			rows[i].Phone = phones[rows[i].MembershipID]
		}
	}
	d.Phones = true
	return nil
}

func (h *Web) invite(w http.ResponseWriter, r *http.Request) error {
	who, ref, err := asked(r)
	if err != nil {
		return err
	}
	if err = h.svc.Invite(r.Context(), who, ref); err == nil {
		_, err = h.svc.MarkSeen(r.Context(), who, ref) // who sends it has read it
	}
	if form, ok := web.Retry(r, err); ok {
		_, f, err := h.full(r)
		if err != nil {
			return err
		}
		d, err := h.inviteData(r, f)
		if err != nil {
			return err
		}
		d.Message = form.Message
		if day := form.Err("day"); day != "" {
			d.Message = day
		}
		return h.pages.RenderStatus(w, r, form.Status, "invite.html", d)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, meeting.Href(ref)+"/invite", "meeting.flash.invited")
}

// answerForm is an answer to the invitation: a reason of the list, or free words.
type answerForm struct {
	Answer string `form:"answer"`
	Pick   string `form:"pick"`
	Reason string `form:"reason"`
}

func (in answerForm) reason() string {
	if in.Reason != "" {
		return in.Reason
	}
	return in.Pick
}

func (h *Web) phoneAnswer(w http.ResponseWriter, r *http.Request) error {
	who, ref, err := asked(r)
	if err != nil {
		return err
	}
	id, err := web.ID(r, "membership")
	if err != nil {
		return err
	}
	var in answerForm
	err = web.Decode(r, &in)
	if err == nil {
		err = in.check()
	}
	if err == nil {
		err = h.svc.PhoneAnswer(r.Context(), who, ref, id, in.Answer == meeting.Yes, in.reason())
	}
	if form, ok := web.Retry(r, err); ok {
		_, f, err := h.full(r)
		if err != nil {
			return err
		}
		d, err := h.inviteData(r, f)
		if err != nil {
			return err
		}
		d.wrong(id, form)
		return h.pages.RenderStatus(w, r, form.Status, "invite.html", d)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, meeting.Href(ref)+"/invite", "meeting.flash.noted")
}

func (in answerForm) check() error {
	if in.Answer != meeting.Yes && in.Answer != meeting.No {
		return fault.Field("answer", "meeting.err.answer")
	}
	return nil
}

// wrong puts what is wrong with one member's answer at that member.
func (d *inviteData) wrong(membership int64, form *web.Form) {
	for _, rows := range [][]callRow{d.Waiting, d.Given} {
		for i := range rows {
			if rows[i].MembershipID != membership {
				continue
			}
			rows[i].Bad, rows[i].Typed, rows[i].Picked = form.Message, form.Value("reason"), form.Value("pick")
			if e := form.Err("reason") + form.Err("answer"); e != "" {
				rows[i].Bad = e
			}
			return
		}
	}
	d.Message = form.Message
}

// No is a row's page id.
func (c callRow) No() string { return strconv.FormatInt(c.MembershipID, 10) }
