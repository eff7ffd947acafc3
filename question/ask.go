package question

import (
	"context"
	"strings"
	"unicode/utf8"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/member"
	"chibo/org"
	"chibo/rulebook"
)

// AskIn is what a member asks.
type AskIn struct {
	CellID int64
	Kind   string // code of rulebook question.kinds
	Text   string
	Named  bool   // committees above may read the asker's name
	Op     string // id made on the device
}

// Ask keeps what a member asks in the own cell and tells the cell's lead. The same Op
// again gives the question of before. It fails with fields kind and text, or
// access.ErrForbidden.
func (s *Service) Ask(ctx context.Context, actor access.Actor, in AskIn) (ref ident.Ref, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		cell, err := s.cell(ctx, tx, in.CellID)
		if err != nil {
			return err
		}
		if !actor.Can(access.TakePart, cell.Access()) || actor.PersonID == 0 {
			return access.ErrForbidden
		}
		me, err := member.InCell(ctx, tx, cell, actor.PersonID, tx.Today())
		if fault.KindOf(err) == fault.NotFound {
			return access.ErrForbidden
		}
		if err != nil {
			return err
		}
		var f fault.Fields
		q := Question{AskerID: me.ID, Kind: in.Kind, Text: strings.TrimSpace(in.Text), Named: in.Named, op: in.Op}
		s.check(&f, q, cell, tx)
		if err := f.Err(); err != nil {
			return err
		}
		ref, err = s.enter(ctx, tx, actor, cell, q, true)
		return err
	})
	return ref, err
}

// EnterIn is what the cell committee heard: from a member, or from people in general.
type EnterIn struct {
	AskIn
	Member int64  // membership; 0: from people
	Heard  string // from whom, in general words, where Member is 0
}

// Enter keeps what the cell committee heard from a member who cannot write it here, or
// from people, and tells that member. It fails with fields member, heard, kind and text,
// or access.ErrForbidden.
func (s *Service) Enter(ctx context.Context, actor access.Actor, in EnterIn) (ref ident.Ref, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		cell, err := s.cell(ctx, tx, in.CellID)
		if err != nil {
			return err
		}
		if !MayEnter(actor, cell) {
			return access.ErrForbidden
		}
		q := Question{
			AskerID: in.Member, Heard: strings.TrimSpace(in.Heard), Kind: in.Kind, Text: strings.TrimSpace(in.Text),
			Named: in.Named && in.Member != 0, ByName: actor.Name, op: in.Op,
		}
		var f fault.Fields
		if err := checkFrom(ctx, tx, &f, &q, cell); err != nil {
			return err
		}
		s.check(&f, q, cell, tx)
		if err := f.Err(); err != nil {
			return err
		}
		ref, err = s.enter(ctx, tx, actor, cell, q, false)
		return err
	})
	return ref, err
}

func checkFrom(ctx context.Context, tx *db.Tx, f *fault.Fields, q *Question, cell org.Unit) error {
	if q.AskerID == 0 {
		switch n := utf8.RuneCountInString(q.Heard); {
		case n == 0:
			f.Add("heard", "question.err.heard")
		case n > heardMost:
			f.Add("heard", "question.err.long", "Most", heardMost)
		}
		return nil
	}
	q.Heard = ""
	body, err := member.Body(ctx, tx, cell.PartID, cell.ID, tx.Today())
	if err != nil {
		return err
	}
	for _, m := range body {
		if m.MembershipID == q.AskerID {
			return nil
		}
	}
	f.Add("member", "question.err.member")
	return nil
}

// cell gives a living cell.
func (s *Service) cell(ctx context.Context, q db.Q, id int64) (org.Unit, error) {
	u, err := org.ByID(ctx, q, id)
	if err == nil && (!u.IsCell() || u.Ended()) {
		err = org.ErrNotFound
	}
	return u, err
}

func (s *Service) check(f *fault.Fields, q Question, cell org.Unit, tx *db.Tx) {
	known := false
	for _, c := range s.Book.At(tx.Today(), cell.Path).Choices(rulebook.QuestionKinds) {
		known = known || c.Code == q.Kind
	}
	if !known {
		f.Add("kind", "question.err.kind")
	}
	switch n := utf8.RuneCountInString(q.Text); {
	case n == 0:
		f.Add("text", "question.err.text")
	case n > textMost:
		f.Add("text", "question.err.long", "Most", textMost)
	}
}

// enter writes a new question into the hands of its cell.
func (s *Service) enter(ctx context.Context, tx *db.Tx, actor access.Actor, cell org.Unit, q Question, own bool) (ident.Ref, error) {
	if q.op == "" {
		q.op = ident.NewDevice()
	}
	var id int64
	err := tx.QueryRow(ctx, byOpSQL, cell.PartID, q.op, actor.AccountID).Scan(&id)
	if err == nil {
		return ident.Ref{Part: cell.PartID, ID: id}, nil
	}
	if !db.NoRows(err) {
		return ident.Ref{}, err
	}
	q.Ref, q.CellID = ident.Ref{Part: cell.PartID, ID: tx.ID()}, cell.ID
	q.At, q.Day, q.State, q.HolderID, q.Since = tx.Now(), tx.Today(), InCell, cell.ID, tx.Today()
	q.Due, q.Round, q.Version, q.byAccount = s.dueFor(cell, q.Day), 1, 1, actor.AccountID
	if err := insert(ctx, tx, q); err != nil {
		return q.Ref, err
	}
	if _, err := tx.Exec(ctx, openHandSQL, q.Ref.Part, tx.ID(), q.Ref.ID, cell.ID, q.Day); err != nil {
		return q.Ref, err
	}
	step := Step{Name: actor.Name, Own: own, Kind: StepAsked, ToID: cell.ID, ToName: cell.Name, State: InCell, Due: q.Due, Note: q.Text}
	if err := addStep(ctx, tx, q.Ref, step, actor.AccountID, q.op); err != nil {
		return q.Ref, err
	}
	if err := tellUnit(ctx, tx, cell, q, "question.new", cell.Name); err != nil {
		return q.Ref, err
	}
	if !own {
		if err := tellAsker(ctx, tx, q, "question.entered", cell.Name, cell.Name); err != nil {
			return q.Ref, err
		}
	}
	account := actor.AccountID
	if own && !q.Named { // the log is read above the cell: who asked is not in it
		account = 0
	}
	return q.Ref, audit.Record(ctx, tx, audit.Entry{
		Part: q.Ref.Part, Account: account, Action: "question.ask", Target: "question", TargetID: q.Ref.ID,
		Detail: map[string]any{"kind": q.Kind, "people": q.AskerID == 0, "own": own},
	})
}
