package question_test

import (
	"context"
	"testing"

	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/internal/workday"
	"chibo/office/officetest"
	"chibo/question"
)

// world is the district of officetest with questions.
type world struct {
	*officetest.World
	s *question.Service
}

func newWorld(t testing.TB, d *db.DB) *world {
	t.Helper()
	days, err := workday.New()
	if err != nil {
		t.Fatal(err)
	}
	w := officetest.New(t, d)
	return &world{World: w, s: &question.Service{DB: d, Book: w.Book, Days: days}}
}

const (
	asked  = "Vì sao đường ngõ 3 chưa được sửa?"
	answer = "Thị trấn đã bố trí vốn, khởi công trong quý I."
)

// ask lets the member of Hòa Bình ask.
func (w *world) ask(t testing.TB, named bool) ident.Ref {
	t.Helper()
	ref, err := w.s.Ask(context.Background(), w.Actor(t, officetest.Member), question.AskIn{CellID: w.HoaBinh.ID, Kind: "question", Text: asked, Named: named})
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

// act is what is shown now, with a text.
func (w *world) act(t testing.TB, ref ident.Ref, text string) question.Act {
	t.Helper()
	return question.Act{Text: text, Version: w.get(t, ref).Version}
}

func (w *world) get(t testing.TB, ref ident.Ref) question.Question {
	t.Helper()
	v, err := w.s.Open(context.Background(), w.Actor(t, officetest.Secretary), ref)
	if err != nil {
		t.Fatal(err)
	}
	return v.Question
}

func (w *world) must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (w *world) read(t testing.TB, f func(ctx context.Context, q db.Q) error) {
	t.Helper()
	ctx := context.Background()
	if err := w.DB.Read(ctx, func(q db.Q) error { return f(ctx, q) }); err != nil {
		t.Fatal(err)
	}
}
