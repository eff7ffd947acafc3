package notify_test

import (
	"context"
	"slices"
	"testing"

	"chibo/access"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/notify"
	"chibo/office/officetest"
)

// The prose of access.go, for every kind of person of the district: a notice is its
// person's, whatever rights the others hold.
func TestWhoReadsANotice(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := officetest.New(t, d)
		mine := w.Actor(t, officetest.Member)
		w.Write(t, func(ctx context.Context, tx *db.Tx) error {
			return notify.Send(ctx, tx, notify.Notice{Kind: "meeting.invited", Href: "/meetings/1-2"}, notify.To{Part: mine.PartID, PersonID: mine.PersonID})
		})
		list := func(a access.Actor) (out []notify.Item) {
			t.Helper()
			err := d.Read(t.Context(), func(q db.Q) (err error) {
				out, err = notify.List(t.Context(), q, a.PartID, a.PersonID, 10)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		own := list(mine)
		if len(own) != 1 {
			t.Fatalf("%d notices", len(own))
		}
		w.Only(t, "Thơm's notice", func(a access.Actor) error {
			return officetest.May(slices.ContainsFunc(list(a), func(i notify.Item) bool { return i.ID == own[0].ID }))
		}, officetest.Member)
		w.Only(t, "follow Thơm's notice", func(a access.Actor) error {
			return d.Read(t.Context(), func(q db.Q) error {
				href, err := notify.Href(t.Context(), q, a.PartID, a.PersonID, own[0].ID)
				if err != nil {
					return err
				}
				return officetest.May(href == "/meetings/1-2")
			})
		}, officetest.Member)
		w.Write(t, func(ctx context.Context, tx *db.Tx) error {
			other := w.Actor(t, officetest.Secretary)
			return notify.MarkRead(ctx, tx, other.PartID, other.PersonID, own[0].ID)
		})
		unread := func(a access.Actor) (n int) {
			t.Helper()
			err := d.Read(t.Context(), func(q db.Q) (err error) {
				n, err = notify.Unread(t.Context(), q, a.PartID, a.PersonID)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if unread(mine) != 1 {
			t.Error("somebody else has marked the notice")
		}
		w.Write(t, func(ctx context.Context, tx *db.Tx) error {
			return notify.MarkRead(ctx, tx, mine.PartID, mine.PersonID, own[0].ID)
		})
		if unread(mine) != 0 {
			t.Error("the own notice stays unread")
		}
	})
}
