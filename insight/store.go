package insight

import (
	"context"
	"database/sql"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
)

const signColumns = `g.part_id, g.cell_id, g.code, g.month, g.count, g.seen_on, g.answer, g.answered_by, g.answered_on, g.version`

func (s *Sign) dest() []any {
	return []any{&s.Part, &s.CellID, &s.Code, &s.Month, &s.Count, &s.SeenOn, &s.Answer, &s.AnsweredBy, &s.AnsweredOn, &s.Version}
}

const (
	signsOfSQL = `SELECT ` + signColumns + ` FROM insight_sign g WHERE g.part_id = $1 AND g.cell_id = $2 AND g.month >= $3 ORDER BY g.month DESC, g.code`

	askedSQL = `SELECT COUNT(*) FROM insight_sign g WHERE g.part_id = $1 AND g.cell_id = $2 AND g.code = $3 AND g.month >= $4`

	isSignSQL = `SELECT COUNT(*) FROM insight_sign g WHERE g.part_id = $1 AND g.cell_id = $2 AND g.code = $3 AND g.month = $4`

	insertSignSQL = `INSERT INTO insight_sign (part_id, cell_id, code, month, count, seen_on) VALUES ($1, $2, $3, $4, $5, $6)`

	pastSignSQL = `INSERT INTO insight_sign (part_id, cell_id, code, month, count, seen_on, answer, answered_by, answered_on) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`

	answerSQL = `UPDATE insight_sign SET answer = $6, answered_by = $7, answered_on = $8, version = version + 1
 WHERE part_id = $1 AND cell_id = $2 AND code = $3 AND month = $4 AND version = $5`

	belowSQL = `SELECT ` + signColumns + `, o.name FROM org o JOIN insight_sign g ON g.part_id = o.part_id AND g.cell_id = o.id
 WHERE o.path >= $1 AND o.path < $2 AND g.month >= $3 AND (g.answered_on <> '' OR g.seen_on <= $4) ORDER BY g.month DESC, o.path, g.code LIMIT $5`

	knownSQL = `SELECT COUNT(*) FROM insight_measure m WHERE m.part_id = $1 AND m.op = $2`

	insertMeasureSQL = `INSERT INTO insight_measure (part_id, cell_id, task_id, about, day, by_account, op) VALUES ($1, $2, $3, $4, $5, $6, $7)`

	measuresSQL = `SELECT m.part_id, m.task_id, m.about, m.day FROM insight_measure m WHERE m.part_id = $1 AND m.cell_id = $2 ORDER BY m.day DESC, m.task_id DESC LIMIT $3`

	plansSQL = `SELECT o.id, o.name, COUNT(*) FROM org o JOIN insight_measure m ON m.part_id = o.part_id AND m.cell_id = o.id
 WHERE o.path >= $1 AND o.path < $2 AND m.day >= $3 GROUP BY o.id, o.name, o.path ORDER BY o.path LIMIT $4`
)

func scanSign(r db.Scanner) (s Sign, err error) { return s, r.Scan(s.dest()...) }

func signsOf(ctx context.Context, q db.Q, part, cellID int64, from civil.Month) ([]Sign, error) {
	return db.List(ctx, q, scanSign, signsOfSQL, part, cellID, from)
}

// Asked is a sign in the list of a committee.
type Asked struct {
	Sign
	CellName string
}

func below(ctx context.Context, q db.Q, scope access.Scope, from civil.Month, seenUpTo civil.Date, limit int) ([]Asked, error) {
	lo, hi := scope.Range()
	return db.List(ctx, q, func(r db.Scanner) (a Asked, err error) {
		return a, r.Scan(append(a.dest(), &a.CellName)...)
	}, belowSQL, lo, hi, from, seenUpTo, limit)
}

// CellPlan is how many measures a cell took in the last year.
type CellPlan struct {
	CellID   int64
	Name     string
	Measures int
}

func plansBelow(ctx context.Context, q db.Q, scope access.Scope, since civil.Date, limit int) ([]CellPlan, error) {
	lo, hi := scope.Range()
	return db.List(ctx, q, func(r db.Scanner) (p CellPlan, err error) { return p, r.Scan(&p.CellID, &p.Name, &p.Measures) }, plansSQL, lo, hi, since, limit)
}

func measuresOf(ctx context.Context, q db.Q, part, cellID int64) ([]Measure, error) {
	return db.List(ctx, q, func(r db.Scanner) (m Measure, err error) {
		return m, r.Scan(&m.Task.Part, &m.Task.ID, &m.About, &m.Day)
	}, measuresSQL, part, cellID, measuresMost)
}

// AddPast writes signs as they are to stand, for sample data.
func AddPast(ctx context.Context, tx *db.Tx, list []Sign) error {
	rows := make([][]any, len(list))
	for i, s := range list {
		rows[i] = []any{s.Part, s.CellID, s.Code, s.Month, s.Count, s.SeenOn, s.Answer, s.AnsweredBy, s.AnsweredOn}
	}
	return db.Many(ctx, tx, pastSignSQL, rows)
}

// one gives none when a statement that had to change one row changed nothing.
func one(res sql.Result, err, none error) error {
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n > 0 {
		return err
	}
	return none
}
