package member

import (
	"context"
	"errors"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/internal/seal"
	"chibo/org"
)

// Record is one membership with its person, cell and spells.
type Record struct {
	Membership
	Sex        string
	Birth      civil.Date
	Phone      string // masked, unless the reader may see it
	PersonName string // as of now
	Cell       org.Unit
	Unit       org.Unit // the cell's part
	Spells     []Spell  // newest first
	Others     []Membership
	Standing   string // on the day asked for
}

const membershipColumns = `SELECT m.part_id, m.id, m.person_id, m.cell_id, m.kind, m.name, m.from_day, m.to_day,
  m.origin, m.ending, m.admitted_on, m.official_on FROM membership m`

func scanMembership(s db.Scanner) (Membership, error) {
	var m Membership
	err := s.Scan(&m.Part, &m.ID, &m.PersonID, &m.CellID, &m.Kind, &m.Name, &m.From, &m.To,
		&m.Origin, &m.Ending, &m.AdmittedOn, &m.OfficialOn)
	return m, err
}

const byIDSQL = membershipColumns + ` WHERE m.part_id = $1 AND m.id = $2`

// ByID gives a membership, or ErrNotFound. It checks no right: the caller does.
func ByID(ctx context.Context, q db.Q, ref ident.Ref) (Membership, error) {
	m, err := scanMembership(q.QueryRow(ctx, byIDSQL, ref.Part, ref.ID))
	if db.NoRows(err) {
		return m, ErrNotFound
	}
	return m, err
}

const byPersonSQL = membershipColumns + `
 WHERE m.part_id = $1 AND m.person_id = $2 AND m.from_day <= $3 AND (m.to_day = '' OR m.to_day > $3)
 ORDER BY m.kind DESC, m.from_day, m.id`

// ByPerson gives a person's memberships of the day in the cells of a part, the home
// one first. A person is a guest in another part only under that part.
func ByPerson(ctx context.Context, q db.Q, part, personID int64, day civil.Date) ([]Membership, error) {
	return db.List(ctx, q, scanMembership, byPersonSQL, part, personID, day)
}

// InCell gives the person's membership in the cell on the day, ErrNotFound when
// there is none: a stranger there.
func InCell(ctx context.Context, q db.Q, cell org.Unit, personID int64, day civil.Date) (Membership, error) {
	list, err := ByPerson(ctx, q, cell.PartID, personID, day)
	if err != nil {
		return Membership{}, err
	}
	for _, m := range list {
		if m.CellID == cell.ID {
			return m, nil
		}
	}
	return Membership{}, ErrNotFound
}

const allOfPersonSQL = membershipColumns + ` WHERE m.part_id = $1 AND m.person_id = $2 ORDER BY m.from_day DESC, m.id`

const spellsSQL = `SELECT part_id, id, membership_id, kind, from_day, to_day, reason, place FROM member_spell
 WHERE part_id = $1 AND membership_id = $2 ORDER BY from_day DESC, id DESC`

func scanSpell(s db.Scanner) (Spell, error) {
	var x Spell
	err := s.Scan(&x.Part, &x.ID, &x.MembershipID, &x.Kind, &x.From, &x.To, &x.Reason, &x.Place)
	return x, err
}

// SpellsOf gives a membership's spells, newest first.
func SpellsOf(ctx context.Context, q db.Q, ref ident.Ref) ([]Spell, error) {
	return db.List(ctx, q, scanSpell, spellsSQL, ref.Part, ref.ID)
}

// ByRef gives the record of a membership whose cell lies in the scope, with a masked
// telephone number, or ErrNotFound. Open is the use case that checks and logs.
func ByRef(ctx context.Context, q db.Q, scope access.Scope, ref ident.Ref, day civil.Date) (Record, error) {
	r, err := record(ctx, q, ref, day)
	if err != nil {
		return Record{}, err
	}
	if lo, hi := scope.Range(); string(r.Cell.Path) < lo || string(r.Cell.Path) >= hi {
		return Record{}, ErrNotFound
	}
	r.Phone = MaskPhone(r.Phone)
	return r, nil
}

