package member

import (
	"context"
	"strings"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/viet"
	"chibo/org"
)

// Filter narrows List and Count.
type Filter struct {
	Day      civil.Date // required: members as of this day
	CellID   int64      // one cell; zero: the whole scope
	Search   string     // part of a name, as typed, with or without marks
	Standing string     // one standing; "": all
	Guests   bool       // guests too; without it each person is counted once, at home
	Limit    int        // zero: 50
	After    string     // Cursor of the last row of the page before
}

const listLimit = 50

const rowColumns = `SELECT m.part_id, m.id, m.person_id, m.cell_id, c.short, COALESCE(u.id, 0), COALESCE(u.short, ''), m.kind,
  m.name, m.sort, COALESCE(pe.sex, ''), COALESCE(pe.birth, ''), COALESCE(pe.phone, ''), m.official_on,
  COALESCE(s.kind, ''), m.from_day, m.to_day, m.admitted_on`

const rowJoins = ` LEFT JOIN org u ON u.id = c.part_id
  LEFT JOIN person pe ON pe.part_id = m.part_id AND pe.id = m.person_id` + inForce

// condition: $1, $2 the scope, $3 the day, $4 guests too, $5 standing.
const condition = ` c.path >= $1 AND c.path < $2 AND` + inOnDay

const inOnDay = ` m.from_day <= $3 AND (m.to_day = '' OR m.to_day > $3)
   AND (m.kind = 'home' OR $4 <> 0)
   AND ($5 = '' OR $5 = CASE WHEN s.kind IS NOT NULL THEN s.kind WHEN m.kind = 'guest' THEN 'guest'
     WHEN m.official_on <> '' AND m.official_on <= $3 THEN 'official' ELSE 'reserve' END)`

const page = ` AND (m.sort, m.id) > ($6, CAST($7 AS bigint))` + pageOrder

const pageOrder = ` ORDER BY m.sort, m.id, s.id LIMIT $8`

// The three walks follow an index that has the order of names already, and stop at
// the end of the page; they differ in that index. $9 is the pattern of a search or
// empty. CROSS JOIN keeps SQLite from beginning with the tree.
const (
	walk     = rowColumns + ` FROM membership m CROSS JOIN org c` + rowJoins + ` WHERE c.id = m.cell_id AND ($9 = '' OR pe.fold LIKE $9) AND ` + condition
	walkAll  = rowColumns + ` FROM membership m CROSS JOIN org g CROSS JOIN org c` + rowJoins + ofAll + inOnDay + page
	walkPart = walk + ` AND m.part_id = $10` + page
	walkCell = walk + ` AND m.part_id = $10 AND m.cell_id = $11` + page

	// Of the whole country most rows are of other provinces: the part, which stands in
	// the index of names, sorts them out before the row is read. The empty text of m
	// keeps SQLite from reading the whole tree first, for a filter over it.
	ofAll  = ` WHERE g.id = m.part_id AND ` + ofPart + ` >= $1 AND ` + ofPart + ` < $2 AND c.id = m.cell_id AND ($9 = '' OR pe.fold LIKE $9) AND`
	ofPart = `(g.path || substr(m.sort, 1, 0))`
)

// A search for a rare name begins with the folded names of the parts ($10, $11 their
// paths), which lie in one index. The empty text added to the sort key keeps SQLite
// from walking the index of sort keys for every name found.
const (
	fromNames = ` FROM org p CROSS JOIN person f`
	ofNames   = ` WHERE p.id = p.part_id AND p.path >= $10 AND p.path < $11 AND f.part_id = p.id AND f.fold LIKE $9`

	searchRare = rowColumns + fromNames + ` CROSS JOIN membership m CROSS JOIN org c` + rowJoins + ofNames + `
   AND m.part_id = f.part_id AND m.person_id = f.id AND c.id = m.cell_id AND ` + condition + `
   AND (m.sort || '', m.id) > ($6, CAST($7 AS bigint))` + pageOrder
)

// rare is how many persons a name may have for searchRare, which sorts them all; with
// more of them, a walk in the order of names fills its page soon.
const rare = 600

