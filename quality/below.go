package quality

import (
	"context"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/tree"
	"chibo/org"
	"chibo/rulebook"
)

// LateBelow is how many conversations about scores have passed their day, counted where
// the unit stands whose turn it is.
type LateBelow struct {
	Under map[int64]int // by unit right below
	Own   int           // the turn of the committee itself
}

// From the parts p of a scope to their few open conversations (score_talk_open). The day is
// said on an expression: SQLite would take the index of days, once for each part.
const lateBelowSQL = `SELECT o.path, t.state, t.appeal_to FROM org p CROSS JOIN score_talk t CROSS JOIN org o
 WHERE p.id = p.part_id AND p.path >= $1 AND p.path < $2 AND t.part_id = p.id AND t.state <> 'closed' AND t.due <> '' AND t.due || '' < $3
   AND o.id = t.cell_id AND o.path >= $1 AND o.path < $2`

// LateBelowOf counts the conversations that LateIn lists, for a committee above very many
// cells, without reading the cells.
func LateBelowOf(ctx context.Context, q db.Q, scope access.Scope, u org.Unit, day civil.Date) (LateBelow, error) {
	type talk struct {
		cell tree.Path
		Talk
	}
	lo, hi := scope.Range()
	list, err := db.List(ctx, q, func(r db.Scanner) (t talk, err error) {
		err = r.Scan(&t.cell, &t.State, &t.AppealTo)
		return t, err
	}, lateBelowSQL, lo, hi, day)
	out := LateBelow{Under: map[int64]int{}}
	for _, t := range list {
		switch turn := t.turn(t.cell); {
		case turn == u.Path:
			out.Own++
		case u.Path.Contains(turn):
			out.Under[u.Path.Toward(turn)]++
		}
	}
	return out, err
}

// turn gives where the unit stands whose turn it is in a conversation about a score of the
// cell, as turnOf and LateIn have it.
func (t Talk) turn(cell tree.Path) tree.Path {
	if t.State == Asked {
		return cell
	}
	upper := cell.Parent()
	if above := upper.Parent(); t.State == Appealed && t.AppealTo == rulebook.AppealAbove && above != "" {
		return above
	}
	return upper
}
