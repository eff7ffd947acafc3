package question

import (
	"context"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/org"
	"chibo/rulebook"
)

// risenBefore gives the day before which what is due has risen to the unit.
func (s *Service) risenBefore(u org.Unit) civil.Date {
	today := civil.From(s.DB.Clock().Now())
	return today.AddDays(-s.Book.At(today, u.Path).Int(rulebook.QuestionRiseDays))
}

// Counts is how many questions stand where.
type Counts struct {
	InCell   int // to decide, and on agendas
	Above    int
	Late     int // of both, those whose holder's day is over
	Answered int // since the day asked for
	Declined int
	Unread   int // of these two, those that the asker does not know yet
}

func (c *Counts) add(state State, holderIsCell bool, all, late, unread int) {
	switch {
	case state == Answered:
		c.Answered += all
	case state == Declined:
		c.Declined += all
	case holderIsCell:
		c.InCell += all
	default:
		c.Above += all
	}
	if state.Open() {
		c.Late += late
	} else {
		c.Unread += unread
	}
}

// ByUnit is the counts of a unit right below another.
type ByUnit struct {
	Unit org.Unit
	Counts
}

const countsSQL = `SELECT c.id, q.state, CASE WHEN q.holder_id = q.cell_id THEN 1 ELSE 0 END, COUNT(*),
       COUNT(*) FILTER (WHERE q.due <> '' AND q.due < $4), COUNT(*) FILTER (WHERE q.read_on = '')
  FROM org o JOIN question q ON q.part_id = o.part_id AND q.cell_id = o.id
    JOIN org c ON c.parent_id = $3 AND c.path = substr(o.path, 1, length(c.path))
 WHERE o.path >= $1 AND o.path < $2 AND (q.state IN ('cell', 'agenda', 'up', 'joined') OR q.answered_on >= $5)
 GROUP BY c.id, q.state, CASE WHEN q.holder_id = q.cell_id THEN 1 ELSE 0 END ORDER BY c.id, q.state`

// CountsBelow counts the questions of the cells below a unit, by the units right below
// it that have any: those open on the day and those answered since then. It fails with
// access.ErrForbidden.
func CountsBelow(ctx context.Context, q db.Q, actor access.Actor, u org.Unit, day, since civil.Date) ([]ByUnit, Counts, error) {
	var sum Counts
	scope, err := scopeOf(actor.Quiet(), u)
	if err != nil {
		return nil, sum, err
	}
	lo, hi := scope.Range()
	type row struct {
		unit              int64
		state             State
		inCell            int
		all, late, unread int
	}
	rows, err := db.List(ctx, q, func(s db.Scanner) (r row, err error) {
		return r, s.Scan(&r.unit, &r.state, &r.inCell, &r.all, &r.late, &r.unread)
	}, countsSQL, lo, hi, u.ID, day, since)
	if err != nil {
		return nil, sum, err
	}
	var out []ByUnit
	for _, r := range rows {
		if len(out) == 0 || out[len(out)-1].Unit.ID != r.unit {
			c, err := org.ByID(ctx, q, r.unit)
			if err != nil {
				return nil, sum, err
			}
			out = append(out, ByUnit{Unit: c})
		}
		out[len(out)-1].add(r.state, r.inCell == 1, r.all, r.late, r.unread)
		sum.add(r.state, r.inCell == 1, r.all, r.late, r.unread)
	}
	return out, sum, nil
}

// Desk is what waits for those who act for a unit.
type Desk struct {
	Waiting int // to decide or to answer
	Late    int // of these, those whose day is over
	ToTell  int // answers of a cell's questions that the asker does not know yet
	Risen   int // long overdue right below
}

// Any says whether something waits.
func (d Desk) Any() bool { return d.Waiting+d.ToTell+d.Risen > 0 }

const (
	deskSQL = `SELECT COUNT(*), COUNT(*) FILTER (WHERE q.due <> '' AND q.due < $2) FROM question q
 WHERE q.holder_id = $1 AND q.state IN ('cell', 'agenda', 'up')`
	toTellSQL = `SELECT COUNT(*) FROM question q
 WHERE q.part_id = $1 AND q.cell_id = $2 AND q.state IN ('answered', 'declined') AND q.read_on = ''`
	risenCountSQL = `SELECT COUNT(*) FROM org o JOIN question q ON q.holder_id = o.id
 WHERE o.parent_id = $1 AND q.state IN ('cell', 'agenda', 'up') AND q.due <> '' AND q.due < $2`
)

// DeskOf counts what waits for the unit, to who may know of it. It fails with
// access.ErrForbidden.
func (s *Service) DeskOf(ctx context.Context, q db.Q, actor access.Actor, u org.Unit) (d Desk, err error) {
	if !MayCount(actor.Quiet(), u) {
		return d, access.ErrForbidden
	}
	today := civil.From(s.DB.Clock().Now())
	if err = q.QueryRow(ctx, deskSQL, u.ID, today).Scan(&d.Waiting, &d.Late); err != nil {
		return d, err
	}
	if u.IsCell() {
		return d, q.QueryRow(ctx, toTellSQL, u.PartID, u.ID).Scan(&d.ToTell)
	}
	return d, q.QueryRow(ctx, risenCountSQL, u.ID, s.risenBefore(u)).Scan(&d.Risen)
}
