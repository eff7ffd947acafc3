package meeting

import (
	"context"
	"database/sql"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
)

const meetingColumns = `part_id, id, org_id, body, kind, month, day, starts_at, place, theme, form, state, chair_id, clerk_id,
       review, direction, praise, shortcomings, conclusion, agreed_by, item_id, secret, fee_paid,
       invited_at, opened_at, closed_at, sent_at, created_at, version, after_id, allowed_by, room, template_id`

const insertMeetingSQL = `INSERT INTO meeting (` + meetingColumns + `)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,
       $15, $16, $17, $18, $19, $20, $21, $22, $23,
       $24, $25, $26, $27, $28, $29, $30, $31, $32, $33)`

func meetingRow(m Meeting) []any {
	return []any{
		m.Ref.Part, m.Ref.ID, m.OrgID, m.Body, m.Kind, m.Month, m.Day, millis(m.StartsAt), m.Place, m.Theme, m.Form, m.State,
		m.ChairID, m.ClerkID, m.Review, m.Direction, m.Praise, m.Shortcomings, m.Conclusion, m.AgreedBy, m.ItemID, m.secret, m.FeePaid,
		millis(m.InvitedAt), millis(m.OpenedAt), millis(m.ClosedAt), millis(m.SentAt), millis(m.CreatedAt), m.Version,
		m.AfterID, m.AllowedBy, m.Room, m.TemplateID,
	}
}

func insertMeeting(ctx context.Context, tx *db.Tx, m Meeting) error {
	_, err := tx.Exec(ctx, insertMeetingSQL, meetingRow(m)...)
	return err
}

func scanMeeting(s db.Scanner) (Meeting, error) {
	var m Meeting
	var starts, invited, opened, closed, sent, created int64
	err := s.Scan(&m.Ref.Part, &m.Ref.ID, &m.OrgID, &m.Body, &m.Kind, &m.Month, &m.Day, &starts, &m.Place, &m.Theme, &m.Form, &m.State,
		&m.ChairID, &m.ClerkID, &m.Review, &m.Direction, &m.Praise, &m.Shortcomings, &m.Conclusion, &m.AgreedBy, &m.ItemID, &m.secret, &m.FeePaid,
		&invited, &opened, &closed, &sent, &created, &m.Version, &m.AfterID, &m.AllowedBy, &m.Room, &m.TemplateID)
	m.StartsAt, m.InvitedAt, m.OpenedAt = instant(starts), instant(invited), instant(opened)
	m.ClosedAt, m.SentAt, m.CreatedAt = instant(closed), instant(sent), instant(created)
	return m, err
}

const meetingSQL = `SELECT ` + meetingColumns + ` FROM meeting WHERE part_id = $1 AND id = $2`

func meetingByRef(ctx context.Context, q db.Q, ref ident.Ref) (Meeting, error) {
	m, err := scanMeeting(q.QueryRow(ctx, meetingSQL, ref.Part, ref.ID))
	if db.NoRows(err) {
		return Meeting{}, ErrNotFound
	}
	return m, err
}

const regularSQL = `SELECT ` + meetingColumns + ` FROM meeting
 WHERE part_id = $1 AND org_id = $2 AND body = $3 AND month = $4 AND kind = 'regular' AND state <> 'cancelled'`

// regularOf gives a body's regular meeting of a month; ok is false when there is none.
func regularOf(ctx context.Context, q db.Q, part, orgID int64, body string, month civil.Month) (m Meeting, ok bool, err error) {
	m, err = scanMeeting(q.QueryRow(ctx, regularSQL, part, orgID, body, month))
	if db.NoRows(err) {
		return Meeting{}, false, nil
	}
	return m, err == nil, err
}

const updateMeetingSQL = `UPDATE meeting SET month = $4, day = $5, starts_at = $6, place = $7, theme = $8, form = $9, state = $10,
       chair_id = $11, clerk_id = $12, review = $13, direction = $14, praise = $15, shortcomings = $16, conclusion = $17,
       agreed_by = $18, item_id = $19, secret = $20, fee_paid = $21, invited_at = $22, opened_at = $23, closed_at = $24,
       sent_at = $25, version = version + CAST($26 AS integer)
 WHERE part_id = $1 AND id = $2 AND version = $3`

// updateMeeting writes what may change. by is added to the version: 1 for a change that
// somebody who has the old page before the eyes must be told of, 0 for one that only
// marks the course of the meeting. No row means that another was faster.
func updateMeeting(ctx context.Context, tx *db.Tx, m Meeting, by int) error {
	res, err := tx.Exec(ctx, updateMeetingSQL, m.Ref.Part, m.Ref.ID, m.Version, m.Month, m.Day, millis(m.StartsAt), m.Place, m.Theme, m.Form, m.State,
		m.ChairID, m.ClerkID, m.Review, m.Direction, m.Praise, m.Shortcomings, m.Conclusion, m.AgreedBy, m.ItemID, m.secret, m.FeePaid,
		millis(m.InvitedAt), millis(m.OpenedAt), millis(m.ClosedAt), millis(m.SentAt), by)
	return one(res, err, ErrStale)
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

const latestBeforeSQL = `SELECT ` + meetingColumns + ` FROM meeting
 WHERE part_id = $1 AND org_id = $2 AND body = 'cell' AND kind = 'regular' AND month < $3 AND state <> 'cancelled'
 ORDER BY month DESC LIMIT 1`

// regularBefore gives the cell's last regular meeting of an earlier month.
func regularBefore(ctx context.Context, q db.Q, m Meeting) (last Meeting, ok bool, err error) {
	last, err = scanMeeting(q.QueryRow(ctx, latestBeforeSQL, m.Ref.Part, m.OrgID, m.Month))
	if db.NoRows(err) {
		return Meeting{}, false, nil
	}
	return last, err == nil, err
}

// Month path.

const insertStepSQL = `INSERT INTO meeting_step (part_id, meeting_id, step, owner_id, due, done_on) VALUES ($1, $2, $3, $4, $5, $6)`

func stepRow(ref ident.Ref, s Step) []any {
	return []any{ref.Part, ref.ID, s.Step, s.OwnerID, s.Due, s.DoneOn}
}

func insertSteps(ctx context.Context, tx *db.Tx, ref ident.Ref, steps []Step) error {
	rows := make([][]any, len(steps))
	for i, s := range steps {
		rows[i] = stepRow(ref, s)
	}
	return db.Many(ctx, tx, insertStepSQL, rows)
}

const stepsSQL = `SELECT step, owner_id, due, done_on FROM meeting_step WHERE part_id = $1 AND meeting_id = $2 ORDER BY due, step`

func stepsOf(ctx context.Context, q db.Q, ref ident.Ref) ([]Step, error) {
	return db.List(ctx, q, func(s db.Scanner) (Step, error) {
		var st Step
		err := s.Scan(&st.Step, &st.OwnerID, &st.Due, &st.DoneOn)
		return st, err
	}, stepsSQL, ref.Part, ref.ID)
}

const stepDoneSQL = `UPDATE meeting_step SET done_on = $4 WHERE part_id = $1 AND meeting_id = $2 AND step = $3 AND done_on = ''`

const stepDueSQL = `UPDATE meeting_step SET due = $4 WHERE part_id = $1 AND meeting_id = $2 AND step = $3 AND done_on = ''`

// StepDone notes the day on which a step of the month path was done, once; the score
// is done by a feature above.
func StepDone(ctx context.Context, tx *db.Tx, ref ident.Ref, step string, day civil.Date) error {
	_, err := tx.Exec(ctx, stepDoneSQL, ref.Part, ref.ID, step, day)
	return err
}
