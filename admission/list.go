package admission

import (
	"context"
	"strconv"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/tree"
	"chibo/member"
	"chibo/org"
	"chibo/rulebook"
)

// BoardHref is the board of a unit; a cell's is its list.
func BoardHref(unitID int64) string { return "/units/" + strconv.FormatInt(unitID, 10) + "/admission" }

// ListHref is the list of a cell.
func ListHref(cellID int64) string { return "/cells/" + strconv.FormatInt(cellID, 10) + "/admission" }

// officials gives the official members of a cell today, to choose from.
func (s *Service) officials(ctx context.Context, q db.Q, cell org.Unit) (out []Helper, err error) {
	body, err := member.Body(ctx, q, cell.PartID, cell.ID, civil.From(s.DB.Clock().Now()))
	for _, m := range body {
		if m.Official && m.Standing != member.StandingGuest {
			out = append(out, Helper{MembershipID: m.MembershipID, Name: m.Name})
		}
	}
	return out, err
}

// Officials gives the official members of the dossier's cell, to choose from.
func (s *Service) Officials(ctx context.Context, v View) (out []Helper, err error) {
	err = s.DB.Read(ctx, func(q db.Q) error {
		out, err = s.officials(ctx, q, v.Cell)
		return err
	})
	return out, err
}

// Line is a dossier in a list, as its reader may see it.
type Line struct {
	Dossier
	Cell   string
	Holder string
	Helper string // who helps; "" nobody
	Bare   bool   // only that it is there: no name, no page
	Mine   bool   // the reader acts for who must act
	Unseen bool   // the cell has not looked at the person for longer than the rule says
}

const cellSQL = `SELECT ` + columns + `, COALESCE(u.short, ''), COALESCE((SELECT MIN(h.name) FROM dossier_helper h WHERE h.part_id = d.part_id AND h.dossier_id = d.id AND h.to_day = ''), '')
  FROM dossier d LEFT JOIN org u ON u.id = d.holder_id
 WHERE d.part_id = $1 AND d.cell_id = $2 AND (d.state = 'open') = $3 AND d.name <> ''
 ORDER BY CASE WHEN d.due = '' THEN 1 ELSE 0 END, d.due, d.sort, d.id LIMIT $4`

// OfCell gives the people whom a cell tracks or has closed, to the cell committee, the
// nearest deadline first. It fails with access.ErrForbidden.
func (s *Service) OfCell(ctx context.Context, q db.Q, actor access.Actor, cell org.Unit, open bool, limit int) ([]Line, error) {
	if !MayList(actor.Quiet(), cell) {
		return nil, access.ErrForbidden
	}
	today := civil.From(s.DB.Clock().Now())
	since := today.AddMonths(-s.Book.At(today, cell.Path).Int(rulebook.AdmissionReviewMonths))
	list, err := db.List(ctx, q, func(r db.Scanner) (l Line, err error) {
		return l, r.Scan(append(l.dest(), &l.Holder, &l.Helper)...)
	}, cellSQL, cell.PartID, cell.ID, open, limit)
	for i := range list {
		l := &list[i]
		l.Cell, l.Mine = cell.Short, l.HolderID == cell.ID
		l.Unseen = l.State == Open && l.JoinedOn.IsZero() && l.ReviewedOn.Before(since)
	}
	return list, err
}

const offeredSQL = `SELECT ` + columns + ` FROM dossier d WHERE d.to_cell = $1 AND d.state = 'open' ORDER BY d.id`

// Offered gives the dossiers that other cells offer to this one, for its lead.
func Offered(ctx context.Context, q db.Q, actor access.Actor, cell org.Unit) ([]Dossier, error) {
	if !MayLead(actor.Quiet(), cell) {
		return nil, nil
	}
	return db.List(ctx, q, scan, offeredSQL, cell.ID)
}

// Filter narrows a board.
type Filter struct {
	Step   string     // code; "" every step
	Late   civil.Date // only what is overdue on this day; zero: all
	Holder int64      // only what waits with this unit; 0 any
	After  Cursor
	Limit  int
}

// Cursor marks a line's place in a board: by deadline, those without one last.
type Cursor struct {
	Due string
	Ref ident.Ref
}

// Cursor gives the line's place.
func (l Line) Cursor() Cursor { return Cursor{Due: dueKey(l.Due), Ref: l.Ref} }

// noDue stands for no deadline, after every day.
const noDue = "9999"

