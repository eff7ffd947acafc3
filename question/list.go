package question

import (
	"context"
	"slices"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/member"
	"chibo/org"
)

const openOfSQL = `SELECT ` + columns + ` FROM question q
 WHERE q.part_id = $1 AND q.cell_id = $2 AND q.state IN ('cell', 'agenda', 'up', 'joined')
 ORDER BY CASE q.state WHEN 'cell' THEN 0 WHEN 'agenda' THEN 1 ELSE 2 END, q.due, q.id LIMIT $3`

// openOf gives a cell's open questions: those to decide first, the nearest day on top.
func openOf(ctx context.Context, q db.Q, cell org.Unit, limit int) ([]Question, error) {
	return db.List(ctx, q, scan, openOfSQL, cell.PartID, cell.ID, limit)
}

const closedOfSQL = `SELECT ` + columns + ` FROM question q
 WHERE q.part_id = $1 AND q.cell_id = $2 AND q.state IN ('answered', 'declined')
 ORDER BY CASE WHEN q.read_on = '' THEN 0 ELSE 1 END, q.answered_on DESC, q.id DESC LIMIT $3`

// ToDecide gives the questions that a cell has still to decide on, the nearest day first.
// It checks no right: the meeting has checked who plans it.
func ToDecide(ctx context.Context, q db.Q, cell org.Unit, limit int) ([]Question, error) {
	list, err := openOf(ctx, q, cell, limit)
	for i, x := range list {
		if x.State != InCell {
			return list[:i], err
		}
	}
	return list, err
}

// Line is a question in a list, as its reader may see it.
type Line struct {
	Question
	Asker string // "" kept from the reader, or heard from people
	Cell  string
	Unit  string // holder
	Bare  bool   // the reader sees only that it is there
}

// OfCell gives a cell's questions, open or closed, to whoever may know of them: with
// text and asker to the cell committee, and to those above it only that they are there.
// It fails with access.ErrForbidden.
func OfCell(ctx context.Context, q db.Q, actor access.Actor, cell org.Unit, closed bool, limit int) ([]Line, error) {
	actor = actor.Quiet()
	if !MayCount(actor, cell) {
		return nil, access.ErrForbidden
	}
	query := openOfSQL
	if closed {
		query = closedOfSQL
	}
	list, err := db.List(ctx, q, scan, query, cell.PartID, cell.ID, limit)
	if err != nil {
		return nil, err
	}
	names := namer{q: q, units: map[int64]org.Unit{cell.ID: cell}, people: map[ident.Ref]string{}}
	out := make([]Line, 0, len(list))
	for _, x := range list {
		line, err := names.line(ctx, x)
		if err != nil {
			return nil, err
		}
		if !MayEnter(actor, cell) {
			line = line.bare()
		}
		out = append(out, line)
	}
	return out, nil
}

// bare takes out everything but that the question is there.
func (l Line) bare() Line {
	q := l.Question
	l.Question = Question{
		Ref: q.Ref, CellID: q.CellID, Kind: q.Kind, Day: q.Day, State: q.State, HolderID: q.HolderID, Since: q.Since, Due: q.Due, Round: q.Round,
		AnsweredBy: q.AnsweredBy, AnsweredOn: q.AnsweredOn, ReadOn: q.ReadOn,
	}
	l.Asker, l.Bare = "", true
	return l
}

// unnamed takes out who asked, where that is kept from those above the cell.
func (l Line) unnamed() Line {
	if !l.Named {
		l.AskerID, l.byAccount, l.op, l.Asker = 0, 0, "", ""
	}
	return l
}

// namer finds what lines name, each record once.
type namer struct {
	q      db.Q
	units  map[int64]org.Unit
	people map[ident.Ref]string
}

func (n namer) unit(ctx context.Context, id int64) (u org.Unit, err error) {
	u, ok := n.units[id]
	if !ok {
		if u, err = org.ByID(ctx, n.q, id); err == nil {
			n.units[id] = u
		}
	}
	return u, err
}

func (n namer) line(ctx context.Context, x Question) (Line, error) {
	l := Line{Question: x}
	cell, err := n.unit(ctx, x.CellID)
	if err != nil {
		return l, err
	}
	holder, err := n.unit(ctx, x.HolderID)
	if err != nil {
		return l, err
	}
	l.Cell, l.Unit = cell.Name, holder.Name
	if x.AskerID == 0 {
		return l, nil
	}
	ref := ident.Ref{Part: x.Ref.Part, ID: x.AskerID}
	name, ok := n.people[ref]
	if !ok {
		m, err := member.ByID(ctx, n.q, ref)
		if err != nil {
			return l, err
		}
		name = m.Name
		n.people[ref] = name
	}
	l.Asker = name
	return l, nil
}

