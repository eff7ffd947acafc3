package member

import (
	"context"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/org"
)

// LeftRow is a line of the register of who left (rules.md 5.26).
type LeftRow struct {
	Membership
	Cell, Unit string
	Kept       bool // the cell keeps contacts from the reader
}

// Last gives the last day in the cell: for a death, its day.
func (r LeftRow) Last() civil.Date { return r.To.AddDays(-1) }

const leftSQL = `SELECT m.part_id, m.id, m.person_id, m.cell_id, m.kind, m.name, m.from_day, m.to_day,
  m.origin, m.ending, m.admitted_on, m.official_on, o.name, COALESCE(u.short, '')
  FROM membership m CROSS JOIN org o LEFT JOIN org u ON u.id = o.part_id
 WHERE m.to_day > $3 AND m.to_day <= $4 AND m.to_day <> '' AND m.kind = 'home' AND ($5 = '' OR m.ending = $5)
   AND o.id = m.cell_id AND o.path >= $1 AND o.path < $2
 ORDER BY m.to_day DESC, m.id DESC LIMIT $6`

// LeftIn gives who left a cell of the scope with the last day there in some days, both
// inside, the latest first; ending "" is every way to leave.
func LeftIn(ctx context.Context, q db.Q, scope access.Scope, from, to civil.Date, ending string, limit int) ([]LeftRow, error) {
	lo, hi := scope.Range()
	return db.List(ctx, q, func(s db.Scanner) (r LeftRow, err error) {
		return r, s.Scan(&r.Part, &r.ID, &r.PersonID, &r.CellID, &r.Kind, &r.Name, &r.From, &r.To, &r.Origin, &r.Ending,
			&r.AdmittedOn, &r.OfficialOn, &r.Cell, &r.Unit)
	}, leftSQL, lo, hi, from, to.AddDays(1), ending, limit)
}

// SpellRow is a line of the lists of members away, exempt and so on.
type SpellRow struct {
	Spell
	Name       string
	PersonID   int64
	CellID     int64
	Cell, Unit string
	Kept       bool // the cell keeps contacts from the reader
}

// Member names the membership.
func (r SpellRow) Member() ident.Ref { return ident.Ref{Part: r.Part, ID: r.MembershipID} }

// Ref names the spell.
func (s Spell) Ref() ident.Ref { return ident.Ref{Part: s.Part, ID: s.ID} }

// Last gives the last day of the spell, zero while it is open.
func (s Spell) Last() civil.Date {
	if s.To.IsZero() {
		return civil.Date{}
	}
	return s.To.AddDays(-1)
}

const inSpellColumns = `SELECT s.part_id, s.id, s.membership_id, s.kind, s.from_day, s.to_day, s.reason, s.place, s.host, s.contact,
  s.basis, s.report_on, s.version, m.name, m.person_id, c.id, c.short, COALESCE(u.short, ''),
  CASE WHEN (` + keptSQL + `) > 0 THEN 1 ELSE 0 END
  FROM member_spell s CROSS JOIN membership m CROSS JOIN org c LEFT JOIN org u ON u.id = c.part_id`

const whereInSpell = ` WHERE s.kind = $4 AND s.from_day <= $3 AND (s.to_day = '' OR s.to_day > $3)
   AND m.part_id = s.part_id AND m.id = s.membership_id AND m.from_day <= $3 AND (m.to_day = '' OR m.to_day > $3)
   AND c.id = m.cell_id AND c.path >= $1 AND c.path < $2`

const (
	inSpellSQL     = inSpellColumns + whereInSpell + ` ORDER BY s.report_on, s.id LIMIT $5`
	inSpellPartSQL = inSpellColumns + whereInSpell + ` AND s.part_id = $7 ORDER BY s.report_on, s.id LIMIT $5`
)

// InSpell gives who of the scope is in a spell of the kind on the day, by the day of the
// next report: who has none and who is overdue first. Where a cell keeps contacts from
// the reader, Kept is set and nothing says where the member is and why.
func InSpell(ctx context.Context, q db.Q, scope access.Scope, kind string, day civil.Date, limit int) ([]SpellRow, error) {
	span, err := org.SpanOf(ctx, q, scope)
	if err != nil {
		return nil, err
	}
	query, args := inSpellSQL, []any{span.Lo, span.Hi, day, kind, limit, scope.Reach()}
	if span.Part != 0 {
		query, args = inSpellPartSQL, append(args, span.Part)
	}
	return db.List(ctx, q, func(s db.Scanner) (r SpellRow, err error) {
		err = s.Scan(&r.Part, &r.ID, &r.MembershipID, &r.Kind, &r.From, &r.To, &r.Reason, &r.Place, &r.Host, &r.Contact,
			&r.Basis, &r.ReportOn, &r.Version, &r.Name, &r.PersonID, &r.CellID, &r.Cell, &r.Unit, &r.Kept)
		if r.Kept {
			r.close()
		}
		return r, err
	}, query, args...)
}
