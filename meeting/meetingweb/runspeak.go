package meetingweb

import (
	"fmt"
	"net/http"
	"time"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/meeting"
)

func (h *Web) registerSpeakers(k *web.Kit) {
	k.Handle("POST /meetings/{ref}/speak", h.act(partSpeak, "", h.speak))
	k.Handle("POST /meetings/{ref}/speeches/{id}/begin", h.act(partSpeak, "", h.giveWord))
	k.Handle("POST /meetings/{ref}/speeches/{id}/end", h.act(partSpeak, "", h.spoke))
	k.Handle("POST /meetings/{ref}/opinions/{id}/read", h.act(partAbsent, "", h.readOut))
	k.Handle("POST /meetings/{ref}/mentions", h.act(partMention, "meeting.run.flash.saved", h.mention))
	k.Handle("POST /meetings/{ref}/mentions/{id}/remove", h.act(partMention, "meeting.run.flash.removed", h.unmention))
	k.Handle("POST /meetings/{ref}/carry/{task}", h.act(partTasks, "meeting.run.flash.carried", h.carry))
}

// speechView is one turn in the order of speakers.
type speechView struct {
	meeting.Speech
	No   int    // in the queue, from 1
	Took string // "2:30"; empty: not known
}

// speakersView is the order of speakers.
type speakersView struct {
	Now    *speechView
	Queue  []speechView
	Done   []speechView
	People []web.Option // present and not in the queue
	Form   *web.Form
}

func turnTime(d time.Duration) string {
	if d <= 0 {
		return ""
	}
	s := int(d.Round(time.Second) / time.Second)
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// speakers sorts the turns by who speaks, waits and spoke.
func (b base) speakers() (v speakersView) {
	in := map[int64]bool{}
	for _, p := range b.Speeches {
		s := speechView{Speech: p, Took: turnTime(p.Took(b.Full.Now))}
		switch {
		case p.Speaks():
			v.Now = &s
			in[p.MembershipID] = true
		case p.Waits():
			s.No = len(v.Queue) + 1
			v.Queue = append(v.Queue, s)
			in[p.MembershipID] = true
		default:
			v.Done = append(v.Done, s)
		}
	}
	for _, row := range b.Roll {
		if row.InRoom() && !in[row.MembershipID] {
			v.People = append(v.People, web.Option{Value: text(row.MembershipID), Label: row.Name})
		}
	}
	return v
}

// myTurn gives the viewer's own place in the order of speakers, nil for none.
func (b base) myTurn() *speechView {
	v := b.speakers()
	if v.Now != nil && v.Now.MembershipID == b.Me.MembershipID {
		return v.Now
	}
	for i, s := range v.Queue {
		if s.MembershipID == b.Me.MembershipID {
			return &v.Queue[i]
		}
	}
	return nil
}

// speak puts a member into the order of speakers, or takes one out: the viewer, or from
// the run page another one.
func (h *Web) speak(r *http.Request, who access.Actor, ref ident.Ref) error {
	var in struct {
		Speaker int64  `form:"speaker"`
		Leave   int64  `form:"leave"` // a membership; -1 the viewer
		Op      string `form:"op"`
	}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	switch {
	case in.Leave > 0:
		return h.svc.Withdraw(r.Context(), who, ref, in.Leave)
	case in.Leave < 0:
		return h.svc.Withdraw(r.Context(), who, ref, 0)
	case in.Speaker == 0 && back(r, ref) == runHref(ref):
		return fault.Field("speaker", "meeting.run.err.member")
	}
	_, err := h.svc.AskToSpeak(r.Context(), who, ref, in.Speaker, in.Op)
	return err
}

func (h *Web) giveWord(r *http.Request, who access.Actor, ref ident.Ref) error {
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	return h.svc.GiveWord(r.Context(), who, ref, id)
}

func (h *Web) spoke(r *http.Request, who access.Actor, ref ident.Ref) error {
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	return h.svc.Spoke(r.Context(), who, ref, id)
}

func (h *Web) readOut(r *http.Request, who access.Actor, ref ident.Ref) error {
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	return h.svc.ReadOut(r.Context(), who, ref, id)
}

// mentionForm is praise or a reminder of one member.
type mentionForm struct {
	Who  int64  `form:"who"`
	Kind string `form:"kind"`
	Why  string `form:"why"`
	Op   string `form:"op"`
}

func (h *Web) mention(r *http.Request, who access.Actor, ref ident.Ref) error {
	var in mentionForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	_, err := h.svc.AddMention(r.Context(), who, ref, meeting.MentionIn{MembershipID: in.Who, Kind: in.Kind, Text: in.Why, Op: in.Op})
	return err
}

func (h *Web) unmention(r *http.Request, who access.Actor, ref ident.Ref) error {
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	return h.svc.RemoveMention(r.Context(), who, ref, id)
}

// carry puts an unfinished task into the new draft with another day.
func (h *Web) carry(r *http.Request, who access.Actor, ref ident.Ref) error {
	id, err := web.ID(r, "task")
	if err != nil {
		return err
	}
	var in struct {
		Due     civil.Date `form:"carry_due"`
		Version int        `form:"version"`
	}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	return renamed(h.svc.CarryTask(r.Context(), who, ref, id, in.Due, in.Version), called("due", "carry_due", "assignee", "carry_due"))
}
