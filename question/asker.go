package question

import (
	"context"
	"errors"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
)

// asks is the right of the asker, or of the cell committee for who cannot do it here.
func asks(t *turn) error {
	if t.own || MayEnter(t.actor, t.cell) {
		return nil
	}
	return access.ErrForbidden
}

// Read notes that the asker has read the answer, or that the cell committee has told it
// to who cannot read it here; Text says how it was told. It fails with field text, ErrState
// or ErrChanged.
func (s *Service) Read(ctx context.Context, actor access.Actor, ref ident.Ref, in Act) error {
	return s.act(ctx, actor, ref, in, asks, func(ctx context.Context, t *turn) error {
		if !t.q.Unread() {
			return ErrState
		}
		step := Step{Kind: StepRead, Own: t.own}
		t.joined = nil
		if !t.own {
			text, err := in.text("question.err.told")
			if err != nil {
				return err
			}
			step.Kind, step.Unit, step.Note = StepTold, t.cell.Name, text
		}
		t.q.ReadOn = t.tx.Today()
		return t.settle(ctx, step)
	})
}

// Again asks again, once, saying what is still open: after an answer the cell has it
// again, after the cell declined it the committee above. It fails with field text,
// ErrAskedTwice, ErrState or ErrChanged.
func (s *Service) Again(ctx context.Context, actor access.Actor, ref ident.Ref, in Act) error {
	return s.act(ctx, actor, ref, in, asks, func(ctx context.Context, t *turn) error {
		text, err := in.text("question.err.again")
		switch {
		case err != nil:
			return err
		case t.q.State.Open():
			return ErrState
		case t.q.Round > 1:
			return ErrAskedTwice
		}
		declined := t.q.State == Declined
		t.q.Round, t.q.State, t.q.JoinedTo, t.q.ReadOn, t.joined = 2, InCell, 0, civil.Date{}, nil
		if err := t.bring(ctx); err != nil {
			return err
		}
		if !t.holder.IsCell() {
			t.q.State = Above
		} else if declined {
			up, err := above(ctx, t.tx, t.holder)
			if err == nil {
				t.give(up)
				t.q.State = Above
			} else if !errors.Is(err, ErrTop) { // without a unit above the cell keeps it
				return err
			}
		}
		step := Step{Kind: StepAgain, Own: t.own, Note: text}
		if !t.own {
			step.Unit = t.cell.Name
		}
		if err := t.settle(ctx, step); err != nil {
			return err
		}
		return t.tellHolder(ctx, "question.again")
	})
}

// Agenda puts a question on the agenda of a meeting of its cell.
type Agenda struct {
	Question  ident.Ref
	CellID    int64
	MeetingID int64
	ItemID    int64
}

// PutOnAgenda notes that a question stands on an agenda, in the transaction of the
// meeting, which has checked who plans it. It fails with ErrNotFound for a question of
// another cell, and ErrState unless the cell has to decide on it.
func (s *Service) PutOnAgenda(ctx context.Context, tx *db.Tx, actor access.Actor, a Agenda) error {
	t, err := s.begin(ctx, tx, actor, a.Question, Act{})
	switch {
	case err != nil:
		return err
	case t.q.CellID != a.CellID:
		return ErrNotFound
	case t.q.State != InCell:
		return ErrState
	}
	t.q.State, t.q.MeetingID, t.q.ItemID = OnAgenda, a.MeetingID, a.ItemID
	if err := t.settle(ctx, Step{Kind: StepAgenda, Unit: t.cell.Name, MeetingID: a.MeetingID, ItemID: a.ItemID}); err != nil {
		return err
	}
	return t.tellAskers(ctx, "question.agenda")
}

// OffAgenda gives the questions of a meeting back to the cell whose items are gone:
// stays says which items still stand. It runs in the transaction of the meeting.
func (s *Service) OffAgenda(ctx context.Context, tx *db.Tx, actor access.Actor, meeting ident.Ref, cellID int64, stays func(item int64) bool) error {
	list, err := OnAgendaOf(ctx, tx, meeting, cellID)
	if err != nil {
		return err
	}
	for _, q := range list {
		if stays(q.ItemID) {
			continue
		}
		t, err := s.begin(ctx, tx, actor, q.Ref, Act{})
		if err != nil {
			return err
		}
		t.q.State, t.q.MeetingID, t.q.ItemID = InCell, 0, 0
		if err := t.settle(ctx, Step{Kind: StepOff, Unit: t.cell.Name, MeetingID: meeting.ID}); err != nil {
			return err
		}
	}
	return nil
}
