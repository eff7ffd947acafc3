package meeting_test

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"

	"chibo/ballot"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/meeting"
)

func TestAdjournRefuses(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	ref := w.opened(civil.Of(2026, 11, 10))
	adjourn := func() error { return w.s.Adjourn(ctx(), w.act(secretary), ref, w.get(ref).Version) }
	err := adjourn()
	is(t, err, meeting.ErrRollOpen)
	w.callAll(ref)
	w.decide(ref)
	is(t, adjourn(), meeting.ErrNotAdopted)
	vote, err := w.s.OpenVote(ctx(), w.act(committee), ref, "", meeting.PurposeResolution)
	w.must(err)
	is(t, adjourn(), meeting.ErrVoteOpen)
	v := w.get(ref).Votes[0]
	if blockers := w.get(ref).Blockers; len(blockers) != 2 {
		t.Errorf("blockers %v", blockers)
	}
	_, err = w.s.CloseByHands(ctx(), w.act(committee), ref, vote.ID, ballot.Hands{Yes: 2, No: 5}, v.Version)
	w.must(err)
	is(t, adjourn(), meeting.ErrNotAdopted) // it failed; the draft is open again
	w.decide(ref)
	w.adopt(ref)
	is(t, w.s.Adjourn(ctx(), w.act(secretary), ref, w.get(ref).Version-1), meeting.ErrStale)
	if n := w.count(`SELECT COUNT(*) FROM document`) + w.count(`SELECT COUNT(*) FROM task`); n != 0 {
		t.Errorf("%d papers and tasks of refused closings", n)
	}
	w.must(adjourn())
	is(t, adjourn(), meeting.ErrAlreadyClosed)
	_, err = w.s.SaveText(ctx(), w.act(secretary), ref, meeting.FieldConclusion, "sau", nil)
	is(t, err, meeting.ErrAlreadyClosed)
	is(t, w.s.StartItem(ctx(), w.act(secretary), ref, 0), meeting.ErrAlreadyClosed)
	_, err = w.s.OpenVote(ctx(), w.act(secretary), ref, "", meeting.PurposeAgenda)
	is(t, err, meeting.ErrAlreadyClosed)
}

// Two people close the same meeting at the same moment: one set of papers, one of tasks.
func TestAdjournTwiceAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ref := w.ready(civil.Of(2026, 11, 10))
		version := w.get(ref).Version
		errs := both(func(i int) error { return w.s.Adjourn(ctx(), w.act(i), ref, version) })
		if len(errs) != 1 || !errors.Is(errs[0], meeting.ErrAlreadyClosed) {
			t.Errorf("errors %v, want one ErrAlreadyClosed", errs)
		}
		docs, tasks := w.count(`SELECT COUNT(*) FROM document`), w.count(`SELECT COUNT(*) FROM task`)
		if docs != 2 || tasks != 1 || w.count(`SELECT MAX(last) FROM document_number`) != 1 {
			t.Errorf("%d papers, %d tasks", docs, tasks)
		}
	})
}

// What the handlers are told of the meeting is what its evidence says.
func TestHandlersAreToldTheEvidence(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.lastMonth()
		ref := w.opened(civil.Of(2026, 11, 10))
		w.callAll(ref)
		it := w.get(ref).Items
		w.must(w.s.StartItem(ctx(), w.act(committee), ref, it[1].ID))
		_, err := w.s.AddOpinion(ctx(), w.act(member1), ref, meeting.OpinionIn{Text: "Nên làm trước Tết"})
		w.must(err)
		w.decide(ref)
		w.adopt(ref)
		w.clk.Advance(20 * time.Minute) // the item is still under way when the meeting closes
		told := 0
		w.s.OnClosed = append(w.s.OnClosed, func(ctx context.Context, tx *db.Tx, _ meeting.Meeting, e meeting.EvidenceFacts) error {
			want, err := w.s.Evidence(ctx, tx, ref)
			if told++; !reflect.DeepEqual(e, want) || e.Minutes != 20 || e.Speakers != 1 || e.State != meeting.Closed {
				t.Errorf("told\n%+v, the evidence is\n%+v", e, want)
			}
			return err
		})
		w.must(w.s.Adjourn(ctx(), w.act(secretary), ref, w.get(ref).Version))
		if told != 1 {
			t.Errorf("told %d times", told)
		}
	})
}

