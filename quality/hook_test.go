package quality_test

import (
	"context"
	"errors"
	"testing"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/meeting"
	"chibo/quality"
)

// Who may do what, as access.go says.
func TestRights(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t, dbtest.New(t))
	nobody := access.Actor{AccountID: 1}
	refused := func(name string, err error) {
		t.Helper()
		if !errors.Is(err, access.ErrForbidden) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := w.s.Score(ctx, w.member, w.ref)
	refused("a member proposes", err)
	_, err = w.s.Score(ctx, w.upper, w.ref)
	refused("the committee above proposes", err)
	w.answer(t, w.score(t))
	_, err = w.s.SetPoint(ctx, w.upper, w.ref, "A5", 10, "")
	refused("the committee above gives the cell's points", err)
	refused("the cell committee confirms", w.s.Confirm(ctx, w.committee, w.ref, quality.ConfirmIn{}))
	if err := w.s.Confirm(ctx, w.lead, w.ref, quality.ConfirmIn{}); err != nil {
		t.Fatal(err)
	}
	refused("the cell decides", w.s.Decide(ctx, w.lead, w.ref, quality.DecideIn{Points10: 1000}))
	_, err = w.s.Open(ctx, nobody, w.ref)
	refused("a stranger reads", err)
	if err := w.s.Decide(ctx, w.upper, w.ref, quality.DecideIn{Points10: 1000}); err != nil {
		t.Errorf("the committee above decides as the cell did: %v", err)
	}
	other := ident.Ref{Part: w.ref.Part, ID: w.ref.ID + 1}
	if _, err := w.s.Open(ctx, w.lead, other); !errors.Is(err, quality.ErrNotFound) {
		t.Errorf("no score: %v", err)
	}
}

// What meeting asks and tells.
func TestHooks(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t, dbtest.New(t))
	m := meeting.Meeting{Ref: w.ref, OrgID: w.facts.Org.ID, Kind: w.facts.Kind}
	line := func() (l meeting.ScoreLine, ok bool) {
		t.Helper()
		err := w.d.Read(ctx, func(q db.Q) (err error) {
			l, ok, err = w.s.LineFor(ctx, q, w.ref)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return l, ok
	}
	if _, ok := line(); ok {
		t.Error("a line without a score")
	}
	goneUp := func() error {
		return w.d.Write(ctx, func(tx *db.Tx) error { return w.s.GoneUp(ctx, tx, m) })
	}
	if err := goneUp(); !errors.Is(err, quality.ErrNotConfirmed) {
		t.Errorf("sent without a score: %v", err)
	}
	write(t, w.d, func(ctx context.Context, tx *db.Tx) error { return w.s.Closed(ctx, tx, m, *w.facts) })
	if l, ok := line(); !ok || l.Settled || l.Self10 != quality.None || len(l.Rows) != 7 || l.Max10 != 1000 {
		t.Errorf("proposed by itself: %+v", l)
	}
	if err := goneUp(); !errors.Is(err, quality.ErrNotConfirmed) {
		t.Errorf("sent before the cell agreed: %v", err)
	}
	s, err := w.s.Open(ctx, w.committee, w.ref)
	if err != nil {
		t.Fatal(err)
	}
	w.answer(t, s.Score)
	if err := w.s.Confirm(ctx, w.lead, w.ref, quality.ConfirmIn{}); err != nil {
		t.Fatal(err)
	}
	if l, _ := line(); !l.Settled || l.Grade != "Tốt" || l.Self10 != 1000 || l.Rows[5].Self10 != 300 {
		t.Errorf("confirmed: %+v", l)
	}
	write(t, w.d, func(ctx context.Context, tx *db.Tx) error { return w.s.Closed(ctx, tx, m, *w.facts) })
	if err := goneUp(); err != nil {
		t.Fatal(err)
	}
	if v, _ := w.s.Open(ctx, w.lead, w.ref); v.State != quality.Sent {
		t.Errorf("state %q", v.State)
	}
}

// Past scores come in whole and are shown as they were.
func TestAddAll(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		w := newWorld(t, d)
		sheet := w.s.Book.At(civil.Of(2026, 3, 3), "").Sheet("regular")
		groups := make([]quality.Group, 0, len(sheet.Criteria))
		for _, c := range sheet.Criteria {
			g := quality.Group{Criterion: c}
			for _, leaf := range c.Leaves() {
				g.Lines = append(g.Lines, quality.Line{Criterion: leaf, Max10: leaf.Max * 10, Proposed10: leaf.Max * 10, Self10: leaf.Max * 10})
			}
			groups = append(groups, g)
		}
		write(t, d, func(ctx context.Context, tx *db.Tx) error {
			return quality.AddAll(ctx, tx, []quality.Score{{
				Ref: ident.Ref{Part: w.ref.Part}, Meeting: w.ref, CellID: w.facts.Org.ID, Month: 202603, SheetCode: "A",
				Self10: 1000, SelfGrade: "good", Upper10: 950, UpperGrade: "good", State: quality.Decided, Groups: groups,
			}})
		})
		v, err := w.s.Open(ctx, w.member, w.ref)
		if err != nil || v.Self10 != 1000 || v.Upper10 != 950 || len(v.Groups) != 7 || v.Groups[5].Self10 != v.Groups[5].Max10 {
			t.Fatalf("%+v, %v", v.Score.Self10, err)
		}
		err = d.Read(ctx, func(q db.Q) error {
			list, err := quality.OfCell(ctx, q, w.ref.Part, w.facts.Org.ID, 5)
			if len(list) != 1 || list[0].Meeting != w.ref {
				t.Errorf("%+v", list)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
