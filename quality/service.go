package quality

import (
	"context"
	"slices"

	"chibo/access"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/meeting"
	"chibo/rulebook"
)

// Service has the use cases. DB, Book and Evidence are required.
type Service struct {
	DB   *db.DB
	Book *rulebook.Book

	// Evidence gives the recorded facts of a meeting: that of package meeting.
	Evidence func(ctx context.Context, q db.Q, ref ident.Ref) (meeting.EvidenceFacts, error)

	// Live is told after the commit that the screens of a meeting should look again, as
	// meeting.Service.Live; nil tells nobody.
	Live func(topic, name string)
}

// LiveScore is the name that Live is told.
const LiveScore = "score"

// Score proposes points for a meeting from its records and keeps the proposal. Said
// again it looks again: points that a person gave stay, the others follow the
// evidence. Errors: ErrNotHeld, ErrNoSheet, ErrSettled, access.ErrForbidden.
func (s *Service) Score(ctx context.Context, actor access.Actor, ref ident.Ref) (out Score, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		e, err := s.evidence(ctx, tx, ref)
		if err != nil {
			return err
		}
		if err := canScore(actor, e.Org); err != nil {
			return err
		}
		out, err = s.propose(ctx, tx, ref, e)
		if err != nil {
			return err
		}
		return s.told(ctx, tx, actor, out, "propose", map[string]any{"sheet": out.SheetCode})
	})
	return out, err
}

func (s *Service) evidence(ctx context.Context, q db.Q, ref ident.Ref) (evidence, error) {
	facts, err := s.Evidence(ctx, q, ref)
	if err != nil {
		return evidence{}, err
	}
	return s.weighed(facts), nil
}

// weighed puts the rules of their day to the facts.
func (s *Service) weighed(facts meeting.EvidenceFacts) evidence {
	return evidence{EvidenceFacts: facts, set: s.Book.At(facts.Day, facts.Org.Path)}
}

// sheetOf gives the sheet for a meeting, ErrNoSheet when it cannot be scored.
func sheetOf(e evidence) (rulebook.Sheet, error) {
	sheet := e.set.Sheet(e.Kind)
	if sheet.Code == "" || !sheet.Complete {
		return rulebook.Sheet{}, ErrNoSheet
	}
	return sheet.For(flags(e)...), nil
}

// flagThematic brings in the criteria of a month with a theme (rulebook Criterion.When).
const flagThematic = "thematic"

func flags(e evidence) []string {
	if e.Kind == meeting.Thematic || e.ContentMinutes[contentTheme] > 0 {
		return []string{flagThematic}
	}
	return nil
}

// propose writes the proposal in the caller's transaction.
func (s *Service) propose(ctx context.Context, tx *db.Tx, ref ident.Ref, e evidence) (Score, error) {
	e.today = tx.Today()
	if !e.over() && e.State != meeting.Opened {
		return Score{}, ErrNotHeld
	}
	sheet, err := sheetOf(e)
	if err != nil {
		return Score{}, err
	}
	score, err := ByMeeting(ctx, tx, ref)
	held := map[string]point{}
	switch {
	case fault.KindOf(err) == fault.NotFound:
		score = Score{
			Ref: ident.Ref{Part: ref.Part, ID: tx.ID()}, Meeting: ref, CellID: e.Org.ID, Month: e.Month, Kind: e.Kind,
			Upper10: None, State: Proposed,
		}
	case err != nil:
		return Score{}, err
	case score.State != Proposed:
		return Score{}, ErrSettled
	default:
		if held, err = points(ctx, tx, score.Ref); err != nil {
			return Score{}, err
		}
	}
	score.SheetCode, score.Sheet, score.Groups = sheet.Code, sheet, grouped(sheet, e, held)
	score.settle()
	if score.Version == 0 {
		score.Version = 1
		_, err = tx.Exec(ctx, insertSQL, score.row()...)
	} else {
		err = score.update(ctx, tx)
	}
	if err != nil {
		return Score{}, err
	}
	return score, putLines(ctx, tx, score.Ref, score.Lines())
}

// grouped makes the lines of a proposal. What a person gave stays: an answer to a
// question, or other points with their reason.
func grouped(sheet rulebook.Sheet, e evidence, held map[string]point) []Group {
	f := e.measures()
	groups := make([]Group, len(sheet.Criteria))
	for i, c := range sheet.Criteria {
		groups[i].Criterion = c
		for _, leaf := range c.Leaves() {
			l := Line{Criterion: leaf, Max10: leaf.Max * 10, Proposed10: None, Self10: None, Upper10: None, Evidence: e.of(leaf, f)}
			if tenths, ok := leaf.Propose(f); ok {
				l.Proposed10, l.Self10 = tenths, tenths
			}
			if p, ok := held[leaf.Code]; ok && p.self10 != None && (p.reason != "" || l.Asked()) {
				l.Self10, l.Reason = min(p.self10, l.Max10), p.reason
			}
			groups[i].Lines = append(groups[i].Lines, l)
		}
	}
	return groups
}

// load gives a score with its sheet and lines.
func (s *Service) load(ctx context.Context, q db.Q, ref ident.Ref, set rulebook.Set) (Score, error) {
	score, err := ByMeeting(ctx, q, ref)
	if err != nil {
		return Score{}, err
	}
	kept, err := points(ctx, q, score.Ref)
	if err != nil {
		return Score{}, err
	}
	score.fill(set.SheetByCode(score.SheetCode), kept)
	return score, nil
}

// fill puts the stored points into the sheet. A criterion that waits for a theme is
// in when the score has points for it.
func (s *Score) fill(sheet rulebook.Sheet, kept map[string]point) {
	var in []string
	for _, c := range sheet.Leaves() {
		if _, ok := kept[c.Code]; ok && c.When != "" && !slices.Contains(in, c.When) {
			in = append(in, c.When)
		}
	}
	s.Sheet, s.Groups = sheet.For(in...), nil
	for _, c := range s.Sheet.Criteria {
		g := Group{Criterion: c}
		for _, leaf := range c.Leaves() {
			l := Line{Criterion: leaf, Max10: leaf.Max * 10, Proposed10: None, Self10: None, Upper10: None}
			if p, ok := kept[leaf.Code]; ok {
				l.Proposed10, l.Self10, l.Upper10, l.Reason, l.Evidence = p.proposed10, p.self10, p.upper10, p.reason, p.evidence
			}
			g.Lines = append(g.Lines, l)
		}
		s.Groups = append(s.Groups, g)
	}
	total, grade := s.Self10, s.SelfGrade
	s.settle() // the sums of the groups; the stored total stays as it was agreed
	s.Self10, s.SelfGrade = total, grade
}
