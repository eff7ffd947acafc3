package figure

import (
	"context"

	"chibo/internal/civil"
	"chibo/internal/db"
)

const manyCellsSQL = `INSERT INTO cell_month (part_id, month, cell_id, met_day, thematic, due, present, excused, unexcused,
  speakers, minutes, agreed, tasks_due, tasks_done, score10, grade, sent_day, sent_late) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9,
  $10, $11, $12, $13, $14, $15, $16, $17, $18)`

// PutCellMonths writes many new cell-months at once, for an import or the sample
// data. It does not sum: call RebuildUnit for each part and month, or RebuildMonths,
// afterwards. A row that exists already is an error.
func PutCellMonths(ctx context.Context, tx *db.Tx, list []CellMonth) error {
	rows := make([][]any, len(list))
	for i, c := range list {
		rows[i] = []any{
			c.Part, c.Month, c.CellID, c.MetDay, c.Thematic, c.Due, c.Present, c.Excused, c.Unexcused,
			c.Speakers, c.Minutes, bit(c.Agreed), c.TasksDue, c.TasksDone, c.Score10, c.Grade, c.SentDay, c.SentLate,
		}
	}
	return db.Many(ctx, tx, manyCellsSQL, rows)
}

const (
	rebuildMonthsSQL = putSums + ` WHERE c.month >= $1 AND c.month <= $2` + overSums
	rebuildPartSQL   = putSums + ` WHERE c.part_id = $1 AND c.month >= $2 AND c.month <= $3` + overSums

	putSums = `INSERT INTO unit_month (part_id, month, ` + unitColumns + `)
SELECT c.part_id, c.month, ` + cellSums + ` FROM cell_month c`
	overSums = ` GROUP BY c.part_id, c.month
ON CONFLICT (part_id, month) DO UPDATE SET cells = excluded.cells, met = excluded.met, thematic = excluded.thematic,
  due = excluded.due, present = excluded.present, excused = excluded.excused, unexcused = excluded.unexcused,
  speakers = excluded.speakers, minutes = excluded.minutes, agreed = excluded.agreed,
  tasks_due = excluded.tasks_due, tasks_done = excluded.tasks_done, good = excluded.good, fair = excluded.fair,
  average = excluded.average, weak = excluded.weak, passed = excluded.passed, failed = excluded.failed,
  sent = excluded.sent, sent_late = excluded.sent_late, themed = excluded.themed, twice = excluded.twice`
)

// RebuildMonths sums all parts that have cell-months from one month to another,
// both inside, in one statement. It is for the time after an import, when nobody
// else writes: it does not make other writers wait.
func RebuildMonths(ctx context.Context, tx *db.Tx, from, to civil.Month) error {
	_, err := tx.Exec(ctx, rebuildMonthsSQL, from, to.Add(reach))
	return err
}

// RebuildPart is RebuildMonths for one part.
func RebuildPart(ctx context.Context, tx *db.Tx, part int64, from, to civil.Month) error {
	_, err := tx.Exec(ctx, rebuildPartSQL, part, from, to.Add(reach))
	return err
}

// CellState is a cell's State with its key, for PutStates.
type CellState struct {
	Part, CellID int64
	State        State
}

// PutStates writes many states of cells at once and sums the parts they belong to.
func PutStates(ctx context.Context, tx *db.Tx, list []CellState) error {
	rows := make([][]any, len(list))
	var parts []int64
	seen := map[int64]bool{}
	for i, c := range list {
		s := c.State
		rows[i] = []any{c.Part, c.CellID, s.Members, s.Officials, s.Reserves, s.Exempt, s.Away, s.LastAdmitted}
		if !seen[c.Part] {
			seen[c.Part] = true
			parts = append(parts, c.Part)
		}
	}
	if err := db.Many(ctx, tx, putStateSQL, rows); err != nil {
		return err
	}
	for _, part := range parts {
		if err := RebuildState(ctx, tx, part); err != nil {
			return err
		}
	}
	return nil
}
