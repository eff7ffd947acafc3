package figure

import (
	"context"

	"chibo/internal/civil"
	"chibo/internal/db"
)

const (
	rehomeCellMonth = `INSERT INTO cell_month (part_id, month, cell_id, met_day, thematic, due, present, excused, unexcused, speakers, minutes, agreed, tasks_due,
  tasks_done, score10, grade, sent_day, sent_late)
SELECT CAST($3 AS bigint), t.month, t.cell_id, t.met_day, t.thematic, t.due, t.present, t.excused, t.unexcused, t.speakers, t.minutes,
  t.agreed, t.tasks_due, t.tasks_done, t.score10, t.grade, t.sent_day, t.sent_late
  FROM cell_month t WHERE t.part_id = $2 AND t.cell_id = $1`
	dropCellMonth = `DELETE FROM cell_month WHERE part_id = $2 AND cell_id = $1`

	rehomeCellState = `INSERT INTO cell_state (part_id, cell_id, members, officials, reserves, exempt, away, last_admitted)
SELECT CAST($3 AS bigint), t.cell_id, t.members, t.officials, t.reserves, t.exempt, t.away, t.last_admitted
  FROM cell_state t WHERE t.part_id = $2 AND t.cell_id = $1`
	dropCellState = `DELETE FROM cell_state WHERE part_id = $2 AND cell_id = $1`
)

// Rehomed lists the tables whose rows follow a cell to another part. The sums of the
// two parts are no rows of the cell: Rehome computes them again.
func Rehomed() []db.Rehoming {
	return []db.Rehoming{
		{Insert: rehomeCellMonth, Delete: dropCellMonth},
		{Insert: rehomeCellState, Delete: dropCellState},
	}
}

const monthsOfCellSQL = `SELECT c.month FROM cell_month c WHERE c.part_id = $1 AND c.cell_id = $2 ORDER BY c.month`

// Rehome takes the figures of a cell to another part, in the transaction that
// changes the cell's part, and sums both parts again.
func Rehome(ctx context.Context, tx *db.Tx, cellID, from, to int64) error {
	months, err := db.List(ctx, tx, func(s db.Scanner) (m civil.Month, err error) { return m, s.Scan(&m) }, monthsOfCellSQL, from, cellID)
	if err != nil {
		return err
	}
	if err := db.Rehome(ctx, tx, Rehomed(), cellID, from, to); err != nil {
		return err
	}
	for _, part := range []int64{from, to} {
		for _, month := range months {
			if err := RebuildUnit(ctx, tx, part, month); err != nil {
				return err
			}
		}
		if err := RebuildState(ctx, tx, part); err != nil {
			return err
		}
	}
	return forgetEmpty(ctx, tx, from)
}

const (
	emptyMonthsSQL = `DELETE FROM unit_month WHERE part_id = $1 AND cells = 0`
	emptyStateSQL  = `DELETE FROM unit_state WHERE part_id = $1 AND cells = 0`
)

// forgetEmpty removes the sums of a part over no cell at all, so that a part that
// cells came to and left again is as it was.
func forgetEmpty(ctx context.Context, tx *db.Tx, part int64) error {
	if _, err := tx.Exec(ctx, emptyMonthsSQL, part); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, emptyStateSQL, part)
	return err
}
