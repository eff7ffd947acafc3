package meeting_test

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"testing"

	"chibo/access"
	"chibo/attachment"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/meeting"
)

func errNo(_ int, err error) error { return err }

func (w *world) reading(who int, ref ident.Ref) meeting.PlanReading {
	w.t.Helper()
	f, err := w.s.Get(ctx(), w.act(who), ref)
	w.must(err)
	p, err := w.s.PlanReading(ctx(), f)
	w.must(err)
	return p
}

func (w *world) receipts(ref ident.Ref) meeting.Receipts {
	w.t.Helper()
	r, err := w.s.Receipts(ctx(), w.get(ref))
	w.must(err)
	return r
}

// A member's receipt is for a version of the plan: a changed plan asks again, whoever
// confirms what is not in force any more is told, and ten changes nobody has opened are
// one version.
func TestReceiptsOfThePlan(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ref := w.convene(civil.Of(2026, 11, 10))
		is(t, w.s.ReadPlan(ctx(), w.act(member1), ref, 1), meeting.ErrState)
		_, err := w.s.Agree(ctx(), w.act(secretary), ref, meeting.AgreeIn{Hour: 8, PresentIDs: w.ids(secretary, deputy)})
		w.must(err)
		w.must(w.s.Invite(ctx(), w.act(secretary), ref))
		open := func(who, want int) {
			t.Helper()
			no, err := w.s.MarkSeen(ctx(), w.act(who), ref)
			if w.must(err); no != want {
				t.Errorf("%d opens version %d, want %d", who, no, want)
			}
		}
		is(t, w.s.ReadPlan(ctx(), w.act(member1), ref, 1), meeting.ErrPlanChanged) // nobody has opened it
		open(member1, 1)
		open(member1, 1)
		w.must(w.s.ReadPlan(ctx(), w.act(member1), ref, 1))
		is(t, w.s.ReadPlan(ctx(), access.Actor{AccountID: 3, PersonID: 3}, ref, 1), access.ErrForbidden)
		if p := w.reading(member1, ref); p.No != 1 || p.Read.IsZero() || p.Changed() {
			t.Errorf("after reading: %+v", p)
		}
		w.clk.Advance(1e9)
		for range 3 {
			w.decide(ref)
		}
		if p := w.reading(member1, ref); p.No != 0 || !p.Changed() || p.Earlier != 1 {
			t.Errorf("after a change: %+v", p)
		}
		if r := w.receipts(ref); r.No != 1 || !r.Fresh {
			t.Errorf("nobody has opened the change: %+v", r)
		}
		is(t, w.s.ReadPlan(ctx(), w.act(member1), ref, 1), meeting.ErrPlanChanged)
		open(member2, 2)
		open(member1, 2)
		if p := w.reading(member1, ref); p.No != 2 || !p.Read.IsZero() || !p.Changed() {
			t.Errorf("the new version asks again: %+v", p)
		}
		w.must(w.s.ReadPlan(ctx(), w.act(member1), ref, 2))
		w.must(w.s.ReadPlan(ctx(), w.act(member1), ref, 2))
		r := w.receipts(ref)
		one, _ := r.Of(w.people[member1].id, 0)
		two, _ := r.Of(w.people[member2].id, 0)
		if _, ok := r.Of(w.people[member3].id, 0); ok || r.Fresh || len(r.List) != 3 || one.No != 2 || one.ReadAt.IsZero() || two.No != 2 || !two.ReadAt.IsZero() {
			t.Errorf("receipts %+v", r)
		}
		f, err := w.s.Get(ctx(), w.act(member1), ref)
		w.must(err)
		if _, err := w.s.Receipts(ctx(), f); err == nil {
			t.Error("a member sees who has read")
		}
	})
}

// Each file has its own receipt, of members on the roll only and until the meeting is over.
func TestReceiptsOfFiles(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	files := &attachment.Service{DB: w.d, Temp: t.TempDir(), Owners: map[string]attachment.Owner{attachment.Meeting: w.s.Files()}}
	var picture bytes.Buffer
	w.must(png.Encode(&picture, image.NewGray(image.Rect(0, 0, 8, 8))))
	ref := w.invited(civil.Of(2026, 11, 10))
	file, err := files.Add(ctx(), w.act(committee), attachment.Of{Owner: attachment.Meeting, Ref: ref}, "tờ trình.png", "", "a", &picture)
	w.must(err)
	upper := access.Actor{AccountID: 9, PersonID: 9002, Grants: []access.Grant{{Role: access.RoleUpper, OrgID: w.town.ID, Path: w.town.Path}}}
	for _, who := range []access.Actor{w.act(member1), w.act(member1), upper} {
		_, err := files.Open(ctx(), who, file.Ref)
		w.must(err)
	}
	r := w.receipts(ref)
	if seen, ok := r.Of(w.people[member1].id, file.Ref.ID); !ok || seen.OpenedAt.IsZero() || len(r.List) != 1 {
		t.Errorf("receipts %+v", r)
	}
	w.write(func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE meeting SET state = 'closed' WHERE id = $1`, ref.ID)
		return err
	})
	_, err = files.Open(ctx(), w.act(member2), file.Ref)
	w.must(err)
	if r := w.receipts(ref); len(r.List) != 1 {
		t.Errorf("after the meeting: %+v", r)
	}
}
