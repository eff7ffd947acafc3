package member

import (
	"context"
	"errors"
	"log/slog"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/internal/seal"
	"chibo/org"
	"chibo/rulebook"
)

// Record is one membership with its person, cell and spells.
type Record struct {
	Membership
	Sex        string
	Birth      civil.Date
	Phone      string // masked, unless the reader may see it
	PersonName string // as of now
	OtherName  string
	Card       string // masked, but for the person
	IDNo       string // masked, but for the person
	MergedInto int64  // the person's record that this one became a part of; 0 none
	person     Person
	Cell       org.Unit
	Unit       org.Unit // the cell's part
	Spells     []Spell  // of this membership, newest first
	Others     []Membership
	Age        Age    // Party age
	Standing   string // on the day asked for

	// KeptBy is the unit that keeps contacts from the reader: no telephone number, and of
	// the spells only kind and days. Nil: nothing is kept.
	KeptBy *access.Keeper
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

// A person who moved has memberships in several parts.
const allOfPersonSQL = membershipColumns + ` WHERE m.person_id = $1 ORDER BY m.from_day DESC, m.id`

// Every gives all memberships a person has and had, the latest first, wherever they
// are: for what is the person's own.
func Every(ctx context.Context, q db.Q, personID int64) ([]Membership, error) {
	return db.List(ctx, q, scanMembership, allOfPersonSQL, personID)
}

const spellFields = `SELECT s.part_id, s.id, s.membership_id, s.kind, s.from_day, s.to_day, s.reason, s.place, s.host, s.contact,
  s.basis, s.report_on, s.version`

const spellColumns = spellFields + ` FROM member_spell s`

const spellsSQL = spellColumns + ` WHERE s.part_id = $1 AND s.membership_id = $2 ORDER BY s.from_day DESC, s.id DESC`

func scanSpell(s db.Scanner) (Spell, error) {
	var x Spell
	err := s.Scan(&x.Part, &x.ID, &x.MembershipID, &x.Kind, &x.From, &x.To, &x.Reason, &x.Place, &x.Host, &x.Contact,
		&x.Basis, &x.ReportOn, &x.Version)
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
	return r.masked(), nil
}

func record(ctx context.Context, q db.Q, ref ident.Ref, day civil.Date) (r Record, err error) {
	if r.Membership, err = ByID(ctx, q, ref); err != nil {
		return r, err
	}
	p, err := PersonOf(ctx, q, r.Part, r.PersonID)
	if err != nil && !errors.Is(err, ErrNotFound) { // a guest's person is kept at home
		return r, err
	}
	r.PersonName, r.Sex, r.Birth, r.Phone, r.OtherName, r.Card = p.Name, p.Sex, p.Birth, p.Phone, p.OtherName, p.Card
	r.person, r.MergedInto = p, p.merged
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
	all, err := db.List(ctx, q, scanMembership, allOfPersonSQL, r.PersonID)
	for _, m := range all {
		if m.ID != r.ID {
			r.Others = append(r.Others, m)
		}
	}
	r.Standing = standing(r.Kind, spellOn(r.Spells, day), r.OfficialAt(day))
	return r, err
}

// keep takes out what a unit keeps from above.
func (r *Record) keep(by access.Keeper) {
	r.KeptBy, r.Phone = &by, ""
	for i := range r.Spells {
		r.Spells[i].close()
	}
}

// close takes out what a spell says about where a member is and why.
func (s *Spell) close() { s.Reason, s.Place, s.Host, s.Contact = "", "", "", "" }

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
	DB   *db.DB         // required
	Keys *seal.Ring     // required; closes identity numbers
	Book *rulebook.Book // required
	Log  *slog.Logger   // nil: slog.Default()

	// OnMerge is consulted before two records become one, and told of it in the same
	// transaction: an error refuses the merge.
	OnMerge []func(ctx context.Context, tx *db.Tx, m Merging) error
	// Asked gives what other features hold about a person, for the person's own copy.
	Asked []func(ctx context.Context, q db.Q, own []Membership) (Holding, error)
}

// Open gives a member's record as of today. The own one opens freely; another
// person's needs the right, and the opening is logged. Who may not see it gets
// access.ErrForbidden.
func (s *Service) Open(ctx context.Context, actor access.Actor, ref ident.Ref) (Record, error) {
	var r Record
	logged := false
	err := s.DB.Read(ctx, func(q db.Q) (err error) {
		if r, err = record(ctx, q, ref, s.today()); err != nil {
			return err
		}
		var may bool
		if may, logged = mayOpen(actor, r.Cell, r.PersonID); !may {
			return access.ErrForbidden
		}
		if r.Age, err = s.age(ctx, q, r); err != nil || !logged { // the own record is whole
			return err
		}
		by, kept, err := access.KeptFrom(ctx, q, actor, access.MemberRead, r.Cell.Access(), access.KeptContact)
		if kept {
			r.keep(by)
		}
		return err
	})
	if err != nil {
		return Record{}, err
	}
	if r.IDNo, err = r.person.OpenIDNo(s.Keys); err != nil {
		return Record{}, err
	}
	if !logged {
		return r, nil
	}
	phone := r.Phone
	r = r.masked()
	if seesPhone(actor, r.Cell, r.PersonID) {
		r.Phone = phone
	}
	return r, s.noteOpening(ctx, actor, r)
}

func (s *Service) today() civil.Date { return civil.From(s.DB.Clock().Now()) }

// masked hides what only the person sees whole.
func (r Record) masked() Record {
	r.Phone, r.Card, r.IDNo = MaskPhone(r.Phone), MaskCard(r.Card), MaskIDNo(r.IDNo)
	return r
}

const spellsOfPersonSQL = spellFields + `
  FROM membership m JOIN member_spell s ON s.part_id = m.part_id AND s.membership_id = m.id
 WHERE m.person_id = $1 ORDER BY s.from_day DESC, s.id DESC`

// age gives the Party age of a record by the rules of today.
func (s *Service) age(ctx context.Context, q db.Q, r Record) (Age, error) {
	spells, err := db.List(ctx, q, scanSpell, spellsOfPersonSQL, r.PersonID)
	rules := s.Book.At(s.today(), r.Cell.Path).Badges()
	return AgeOf(append([]Membership{r.Membership}, r.Others...), spells, rules.Excluded), err
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
	day := s.today()
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
	return list, s.DB.WriteGrouped(ctx, func(tx *db.Tx) error {
		err := audit.Record(ctx, tx, audit.Entry{
			Part: cell.PartID, Account: actor.AccountID, Action: "member.call_list", Target: "org", TargetID: cell.ID,
		})
		if err != nil {
			return err
		}
		return audit.RecordReading(ctx, tx, reading(actor, access.Lead, cell, audit.Reading{What: audit.ReadCalls, Rows: len(list)}))
	})
}
