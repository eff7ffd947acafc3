package member

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/seal"
	"chibo/internal/viet"
	"chibo/rulebook"
)

// Limits is what the values of a record must be like by the rules: the digits that
// numbers may have, the length of now first (rules.md 5.29, 5.45), and the earliest year
// of birth. The zero Limits ask neither.
type Limits struct {
	Card, IDNo []int
	BornFrom   int
}

// LimitsOf gives the limits of the rules in force.
func LimitsOf(set rulebook.Set) Limits {
	return Limits{Card: set.Ints(rulebook.CardDigits), IDNo: set.Ints(rulebook.IDNoDigits), BornFrom: set.Int(rulebook.BirthEarliest)}
}

// Check gives the field errors of a person: name, sex, birth, phone, card, idno. It
// does not know the day, so a birth to come is the caller's.
func (p Person) Check(l Limits) error {
	var f fault.Fields
	p = p.clean()
	if p.Name == "" {
		f.Add("name", "member.err.name_empty")
	}
	for field, text := range map[string]string{"name": p.Name, "other_name": p.OtherName} {
		if utf8.RuneCountInString(text) > maxText { // an index of names holds no more
			f.Add(field, "member.err.too_long", "Most", maxText)
		}
	}
	if p.Sex != "f" && p.Sex != "m" {
		f.Add("sex", "member.err.sex")
	}
	if !p.Birth.IsZero() && p.Birth.Year() < l.BornFrom {
		f.Add("birth", "member.err.birth_long_ago", "Year", strconv.Itoa(p.Birth.Year()))
	}
	checkNumber(&f, "card", p.Card, number{l.Card, "member.err.card_digits", "member.err.card_zero", "member.err.card_length"})
	checkNumber(&f, "idno", p.IDNo, number{l.IDNo, "member.err.idno_digits", "member.err.idno_zero", "member.err.idno_length"})
	return f.Err()
}

// number is what a kind of number looks like, and what is said when it does not.
type number struct {
	lengths              []int
	digits, zero, length string
}

// checkNumber asks for digits only and one of the lengths. One digit less is told to
// be a lost zero: which number it was is not guessed.
func checkNumber(f *fault.Fields, field, num string, k number) {
	n := len(num)
	switch {
	case num == "":
	case !digitsOnly(num):
		f.Add(field, k.digits)
	case len(k.lengths) == 0 || slices.Contains(k.lengths, n):
	case slices.Contains(k.lengths, n+1):
		f.Add(field, k.zero, "Have", n, "Want", n+1)
	default:
		f.Add(field, k.length, "Have", n, "Now", k.lengths[0], "Old", k.lengths[len(k.lengths)-1])
	}
}

func digitsOnly(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

// plainNumber takes away what people put between digits.
func plainNumber(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" .-\u00a0", r) {
			return -1
		}
		return r
	}, viet.Clean(s))
}

func (p Person) clean() Person {
	p.Name, p.OtherName, p.Phone = viet.Clean(p.Name), viet.Clean(p.OtherName), viet.Clean(p.Phone)
	p.Card, p.IDNo = plainNumber(p.Card), plainNumber(p.IDNo)
	return p
}

// errUnsealed is a mistake of the program: an identity number on its way to the
// database as it is.
var errUnsealed = errors.New("member: an identity number that was not sealed")

// Sealed gives the person as it is stored: checked but for the lengths of numbers, which
// the rules of a day say, spaces put right, and the
// identity number, where one was set, sealed for this person and taken out of IDNo.
// The person has its ID already. A sealed number that was read stays as it is.
func (p Person) Sealed(keys *seal.Ring) (Person, error) {
	if err := p.Check(Limits{}); err != nil {
		return p, err
	}
	p = p.clean()
	if p.IDNo == "" {
		return p, nil
	}
	if keys == nil || p.ID == 0 {
		return p, errUnsealed
	}
	var err error
	p.box, err = keys.Seal(p.IDNo, binding(p.ID))
	p.mac, p.IDNo = keys.MAC(p.IDNo), ""
	return p, err
}

// binding ties a sealed number to its person, also after the person has moved to
// another part.
func binding(personID int64) string { return "person.idno/" + strconv.FormatInt(personID, 10) }

// HasIDNo says whether the register holds the person's identity number.
func (p Person) HasIDNo() bool { return p.box != "" }

// OpenIDNo gives the identity number, "" when there is none. It checks no right: who
// shows it whole notes that first.
func (p Person) OpenIDNo(keys *seal.Ring) (string, error) { return keys.Open(p.box, binding(p.ID)) }

