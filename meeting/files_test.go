package meeting_test

import (
	"context"
	"errors"
	"testing"

	"chibo/access"
	"chibo/attachment"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/task"
)

// The prose of Files, of meetings and of tasks: who sees, who adds.
func TestWhoSeesAndAddsFiles(t *testing.T) {
	d := dbtest.New(t)
	w := newWorld(t, d)
	w.lastMonth()
	ref := w.convene(civil.Of(2026, 11, 25))
	tasks := &task.Service{DB: d}
	var given ident.Ref // of member1
	w.write(func(ctx context.Context, tx *db.Tx) error {
		list, err := task.OpenOf(ctx, tx, w.cell.PartID, w.cell.ID, 10)
		for _, one := range list {
			if one.AssigneeID == w.people[member1].id {
				given = one.Ref
			}
		}
		return err
	})
	may := func(o attachment.Owner, actor access.Actor, ref ident.Ref) (out string) {
		err := d.Read(t.Context(), func(q db.Q) error {
			for name, ask := range map[string]func(context.Context, db.Q, access.Actor, ident.Ref) (attachment.Place, error){"see ": o.See, "add ": o.Add} {
				switch place, err := ask(t.Context(), q, actor, ref); {
				case err == nil:
					if place.OrgID != w.cell.ID || place.Href == "" {
						t.Errorf("place %+v", place)
					}
					if name == "see " {
						out = name + out
					} else {
						out += name
					}
				case !errors.Is(err, access.ErrForbidden):
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	stranger := access.Actor{AccountID: 5, PersonID: 5}
	for _, c := range []struct {
		name  string
		actor access.Actor
		early string // while the meeting is being prepared
		task  string
	}{
		{"secretary", w.people[secretary].actor, "see add ", "see add "},
		{"committee", w.people[committee].actor, "see add ", "see add "},
		{"whose task it is", w.people[member1].actor, "", "see add "},
		{"another member", w.people[member2].actor, "", "see "},
		{"stranger", stranger, "", ""},
	} {
		if got := may(w.s.Files(), c.actor, ref); got != c.early {
			t.Errorf("%s, meeting under preparation: %q, want %q", c.name, got, c.early)
		}
		if got := may(tasks.Files(), c.actor, given); got != c.task {
			t.Errorf("%s, task: %q, want %q", c.name, got, c.task)
		}
	}
}
