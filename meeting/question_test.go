package meeting_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/internal/workday"
	"chibo/meeting"
	"chibo/question"

	"chibo/internal/db"
)

// asks gives the meetings of the world questions, and asks three of them.
func (w *world) asks() (refs []ident.Ref) {
	w.t.Helper()
	days, err := workday.New()
	w.must(err)
	w.s.Questions = &question.Service{DB: w.d, Book: w.s.Book, Days: days}
	for i, text := range []string{"Bao giờ sửa đường ngõ 3", "Lắp thêm đèn ngõ 5", "Họp sớm hơn vào mùa đông"} {
		ref, err := w.s.Questions.Ask(ctx(), w.act(member1+i), question.AskIn{CellID: w.cell.ID, Kind: "question", Text: text, Named: i == 1})
		w.must(err)
		refs = append(refs, ref)
	}
	return refs
}

func (w *world) question(ref ident.Ref) question.Question {
	w.t.Helper()
	v, err := w.s.Questions.Open(ctx(), w.act(secretary), ref)
	w.must(err)
	return v.Question
}

// A question is put on the agenda without its asker; what the meeting does with it stands
// in the minutes, with a name only where the asker wishes it; an item taken off, a plan
// saved without it and a meeting given up give the question back to the cell.
func TestQuestionsOnTheAgenda(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		refs := w.asks()
		ref := w.convene(civil.Of(2026, 11, 10))
		retitled := planOf(w.get(ref))
		for i := range retitled.Items {
			if retitled.Items[i].Title == "Trả lời kiến nghị của đảng viên" {
				retitled.Items[i].Title = "Giải đáp" // found by what it is, not by its words
			}
		}
		w.must(w.s.SavePlan(ctx(), w.act(secretary), ref, retitled))
		list, err := w.s.OpenQuestions(ctx(), w.act(committee), w.get(ref))
		if w.must(err); len(list) != 3 {
			t.Fatalf("%d offered", len(list))
		}
		if list, err = w.s.OpenQuestions(ctx(), w.act(member1), w.get(ref)); err != nil || len(list) != 0 {
			t.Errorf("a member is offered %d, %v", len(list), err)
		}
		is(t, w.s.TakeQuestion(ctx(), w.act(member1), ref, refs[0].ID), access.ErrForbidden)
		for _, q := range refs {
			w.must(w.s.TakeQuestion(ctx(), w.act(committee), ref, q.ID))
		}
		if err := w.s.TakeQuestion(ctx(), w.act(committee), ref, refs[0].ID); !errors.Is(err, meeting.ErrQuestionGone) {
			t.Errorf("taken twice: %v", err)
		}
		f := w.get(ref)
		at := slices.IndexFunc(f.Items, func(it meeting.Item) bool { return it.Title == "Giải đáp" })
		last := slices.Clone(f.Items[at+1 : at+4])
		for i, it := range f.Items {
			if it.Seq != i+1 {
				t.Errorf("item %d has the place %d", i+1, it.Seq)
			}
		}
		for i, it := range last {
			if q := w.question(refs[i]); q.State != question.OnAgenda || q.ItemID != it.ID || !strings.HasSuffix(it.Title, q.Text) || strings.Contains(it.Title, w.people[member1+i].name) {
				t.Errorf("item %q, question %+v", it.Title, q)
			}
		}
		_, err = w.s.RemoveItem(ctx(), w.act(committee), ref, last[2].ID)
		w.must(err)
		if q := w.question(refs[2]); q.State != question.InCell || q.MeetingID != 0 {
			t.Errorf("taken off: %+v", q)
		}
		w.must(w.s.TakeQuestion(ctx(), w.act(committee), ref, refs[2].ID))
		p := planOf(w.get(ref))
		p.Items = slices.Delete(p.Items, at+3, at+4)
		w.must(w.s.SavePlan(ctx(), w.act(committee), ref, p))
		if q := w.question(refs[2]); q.State != question.InCell {
			t.Errorf("left out of the plan: %+v", q)
		}
		w.must(w.s.Cancel(ctx(), w.act(secretary), ref))
		for _, q := range refs {
			if q := w.question(q); q.State != question.InCell {
				t.Errorf("the meeting was given up: %+v", q)
			}
		}
	})
}

// The minutes say what the meeting did with each question.
func TestQuestionsInTheMinutes(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	refs := w.asks()
	ref := w.opened(civil.Of(2026, 11, 10))
	for _, q := range refs[:2] {
		w.must(w.s.TakeQuestion(ctx(), w.act(committee), ref, q.ID))
	}
	act := func(q ident.Ref, text string) question.Act {
		return question.Act{Text: text, Version: w.question(q).Version, InMeeting: true}
	}
	w.must(w.s.Questions.Answer(ctx(), w.act(secretary), refs[0], act(refs[0], "Quý I năm 2027")))
	w.must(w.s.Questions.Up(ctx(), w.act(secretary), refs[1], act(refs[1], "Cần kinh phí của thị trấn")))
	w.must(w.s.Questions.Answer(ctx(), w.act(secretary), refs[2], act(refs[2], "Trả lời ngoài buổi họp")))
	w.callAll(ref)
	w.must(w.s.Adjourn(ctx(), w.act(secretary), ref, w.get(ref).Version))
	var minutes string
	for _, doc := range w.get(ref).Documents {
		if doc.Kind == meeting.PaperMinutes {
			_, minutes = w.text(doc)
		}
	}
	w.says(minutes, []string{
		"Câu hỏi: Bao giờ sửa đường ngõ 3", "Trả lời: Quý I năm 2027", "Câu hỏi: Lắp thêm đèn ngõ 5",
		"Người nêu: đồng chí " + w.people[member2].name, "Chi bộ gửi lên " + w.town.Name + ": Cần kinh phí của thị trấn",
	})
	if strings.Contains(minutes, "Người nêu: đồng chí "+w.people[member1].name) || strings.Contains(minutes, "Trả lời ngoài buổi họp") {
		t.Errorf("the minutes name who did not wish it, or say what was not done there: %s", minutes)
	}
}
