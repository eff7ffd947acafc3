package meetingweb

import (
	"context"
	"errors"
	"net/http"

	"chibo/access"
	"chibo/attachment"
	"chibo/ballot"
	"chibo/internal/db"
	"chibo/internal/web"
	"chibo/meeting"
	"chibo/member"
	"chibo/rulebook"
	"chibo/task"
)

// failure is a form that comes back: the part of the page it belongs to and what more
// is known of it. The zero value is none.
type failure struct {
	Form  *web.Form
	Part  string
	Field string // of the texts
	ID    string // membership of a call
	Other string // stored text that stands against the one that was refused
}

// at gives the form when it belongs to the part.
func (f failure) at(part string) *web.Form {
	if f.Part != part {
		return nil
	}
	return f.Form
}

// runData is the dot of run.html.
type runData struct {
	base
	Open     bool
	HeadForm *web.Form // why the meeting could not be opened
	Rule     string    // of the prescribed length
	Spent    int       // minutes since the opening
	FeeKnown int       // members noted as paid for the month before the meeting; 0 nobody noted

	Agenda   []itemView
	Item     *itemView // under way
	Next     *itemView
	Turns    speakersView
	Absent   []meeting.Opinion // sent in by members who are not here
	Ask      []missing         // questions to the chair
	Praised  mentionsView
	Said     []sayView // on the item under way
	Earlier  []sayView // sent before the meeting, on the item or the whole
	Speakers []web.Option
	SayForm  *web.Form
	Note     noteView

	Call   rollView
	Review reviewView
	Draft  draftView
	Texts  []wordsView

	Vote     *voteView // open
	Past     []voteView
	VoteForm *web.Form // refused
	Adopted  bool
	Matters  []matterView

	Missing   []missing
	Notes     []missing // what the rules would have
	CloseForm *web.Form
	Stale     string // stored text against the one that was refused
}

type itemView struct {
	meeting.Item
	No      int
	Speaker string
	Now     bool
	Done    bool
	Took    int // minutes
}

// sayView is an opinion; Words is the form that changes the words.
type sayView struct {
	meeting.Opinion
	Clerk bool // noted by the meeting secretary
}

// mentionsView is praise and reminders by name.
type mentionsView struct {
	Rows []meeting.Mention
	Form *web.Form
}

type noteView struct {
	Form  *web.Form
	Pen   meeting.Pen // of another person; the zero Pen: nobody holds it
	Was   string
	Other string
}

// reviewView is the table that looks back.
type reviewView struct {
	Rows   []reviewLine
	Open   int // not yet judged
	Form   *web.Form
	States []task.State
}

type reviewLine struct {
	task.ReviewRow
	Who      string
	Proposal task.State
	Files    int    // of its proof
	Carried  bool   // a line of the new draft goes on with it
	CarryDue string // day that the form proposes
	Tone     string // of what it was at the start
	Verdict  string // tone of the result
}

// draftView is part III of the resolution.
type draftView struct {
	Rows   []draftLine
	Locked bool // adopted, or being voted on
	Form   *web.Form
	People []web.Option
	Work   []runWork // of the plan of the year, on the agenda and no decision yet
}

type draftLine struct {
	meeting.Decision
	Who string
}

// wordsView is one text that the chair or the meeting secretary writes.
type wordsView struct {
	Field string
	Form  *web.Form
	Pen   meeting.Pen // of another person
	Was   string
	Other string
	Rows  int
}

// missing is something that is not done yet, with the part of the page where it is.
type missing struct{ Text, Href string }

// newShort is newBase with a way back of one step, for the small screens of a meeting
// under way.
func newShort(r *http.Request, f meeting.Full, at string) base {
	b := newBase(r, f, at)
	b.Crumbs = b.Crumbs[len(b.Crumbs)-2:]
	return b
}

func (h *Web) runData(r *http.Request, who access.Actor, f meeting.Full, miss failure) (runData, error) {
	b := newShort(r, f, "meeting.run.crumb")
	d := runData{
		base: b, Open: f.State == meeting.Opened, HeadForm: miss.at(partHead), VoteForm: miss.at(partVote), CloseForm: miss.at(partClose),
		Rule: f.Set.Rule(rulebook.MeetingMinMinutesRegular).Cite(b.lang.Code()), Stale: miss.Other,
	}
	if d.Open {
		d.Spent = int(f.Now.Sub(f.OpenedAt).Minutes())
		err := h.svc.DB.Read(r.Context(), func(q db.Q) (err error) {
			d.FeeKnown, err = member.FeePaid(r.Context(), q, f.Ref.Part, f.OrgID, f.Month)
			return err
		})
		if err != nil {
			return d, err
		}
	}
	d.fillAgenda(miss)
	if err := h.fillReview(r.Context(), &d, miss); err != nil {
		return d, err
	}
	d.fillWords(miss)
	d.fillDraft(miss)
	d.fillTexts(miss)
	d.fillMissing()
	var err error
	if d.Call, err = h.rollView(r, who, b, miss); err != nil {
		return d, err
	}
	if err := h.fillMatters(r, who, &d); err != nil {
		return d, err
	}
	if err := h.fillWork(r, &d); err != nil {
		return d, err
	}
	return d, h.fillVotes(r, &d, miss)
}

