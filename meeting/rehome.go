package meeting

import (
	"context"

	"chibo/ballot"
	"chibo/internal/db"
	"chibo/secret"
)

const (
	rehomeMeetingStep = `INSERT INTO meeting_step (part_id, meeting_id, step, owner_id, due, done_on)
SELECT CAST($3 AS bigint), t.meeting_id, t.step, t.owner_id, t.due, t.done_on
  FROM meeting_step t WHERE t.part_id = $2 AND t.meeting_id IN (SELECT m.id FROM meeting m WHERE m.part_id = $2 AND m.org_id = $1)`
	dropMeetingStep = `DELETE FROM meeting_step WHERE part_id = $2 AND meeting_id IN (SELECT m.id FROM meeting m WHERE m.part_id = $2 AND m.org_id = $1)`

	rehomeMeetingItem = `INSERT INTO meeting_item (part_id, id, meeting_id, seq, title, content, minutes, speaker_id, note, started_at, ended_at, resumed_at,
  spent_ms, code)
SELECT CAST($3 AS bigint), t.id, t.meeting_id, t.seq, t.title, t.content, t.minutes, t.speaker_id, t.note, t.started_at, t.ended_at, t.resumed_at,
  t.spent_ms, t.code
  FROM meeting_item t WHERE t.part_id = $2 AND t.meeting_id IN (SELECT m.id FROM meeting m WHERE m.part_id = $2 AND m.org_id = $1)`
	dropMeetingItem = `DELETE FROM meeting_item WHERE part_id = $2 AND meeting_id IN (SELECT m.id FROM meeting m WHERE m.part_id = $2 AND m.org_id = $1)`

	rehomeRoll = `INSERT INTO roll (part_id, meeting_id, membership_id, standing, seen_at, answer, answer_reason, presence, reason, arrived_at, how,
  by_account, helped_by, known, known_note, late, contested)
SELECT CAST($3 AS bigint), t.meeting_id, t.membership_id, t.standing, t.seen_at, t.answer, t.answer_reason, t.presence, t.reason,
  t.arrived_at, t.how, t.by_account, t.helped_by, t.known, t.known_note, t.late, t.contested
  FROM roll t WHERE t.part_id = $2 AND t.meeting_id IN (SELECT m.id FROM meeting m WHERE m.part_id = $2 AND m.org_id = $1)`
	dropRoll = `DELETE FROM roll WHERE part_id = $2 AND meeting_id IN (SELECT m.id FROM meeting m WHERE m.part_id = $2 AND m.org_id = $1)`

	rehomeDutyTold = `INSERT INTO duty_told (part_id, org_id, month, at)
SELECT CAST($3 AS bigint), t.org_id, t.month, t.at FROM duty_told t WHERE t.part_id = $2 AND t.org_id = $1`
	dropDutyTold = `DELETE FROM duty_told WHERE part_id = $2 AND org_id = $1`

	rehomePlanVersion = `INSERT INTO plan_version (part_id, meeting_id, no, print, at)
SELECT CAST($3 AS bigint), t.meeting_id, t.no, t.print, t.at
  FROM plan_version t WHERE t.part_id = $2 AND t.meeting_id IN (SELECT m.id FROM meeting m WHERE m.part_id = $2 AND m.org_id = $1)`
	dropPlanVersion = `DELETE FROM plan_version WHERE part_id = $2 AND meeting_id IN (SELECT m.id FROM meeting m WHERE m.part_id = $2 AND m.org_id = $1)`

	rehomePaperSeen = `INSERT INTO paper_seen (part_id, meeting_id, membership_id, paper_id, no, opened_at, read_at)
SELECT CAST($3 AS bigint), t.meeting_id, t.membership_id, t.paper_id, t.no, t.opened_at, t.read_at
  FROM paper_seen t WHERE t.part_id = $2 AND t.meeting_id IN (SELECT m.id FROM meeting m WHERE m.part_id = $2 AND m.org_id = $1)`
	dropPaperSeen = `DELETE FROM paper_seen WHERE part_id = $2 AND meeting_id IN (SELECT m.id FROM meeting m WHERE m.part_id = $2 AND m.org_id = $1)`

	rehomeSealed = `INSERT INTO sealed_opinion (part_id, meeting_id, id, item_id, text, day)
SELECT CAST($3 AS bigint), t.meeting_id, t.id, t.item_id, t.text, t.day
  FROM sealed_opinion t WHERE t.part_id = $2 AND t.meeting_id IN (SELECT m.id FROM meeting m WHERE m.part_id = $2 AND m.org_id = $1)`
	dropSealed = `DELETE FROM sealed_opinion WHERE part_id = $2 AND meeting_id IN (SELECT m.id FROM meeting m WHERE m.part_id = $2 AND m.org_id = $1)`

	rehomeRollTrail = `INSERT INTO roll_trail (part_id, id, meeting_id, membership_id, act, presence, text, by_id, at, op)
SELECT CAST($3 AS bigint), t.id, t.meeting_id, t.membership_id, t.act, t.presence, t.text, t.by_id, t.at, t.op
  FROM roll_trail t WHERE t.part_id = $2 AND t.meeting_id IN (SELECT m.id FROM meeting m WHERE m.part_id = $2 AND m.org_id = $1)`
	dropRollTrail = `DELETE FROM roll_trail WHERE part_id = $2 AND meeting_id IN (SELECT m.id FROM meeting m WHERE m.part_id = $2 AND m.org_id = $1)`

	rehomeRollAway = `INSERT INTO roll_away (part_id, id, meeting_id, who_id, left_at, back_at, by_account, op)
SELECT CAST($3 AS bigint), t.id, t.meeting_id, t.who_id, t.left_at, t.back_at, t.by_account, t.op
  FROM roll_away t WHERE t.part_id = $2 AND t.meeting_id IN (SELECT m.id FROM meeting m WHERE m.part_id = $2 AND m.org_id = $1)`
	dropRollAway = `DELETE FROM roll_away WHERE part_id = $2 AND meeting_id IN (SELECT m.id FROM meeting m WHERE m.part_id = $2 AND m.org_id = $1)`

	rehomeGuest = `INSERT INTO meeting_guest (part_id, id, meeting_id, kind, name, post, unit, came_at, by_account, op)
SELECT CAST($3 AS bigint), t.id, t.meeting_id, t.kind, t.name, t.post, t.unit, t.came_at, t.by_account, t.op
  FROM meeting_guest t WHERE t.part_id = $2 AND t.meeting_id IN (SELECT m.id FROM meeting m WHERE m.part_id = $2 AND m.org_id = $1)`
	dropGuest = `DELETE FROM meeting_guest WHERE part_id = $2 AND meeting_id IN (SELECT m.id FROM meeting m WHERE m.part_id = $2 AND m.org_id = $1)`

	rehomeVoteRoom = `INSERT INTO vote_room (part_id, meeting_id, vote_id, who_id, label)
SELECT CAST($3 AS bigint), t.meeting_id, t.vote_id, t.who_id, t.label
  FROM vote_room t WHERE t.part_id = $2 AND t.meeting_id IN (SELECT m.id FROM meeting m WHERE m.part_id = $2 AND m.org_id = $1)`
	dropVoteRoom = `DELETE FROM vote_room WHERE part_id = $2 AND meeting_id IN (SELECT m.id FROM meeting m WHERE m.part_id = $2 AND m.org_id = $1)`

	rehomeOpinion = `INSERT INTO opinion (part_id, id, meeting_id, item_id, membership_id, phase, text, at, by_account, op, read_at)
SELECT CAST($3 AS bigint), t.id, t.meeting_id, t.item_id, t.membership_id, t.phase, t.text, t.at, t.by_account, t.op, t.read_at
  FROM opinion t WHERE t.part_id = $2 AND t.meeting_id IN (SELECT m.id FROM meeting m WHERE m.part_id = $2 AND m.org_id = $1)`
	dropOpinion = `DELETE FROM opinion WHERE part_id = $2 AND meeting_id IN (SELECT m.id FROM meeting m WHERE m.part_id = $2 AND m.org_id = $1)`

	rehomeDecision = `INSERT INTO decision (part_id, id, meeting_id, seq, title, assignee_id, due, product, task_id, work_id)
SELECT CAST($3 AS bigint), t.id, t.meeting_id, t.seq, t.title, t.assignee_id, t.due, t.product, t.task_id, t.work_id
  FROM decision t WHERE t.part_id = $2 AND t.meeting_id IN (SELECT m.id FROM meeting m WHERE m.part_id = $2 AND m.org_id = $1)`
	dropDecision = `DELETE FROM decision WHERE part_id = $2 AND meeting_id IN (SELECT m.id FROM meeting m WHERE m.part_id = $2 AND m.org_id = $1)`

	rehomeSpeech = `INSERT INTO speech (part_id, id, meeting_id, item_id, membership_id, asked_at, began_at, ended_at, by_account, op)
SELECT CAST($3 AS bigint), t.id, t.meeting_id, t.item_id, t.membership_id, t.asked_at, t.began_at, t.ended_at, t.by_account, t.op
  FROM speech t WHERE t.part_id = $2 AND t.meeting_id IN (SELECT m.id FROM meeting m WHERE m.part_id = $2 AND m.org_id = $1)`
	dropSpeech = `DELETE FROM speech WHERE part_id = $2 AND meeting_id IN (SELECT m.id FROM meeting m WHERE m.part_id = $2 AND m.org_id = $1)`

	rehomeCriticism = `INSERT INTO criticism (part_id, id, meeting_id, membership_id, said_by, readers, text, at, by_account, op)
SELECT CAST($3 AS bigint), t.id, t.meeting_id, t.membership_id, t.said_by, t.readers, t.text, t.at, t.by_account, t.op
  FROM criticism t WHERE t.part_id = $2 AND t.meeting_id IN (SELECT m.id FROM meeting m WHERE m.part_id = $2 AND m.org_id = $1)`
	dropCriticism = `DELETE FROM criticism WHERE part_id = $2 AND meeting_id IN (SELECT m.id FROM meeting m WHERE m.part_id = $2 AND m.org_id = $1)`

	rehomeMention = `INSERT INTO mention (part_id, id, meeting_id, membership_id, kind, text, at, by_account, op)
SELECT CAST($3 AS bigint), t.id, t.meeting_id, t.membership_id, t.kind, t.text, t.at, t.by_account, t.op
  FROM mention t WHERE t.part_id = $2 AND t.meeting_id IN (SELECT m.id FROM meeting m WHERE m.part_id = $2 AND m.org_id = $1)`
	dropMention = `DELETE FROM mention WHERE part_id = $2 AND meeting_id IN (SELECT m.id FROM meeting m WHERE m.part_id = $2 AND m.org_id = $1)`

	rehomePen = `INSERT INTO pen (part_id, meeting_id, field, account_id, name, since, until, taken_from)
SELECT CAST($3 AS bigint), t.meeting_id, t.field, t.account_id, t.name, t.since, t.until, t.taken_from
  FROM pen t WHERE t.part_id = $2 AND t.meeting_id IN (SELECT m.id FROM meeting m WHERE m.part_id = $2 AND m.org_id = $1)`
	dropPen = `DELETE FROM pen WHERE part_id = $2 AND meeting_id IN (SELECT m.id FROM meeting m WHERE m.part_id = $2 AND m.org_id = $1)`

	rehomeSeries = `INSERT INTO meeting_series (part_id, id, org_id, from_month, day, nth, weekday, shift, minute, place, made_at, made_by)
SELECT CAST($3 AS bigint), t.id, t.org_id, t.from_month, t.day, t.nth, t.weekday, t.shift, t.minute, t.place, t.made_at, t.made_by
  FROM meeting_series t WHERE t.part_id = $2 AND t.org_id = $1`
	dropSeries = `DELETE FROM meeting_series WHERE part_id = $2 AND org_id = $1`

	rehomeTheme = `INSERT INTO plan_theme (part_id, id, org_id, month, theme, speaker_id)
SELECT CAST($3 AS bigint), t.id, t.org_id, t.month, t.theme, t.speaker_id
  FROM plan_theme t WHERE t.part_id = $2 AND t.org_id = $1`
	dropTheme = `DELETE FROM plan_theme WHERE part_id = $2 AND org_id = $1`

	rehomeGroupSession = `INSERT INTO group_session (part_id, meeting_id, group_id, name, starts_at, place, leader_id, note, opened_at, closed_at, version)
SELECT CAST($3 AS bigint), t.meeting_id, t.group_id, t.name, t.starts_at, t.place, t.leader_id, t.note, t.opened_at, t.closed_at, t.version
  FROM group_session t WHERE t.part_id = $2 AND t.meeting_id IN (SELECT m.id FROM meeting m WHERE m.part_id = $2 AND m.org_id = $1)`
	dropGroupSession = `DELETE FROM group_session WHERE part_id = $2 AND meeting_id IN (SELECT m.id FROM meeting m WHERE m.part_id = $2 AND m.org_id = $1)`

	rehomeSessionSeat = `INSERT INTO session_seat (part_id, meeting_id, membership_id, group_id)
SELECT CAST($3 AS bigint), t.meeting_id, t.membership_id, t.group_id
  FROM session_seat t WHERE t.part_id = $2 AND t.meeting_id IN (SELECT m.id FROM meeting m WHERE m.part_id = $2 AND m.org_id = $1)`
	dropSessionSeat = `DELETE FROM session_seat WHERE part_id = $2 AND meeting_id IN (SELECT m.id FROM meeting m WHERE m.part_id = $2 AND m.org_id = $1)`

	rehomeSessionHands = `INSERT INTO session_hands (part_id, meeting_id, vote_id, group_id, yes, no, other, at, by_account)
SELECT CAST($3 AS bigint), t.meeting_id, t.vote_id, t.group_id, t.yes, t.no, t.other, t.at, t.by_account
  FROM session_hands t WHERE t.part_id = $2 AND t.meeting_id IN (SELECT m.id FROM meeting m WHERE m.part_id = $2 AND m.org_id = $1)`
	dropSessionHands = `DELETE FROM session_hands WHERE part_id = $2 AND meeting_id IN (SELECT m.id FROM meeting m WHERE m.part_id = $2 AND m.org_id = $1)`

	rehomeGroupMember = `INSERT INTO group_member (part_id, membership_id, org_id, group_id)
SELECT CAST($3 AS bigint), t.membership_id, t.org_id, t.group_id
  FROM group_member t WHERE t.part_id = $2 AND t.org_id = $1`
	dropGroupMember = `DELETE FROM group_member WHERE part_id = $2 AND org_id = $1`

	rehomeTold = `INSERT INTO step_told (part_id, meeting_id, step, due, at)
SELECT CAST($3 AS bigint), t.meeting_id, t.step, t.due, t.at
  FROM step_told t WHERE t.part_id = $2 AND t.meeting_id IN (SELECT m.id FROM meeting m WHERE m.part_id = $2 AND m.org_id = $1)`
	dropTold = `DELETE FROM step_told WHERE part_id = $2 AND meeting_id IN (SELECT m.id FROM meeting m WHERE m.part_id = $2 AND m.org_id = $1)`

	rehomeChange = `INSERT INTO meeting_change (part_id, id, meeting_id, what, from_at, from_place, to_at, to_place, reason, at, by_account)
SELECT CAST($3 AS bigint), t.id, t.meeting_id, t.what, t.from_at, t.from_place, t.to_at, t.to_place, t.reason, t.at, t.by_account
  FROM meeting_change t WHERE t.part_id = $2 AND t.meeting_id IN (SELECT m.id FROM meeting m WHERE m.part_id = $2 AND m.org_id = $1)`
	dropChange = `DELETE FROM meeting_change WHERE part_id = $2 AND meeting_id IN (SELECT m.id FROM meeting m WHERE m.part_id = $2 AND m.org_id = $1)`

	rehomeOnline = `INSERT INTO roll_online (part_id, meeting_id, membership_id, how, at, by_account)
SELECT CAST($3 AS bigint), t.meeting_id, t.membership_id, t.how, t.at, t.by_account
  FROM roll_online t WHERE t.part_id = $2 AND t.meeting_id IN (SELECT m.id FROM meeting m WHERE m.part_id = $2 AND m.org_id = $1)`
	dropOnline = `DELETE FROM roll_online WHERE part_id = $2 AND meeting_id IN (SELECT m.id FROM meeting m WHERE m.part_id = $2 AND m.org_id = $1)`

	rehomeMeeting = `INSERT INTO meeting (part_id, id, org_id, body, kind, month, day, starts_at, place, theme, form, state, chair_id, clerk_id, review,
  direction, praise, shortcomings, conclusion, agreed_by, item_id, secret, fee_paid, invited_at, opened_at,
  closed_at, sent_at, created_at, version, after_id, allowed_by, room, template_id)
SELECT CAST($3 AS bigint), t.id, t.org_id, t.body, t.kind, t.month, t.day, t.starts_at, t.place, t.theme, t.form, t.state, t.chair_id,
  t.clerk_id, t.review, t.direction, t.praise, t.shortcomings, t.conclusion, t.agreed_by, t.item_id, t.secret,
  t.fee_paid, t.invited_at, t.opened_at, t.closed_at, t.sent_at, t.created_at, t.version, t.after_id,
  t.allowed_by, t.room, t.template_id
  FROM meeting t WHERE t.part_id = $2 AND t.org_id = $1`
	dropMeeting = `DELETE FROM meeting WHERE part_id = $2 AND org_id = $1`
)

