package meeting

import (
	"context"
	"slices"
	"strings"

	"chibo/access"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/question"
	"chibo/rulebook"
)

// questionMinutes is what a question gets on the agenda, until somebody says otherwise.
const questionMinutes = 5

// questionsMost is how many open questions a plan offers.
const questionsMost = 20

// The agenda item of a template that answers members' proposals (rules.md 2.17), by its
// code: a cell may have given it another title. What is put on an agenda is about the same
// kind of content.
const answersSlot = "answers"

// What minutes say of a question that stood on the agenda.
const (
	labelAsked    = "Người nêu: "
	labelAnswer   = "Trả lời: "
	labelSentUp   = "Chi bộ gửi lên "
	labelDeclined = "Chi bộ không xử lý, lý do: "
)

// ErrQuestionGone says that a question is no longer there to be put on an agenda.
var ErrQuestionGone = fault.New(fault.Conflict, "meeting.err.question_gone")

// OpenQuestions gives what members and people ask that the cell has still to decide on,
// for its committee while it plans a meeting of the cell; nothing to others.
func (s *Service) OpenQuestions(ctx context.Context, actor access.Actor, f Full) (list []question.Question, err error) {
	if f.Meeting.Body != BodyCell || !actor.Quiet().Can(access.Prepare, f.Unit.Access()) {
		return nil, nil
	}
	err = s.DB.Read(ctx, func(q db.Q) error {
		list, err = question.ToDecide(ctx, q, f.Unit, questionsMost)
		return err
	})
	return list, err
}

// TakeQuestion puts a question of the cell on the agenda, as an item with its words and
// without the asker, right after the one that answers members' proposals or at the end. It fails with ErrQuestionGone.
func (s *Service) TakeQuestion(ctx context.Context, actor access.Actor, ref ident.Ref, questionID int64) error {
	_, err := s.piece(ctx, actor, ref, "question.take", map[string]any{"question": questionID}, func(tx *db.Tx, h *held) error {
		if err := may(actor, mayPrepare, h.unit, false); err != nil { // who only keeps the notes reads no questions
			return err
		}
		list, err := question.ToDecide(ctx, tx, h.unit, questionsMost)
		if err != nil {
			return err
		}
		for _, x := range list {
			if x.Ref.ID == questionID {
				return s.take(ctx, tx, actor, h, x)
			}
		}
		return ErrQuestionGone
	})
	return err
}

func (s *Service) take(ctx context.Context, tx *db.Tx, actor access.Actor, h *held, x question.Question) error {
	items, err := itemsOf(ctx, tx, h.Ref)
	if err != nil {
		return err
	}
	before, err := question.OnAgendaOf(ctx, tx, h.Ref, h.unit.ID)
	if err != nil {
		return err
	}
	content := answersItem(h.set).Content
	at := slices.IndexFunc(items, func(it Item) bool { return it.Code == answersSlot }) + 1
	if at == 0 {
		at = len(items)
	} else {
		content = items[at-1].Content
	}
	for at < len(items) && slices.ContainsFunc(before, func(q question.Question) bool { return q.ItemID == items[at].ID }) {
		at++ // after those that were put there before
	}
	it := Item{ID: tx.ID(), Seq: at + 1, Title: questionTitle(h.set, x), Content: content, Minutes: questionMinutes}
	for i := at; i < len(items); i++ {
		items[i].Seq = i + 2
		if err := updateItem(ctx, tx, h.Ref, items[i]); err != nil {
			return err
		}
	}
	if err := insertItems(ctx, tx, h.Ref, []Item{it}); err != nil {
		return err
	}
	return s.Questions.PutOnAgenda(ctx, tx, actor, question.Agenda{Question: x.Ref, CellID: h.unit.ID, MeetingID: h.Ref.ID, ItemID: it.ID})
}

func questionTitle(set rulebook.Set, x question.Question) string {
	for _, c := range set.Choices(rulebook.QuestionKinds) {
		if c.Code == x.Kind {
			return c.Title.Vi + ": " + x.Short()
		}
	}
	return x.Short()
}

// answersItem gives the item of the template that answers members' proposals; the zero
// one when there is none.
func answersItem(set rulebook.Set) rulebook.AgendaItem {
	for _, it := range set.Agenda("", Regular).Items {
		if it.Slot == answersSlot {
			return it
		}
	}
	return rulebook.AgendaItem{}
}

// offAgenda gives the questions back to the cell whose items are no longer there.
func (s *Service) offAgenda(ctx context.Context, tx *db.Tx, actor access.Actor, m Meeting) error {
	if s.Questions == nil {
		return nil
	}
	items, err := itemsOf(ctx, tx, m.Ref)
	if err != nil {
		return err
	}
	stays := map[int64]bool{}
	if m.State != Cancelled {
		for _, it := range items {
			stays[it.ID] = true
		}
	}
	return s.Questions.OffAgenda(ctx, tx, actor, m.Ref, m.OrgID, func(item int64) bool { return stays[item] })
}

// dealt adds to the items what the meeting did with the questions on its agenda.
func (p proceedings) dealt(items []ItemFacts, at map[int64]int) {
	for _, d := range p.questions {
		i, ok := at[d.ItemID]
		if !ok {
			continue
		}
		text := ""
		if d.Asker != "" {
			text = labelAsked + wordCommunist + d.Asker + wordStop + " "
		}
		switch d.Kind {
		case question.StepAnswered:
			text += labelAnswer + d.Text
		case question.StepDeclined:
			text += labelDeclined + d.Text
		default:
			if text += labelSentUp + d.To; d.Text != "" {
				text += ": " + d.Text
			}
		}
		items[i].Note = strings.TrimSpace(stopped(items[i].Note) + " " + flat(text))
	}
}
