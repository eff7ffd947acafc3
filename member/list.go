package member

import (
	"context"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/org"
)

// Filter narrows List and Count.
type Filter struct {
	Day      civil.Date // required: members as of this day
	CellID   int64      // one cell; zero: the whole scope
	Standing string     // one standing; "": all
	Guests   bool       // guests too; without it each person is counted once, at home
	Limit    int        // zero: 50
	After    string     // Cursor of the last row of the page before
}

const listLimit = 50

const rowColumns = rowHead + `c.short, COALESCE(u.id, 0), COALESCE(u.short, '')` + rowTail

const rowHead = `SELECT m.part_id, m.id, m.person_id, m.cell_id, `

const rowTail = `, m.kind, m.name, m.sort, COALESCE(pe.sex, ''), COALESCE(pe.birth, ''), CASE WHEN (` + keptSQL + `) > 0 THEN '' ELSE COALESCE(pe.phone, '') END, m.official_on,
  COALESCE(s.kind, ''), m.from_day, m.to_day, m.admitted_on, CASE WHEN (` + keptSQL + `) > 0 THEN 1 ELSE 0 END`

// keptSQL counts the units that keep contacts of the row's cell from who reads from
// $6, see access.Scope.Reach.
const keptSQL = `SELECT COUNT(*) FROM kept k JOIN org ko ON ko.id = k.org_id
   WHERE k.kind = 'contact' AND k.ended_at = 0 AND ko.path > $6 AND ko.path = substr(c.path, 1, length(ko.path))`

const rowJoins = ` LEFT JOIN org u ON u.id = c.part_id` + rowPerson

const rowPerson = `
  LEFT JOIN person pe ON pe.part_id = m.part_id AND pe.id = m.person_id` + inForce

// here is the scope, $1 and $2, as something asked of the cell c of a membership m: the
// empty text ties it to both. Asked of c alone, SQLite first makes a filter of all
// units of the country for a page of fifty rows, and of all spells likewise (inForce).
const here = ` c.path >= $1 || substr(m.sort, 1, 0) AND c.path < $2 || substr(m.sort, 1, 0)`

// condition: $1, $2 the scope, $3 the day, $4 guests too, $5 standing.
const condition = here + ` AND` + inOnDay

const inOnDay = ` m.from_day <= $3 AND (m.to_day = '' OR m.to_day > $3)` + asAsked

const asAsked = `
   AND (m.kind = 'home' OR $4 <> 0)
   AND ($5 = '' OR $5 = CASE WHEN s.kind IS NOT NULL THEN s.kind WHEN m.kind = 'guest' THEN 'guest'
     WHEN m.official_on <> '' AND m.official_on <= $3 THEN 'official' ELSE 'reserve' END)`

const page = ` AND (m.sort, m.id) > ($7, CAST($8 AS bigint))` + pageOrder

const pageOrder = ` ORDER BY m.sort, m.id, s.id LIMIT $9`

// The three walks follow an index that has the order of names already, and stop at
// the end of the page; they differ in that index. CROSS JOIN keeps SQLite from
// beginning with the tree.
const (
	walk     = rowColumns + ` FROM membership m CROSS JOIN org c` + rowJoins + ` WHERE c.id = m.cell_id AND ` + condition
	walkAll  = rowColumns + ` FROM membership m CROSS JOIN org c` + rowJoins + ` WHERE ` + ofParts + ` AND c.id = m.cell_id AND` + inOnDay + page
	walkPart = walk + ` AND m.part_id = $10` + page
	walkCell = walk + ` AND m.part_id = $10 AND m.cell_id = $11` + page

	// Of the whole country most rows are of other provinces: their part, which stands in
	// the index of names, sorts them out before a row is read. The parts are listed once;
	// as a plain condition they would be where the walk begins, and the order is lost. As a
	// truth value PostgreSQL takes it for half of the rows, as a number for a few, and sorts.
	ofParts = `CASE WHEN m.part_id IN (SELECT g.id FROM org g WHERE g.id = g.part_id AND g.path >= $1 AND g.path < $2) THEN 1 = 1 ELSE 1 = 0 END`
)

// planned has PostgreSQL plan a list for its own place: a plan for any list, which it takes
// after some, reads the whole part and sorts it. Elsewhere it does nothing.
func planned(ctx context.Context, q db.Q) error {
	if db.DialectOf(q) != db.Postgres {
		return nil
	}
	var set string
	w := ways{"on", "on", "force_custom_plan"}
	return q.QueryRow(ctx, findPlanPostgres, w.scans, w.indexes, w.cache).Scan(&set)
}

// List gives the members of the scope in the order of names, a page at a time.
func List(ctx context.Context, q db.Q, scope access.Scope, f Filter) ([]Row, error) {
	sort, id, err := parseCursor(f.After)
	if err != nil {
		return nil, err
	}
	span, err := org.SpanOf(ctx, q, scope)
	if err != nil {
		return nil, err
	}
	limit := f.Limit
	if limit <= 0 {
		limit = listLimit
	}
	if err := planned(ctx, q); err != nil {
		return nil, err
	}
	query, args := walkAll, append(f.args(span), scope.Reach(), sort, id, limit)
	switch {
	case f.CellID != 0:
		cell, err := org.ByID(ctx, q, f.CellID)
		if err != nil {
			return nil, err
		}
		query, args = walkCell, append(args, cell.PartID, cell.ID)
	case span.Part != 0:
		query, args = walkPart, append(args, span.Part)
	case f.Standing != "":
		first, err := standingFirst(ctx, q, span, f.Standing)
		if err != nil {
			return nil, err
		}
		if first != "" {
			query = first
		}
	}
	list, err := db.List(ctx, q, func(s db.Scanner) (Row, error) { return scanRow(s, f.Day) }, query, args...)
	return distinct(list, func(r Row) int64 { return r.Ref.ID }), err
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
		&r.Name, &r.Sort, &r.Sex, &r.Birth, &phone, &r.OfficialOn, &spell, &r.From, &r.To, &r.AdmittedOn, &r.Kept)
	r.Phone = MaskPhone(phone)
	r.Official = Membership{OfficialOn: r.OfficialOn}.OfficialAt(day)
	r.Standing = standing(r.Kind, spell, r.Official)
	return r, err
}

