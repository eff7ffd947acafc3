package figure

import (
	"context"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/tree"
	"chibo/org"
)

// unitSums adds up unit-months m, in the order of UnitMonth.dest.
const unitSums = `COALESCE(SUM(m.cells), 0), COALESCE(SUM(m.met), 0), COALESCE(SUM(m.thematic), 0),
  COALESCE(SUM(m.due), 0), COALESCE(SUM(m.present), 0), COALESCE(SUM(m.excused), 0), COALESCE(SUM(m.unexcused), 0),
  COALESCE(SUM(m.speakers), 0), COALESCE(SUM(m.minutes), 0), COALESCE(SUM(m.agreed), 0),
  COALESCE(SUM(m.tasks_due), 0), COALESCE(SUM(m.tasks_done), 0),
  COALESCE(SUM(m.good), 0), COALESCE(SUM(m.fair), 0), COALESCE(SUM(m.average), 0), COALESCE(SUM(m.weak), 0),
  COALESCE(SUM(m.passed), 0), COALESCE(SUM(m.failed), 0), COALESCE(SUM(m.sent), 0), COALESCE(SUM(m.sent_late), 0),
  COALESCE(SUM(m.themed), 0), COALESCE(SUM(m.twice), 0)`

func (u *UnitMonth) dest() []any {
	return []any{
		&u.Cells, &u.Met, &u.Thematic, &u.Due, &u.Present, &u.Excused, &u.Unexcused, &u.Speakers, &u.Minutes,
		&u.Agreed, &u.TasksDue, &u.TasksDone, &u.Good, &u.Fair, &u.Average, &u.Weak, &u.Passed, &u.Failed,
		&u.Sent, &u.SentLate, &u.Themed, &u.Twice,
	}
}

func scanMonth(s db.Scanner) (UnitMonth, error) {
	var u UnitMonth
	err := s.Scan(append([]any{&u.Month}, u.dest()...)...)
	return u, err
}

const trendPartsSQL = `SELECT m.month, ` + unitSums + `
  FROM org p JOIN unit_month m ON m.part_id = p.id
 WHERE p.id = p.part_id AND p.path >= $1 AND p.path < $2 AND m.month >= $3 AND m.month <= $4
 GROUP BY m.month ORDER BY m.month`

const trendCellsSQL = `SELECT c.month, ` + cellSums + `
  FROM org o JOIN cell_month c ON c.part_id = o.part_id AND c.cell_id = o.id
 WHERE o.path >= $1 AND o.path < $2 AND c.month >= $3 AND c.month <= $4
 GROUP BY c.month ORDER BY c.month`

const livingSQL = `SELECT COUNT(*) FROM org o
 WHERE o.path >= $1 AND o.path < $2 AND o.kind IN ('cell', 'grassroots_cell')
   AND o.valid_from <= $3 AND (o.valid_to = '' OR o.valid_to > $4)`

// Month gives the sum over the scope.
func Month(ctx context.Context, q db.Q, scope access.Scope, month civil.Month) (UnitMonth, error) {
	list, err := Trend(ctx, q, scope, month, month)
	if err != nil {
		return UnitMonth{}, err
	}
	u := list[0]
	lo, hi := scope.Range()
	err = q.QueryRow(ctx, livingSQL, lo, hi, month.Last(), month.First()).Scan(&u.Of)
	return u, err
}

// Trend gives the sums over the scope from one month to another, both inside, one
// row for each month, also for those without facts. Of is not filled.
func Trend(ctx context.Context, q db.Q, scope access.Scope, from, to civil.Month) ([]UnitMonth, error) {
	span, err := org.SpanOf(ctx, q, scope)
	if err != nil {
		return nil, err
	}
	var list []UnitMonth
	if span.Below {
		list, err = db.List(ctx, q, scanMonth, trendCellsSQL, span.Lo, span.Hi, from, to)
	} else {
		list, err = db.List(ctx, q, scanMonth, trendPartsSQL, span.Lo, span.Hi, from, to)
	}
	out := make([]UnitMonth, 0, to.Sub(from)+1)
	for m := from; m <= to; m = m.Add(1) {
		if len(list) > 0 && list[0].Month == m {
			out, list = append(out, list[0]), list[1:]
			continue
		}
		out = append(out, UnitMonth{Month: m})
	}
	return out, err
}

