package admission

import (
	"context"
	"database/sql"

	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/internal/viet"
)

const fields = `part_id, id, cell_id, name, fold, sort, sex, birth, citizen, ethnic, education, professional, occupation, owner, youth_union, youth_base,
  trade_union, education_as, again, left_on, disunity, state, step, holder_id, since, clock, due, tracked_on, reviewed_on, meeting_id, item_id, decided_on,
  joined_on, official_on, membership_id, stop_reason, stopped_on, keep_until, to_cell, by_account, at, version, op`

const columns = `d.part_id, d.id, d.cell_id, d.name, d.sex, d.birth, d.citizen, d.ethnic, d.education, d.professional, d.occupation, d.owner, d.youth_union,
  d.youth_base, d.trade_union, d.education_as, d.again, d.left_on, d.disunity, d.state, d.step, d.holder_id, d.since, d.clock, d.due, d.tracked_on,
  d.reviewed_on, d.meeting_id, d.item_id, d.decided_on, d.joined_on, d.official_on, d.membership_id, d.stop_reason, d.stopped_on, d.keep_until,
  d.to_cell, d.by_account, d.at, d.version, d.op`

const insertSQL = `INSERT INTO dossier (` + fields + `)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30,
  $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43)`

func (d Dossier) row() []any {
	p := d.Person
	return []any{
		d.Ref.Part, d.Ref.ID, d.CellID, p.Name, viet.Fold(p.Name), viet.SortKey(p.Name), p.Sex, p.Birth, p.Citizen, p.Ethnic, p.Education, p.Professional,
		p.Occupation, p.Owner, p.YouthUnion, p.YouthBase, p.TradeUnion, p.EducationAs, p.Again, p.LeftOn, p.Disunity, string(d.State), d.Step, d.HolderID,
		d.Since, d.Clock, d.Due, d.TrackedOn, d.ReviewedOn, d.MeetingID, d.ItemID, d.DecidedOn, d.JoinedOn, d.OfficialOn, d.MembershipID, d.StopReason,
		d.StoppedOn, d.KeepUntil, d.ToCell, d.byAccount, d.at, max(d.Version, 1), d.op,
	}
}

func (d *Dossier) dest() []any {
	p := &d.Person
	return []any{
		&d.Ref.Part, &d.Ref.ID, &d.CellID, &p.Name, &p.Sex, &p.Birth, &p.Citizen, &p.Ethnic, &p.Education, &p.Professional, &p.Occupation, &p.Owner,
		&p.YouthUnion, &p.YouthBase, &p.TradeUnion, &p.EducationAs, &p.Again, &p.LeftOn, &p.Disunity, &d.State, &d.Step, &d.HolderID, &d.Since, &d.Clock,
		&d.Due, &d.TrackedOn, &d.ReviewedOn, &d.MeetingID, &d.ItemID, &d.DecidedOn, &d.JoinedOn, &d.OfficialOn, &d.MembershipID, &d.StopReason,
		&d.StoppedOn, &d.KeepUntil, &d.ToCell, &d.byAccount, &d.at, &d.Version, &d.op,
	}
}

func scan(s db.Scanner) (d Dossier, err error) { return d, s.Scan(d.dest()...) }

const byRefSQL = `SELECT ` + columns + ` FROM dossier d WHERE d.part_id = $1 AND d.id = $2`

// byRef gives one dossier, or ErrNotFound. It checks no right.
func byRef(ctx context.Context, q db.Q, ref ident.Ref) (Dossier, error) {
	d, err := scan(q.QueryRow(ctx, byRefSQL, ref.Part, ref.ID))
	if db.NoRows(err) {
		return d, ErrNotFound
	}
	return d, err
}

const updateSQL = `UPDATE dossier SET name = $4, fold = $5, sort = $6, sex = $7, birth = $8, citizen = $9, ethnic = $10, education = $11, professional = $12,
  occupation = $13, owner = $14, youth_union = $15, youth_base = $16, trade_union = $17, education_as = $18, again = $19, left_on = $20, disunity = $21,
  state = $22, step = $23, holder_id = $24, since = $25, clock = $26, due = $27, reviewed_on = $28, meeting_id = $29, item_id = $30, decided_on = $31,
  joined_on = $32, official_on = $33, membership_id = $34, stop_reason = $35, stopped_on = $36, keep_until = $37, to_cell = $38, cell_id = $39,
  version = version + 1
 WHERE part_id = $1 AND id = $2 AND version = $3`

