package meeting_test

import (
	"context"
	"testing"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/meeting"
	"chibo/org/orgtest"
)

// A late step is told to its owner once, and only what stays late is seen above.
func TestLateSteps(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ref := w.convene(civil.Of(2026, 11, 20))
		due := w.get(ref).Steps[0].Due
		late := func() (n int) {
			w.must(w.d.Read(ctx(), func(q db.Q) error {
				list, err := meeting.LateIn(ctx(), q, orgtest.Scope(t, w.town, access.FigureRead), civil.From(w.clk.Now()), 5)
				for _, c := range list {
					n += c.Count
				}
				return err
			}))
			return n
		}
		w.clk.Set(due.Time(9, 0))
		w.must(w.s.RemindSteps(ctx()))
		if n := w.unread(w.act(secretary).PersonID); n != 0 {
			t.Errorf("%d notices on the day itself", n)
		}
		w.clk.Set(due.AddDays(1).Time(9, 0))
		w.must(w.s.RemindSteps(ctx()))
		w.must(w.s.RemindSteps(ctx()))
		if n := w.unread(w.act(secretary).PersonID); n != 1 || late() != 0 {
			t.Errorf("%d notices to the owner, %d late above", n, late())
		}
		if n := w.unread(w.act(deputy).PersonID); n != 0 {
			t.Errorf("%d notices to somebody else", n)
		}
		w.clk.Set(due.AddDays(6).Time(9, 0))
		if late() != 1 {
			t.Errorf("%d late above after six days", late())
		}
		_, err := w.s.Agree(ctx(), w.act(secretary), ref, meeting.AgreeIn{Hour: 8, PresentIDs: w.ids(secretary)})
		w.must(err)
		w.must(w.s.Invite(ctx(), w.act(secretary), ref))
		if late() != 0 {
			t.Error("what was done is late above")
		}
	})
}

// The quarter's thematic duty presses in its last days, by the rulebook (rules.md 2.02).
func TestDuty(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	duty := func() (p meeting.PlanQuarter) {
		w.must(w.d.Read(ctx(), func(q db.Q) (err error) {
			p, err = w.s.Duty(ctx(), q, w.cell, civil.From(w.clk.Now()))
			return err
		}))
		return p
	}
	w.clk.Set(civil.Of(2026, 11, 5).Time(9, 0))
	if p := duty(); p.Pressing || p.Number != 4 || p.Need != 1 {
		t.Errorf("%+v", p)
	}
	w.clk.Set(civil.Of(2026, 12, 5).Time(9, 0))
	if p := duty(); !p.Pressing || p.Planned != 0 {
		t.Errorf("%+v", p)
	}
	first := w.convene(civil.Of(2026, 12, 10))
	w.followed(first)
	if p := duty(); !p.Pressing || p.Planned != 1 || !w.get(first).Duty.Pressing {
		t.Errorf("%+v", p)
	}
	w.write(func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE meeting SET state = 'closed' WHERE kind = 'thematic'`)
		return err
	})
	if p := duty(); p.Pressing || p.Held != 1 {
		t.Errorf("%+v", p)
	}
}

// The cell's leads are told once a quarter that its thematic duty presses.
func TestDutyIsTold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		for _, day := range []civil.Date{civil.Of(2026, 11, 5), civil.Of(2026, 12, 20), civil.Of(2026, 12, 21)} {
			w.clk.Set(day.Time(9, 0))
			w.must(w.s.RemindDuty(ctx()))
		}
		if n := w.count(`SELECT COUNT(*) FROM notice WHERE kind = 'meeting.duty' AND person_id = $1`, w.act(secretary).PersonID); n != 1 {
			t.Errorf("%d notices to the secretary", n)
		}
		if n := w.count(`SELECT COUNT(*) FROM notice WHERE kind = 'meeting.duty' AND person_id = $1`, w.act(member1).PersonID); n != 0 {
			t.Errorf("%d notices to a member", n)
		}
	})
}