const ofAskerSQL = `SELECT ` + columns + ` FROM question q WHERE q.part_id = $1 AND q.asker_id = $2
 ORDER BY CASE WHEN q.state IN ('answered', 'declined') AND q.read_on = '' THEN 0 WHEN q.state IN ('answered', 'declined') THEN 2 ELSE 1 END,
       q.id DESC LIMIT $3`

// OfAsker gives what the members of the list have asked: what has an answer that was not
// read first, then the open ones, then the rest; each the latest first. The memberships
// are one person's, who reads them.
func OfAsker(ctx context.Context, q db.Q, own []member.Membership, limit int) (out []Line, err error) {
	names := namer{q: q, units: map[int64]org.Unit{}, people: map[ident.Ref]string{}}
	for _, m := range own {
		list, err := db.List(ctx, q, scan, ofAskerSQL, m.Part, m.ID, limit)
		if err != nil {
			return nil, err
		}
		for _, x := range list {
			line, err := names.line(ctx, x)
			if err != nil {
				return nil, err
			}
			out = append(out, line)
		}
	}
	return out, nil
}

const unreadSQL = `SELECT COUNT(*) FROM question q
 WHERE q.part_id = $1 AND q.asker_id = $2 AND q.state IN ('answered', 'declined') AND q.read_on = ''`

// Unread counts the answers that a member has not read.
func Unread(ctx context.Context, q db.Q, m member.Membership) (n int, err error) {
	err = q.QueryRow(ctx, unreadSQL, m.Part, m.ID).Scan(&n)
	return n, err
}

const waitingSQL = `SELECT ` + columns + ` FROM question q
 WHERE q.holder_id = $1 AND q.state IN ('cell', 'agenda', 'up') AND ($2 = '' OR q.due < $2)
   AND (q.due > $3 OR (q.due = $3 AND q.id > $4)) ORDER BY q.due, q.id LIMIT $5`

// Page says which part of a list is asked for.
type Page struct {
	Late  civil.Date // only those overdue on the day; zero: all
	After Line       // last one of the page before; zero: the first page
	Limit int
}

// Waiting gives what a committee has to answer, the nearest day first, to who acts for it.
// It fails with access.ErrForbidden.
func Waiting(ctx context.Context, q db.Q, actor access.Actor, u org.Unit, p Page) ([]Line, error) {
	if !MayServe(actor, u) {
		return nil, access.ErrForbidden
	}
	list, err := db.List(ctx, q, scan, waitingSQL, u.ID, p.Late, p.After.Due, p.After.Ref.ID, p.Limit)
	return linesAbove(ctx, q, list, err)
}

// linesAbove makes lines for those above the cell.
func linesAbove(ctx context.Context, q db.Q, list []Question, err error) ([]Line, error) {
	if err != nil {
		return nil, err
	}
	names := namer{q: q, units: map[int64]org.Unit{}, people: map[ident.Ref]string{}}
	out := make([]Line, 0, len(list))
	for _, x := range list {
		line, err := names.line(ctx, x)
		if err != nil {
			return nil, err
		}
		out = append(out, line.unnamed())
	}
	return out, nil
}

const passedSQL = `SELECT ` + columns + ` FROM question_hand h JOIN question q ON q.part_id = h.part_id AND q.id = h.question_id
 WHERE h.org_id = $1 AND h.left_on <> '' AND q.holder_id <> $1 ORDER BY h.id DESC LIMIT $2`

// Passed gives what a committee has had and answered or passed on, the latest first, to
// who acts for it. It fails with access.ErrForbidden.
func Passed(ctx context.Context, q db.Q, actor access.Actor, u org.Unit, limit int) ([]Line, error) {
	if !MayServe(actor, u) {
		return nil, access.ErrForbidden
	}
	list, err := db.List(ctx, q, scan, passedSQL, u.ID, limit)
	seen := map[ident.Ref]bool{} // it may have been here twice
	list = slices.DeleteFunc(list, func(x Question) bool {
		again := seen[x.Ref]
		seen[x.Ref] = true
		return again
	})
	return linesAbove(ctx, q, list, err)
}

const risenSQL = `SELECT ` + columns + ` FROM org o JOIN question q ON q.holder_id = o.id
 WHERE o.parent_id = $1 AND q.state IN ('cell', 'agenda', 'up') AND q.due <> '' AND q.due < $2 ORDER BY q.due, q.id LIMIT $3`

// Risen gives what is so long overdue right below a committee that it looks: who has it
// and since when, not the text. It fails with access.ErrForbidden.
func (s *Service) Risen(ctx context.Context, q db.Q, actor access.Actor, u org.Unit, limit int) ([]Line, error) {
	if !MayServe(actor, u) {
		return nil, access.ErrForbidden
	}
	list, err := db.List(ctx, q, scan, risenSQL, u.ID, s.risenBefore(u), limit)
	if err != nil {
		return nil, err
	}
	lines, err := linesAbove(ctx, q, list, nil)
	for i := range lines {
		lines[i] = lines[i].bare()
	}
	return lines, err
}
