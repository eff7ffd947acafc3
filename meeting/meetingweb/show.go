package meetingweb

import (
	"errors"
	"net/http"
	"strconv"

	"chibo/attachment"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/meeting"
	"chibo/task"
)

// showData is the dot of show.html.
type showData struct {
	base
	Next    *nextCard // the one thing to do now; nil: nothing
	Answer  *web.Form // of the viewer's answer
	Opinion *web.Form
	Contest *web.Form // of the own presence, when it is said to be wrong
	Noted   noted
	Places  []web.Option // what an opinion may be about
	Mine    []task.Task  // what the meeting gave the viewer to do
	Tasks   []taskRow
	Present []meeting.RollRow
	Absent  []absentRow
	Answers answers
	Voting  []meeting.VoteView // open, and the viewer may vote
	Turn    *speechView        // the viewer's place in the order of speakers; nil none
	Refused string             // why sending failed
	Reading meeting.PlanReading
	Reread  bool   // the plan was changed while the viewer confirmed it
	About   string // records that a score points to: "absent", "items", "spoken"; "" all

	DecisionFiles map[int64]int // by decision
}

// nextCard is the lead card: one act, perhaps a quiet second one.
type nextCard struct {
	Title, Text string
	Do          action
	Or          action
	Post        string // address of a form with one button, instead of Do
	Confirm     string
}

type action struct{ Href, Label, Icon string }

// absentRow is one who did not come.
type absentRow struct {
	meeting.RollRow
	Why string
}

func (h *Web) show(w http.ResponseWriter, r *http.Request) error {
	who, f, err := h.full(r)
	if err != nil {
		return err
	}
	d, err := h.showData(r, f)
	if err != nil {
		return err
	}
	if f.Me.Row != nil && d.Handed() && (f.Me.Row.SeenAt.IsZero() || !d.Over() && d.Reading.No == 0) {
		if d.Reading.No, err = h.svc.MarkSeen(r.Context(), who, f.Ref); err != nil {
			return err
		}
	}
	return h.pages.Render(w, r, "show.html", d)
}

func (h *Web) showData(r *http.Request, f meeting.Full) (showData, error) {
	b := newBase(r, f, "")
	d := showData{base: b, Answer: answerOf(f), Opinion: web.NewForm(nil), Contest: web.NewForm(nil), Noted: b.noted(), Next: b.next(), Tasks: b.taskRows(), Turn: b.myTurn(), About: r.URL.Query().Get("about")}
	d.Places = append(d.Places, web.Option{Value: "0", Label: b.lang.T("meeting.opinion.whole")})
	for _, it := range f.Items {
		d.Places = append(d.Places, web.Option{Value: text(it.ID), Label: strconv.Itoa(it.Seq) + ". " + it.Title})
	}
	for _, row := range f.Roll {
		d.Answers.add(row)
		switch row.Presence {
		case meeting.Present:
			d.Present = append(d.Present, row)
		case meeting.Excused, meeting.Unexcused:
			d.Absent = append(d.Absent, absentRow{row, b.Reason(row.Reason)})
		}
	}
	for _, v := range f.Votes {
		if v.IsOpen() && v.Mine != nil && v.Mine.MayCast {
			d.Voting = append(d.Voting, v)
		}
	}
	var err error
	if d.Reading, err = h.svc.PlanReading(r.Context(), f); err != nil {
		return d, err
	}
	err = h.svc.DB.Read(r.Context(), func(q db.Q) (err error) {
		d.DecisionFiles, err = attachment.Counts(r.Context(), q, f.Ref.Part, attachment.Decision, f.Unit.ID)
		if err != nil || !b.Over() || f.Me.MembershipID == 0 {
			return err
		}
		given, err := task.BySource(r.Context(), q, f.Ref.Part, f.Ref.ID)
		for _, t := range given {
			if t.AssigneeID == f.Me.MembershipID {
				d.Mine = append(d.Mine, t)
			}
		}
		return err
	})
	return d, err
}

// DecisionHref is where a decision has its files.
func (d showData) DecisionHref(id int64) string {
	return "/decisions/" + ident.Ref{Part: d.Ref.Part, ID: id}.String()
}

