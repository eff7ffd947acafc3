package meeting

import (
	"context"
	"slices"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/member"
)

const insertRollSQL = `INSERT INTO roll (part_id, meeting_id, membership_id, standing, seen_at, answer, answer_reason, presence, reason,
       arrived_at, how, by_account, helped_by, known, known_note, late, contested)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`

func rollValues(ref ident.Ref, r RollRow, by int64) []any {
	return []any{
		ref.Part, ref.ID, r.MembershipID, r.Standing, millis(r.SeenAt), r.Answer, r.AnswerReason, r.Presence, r.Reason,
		millis(r.ArrivedAt), r.How, by, r.HelpedBy, r.Known, r.KnownNote, r.Late, r.Contested,
	}
}

const rollColumns = `membership_id, standing, seen_at, answer, answer_reason, presence, reason, arrived_at, how,
       helped_by, known, known_note, late, contested`

const rollSQL = `SELECT ` + rollColumns + ` FROM roll WHERE part_id = $1 AND meeting_id = $2 ORDER BY membership_id`

const rollOneSQL = `SELECT ` + rollColumns + ` FROM roll WHERE part_id = $1 AND meeting_id = $2 AND membership_id = $3`

func scanRoll(s db.Scanner) (RollRow, error) {
	var r RollRow
	var seen, arrived int64
	err := s.Scan(&r.MembershipID, &r.Standing, &seen, &r.Answer, &r.AnswerReason, &r.Presence, &r.Reason, &arrived, &r.How,
		&r.HelpedBy, &r.Known, &r.KnownNote, &r.Late, &r.Contested)
	r.SeenAt, r.ArrivedAt = instant(seen), instant(arrived)
	return r, err
}

// rollRows gives the stored rows without names.
func rollRows(ctx context.Context, q db.Q, ref ident.Ref) ([]RollRow, error) {
	return db.List(ctx, q, scanRoll, rollSQL, ref.Part, ref.ID)
}

// rollOne gives one stored row, or ErrStranger.
func rollOne(ctx context.Context, q db.Q, ref ident.Ref, membershipID int64) (RollRow, error) {
	r, err := scanRoll(q.QueryRow(ctx, rollOneSQL, ref.Part, ref.ID, membershipID))
	if db.NoRows(err) {
		return RollRow{}, ErrStranger
	}
	return r, err
}

// body gives the body of a meeting on its day, in the order of names: all members of
// the cell, or those of its committee.
func bodyOf(ctx context.Context, q db.Q, m Meeting) ([]member.OnDay, error) {
	return member.Body(ctx, q, m.Ref.Part, m.OrgID, m.Day)
}

// rollOf gives the roll with the names and flags of the day, in the order of names.
// Before the invitation there are no rows yet; then it is the body with nothing noted.
func rollOf(ctx context.Context, q db.Q, m Meeting, body []member.OnDay) ([]RollRow, error) {
	stored, err := rollRows(ctx, q, m.Ref)
	if err != nil {
		return nil, err
	}
	if len(stored) == 0 {
		stored = freshRoll(body)
	}
	aways, err := awaysOf(ctx, q, m.Ref)
	if err != nil {
		return nil, err
	}
	at := make(map[int64]int, len(body))
	for i, p := range body {
		at[p.MembershipID] = i
	}
	for i := range stored {
		r := &stored[i]
		r.Aways = aways[r.MembershipID]
		j, ok := at[r.MembershipID]
		if !ok {
			r.Official = r.Standing == member.StandingOfficial
			at[r.MembershipID] = len(at) + len(stored)
			continue
		}
		r.PersonID, r.Name, r.Official = body[j].PersonID, body[j].Name, body[j].Official
	}
	slices.SortStableFunc(stored, func(a, b RollRow) int { return at[a.MembershipID] - at[b.MembershipID] })
	return stored, nil
}

func freshRoll(body []member.OnDay) []RollRow {
	out := make([]RollRow, len(body))
	for i, p := range body {
		out[i] = RollRow{MembershipID: p.MembershipID, Standing: p.Standing}
	}
	return out
}

const addRollSQL = `INSERT INTO roll (part_id, meeting_id, membership_id, standing) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`

const standingSQL = `UPDATE roll SET standing = $4 WHERE part_id = $1 AND meeting_id = $2 AND membership_id = $3`

const dropRollSQL = `DELETE FROM roll WHERE part_id = $1 AND meeting_id = $2 AND membership_id = $3 AND presence = ''`

// syncRoll makes the roll agree with the body on the day: members who came since are
// added, standings follow, who left and was not called goes.
func syncRoll(ctx context.Context, tx *db.Tx, m Meeting, body []member.OnDay) error {
	stored, err := rollRows(ctx, tx, m.Ref)
	if err != nil {
		return err
	}
	had := make(map[int64]string, len(stored))
	for _, r := range stored {
		had[r.MembershipID] = r.Standing
	}
	var fresh [][]any
	for _, p := range body {
		standing, ok := had[p.MembershipID]
		delete(had, p.MembershipID)
		switch {
		case !ok:
			fresh = append(fresh, []any{m.Ref.Part, m.Ref.ID, p.MembershipID, p.Standing})
		case standing != p.Standing:
			if _, err := tx.Exec(ctx, standingSQL, m.Ref.Part, m.Ref.ID, p.MembershipID, p.Standing); err != nil {
				return err
			}
		}
	}
	for id := range had {
		if _, err := tx.Exec(ctx, dropRollSQL, m.Ref.Part, m.Ref.ID, id); err != nil {
			return err
		}
	}
	return db.Many(ctx, tx, addRollSQL, fresh)
}

