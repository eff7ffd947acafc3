package meeting_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"testing"

	"chibo/access"
	"chibo/attachment"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/meeting"
	"chibo/task"
)

// The committee adds files to a decision of the draft; members see them once it is handed
// out, officers above unless drafts are kept; the task made of it knows them.
func TestFilesOfADecision(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		files := &attachment.Service{DB: d, Temp: t.TempDir(), Owners: map[string]attachment.Owner{attachment.Decision: w.s.DecisionFiles()}}
		var picture bytes.Buffer
		w.must(png.Encode(&picture, image.NewGray(image.Rect(0, 0, 8, 8))))
		ref := w.convene(today())
		w.decide(ref)
		of := attachment.Of{Owner: attachment.Decision, Ref: ident.Ref{Part: ref.Part, ID: w.get(ref).Decisions[0].ID}}
		add := func(who access.Actor, op string) error {
			_, err := files.Add(ctx(), who, of, "sơ đồ.png", "", op, bytes.NewReader(picture.Bytes()))
			return err
		}
		look := func(who access.Actor) error { _, err := files.Look(ctx(), who, of); return err }
		upper := access.Actor{AccountID: 9, PersonID: 9002, Grants: []access.Grant{{Role: access.RoleUpper, OrgID: w.town.ID, Path: w.town.Path}}}
		w.must(add(w.act(committee), "a"))
		is(t, add(w.act(member1), "b"), access.ErrForbidden)
		is(t, look(w.act(member1)), access.ErrForbidden) // the plan is not out
		is(t, look(access.Actor{AccountID: 8}), access.ErrForbidden)
		_, err := w.s.Agree(ctx(), w.act(secretary), ref, meeting.AgreeIn{Hour: 8, PresentIDs: w.ids(secretary, deputy)})
		w.must(err)
		w.must(w.s.Invite(ctx(), w.act(secretary), ref))
		w.must(look(w.act(member1)))
		w.must(look(upper))
		w.write(func(ctx context.Context, tx *db.Tx) error {
			_, err := access.Keep(ctx, tx, w.act(secretary), w.cell.ID, access.KeptDrafts, "Chưa thông qua")
			return err
		})
		is(t, look(upper), access.ErrForbidden)
		w.must(look(w.act(member1)))
		of.Ref.ID++
		if err := look(w.act(secretary)); !errors.Is(err, meeting.ErrNoDecision) {
			t.Errorf("no such decision: %v", err)
		}
		of.Ref.ID--
		w.clk.Set(today().Time(19, 30))
		w.must(w.s.OpenMeeting(ctx(), w.act(secretary), ref))
		w.callAll(ref)
		w.adopt(ref)
		w.must(w.s.Adjourn(ctx(), w.act(secretary), ref, w.get(ref).Version))
		w.must(look(upper)) // adopted: it is a paper of duty
		w.must(d.Read(ctx(), func(q db.Q) error {
			given, err := task.BySource(ctx(), q, ref.Part, ref.ID)
			if err != nil || len(given) != 1 {
				t.Fatalf("%+v, %v", given, err)
			}
			got, ok, err := meeting.DecisionOf(ctx(), q, given[0])
			if err != nil || !ok || got != of.Ref {
				t.Errorf("the decision of the task: %v %v %v", got, ok, err)
			}
			_, ok, err = meeting.DecisionOf(ctx(), q, task.Task{})
			if ok || err != nil {
				t.Errorf("of a task from elsewhere: %v %v", ok, err)
			}
			return nil
		}))
	})
}