func dueKey(d civil.Date) string {
	if d.IsZero() {
		return noDue
	}
	return d.String()
}

// Open dossiers b of a scope: of whole organisations, in the index dossier_board alone, or
// of single cells.
const (
	openOfParts = ` FROM org o CROSS JOIN dossier b WHERE o.id = o.part_id AND o.path >= $1 AND o.path < $2 AND b.part_id = o.part_id AND b.state = 'open'`
	openOfCells = ` FROM org o CROSS JOIN dossier b WHERE o.path >= $1 AND o.path < $2 AND b.part_id = o.part_id AND b.cell_id = o.id AND b.state = 'open'`
)

// A board finds its page by keys, and reads rows for that page only.
const (
	boardHead = `SELECT ` + columns + `, c.short, COALESCE(u.short, '') FROM (SELECT b.part_id AS part, b.id AS id`
	boardTail = ` AND ($3 = '' OR b.step = $3) AND ($4 = '' OR b.due <> '' AND b.due < $4) AND (CAST($5 AS bigint) = 0 OR b.holder_id = $5)
     AND (CASE WHEN b.due = '' THEN '9999' ELSE b.due END, b.part_id, b.id) > ($6, CAST($7 AS bigint), CAST($8 AS bigint))
   ORDER BY CASE WHEN b.due = '' THEN '9999' ELSE b.due END, b.part_id, b.id LIMIT $9) k
  CROSS JOIN dossier d CROSS JOIN org c LEFT JOIN org u ON u.id = d.holder_id
 WHERE d.part_id = k.part AND d.id = k.id AND c.id = d.cell_id
 ORDER BY CASE WHEN d.due = '' THEN '9999' ELSE d.due END, d.part_id, d.id`
	boardPartsSQL = boardHead + openOfParts + boardTail
	boardCellsSQL = boardHead + openOfCells + boardTail
)

// either gives the query over whole organisations, or over single cells where the scope is
// less than one.
func either(ctx context.Context, q db.Q, scope access.Scope, parts, cells string) (string, error) {
	span, err := org.SpanOf(ctx, q, scope)
	if span.Below {
		return cells, err
	}
	return parts, err
}

// Board gives the open dossiers of the cells in a unit and below, the nearest deadline
// first: with names to the cell committee and the organisation officer, and of those in
// the own committee's hands to its officers; of others only that they are there. It fails
// with access.ErrForbidden.
func (s *Service) Board(ctx context.Context, q db.Q, actor access.Actor, u org.Unit, f Filter) ([]Line, error) {
	actor = actor.Quiet()
	if !MayBoard(actor, u) {
		return nil, access.ErrForbidden
	}
	scope, err := boardScope(actor, u)
	if err != nil {
		return nil, err
	}
	lo, hi := scope.Range()
	query, err := either(ctx, q, scope, boardPartsSQL, boardCellsSQL)
	if err != nil {
		return nil, err
	}
	list, err := db.List(ctx, q, func(r db.Scanner) (l Line, err error) {
		return l, r.Scan(append(l.dest(), &l.Cell, &l.Holder)...)
	}, query, lo, hi, f.Step, f.Late, f.Holder, f.After.Due, f.After.Ref.Part, f.After.Ref.ID, f.Limit)
	if err != nil {
		return nil, err
	}
	named, acts := mayName(actor, u), serves(actor, u)
	for i := range list {
		l := &list[i]
		l.Mine = acts && l.HolderID == u.ID
		if l.Mine || MayList(actor, u) {
			continue
		}
		l.Bare = true
		keep := Person{}
		if named {
			keep.Name = l.Person.Name
		}
		l.Person = keep
	}
	return list, nil
}

// Count is how many open dossiers wait at a step, and of them how many are overdue.
type Count struct {
	Step    string
	Waiting int
	Late    int
	Oldest  civil.Date // since when the one that waits longest does
}

const (
	countsHead     = `SELECT b.step, COUNT(*), COUNT(*) FILTER (WHERE b.due <> '' AND b.due < $3), MIN(b.since)`
	countsPartsSQL = countsHead + openOfParts + ` GROUP BY b.step`
	countsCellsSQL = countsHead + openOfCells + ` GROUP BY b.step`
)

