package task

import (
	"context"
	"fmt"

	"chibo/internal/db"
	"chibo/internal/ident"
)

const yearSQL = `SELECT ` + columns + ` FROM task t
 WHERE t.part_id = $1 AND t.assignee_id = $2 AND t.due >= $3 AND t.due < $4 ORDER BY t.due, t.id`

// OfYear gives a member's tasks whose day lies in the year, in the order of their days:
// what the yearly review asks for (rules.md 6.02, 6.13). It checks no right.
func OfYear(ctx context.Context, q db.Q, membership ident.Ref, year int) ([]Task, error) {
	return db.List(ctx, q, scanTask, yearSQL, membership.Part, membership.ID, fmt.Sprintf("%04d-01-01", year), fmt.Sprintf("%04d-01-01", year+1))
}

// YearSum counts a year's tasks by what became of them.
type YearSum struct{ All, Done, Late, Beyond, Undone, Open int }

// SumOf counts tasks.
func SumOf(list []Task) (s YearSum) {
	for _, t := range list {
		s.All++
		switch t.State {
		case Done:
			s.Done++
		case Late:
			s.Late++
		case Beyond:
			s.Beyond++
		case Undone:
			s.Undone++
		default:
			s.Open++
		}
	}
	return s
}
