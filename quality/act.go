package quality

import (
	"context"
	"strings"

	"chibo/access"
	"chibo/ballot"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/meeting"
)

// Point is what the cell gives for one line.
type Point struct {
	Criterion string
	Value10   int    // tenths of a point, 0 up to the line's Max10; on a sheet without points 0 or Max10
	Reason    string // required when it differs from what was proposed
}

// SetPoints gives points of the cell, all or none. version is that of the score as
// it was shown. Field errors: points.<criterion> and reason.<criterion>. Others:
// ErrNotFound, ErrSettled, ErrChanged, access.ErrForbidden.
func (s *Service) SetPoints(ctx context.Context, actor access.Actor, ref ident.Ref, in []Point, version int) (out Score, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		e, err := s.evidence(ctx, tx, ref)
		if err != nil {
			return err
		}
		if err := canScore(actor, e.Org); err != nil {
			return err
		}
		if out, err = s.load(ctx, tx, ref, e.set); err != nil {
			return err
		}
		if err := out.at(version, Proposed); err != nil {
			return err
		}
		changed, err := out.give(in)
		if err != nil {
			return err
		}
		if err := putLines(ctx, tx, out.Ref, changed); err != nil {
			return err
		}
		out.settle()
		if err := out.update(ctx, tx); err != nil {
			return err
		}
		return s.told(ctx, tx, actor, out, "points", map[string]any{"lines": len(changed)})
	})
	return out, err
}

// SetPoint gives the points of one line, whatever was changed on other lines
// meanwhile.
func (s *Service) SetPoint(ctx context.Context, actor access.Actor, ref ident.Ref, criterion string, value10 int, reason string) (Score, error) {
	return s.SetPoints(ctx, actor, ref, []Point{{Criterion: criterion, Value10: value10, Reason: reason}}, anyVersion)
}

// anyVersion is for an act that does not depend on what was shown.
const anyVersion = 0

// at checks that the score is as it was shown, and at one of the states.
func (s Score) at(version int, states ...State) error {
	for _, st := range states {
		if s.State != st {
			continue
		}
		if version != anyVersion && version != s.Version {
			return ErrChanged
		}
		return nil
	}
	if s.State == Proposed {
		return ErrNotConfirmed
	}
	return ErrSettled
}

// give puts points into the lines and gives those that were named.
func (s *Score) give(in []Point) ([]Line, error) {
	var f fault.Fields
	var changed []Line
	for _, p := range in {
		l := s.line(p.Criterion)
		if l == nil {
			f.Add("points."+p.Criterion, "quality.err.criterion", "Criterion", p.Criterion)
			continue
		}
		p.Reason = strings.TrimSpace(p.Reason)
		switch {
		case p.Value10 < 0 || p.Value10 > l.Max10:
			f.Add("points."+p.Criterion, "quality.err.range", "Max", l.Criterion.Max)
		case !s.HasPoints() && p.Value10 != 0 && p.Value10 != l.Max10:
			f.Add("points."+p.Criterion, "quality.err.met")
		case !l.Asked() && p.Value10 != l.Proposed10 && p.Reason == "":
			f.Add("reason."+p.Criterion, "quality.err.reason")
		}
		l.Self10, l.Reason = p.Value10, p.Reason
		changed = append(changed, *l)
	}
	return changed, f.Err()
}

// ConfirmIn says how the cell agreed.
type ConfirmIn struct {
	// VoteID is the vote of the meeting by which the cell agreed (ballot.Score). Zero
	// takes the last such vote that passed; where there is none, the cell agreed by
	// word and no vote is linked.
	VoteID  int64
	Version int // of the score, as it was shown; zero does not ask
}

// Confirm closes the cell's own score and puts it into the figures. Field errors:
// points.<criterion> for each line that nobody answered. Others: ErrVote, ErrSettled,
// ErrChanged, ErrNotFound, access.ErrForbidden.
func (s *Service) Confirm(ctx context.Context, actor access.Actor, ref ident.Ref, in ConfirmIn) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		e, err := s.evidence(ctx, tx, ref)
		if err != nil {
			return err
		}
		if err := canConfirm(actor, e.Org); err != nil {
			return err
		}
		score, err := s.load(ctx, tx, ref, e.set)
		if err != nil {
			return err
		}
		if err := score.at(in.Version, Proposed); err != nil {
			return err
		}
		if err := score.complete(); err != nil {
			return err
		}
		if score.VoteID, err = agreed(ctx, tx, ref, in.VoteID); err != nil {
			return err
		}
		score.State, score.ConfirmedAt = Confirmed, tx.Now()
		if err := score.update(ctx, tx); err != nil {
			return err
		}
		if err := putFigure(ctx, tx, score); err != nil {
			return err
		}
		if err := meeting.StepDone(ctx, tx, ref, meeting.StepScore, tx.Today()); err != nil {
			return err
		}
		return s.told(ctx, tx, actor, score, "confirm", map[string]any{"points10": score.Self10, "grade": score.SelfGrade})
	})
}

// complete refuses while a line is not answered.
func (s Score) complete() error {
	var f fault.Fields
	for _, l := range s.Questions() {
		f.Add("points."+l.Criterion.Code, "quality.err.unanswered")
	}
	return f.Err()
}

// ownerMeeting is how the votes of a meeting name their owner.
const ownerMeeting = "meeting"

// agreed gives the vote by which the cell agreed its score, 0 for none.
func agreed(ctx context.Context, q db.Q, ref ident.Ref, voteID int64) (int64, error) {
	votes, err := ballot.ByOwner(ctx, q, ref.Part, ownerMeeting, ref.ID)
	if err != nil {
		return 0, err
	}
	found := int64(0)
	for _, v := range votes {
		fits := v.Purpose == ballot.Score && !v.IsOpen() && v.Passed
		switch {
		case voteID == 0 && fits:
			found = v.Ref.ID
		case v.Ref.ID == voteID && fits:
			return voteID, nil
		}
	}
	if voteID != 0 {
		return 0, ErrVote
	}
	return found, nil
}
