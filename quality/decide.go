package quality

import (
	"context"
	"strings"

	"chibo/access"
	"chibo/figure"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/meeting"
)

// DecideIn is an upper committee's decision.
type DecideIn struct {
	// Lines are the points of single criteria that differ from the cell's, in tenths; the
	// sum follows from them. nil: Points10 is the sum.
	Lines    map[string]int
	Points10 int    // tenths of a point; ignored on a sheet without points
	Grade    string // Pass or Fail on a sheet without points; with points it follows from them
	Reason   string // required when it differs from the cell's, when a decision is changed, and to settle an appeal
	Version  int    // of the score, as it was shown; zero does not ask
	Op       string // id made on the device; the same one again changes nothing
}

// Decide gives the official grade beside the cell's own (rules.md 3.05, 3.07), puts it
// into the figures and ends the conversation. A decision may be changed later, with a
// reason, until the cell has appealed. Field errors: points, grade, reason,
// upper.<criterion>. Others: ErrNotConfirmed, ErrChanged, ErrAppealed, ErrFinal,
// ErrNotFound, access.ErrForbidden.
func (s *Service) Decide(ctx context.Context, actor access.Actor, ref ident.Ref, in DecideIn) error {
	return s.say(ctx, actor, ref, act{op: in.Op, decides: true}, func(t *turn) error {
		if err := canDecide(actor, t.upper); err != nil {
			return err
		}
		if err := t.score.at(in.Version, Confirmed, Sent, Decided); err != nil {
			return err
		}
		switch {
		case !t.score.AppealedAt.IsZero():
			return ErrFinal
		case t.talk.State == Appealed:
			return ErrAppealed
		}
		if err := t.decide(ctx, in, false); err != nil {
			return err
		}
		return t.add(ctx, Entry{Kind: EntryDecide, Points10: t.score.Upper10, Grade: t.score.UpperGrade, Text: t.score.UpperReason})
	})
}

// Settle decides an appeal, for the committee that hears it; the grade is final then.
// Errors as Decide, and ErrTurn when there is no appeal.
func (s *Service) Settle(ctx context.Context, actor access.Actor, ref ident.Ref, in DecideIn) error {
	return s.say(ctx, actor, ref, act{op: in.Op, decides: true}, func(t *turn) error {
		if err := canDecide(actor, t.judge); err != nil {
			return err
		}
		if err := t.score.at(in.Version, Decided); err != nil {
			return err
		}
		if t.talk.State != Appealed {
			return ErrTurn
		}
		if err := t.decide(ctx, in, true); err != nil {
			return err
		}
		t.score.AppealedAt, t.side = t.tx.Now(), t.judge
		return t.add(ctx, Entry{Kind: EntrySettle, Points10: t.score.Upper10, Grade: t.score.UpperGrade, Text: t.score.UpperReason})
	})
}

// decide puts the decision into the score and ends the conversation.
func (t *turn) decide(ctx context.Context, in DecideIn, reasoned bool) error {
	in.Reason = strings.TrimSpace(in.Reason)
	before := t.score.Lines()
	if err := t.score.decide(in, reasoned); err != nil {
		return err
	}
	t.score.DecidedAt, t.score.DecidedBy, t.side = t.tx.Now(), t.actor.AccountID, t.upper
	if err := putUppers(ctx, t.tx, t.score.Ref, otherwise(before, t.score.Lines())); err != nil {
		return err
	}
	if t.talk.State != "" {
		t.talk.State = Over
	}
	return t.putFigure(ctx)
}

func (s *Score) decide(in DecideIn, reasoned bool) error {
	var f fault.Fields
	points10, grade := in.Points10, in.Grade
	if in.Lines != nil && s.HasPoints() {
		points10 = s.upperLines(in.Lines, &f)
	} else {
		s.upperLines(nil, &f)
	}
	switch {
	case !s.HasPoints():
		points10 = None
		if grade != Pass && grade != Fail {
			f.Add("grade", "quality.err.grade")
		}
	case points10 < 0 || points10 > s.Max10():
		f.Add("points", "quality.err.range", "Max", s.Sheet.Max)
	default:
		grade = s.gradeOf(points10, Line.Final10)
	}
	again := s.State == Decided
	if len(f) == 0 && in.Reason == "" && (reasoned || again || points10 != s.Self10 || grade != s.SelfGrade) {
		f.Add("reason", "quality.err.upper_reason")
	}
	if err := f.Err(); err != nil {
		return err
	}
	s.Upper10, s.UpperGrade, s.UpperReason, s.State = points10, grade, in.Reason, Decided
	return nil
}

// upperLines puts the committee's points beside those of the cell and gives the sum.
func (s *Score) upperLines(given map[string]int, f *fault.Fields) (sum int) {
	for code := range given {
		if s.line(code) == nil {
			f.Add("upper."+code, "quality.err.criterion", "Criterion", code)
		}
	}
	for g := range s.Groups {
		for i := range s.Groups[g].Lines {
			l := &s.Groups[g].Lines[i]
			l.Upper10 = None
			if n, ok := given[l.Criterion.Code]; ok && n != l.Self10 {
				if n < 0 || n > l.Max10 {
					f.Add("upper."+l.Criterion.Code, "quality.err.range", "Max", l.Criterion.Max)
				}
				l.Upper10 = n
			}
			sum += l.Final10()
		}
	}
	return sum
}

// otherwise gives the lines whose points of the committee are others than before: most
// decisions change none, and the rest of a line stays in any case.
func otherwise(before, after []Line) (out []Line) {
	for i, l := range after {
		if l.Upper10 != before[i].Upper10 {
			out = append(out, l)
		}
	}
	return out
}

// putFigure tells the figures of the cell's month; only the regular meeting counts there.
func (t *turn) putFigure(ctx context.Context) error {
	if t.score.Kind != meeting.Regular {
		return nil
	}
	points10, grade := t.score.Final()
	return figure.PutScoreOver(ctx, t.tx, t.score.figureKey(), t.before, points10, grade)
}

func putFigure(ctx context.Context, tx *db.Tx, score Score) error {
	if score.Kind != meeting.Regular {
		return nil
	}
	points10, grade := score.Final()
	return figure.PutScore(ctx, tx, score.figureKey(), points10, grade)
}

func (s Score) figureKey() figure.Key {
	return figure.Key{Part: s.Ref.Part, Month: s.Month, CellID: s.CellID}
}
