package quality

import (
	"context"
	"encoding/json"
	"time"

	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/meeting"
)

const columns = `s.part_id, s.id, s.meeting_id, s.cell_id, s.month, s.sheet, s.self10, s.self_grade, s.upper10,
       s.upper_grade, s.upper_reason, s.state, s.vote_id, s.confirmed_at, s.decided_at, s.decided_by, s.version, s.kind, s.settled_at`

func scanScore(r db.Scanner) (Score, error) {
	var s Score
	var confirmed, decided, settled int64
	err := r.Scan(&s.Ref.Part, &s.Ref.ID, &s.Meeting.ID, &s.CellID, &s.Month, &s.SheetCode, &s.Self10, &s.SelfGrade,
		&s.Upper10, &s.UpperGrade, &s.UpperReason, &s.State, &s.VoteID, &confirmed, &decided, &s.DecidedBy, &s.Version, &s.Kind, &settled)
	s.Meeting.Part = s.Ref.Part
	s.ConfirmedAt, s.DecidedAt, s.AppealedAt = instant(confirmed), instant(decided), instant(settled)
	return s, err
}

func instant(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

const byMeetingSQL = `SELECT ` + columns + ` FROM score s WHERE s.part_id = $1 AND s.meeting_id = $2`

// ByMeeting gives a meeting's score without its lines, or ErrNotFound.
func ByMeeting(ctx context.Context, q db.Q, ref ident.Ref) (Score, error) {
	s, err := scanScore(q.QueryRow(ctx, byMeetingSQL, ref.Part, ref.ID))
	if db.NoRows(err) {
		return Score{}, ErrNotFound
	}
	return s, err
}

const ofCellSQL = `SELECT ` + columns + ` FROM score s WHERE s.part_id = $1 AND s.cell_id = $2
 ORDER BY s.month DESC, s.id DESC LIMIT $3`

// OfCell gives a cell's scores without their lines, the latest first.
func OfCell(ctx context.Context, q db.Q, part, cellID int64, limit int) ([]Score, error) {
	return db.List(ctx, q, scanScore, ofCellSQL, part, cellID, limit)
}

const insertSQL = `INSERT INTO score (part_id, id, meeting_id, cell_id, month, sheet, self10, self_grade, upper10, upper_grade,
       upper_reason, state, vote_id, confirmed_at, decided_at, decided_by, kind)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`

func (s Score) row() []any {
	if s.Kind == "" {
		s.Kind = meeting.Regular
	}
	return []any{
		s.Ref.Part, s.Ref.ID, s.Meeting.ID, s.CellID, s.Month, s.SheetCode, s.Self10, s.SelfGrade, s.Upper10, s.UpperGrade,
		s.UpperReason, string(s.State), s.VoteID, millis(s.ConfirmedAt), millis(s.DecidedAt), s.DecidedBy, s.Kind,
	}
}

const updateSQL = `UPDATE score SET sheet = $4, self10 = $5, self_grade = $6, upper10 = $7, upper_grade = $8, upper_reason = $9,
       state = $10, vote_id = $11, confirmed_at = $12, decided_at = $13, decided_by = $14, settled_at = $15, version = version + 1
 WHERE part_id = $1 AND id = $2 AND version = $3`

// update writes what may change and counts the version up, or gives ErrChanged.
func (s *Score) update(ctx context.Context, tx *db.Tx) error {
	err := tx.SendOne(ctx, ErrChanged, updateSQL, s.Ref.Part, s.Ref.ID, s.Version, s.SheetCode, s.Self10, s.SelfGrade, s.Upper10,
		s.UpperGrade, s.UpperReason, string(s.State), s.VoteID, millis(s.ConfirmedAt), millis(s.DecidedAt), s.DecidedBy, millis(s.AppealedAt))
	if err != nil {
		return err
	}
	s.Version++
	return nil
}

// point is a stored line.
type point struct {
	criterion  string
	proposed10 int
	self10     int
	upper10    int
	reason     string
	evidence   Evidence
}

const pointsSQL = `SELECT criterion, proposed10, self10, upper10, reason, evidence FROM score_point
 WHERE part_id = $1 AND score_id = $2 ORDER BY criterion`

func points(ctx context.Context, q db.Q, ref ident.Ref) (map[string]point, error) {
	list, err := db.List(ctx, q, scanPoint, pointsSQL, ref.Part, ref.ID)
	if err != nil {
		return nil, err
	}
	out := make(map[string]point, len(list))
	for _, p := range list {
		out[p.criterion] = p
	}
	return out, nil
}

const barePointsSQL = `SELECT criterion, proposed10, self10, upper10, reason FROM score_point WHERE part_id = $1 AND score_id = $2`

// barePoints is points without their evidence, for acts that do not look at it.
func barePoints(ctx context.Context, q db.Q, ref ident.Ref) (map[string]point, error) {
	list, err := db.List(ctx, q, func(r db.Scanner) (p point, err error) {
		err = r.Scan(&p.criterion, &p.proposed10, &p.self10, &p.upper10, &p.reason)
		return p, err
	}, barePointsSQL, ref.Part, ref.ID)
	out := make(map[string]point, len(list))
	for _, p := range list {
		out[p.criterion] = p
	}
	return out, err
}

func scanPoint(r db.Scanner) (point, error) {
	var p point
	var evidence string
	if err := r.Scan(&p.criterion, &p.proposed10, &p.self10, &p.upper10, &p.reason, &evidence); err != nil {
		return point{}, err
	}
	return p, json.Unmarshal([]byte(evidence), &p.evidence)
}

const addPointSQL = `INSERT INTO score_point (part_id, score_id, criterion, proposed10, self10, upper10, reason, evidence)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`

const putPointSQL = addPointSQL + `
ON CONFLICT (part_id, score_id, criterion) DO UPDATE SET proposed10 = excluded.proposed10, self10 = excluded.self10,
       upper10 = excluded.upper10, reason = excluded.reason, evidence = excluded.evidence`

func pointRow(ref ident.Ref, l Line) ([]any, error) {
	evidence, err := json.Marshal(l.Evidence)
	return []any{ref.Part, ref.ID, l.Criterion.Code, l.Proposed10, l.Self10, l.Upper10, l.Reason, string(evidence)}, err
}

// putLines writes the lines, all in one go.
func putLines(ctx context.Context, tx *db.Tx, ref ident.Ref, lines []Line) error {
	return putRows(ctx, tx, putPointSQL, ref, lines)
}

const putUpperSQL = addPointSQL + `
ON CONFLICT (part_id, score_id, criterion) DO UPDATE SET upper10 = excluded.upper10`

// putUppers writes the committee's points of lines and leaves the rest of them.
func putUppers(ctx context.Context, tx *db.Tx, ref ident.Ref, lines []Line) error {
	return putRows(ctx, tx, putUpperSQL, ref, lines)
}

func putRows(ctx context.Context, tx *db.Tx, query string, ref ident.Ref, lines []Line) error {
	rows := make([][]any, len(lines))
	for i, l := range lines {
		row, err := pointRow(ref, l)
		if err != nil {
			return err
		}
		rows[i] = row
	}
	return db.Many(ctx, tx, query, rows)
}

// AddAll writes scores of the past with the lines they carry, for an import or the
// sample data. A score without an id gets one; sums and grades stand as given.
func AddAll(ctx context.Context, tx *db.Tx, scores []Score) error {
	rows := make([][]any, 0, len(scores))
	var lines [][]any
	for _, s := range scores {
		if s.Ref.ID == 0 {
			s.Ref.ID = tx.ID()
		}
		rows = append(rows, s.row())
		for _, l := range s.Lines() {
			row, err := pointRow(s.Ref, l)
			if err != nil {
				return err
			}
			lines = append(lines, row)
		}
	}
	if err := db.Many(ctx, tx, insertSQL, rows); err != nil {
		return err
	}
	return db.Many(ctx, tx, addPointSQL, lines)
}
