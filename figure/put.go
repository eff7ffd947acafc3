package figure

import (
	"context"

	"chibo/internal/civil"
	"chibo/internal/db"
)

const putMeetingSQL = `INSERT INTO cell_month (part_id, month, cell_id, met_day, due, present, excused, unexcused, speakers, minutes, agreed)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (part_id, month, cell_id) DO UPDATE SET met_day = excluded.met_day, due = excluded.due,
  present = excluded.present, excused = excluded.excused, unexcused = excluded.unexcused,
  speakers = excluded.speakers, minutes = excluded.minutes, agreed = excluded.agreed`

// PutMeeting tells that the month's regular meeting was held.
func PutMeeting(ctx context.Context, tx *db.Tx, k Key, h Held) error {
	err := tx.Send(ctx, putMeetingSQL, k.Part, k.Month, k.CellID, h.MetDay, h.Due, h.Present, h.Excused, h.Unexcused,
		h.Speakers, h.Minutes, bit(h.Agreed))
	return thenMonth(ctx, tx, k, err)
}

const putThematicSQL = `INSERT INTO cell_month (part_id, month, cell_id, thematic) VALUES ($1, $2, $3, 1)
ON CONFLICT (part_id, month, cell_id) DO UPDATE SET thematic = CASE WHEN cell_month.thematic = 0 THEN 1 ELSE cell_month.thematic END`

// PutThematic tells that a thematic meeting was held in the month (rules.md 2.02).
// Said twice it is still one.
func PutThematic(ctx context.Context, tx *db.Tx, k Key) error {
	err := tx.Send(ctx, putThematicSQL, k.Part, k.Month, k.CellID)
	return thenMonth(ctx, tx, k, err)
}

const putTasksSQL = `INSERT INTO cell_month (part_id, month, cell_id, tasks_due, tasks_done) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (part_id, month, cell_id) DO UPDATE SET tasks_due = excluded.tasks_due, tasks_done = excluded.tasks_done`

// PutTasks tells how many tasks of the last resolution were due and how many done,
// as judged by the month's meeting.
func PutTasks(ctx context.Context, tx *db.Tx, k Key, due, done int) error {
	err := tx.Send(ctx, putTasksSQL, k.Part, k.Month, k.CellID, due, done)
	return thenMonth(ctx, tx, k, err)
}

const (
	putScoreSQL = `INSERT INTO cell_month (part_id, month, cell_id, score10, grade) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (part_id, month, cell_id) DO UPDATE SET score10 = excluded.score10, grade = excluded.grade`
	gradeSQL = `SELECT c.grade, (SELECT COUNT(*) FROM unit_month u WHERE u.part_id = c.part_id AND u.month = c.month)
  FROM cell_month c WHERE c.part_id = $1 AND c.month = $2 AND c.cell_id = $3`
)

// Graded is the grade that a cell-month has.
type Graded struct {
	Grade string
	IsNew bool // there is no row yet

	summed int // rows of the part's sums for the month: 0 or 1
}

// GradeOf gives the grade that a cell-month has.
func GradeOf(ctx context.Context, q db.Q, k Key) (g Graded, err error) {
	err = q.QueryRow(ctx, gradeSQL, k.Part, k.Month, k.CellID).Scan(&g.Grade, &g.summed)
	if db.NoRows(err) {
		return Graded{IsNew: true}, nil
	}
	return g, err
}

// PutScore tells the score in tenths of a point (NoScore: none) and the grade. Of the
// part's sums it computes again what can change: none by other points with the same
// grade, as most decisions are, and what tells of two months only when the grade passes
// the line below fair.
func PutScore(ctx context.Context, tx *db.Tx, k Key, score10 int, grade string) error {
	before, err := GradeOf(ctx, tx, k)
	if err != nil {
		return err
	}
	return PutScoreOver(ctx, tx, k, before, score10, grade)
}