// update writes the whole row. No row means that another was faster.
func update(ctx context.Context, tx *db.Tx, d Dossier) error {
	p := d.Person
	res, err := tx.Exec(ctx, updateSQL, d.Ref.Part, d.Ref.ID, d.Version, p.Name, viet.Fold(p.Name), viet.SortKey(p.Name), p.Sex, p.Birth, p.Citizen, p.Ethnic,
		p.Education, p.Professional, p.Occupation, p.Owner, p.YouthUnion, p.YouthBase, p.TradeUnion, p.EducationAs, p.Again, p.LeftOn, p.Disunity,
		string(d.State), d.Step, d.HolderID, d.Since, d.Clock, d.Due, d.ReviewedOn, d.MeetingID, d.ItemID, d.DecidedOn, d.JoinedOn, d.OfficialOn,
		d.MembershipID, d.StopReason, d.StoppedOn, d.KeepUntil, d.ToCell, d.CellID)
	return one(res, err, ErrChanged)
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

const byOpSQL = `SELECT d.id FROM dossier d WHERE d.part_id = $1 AND d.op = $2 AND d.by_account = $3`

const stepColumns = `s.id, s.step, s.outcome, s.day, s.received, s.number, s.body, s.yes, s.no, s.base, s.rule, s.rule_from, s.meeting_id, s.vote_id, s.secret,
  s.note, s.missing, s.unit_id, s.account, s.name, s.at, s.struck_at, s.op`

const insertStepSQL = `INSERT INTO dossier_step (part_id, dossier_id, id, step, outcome, day, received, number, body, yes, no, base, rule, rule_from, meeting_id,
  vote_id, secret, note, missing, unit_id, account, name, at, struck_at, op)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)`

func (r Record) row(ref ident.Ref) []any {
	struck := int64(0)
	if !r.StruckAt.IsZero() {
		struck = r.StruckAt.UnixMilli()
	}
	return []any{
		ref.Part, ref.ID, r.ID, r.Step, r.Outcome, r.Day, r.Received, r.Number, r.Body, r.Yes, r.No, r.Base, r.RuleKey, r.RuleFrom, r.MeetingID, r.VoteID,
		r.Secret, r.Note, r.Missing, r.UnitID, r.account, r.Name, r.At.UnixMilli(), struck, r.op,
	}
}

func scanStep(s db.Scanner) (r Record, err error) {
	var at, struck int64
	err = s.Scan(&r.ID, &r.Step, &r.Outcome, &r.Day, &r.Received, &r.Number, &r.Body, &r.Yes, &r.No, &r.Base, &r.RuleKey, &r.RuleFrom, &r.MeetingID, &r.VoteID,
		&r.Secret, &r.Note, &r.Missing, &r.UnitID, &r.account, &r.Name, &at, &struck, &r.op)
	r.At, r.StruckAt = instant(at), instant(struck)
	return r, err
}

const stepsSQL = `SELECT ` + stepColumns + ` FROM dossier_step s WHERE s.part_id = $1 AND s.dossier_id = $2 ORDER BY s.id`

// Records gives the trail, the first line first, with what was struck. It checks no right.
func Records(ctx context.Context, q db.Q, ref ident.Ref) ([]Record, error) {
	return db.List(ctx, q, scanStep, stepsSQL, ref.Part, ref.ID)
}

const strikeSQL = `UPDATE dossier_step SET struck_at = $4 WHERE part_id = $1 AND dossier_id = $2 AND id = $3 AND struck_at = 0`

const clockColumns = `c.clock, c.from_day, c.opens, c.due, c.plain_due, c.reason, c.done_on`

const (
	dropClocksSQL  = `DELETE FROM dossier_clock WHERE part_id = $1 AND dossier_id = $2`
	insertClockSQL = `INSERT INTO dossier_clock (part_id, dossier_id, clock, from_day, opens, due, plain_due, reason, done_on)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
	clocksSQL = `SELECT ` + clockColumns + ` FROM dossier_clock c WHERE c.part_id = $1 AND c.dossier_id = $2 ORDER BY c.due, c.clock`
)

func scanClock(s db.Scanner) (c Clock, err error) {
	return c, s.Scan(&c.Code, &c.From, &c.Opens, &c.Due, &c.Plain, &c.Reason, &c.DoneOn)
}

// Clocks gives the deadlines, the nearest first. It checks no right.
func Clocks(ctx context.Context, q db.Q, ref ident.Ref) ([]Clock, error) {
	return db.List(ctx, q, scanClock, clocksSQL, ref.Part, ref.ID)
}

func putClocks(ctx context.Context, tx *db.Tx, ref ident.Ref, list []Clock) error {
	if _, err := tx.Exec(ctx, dropClocksSQL, ref.Part, ref.ID); err != nil {
		return err
	}
	rows := make([][]any, len(list))
	for i, c := range list {
		rows[i] = []any{ref.Part, ref.ID, c.Code, c.From, c.Opens, c.Due, c.Plain, c.Reason, c.DoneOn}
	}
	return db.Many(ctx, tx, insertClockSQL, rows)
}

const paperColumns = `p.kind, p.present, p.number, p.day, p.pages, p.kept, p.checked_by, p.checked_on, p.note, p.version`

const papersSQL = `SELECT ` + paperColumns + ` FROM dossier_paper p WHERE p.part_id = $1 AND p.dossier_id = $2 ORDER BY p.kind`

// PapersOf gives what is recorded of the papers. It checks no right.
func PapersOf(ctx context.Context, q db.Q, ref ident.Ref) ([]Paper, error) {
	return db.List(ctx, q, func(s db.Scanner) (p Paper, err error) {
		return p, s.Scan(&p.Kind, &p.Present, &p.Number, &p.Day, &p.Pages, &p.Kept, &p.CheckedBy, &p.CheckedOn, &p.Note, &p.Version)
	}, papersSQL, ref.Part, ref.ID)
}

const putPaperSQL = `INSERT INTO dossier_paper (part_id, dossier_id, kind, present, number, day, pages, kept, checked_by, checked_on, note, at, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1)
ON CONFLICT (part_id, dossier_id, kind) DO UPDATE SET present = excluded.present, number = excluded.number, day = excluded.day, pages = excluded.pages,
  kept = excluded.kept, checked_by = excluded.checked_by, checked_on = excluded.checked_on, note = excluded.note, at = excluded.at,
  version = dossier_paper.version + 1`

const (
	introducersSQL = `SELECT i.seq, i.way, i.membership_id, i.name, i.since, i.sent, i.number, i.day FROM dossier_introducer i
 WHERE i.part_id = $1 AND i.dossier_id = $2 ORDER BY i.seq`
	dropIntroducersSQL  = `DELETE FROM dossier_introducer WHERE part_id = $1 AND dossier_id = $2`
	insertIntroducerSQL = `INSERT INTO dossier_introducer (part_id, dossier_id, seq, way, membership_id, name, since, sent, number, day)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
)

func introducersOf(ctx context.Context, q db.Q, ref ident.Ref) ([]Introducer, error) {
	return db.List(ctx, q, func(s db.Scanner) (i Introducer, err error) {
		return i, s.Scan(&i.Seq, &i.Way, &i.MembershipID, &i.Name, &i.Since, &i.Sent, &i.Number, &i.Day)
	}, introducersSQL, ref.Part, ref.ID)
}

const (
	helpersSQL = `SELECT h.id, h.membership_id, h.name, h.from_day, h.to_day FROM dossier_helper h WHERE h.part_id = $1 AND h.dossier_id = $2
 ORDER BY CASE WHEN h.to_day = '' THEN 0 ELSE 1 END, h.id`
	insertHelperSQL = `INSERT INTO dossier_helper (part_id, id, dossier_id, membership_id, name, from_day, to_day) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	endHelperSQL    = `UPDATE dossier_helper SET to_day = $4 WHERE part_id = $1 AND dossier_id = $2 AND membership_id = $3 AND to_day = ''`
	notesSQL        = `SELECT n.id, n.kind, n.day, n.due, n.done_on, n.verdict, n.text, n.meeting_id, n.item_id, n.name, n.at FROM dossier_note n
 WHERE n.part_id = $1 AND n.dossier_id = $2 ORDER BY n.day DESC, n.id DESC`
	insertNoteSQL = `INSERT INTO dossier_note (part_id, id, dossier_id, kind, day, due, done_on, verdict, text, meeting_id, item_id, account, name, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`
	doneNoteSQL = `UPDATE dossier_note SET done_on = $4 WHERE part_id = $1 AND dossier_id = $2 AND id = $3 AND kind = 'work' AND done_on = ''`
)

const (
	handSQL = `INSERT INTO dossier_hand (part_id, dossier_id, org_id, since) VALUES ($1, $2, $3, $4)
ON CONFLICT (part_id, dossier_id, org_id) DO NOTHING`
	handsSQL = `SELECT h.org_id FROM dossier_hand h WHERE h.part_id = $1 AND h.dossier_id = $2 ORDER BY h.org_id`
)

const readSQL = `INSERT INTO dossier_read (part_id, dossier_id, account, day, name, times, at) VALUES ($1, $2, $3, $4, $5, 1, $6)
ON CONFLICT (part_id, dossier_id, account, day) DO UPDATE SET times = dossier_read.times + 1, at = excluded.at`

const readingsSQL = `SELECT r.name, r.day, r.times FROM dossier_read r WHERE r.part_id = $1 AND r.dossier_id = $2 ORDER BY r.at DESC LIMIT $3`
