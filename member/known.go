package member

import (
	"context"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
)

// Known is a home member with all that an import compares.
type Known struct {
	Person     Person // the identity number stays sealed
	IDNoMAC    string // its keyed hash, "" without one
	Membership Membership
	Spell      string // kind of the spell on the day, "" none
	SpellID    int64
}

const knownSQL = `SELECT m.part_id, m.id, m.person_id, m.cell_id, m.from_day, m.admitted_on, m.official_on,
  COALESCE(pe.name, m.name), COALESCE(pe.sex, ''), COALESCE(pe.birth, ''), COALESCE(pe.phone, ''), COALESCE(pe.other_name, ''),
  COALESCE(pe.card, ''), COALESCE(pe.idno_mac, ''), COALESCE(pe.version, 0), COALESCE(s.kind, ''), COALESCE(s.id, 0)
  FROM org c JOIN membership m ON m.part_id = c.part_id AND m.cell_id = c.id
  LEFT JOIN person pe ON pe.part_id = m.part_id AND pe.id = m.person_id` + inForce + `
 WHERE c.path >= $1 AND c.path < $2 AND m.kind = 'home' AND m.from_day <= $3 AND (m.to_day = '' OR m.to_day > $3)
 ORDER BY m.part_id, m.id, s.id`

// EachKnown gives the home members of the scope on the day, one after the other. It is
// for imports, whose right the scope proves.
func EachKnown(ctx context.Context, q db.Q, scope access.Scope, day civil.Date, fn func(Known) error) error {
	lo, hi := scope.Range()
	rows, err := q.Query(ctx, knownSQL, lo, hi, day)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // Err below says it
	last := int64(0)
	for rows.Next() {
		var k Known
		m, p := &k.Membership, &k.Person
		if err := rows.Scan(&m.Part, &m.ID, &m.PersonID, &m.CellID, &m.From, &m.AdmittedOn, &m.OfficialOn, &p.Name, &p.Sex,
			&p.Birth, &p.Phone, &p.OtherName, &p.Card, &k.IDNoMAC, &p.Version, &k.Spell, &k.SpellID); err != nil {
			return err
		}
		if m.ID == last { // imported spells may overlap
			continue
		}
		last, p.Part, p.ID = m.ID, m.Part, m.PersonID
		if err := fn(k); err != nil {
			return err
		}
	}
	return rows.Err()
}

const (
	cardsSQL = `SELECT card FROM person WHERE card <> '' AND card` + db.InList
	macsSQL  = `SELECT idno_mac FROM person WHERE idno_mac <> '' AND idno_mac` + db.InList
)

// Numbered says which of the card numbers, and of the hashes of identity numbers, the
// register holds, wherever the person is.
func Numbered(ctx context.Context, q db.Q, cards, macs []string) (map[string]bool, error) {
	found := map[string]bool{}
	for _, ask := range []struct {
		query string
		list  []string
	}{{cardsSQL, cards}, {macsSQL, macs}} {
		for args := range db.In(ask.list) {
			got, err := db.List(ctx, q, func(s db.Scanner) (string, error) {
				var v string
				err := s.Scan(&v)
				return v, err
			}, ask.query, args...)
			if err != nil {
				return nil, err
			}
			for _, v := range got {
				found[v] = true
			}
		}
	}
	return found, nil
}

const datesSQL = `UPDATE membership SET admitted_on = $3, official_on = $4 WHERE part_id = $1 AND id = $2 AND to_day = ''`

// SetDates corrects when the member was admitted and became official (rules.md 5.02).
// Call RefreshState when all changes of the cell are made.
func SetDates(ctx context.Context, tx *db.Tx, part, id int64, admitted, official civil.Date) error {
	if !official.IsZero() && !admitted.IsZero() && official.Before(admitted) {
		return Membership{From: admitted, AdmittedOn: admitted, OfficialOn: official}.Check()
	}
	res, err := tx.Exec(ctx, datesSQL, part, id, admitted, official)
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if n == 0 {
		return orNotFound(err)
	}
	return err
}

// Contact is what a list shows of a person only to who may see it.
type Contact struct{ Phone, Card string }

const contactsSQL = `SELECT id, phone, card FROM person WHERE part_id = $33 AND id` + db.InList

// Contacts gives whole telephone and card numbers of the members of a list, by person.
// The caller checks the rights and notes the reading.
func Contacts(ctx context.Context, q db.Q, list []Row) (map[int64]Contact, error) {
	byPart := map[int64][]int64{}
	for _, r := range list {
		byPart[r.Ref.Part] = append(byPart[r.Ref.Part], r.PersonID)
	}
	out := make(map[int64]Contact, len(list))
	for part, ids := range byPart {
		for args := range db.In(ids, part) {
			type pair struct {
				id int64
				c  Contact
			}
			got, err := db.List(ctx, q, func(s db.Scanner) (p pair, err error) {
				err = s.Scan(&p.id, &p.c.Phone, &p.c.Card)
				return p, err
			}, contactsSQL, args...)
			if err != nil {
				return nil, err
			}
			for _, p := range got {
				out[p.id] = p.c
			}
		}
	}
	return out, nil
}
