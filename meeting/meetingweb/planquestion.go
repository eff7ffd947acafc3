package meetingweb

import (
	"net/http"
	"strconv"
	"strings"

	"chibo/access"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/meeting"
	"chibo/question"
	"chibo/rulebook"
)

// planQuestion is a question that the plan's page offers for the agenda.
type planQuestion struct {
	question.Question
	KindName string
	Over     int // days since an answer was due; 0: not over
}

// planQuestions gives what the cell has still to decide on, to who prepares its meeting.
func (h *Web) planQuestions(r *http.Request, b base) ([]planQuestion, error) {
	who, err := access.Must(r.Context())
	if err != nil {
		return nil, err
	}
	list, err := h.svc.OpenQuestions(r.Context(), who, b.Full)
	var out []planQuestion
	for _, x := range list {
		p := planQuestion{Question: x, KindName: x.Kind}
		for _, c := range b.Set.Choices(rulebook.QuestionKinds) {
			if c.Code == x.Kind {
				p.KindName = c.Title.In(b.lang.Code())
			}
		}
		if x.Late(b.Today) {
			p.Over = b.Today.Sub(x.Due)
		}
		out = append(out, p)
	}
	return out, err
}

// takeQuestion puts a question on the agenda, after the plan was saved.
func (h *Web) takeQuestion(w http.ResponseWriter, r *http.Request, who access.Actor, ref ident.Ref, in planForm) error {
	_, at, _ := strings.Cut(in.Do, ":")
	id, err := strconv.ParseInt(at, 10, 64)
	if err != nil {
		return meeting.ErrQuestionGone
	}
	if err := h.svc.TakeQuestion(r.Context(), who, ref, id); err != nil {
		return err
	}
	return web.SeeOther(w, r, meeting.Href(ref)+"/plan", "meeting.flash.taken")
}