const byUnitSQL = `SELECT p.id, p.path, p.kind, p.type, p.name, p.short, COALESCE(s.members, 0), COALESCE(m.month, 0),
  COALESCE(m.cells, 0), COALESCE(m.met, 0), COALESCE(m.thematic, 0), COALESCE(m.due, 0), COALESCE(m.present, 0),
  COALESCE(m.excused, 0), COALESCE(m.unexcused, 0), COALESCE(m.speakers, 0), COALESCE(m.minutes, 0),
  COALESCE(m.agreed, 0), COALESCE(m.tasks_due, 0), COALESCE(m.tasks_done, 0), COALESCE(m.good, 0),
  COALESCE(m.fair, 0), COALESCE(m.average, 0), COALESCE(m.weak, 0), COALESCE(m.passed, 0), COALESCE(m.failed, 0),
  COALESCE(m.sent, 0), COALESCE(m.sent_late, 0), COALESCE(m.themed, 0), COALESCE(m.twice, 0)
  FROM org p LEFT JOIN unit_month m ON m.part_id = p.id AND m.month = $3
             LEFT JOIN unit_state s ON s.part_id = p.id
 WHERE p.id = p.part_id AND p.path >= $1 AND p.path < $2 AND p.kind NOT IN ('central', 'province', 'district')
   AND (m.month IS NOT NULL OR (p.valid_from <= $4 AND p.valid_to = ''))
 ORDER BY p.seq, p.id`

const livingByPartSQL = `SELECT o.part_id, COUNT(*) FROM org o
 WHERE o.path >= $1 AND o.path < $2 AND o.kind IN ('cell', 'grassroots_cell')
   AND o.valid_from <= $3 AND (o.valid_to = '' OR o.valid_to > $4)
 GROUP BY o.part_id`

// ByUnit gives a row for each grassroots organisation (or commune) of the scope that
// has figures of the month, or lives and was founded by then, in their order. Figures
// of cells that went to another unit since are in that unit's row: today's tree. A
// scope below a part has none.
func ByUnit(ctx context.Context, q db.Q, scope access.Scope, month civil.Month) ([]UnitRow, error) {
	lo, hi := scope.Range()
	list, err := db.List(ctx, q, scanUnitRow, byUnitSQL, lo, hi, month, month.Last())
	if err != nil || len(list) == 0 {
		return nil, err
	}
	type pair struct {
		part int64
		n    int
	}
	pairs, err := db.List(ctx, q, func(s db.Scanner) (p pair, err error) {
		err = s.Scan(&p.part, &p.n)
		return p, err
	}, livingByPartSQL, lo, hi, month.Last(), month.First())
	of := make(map[int64]int, len(pairs))
	for _, p := range pairs {
		of[p.part] = p.n
	}
	for i := range list {
		list[i].Month, list[i].Of = month, of[list[i].ID]
	}
	return list, err
}

func scanUnitRow(s db.Scanner) (UnitRow, error) {
	var u UnitRow
	var path string
	head := []any{&u.ID, &path, &u.Kind, &u.Type, &u.Name, &u.Short, &u.Members, &u.Month}
	err := s.Scan(append(head, u.dest()...)...)
	u.Path = tree.Path(path)
	return u, err
}

const cellColumns = `COALESCE(c.met_day, ''), COALESCE(c.thematic, 0), COALESCE(c.due, 0), COALESCE(c.present, 0),
  COALESCE(c.excused, 0), COALESCE(c.unexcused, 0), COALESCE(c.speakers, 0), COALESCE(c.minutes, 0),
  COALESCE(c.agreed, 0), COALESCE(c.tasks_due, 0), COALESCE(c.tasks_done, 0), COALESCE(c.score10, -1),
  COALESCE(c.grade, ''), COALESCE(c.sent_day, ''), COALESCE(c.sent_late, 0)`

func (c *CellMonth) dest(agreed *int) []any {
	return []any{
		&c.MetDay, &c.Thematic, &c.Due, &c.Present, &c.Excused, &c.Unexcused, &c.Speakers, &c.Minutes,
		agreed, &c.TasksDue, &c.TasksDone, &c.Score10, &c.Grade, &c.SentDay, &c.SentLate,
	}
}

// Cells come part after part in the order of the parts, and in each those right under
// it before those of its sections, as org.List has them.
const (
	parents   = ` LEFT JOIN org p ON p.id = o.parent_id LEFT JOIN org g ON g.id = o.part_id`
	cellOrder = `COALESCE(g.seq, 0), o.part_id, COALESCE(p.depth, 0), COALESCE(p.seq, 0), o.seq, o.id`
)

const (
	cellsSQL     = cellRows + ` ORDER BY ` + cellOrder
	partCellsSQL = cellRows + ` AND o.part_id = $6 ORDER BY ` + cellOrder

	cellRows = `SELECT o.id, o.part_id, o.name, o.short, o.kind, o.type, COALESCE(p.id, 0), COALESCE(p.short, ''),
  COALESCE(s.members, 0), o.valid_from, o.valid_to, COALESCE(s.last_admitted, ''), ` + cellColumns + `
  FROM org o` + parents + `
             LEFT JOIN cell_month c ON c.part_id = o.part_id AND c.cell_id = o.id AND c.month = $3
             LEFT JOIN cell_state s ON s.part_id = o.part_id AND s.cell_id = o.id
 WHERE o.path >= $1 AND o.path < $2 AND o.kind IN ('cell', 'grassroots_cell')
   AND o.valid_from <= $4 AND (o.valid_to = '' OR o.valid_to > $5)`
)