// answerOf fills the answer's form with what the viewer answered before.
func answerOf(f meeting.Full) *web.Form {
	if f.Me.Row == nil || f.Me.Row.Answer == "" {
		return web.NewForm(nil)
	}
	form := answerForm{Answer: f.Me.Row.Answer, Reason: f.Me.Row.AnswerReason}
	for _, c := range f.Set.AbsenceReasons() {
		if c.Code == form.Reason {
			form.Pick, form.Reason = c.Code, ""
		}
	}
	return web.NewForm(form)
}

// next finds the one thing that the viewer has to do now.
func (b base) next() *nextCard {
	t := func(key string, args ...any) string { return b.lang.T("meeting.next."+key, args...) }
	card := func(code string, do action) *nextCard {
		return &nextCard{Title: t(code), Text: t(code+".text", "Days", b.Days()), Do: do}
	}
	plan := action{b.Href + "/plan", t("plan.do"), "edit"}
	switch b.State {
	case meeting.Preparing, meeting.Agreed:
		return b.nextBefore(card, plan)
	case meeting.Invited:
		if !b.Me.Clerk {
			return nil
		}
		answers := action{b.Href + "/invite", t("answers.do"), "people"}
		run := action{b.RunHref(), t("run.do"), "play"}
		if b.Days() > 0 {
			c := card("wait", answers)
			c.Or = plan
			return c
		}
		c := card("run", run)
		c.Or = answers
		return c
	case meeting.Opened:
		if g, ok := b.ownGroup(); ok {
			c := card("group", action{groupsHref(b.Ref) + "/" + text(g.GroupID), t("group.do"), "people"})
			if b.Me.Clerk {
				c.Or = action{b.RunHref(), t("running.do"), "play"}
			}
			return c
		}
		if b.Me.Clerk {
			return card("running", action{b.RunHref(), t("running.do"), "play"})
		}
	case meeting.Closed:
		if b.goesOn() && b.Me.Clerk {
			return card("then", action{b.PairHref() + "/run", t("then.do"), "play"})
		}
		return b.nextAfter(card)
	case meeting.Sent:
		if b.Me.Decide {
			return card("decide", action{b.Href + "/score", t("decide.do"), "star"})
		}
	}
	return nil
}

func (b base) nextBefore(card func(string, action) *nextCard, plan action) *nextCard {
	committee := action{b.Href + "/committee", b.lang.T("meeting.next.committee.do"), "people"}
	switch {
	case b.State == meeting.Agreed && b.Me.Lead:
		c := card("invite", action{b.Href + "/invite", b.lang.T("meeting.next.invite.do"), "send"})
		c.Or = plan
		return c
	case b.State == meeting.Preparing && b.Me.Prepare:
		c := card("plan", plan)
		if b.Me.Lead && b.needsAgreement() {
			c.Or = committee
		} else if b.Me.Lead {
			c.Or = action{b.Href + "/invite", b.lang.T("meeting.next.invite.do"), "send"}
		}
		return c
	}
	return nil
}

// nextAfter is what remains once the meeting is closed: the score, then sending up.
func (b base) nextAfter(card func(string, action) *nextCard) *nextCard {
	scored := !b.step(meeting.StepScore).DoneOn.IsZero() || b.step(meeting.StepScore).Code == ""
	score := action{b.Href + "/score", b.lang.T("meeting.next.score.do"), "star"}
	switch {
	case !scored && b.Me.Prepare:
		return card("score", score)
	case scored && b.Me.Lead:
		c := card("send", action{"", b.lang.T("meeting.next.send.do"), "send"})
		c.Post, c.Or = b.Href+"/send", score
		return c
	}
	return nil
}

