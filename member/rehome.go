package member

import (
	"context"

	"chibo/account"
	"chibo/audit"
	"chibo/internal/db"
	"chibo/notify"
)

// homeOf gives the persons whose last home in the part $2 is the cell $1: they, and
// what belongs to them and not to a cell, go with it. One who has left for another
// cell went with that one.
const homeOf = `SELECT m.person_id FROM membership m
  LEFT JOIN membership n ON n.part_id = m.part_id AND n.person_id = m.person_id AND n.kind = 'home'
       AND (n.from_day > m.from_day OR (n.from_day = m.from_day AND n.id > m.id))
 WHERE m.part_id = $2 AND m.cell_id = $1 AND m.kind = 'home' AND n.id IS NULL`

// withMerged gives them with the records that became a part of theirs.
const withMerged = `SELECT y.id FROM person y WHERE y.part_id = $2 AND (y.id IN (` + homeOf + `) OR y.merged_into IN (` + homeOf + `))`

const (
	rehomeMemberSpell = `INSERT INTO member_spell (part_id, id, membership_id, kind, from_day, to_day, reason, place, report_on, basis, contact, version, host)
SELECT CAST($3 AS bigint), t.id, t.membership_id, t.kind, t.from_day, t.to_day, t.reason, t.place, t.report_on, t.basis, t.contact,
  t.version, t.host
  FROM member_spell t WHERE t.part_id = $2 AND t.membership_id IN (SELECT m.id FROM membership m WHERE m.part_id = $2 AND m.cell_id = $1)`
	dropMemberSpell = `DELETE FROM member_spell WHERE part_id = $2 AND membership_id IN (SELECT m.id FROM membership m WHERE m.part_id = $2 AND m.cell_id = $1)`

	rehomePerson = `INSERT INTO person (part_id, id, name, fold, sort, sex, birth, phone, version, other_name, card, idno_sealed, idno_mac, merged_into)
SELECT CAST($3 AS bigint), t.id, t.name, t.fold, t.sort, t.sex, t.birth, t.phone, t.version, t.other_name, t.card, t.idno_sealed,
  t.idno_mac, t.merged_into
  FROM person t WHERE t.part_id = $2 AND t.id IN (` + withMerged + `)`
	dropPerson = `DELETE FROM person WHERE part_id = $2 AND id IN (` + withMerged + `)`

	transferOf = `SELECT x.id FROM transfer x WHERE x.part_id = $2 AND (x.from_cell = $1 OR x.from_cell = 0 AND x.to_cell = $1)`

	rehomeTransfer = `INSERT INTO transfer (part_id, id, kind, state, person_id, name, from_cell, from_membership, from_text, to_cell, to_membership,
  to_text, spell_id, basis, basis_on, introduced_on, until_on, study, left_on, arrived_on, ended_on, hold, note, created_at, version)
SELECT CAST($3 AS bigint), t.id, t.kind, t.state, t.person_id, t.name, t.from_cell, t.from_membership, t.from_text, t.to_cell,
  t.to_membership, t.to_text, t.spell_id, t.basis, t.basis_on, t.introduced_on, t.until_on, t.study, t.left_on, t.arrived_on, t.ended_on,
  t.hold, t.note, t.created_at, t.version
  FROM transfer t WHERE t.part_id = $2 AND t.id IN (` + transferOf + `)`
	dropTransfer = `DELETE FROM transfer WHERE part_id = $2 AND id IN (` + transferOf + `)`

	rehomeFee = `INSERT INTO fee (part_id, cell_id, month, membership_id, act_id, at, by_account)
SELECT CAST($3 AS bigint), t.cell_id, t.month, t.membership_id, t.act_id, t.at, t.by_account
  FROM fee t WHERE t.part_id = $2 AND t.cell_id = $1`
	dropFee = `DELETE FROM fee WHERE part_id = $2 AND cell_id = $1`

	rehomeLeaving = `INSERT INTO leaving (part_id, id, membership_id, cell_id, kind, state, facts, reason, proposed_on, decision, decision_on, left_on,
  by_account, version)
SELECT CAST($3 AS bigint), t.id, t.membership_id, t.cell_id, t.kind, t.state, t.facts, t.reason, t.proposed_on, t.decision, t.decision_on,
  t.left_on, t.by_account, t.version
  FROM leaving t WHERE t.part_id = $2 AND t.cell_id = $1`
	dropLeaving = `DELETE FROM leaving WHERE part_id = $2 AND cell_id = $1`

	rehomeChanges = `INSERT INTO correction_field (part_id, correction_id, field, old, new, verdict, answer, account_id, decider, decided_at)
SELECT CAST($3 AS bigint), t.correction_id, t.field, t.old, t.new, t.verdict, t.answer, t.account_id, t.decider, t.decided_at
  FROM correction_field t WHERE t.part_id = $2 AND t.correction_id IN (SELECT c.id FROM correction c WHERE c.part_id = $2 AND c.cell_id = $1)`
	dropChanges = `DELETE FROM correction_field WHERE part_id = $2 AND correction_id IN (SELECT c.id FROM correction c WHERE c.part_id = $2 AND c.cell_id = $1)`

	rehomeCorrection = `INSERT INTO correction (part_id, id, person_id, membership_id, cell_id, state, note, at, closed_at, version)
SELECT CAST($3 AS bigint), t.id, t.person_id, t.membership_id, t.cell_id, t.state, t.note, t.at, t.closed_at, t.version
  FROM correction t WHERE t.part_id = $2 AND t.cell_id = $1`
	dropCorrection = `DELETE FROM correction WHERE part_id = $2 AND cell_id = $1`

	rehomeBadge = `INSERT INTO badge (part_id, id, person_id, membership_id, cell_id, name, years, kind, state, day, given_on, given_by, decision,
  at, account_id, version)
SELECT CAST($3 AS bigint), t.id, t.person_id, t.membership_id, t.cell_id, t.name, t.years, t.kind, t.state, t.day, t.given_on, t.given_by,
  t.decision, t.at, t.account_id, t.version
  FROM badge t WHERE t.part_id = $2 AND t.cell_id = $1`
	dropBadge = `DELETE FROM badge WHERE part_id = $2 AND cell_id = $1`

	rehomePair = `INSERT INTO person_pair (part_id, id, keep_id, other_id, state, detail, at, account_id, decider, undone_at)
SELECT CAST($3 AS bigint), t.id, t.keep_id, t.other_id, t.state, t.detail, t.at, t.account_id, t.decider, t.undone_at
  FROM person_pair t WHERE t.part_id = $2 AND t.keep_id IN (` + homeOf + `)`
	dropPair = `DELETE FROM person_pair WHERE part_id = $2 AND keep_id IN (` + homeOf + `)`

	rehomeMembership = `INSERT INTO membership (part_id, id, person_id, cell_id, kind, name, sort, from_day, to_day, origin, ending, admitted_on, official_on)
SELECT CAST($3 AS bigint), t.id, t.person_id, t.cell_id, t.kind, t.name, t.sort, t.from_day, t.to_day, t.origin, t.ending, t.admitted_on,
  t.official_on
  FROM membership t WHERE t.part_id = $2 AND t.cell_id = $1`
	dropMembership = `DELETE FROM membership WHERE part_id = $2 AND cell_id = $1`
)