// WithoutIDNo gives the person without an identity number.
func (p Person) WithoutIDNo() Person {
	p.IDNo, p.box, p.mac = "", "", ""
	return p
}

const insertPersonSQL = `INSERT INTO person (part_id, id, name, fold, sort, sex, birth, phone, other_name, other_fold,
  card, idno_sealed, idno_mac)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`

func (p Person) row() []any {
	return []any{
		p.Part, p.ID, p.Name, viet.Fold(p.Name), viet.SortKey(p.Name), p.Sex, p.Birth, p.Phone,
		p.OtherName, viet.Fold(p.OtherName), p.Card, p.box, p.mac,
	}
}

// named is the person as the index of names needs it.
func (p Person) named() named { return named{part: p.Part, id: p.ID, name: p.Name, other: p.OtherName} }

// AddPerson puts a person into the register and gives the id; ID zero makes one. A
// person with an identity number goes through Sealed first.
func AddPerson(ctx context.Context, tx *db.Tx, p Person) (int64, error) {
	if p.ID == 0 {
		p.ID = tx.ID()
	}
	p, err := p.Sealed(nil)
	if err != nil {
		return 0, err
	}
	if _, err := tx.Exec(ctx, insertPersonSQL, p.row()...); err != nil {
		return 0, err
	}
	return p.ID, index(ctx, tx, []named{p.named()})
}

// ErrChanged says that the record was changed by somebody else meanwhile.
var ErrChanged = fault.New(fault.Conflict, "member.err.changed")

const (
	amendPersonSQL = `UPDATE person SET name = $4, fold = $5, sort = $6, sex = $7, birth = $8, phone = $9,
  other_name = $10, card = $11, idno_sealed = $12, idno_mac = $13, version = version + 1
 WHERE part_id = $1 AND id = $2 AND version = $3`

	amendNamesSQL = `UPDATE membership SET name = $3, sort = $4
 WHERE part_id = $1 AND person_id = $2 AND to_day = '' AND name <> $3`
)

// Amend writes a person anew over the version that was read; ErrChanged when there is
// a newer one. The name of memberships that are open follows; those of the past keep
// the name as it was then. An identity number goes through Sealed first.
func Amend(ctx context.Context, tx *db.Tx, p Person, version int) error {
	p, err := p.Sealed(nil)
	if err != nil {
		return err
	}
	res, err := tx.Exec(ctx, amendPersonSQL, p.Part, p.ID, version, p.Name, viet.Fold(p.Name), viet.SortKey(p.Name), p.Sex,
		p.Birth, p.Phone, p.OtherName, p.Card, p.box, p.mac)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		if err == nil {
			_, err = PersonOf(ctx, tx, p.Part, p.ID)
		}
		return errors.Join(err, ErrChanged)
	}
	if _, err := tx.Exec(ctx, amendNamesSQL, p.Part, p.ID, p.Name, viet.SortKey(p.Name)); err != nil {
		return err
	}
	return Reindex(ctx, tx, ident.Ref{Part: p.Part, ID: p.ID})
}

const personSQL = `SELECT name, sex, birth, phone, other_name, card, idno_sealed, idno_mac, merged_into, version
  FROM person WHERE part_id = $1 AND id = $2`

// PersonOf gives a person of the register with the identity number sealed, or
// ErrNotFound. It checks no right.
func PersonOf(ctx context.Context, q db.Q, part, id int64) (Person, error) {
	p := Person{Part: part, ID: id}
	err := q.QueryRow(ctx, personSQL, part, id).Scan(&p.Name, &p.Sex, &p.Birth, &p.Phone,
		&p.OtherName, &p.Card, &p.box, &p.mac, &p.merged, &p.Version)
	if db.NoRows(err) {
		return p, ErrNotFound
	}
	return p, err
}

// maskKeep is how many digits of a masked number stay, at the end.
const maskKeep = 3

// MaskCard hides a card number but its last three digits: "••••••••• 123".
func MaskCard(card string) string { return maskNumber(card) }

// MaskIDNo hides an identity number but its last three digits: "••••••••• 123".
func MaskIDNo(idno string) string { return maskNumber(idno) }

func maskNumber(num string) string {
	num = plainNumber(num)
	switch n := len(num); {
	case n == 0:
		return ""
	case n < 2*maskKeep:
		return strings.Repeat("•", maskKeep)
	default:
		return strings.Repeat("•", n-maskKeep) + " " + num[n-maskKeep:]
	}
}
