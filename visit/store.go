package visit

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"chibo/access"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/org"
	"chibo/rulebook"
)

const columns = `v.part_id, v.id, v.cell_id, v.meeting_id, v.day, v.unit_id, v.unit_name, v.by_person, v.by_name, v.on_roll, v.at, v.answer, v.answered_by, v.answered_on, v.version`

func (v *Visit) dest(at *int64) []any {
	return []any{
		&v.Ref.Part, &v.Ref.ID, &v.CellID, &v.MeetingID, &v.Day, &v.UnitID, &v.UnitName, &v.ByPerson, &v.ByName, &v.OnRoll, at,
		&v.Answer, &v.AnsweredBy, &v.AnsweredOn, &v.Version,
	}
}

func scan(r db.Scanner) (v Visit, err error) {
	var at int64
	err = r.Scan(v.dest(&at)...)
	v.At = time.UnixMilli(at).UTC()
	return v, err
}

const (
	byRefSQL = `SELECT ` + columns + ` FROM visit v WHERE v.part_id = $1 AND v.id = $2`

	knownSQL = `SELECT v.id FROM visit v WHERE v.part_id = $1 AND v.op = $2`

	insertSQL = `INSERT INTO visit (part_id, id, cell_id, meeting_id, day, unit_id, unit_name, by_account, by_person, by_name, on_roll, at, op)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`

	insertRemarkSQL = `INSERT INTO visit_remark (part_id, visit_id, aspect, text) VALUES ($1, $2, $3, $4)`

	answerSQL = `UPDATE visit SET answer = $4, answered_by = $5, answered_on = $6, version = version + 1 WHERE part_id = $1 AND id = $2 AND version = $3`

	remarksSQL = `SELECT aspect, text, task_id, own_due, own_name, own_done FROM visit_remark WHERE part_id = $1 AND visit_id = $2 ORDER BY aspect`

	taskSQL = `UPDATE visit_remark SET task_id = $4 WHERE part_id = $1 AND visit_id = $2 AND aspect = $3`
	takeSQL = `UPDATE visit_remark SET own_due = $4, own_name = $5 WHERE part_id = $1 AND visit_id = $2 AND aspect = $3`
	doneSQL = `UPDATE visit_remark SET own_done = $4 WHERE part_id = $1 AND visit_id = $2 AND aspect = $3`

	ofCellSQL    = `SELECT ` + columns + ` FROM visit v WHERE v.part_id = $1 AND v.cell_id = $2 ORDER BY v.day DESC, v.id DESC LIMIT $3`
	ofMeetingSQL = `SELECT ` + columns + ` FROM visit v WHERE v.part_id = $1 AND v.meeting_id = $2 AND v.meeting_id <> 0 ORDER BY v.id`

	belowSQL = `SELECT ` + columns + `, o.name FROM org o JOIN visit v ON v.part_id = o.part_id AND v.cell_id = o.id
 WHERE o.path >= $1 AND o.path < $2 ORDER BY v.day DESC, v.id DESC LIMIT $3`

	ownSQL = `SELECT ` + columns + `, o.name, r.aspect, r.text, r.own_due, r.own_name
  FROM org o JOIN visit v ON v.part_id = o.part_id AND v.cell_id = o.id JOIN visit_remark r ON r.part_id = v.part_id AND r.visit_id = v.id
 WHERE o.path >= $1 AND o.path < $2 AND r.own_due <> '' AND r.own_done = '' ORDER BY r.own_due, v.id LIMIT $3`
)

func byRef(ctx context.Context, q db.Q, ref ident.Ref) (Visit, error) {
	v, err := scan(q.QueryRow(ctx, byRefSQL, ref.Part, ref.ID))
	if db.NoRows(err) {
		return v, ErrNotFound
	}
	return v, err
}

func known(ctx context.Context, q db.Q, part int64, op string) (ident.Ref, error) {
	ref := ident.Ref{Part: part}
	err := q.QueryRow(ctx, knownSQL, part, op).Scan(&ref.ID)
	if db.NoRows(err) {
		return ident.Ref{}, nil
	}
	return ref, err
}