// PutScoreOver is PutScore for who has read in the same transaction what was there before.
func PutScoreOver(ctx context.Context, tx *db.Tx, k Key, before Graded, score10 int, grade string) error {
	if err := tx.Send(ctx, putScoreSQL, k.Part, k.Month, k.CellID, score10, grade); err != nil {
		return err
	}
	switch {
	case before.IsNew || before.summed == 0:
		return RebuildUnit(ctx, tx, k.Part, k.Month)
	case before.Grade == grade:
		return nil
	}
	if err := tx.Send(ctx, sumGradesSQL, k.Part, k.Month); err != nil || Low(before.Grade) == Low(grade) {
		return err
	}
	return tx.Send(ctx, sumTwiceSQL, k.Part, k.Month, k.Month.Add(1))
}

const putSentSQL = `INSERT INTO cell_month (part_id, month, cell_id, sent_day, sent_late) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (part_id, month, cell_id) DO UPDATE SET sent_day = excluded.sent_day, sent_late = excluded.sent_late`

// PutSent tells the day on which papers and score went up, and how many days after
// the deadline that was.
func PutSent(ctx context.Context, tx *db.Tx, k Key, day civil.Date, lateDays int) error {
	err := tx.Send(ctx, putSentSQL, k.Part, k.Month, k.CellID, day, lateDays)
	return thenMonth(ctx, tx, k, err)
}

const putStateSQL = `INSERT INTO cell_state (part_id, cell_id, members, officials, reserves, exempt, away, last_admitted)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (part_id, cell_id) DO UPDATE SET members = excluded.members, officials = excluded.officials,
  reserves = excluded.reserves, exempt = excluded.exempt, away = excluded.away, last_admitted = excluded.last_admitted`

// PutState tells what a cell consists of now.
func PutState(ctx context.Context, tx *db.Tx, part, cellID int64, s State) error {
	if err := tx.Send(ctx, putStateSQL, part, cellID, s.Members, s.Officials, s.Reserves, s.Exempt, s.Away, s.LastAdmitted); err != nil {
		return err
	}
	return RebuildState(ctx, tx, part)
}

