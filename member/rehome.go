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

const (
	rehomeMemberSpell = `INSERT INTO member_spell (part_id, id, membership_id, kind, from_day, to_day, reason, place, report_on, basis, contact)
SELECT CAST($3 AS bigint), t.id, t.membership_id, t.kind, t.from_day, t.to_day, t.reason, t.place, t.report_on, t.basis, t.contact
  FROM member_spell t WHERE t.part_id = $2 AND t.membership_id IN (SELECT m.id FROM membership m WHERE m.part_id = $2 AND m.cell_id = $1)`
	dropMemberSpell = `DELETE FROM member_spell WHERE part_id = $2 AND membership_id IN (SELECT m.id FROM membership m WHERE m.part_id = $2 AND m.cell_id = $1)`

	rehomePerson = `INSERT INTO person (part_id, id, name, fold, sort, sex, birth, phone, version, other_name, card, idno_sealed, idno_mac, merged_into)
SELECT CAST($3 AS bigint), t.id, t.name, t.fold, t.sort, t.sex, t.birth, t.phone, t.version, t.other_name, t.card, t.idno_sealed,
  t.idno_mac, t.merged_into
  FROM person t WHERE t.part_id = $2 AND t.id IN (` + homeOf + `)`
	dropPerson = `DELETE FROM person WHERE part_id = $2 AND id IN (` + homeOf + `)`

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
		{Insert: rehomePerson, Delete: dropPerson},
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