func insert(ctx context.Context, tx *db.Tx, v Visit, account int64, op string) error {
	_, err := tx.Exec(ctx, insertSQL, v.Ref.Part, v.Ref.ID, v.CellID, v.MeetingID, v.Day, v.UnitID, v.UnitName, account, v.ByPerson, v.ByName, v.OnRoll, v.At.UnixMilli(), op)
	if err != nil {
		return err
	}
	rows := make([][]any, len(v.Remarks))
	for i, r := range v.Remarks {
		rows[i] = []any{v.Ref.Part, v.Ref.ID, r.Aspect, r.Text}
	}
	return db.Many(ctx, tx, insertRemarkSQL, rows)
}

// read fills the remarks in the order of the rulebook.
func (v *Visit) read(ctx context.Context, q db.Q, set rulebook.Set) (err error) {
	v.Remarks, err = db.List(ctx, q, func(r db.Scanner) (x Remark, err error) {
		return x, r.Scan(&x.Aspect, &x.Text, &x.TaskID, &x.OwnDue, &x.OwnName, &x.OwnDone)
	}, remarksSQL, v.Ref.Part, v.Ref.ID)
	order := set.Choices(rulebook.VisitAspects)
	place := func(code string) int {
		return slices.IndexFunc(order, func(c rulebook.Choice) bool { return c.Code == code })
	}
	slices.SortStableFunc(v.Remarks, func(a, b Remark) int { return place(a.Aspect) - place(b.Aspect) })
	return err
}

// OfCell gives a cell's cards with their remarks, the latest first.
func (s *Service) OfCell(ctx context.Context, actor access.Actor, cellID int64, limit int) (cell org.Unit, list []Visit, err error) {
	err = s.DB.Read(ctx, func(q db.Q) error {
		if cell, err = org.ByID(ctx, q, cellID); err != nil {
			return err
		}
		if !cell.IsCell() {
			return org.ErrNotFound
		}
		if err := mayRead(actor, cell); err != nil {
			return err
		}
		if list, err = db.List(ctx, q, scan, ofCellSQL, cell.PartID, cell.ID, limit); err != nil {
			return err
		}
		return s.readAll(ctx, q, cell, list)
	})
	return cell, list, err
}

// OfMeeting gives the cards of one meeting.
func (s *Service) OfMeeting(ctx context.Context, actor access.Actor, cell org.Unit, ref ident.Ref) (list []Visit, err error) {
	if err := mayRead(actor, cell); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(q db.Q) error {
		if list, err = db.List(ctx, q, scan, ofMeetingSQL, ref.Part, ref.ID); err != nil {
			return err
		}
		return s.readAll(ctx, q, cell, list)
	})
	return list, err
}

func (s *Service) readAll(ctx context.Context, q db.Q, cell org.Unit, list []Visit) error {
	for i := range list {
		if err := list[i].read(ctx, q, s.Book.At(list[i].Day, cell.Path)); err != nil {
			return err
		}
	}
	return nil
}

// Line is a card in the list of a committee.
type Line struct {
	Visit
	CellName string
}

// Desk is what a committee has to do with cards: those left below it, and what it took
// upon itself and has not done, each as a card with that one remark.
type Desk struct {
	Unit org.Unit
	Left []Line
	Own  []Line
}

// DeskOf gives the desk of a committee.
func (s *Service) DeskOf(ctx context.Context, actor access.Actor, unitID int64, limit int) (d Desk, err error) {
	err = s.DB.Read(ctx, func(q db.Q) error {
		if d.Unit, err = org.ByID(ctx, q, unitID); err != nil {
			return err
		}
		scope, err := scopeOf(actor, d.Unit)
		if err != nil {
			return err
		}
		lo, hi := scope.Range()
		d.Left, err = db.List(ctx, q, func(r db.Scanner) (l Line, err error) {
			var at int64
			err = r.Scan(append(l.dest(&at), &l.CellName)...)
			l.At = time.UnixMilli(at).UTC()
			return l, err
		}, belowSQL, lo, hi, limit)
		if err != nil {
			return err
		}
		d.Own, err = db.List(ctx, q, func(r db.Scanner) (l Line, err error) {
			var at int64
			var x Remark
			err = r.Scan(append(l.dest(&at), &l.CellName, &x.Aspect, &x.Text, &x.OwnDue, &x.OwnName)...)
			l.Remarks = []Remark{x}
			return l, err
		}, ownSQL, lo, hi, limit)
		return err
	})
	return d, err
}

// one gives none when a statement that had to change one row changed nothing.
func one(res sql.Result, err, none error) error {
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n > 0 {
		return err
	}
	return none
}