const seenSQL = `UPDATE roll SET seen_at = $4 WHERE part_id = $1 AND meeting_id = $2 AND membership_id = $3 AND seen_at = 0`

const answerSQL = `UPDATE roll SET answer = $4, answer_reason = $5, seen_at = $6 WHERE part_id = $1 AND meeting_id = $2 AND membership_id = $3`

func putAnswer(ctx context.Context, tx *db.Tx, ref ident.Ref, r RollRow) error {
	res, err := tx.Exec(ctx, answerSQL, ref.Part, ref.ID, r.MembershipID, r.Answer, r.AnswerReason, millis(r.SeenAt))
	return one(res, err, ErrStranger)
}

const presenceSQL = `UPDATE roll SET presence = $4, reason = $5, arrived_at = $6, how = $7, by_account = $8,
       helped_by = $9, known = $10, known_note = $11, late = $12
 WHERE part_id = $1 AND meeting_id = $2 AND membership_id = $3`

func putPresence(ctx context.Context, tx *db.Tx, ref ident.Ref, r RollRow, by int64) error {
	res, err := tx.Exec(ctx, presenceSQL, ref.Part, ref.ID, r.MembershipID, r.Presence, r.Reason, millis(r.ArrivedAt), r.How, by,
		r.HelpedBy, r.Known, r.KnownNote, r.Late)
	return one(res, err, ErrStranger)
}

const arriveSQL = `UPDATE roll SET presence = $4, reason = $5, arrived_at = $6, how = $7, by_account = $8,
       helped_by = $9, known = $10, known_note = $11, late = FALSE
 WHERE part_id = $1 AND meeting_id = $2 AND membership_id = $3 AND presence <> 'present'
   AND EXISTS (SELECT 1 FROM meeting m WHERE m.part_id = $1 AND m.id = $2 AND m.state IN ('invited', 'open'))`

// arrive notes a member's coming while the roll is called; false when nothing changed.
func arrive(ctx context.Context, tx *db.Tx, ref ident.Ref, r RollRow, by int64) (bool, error) {
	res, err := tx.Exec(ctx, arriveSQL, ref.Part, ref.ID, r.MembershipID, r.Presence, r.Reason, millis(r.ArrivedAt), r.How, by,
		r.HelpedBy, r.Known, r.KnownNote)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

const yearPresenceSQL = `SELECT r.membership_id, r.presence
  FROM roll r JOIN meeting m ON m.part_id = r.part_id AND m.id = r.meeting_id
 WHERE m.part_id = $1 AND m.org_id = $2 AND m.body = 'cell' AND m.kind = 'regular' AND m.day >= $3 AND m.day <= $4
   AND m.state <> 'cancelled'
 ORDER BY r.membership_id, m.day DESC`

// excusedRun gives the longest row of excused absences of one member at regular
// meetings that ends with this meeting and lies within its year (rules.md 2.23).
func excusedRun(ctx context.Context, q db.Q, m Meeting) (int, error) {
	runs, err := excusedRuns(ctx, q, m)
	longest := 0
	for _, n := range runs {
		longest = max(longest, n)
	}
	return longest, err
}

// excusedRuns gives that row for each member.
func excusedRuns(ctx context.Context, q db.Q, m Meeting) (map[int64]int, error) {
	type row struct {
		member   int64
		presence string
	}
	rows, err := db.List(ctx, q, func(s db.Scanner) (row, error) {
		var r row
		err := s.Scan(&r.member, &r.presence)
		return r, err
	}, yearPresenceSQL, m.Ref.Part, m.OrgID, civil.Of(m.Day.Year(), 1, 1), m.Day)
	runs := map[int64]int{}
	who, over := int64(0), false
	for _, r := range rows {
		if r.member != who {
			who, over = r.member, false
		}
		if over = over || r.presence != Excused; !over {
			runs[r.member]++
		}
	}
	return runs, err
}

const insertOpinionSQL = `INSERT INTO opinion (part_id, id, meeting_id, item_id, membership_id, phase, text, at, by_account, op)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`

func opinionRow(ref ident.Ref, o Opinion) []any {
	return []any{ref.Part, o.ID, ref.ID, o.ItemID, o.MembershipID, o.Phase, o.Text, millis(o.At), o.byAccount, o.op}
}

const opinionsSQL = `SELECT id, item_id, membership_id, phase, text, at, by_account, op, read_at FROM opinion
 WHERE part_id = $1 AND meeting_id = $2 ORDER BY id`

const opinionOpSQL = `SELECT id, item_id, membership_id, phase, text, at, by_account, op, read_at FROM opinion
 WHERE part_id = $1 AND meeting_id = $2 AND op = $3`

func scanOpinion(s db.Scanner) (Opinion, error) {
	var o Opinion
	var at, read int64
	err := s.Scan(&o.ID, &o.ItemID, &o.MembershipID, &o.Phase, &o.Text, &at, &o.byAccount, &o.op, &read)
	o.At, o.ReadAt = instant(at), instant(read)
	return o, err
}

func opinionsOf(ctx context.Context, q db.Q, ref ident.Ref) ([]Opinion, error) {
	return db.List(ctx, q, scanOpinion, opinionsSQL, ref.Part, ref.ID)
}