func thenMonth(ctx context.Context, tx *db.Tx, k Key, err error) error {
	if err != nil {
		return err
	}
	return RebuildUnit(ctx, tx, k.Part, k.Month)
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// cellSums adds up cell-months c, in the order of unitColumns.
const cellSums = `COUNT(*), COUNT(*) FILTER (WHERE c.met_day <> ''), COUNT(*) FILTER (WHERE c.thematic > 0),
  COALESCE(SUM(c.due), 0), COALESCE(SUM(c.present), 0), COALESCE(SUM(c.excused), 0), COALESCE(SUM(c.unexcused), 0),
  COALESCE(SUM(c.speakers), 0), COALESCE(SUM(c.minutes), 0), COALESCE(SUM(c.agreed), 0),
  COALESCE(SUM(c.tasks_due), 0), COALESCE(SUM(c.tasks_done), 0),
  ` + grades + `,
  COUNT(*) FILTER (WHERE c.sent_day <> ''), COUNT(*) FILTER (WHERE c.sent_late > 0), ` + overMonths

// grades counts the cells by grade.
const grades = `COUNT(*) FILTER (WHERE c.grade = 'good'), COUNT(*) FILTER (WHERE c.grade = 'fair'),
  COUNT(*) FILTER (WHERE c.grade = 'average'), COUNT(*) FILTER (WHERE c.grade = 'weak'),
  COUNT(*) FILTER (WHERE c.grade = 'pass'), COUNT(*) FILTER (WHERE c.grade = 'fail')`

// overMonths counts the cells whose first thematic meeting of the quarter it was, and those
// that were below fair in this month and in the one before.
const overMonths = themed + `, ` + twice

const themed = `COUNT(*) FILTER (WHERE c.thematic > 0 AND (SELECT COUNT(*) FROM cell_month e
    WHERE e.part_id = c.part_id AND e.cell_id = c.cell_id AND e.thematic > 0 AND e.month < c.month
      AND e.month >= c.month - CASE c.month % 100 WHEN 1 THEN 0 WHEN 4 THEN 0 WHEN 7 THEN 0 WHEN 10 THEN 0
        WHEN 2 THEN 1 WHEN 5 THEN 1 WHEN 8 THEN 1 WHEN 11 THEN 1 ELSE 2 END) = 0)`

const twice = `COUNT(*) FILTER (WHERE c.grade IN ('average', 'weak', 'fail') AND (SELECT COUNT(*) FROM cell_month e
    WHERE e.part_id = c.part_id AND e.cell_id = c.cell_id AND e.grade IN ('average', 'weak', 'fail')
      AND e.month = c.month - CASE c.month % 100 WHEN 1 THEN 89 ELSE 1 END) > 0)`

const unitColumns = `cells, met, thematic, due, present, excused, unexcused, speakers, minutes, agreed,
  tasks_due, tasks_done, good, fair, average, weak, passed, failed, sent, sent_late, themed, twice`

const touchUnitSQL = `INSERT INTO unit_month (part_id, month) VALUES ($1, $2)
ON CONFLICT (part_id, month) DO NOTHING`

const (
	sumUnitSQL = `UPDATE unit_month SET (` + unitColumns + `) = (SELECT ` + cellSums + `
  FROM cell_month c WHERE c.part_id = $1 AND c.month = $2) WHERE part_id = $1 AND month = $2`
	sumGradesSQL = `UPDATE unit_month SET (good, fair, average, weak, passed, failed) = (SELECT ` + grades + `
  FROM cell_month c WHERE c.part_id = $1 AND c.month = $2) WHERE part_id = $1 AND month = $2`
	sumTwiceSQL = `UPDATE unit_month SET twice = (SELECT ` + twice + `
  FROM cell_month c WHERE c.part_id = $1 AND c.month = unit_month.month) WHERE part_id = $1 AND month >= $2 AND month <= $3`
)

// RebuildUnit computes the sum of a part's month again from its cells. The months after
// that tell of this one too are mended. That each writer of a part writes its one row keeps
// two of them from computing from cells that the other is about to change: the second waits
// and, as transactions are serializable, begins anew.
func RebuildUnit(ctx context.Context, tx *db.Tx, part int64, month civil.Month) error {
	if err := tx.Send(ctx, touchUnitSQL, part, month); err != nil { // the first of the month
		return err
	}
	if err := tx.Send(ctx, sumUnitSQL, part, month); err != nil {
		return err
	}
	return tx.Send(ctx, sumAfterSQL, part, month.Add(1), month.Add(reach))
}

// reach is how many months later a month still tells: the quarter's first thematic
// meeting.
const reach = 2

const sumAfterSQL = `UPDATE unit_month SET (themed, twice) = (SELECT ` + overMonths + `
  FROM cell_month c WHERE c.part_id = $1 AND c.month = unit_month.month) WHERE part_id = $1 AND month >= $2 AND month <= $3`

const touchStateSQL = `INSERT INTO unit_state (part_id) VALUES ($1)
ON CONFLICT (part_id) DO NOTHING`

const sumStateSQL = `UPDATE unit_state SET (cells, members, officials, reserves, exempt, away) = (SELECT COUNT(*),
  COALESCE(SUM(c.members), 0), COALESCE(SUM(c.officials), 0), COALESCE(SUM(c.reserves), 0),
  COALESCE(SUM(c.exempt), 0), COALESCE(SUM(c.away), 0)
  FROM cell_state c WHERE c.part_id = $1) WHERE part_id = $1`

// RebuildState computes the sum of a part's states again from its cells.
func RebuildState(ctx context.Context, tx *db.Tx, part int64) error {
	if err := tx.Send(ctx, touchStateSQL, part); err != nil {
		return err
	}
	return tx.Send(ctx, sumStateSQL, part)
}

// DropState forgets what a cell consists of: it has ended, or has no members on
// record yet.
func DropState(ctx context.Context, tx *db.Tx, part, cellID int64) error {
	if _, err := tx.Exec(ctx, `DELETE FROM cell_state WHERE part_id = $1 AND cell_id = $2`, part, cellID); err != nil {
		return err
	}
	if err := RebuildState(ctx, tx, part); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, emptyStateSQL, part)
	return err
}
