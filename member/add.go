package member

import (
	"context"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/seal"
	"chibo/internal/viet"
)

// grantSource marks the rights that come from a membership.
const grantSource = "membership"

// Check gives the field errors of a membership.
func (m Membership) Check() error {
	var f fault.Fields
	if m.From.IsZero() {
		f.Add("from", "member.err.from_empty")
	}
	if !m.To.IsZero() && !m.From.Before(m.To) {
		f.Add("to", "member.err.to_before_from")
	}
	if !m.OfficialOn.IsZero() && !m.AdmittedOn.IsZero() && m.OfficialOn.Before(m.AdmittedOn) {
		f.Add("official_on", "member.err.official_before_admitted")
	}
	return f.Err()
}

// Check gives the field errors of a spell.
func (s Spell) Check() error {
	var f fault.Fields
	switch s.Kind {
	case SpellExempt, SpellTempOut, SpellAway, SpellSuspended:
	default:
		f.Add("kind", "member.err.spell_kind")
	}
	if s.From.IsZero() {
		f.Add("from", "member.err.from_empty")
	}
	if !s.To.IsZero() && !s.From.Before(s.To) {
		f.Add("to", "member.err.to_before_from")
	}
	return f.Err()
}

const insertMembershipSQL = `INSERT INTO membership (part_id, id, person_id, cell_id, kind, name, sort, from_day, to_day,
  origin, ending, admitted_on, official_on, fold)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`

func (m Membership) row() []any {
	return []any{
		m.Part, m.ID, m.PersonID, m.CellID, m.Kind, m.Name, viet.SortKey(m.Name), m.From, m.To,
		m.Origin, m.Ending, m.AdmittedOn, m.OfficialOn, m.ownFold(),
	}
}

func (m Membership) grant() access.NewGrant {
	return access.NewGrant{
		PersonID: m.PersonID, Role: access.RoleMember, OrgID: m.CellID, From: m.From, To: m.To,
		Source: grantSource, SourceID: m.ID,
	}
}

// AddMembership puts a person into a cell, with the rights of a member there, and
// gives the id; ID zero makes one. Name is required: the person's as of now. Call
// RefreshState when all changes of the cell are made.
func AddMembership(ctx context.Context, tx *db.Tx, m Membership) (int64, error) {
	if err := m.Check(); err != nil {
		return 0, err
	}
	m = m.ready(tx)
	if _, err := tx.Exec(ctx, insertMembershipSQL, m.row()...); err != nil {
		return 0, err
	}
	return m.ID, access.AddGrant(ctx, tx, m.grant())
}

func (m Membership) ready(tx *db.Tx) Membership {
	m.Name = viet.Clean(m.Name)
	if m.ID == 0 {
		m.ID = tx.ID()
	}
	if m.Kind == "" {
		m.Kind = KindHome
	}
	if m.Origin == "" {
		m.Origin = OriginFounded
	}
	return m
}

const endMembershipSQL = `UPDATE membership SET to_day = $3, ending = $4
 WHERE part_id = $1 AND id = $2 AND to_day = ''`

// EndMembership takes a member out of the cell from the day on, with the rights that
// came from it; ErrNotFound when the membership is not open.
func EndMembership(ctx context.Context, tx *db.Tx, part, id int64, day civil.Date, ending string) error {
	res, err := tx.Exec(ctx, endMembershipSQL, part, id, day, ending)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return orNotFound(err)
	}
	if err := findByMembership(ctx, tx, ident.Ref{Part: part, ID: id}); err != nil {
		return err
	}
	return access.EndGrants(ctx, tx, grantSource, id, day)
}

func orNotFound(err error) error {
	if err != nil {
		return err
	}
	return ErrNotFound
}

// ErrOverlap says that the member already has a spell in that time.
var ErrOverlap = fault.New(fault.Conflict, "member.err.spell_overlap")

const overlapSQL = `SELECT COUNT(*) FROM member_spell
 WHERE part_id = $1 AND membership_id = $2 AND (to_day = '' OR to_day > $3) AND ($4 = '' OR from_day < $4)`

const insertSpellSQL = `INSERT INTO member_spell (part_id, id, membership_id, kind, from_day, to_day, reason, place)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`

func (s Spell) row() []any {
	return []any{s.Part, s.ID, s.MembershipID, s.Kind, s.From, s.To, s.Reason, s.Place}
}

// AddSpell records a time in which a member's rights or duties differ and gives its
// id; ID zero makes one. A time that overlaps another spell is ErrOverlap: end that
// one first.
func AddSpell(ctx context.Context, tx *db.Tx, s Spell) (int64, error) {
	if err := s.Check(); err != nil {
		return 0, err
	}
	var n int
	if err := tx.QueryRow(ctx, overlapSQL, s.Part, s.MembershipID, s.From, s.To).Scan(&n); err != nil {
		return 0, err
	}
	if n > 0 {
		return 0, ErrOverlap
	}
	if s.ID == 0 {
		s.ID = tx.ID()
	}
	_, err := tx.Exec(ctx, insertSpellSQL, s.row()...)
	return s.ID, err
}

const endSpellSQL = `UPDATE member_spell SET to_day = $3 WHERE part_id = $1 AND id = $2 AND (to_day = '' OR to_day > $3)`

// EndSpell ends a spell on the day, the first one after it; ErrNotFound when it is
// not open then.
func EndSpell(ctx context.Context, tx *db.Tx, part, id int64, day civil.Date) error {
	res, err := tx.Exec(ctx, endSpellSQL, part, id, day)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return orNotFound(err)
	}
	return nil
}

// Batch is many persons at once, for an import or the sample data. Ids are made for
// those that have none, but a membership must name its person and a spell its
// membership, so the caller makes ids with tx.ID.
type Batch struct {
	Keys        *seal.Ring // required when a person has an identity number
	Persons     []Person
	Memberships []Membership
	Spells      []Spell // must not overlap; not checked here
}

// AddAll writes a batch with the rights that come from it. Call RefreshState for
// each cell, or RefreshStates, afterwards.
func AddAll(ctx context.Context, tx *db.Tx, b Batch) error {
	persons := make([][]any, 0, len(b.Persons))
	names := make([]named, 0, len(b.Persons))
	for _, p := range b.Persons {
		if p.ID == 0 {
			p.ID = tx.ID()
		}
		p, err := p.Sealed(b.Keys)
		if err != nil {
			return err
		}
		persons, names = append(persons, p.row()), append(names, p.named())
	}
	memberships := make([][]any, 0, len(b.Memberships))
	grants := make([]access.NewGrant, 0, len(b.Memberships))
	for _, m := range b.Memberships {
		if err := m.Check(); err != nil {
			return err
		}
		m = m.ready(tx)
		memberships = append(memberships, m.row())
		grants = append(grants, m.grant())
	}
	spells := make([][]any, 0, len(b.Spells))
	for _, s := range b.Spells {
		if err := s.Check(); err != nil {
			return err
		}
		if s.ID == 0 {
			s.ID = tx.ID()
		}
		spells = append(spells, s.row())
	}
	if err := db.Many(ctx, tx, insertPersonSQL, persons); err != nil {
		return err
	}
	if err := index(ctx, tx, names); err != nil {
		return err
	}
	if err := db.Many(ctx, tx, insertMembershipSQL, memberships); err != nil {
		return err
	}
	if err := db.Many(ctx, tx, insertSpellSQL, spells); err != nil {
		return err
	}
	return access.AddGrants(ctx, tx, grants)
}