// A handler that refuses takes everything back.
func TestAdjournIsOneAct(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ref := w.ready(civil.Of(2026, 11, 10))
		no := errors.New("no")
		w.s.OnClosed = []func(context.Context, *db.Tx, meeting.Meeting, meeting.EvidenceFacts) error{
			func(_ context.Context, _ *db.Tx, m meeting.Meeting, _ meeting.EvidenceFacts) error {
				if m.State != meeting.Closed || m.ClosedAt.IsZero() {
					t.Errorf("told of %+v", m)
				}
				return no
			},
		}
		w.told = nil
		is(t, w.s.Adjourn(ctx(), w.act(secretary), ref, w.get(ref).Version), no)
		w.nothing(ref)
		if len(w.told) != 0 {
			t.Errorf("screens were told %v", w.told)
		}
		w.s.OnClosed = nil
		w.must(w.s.Adjourn(ctx(), w.act(secretary), ref, w.get(ref).Version))
		if len(w.told) == 0 {
			t.Error("screens were not told")
		}
	})
}

// nothing wants a meeting that is open and has left no trace of a closing.
func (w *world) nothing(ref ident.Ref) {
	w.t.Helper()
	f := w.get(ref)
	docs, tasks := w.count(`SELECT COUNT(*) FROM document`), w.count(`SELECT COUNT(*) FROM task`)
	months, blobs := w.count(`SELECT COUNT(*) FROM cell_month WHERE met_day <> ''`), w.count(`SELECT COUNT(*) FROM blob`)
	if f.State != meeting.Opened || docs+tasks+months+blobs != 0 {
		w.t.Errorf("state %s, %d papers, %d tasks, %d figures, %d files", f.State, docs, tasks, months, blobs)
	}
}

// A meeting without decisions and without a vote has minutes and no resolution.
func TestMinutesOnly(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	ref := w.opened(civil.Of(2026, 11, 10))
	w.callAll(ref)
	w.must(w.s.Adjourn(ctx(), w.act(secretary), ref, w.get(ref).Version))
	f := w.get(ref)
	if len(f.Documents) != 1 || f.Documents[0].Kind != meeting.PaperMinutes {
		t.Errorf("papers %+v", f.Documents)
	}
}

func TestSendRefuses(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	ref := w.ready(civil.Of(2026, 11, 10))
	is(t, w.s.Send(ctx(), w.act(secretary), ref), meeting.ErrState)
	w.must(w.s.Adjourn(ctx(), w.act(secretary), ref, w.get(ref).Version))
	no := fault.New(fault.Conflict, "quality.err.none")
	w.s.OnSent = []func(context.Context, *db.Tx, meeting.Meeting) error{
		func(context.Context, *db.Tx, meeting.Meeting) error { return no },
	}
	is(t, w.s.Send(ctx(), w.act(secretary), ref), no)
	w.s.OnSent = nil
	w.must(w.s.Send(ctx(), w.act(deputy), ref))
	is(t, w.s.Send(ctx(), w.act(deputy), ref), meeting.ErrState)
}

// The next month begins with what this one left: place of the text, tasks, the next
// number of each paper.
func TestNextMonth(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	ref := w.opened(civil.Of(2026, 11, 10))
	_, err := w.s.SaveText(ctx(), w.act(secretary), ref, meeting.FieldDirection, "Phương hướng tháng 11", nil)
	w.must(err)
	w.callAll(ref)
	w.decide(ref)
	w.adopt(ref)
	w.must(w.s.Adjourn(ctx(), w.act(secretary), ref, w.get(ref).Version))
	next := w.opened(civil.Of(2026, 12, 3))
	f := w.get(next)
	if f.Direction != "Phương hướng tháng 11" || len(f.Tasks) != 1 || f.ClerkID != w.people[committee].id {
		t.Errorf("direction %q, %d tasks", f.Direction, len(f.Tasks))
	}
	w.callAll(next)
	w.must(w.s.Adjourn(ctx(), w.act(secretary), next, w.get(next).Version))
	if docs := w.get(next).Documents; len(docs) != 1 || docs[0].Symbol != "02-BB/CB" {
		t.Errorf("papers %+v", docs)
	}
	list, err := w.s.List(ctx(), w.act(member1), w.cell.ID, 10)
	if err != nil || len(list) != 2 || list[0].Month != 202612 || list[0].Due != 10 || list[0].Present != 8 {
		t.Errorf("list %+v %v", list, err)
	}
	run := 0
	w.must(w.d.Read(ctx(), func(q db.Q) error {
		e, err := w.s.Evidence(ctx(), q, next)
		run = e.MaxExcusedRun
		return err
	}))
	if run != 2 {
		t.Errorf("a member excused twice in a row gives a run of %d", run)
	}
}
