package admission

import (
	"context"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/org"
	"chibo/rulebook"
)

const ownNextSQL = `SELECT ` + columns + ` FROM dossier d
 WHERE d.part_id = $1 AND d.cell_id = $2 AND d.state = 'open' AND d.holder_id = $2 AND d.to_cell = 0 AND d.name <> ''
 ORDER BY CASE WHEN d.due = '' THEN '9999' ELSE d.due END, d.since, d.id`

// NextOf gives the dossiers that wait for the cell itself, the most pressing first, to the
// cell committee; nothing to others.
func NextOf(ctx context.Context, q db.Q, actor access.Actor, cell org.Unit) ([]Dossier, error) {
	if !MayList(actor.Quiet(), cell) {
		return nil, nil
	}
	return db.List(ctx, q, scan, ownNextSQL, cell.PartID, cell.ID)
}

// helpingSQL starts from all memberships of a person: who moved on since may lie in another
// part than the dossier.
const helpingSQL = `SELECT ` + columns + `, h.from_day, c.name FROM membership m JOIN dossier_helper h ON h.part_id = m.part_id AND h.membership_id = m.id
  JOIN dossier d ON d.part_id = h.part_id AND d.id = h.dossier_id JOIN org c ON c.id = d.cell_id
 WHERE m.person_id = $1 AND h.to_day = '' AND d.state = 'open' AND d.name <> '' ORDER BY h.from_day, d.id`

// Helped is somebody whom the reader helps.
type Helped struct {
	Dossier
	Cell  string
	Since civil.Date // when the reader began to help
	Work  []Note     // given and not done
	Last  civil.Date // of the last note that somebody wrote; zero: none yet
	Quiet bool       // nobody has written for longer than the rule says
}

func helpedBy(ctx context.Context, q db.Q, actor access.Actor) ([]Helped, error) {
	if actor.PersonID == 0 {
		return nil, nil
	}
	return db.List(ctx, q, func(r db.Scanner) (h Helped, err error) {
		return h, r.Scan(append(h.dest(), &h.Since, &h.Cell)...)
	}, helpingSQL, actor.PersonID)
}

// CountHelped gives how many people the reader helps, for the first page.
func CountHelped(ctx context.Context, q db.Q, actor access.Actor) (int, error) {
	list, err := helpedBy(ctx, q, actor)
	return len(list), err
}

// Helping gives the people whom the reader helps, with the work that is still to do.
// Nobody sees the list of somebody else.
func (s *Service) Helping(ctx context.Context, actor access.Actor) (list []Helped, err error) {
	today := civil.From(s.DB.Clock().Now())
	err = s.DB.Read(ctx, func(q db.Q) error {
		if list, err = helpedBy(ctx, q, actor); err != nil {
			return err
		}
		for i := range list {
			if err := list[i].read(ctx, q, s, today); err != nil {
				return err
			}
		}
		return nil
	})
	return list, err
}

func (h *Helped) read(ctx context.Context, q db.Q, s *Service, today civil.Date) error {
	notes, err := NotesOf(ctx, q, h.Ref)
	if err != nil {
		return err
	}
	for _, n := range notes {
		switch {
		case n.Kind == NoteWork && n.DoneOn.IsZero():
			h.Work = append(h.Work, n)
		case n.Kind == NoteReview && n.Day.After(h.Last):
			h.Last = n.Day
		}
	}
	cell, err := org.ByID(ctx, q, h.CellID)
	since := today.AddMonths(-s.Book.At(today, cell.Path).Int(rulebook.AdmissionReviewMonths))
	h.Quiet = h.Last.Before(since) && h.Since.Before(since)
	return err
}

const beforeSQL = `SELECT COUNT(*) FROM dossier d
 WHERE d.fold = $1 AND d.birth = $2 AND d.again = $3 AND d.joined_on <> '' AND NOT (d.part_id = $4 AND d.id = $5)`

// timesAgain says how often a person was admitted again before this dossier, as far as
// dossiers here know: the same folded name and the same day of birth.
func timesAgain(ctx context.Context, q db.Q, d Dossier, fold string) (n int, err error) {
	if !d.Person.Again || !d.Person.Birth.IsDay() {
		return 0, nil
	}
	return n, q.QueryRow(ctx, beforeSQL, fold, d.Person.Birth, true, d.Ref.Part, d.Ref.ID).Scan(&n)
}
