package question

import (
	"context"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/notify"
	"chibo/org"
	"chibo/rulebook"
)

// turn is one act on a question in its transaction.
type turn struct {
	s      *Service
	tx     *db.Tx
	actor  access.Actor
	in     Act
	q      Question
	cell   org.Unit
	holder org.Unit
	own    bool // the actor is the asker
	from   int64
	joined []Question // that go with it
}

// act runs an act: right, repetition, stage, change, trail, notices, audit; all or none.
func (s *Service) act(ctx context.Context, actor access.Actor, ref ident.Ref, in Act, may func(*turn) error, do func(context.Context, *turn) error) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		t, err := s.begin(ctx, tx, actor, ref, in)
		if err != nil {
			return err
		}
		done, err := stepped(ctx, tx, ref, in.Op, actor.AccountID)
		if err != nil || done {
			return err
		}
		if err := may(t); err != nil {
			return err
		}
		if t.q.Version != in.Version {
			return ErrChanged
		}
		return do(ctx, t)
	})
}

func (s *Service) begin(ctx context.Context, tx *db.Tx, actor access.Actor, ref ident.Ref, in Act) (t *turn, err error) {
	t = &turn{s: s, tx: tx, actor: actor, in: in}
	if t.q, err = byRef(ctx, tx, ref); err != nil {
		return nil, err
	}
	t.from = t.q.HolderID
	if t.cell, err = org.ByID(ctx, tx, t.q.CellID); err != nil {
		return nil, err
	}
	if t.holder, err = org.ByID(ctx, tx, t.q.HolderID); err != nil {
		return nil, err
	}
	if t.own, err = isOwn(ctx, tx, actor, t.q); err != nil {
		return nil, err
	}
	t.joined, err = joinedTo(ctx, tx, ref)
	return t, err
}

// holds is the right of whoever acts for the holder.
func holds(t *turn) error {
	if !serves(t.actor, t.holder) {
		return access.ErrForbidden
	}
	return nil
}

// seat gives the living unit that does the work of one: itself, or who took over.
func seat(ctx context.Context, q db.Q, u org.Unit) (org.Unit, error) {
	for u.Ended() {
		next := u.SuccessorID
		if next == 0 {
			next = u.ParentID
		}
		if next == 0 {
			return u, nil
		}
		var err error
		if u, err = org.ByID(ctx, q, next); err != nil {
			return u, err
		}
	}
	return u, nil
}

// level gives the place of a unit in the list of answer.working_days (rules.md 2.21):
// grassroots organisation, above it up to the province, Centre.
func level(u org.Unit) int {
	switch u.Kind {
	case org.KindCentral:
		return 2
	case org.KindProvince, org.KindDistrict, org.KindCommuneParty:
		return 1
	}
	return 0
}

// dueFor gives the last day for a unit that gets a question on the day; zero when no
// rule is in force.
func (s *Service) dueFor(u org.Unit, day civil.Date) civil.Date {
	days := s.Book.At(day, u.Path).Ints(rulebook.AnswerWorkingDays)
	if n := level(u); n < len(days) {
		return s.Days.Add(day, days[n])
	}
	return civil.Date{}
}

// give puts the question into the hands of a unit, with its own clock.
func (t *turn) give(u org.Unit) {
	t.holder = u
	t.q.HolderID, t.q.Since = u.ID, t.tx.Today()
	t.q.Due = t.s.dueFor(u, t.tx.Today())
}

// bring puts the question back into the hands of its cell.
func (t *turn) bring(ctx context.Context) error {
	u, err := seat(ctx, t.tx, t.cell)
	if err != nil {
		return err
	}
	t.give(u)
	return nil
}

// settle writes the question, its hand and the step, and takes along those that were
// joined to it.
func (t *turn) settle(ctx context.Context, step Step) error {
	if err := t.write(ctx, t.q, t.from, step, t.in.Op); err != nil {
		return err
	}
	for _, j := range t.joined {
		from := j.HolderID
		j.HolderID, j.Since, j.Due = t.q.HolderID, t.q.Since, t.q.Due
		if !t.q.State.Open() {
			j.State, j.Due = t.q.State, civil.Date{}
			j.Answer, j.AnsweredBy, j.AnsweredOn = t.q.Answer, t.q.AnsweredBy, t.q.AnsweredOn
		}
		s := step
		s.Own = false
		if err := t.write(ctx, j, from, s, ""); err != nil {
			return err
		}
	}
	return t.log(ctx, step)
}

// log notes the act in the audit log, which is read above the cell: an asker who does
// not wish to be named is not in it.
func (t *turn) log(ctx context.Context, step Step) error {
	account := t.actor.AccountID
	if step.Own && !t.q.Named {
		account = 0
	}
	return audit.Record(ctx, t.tx, audit.Entry{
		Part: t.q.Ref.Part, Account: account, Action: "question." + step.Kind, Target: "question", TargetID: t.q.Ref.ID,
		Detail: map[string]any{"state": string(t.q.State), "holder": t.q.HolderID},
	})
}

func (t *turn) write(ctx context.Context, q Question, from int64, step Step, op string) error {
	if err := update(ctx, t.tx, q); err != nil {
		return err
	}
	if from != q.HolderID {
		if _, err := t.tx.Exec(ctx, closeHandSQL, q.Ref.Part, q.Ref.ID, t.tx.Today(), step.Kind); err != nil {
			return err
		}
		if _, err := t.tx.Exec(ctx, openHandSQL, q.Ref.Part, t.tx.ID(), q.Ref.ID, q.HolderID, t.tx.Today()); err != nil {
			return err
		}
		step.ToName = t.holder.Name
	}
	step.Name, step.FromID, step.ToID, step.State, step.Due = t.actor.Name, from, q.HolderID, q.State, q.Due
	return addStep(ctx, t.tx, q.Ref, step, t.actor.AccountID, op)
}

// everyone gives this question and those that go with it.
func (t *turn) everyone() []Question { return append([]Question{t.q}, t.joined...) }

// tellAskers tells whoever asked, where that is a member.
func (t *turn) tellAskers(ctx context.Context, kind string) error {
	for _, q := range t.everyone() {
		if err := tellAsker(ctx, t.tx, q, kind, t.cell.Name, t.holder.Name); err != nil {
			return err
		}
	}
	return nil
}

// tellHolder tells those who act for the holder.
func (t *turn) tellHolder(ctx context.Context, kind string) error {
	return tellUnit(ctx, t.tx, t.holder, t.q, kind, t.cell.Name)
}

// Href is the page of a question.
func Href(ref ident.Ref) string { return "/questions/" + ref.String() }

// tellUnit tells those who act for a unit; no text and no name of an asker goes along.
func tellUnit(ctx context.Context, tx *db.Tx, u org.Unit, q Question, kind, cell string) error {
	people, err := actors(ctx, tx, u)
	if err != nil {
		return err
	}
	return notify.Send(ctx, tx, notify.Notice{
		Kind: kind, Href: Href(q.Ref), Args: map[string]any{"Cell": cell, "Unit": u.Name, "Due": q.Due},
	}, people...)
}

// AnswerDays gives how many working days a unit has for an answer, 0 when no rule is in
// force (rules.md 2.21).
func (s *Service) AnswerDays(u org.Unit) int {
	days := s.Book.At(civil.From(s.DB.Clock().Now()), u.Path).Ints(rulebook.AnswerWorkingDays)
	if n := level(u); n < len(days) {
		return days[n]
	}
	return 0
}