const probeSQL = `SELECT COUNT(*) FROM (SELECT f.id FROM org p CROSS JOIN person f
 WHERE p.id = p.part_id AND p.path >= $1 AND p.path < $2 AND f.part_id = p.id AND f.fold LIKE $3 LIMIT $4) x`

// List gives the members of the scope in the order of names, a page at a time.
func List(ctx context.Context, q db.Q, scope access.Scope, f Filter) ([]Row, error) {
	sort, id, err := parseCursor(f.After)
	if err != nil {
		return nil, err
	}
	pattern, none := f.pattern()
	if none {
		return nil, nil
	}
	span, err := org.SpanOf(ctx, q, scope)
	if err != nil {
		return nil, err
	}
	limit := f.Limit
	if limit <= 0 {
		limit = listLimit
	}
	query, args := walkAll, append(f.args(span), sort, id, limit, pattern)
	isRare, err := f.isRare(ctx, q, span, pattern)
	switch {
	case err != nil:
		return nil, err
	case f.CellID != 0:
		cell, err := org.ByID(ctx, q, f.CellID)
		if err != nil {
			return nil, err
		}
		query, args = walkCell, append(args, cell.PartID, cell.ID)
	case isRare:
		query, args = searchRare, append(args, span.PartLo, span.PartHi)
	case span.Part != 0:
		query, args = walkPart, append(args, span.Part)
	}
	list, err := db.List(ctx, q, func(s db.Scanner) (Row, error) { return scanRow(s, f.Day) }, query, args...)
	return distinct(list, func(r Row) int64 { return r.Ref.ID }), err
}

// pattern gives the pattern of the search, "" without one. none says that it can find
// nobody: it is made of signs only.
func (f Filter) pattern() (pattern string, none bool) {
	if f.Search == "" {
		return "", false
	}
	fold := viet.Fold(f.Search)
	return "%" + fold + "%", fold == "" && strings.TrimSpace(f.Search) != ""
}

func (f Filter) isRare(ctx context.Context, q db.Q, span org.Span, pattern string) (bool, error) {
	if pattern == "" || f.CellID != 0 {
		return false, nil
	}
	n := 0
	err := q.QueryRow(ctx, probeSQL, span.PartLo, span.PartHi, pattern, rare).Scan(&n)
	return n < rare, err
}

func (f Filter) args(span org.Span) []any {
	guests := 0
	if f.Guests || f.Standing == StandingGuest {
		guests = 1
	}
	return []any{span.Lo, span.Hi, f.Day, guests, f.Standing}
}

func scanRow(s db.Scanner, day civil.Date) (Row, error) {
	var r Row
	var spell, phone string
	err := s.Scan(&r.Ref.Part, &r.Ref.ID, &r.PersonID, &r.CellID, &r.CellShort, &r.UnitID, &r.UnitShort, &r.Kind,
		&r.Name, &r.Sort, &r.Sex, &r.Birth, &phone, &r.OfficialOn, &spell, &r.From, &r.To, &r.AdmittedOn)
	r.Phone = MaskPhone(phone)
	r.Official = Membership{OfficialOn: r.OfficialOn}.OfficialAt(day)
	r.Standing = standing(r.Kind, spell, r.Official)
	return r, err
}

const countSQL = `SELECT COUNT(DISTINCT m.id) FROM org c JOIN membership m ON m.part_id = c.part_id AND m.cell_id = c.id` + inForce + `
 WHERE (CAST($6 AS bigint) = 0 OR c.id = $6) AND ` + condition

const countPlainSQL = `SELECT COUNT(*) FROM org c JOIN membership m ON m.part_id = c.part_id AND m.cell_id = c.id
 WHERE (CAST($5 AS bigint) = 0 OR c.id = $5) AND c.path >= $1 AND c.path < $2
   AND m.from_day <= $3 AND (m.to_day = '' OR m.to_day > $3) AND (m.kind = 'home' OR $4 <> 0)`

const countSearchSQL = `SELECT COUNT(DISTINCT m.id) FROM org p CROSS JOIN person f CROSS JOIN membership m CROSS JOIN org c` + inForce + `
 WHERE p.id = p.part_id AND p.path >= $6 AND p.path < $7
   AND f.part_id = p.id AND f.fold LIKE $8
   AND m.part_id = f.part_id AND m.person_id = f.id AND c.id = m.cell_id
   AND (CAST($9 AS bigint) = 0 OR m.cell_id = $9) AND ` + condition

