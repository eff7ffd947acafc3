package task

import (
	"context"
	"strings"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/member"
	"chibo/org"
)

// ErrNotYours says that the task is another person's.
var ErrNotYours = fault.New(fault.Forbidden, "task.err.not_yours")

// Service has the use cases. DB is required.
type Service struct {
	DB *db.DB

	// Mentions is asked what the cell's meetings said of a member by name in a year:
	// proposals for the yearly review. nil: nothing.
	Mentions func(ctx context.Context, q db.Q, membership ident.Ref, year int) ([]Mention, error)
}

// Mention is praise or a reminder of a member in a meeting.
type Mention struct {
	Praise bool
	Text   string
	Day    civil.Date
	Href   string // of the meeting
}

const reportSQL = `UPDATE task SET progress = $3, told_at = $4, done_on = $5, version = version + 1
 WHERE part_id = $1 AND id = $2 AND state = 'open'`

// Report notes the assignee's word on a task. done says that it is done today; said
// again without it, that day is taken back. The state stays open until a meeting
// judges it. It fails with field text (empty and not done), ErrNotFound,
// ErrNotYours or ErrJudged.
func (s *Service) Report(ctx context.Context, actor access.Actor, ref ident.Ref, text string, done bool) error {
	text = strings.TrimSpace(text)
	if text == "" && !done {
		return fault.Field("text", "task.err.text")
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		t, err := ByRef(ctx, tx, ref)
		if err != nil {
			return err
		}
		if err := s.reporter(ctx, tx, actor, t); err != nil {
			return err
		}
		doneOn := civil.Date{}
		if done {
			doneOn = tx.Today()
			if !t.DoneOn.IsZero() {
				doneOn = t.DoneOn // said before: the first day counts
			}
		}
		res, err := tx.Exec(ctx, reportSQL, ref.Part, ref.ID, text, tx.NowMS(), doneOn)
		if err := one(res, err, ErrJudged); err != nil {
			return err
		}
		if err := note(ctx, tx, actor, ref, Event{Kind: EventReport, Note: text}); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{
			Part: ref.Part, Account: actor.AccountID, Action: "task.report", Target: "task", TargetID: ref.ID,
			Detail: map[string]any{"done": done},
		})
	})
}

func (s *Service) reporter(ctx context.Context, q db.Q, actor access.Actor, t Task) error {
	cell, err := org.ByID(ctx, q, t.CellID)
	if err != nil {
		return err
	}
	m, err := member.ByID(ctx, q, ident.Ref{Part: t.Ref.Part, ID: t.AssigneeID})
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	if !mayReport(actor, cell, m.PersonID) {
		return ErrNotYours
	}
	return nil
}

// Open gives a task to whoever may read its cell, with whether the actor may report
// on it, and otherwise access.ErrForbidden.
func (s *Service) Open(ctx context.Context, actor access.Actor, ref ident.Ref) (t Task, mine bool, err error) {
	err = s.DB.Read(ctx, func(q db.Q) error {
		if t, err = ByRef(ctx, q, ref); err != nil {
			return err
		}
		cell, err := org.ByID(ctx, q, t.CellID)
		if err != nil {
			return err
		}
		if err := opens(ctx, q, actor, cell); err != nil {
			return err
		}
		switch err := s.reporter(ctx, q, actor, t); fault.KindOf(err) {
		case fault.Forbidden:
			return nil
		default:
			mine = err == nil
			return err
		}
	})
	if err != nil {
		return Task{}, false, err
	}
	return t, mine && t.State == Open, nil
}
