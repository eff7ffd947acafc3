package quality

import (
	"context"
	"slices"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/org"
)

// DeskLine is a score on a committee's desk.
type DeskLine struct {
	Score
	Cell string
	Talk Talk
}

// Desk is what a committee has to do with scores, and what it waits for.
type Desk struct {
	Unit    org.Unit
	Today   civil.Date
	Serves  bool       // the actor decides for this committee
	Decide  []DeskLine // its turn: to decide, the answered conversations first
	Asked   []DeskLine // the cells' turn
	Appeals []DeskLine // it settles them
	Cut     bool       // there are more than are listed
}

// deskMost is how many lines a part of the desk lists.
const deskMost = 100

const (
	deskScoresSQL = `SELECT ` + columns + `, o.short, COALESCE(t.state, ''), COALESCE(t.appeal_to, ''), COALESCE(t.due, '')
  FROM org o JOIN score s ON s.part_id = o.part_id AND s.cell_id = o.id
             LEFT JOIN score_talk t ON t.part_id = s.part_id AND t.score_id = s.id
 WHERE o.parent_id = $1 AND o.path >= $2 AND o.path < $3 AND s.state IN ('confirmed', 'sent') ORDER BY s.month, o.seq, o.id LIMIT $4`

	deskAppealsSQL = `SELECT ` + columns + `, o.short, t.state, t.appeal_to, t.due
  FROM org o JOIN org p ON p.id = o.parent_id
             JOIN score_talk t ON t.part_id = o.part_id AND t.cell_id = o.id
             JOIN score s ON s.part_id = t.part_id AND s.id = t.score_id
 WHERE o.path >= $2 AND o.path < $3 AND t.state = 'appealed'
   AND (t.appeal_to = 'above' AND p.parent_id = $1 OR (t.appeal_to = 'direct' OR p.parent_id IS NULL) AND p.id = $1) ORDER BY t.due, o.id LIMIT $4`
)

// DeskOf gives the desk of a committee, for who decides scores at or above it.
func (s *Service) DeskOf(ctx context.Context, actor access.Actor, unitID int64) (d Desk, err error) {
	d.Today = civil.From(s.DB.Clock().Now())
	err = s.DB.Read(ctx, func(q db.Q) error {
		if d.Unit, err = org.ByID(ctx, q, unitID); err != nil {
			return err
		}
		scope, err := access.For(actor, access.ScoreDecide, d.Unit.Access())
		if err != nil {
			return err
		}
		d.Serves = canDecide(actor.Quiet(), d.Unit) == nil
		waiting, err := deskLines(ctx, q, scope, deskScoresSQL)
		if err != nil {
			return err
		}
		d.Cut = len(waiting) == deskMost
		for _, l := range waiting {
			if l.Talk.State == Asked {
				d.Asked = append(d.Asked, l)
			} else {
				d.Decide = append(d.Decide, l)
			}
		}
		slices.SortStableFunc(d.Decide, func(a, b DeskLine) int { return first(a.Talk.State == Answered, b.Talk.State == Answered) })
		d.Appeals, err = deskLines(ctx, q, scope, deskAppealsSQL)
		return err
	})
	return d, err
}

// first puts what is so before what is not.
func first(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

func deskLines(ctx context.Context, q db.Q, scope access.Scope, query string) ([]DeskLine, error) {
	lo, hi := scope.Range()
	return db.List(ctx, q, func(r db.Scanner) (l DeskLine, err error) {
		l.Score, err = scanScore(scanAfter{r, []any{&l.Cell, &l.Talk.State, &l.Talk.AppealTo, &l.Talk.Due}})
		return l, err
	}, query, scope.Unit().ID, lo, hi, deskMost)
}

// scanAfter scans more values after those that are asked for.
type scanAfter struct {
	db.Scanner
	more []any
}

func (s scanAfter) Scan(to ...any) error { return s.Scanner.Scan(append(to, s.more...)...) }

// Turn is a conversation about a score in which it is a cell's turn.
type Turn struct {
	Meeting ident.Ref
	Month   civil.Month
	Due     civil.Date // last day to answer
}

// Left gives the days to the last one; below zero: over.
func (t Turn) Left(today civil.Date) int { return t.Due.Sub(today) }

const turnsSQL = `SELECT s.part_id, s.meeting_id, s.month, t.due FROM score_talk t JOIN score s ON s.part_id = t.part_id AND s.id = t.score_id
 WHERE t.part_id = $1 AND t.cell_id = $2 AND t.state <> 'closed' AND t.state = 'asked' ORDER BY t.due, t.score_id`

// TurnsOf gives the conversations that wait for the cell, the nearest day first, to its
// committee; nothing to others.
func TurnsOf(ctx context.Context, q db.Q, actor access.Actor, cell org.Unit) ([]Turn, error) {
	if !actor.Quiet().Can(access.Prepare, cell.Access()) {
		return nil, nil
	}
	return db.List(ctx, q, func(r db.Scanner) (t Turn, err error) {
		return t, r.Scan(&t.Meeting.Part, &t.Meeting.ID, &t.Month, &t.Due)
	}, turnsSQL, cell.PartID, cell.ID)
}