func (h *Web) answer(w http.ResponseWriter, r *http.Request) error {
	who, ref, err := asked(r)
	if err != nil {
		return err
	}
	var in answerForm
	err = web.Decode(r, &in)
	if err == nil {
		err = in.check()
	}
	if err == nil {
		err = h.svc.Answer(r.Context(), who, ref, in.Answer == meeting.Yes, in.reason())
	}
	if form, ok := web.Retry(r, err); ok {
		return h.showAgain(w, r, form.Status, func(d *showData) { d.Answer = form })
	}
	if err != nil {
		return err
	}
	flash := "meeting.flash.yes"
	if in.Answer == meeting.No {
		flash = "meeting.flash.no"
	}
	return web.SeeOther(w, r, meeting.Href(ref), flash)
}

// readPlan notes that a member has read the plan as it was shown. When it was changed
// meanwhile, the page comes again with the new one and says so.
func (h *Web) readPlan(w http.ResponseWriter, r *http.Request) error {
	who, ref, err := asked(r)
	if err != nil {
		return err
	}
	var in struct {
		No int `form:"no"`
	}
	if err = web.Decode(r, &in); err == nil {
		err = h.svc.ReadPlan(r.Context(), who, ref, in.No)
	}
	if errors.Is(err, meeting.ErrPlanChanged) {
		no, err := h.svc.MarkSeen(r.Context(), who, ref)
		if err != nil {
			return err
		}
		return h.showAgain(w, r, http.StatusConflict, func(d *showData) { d.Reading.No, d.Reread = no, true })
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, meeting.Href(ref), "meeting.flash.read")
}

// sealedWay is how the form asks for an opinion to be kept without the name. Both ways
// go to one address, so that the server's log does not tell them apart.
const sealedWay = "sealed"

// Ways are the two ways to send an opinion in before the meeting, each with who reads what.
func (d showData) Ways() []web.Option {
	return []web.Option{
		{Value: "", Label: d.lang.T("meeting.sealed.open"), Hint: d.lang.T("meeting.sealed.open_hint")},
		{Value: sealedWay, Label: d.lang.T("meeting.sealed.sealed"), Hint: d.lang.T("meeting.sealed.sealed_hint")},
	}
}

// OpinionHint says what becomes of an opinion; before the meeting the two ways say it.
func (d showData) OpinionHint() string {
	if d.State == meeting.Invited {
		return ""
	}
	return d.lang.T("meeting.opinion.hint")
}

// opinionForm is a member's own opinion.
type opinionForm struct {
	Item int64  `form:"item"`
	Text string `form:"text"`
	Way  string `form:"way"` // sealedWay: without the name
	Op   string `form:"op"`
}

func (h *Web) ownOpinion(w http.ResponseWriter, r *http.Request) error {
	who, ref, err := asked(r)
	if err != nil {
		return err
	}
	var in opinionForm
	err = web.Decode(r, &in)
	if err == nil {
		_, err = h.svc.AddOpinion(r.Context(), who, ref, meeting.OpinionIn{ItemID: in.Item, Text: in.Text, Op: in.Op, Sealed: in.Way == sealedWay})
	}
	if form, ok := web.Retry(r, err); ok {
		return h.showAgain(w, r, form.Status, func(d *showData) { d.Opinion = form })
	}
	if err != nil {
		return err
	}
	flash := "meeting.flash.opinion"
	if in.Way == sealedWay {
		flash = "meeting.sealed.flash"
	}
	return web.SeeOther(w, r, meeting.Href(ref), flash)
}

// send sends papers and score up, the last step of the month path.
func (h *Web) send(w http.ResponseWriter, r *http.Request) error {
	who, ref, err := asked(r)
	if err != nil {
		return err
	}
	err = h.svc.Send(r.Context(), who, ref)
	if form, ok := web.Retry(r, err); ok {
		return h.showAgain(w, r, form.Status, func(d *showData) {
			d.Refused = form.Message
			for _, p := range form.Problems {
				d.Refused = p.Text
			}
		})
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, meeting.Href(ref), "meeting.flash.sent")
}

// showAgain shows the page with what was typed and what is wrong with it.
func (h *Web) showAgain(w http.ResponseWriter, r *http.Request, status int, put func(*showData)) error {
	_, f, err := h.full(r)
	if err != nil {
		return err
	}
	d, err := h.showData(r, f)
	if err != nil {
		return err
	}
	put(&d)
	return h.pages.RenderStatus(w, r, status, "show.html", d)
}
