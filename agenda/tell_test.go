package agenda_test

import (
	"context"
	"testing"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/notify"
	"chibo/office/officetest"
)

func (w *world) told(t *testing.T, who string) (n int) {
	t.Helper()
	a := w.Actor(t, who)
	err := w.DB.Read(context.Background(), func(q db.Q) error {
		list, err := notify.List(context.Background(), q, a.PartID, a.PersonID, 100)
		for _, x := range list {
			if x.Kind == "agenda.guidance" {
				n++
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// The leads of the cells that guidance is for hear of it once, when it comes into force;
// of what was withdrawn before or is for others they do not.
func TestTellNew(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.publish(t, w.town, w.Town, "Phân loại rác", today(), civil.Date{}, "residential")
		w.publish(t, w.town, w.Town, "Việc của cơ quan", today(), civil.Date{}, "office")
		w.publish(t, w.district, w.District, "Từ tuần sau", today().AddDays(7), civil.Date{})
		for range 2 {
			if err := w.s.TellNew(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if n := w.told(t, officetest.Secretary); n != 1 {
			t.Errorf("the secretary of a residential cell has %d notices", n)
		}
		if n := w.told(t, officetest.Member); n != 0 {
			t.Errorf("a member has %d notices", n)
		}
		dbtest.Clock(d).Set(today().AddDays(7).Time(9, 0))
		if err := w.s.TellNew(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := w.told(t, officetest.Secretary); n != 2 {
			t.Errorf("%d notices once the other is in force", n)
		}
	})
}