// Rehomed lists the tables whose rows follow a unit to another part.
func Rehomed() []db.Rehoming {
	return []db.Rehoming{
		{Insert: rehomeMeetingStep, Delete: dropMeetingStep},
		{Insert: rehomeMeetingItem, Delete: dropMeetingItem},
		{Insert: rehomeRoll, Delete: dropRoll},
		{Insert: rehomeSealed, Delete: dropSealed},
		{Insert: rehomeRollTrail, Delete: dropRollTrail},
		{Insert: rehomeRollAway, Delete: dropRollAway},
		{Insert: rehomeGuest, Delete: dropGuest},
		{Insert: rehomeVoteRoom, Delete: dropVoteRoom},
		{Insert: rehomeOpinion, Delete: dropOpinion},
		{Insert: rehomeDecision, Delete: dropDecision},
		{Insert: rehomeGroupSession, Delete: dropGroupSession},
		{Insert: rehomeSessionSeat, Delete: dropSessionSeat},
		{Insert: rehomeSessionHands, Delete: dropSessionHands},
		{Insert: rehomeGroupMember, Delete: dropGroupMember},
		{Insert: rehomeTold, Delete: dropTold},
		{Insert: rehomeChange, Delete: dropChange},
		{Insert: rehomeOnline, Delete: dropOnline},
		{Insert: rehomeDutyTold, Delete: dropDutyTold},
		{Insert: rehomePlanVersion, Delete: dropPlanVersion},
		{Insert: rehomePaperSeen, Delete: dropPaperSeen},
		{Insert: rehomeSpeech, Delete: dropSpeech},
		{Insert: rehomeCriticism, Delete: dropCriticism},
		{Insert: rehomeMention, Delete: dropMention},
		{Insert: rehomePen, Delete: dropPen},
		{Insert: rehomeSeries, Delete: dropSeries},
		{Insert: rehomeTheme, Delete: dropTheme},
		{Insert: rehomeMeeting, Delete: dropMeeting},
	}
}

const meetingsOfSQL = `SELECT m.id FROM meeting m WHERE m.part_id = $1 AND m.org_id = $2 ORDER BY m.id`

// Rehome takes the meetings of a unit and their votes to another part, in the
// transaction that changes the unit's part.
func Rehome(ctx context.Context, tx *db.Tx, unitID, from, to int64) error {
	ids, err := db.List(ctx, tx, func(s db.Scanner) (id int64, err error) { return id, s.Scan(&id) }, meetingsOfSQL, from, unitID)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := ballot.Rehome(ctx, tx, id, from, to); err != nil {
			return err
		}
		if err := secret.Rehome(ctx, tx, id, from, to); err != nil {
			return err
		}
	}
	return db.Rehome(ctx, tx, Rehomed(), unitID, from, to)
}
