package question_test

import (
	"context"
	"testing"

	"pgregory.net/rapid"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/office/officetest"
	"chibo/question"
)

// Whatever people do in whatever order, each question has exactly one holder, the trail
// leads from hand to hand without a gap, and the last step says what the record says.
func TestOneHolderAlways(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	ctx := context.Background()
	var who []access.Actor
	for _, name := range []string{
		officetest.Secretary, officetest.Deputy, officetest.Member, officetest.TownSecretary, officetest.OtherUpper, officetest.DistrictStaff, officetest.Stranger,
	} {
		who = append(who, w.Actor(t, name))
	}
	units := []int64{w.Town.ID, w.Commune.ID, w.District.ID, w.HoaBinh.ID, 1}
	rapid.Check(t, func(rt *rapid.T) {
		var refs []ident.Ref
		for range 3 {
			refs = append(refs, w.ask(t, rapid.Bool().Draw(rt, "named")))
		}
		done := 0
		for range rapid.IntRange(1, 25).Draw(rt, "acts") {
			ref := rapid.SampledFrom(refs).Draw(rt, "question")
			actor := rapid.SampledFrom(who).Draw(rt, "who")
			err := w.anyAct(t, rt, actor, ref, refs, units)
			switch fault.KindOf(err) {
			case fault.Internal:
				if err != nil {
					rt.Fatalf("%v", err)
				}
				done++
			case fault.Forbidden, fault.Conflict, fault.Invalid, fault.NotFound:
			default:
				rt.Fatalf("%v", err)
			}
			for _, ref := range refs {
				w.whole(ctx, t, rt, ref)
			}
		}
		rt.Logf("%d acts done", done)
	})
}

// anyAct tries one act, as it is shown now or from a page of before.
func (w *world) anyAct(t *testing.T, rt *rapid.T, actor access.Actor, ref ident.Ref, refs []ident.Ref, units []int64) error {
	ctx := context.Background()
	in := w.act(t, ref, rapid.SampledFrom([]string{"một câu", ""}).Draw(rt, "text"))
	if rapid.IntRange(0, 9).Draw(rt, "old") == 0 {
		in.Version--
	}
	switch rapid.SampledFrom([]string{"answer", "up", "up", "to", "join", "decline", "extend", "read", "again", "again", "agenda", "off"}).Draw(rt, "act") {
	case "answer":
		return w.s.Answer(ctx, actor, ref, in)
	case "up":
		return w.s.Up(ctx, actor, ref, in)
	case "to":
		return w.s.SendTo(ctx, actor, ref, in, rapid.SampledFrom(units).Draw(rt, "unit"))
	case "join":
		return w.s.Join(ctx, actor, ref, in, rapid.SampledFrom(refs).Draw(rt, "other").ID)
	case "decline":
		return w.s.Decline(ctx, actor, ref, in)
	case "extend":
		return w.s.Extend(ctx, actor, ref, in, civil.From(w.DB.Clock().Now()).AddDays(rapid.IntRange(0, 200).Draw(rt, "days")))
	case "read":
		return w.s.Read(ctx, actor, ref, in)
	case "again":
		return w.s.Again(ctx, actor, ref, in)
	case "agenda":
		return w.DB.Write(ctx, func(tx *db.Tx) error {
			return w.s.PutOnAgenda(ctx, tx, actor, question.Agenda{Question: ref, CellID: w.HoaBinh.ID, MeetingID: 7, ItemID: ref.ID})
		})
	}
	return w.DB.Write(ctx, func(tx *db.Tx) error {
		return w.s.OffAgenda(ctx, tx, actor, ident.Ref{Part: ref.Part, ID: 7}, w.HoaBinh.ID, func(item int64) bool { return item != ref.ID })
	})
}

// whole checks what must hold for a question at any time.
func (w *world) whole(ctx context.Context, t *testing.T, rt *rapid.T, ref ident.Ref) {
	q := w.get(t, ref)
	var hands []question.Hand
	var steps []question.Step
	w.read(t, func(ctx context.Context, r db.Q) (err error) {
		if hands, err = question.Hands(ctx, r, ref); err != nil {
			return err
		}
		steps, err = question.Steps(ctx, r, ref)
		return err
	})
	open := 0
	for i, h := range hands {
		if h.LeftOn.IsZero() {
			open++
			if h.OrgID != q.HolderID {
				rt.Fatalf("in the hands of %d, the record says %d", h.OrgID, q.HolderID)
			}
		} else if i == len(hands)-1 {
			rt.Fatalf("in nobody's hands")
		}
	}
	if open != 1 {
		rt.Fatalf("in %d hands", open)
	}
	at := int64(0)
	moves := 1
	for i, s := range steps {
		if s.FromID != at {
			rt.Fatalf("step %d begins at %d, the one before ended at %d", i, s.FromID, at)
		}
		if i > 0 && s.FromID != s.ToID {
			moves++
		}
		at = s.ToID
	}
	last := steps[len(steps)-1]
	if at != q.HolderID || last.State != q.State || last.Due != q.Due {
		rt.Fatalf("the trail says %d %s %s, the record %d %s %s", at, last.State, last.Due, q.HolderID, q.State, q.Due)
	}
	if moves != len(hands) {
		rt.Fatalf("%d moves and %d hands", moves, len(hands))
	}
	if q.State == question.Joined {
		if main := w.get(t, ident.Ref{Part: ref.Part, ID: q.JoinedTo}); main.HolderID != q.HolderID || !main.State.Open() || main.State == question.Joined {
			rt.Fatalf("joined to %+v", main)
		}
	}
	if q.State.Open() == q.Due.IsZero() {
		rt.Fatalf("state %s with the day %q", q.State, q.Due)
	}
}
