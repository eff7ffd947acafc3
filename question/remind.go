package question

import (
	"context"
	"strconv"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/notify"
	"chibo/org"
	"chibo/rulebook"
)

// remindPage is how many questions Remind looks at in one transaction.
const remindPage = 500

// remindAhead bounds how many days before its day a question is looked at.
const remindAhead = 45

const dueSQL = `SELECT ` + columns + ` FROM question q
 WHERE q.state IN ('cell', 'agenda', 'up') AND q.due <> '' AND q.due <= $1
   AND (q.part_id, q.id) > ($2, $3) ORDER BY q.part_id, q.id LIMIT $4`

const toldSQL = `INSERT INTO question_told (part_id, question_id, kind, due, at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (part_id, question_id, kind, due) DO NOTHING`

// Remind tells the holder once when the day is near (rulebook
// question.warn_working_days), once when it is over, and the committee right above once
// when it is over for long (question.rise_days). It may run at any time and again: what
// was told stays told.
func (s *Service) Remind(ctx context.Context) error {
	today := civil.From(s.DB.Clock().Now())
	var after ident.Ref
	for {
		var page []Question
		err := s.DB.Read(ctx, func(q db.Q) (err error) {
			page, err = db.List(ctx, q, scan, dueSQL, today.AddDays(remindAhead), after.Part, after.ID, remindPage)
			return err
		})
		if err != nil || len(page) == 0 {
			return err
		}
		after = page[len(page)-1].Ref
		err = s.DB.Write(ctx, func(tx *db.Tx) error {
			for _, q := range page {
				if err := s.remind(ctx, tx, q, today); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
}

func (s *Service) remind(ctx context.Context, tx *db.Tx, q Question, today civil.Date) error {
	holder, err := org.ByID(ctx, tx, q.HolderID)
	if err != nil {
		return err
	}
	cell, err := org.ByID(ctx, tx, q.CellID)
	if err != nil {
		return err
	}
	set := s.Book.At(today, holder.Path)
	switch late := today.Sub(q.Due); {
	case late <= 0 && s.Days.Between(today, q.Due) > set.Int(rulebook.QuestionWarnWorkingDays):
		return nil
	case late <= 0:
		return s.once(ctx, tx, q, "soon", func() error { return tellUnit(ctx, tx, holder, q, "question.soon", cell.Name) })
	case late > set.Int(rulebook.QuestionRiseDays):
		if err := s.once(ctx, tx, q, "risen", func() error { return tellAbove(ctx, tx, holder, q) }); err != nil {
			return err
		}
	}
	return s.once(ctx, tx, q, "late", func() error { return tellUnit(ctx, tx, holder, q, "question.late", cell.Name) })
}

// once tells what was not told before.
func (s *Service) once(ctx context.Context, tx *db.Tx, q Question, kind string, tell func() error) error {
	res, err := tx.Exec(ctx, toldSQL, q.Ref.Part, q.Ref.ID, kind, q.Due, tx.NowMS())
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return err
	}
	return tell()
}

// tellAbove tells the committee right above that a unit is long overdue: who and since
// when, not what it is about.
func tellAbove(ctx context.Context, tx *db.Tx, holder org.Unit, q Question) error {
	if holder.ParentID == 0 {
		return nil
	}
	up, err := org.ByID(ctx, tx, holder.ParentID)
	if err != nil {
		return err
	}
	people, err := actors(ctx, tx, up)
	if err != nil {
		return err
	}
	return notify.Send(ctx, tx, notify.Notice{
		Kind: "question.risen", Href: "/units/" + strconv.FormatInt(up.ID, 10) + "/questions?tab=below", Args: map[string]any{"Unit": holder.Name, "Due": q.Due},
	}, people...)
}