// matterView is a person on the agenda who is voted on alone.
type matterView struct {
	meeting.Matter
	Blocked string // why no vote can be opened; "" it can
}

// fillMatters reads the persons on the agenda whom the meeting has not voted on.
func (h *Web) fillMatters(r *http.Request, who access.Actor, d *runData) error {
	if !d.Open {
		return nil
	}
	list, err := h.svc.MattersOf(r.Context(), who, d.Ref)
	for _, m := range list {
		if errors.Is(m.Why, meeting.ErrMatterVoted) {
			continue
		}
		v := matterView{Matter: m}
		if m.Why != nil {
			v.Blocked = web.Message(r, m.Why)
		}
		d.Matters = append(d.Matters, v)
	}
	return err
}

func (d *runData) fillAgenda(miss failure) {
	for i, it := range d.Items {
		v := itemView{Item: it, No: i + 1, Speaker: d.Who(it.SpeakerID), Now: it.ID == d.ItemID && it.ID != 0, Took: it.Spent(d.Full.Now)}
		v.Done = !v.Now && !it.StartedAt.IsZero()
		d.Agenda = append(d.Agenda, v)
	}
	for i := range d.Agenda {
		switch v := &d.Agenda[i]; {
		case v.Now:
			d.Item, d.Next = v, nil
		case !v.Done && d.Next == nil:
			d.Next = v
		}
	}
	d.Absent = d.SentByAbsent()
	away := map[int64]bool{}
	for _, o := range d.Absent {
		away[o.MembershipID] = true
	}
	spoke := map[int64]bool{}
	for _, o := range d.Opinions {
		v := sayView{Opinion: o, Clerk: !o.Own}
		here := d.Item != nil && o.ItemID == d.Item.ID
		switch {
		case o.Phase == meeting.Before && away[o.MembershipID]: // read out apart
		case o.Phase == meeting.Before && (here || o.ItemID == 0):
			d.Earlier = append(d.Earlier, v)
		case o.Phase == meeting.During:
			spoke[o.MembershipID] = true
			if here {
				d.Said = append(d.Said, v)
			}
		}
	}
	d.fillSpeakers(spoke)
	d.SayForm = miss.at(partItem)
	if d.Item == nil {
		return
	}
	d.Note = noteView{Pen: d.penOf(meeting.PenNotes), Was: d.Item.Note, Form: web.NewForm(noteForm{Note: d.Item.Note})}
	if form := miss.at(partItem); form != nil && form.Values.Has("note") {
		d.Note.Form, d.Note.Other, d.SayForm = form, miss.Other, nil
	}
}

// fillSpeakers lists whom the secretary may name: who is here and has not spoken first.
func (d *runData) fillSpeakers(spoke map[int64]bool) {
	for _, again := range []bool{false, true} {
		for _, row := range d.Roll {
			if row.Presence == meeting.Present && spoke[row.MembershipID] == again {
				d.Speakers = append(d.Speakers, web.Option{Value: text(row.MembershipID), Label: row.Name})
			}
		}
	}
}

// penOf gives the pen of a text when another person holds it.
func (d *runData) penOf(field string) meeting.Pen {
	if p := d.Pens[field]; !p.Mine {
		return p
	}
	return meeting.Pen{}
}

// fillWords puts in who speaks, who is praised, and the questions to the chair.
func (d *runData) fillWords(miss failure) {
	d.Turns = d.speakers()
	d.Turns.Form = miss.at(partSpeak)
	d.Praised = mentionsView{Rows: d.Mentions, Form: miss.at(partMention)}
	for _, q := range d.Full.Hints {
		d.Ask = append(d.Ask, missing{d.lang.T(q.Key, q.Args), askedAt(q.Key)})
	}
}

// askedAt gives the part of the run page that a question to the chair is about.
func askedAt(key string) string {
	switch key {
	case meeting.HintSilent:
		return "#" + partSpeak
	case meeting.HintNoBase, meeting.HintFew:
		return "#" + partRoll
	case meeting.HintDecision:
		return "#" + partDraft
	case meeting.HintUnread:
		return "#" + partAbsent
	case meeting.HintReason:
		return "#" + partTasks
	}
	return "#" + partItem
}

