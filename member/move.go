package member

import (
	"context"
	"database/sql"

	"chibo/account"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/notify"
	"chibo/org"
)

// one says that one row was changed, and otherwise ErrChanged.
func one(res sql.Result, err error) error {
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return either(err, ErrChanged)
	}
	return nil
}

func either(err, or error) error {
	if err != nil {
		return err
	}
	return or
}

const touchPersonSQL = `UPDATE person SET version = version WHERE part_id = $1 AND id = $2`

// touchPerson takes the person's row first, so that two acts on one person follow each
// other on every engine.
func touchPerson(ctx context.Context, tx *db.Tx, part, personID int64) error {
	_, err := tx.Exec(ctx, touchPersonSQL, part, personID)
	return err
}

const partOfSQL = `SELECT p.part_id FROM membership m JOIN person p ON p.part_id = m.part_id AND p.id = m.person_id
 WHERE m.person_id = $1 ORDER BY m.from_day DESC, m.id DESC LIMIT 1`

// partOf gives where a person's row lies, or ErrNotFound.
func partOf(ctx context.Context, q db.Q, personID int64) (part int64, err error) {
	err = q.QueryRow(ctx, partOfSQL, personID).Scan(&part)
	if db.NoRows(err) {
		return 0, ErrNotFound
	}
	return part, err
}

const homeOverlapSQL = membershipColumns + ` WHERE m.person_id = $1 AND m.kind = 'home' AND (m.to_day = '' OR m.to_day > $2)
   AND ($3 = '' OR m.from_day < $3) ORDER BY m.from_day LIMIT 1`

// elsewhere refuses a home membership from a day on while the person has another one,
// and says where. Beside a home membership a guest's one is normal (rules.md 5.12).
func elsewhere(ctx context.Context, q db.Q, personID int64, from, to civil.Date, field string) error {
	m, err := scanMembership(q.QueryRow(ctx, homeOverlapSQL, personID, from, to))
	if db.NoRows(err) {
		return nil
	}
	if err != nil {
		return err
	}
	cell, err := org.ByID(ctx, q, m.CellID)
	if err != nil {
		return err
	}
	if m.To.IsZero() {
		return fault.Field(field, "member.err.two_cells", "Name", m.Name, "Cell", cell.Name, "From", m.From.Vi())
	}
	return fault.Field(field, "member.err.two_cells_past", "Name", m.Name, "Cell", cell.Name, "From", m.From.Vi(), "To", m.To.Vi())
}

const (
	moveOnePerson = `INSERT INTO person (part_id, id, name, fold, sort, sex, birth, phone, version, other_name, card, idno_sealed, idno_mac, merged_into)
SELECT CAST($3 AS bigint), t.id, t.name, t.fold, t.sort, t.sex, t.birth, t.phone, t.version, t.other_name, t.card, t.idno_sealed,
  t.idno_mac, t.merged_into
  FROM person t WHERE t.part_id = $2 AND t.id = $1`
	dropOnePerson = `DELETE FROM person WHERE part_id = $2 AND id = $1`

	moveOnePair = `INSERT INTO person_pair (part_id, id, keep_id, other_id, state, detail, at, account_id, decider, undone_at)
SELECT CAST($3 AS bigint), t.id, t.keep_id, t.other_id, t.state, t.detail, t.at, t.account_id, t.decider, t.undone_at
  FROM person_pair t WHERE t.part_id = $2 AND t.keep_id = $1`
	dropOnePair = `DELETE FROM person_pair WHERE part_id = $2 AND keep_id = $1`
)

// PersonRehomed lists the tables whose rows follow one person to another part.
func PersonRehomed() []db.Rehoming {
	return []db.Rehoming{{Insert: moveOnePair, Delete: dropOnePair}, {Insert: moveOnePerson, Delete: dropOnePerson}}
}

// rehomePerson takes a person's row to another part, with the records that became a part
// of it, the account, the notices, what is known of the readers, the corrections that
// wait, and what OnMoved keeps. Facts stay with the memberships.
func (l *Life) rehomePerson(ctx context.Context, tx *db.Tx, m Moved) error {
	if m.FromPart == m.ToPart {
		return nil
	}
	ids, err := IDs(ctx, tx, m.FromPart, m.PersonID)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := db.Rehome(ctx, tx, PersonRehomed(), id, m.FromPart, m.ToPart); err != nil {
			return err
		}
		for _, rehome := range []func(context.Context, *db.Tx, int64, int64, int64) error{
			notify.Rehome, account.Rehome, audit.Rehome, FollowMove,
		} {
			if err := rehome(ctx, tx, id, m.FromPart, m.ToPart); err != nil {
				return err
			}
		}
	}
	for _, told := range l.OnMoved {
		if err := told(ctx, tx, m); err != nil {
			return err
		}
	}
	return nil
}

const openSpellsSQL = spellColumns + ` WHERE s.part_id = $1 AND s.membership_id = $2 AND (s.to_day = '' OR s.to_day > $3)`

// end takes a member out of a cell on the day: the membership with its rights and
// spells ends, posts in the cell too.
func (l *Life) end(ctx context.Context, tx *db.Tx, m Membership, day civil.Date, ending string) error {
	if !m.From.Before(day) {
		return fault.Field("day", "member.err.before_joined", "Day", m.From.Vi())
	}
	spells, err := db.List(ctx, tx, scanSpell, openSpellsSQL, m.Part, m.ID, day)
	if err != nil {
		return err
	}
	for _, s := range spells {
		if err := cutSpell(ctx, tx, s, day); err != nil {
			return err
		}
	}
	if err := EndMembership(ctx, tx, m.Part, m.ID, day, ending); err != nil {
		return err
	}
	for _, told := range l.OnEnded {
		if err := told(ctx, tx, Ended{Membership: m, Ending: ending, Day: day}); err != nil {
			return err
		}
	}
	return nil
}

const dropSpellSQL = `DELETE FROM member_spell WHERE part_id = $1 AND id = $2`

// cutSpell ends a spell on the day; one that would only begin then is taken away.
func cutSpell(ctx context.Context, tx *db.Tx, s Spell, day civil.Date) error {
	if s.From.Before(day) {
		return EndSpell(ctx, tx, s.Part, s.ID, day)
	}
	_, err := tx.Exec(ctx, dropSpellSQL, s.Part, s.ID)
	return err
}

// begin puts a person into a cell from the day on, as a transfer does.
func (l *Life) begin(ctx context.Context, tx *db.Tx, cell org.Unit, of Membership, day civil.Date) (int64, error) {
	return AddMembership(ctx, tx, Membership{
		Part: cell.PartID, PersonID: of.PersonID, CellID: cell.ID, Kind: of.Kind, Name: of.Name, From: day,
		Origin: OriginTransfer, AdmittedOn: of.AdmittedOn, OfficialOn: of.OfficialOn,
	})
}

// carry begins in the new cell the spells that are of the person and not of the cell:
// a suspended or exempt member stays so.
func carry(ctx context.Context, tx *db.Tx, spells []Spell, to Membership) error {
	for _, s := range spells {
		if s.Kind != SpellExempt && s.Kind != SpellSuspended && s.Kind != SpellInterrupted {
			continue
		}
		s.Part, s.ID, s.MembershipID, s.Version = to.Part, 0, to.ID, 1
		if s.From.Before(to.From) {
			s.From = to.From
		}
		if !s.To.IsZero() && !s.From.Before(s.To) {
			continue
		}
		if _, err := AddSpell(ctx, tx, s); err != nil {
			return err
		}
	}
	return nil
}
