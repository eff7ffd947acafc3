package quality

import (
	"context"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/org"
	"chibo/rulebook"
)

// View is a score as a page shows it, with what was said about it and what this actor
// may do.
type View struct {
	Score
	Cell     org.Unit
	Upper    org.Unit // directly above; zero: nobody
	Judge    org.Unit // who settles an appeal
	Talk     Talk
	Said     []Entry
	Disputes []Entry    // those that the cell has still to answer
	AppealBy civil.Date // last day for an appeal; zero before a decision
	Today    civil.Date

	MayScore   bool
	MayConfirm bool
	MayDispute bool
	MayAnswer  bool
	MayDecide  bool
	MayAppeal  bool
	MaySettle  bool
}

// Open gives a meeting's score with its lines, for whoever may read the cell, or
// ErrNotFound before the first proposal.
func (s *Service) Open(ctx context.Context, actor access.Actor, ref ident.Ref) (v View, err error) {
	err = s.DB.Read(ctx, func(q db.Q) error {
		head, err := ByMeeting(ctx, q, ref)
		if err != nil {
			return err
		}
		if v.Cell, err = org.ByID(ctx, q, head.CellID); err != nil {
			return err
		}
		if err := canSee(actor, v.Cell); err != nil {
			return err
		}
		if v.Score, err = s.load(ctx, q, ref, s.Book.At(head.Month.Last(), v.Cell.Path)); err != nil {
			return err
		}
		return s.openTalk(ctx, q, &v)
	})
	if err != nil {
		return View{}, err
	}
	v.rights(actor.Quiet())
	return v, nil
}

func (s *Service) openTalk(ctx context.Context, q db.Q, v *View) (err error) {
	v.Today = civil.From(s.DB.Clock().Now())
	if v.Talk, err = talkOf(ctx, q, v.Ref); err != nil {
		return err
	}
	if v.Said, err = entries(ctx, q, v.Ref); err != nil {
		return err
	}
	if v.Upper, err = directUpper(ctx, q, v.Cell); err != nil {
		return err
	}
	set := s.Book.At(v.Today, v.Cell.Path)
	to := v.Talk.AppealTo
	if to == "" {
		to = set.Text(rulebook.ScoreAppealTo)
	}
	if v.Judge, err = judge(ctx, q, v.Upper, to); err != nil {
		return err
	}
	v.Disputes = Disputed(v.Said)
	if v.State == Decided && !v.DecidedAt.IsZero() {
		v.AppealBy = appealBy(v.Score, set)
	}
	return nil
}

func (v *View) rights(actor access.Actor) {
	upper, lead := canDecide(actor, v.Upper) == nil, canConfirm(actor, v.Cell) == nil
	appealed := v.Talk.State == Appealed || !v.AppealedAt.IsZero()
	v.MayScore = v.State == Proposed && canScore(actor, v.Cell) == nil
	v.MayConfirm = v.State == Proposed && lead
	v.MayDispute = upper && (v.State == Confirmed || v.State == Sent)
	v.MayAnswer = lead && v.Talk.State == Asked
	v.MayDecide = upper && v.State != Proposed && !appealed
	v.MayAppeal = lead && v.State == Decided && !appealed && v.Upper.ID != 0 && !v.Today.After(v.AppealBy)
	v.MaySettle = v.Talk.State == Appealed && canDecide(actor, v.Judge) == nil
}