func (h *Web) fillReview(ctx context.Context, d *runData, miss failure) error {
	var files map[int64]int
	err := h.svc.DB.Read(ctx, func(q db.Q) (err error) {
		files, err = attachment.Counts(ctx, q, d.Ref.Part, attachment.Task, d.OrgID)
		return err
	})
	carried := map[int64]bool{}
	for _, x := range d.Decisions {
		carried[x.TaskID] = true
	}
	d.Review = reviewView{Form: miss.at(partTasks), States: []task.State{task.Done, task.Late, task.Beyond, task.Undone, task.Open}}
	for _, row := range d.Tasks {
		line := reviewLine{ReviewRow: row, Who: d.Who(row.AssigneeID), Proposal: row.Proposed(), Tone: stateTone(row.Before), Verdict: stateTone(row.Result)}
		line.Files, line.Carried, line.CarryDue = files[row.Ref.ID], carried[row.Ref.ID], usualDue(d.Day).Vi()
		if row.Result == "" {
			d.Review.Open++
		}
		d.Review.Rows = append(d.Review.Rows, line)
	}
	return err
}

func stateTone(s task.State) string {
	switch s {
	case task.Done, task.Beyond, task.Told:
		return "ok"
	case task.Late:
		return "warn"
	case task.Undone, task.Overdue:
		return "bad"
	}
	return "info"
}

func (d *runData) fillDraft(miss failure) {
	for _, v := range d.Votes {
		if v.Purpose == ballot.Resolution && (v.IsOpen() || v.Passed) {
			d.Draft.Locked = true
			d.Adopted = d.Adopted || !v.IsOpen()
		}
	}
	for _, it := range d.Decisions {
		d.Draft.Rows = append(d.Draft.Rows, draftLine{it, d.Who(it.AssigneeID)})
	}
	d.Draft.People = d.People()
	if d.Draft.Form = miss.at(partDraft); d.Draft.Form == nil {
		d.Draft.Form = web.NewForm(decisionForm{Due: usualDue(d.Day)})
		d.Draft.Form.Values.Del("assignee")
	}
}

func (d *runData) fillTexts(miss failure) {
	for _, x := range []struct {
		field, now string
		rows       int
	}{{meeting.FieldConclusion, d.Conclusion, 4}, {meeting.FieldPraise, d.Praise, 2}, {meeting.FieldShortcomings, d.Shortcomings, 2}} {
		v := wordsView{Field: x.field, Pen: d.penOf(x.field), Was: x.now, Rows: x.rows, Form: web.NewForm(nil).Set(x.field, x.now)}
		if form := miss.at(partWords); form != nil && miss.Field == x.field {
			v.Form, v.Other = form, miss.Other
		}
		d.Texts = append(d.Texts, v)
	}
}

func (d *runData) fillMissing() {
	for _, e := range d.Blockers {
		d.Missing = append(d.Missing, missing{d.lang.T(e.Key, e.Args), placeOf(e.Key)})
	}
	for _, w := range d.Warnings {
		if w.Key == "meeting.warn.no_resolution" && len(d.Votes)+len(d.Decisions) > 0 && len(d.Blockers) > 0 {
			continue // said above
		}
		place := placeOf(w.Key)
		if w.Key == meeting.WarnNoScore {
			place = d.Href + "/score"
		}
		d.Notes = append(d.Notes, missing{d.lang.T(w.Key, w.Args), place})
	}
}

// placeOf gives the part of the run page where a remark is settled.
func placeOf(key string) string {
	switch key {
	case meeting.ErrRollOpen.Key, "meeting.warn.quorum":
		return "#" + partRoll
	case "meeting.warn.unjudged":
		return "#" + partTasks
	case "meeting.warn.no_conclusion":
		return "#" + partWords
	case "meeting.warn.short":
		return "#run-agenda"
	}
	return "#" + partVote
}

func (h *Web) fillVotes(r *http.Request, d *runData, miss failure) error {
	for _, v := range d.Votes {
		view := d.voteOf(v)
		if !v.IsOpen() {
			d.Past = append(d.Past, view)
			continue
		}
		view.Hands = proposedHands(v.Vote)
		if form := miss.at(partVote); form != nil && form.Values.Has("yes") {
			view.Hands = form
		}
		if err := h.readSeats(r.Context(), d.base, &view); err != nil {
			return err
		}
		d.Vote = &view
	}
	if d.Vote != nil {
		d.VoteForm = miss.at(partVote)
	}
	return nil
}
