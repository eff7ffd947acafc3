package admission

import (
	"context"

	"chibo/internal/db"
)

// Whose rows they are: those of the dossiers of a cell $1, of one dossier $1, of the cell or
// unit $1 itself, in the part $2.
const (
	ofCell = ` AND dossier_id IN (SELECT k.id FROM dossier k WHERE k.part_id = $2 AND k.cell_id = $1)`
	ofOne  = ` AND dossier_id = $1`
	ofUnit = ` AND org_id = $1`
)

const (
	copyDossierStep = `INSERT INTO dossier_step (part_id, id, dossier_id, step, outcome, day, received, number, body, yes, no, base, rule, rule_from, meeting_id, vote_id, secret, note,
  missing, unit_id, account, name, at, struck_at, op)
SELECT CAST($3 AS bigint), t.id, t.dossier_id, t.step, t.outcome, t.day, t.received, t.number, t.body, t.yes, t.no, t.base, t.rule, t.rule_from,
  t.meeting_id, t.vote_id, t.secret, t.note, t.missing, t.unit_id, t.account, t.name, t.at, t.struck_at, t.op
  FROM dossier_step t WHERE t.part_id = $2`
	copyDossierClock = `INSERT INTO dossier_clock (part_id, dossier_id, clock, from_day, opens, due, plain_due, reason, done_on)
SELECT CAST($3 AS bigint), t.dossier_id, t.clock, t.from_day, t.opens, t.due, t.plain_due, t.reason, t.done_on
  FROM dossier_clock t WHERE t.part_id = $2`
	copyDossierTold = `INSERT INTO dossier_told (part_id, dossier_id, clock, due, mark, at)
SELECT CAST($3 AS bigint), t.dossier_id, t.clock, t.due, t.mark, t.at
  FROM dossier_told t WHERE t.part_id = $2`
	copyDossierPaper = `INSERT INTO dossier_paper (part_id, dossier_id, kind, present, number, day, pages, kept, checked_by, checked_on, note, at, version)
SELECT CAST($3 AS bigint), t.dossier_id, t.kind, t.present, t.number, t.day, t.pages, t.kept, t.checked_by, t.checked_on, t.note, t.at, t.version
  FROM dossier_paper t WHERE t.part_id = $2`
	copyDossierIntroducer = `INSERT INTO dossier_introducer (part_id, dossier_id, seq, way, membership_id, name, since, sent, number, day)
SELECT CAST($3 AS bigint), t.dossier_id, t.seq, t.way, t.membership_id, t.name, t.since, t.sent, t.number, t.day
  FROM dossier_introducer t WHERE t.part_id = $2`
	copyDossierHelper = `INSERT INTO dossier_helper (part_id, id, dossier_id, membership_id, name, from_day, to_day)
SELECT CAST($3 AS bigint), t.id, t.dossier_id, t.membership_id, t.name, t.from_day, t.to_day
  FROM dossier_helper t WHERE t.part_id = $2`
	copyDossierNote = `INSERT INTO dossier_note (part_id, id, dossier_id, kind, day, due, done_on, verdict, text, meeting_id, item_id, account, name, at)
SELECT CAST($3 AS bigint), t.id, t.dossier_id, t.kind, t.day, t.due, t.done_on, t.verdict, t.text, t.meeting_id, t.item_id, t.account, t.name, t.at
  FROM dossier_note t WHERE t.part_id = $2`
	copyDossierHand = `INSERT INTO dossier_hand (part_id, dossier_id, org_id, since)
SELECT CAST($3 AS bigint), t.dossier_id, t.org_id, t.since
  FROM dossier_hand t WHERE t.part_id = $2`
	copyDossierRead = `INSERT INTO dossier_read (part_id, dossier_id, account, day, name, times, at)
SELECT CAST($3 AS bigint), t.dossier_id, t.account, t.day, t.name, t.times, t.at
  FROM dossier_read t WHERE t.part_id = $2`
	copyDossier = `INSERT INTO dossier (part_id, id, cell_id, name, fold, sort, sex, birth, citizen, ethnic, education, professional, occupation, owner, youth_union, youth_base,
  trade_union, education_as, again, left_on, disunity, state, step, holder_id, since, clock, due, tracked_on, reviewed_on, meeting_id,
  item_id, decided_on, joined_on, official_on, membership_id, stop_reason, stopped_on, keep_until, to_cell, by_account, at, version, op)
SELECT CAST($3 AS bigint), t.id, t.cell_id, t.name, t.fold, t.sort, t.sex, t.birth, t.citizen, t.ethnic, t.education, t.professional, t.occupation,
  t.owner, t.youth_union, t.youth_base, t.trade_union, t.education_as, t.again, t.left_on, t.disunity, t.state, t.step, t.holder_id, t.since,
  t.clock, t.due, t.tracked_on, t.reviewed_on, t.meeting_id, t.item_id, t.decided_on, t.joined_on, t.official_on, t.membership_id,
  t.stop_reason, t.stopped_on, t.keep_until, t.to_cell, t.by_account, t.at, t.version, t.op
  FROM dossier t WHERE t.part_id = $2`
	copyAdmissionPlan = `INSERT INTO admission_plan (part_id, org_id, year, q1, q2, q3, q4, sources, text, none, reason, next_step, next_on, base_on, base_members, by_account, by_name, at,
  version)
SELECT CAST($3 AS bigint), t.org_id, t.year, t.q1, t.q2, t.q3, t.q4, t.sources, t.text, t.none, t.reason, t.next_step, t.next_on, t.base_on,
  t.base_members, t.by_account, t.by_name, t.at, t.version
  FROM admission_plan t WHERE t.part_id = $2`
	copyAdmissionTotal = `INSERT INTO admission_total (part_id, org_id, year, code, count, by_account, by_name, at, version)
SELECT CAST($3 AS bigint), t.org_id, t.year, t.code, t.count, t.by_account, t.by_name, t.at, t.version FROM admission_total t WHERE t.part_id = $2`
	copyAdmissionSaid = `INSERT INTO admission_said (part_id, id, org_id, year, none, reason, next_step, next_on, by_account, by_name, at)
SELECT CAST($3 AS bigint), t.id, t.org_id, t.year, t.none, t.reason, t.next_step, t.next_on, t.by_account, t.by_name, t.at FROM admission_said t WHERE t.part_id = $2`
)

