package notify_test

import (
	"context"
	"reflect"
	"testing"
	"time"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/notify"
)

func write(t *testing.T, d *db.DB, f func(tx *db.Tx) error) {
	t.Helper()
	if err := d.Write(context.Background(), f); err != nil {
		t.Fatal(err)
	}
}

func unread(t *testing.T, d *db.DB, part, person int64) (n int) {
	t.Helper()
	ctx := context.Background()
	err := d.Read(ctx, func(q db.Q) (err error) {
		n, err = notify.Unread(ctx, q, part, person)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func list(t *testing.T, d *db.DB, part, person int64, limit int) (out []notify.Item) {
	t.Helper()
	ctx := context.Background()
	err := d.Read(ctx, func(q db.Q) (err error) {
		out, err = notify.List(ctx, q, part, person, limit)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func invited() notify.Notice {
	return notify.Notice{Kind: "meeting.invited", Href: "/meetings/7-12", Args: map[string]any{
		"Cell": "Chi bộ \"Hòa Bình\"", "Day": civil.Of(2026, 11, 5), "Month": civil.Month(202611),
		"At": time.Date(2026, 11, 5, 12, 0, 0, 0, time.UTC), "Count": 3, "Big": int64(1) << 52,
	}}
}

func TestSendAndRead(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		write(t, d, func(tx *db.Tx) error {
			return notify.Send(ctx, tx, invited(), notify.To{Part: 7, PersonID: 1}, notify.To{Part: 7, PersonID: 2},
				notify.To{Part: 7, PersonID: 1}, notify.To{Part: 7})
		})
		dbtest.Clock(d).Advance(time.Hour)
		write(t, d, func(tx *db.Tx) error {
			return notify.Send(ctx, tx, notify.Notice{Kind: "task.assigned", Href: "/tasks"}, notify.To{Part: 7, PersonID: 1})
		})
		got := list(t, d, 7, 1, 10)
		if len(got) != 2 || got[0].Kind != "task.assigned" || got[0].Read || got[1].Key() != "notify.meeting.invited" {
			t.Fatalf("List = %+v", got)
		}
		want := invited().Args
		want["Count"] = int64(3)
		if !reflect.DeepEqual(got[1].Args, want) {
			t.Errorf("values came back as %#v", got[1].Args)
		}
		if n := len(list(t, d, 7, 1, 1)); n != 1 {
			t.Errorf("limit 1 gives %d", n)
		}
		if a, b := unread(t, d, 7, 1), unread(t, d, 7, 0); a != 2 || b != 0 {
			t.Errorf("unread %d, and %d of nobody", a, b)
		}
		// Another person's notice is left alone.
		write(t, d, func(tx *db.Tx) error { return notify.MarkRead(ctx, tx, 7, 2, got[0].ID, got[1].ID) })
		if n := unread(t, d, 7, 1); n != 2 {
			t.Errorf("another person read them: %d left", n)
		}
		write(t, d, func(tx *db.Tx) error { return notify.MarkHref(ctx, tx, 7, 1, "/meetings/7-12") })
		if l := list(t, d, 7, 1, 10); l[0].Read || !l[1].Read {
			t.Errorf("after MarkHref: %+v", l)
		}
		write(t, d, func(tx *db.Tx) error { return notify.MarkRead(ctx, tx, 7, 1) })
		if a, b := unread(t, d, 7, 1), unread(t, d, 7, 2); a != 0 || b != 1 {
			t.Errorf("after MarkRead of all: %d and %d", a, b)
		}
		err := d.Read(ctx, func(q db.Q) error {
			mine, err := notify.Href(ctx, q, 7, 1, got[1].ID)
			if err != nil || mine != "/meetings/7-12" {
				t.Errorf("Href = %q, %v", mine, err)
			}
			if theirs, err := notify.Href(ctx, q, 7, 2, got[1].ID); err != nil || theirs != "" {
				t.Errorf("another person's Href = %q, %v", theirs, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestSendRefuses(t *testing.T) {
	d := dbtest.New(t)
	ctx := context.Background()
	for name, n := range map[string]notify.Notice{
		"another site":  {Kind: "a.b", Href: "https://example.org/"},
		"no scheme":     {Kind: "a.b", Href: "//example.org/"},
		"nowhere":       {Kind: "a.b"},
		"a strange one": {Kind: "a.b", Href: "/", Args: map[string]any{"X": 1.5}},
	} {
		err := d.Write(ctx, func(tx *db.Tx) error { return notify.Send(ctx, tx, n, notify.To{Part: 7, PersonID: 1}) })
		if err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if n := unread(t, d, 7, 1); n != 0 {
		t.Errorf("%d notices are left of refused ones", n)
	}
}
