package member_test

import (
	"testing"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/member"
	"chibo/org"
	"chibo/org/orgtest"
)

// Members count where their cell stood on the day, or where it stands today.
func TestSizesOfADay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tr := orgtest.District(t, d)
		join(t, d, tr.HoaBinh, official("Trần Văn Yên"))
		join(t, d, tr.Village2, official("Lê Thị Ánh"))
		join(t, d, tr.Village2, member.Membership{Name: "Phạm Thị Cúc"})
		join(t, d, tr.Village2, member.Membership{Name: "Hồ Thị Dần", Kind: member.KindGuest})
		gone := official("Đặng Văn Em")
		gone.To, gone.Ending = civil.Of(2024, 1, 1), "transfer"
		join(t, d, tr.Village2, gone)
		move := civil.Of(2024, 7, 1)
		write(t, d, func(tx *db.Tx) error {
			moved, err := org.Move(t.Context(), tx, org.Change{Set: tr.Book.At(orgtest.Founded(), ""), Day: move}, tr.Village2.ID, tr.Town.ID, 0)
			for _, m := range moved {
				if err := member.Rehome(t.Context(), tx, m.Unit, m.From, m.To); err != nil {
					return err
				}
			}
			return err
		})
		err := d.Read(t.Context(), func(q db.Q) error {
			for _, c := range []struct {
				unit          org.Unit
				day           civil.Date
				then, byToday member.Size
			}{
				{tr.Commune, civil.Of(2023, 1, 1), member.Size{Members: 3, Officials: 2}, member.Size{}},
				{tr.Commune, move.AddDays(-1), member.Size{Members: 2, Officials: 1}, member.Size{}},
				{tr.Commune, move, member.Size{}, member.Size{}},
				{tr.Town, civil.Of(2023, 1, 1), member.Size{Members: 1, Officials: 1}, member.Size{Members: 4, Officials: 3}},
				{tr.Town, move, member.Size{Members: 3, Officials: 2}, member.Size{Members: 3, Officials: 2}},
				{tr.District, civil.Of(2023, 1, 1), member.Size{Members: 4, Officials: 3}, member.Size{Members: 4, Officials: 3}},
				{tr.District, civil.Of(2017, 1, 1), member.Size{}, member.Size{}},
			} {
				scope := orgtest.Scope(t, c.unit, access.FigureRead)
				v, err := org.On(t.Context(), q, scope, c.day)
				if err != nil {
					return err
				}
				then, err := member.SizeThen(t.Context(), q, v)
				if err != nil {
					return err
				}
				byToday, err := member.SizeOn(t.Context(), q, scope, c.day)
				if err != nil || then != c.then || byToday != c.byToday {
					t.Errorf("%s on %s: then %+v, want %+v; by today's tree %+v, want %+v (%v)", c.unit.Short, c.day, then, c.then, byToday, c.byToday, err)
				}
			}
			if r := (member.Size{Members: 3, Officials: 2}).Reserves(); r != 1 {
				t.Errorf("%d reserves", r)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