// CountsOf gives where the open dossiers of a scope wait, in the order of the steps. A
// board's right covers it.
func (s *Service) CountsOf(ctx context.Context, q db.Q, actor access.Actor, u org.Unit, day civil.Date) ([]Count, error) {
	actor = actor.Quiet()
	if !MayBoard(actor, u) {
		return nil, access.ErrForbidden
	}
	scope, err := boardScope(actor, u)
	if err != nil {
		return nil, err
	}
	lo, hi := scope.Range()
	query, err := either(ctx, q, scope, countsPartsSQL, countsCellsSQL)
	if err != nil {
		return nil, err
	}
	list, err := db.List(ctx, q, func(r db.Scanner) (c Count, err error) { return c, r.Scan(&c.Step, &c.Waiting, &c.Late, &c.Oldest) }, query, lo, hi, day)
	if err != nil {
		return nil, err
	}
	by := map[string]Count{}
	for _, c := range list {
		by[c.Step] = c
	}
	var out []Count
	for _, st := range s.Book.At(day, u.Path).AdmissionSteps() {
		if c, ok := by[st.Code]; ok {
			out = append(out, c)
		}
	}
	return out, nil
}

// Wait is a line of the wall: a cell's dossier that waits too long, without a name.
type Wait struct {
	Ref      ident.Ref
	CellID   int64
	Cell     string
	Upper    string // unit above the cell
	HolderID int64
	Step     string
	Clock    string
	Since    civil.Date
	Due      civil.Date
	Days     int // late; below zero: to the deadline
}

// From the organisations of the scope to what is near its day there: a grassroots committee
// does not read what is late in the whole country.
const waitingSQL = `SELECT b.part_id, b.id, b.cell_id, b.holder_id, b.step, b.clock, b.since, b.due, c.name, COALESCE(p.short, '')
  FROM org o CROSS JOIN dossier b CROSS JOIN org c LEFT JOIN org p ON p.id = c.parent_id
 WHERE o.id = o.part_id AND o.path >= $4 AND o.path < $5 AND b.part_id = o.part_id AND b.state = 'open' AND b.due <> '' AND b.due < $3
   AND c.id = b.cell_id AND c.path >= $1 AND c.path < $2 ORDER BY b.due, b.part_id, b.id LIMIT $6`

// waitingMost bounds the lines of a wall.
const waitingMost = 500

// Waiting gives the dossiers of a scope whose deadline is over on a day or comes within so
// many days, the longest first, for the wall: which cell and since when, not who. Whoever
// has the scope may know.
func Waiting(ctx context.Context, q db.Q, scope access.Scope, day civil.Date, soon int) ([]Wait, error) {
	span, err := org.SpanOf(ctx, q, scope)
	if err != nil {
		return nil, err
	}
	list, err := db.List(ctx, q, func(r db.Scanner) (w Wait, err error) {
		return w, r.Scan(&w.Ref.Part, &w.Ref.ID, &w.CellID, &w.HolderID, &w.Step, &w.Clock, &w.Since, &w.Due, &w.Cell, &w.Upper)
	}, waitingSQL, span.Lo, span.Hi, day.AddDays(soon+1), span.PartLo, span.PartHi, waitingMost)
	for i := range list {
		list[i].Days = day.Sub(list[i].Due)
	}
	return list, err
}

const lateBelowSQL = `SELECT o.path, COUNT(*)` + openOfParts + ` AND b.due <> '' AND b.due < $3 GROUP BY o.path`

// LateBelow counts the open dossiers of a scope whose deadline is over, by unit right below
// one that stands above the parts: as many as its board lists as late. Whoever has the scope
// may know.
func LateBelow(ctx context.Context, q db.Q, scope access.Scope, u org.Unit, day civil.Date) (map[int64]int, error) {
	out := map[int64]int{}
	lo, hi := scope.Range()
	_, err := db.List(ctx, q, func(r db.Scanner) (n int, err error) {
		var part tree.Path
		if err = r.Scan(&part, &n); err == nil {
			out[u.Path.Toward(part)] += n
		}
		return n, err
	}, lateBelowSQL, lo, hi, day)
	return out, err
}

// UnitOf gives a unit for a page of this feature.
func (s *Service) UnitOf(ctx context.Context, q db.Q, actor access.Actor, id int64) (org.Unit, error) {
	u, err := org.ByID(ctx, q, id)
	if err == nil && !MayBoard(actor.Quiet(), u) {
		err = access.ErrForbidden
	}
	if fault.KindOf(err) == fault.NotFound {
		err = org.ErrNotFound
	}
	return u, err
}