// Rehomed lists the tables whose rows follow a cell to another part.
func Rehomed() []db.Rehoming {
	return []db.Rehoming{
		{Insert: rehomeMemberSpell, Delete: dropMemberSpell},
		{Insert: rehomeChanges, Delete: dropChanges},
		{Insert: rehomeCorrection, Delete: dropCorrection},
		{Insert: rehomeBadge, Delete: dropBadge},
		{Insert: rehomePair, Delete: dropPair},
		{Insert: rehomePerson, Delete: dropPerson},
		{Insert: rehomeTransfer, Delete: dropTransfer},
		{Insert: rehomeFee, Delete: dropFee},
		{Insert: rehomeLeaving, Delete: dropLeaving},
		{Insert: rehomeMembership, Delete: dropMembership},
	}
}

// Rehome takes the memberships of a cell, and the persons whose home it is with
// their notices, account and readers, to another part, in the transaction that
// changes the cell's part.
func Rehome(ctx context.Context, tx *db.Tx, cellID, from, to int64) error {
	persons, err := db.List(ctx, tx, func(s db.Scanner) (id int64, err error) { return id, s.Scan(&id) }, homeOf, cellID, from)
	if err != nil {
		return err
	}
	for _, id := range persons {
		for _, rehome := range []func(context.Context, *db.Tx, int64, int64, int64) error{notify.Rehome, account.Rehome, audit.Rehome} {
			if err := rehome(ctx, tx, id, from, to); err != nil {
				return err
			}
		}
	}
	return db.Rehome(ctx, tx, Rehomed(), cellID, from, to)
}
