package quality

import (
	"context"
	"errors"

	"chibo/access"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/meeting"
	"chibo/org"
)

// LineFor gives the score of a meeting as its papers show it, for
// meeting.Service.ScoreFor. false: there is none yet.
func (s *Service) LineFor(ctx context.Context, q db.Q, ref ident.Ref) (meeting.ScoreLine, bool, error) {
	head, err := ByMeeting(ctx, q, ref)
	if errors.Is(err, ErrNotFound) {
		return meeting.ScoreLine{}, false, nil
	}
	if err != nil {
		return meeting.ScoreLine{}, false, err
	}
	cell, err := org.ByID(ctx, q, head.CellID)
	if err != nil {
		return meeting.ScoreLine{}, false, err
	}
	score, err := s.load(ctx, q, ref, s.Book.At(head.Month.Last(), cell.Path))
	if err != nil {
		return meeting.ScoreLine{}, false, err
	}
	line := meeting.ScoreLine{
		Title: score.Sheet.Title.Vi, Self10: score.Self10, Max10: score.Max10(),
		Grade: score.Sheet.Band(score.SelfGrade).Title.Vi, Settled: score.State != Proposed,
	}
	for _, g := range score.Groups {
		row := meeting.ScoreRow{Code: g.Criterion.Code, Name: g.Criterion.Title.Vi, Max10: g.Max10, Self10: g.Self10}
		if !score.HasPoints() {
			row.Mark, row.Self10 = score.mark(g), None
		}
		line.Rows = append(line.Rows, row)
	}
	return line, true, nil
}

// mark says in Vietnamese whether a group is met; empty while a line is not answered.
func (s Score) mark(g Group) string {
	switch {
	case g.Self10 == None:
		return ""
	case g.Met():
		return s.Sheet.Band(Pass).Title.Vi
	}
	return s.Sheet.Band(Fail).Title.Vi
}

// Closed proposes the score of a meeting that has just been closed, so that the
// secretary finds it ready: for meeting.Service.OnClosed. A meeting without a sheet,
// and a score that the cell has confirmed before, stay as they are.
func (s *Service) Closed(ctx context.Context, tx *db.Tx, m meeting.Meeting, facts meeting.EvidenceFacts) error {
	score, err := s.propose(ctx, tx, m.Ref, s.weighed(facts))
	if errors.Is(err, ErrNoSheet) || errors.Is(err, ErrSettled) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.told(ctx, tx, access.System(), score, "propose", map[string]any{"sheet": score.SheetCode})
}

// GoneUp marks the score as sent with the papers: for meeting.Service.OnSent. It
// refuses with ErrNotConfirmed while the cell has not agreed a score that the
// rules ask for.
func (s *Service) GoneUp(ctx context.Context, tx *db.Tx, m meeting.Meeting) error {
	e, err := s.evidence(ctx, tx, m.Ref)
	if err != nil {
		return err
	}
	score, err := ByMeeting(ctx, tx, m.Ref)
	switch {
	case errors.Is(err, ErrNotFound):
		if _, none := sheetOf(e); none != nil {
			return nil
		}
		return ErrNotConfirmed
	case err != nil:
		return err
	case score.State == Proposed:
		return ErrNotConfirmed
	case score.State != Confirmed:
		return nil
	}
	score.State = Sent
	return score.update(ctx, tx)
}
