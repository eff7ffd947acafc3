package homeweb_test

import (
	"context"
	"testing"

	"chibo/access"
	"chibo/figure"
	"chibo/home"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/web"
	"chibo/internal/web/webtest"
	"chibo/notify"
	"chibo/org/orgtest"
)

// What a committee's first page asks of the database: nothing again while nothing of it
// is written, and after an act only what that act has touched.
func TestWallAsksLittle(t *testing.T) {
	d, asked := dbtest.Counting(t)
	w := newWorldIn(t, d)
	w.figures(t)
	town, district := orgtest.Actor(access.RoleUpper, w.Town), orgtest.Actor(access.RoleUpper, w.District)
	look := func(k *web.Kit) int64 {
		before := asked.Load()
		webtest.Get(t, k, "/")
		return asked.Load() - before
	}
	pages := []*web.Kit{w.as(t, town), w.as(t, district)}
	for _, k := range pages {
		look(k)
	}
	for _, c := range []struct {
		what string
		do   func(ctx context.Context, tx *db.Tx) error
		most [2]int64 // of the town, of the district
	}{
		{"nothing", func(context.Context, *db.Tx) error { return nil }, [2]int64{0, 0}},
		{"somebody's notice in the other part", func(ctx context.Context, tx *db.Tx) error {
			return notify.Send(ctx, tx, notify.Notice{Kind: "x", Href: "/"}, notify.To{Part: w.Commune.ID, PersonID: 5})
		}, [2]int64{0, 0}},
		{"a score in the other part", func(ctx context.Context, tx *db.Tx) error {
			return figure.PutScore(ctx, tx, figure.Key{Part: w.Commune.ID, Month: 202611, CellID: w.Village2.ID}, 912, figure.GradeGood)
		}, [2]int64{0, 10}},
		{"a meeting held in the town", func(ctx context.Context, tx *db.Tx) error {
			return figure.PutMeeting(ctx, tx, figure.Key{Part: w.Town.ID, Month: 202611, CellID: w.Market.ID}, figure.Held{MetDay: civil.Of(2026, 11, 20), Due: 9, Present: 8})
		}, [2]int64{10, 10}},
	} {
		w.write(t, c.do)
		for i, k := range pages {
			if n := look(k); n > c.most[i] {
				t.Errorf("%s was written: page %d asked %d statements, want at most %d", c.what, i, n, c.most[i])
			}
		}
	}
	acts := &home.Service{DB: d, Book: w.Book}
	if err := acts.Do(t.Context(), town, home.ActIn{UnitID: w.HoaBinh.ID, Kind: home.NotMet, Act: home.Remind, Text: "Xin xem", Op: "0123456789"}); err != nil {
		t.Fatal(err)
	}
	for i, k := range pages {
		if n := look(k); n < 1 || n > 3 {
			t.Errorf("after a reminder page %d asked %d statements, want the reminders and little else", i, n)
		}
	}
}