// Cells gives a row for each cell of the scope that lives in the month; one without
// facts has not met and has NoScore.
func Cells(ctx context.Context, q db.Q, scope access.Scope, month civil.Month) ([]CellRow, error) {
	return cells(ctx, q, scope, month, cellsSQL)
}

// CellsOf is Cells of one part.
func CellsOf(ctx context.Context, q db.Q, scope access.Scope, part int64, month civil.Month) ([]CellRow, error) {
	return cells(ctx, q, scope, month, partCellsSQL, part)
}

func cells(ctx context.Context, q db.Q, scope access.Scope, month civil.Month, query string, more ...any) ([]CellRow, error) {
	lo, hi := scope.Range()
	return db.List(ctx, q, func(s db.Scanner) (CellRow, error) {
		var r CellRow
		var agreed int
		head := []any{&r.CellID, &r.Part, &r.Name, &r.Short, &r.Kind, &r.Type, &r.UnitID, &r.UnitShort, &r.Members, &r.Founded, &r.Ended, &r.LastAdmitted}
		err := s.Scan(append(head, r.dest(&agreed)...)...)
		r.Month, r.Agreed = month, agreed != 0
		return r, err
	}, query, append([]any{lo, hi, month, month.Last(), month.First()}, more...)...)
}

const earlierSQL = `SELECT c.month, c.cell_id, c.met_day, c.grade, c.sent_day, c.thematic
  FROM org o JOIN cell_month c ON c.part_id = o.part_id AND c.cell_id = o.id
 WHERE o.path >= $1 AND o.path < $2 AND c.month IN ($3, $4)`

// Earlier gives what a first page asks of the months before: for each month from one
// to another, both inside, the rows of those given cells that lived in it, by cell,
// with MetDay, Grade, SentDay and Thematic only. It costs a fraction of Cells.
func Earlier(ctx context.Context, q db.Q, scope access.Scope, cells []CellRow, from, to civil.Month) (map[civil.Month]map[int64]CellRow, error) {
	lo, hi := scope.Range()
	var facts []CellMonth
	for m := from; m <= to; m = m.Add(2) { // named: a range of months would read all cells of the part for each cell
		list, err := db.List(ctx, q, func(s db.Scanner) (CellMonth, error) {
			var c CellMonth
			err := s.Scan(&c.Month, &c.CellID, &c.MetDay, &c.Grade, &c.SentDay, &c.Thematic)
			return c, err
		}, earlierSQL, lo, hi, m, min(m.Add(1), to))
		if err != nil {
			return nil, err
		}
		facts = append(facts, list...)
	}
	out := map[civil.Month]map[int64]CellRow{}
	for m := from; m <= to; m = m.Add(1) {
		out[m] = make(map[int64]CellRow, len(cells))
		for _, c := range cells {
			if !c.Founded.After(m.Last()) {
				c.CellMonth = CellMonth{Part: c.Part, CellID: c.CellID, Month: m, Score10: NoScore}
				out[m][c.CellID] = c
			}
		}
	}
	for _, f := range facts {
		if c, ok := out[f.Month][f.CellID]; ok {
			c.MetDay, c.Grade, c.SentDay, c.Thematic = f.MetDay, f.Grade, f.SentDay, f.Thematic
			out[f.Month][f.CellID] = c
		}
	}
	return out, nil
}

const cellTrendSQL = `SELECT c.month, ` + cellColumns + ` FROM cell_month c
 WHERE c.part_id = $1 AND c.month >= $3 AND c.month <= $4 AND c.cell_id = $2 ORDER BY c.month`

// CellTrend gives a cell's months from one to another, both inside, one row for each
// month. The caller has checked that the actor may see the cell's figures.
func CellTrend(ctx context.Context, q db.Q, part, cellID int64, from, to civil.Month) ([]CellMonth, error) {
	list, err := db.List(ctx, q, func(s db.Scanner) (CellMonth, error) {
		c := CellMonth{Part: part, CellID: cellID}
		var agreed int
		err := s.Scan(append([]any{&c.Month}, c.dest(&agreed)...)...)
		c.Agreed = agreed != 0
		return c, err
	}, cellTrendSQL, part, cellID, from, to)
	out := make([]CellMonth, 0, to.Sub(from)+1)
	for m := from; m <= to; m = m.Add(1) {
		if len(list) > 0 && list[0].Month == m {
			out, list = append(out, list[0]), list[1:]
			continue
		}
		out = append(out, CellMonth{Part: part, CellID: cellID, Month: m, Score10: NoScore})
	}
	return out, err
}