// Who is away, exempt, suspended or a guest is found by that in a wide scope: they are
// few, and a walk in the order of names would pass all others. The empty text added to
// the sort key keeps SQLite from walking the index of sort keys for every row found.
const (
	fromSpells = ` FROM org p CROSS JOIN member_spell x CROSS JOIN membership m CROSS JOIN org c`
	ofSpells   = ` WHERE p.id = p.part_id AND p.path >= $1 AND p.path < $2 AND x.part_id = p.id AND x.kind = $5
   AND x.from_day <= $3 AND (x.to_day = '' OR x.to_day > $3) AND m.part_id = x.part_id AND m.id = x.membership_id
   AND c.id = m.cell_id AND`
	fromGuests = ` FROM org p CROSS JOIN membership m CROSS JOIN org c`
	ofGuests   = ` WHERE p.id = p.part_id AND p.path >= $1 AND p.path < $2 AND m.part_id = p.id AND m.kind = 'guest' AND c.id = m.cell_id AND`

	sorted     = ` AND (m.sort || '', m.id) > ($7, CAST($8 AS bigint))` + pageOrder
	listSpells = rowColumns + fromSpells + rowJoins + ofSpells + condition + sorted
	listGuests = rowColumns + fromGuests + rowJoins + ofGuests + condition + sorted

	probeSpellsSQL = `SELECT COUNT(*) FROM (SELECT x.id FROM org p CROSS JOIN member_spell x
 WHERE p.id = p.part_id AND p.path >= $1 AND p.path < $2 AND x.part_id = p.id AND x.kind = $3 LIMIT $4) y`
)

// rare is how many spells of a kind are sorted by name; with more of them, a walk in
// the order of names fills its page soon.
const rare = 10_000

// standingFirst gives the list that begins with those of the standing, "" when the walk
// in the order of names is better.
func standingFirst(ctx context.Context, q db.Q, span org.Span, standing string) (string, error) {
	switch standing {
	case StandingGuest:
		return listGuests, nil
	case SpellExempt, SpellTempOut, SpellAway, SpellSuspended:
		n := 0
		err := q.QueryRow(ctx, probeSpellsSQL, span.Lo, span.Hi, standing, rare).Scan(&n)
		if err != nil || n >= rare {
			return "", err
		}
		return listSpells, nil
	}
	return "", nil
}

const countSQL = `SELECT COUNT(DISTINCT m.id) FROM org c JOIN membership m ON m.part_id = c.part_id AND m.cell_id = c.id` + inForce + `
 WHERE (CAST($6 AS bigint) = 0 OR c.id = $6) AND ` + condition

const countPlainSQL = `SELECT COUNT(*) FROM org c JOIN membership m ON m.part_id = c.part_id AND m.cell_id = c.id
 WHERE (CAST($5 AS bigint) = 0 OR c.id = $5) AND c.path >= $1 AND c.path < $2
   AND m.from_day <= $3 AND (m.to_day = '' OR m.to_day > $3) AND (m.kind = 'home' OR $4 <> 0)`

// Count gives how many members List would give without a limit. It reads them all: for
// a unit above the parts, figure.StateOf has the number of members and CountUpTo says
// whether there are many.
func Count(ctx context.Context, q db.Q, scope access.Scope, f Filter) (int, error) {
	span, err := org.SpanOf(ctx, q, scope)
	if err != nil {
		return 0, err
	}
	args := f.args(span)
	n := 0
	switch {
	case f.Standing != "":
		err = q.QueryRow(ctx, countSQL, append(args, f.CellID)...).Scan(&n)
	default:
		err = q.QueryRow(ctx, countPlainSQL, append(args[:4], f.CellID)...).Scan(&n)
	}
	return n, err
}

const (
	upToParts  = `SELECT COUNT(DISTINCT y.id) FROM (SELECT m.id FROM org p CROSS JOIN membership m CROSS JOIN org c` + inForce + ` WHERE p.id = p.part_id AND p.path >= $1 AND p.path < $2 AND m.part_id = p.id AND c.id = m.cell_id AND` + condition + ` LIMIT $6) y`
	upToSpells = `SELECT COUNT(DISTINCT y.id) FROM (SELECT m.id` + fromSpells + inForce + ofSpells + condition + ` LIMIT $6) y`
	upToGuests = `SELECT COUNT(DISTINCT y.id) FROM (SELECT m.id` + fromGuests + inForce + ofGuests + condition + ` LIMIT $6) y`
)

// CountUpTo is Count for a unit above the parts, where counting stops at most: a
// result of most means so many or more. The filter has no cell.
func CountUpTo(ctx context.Context, q db.Q, scope access.Scope, f Filter, most int) (int, error) {
	span, err := org.SpanOf(ctx, q, scope)
	if err != nil {
		return 0, err
	}
	query := upToParts
	switch f.Standing {
	case StandingGuest:
		query = upToGuests
	case SpellExempt, SpellTempOut, SpellAway, SpellSuspended:
		query = upToSpells
	}
	n := 0
	err = q.QueryRow(ctx, query, append(f.args(span), most)...).Scan(&n)
	return n, err
}
