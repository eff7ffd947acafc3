package workplan_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/office/officetest"
	"chibo/task"
	"chibo/workplan"
)

// world is the district of officetest with work plans. Its day is 03/11/2026.
type world struct {
	*officetest.World
	s *workplan.Service
}

// heldID is the one meeting of Hòa Bình that was held.
const heldID = 4711

func newWorld(t testing.TB, d *db.DB) *world {
	t.Helper()
	w := &world{World: officetest.New(t, d)}
	w.s = &workplan.Service{DB: d, Book: w.Book, Tasks: &task.Service{DB: d}, Held: func(_ context.Context, _ db.Q, m ident.Ref, cell int64) (civil.Date, bool, error) {
		return civil.Of(2026, 1, 5), m.ID == heldID && cell == w.HoaBinh.ID, nil
	}}
	return w
}

func (w *world) must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// in is an item of this year, in order.
func (w *world) in(title string, from, to int) workplan.ItemIn {
	return workplan.ItemIn{CellID: w.HoaBinh.ID, Year: 2026, From: civil.Month(202600 + from), To: civil.Month(202600 + to), Title: title}
}

func (w *world) add(t testing.TB, in workplan.ItemIn) ident.Ref {
	t.Helper()
	ref, err := w.s.Add(t.Context(), w.Actor(t, officetest.Committee), in)
	w.must(t, err)
	return ref
}

func (w *world) approve(t testing.TB) {
	t.Helper()
	w.must(t, w.s.Approve(t.Context(), w.Actor(t, officetest.Secretary), workplan.ApproveIn{
		CellID: w.HoaBinh.ID, Year: 2026, Day: civil.Of(2026, 1, 3), Version: w.open(t).Plan.Version,
	}))
}

func (w *world) open(t testing.TB) workplan.View {
	t.Helper()
	v, err := w.s.Open(context.Background(), w.Actor(t, officetest.Secretary), w.HoaBinh.ID, 2026)
	w.must(t, err)
	return v
}

func (w *world) item(t testing.TB, ref ident.Ref) workplan.ItemView {
	t.Helper()
	v, err := w.s.OpenItem(context.Background(), w.Actor(t, officetest.Secretary), ref)
	w.must(t, err)
	return v
}

func (w *world) actor(t testing.TB, name string) access.Actor {
	t.Helper()
	return w.Actor(t, name)
}

// keyOf writes an error as "field key", or its key alone.
func keyOf(err error) string {
	if err == nil {
		return ""
	}
	var out []string
	for _, f := range fault.FieldsOf(err) {
		out = append(out, f.Field+" "+f.Key)
	}
	if len(out) > 0 {
		return strings.Join(out, "; ")
	}
	var e *fault.Error
	if errors.As(err, &e) {
		return e.Key
	}
	return err.Error()
}
