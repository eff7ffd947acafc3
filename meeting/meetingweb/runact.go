package meetingweb

import (
	"net/http"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/meeting"
	"chibo/task"
)

func (h *Web) open(r *http.Request, who access.Actor, ref ident.Ref) error {
	if r.PostFormValue("today") != "" { // planned for another day, held now
		return h.svc.OpenToday(r.Context(), who, ref)
	}
	return h.svc.OpenMeeting(r.Context(), who, ref)
}

func (h *Web) startItem(r *http.Request, who access.Actor, ref ident.Ref) error {
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	return h.svc.StartItem(r.Context(), who, ref, id)
}

// noteForm is what came of an item. Was is the note the writer began from.
type noteForm struct {
	Note string `form:"note"`
	Was  string `form:"was"`
	Take bool   `form:"take"` // from who writes the notes now, knowingly
}

func (h *Web) noteItem(r *http.Request, who access.Actor, ref ident.Ref) error {
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	var in noteForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	if in.Take {
		if err := h.svc.TakePen(r.Context(), who, ref, meeting.PenNotes); err != nil {
			return err
		}
	}
	return h.svc.NoteItem(r.Context(), who, ref, id, in.Note, &in.Was)
}

// sayForm is an opinion. Spoke names a member by one tap, words to come later or not.
type sayForm struct {
	Member int64  `form:"member"`
	Spoke  int64  `form:"spoke"`
	Item   int64  `form:"item"`
	Text   string `form:"text"`
	Op     string `form:"op"`
}

// say notes an opinion. A member's own one comes from another page than the run page and
// names nobody.
func (h *Web) say(r *http.Request, who access.Actor, ref ident.Ref) error {
	var in sayForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	o := meeting.OpinionIn{ItemID: in.Item, MembershipID: in.Member, Text: in.Text, Op: in.Op}
	switch {
	case in.Spoke != 0:
		o.MembershipID, o.Text = in.Spoke, ""
	case in.Member == 0 && back(r, ref) == runHref(ref):
		return fault.Field("member", "meeting.run.err.member")
	}
	_, err := h.svc.AddOpinion(r.Context(), who, ref, o)
	return err
}

// reword changes the words that were noted for a member.
func (h *Web) reword(r *http.Request, who access.Actor, ref ident.Ref) error {
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	var in struct {
		Text string `form:"words"`
	}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	return renamed(h.svc.EditOpinion(r.Context(), who, ref, id, in.Text), called("text", "words"))
}

func (h *Web) fee(r *http.Request, who access.Actor, ref ident.Ref) error {
	var in struct {
		Fee *int `form:"fee"` // nil: left empty
	}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	if in.Fee == nil {
		return fault.Field("fee", "meeting.run.err.fee")
	}
	return h.svc.FeePaid(r.Context(), who, ref, *in.Fee)
}

func (h *Web) judge(r *http.Request, who access.Actor, ref ident.Ref) error {
	id, err := web.ID(r, "task")
	if err != nil {
		return err
	}
	var in struct {
		Result  string `form:"result"`
		Remark  string `form:"remark"`
		Version int    `form:"version"`
	}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	return h.svc.JudgeTask(r.Context(), who, ref, id, task.State(in.Result), in.Remark, in.Version)
}

func (h *Web) judgeRest(r *http.Request, who access.Actor, ref ident.Ref) error {
	_, err := h.svc.JudgeRest(r.Context(), who, ref)
	return err
}

// decisionForm is a line of part III of the resolution.
type decisionForm struct {
	Title    string     `form:"title"`
	Assignee int64      `form:"assignee"`
	Due      civil.Date `form:"due"`
	Product  string     `form:"product"`
}

func (h *Web) decide(r *http.Request, who access.Actor, ref ident.Ref) error {
	var in decisionForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	_, err := h.svc.AddDecision(r.Context(), who, ref, meeting.Decision{
		Title: in.Title, AssigneeID: in.Assignee, Due: in.Due, Product: in.Product,
	})
	return err
}

func (h *Web) undecide(r *http.Request, who access.Actor, ref ident.Ref) error {
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	_, err = h.svc.RemoveDecision(r.Context(), who, ref, id)
	return err
}

// wordsForm is one text of the meeting; Field says which, and the text stands under that
// name. Was is the text the writer began from.
type wordsForm struct {
	Field string `form:"field"`
	Was   string `form:"was"`
	Take  bool   `form:"take"` // from who writes it now, knowingly
}

func (h *Web) words(r *http.Request, who access.Actor, ref ident.Ref) error {
	var in wordsForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	switch in.Field {
	case meeting.FieldConclusion, meeting.FieldPraise, meeting.FieldShortcomings:
	default:
		return fault.Field("field", "meeting.err.field")
	}
	if in.Take {
		if err := h.svc.TakePen(r.Context(), who, ref, in.Field); err != nil {
			return err
		}
	}
	_, err := h.svc.SaveText(r.Context(), who, ref, in.Field, r.PostForm.Get(in.Field), &in.Was)
	return err
}

// adjourn closes the meeting and leads to its page, where the papers are.
func (h *Web) adjourn(w http.ResponseWriter, r *http.Request) error {
	who, ref, err := asked(r)
	if err != nil {
		return err
	}
	var in struct {
		Version int `form:"version"`
	}
	if err = web.Decode(r, &in); err == nil {
		err = h.svc.Adjourn(r.Context(), who, ref, in.Version)
	}
	if err != nil {
		return h.refused(w, r, who, ref, partClose, err)
	}
	return web.SeeOther(w, r, meeting.Href(ref), "meeting.run.flash.closed")
}