func record(ctx context.Context, q db.Q, ref ident.Ref, day civil.Date) (r Record, err error) {
	if r.Membership, err = ByID(ctx, q, ref); err != nil {
		return r, err
	}
	p, err := PersonOf(ctx, q, r.Part, r.PersonID)
	if err != nil && !errors.Is(err, ErrNotFound) { // a guest's person is kept at home
		return r, err
	}
	r.PersonName, r.Sex, r.Birth, r.Phone = p.Name, p.Sex, p.Birth, p.Phone
	if r.PersonName == "" {
		r.PersonName = r.Name
	}
	if r.Cell, err = org.ByID(ctx, q, r.CellID); err != nil {
		return r, err
	}
	if r.Unit, err = org.ByID(ctx, q, r.Part); err != nil {
		return r, err
	}
	if r.Spells, err = SpellsOf(ctx, q, ref); err != nil {
		return r, err
	}
	all, err := db.List(ctx, q, scanMembership, allOfPersonSQL, r.Part, r.PersonID)
	for _, m := range all {
		if m.ID != r.ID {
			r.Others = append(r.Others, m)
		}
	}
	r.Standing = standing(r.Kind, spellOn(r.Spells, day), r.OfficialAt(day))
	return r, err
}

func spellOn(list []Spell, day civil.Date) string {
	for _, s := range list {
		if s.From.Compare(day) <= 0 && (s.To.IsZero() || day.Before(s.To)) {
			return s.Kind
		}
	}
	return ""
}

// Service holds the use cases.
type Service struct {
	DB   *db.DB     // required
	Keys *seal.Ring // required; closes identity numbers
}

// Open gives a member's record as of today. The own one opens freely; another
// person's needs the right, and the opening is logged. Who may not see it gets
// access.ErrForbidden.
func (s *Service) Open(ctx context.Context, actor access.Actor, ref ident.Ref) (Record, error) {
	var r Record
	logged := false
	err := s.DB.Read(ctx, func(q db.Q) (err error) {
		if r, err = record(ctx, q, ref, civil.From(s.DB.Clock().Now())); err != nil {
			return err
		}
		var may bool
		if may, logged = mayOpen(actor, r.Cell, r.PersonID); !may {
			r = Record{}
			return access.ErrForbidden
		}
		return nil
	})
	if err != nil {
		return Record{}, err
	}
	if !seesPhone(actor, r.Cell, r.PersonID) {
		r.Phone = MaskPhone(r.Phone)
	}
	if !logged {
		return r, nil
	}
	return r, s.log(ctx, actor, "member.open", "membership", ref)
}

func (s *Service) log(ctx context.Context, actor access.Actor, action, target string, ref ident.Ref) error {
	return s.DB.WriteGrouped(ctx, func(tx *db.Tx) error {
		return audit.Record(ctx, tx, audit.Entry{
			Part: ref.Part, Account: actor.AccountID, Action: action, Target: target, TargetID: ref.ID,
		})
	})
}

// CallRow is a line of the list for calling members.
type CallRow struct {
	MembershipID int64
	Name         string
	Standing     string
	Phone        string // whole
}

const callSQL = `SELECT m.id, m.kind, m.name, m.official_on, COALESCE(s.kind, ''), COALESCE(pe.phone, '')
  FROM membership m LEFT JOIN person pe ON pe.part_id = m.part_id AND pe.id = m.person_id` + inForce + `
 WHERE m.part_id = $1 AND m.cell_id = $2 AND m.from_day <= $3 AND (m.to_day = '' OR m.to_day > $3)
 ORDER BY m.sort, m.id, s.id`

// CallList gives the cell's members of today with whole telephone numbers, for the
// cell's lead only; each look is logged.
func (s *Service) CallList(ctx context.Context, actor access.Actor, cellID int64) ([]CallRow, error) {
	var list []CallRow
	var cell org.Unit
	day := civil.From(s.DB.Clock().Now())
	err := s.DB.Read(ctx, func(q db.Q) (err error) {
		if cell, err = org.ByID(ctx, q, cellID); err != nil {
			return err
		}
		if _, err := access.For(actor, access.Lead, cell.Access()); err != nil {
			return err
		}
		list, err = db.List(ctx, q, func(s db.Scanner) (CallRow, error) {
			var r CallRow
			var kind, spell string
			var official civil.Date
			err := s.Scan(&r.MembershipID, &kind, &r.Name, &official, &spell, &r.Phone)
			r.Standing = standing(kind, spell, Membership{OfficialOn: official}.OfficialAt(day))
			return r, err
		}, callSQL, cell.PartID, cell.ID, day)
		return err
	})
	if err != nil {
		return nil, err
	}
	list = distinct(list, func(r CallRow) int64 { return r.MembershipID })
	return list, s.log(ctx, actor, "member.call_list", "org", ident.Ref{Part: cell.PartID, ID: cell.ID})
}