const (
	dropDossierStep       = `DELETE FROM dossier_step WHERE part_id = $2`
	dropDossierClock      = `DELETE FROM dossier_clock WHERE part_id = $2`
	dropDossierTold       = `DELETE FROM dossier_told WHERE part_id = $2`
	dropDossierPaper      = `DELETE FROM dossier_paper WHERE part_id = $2`
	dropDossierIntroducer = `DELETE FROM dossier_introducer WHERE part_id = $2`
	dropDossierHelper     = `DELETE FROM dossier_helper WHERE part_id = $2`
	dropDossierNote       = `DELETE FROM dossier_note WHERE part_id = $2`
	dropDossierHand       = `DELETE FROM dossier_hand WHERE part_id = $2`
	dropDossierRead       = `DELETE FROM dossier_read WHERE part_id = $2`
	dropDossier           = `DELETE FROM dossier WHERE part_id = $2`
	dropAdmissionPlan     = `DELETE FROM admission_plan WHERE part_id = $2`
	dropAdmissionTotal    = `DELETE FROM admission_total WHERE part_id = $2`
	dropAdmissionSaid     = `DELETE FROM admission_said WHERE part_id = $2`
)

// Rehomed lists the tables whose rows follow a unit to another part. A dossier follows its
// cell, and is the last of its own.
func Rehomed() []db.Rehoming {
	return []db.Rehoming{
		{Insert: copyDossierStep + ofCell, Delete: dropDossierStep + ofCell},
		{Insert: copyDossierClock + ofCell, Delete: dropDossierClock + ofCell},
		{Insert: copyDossierTold + ofCell, Delete: dropDossierTold + ofCell},
		{Insert: copyDossierPaper + ofCell, Delete: dropDossierPaper + ofCell},
		{Insert: copyDossierIntroducer + ofCell, Delete: dropDossierIntroducer + ofCell},
		{Insert: copyDossierHelper + ofCell, Delete: dropDossierHelper + ofCell},
		{Insert: copyDossierNote + ofCell, Delete: dropDossierNote + ofCell},
		{Insert: copyDossierHand + ofCell, Delete: dropDossierHand + ofCell},
		{Insert: copyDossierRead + ofCell, Delete: dropDossierRead + ofCell},
		{Insert: copyDossier + ` AND t.cell_id = $1`, Delete: dropDossier + ` AND cell_id = $1`},
		{Insert: copyAdmissionPlan + ofUnit, Delete: dropAdmissionPlan + ofUnit},
		{Insert: copyAdmissionTotal + ofUnit, Delete: dropAdmissionTotal + ofUnit},
		{Insert: copyAdmissionSaid + ofUnit, Delete: dropAdmissionSaid + ofUnit},
	}
}

// oneRehomed lists the tables whose rows follow one dossier to another part.
func oneRehomed() []db.Rehoming {
	return []db.Rehoming{
		{Insert: copyDossierStep + ofOne, Delete: dropDossierStep + ofOne},
		{Insert: copyDossierClock + ofOne, Delete: dropDossierClock + ofOne},
		{Insert: copyDossierTold + ofOne, Delete: dropDossierTold + ofOne},
		{Insert: copyDossierPaper + ofOne, Delete: dropDossierPaper + ofOne},
		{Insert: copyDossierIntroducer + ofOne, Delete: dropDossierIntroducer + ofOne},
		{Insert: copyDossierHelper + ofOne, Delete: dropDossierHelper + ofOne},
		{Insert: copyDossierNote + ofOne, Delete: dropDossierNote + ofOne},
		{Insert: copyDossierHand + ofOne, Delete: dropDossierHand + ofOne},
		{Insert: copyDossierRead + ofOne, Delete: dropDossierRead + ofOne},
		{Insert: copyDossier + ` AND t.id = $1`, Delete: dropDossier + ` AND id = $1`},
	}
}

// Rehome takes the dossiers and the plans of a unit to another part, in the transaction
// that changes the unit's part.
func Rehome(ctx context.Context, tx *db.Tx, unitID, from, to int64) error {
	return db.Rehome(ctx, tx, Rehomed(), unitID, from, to)
}