// Count gives how many members List would give without a limit. Without a filter
// but the day, the figure of figure.StateOf is the cheaper one.
func Count(ctx context.Context, q db.Q, scope access.Scope, f Filter) (int, error) {
	span, err := org.SpanOf(ctx, q, scope)
	if err != nil {
		return 0, err
	}
	args := f.args(span)
	n := 0
	pattern, none := f.pattern()
	switch {
	case none:
	case pattern != "":
		err = q.QueryRow(ctx, countSearchSQL, append(args, span.PartLo, span.PartHi, pattern, f.CellID)...).Scan(&n)
	case f.Standing != "":
		err = q.QueryRow(ctx, countSQL, append(args, f.CellID)...).Scan(&n)
	default:
		err = q.QueryRow(ctx, countPlainSQL, append(args[:4], f.CellID)...).Scan(&n)
	}
	return n, err
}

const fromAdmitted = ` FROM org p CROSS JOIN membership m CROSS JOIN org c`

const whereAdmitted = ` WHERE p.id = p.part_id AND p.path >= $4 AND p.path < $5
   AND m.part_id = p.id AND m.admitted_on >= $6 AND m.admitted_on < $7 AND m.origin = 'admission'
   AND c.id = m.cell_id AND c.path >= $1 AND c.path < $2`

const admittedSQL = rowColumns + fromAdmitted + rowJoins + whereAdmitted + `
   AND (m.admitted_on, m.id) > ($8, CAST($9 AS bigint)) ORDER BY m.admitted_on, m.id, s.id LIMIT $10`

const countAdmittedSQL = `SELECT COUNT(*) FROM org p CROSS JOIN membership m CROSS JOIN org c
 WHERE p.id = p.part_id AND p.path >= $3 AND p.path < $4
   AND m.part_id = p.id AND m.admitted_on >= $5 AND m.admitted_on < $6 AND m.origin = 'admission'
   AND c.id = m.cell_id AND c.path >= $1 AND c.path < $2`

// Whole parts are counted in the index alone.
const countAdmittedPartsSQL = `SELECT COUNT(*) FROM org p CROSS JOIN membership m
 WHERE p.id = p.part_id AND p.path >= $1 AND p.path < $2
   AND m.part_id = p.id AND m.admitted_on >= $3 AND m.admitted_on < $4 AND m.origin = 'admission'`

// Admitted gives who was admitted in the scope from one day up to, without, another,
// by the decision's day (rules.md 5.02), also those who have left since. Standing is
// as of to. limit zero is 50; after is AdmittedCursor of the last row before.
func Admitted(ctx context.Context, q db.Q, scope access.Scope, from, to civil.Date, limit int, after string) ([]Row, error) {
	day, id, err := parseCursor(after)
	if err != nil {
		return nil, err
	}
	span, err := org.SpanOf(ctx, q, scope)
	if err != nil {
		return nil, err
	}
	if limit <= 0 {
		limit = listLimit
	}
	list, err := db.List(ctx, q, func(s db.Scanner) (Row, error) { return scanRow(s, to) }, admittedSQL,
		span.Lo, span.Hi, to, span.PartLo, span.PartHi, from, to, day, id, limit)
	return distinct(list, func(r Row) int64 { return r.Ref.ID }), err
}

// CountAdmitted gives how many Admitted gives without a limit.
func CountAdmitted(ctx context.Context, q db.Q, scope access.Scope, from, to civil.Date) (int, error) {
	span, err := org.SpanOf(ctx, q, scope)
	if err != nil {
		return 0, err
	}
	n := 0
	if !span.Below {
		err = q.QueryRow(ctx, countAdmittedPartsSQL, span.PartLo, span.PartHi, from, to).Scan(&n)
		return n, err
	}
	err = q.QueryRow(ctx, countAdmittedSQL, span.Lo, span.Hi, span.PartLo, span.PartHi, from, to).Scan(&n)
	return n, err
}
