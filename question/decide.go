package question

import (
	"context"
	"strings"
	"unicode/utf8"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/org"
)

// text gives the act's text, checked; key is what is said when it is missing, "" where
// it may be.
func (in Act) text(key string) (string, error) {
	text := strings.TrimSpace(in.Text)
	switch n := utf8.RuneCountInString(text); {
	case n == 0 && key != "":
		return "", fault.Field("text", key)
	case n > noteMost:
		return "", fault.Field("text", "question.err.long", "Most", noteMost)
	}
	return text, nil
}

// Answer gives the holder's answer: it goes back to the cell and to who asked, also of
// those that were joined. It fails with field text, ErrState or ErrChanged.
func (s *Service) Answer(ctx context.Context, actor access.Actor, ref ident.Ref, in Act) error {
	return s.act(ctx, actor, ref, in, holds, func(ctx context.Context, t *turn) error {
		text, err := in.text("question.err.answer")
		if err != nil {
			return err
		}
		if !t.decidable() {
			return ErrState
		}
		return t.finish(ctx, Answered, text, t.step(StepAnswered, text))
	})
}

// step makes the step of the holder's act.
func (t *turn) step(kind, text string) Step {
	s := Step{Kind: kind, Unit: t.holder.Name, Note: text}
	if t.in.InMeeting && t.q.State == OnAgenda {
		s.MeetingID, s.ItemID = t.q.MeetingID, t.q.ItemID
	}
	return s
}

// decidable says whether the holder can decide: it is open and goes with no other one.
func (t *turn) decidable() bool { return t.q.State.Open() && t.q.State != Joined }

// finish ends the way of a question: the answer, or why there is none, comes back.
func (t *turn) finish(ctx context.Context, state State, text string, step Step) error {
	above := t.q.State == Above
	t.q.State, t.q.Answer, t.q.AnsweredBy, t.q.AnsweredOn, t.q.ReadOn = state, text, t.holder.ID, t.tx.Today(), civil.Date{}
	t.q.MeetingID, t.q.ItemID = 0, 0
	answered := t.holder
	if err := t.bring(ctx); err != nil {
		return err
	}
	t.q.Due = civil.Date{}
	if err := t.settle(ctx, step); err != nil {
		return err
	}
	back := t.holder
	t.holder = answered // who answered is named to the asker
	if err := t.tellAskers(ctx, "question."+step.Kind); err != nil {
		return err
	}
	t.holder = back
	if !above {
		return nil
	}
	return t.tellHolder(ctx, "question.back")
}

// Decline says why the cell does not deal with it. Asked again, it goes to the committee
// above. It fails with field text, ErrState or ErrChanged.
func (s *Service) Decline(ctx context.Context, actor access.Actor, ref ident.Ref, in Act) error {
	return s.act(ctx, actor, ref, in, holds, func(ctx context.Context, t *turn) error {
		text, err := in.text("question.err.decline")
		if err != nil {
			return err
		}
		if t.q.State != InCell && t.q.State != OnAgenda {
			return ErrState
		}
		return t.finish(ctx, Declined, text, t.step(StepDeclined, text))
	})
}

// Up sends a question from its holder to the committee right above it, with a word if
// wanted. It fails with ErrTop, ErrState or ErrChanged.
func (s *Service) Up(ctx context.Context, actor access.Actor, ref ident.Ref, in Act) error {
	return s.act(ctx, actor, ref, in, holds, func(ctx context.Context, t *turn) error {
		text, err := in.text("")
		if err != nil {
			return err
		}
		if !t.decidable() {
			return ErrState
		}
		up, err := above(ctx, t.tx, t.holder)
		if err != nil {
			return err
		}
		return t.send(ctx, up, t.step(StepUp, text))
	})
}

// above gives the living committee over a unit, or ErrTop.
func above(ctx context.Context, q db.Q, u org.Unit) (org.Unit, error) {
	if u.ParentID == 0 {
		return u, ErrTop
	}
	up, err := org.ByID(ctx, q, u.ParentID)
	if err != nil {
		return up, err
	}
	if up, err = seat(ctx, q, up); err == nil && up.ID == u.ID {
		err = ErrTop
	}
	return up, err
}

// send gives the question to a committee and tells it and the askers.
func (t *turn) send(ctx context.Context, to org.Unit, step Step) error {
	t.give(to)
	t.q.State, t.q.MeetingID, t.q.ItemID = Above, 0, 0
	if to.IsCell() {
		t.q.State = InCell
	}
	if err := t.settle(ctx, step); err != nil {
		return err
	}
	if err := t.tellHolder(ctx, "question.arrived"); err != nil {
		return err
	}
	return t.tellAskers(ctx, "question.passed")
}

// SendTo gives a question that a committee holds to the committee that is competent. It
// fails with fields unit and text, ErrState or ErrChanged.
func (s *Service) SendTo(ctx context.Context, actor access.Actor, ref ident.Ref, in Act, unitID int64) error {
	return s.act(ctx, actor, ref, in, holds, func(ctx context.Context, t *turn) error {
		if t.q.State != Above {
			return ErrState
		}
		text, err := in.text("question.err.why_there")
		if err != nil {
			return err
		}
		list, err := competent(ctx, t.tx, t.holder)
		if err != nil {
			return err
		}
		for _, u := range list {
			if u.ID == unitID {
				return t.send(ctx, u, t.step(StepTo, text))
			}
		}
		return fault.Field("unit", "question.err.unit")
	})
}

// competentMost is how many committees are offered to send a question to.
const competentMost = 400

// competent gives the committees to which a committee may send a question: those beside
// it and those right below it. The one above is Up.
func competent(ctx context.Context, q db.Q, u org.Unit) ([]org.Unit, error) {
	var out []org.Unit
	for _, parent := range []int64{u.ID, u.ParentID} {
		if parent == 0 {
			continue
		}
		top, err := org.ByID(ctx, q, parent)
		if err != nil {
			return nil, err
		}
		scope, err := access.For(access.System(), access.CellRead, top.Access())
		if err != nil {
			return nil, err
		}
		list, err := org.Children(ctx, q, scope, parent, "", competentMost)
		if err != nil {
			return nil, err
		}
		for _, c := range list {
			if c.ID != u.ID && !c.IsCell() && c.Kind != org.KindPartyGroup && !c.Ended() {
				out = append(out, c)
			}
		}
	}
	return out, nil
}

// Join lets a question go with another one of the same cell and matter: it has that
// one's holder, day and answer. It fails with field other, ErrState or ErrChanged.
func (s *Service) Join(ctx context.Context, actor access.Actor, ref ident.Ref, in Act, other int64) error {
	leads := func(t *turn) error {
		if !actor.Can(access.Lead, t.cell.Access()) {
			return access.ErrForbidden
		}
		return nil
	}
	return s.act(ctx, actor, ref, in, leads, func(ctx context.Context, t *turn) error {
		if t.q.State != InCell {
			return ErrState
		}
		text, err := in.text("")
		if err != nil {
			return err
		}
		main, err := byRef(ctx, t.tx, ident.Ref{Part: ref.Part, ID: other})
		if fault.KindOf(err) == fault.NotFound || err == nil && (main.CellID != t.q.CellID || main.Ref.ID == ref.ID || !main.State.Open() || main.State == Joined) {
			return fault.Field("other", "question.err.other")
		}
		if err != nil {
			return err
		}
		holder, err := org.ByID(ctx, t.tx, main.HolderID)
		if err != nil {
			return err
		}
		return t.join(ctx, main, holder, text)
	})
}

// join takes the question, and those that go with it, to another one.
func (t *turn) join(ctx context.Context, main Question, holder org.Unit, text string) error {
	by := t.holder.Name
	t.holder = holder
	for _, q := range t.everyone() {
		from := q.HolderID
		q.State, q.JoinedTo, q.HolderID, q.Due = Joined, main.Ref.ID, main.HolderID, main.Due
		if from != q.HolderID {
			q.Since = t.tx.Today()
		}
		op := ""
		if q.Ref == t.q.Ref {
			op = t.in.Op
		}
		if err := t.write(ctx, q, from, Step{Kind: StepJoined, Unit: by, Note: text}, op); err != nil {
			return err
		}
	}
	if err := t.tellAskers(ctx, "question.joined"); err != nil {
		return err
	}
	t.joined = nil
	return t.log(ctx, Step{Kind: StepJoined})
}

// Extend gives the holder a later day, with the reason, which the asker reads
// (rules.md 2.21). The new day lies after the present one and at most as many working
// days later as the holder had. It fails with fields due and text, ErrState or ErrChanged.
func (s *Service) Extend(ctx context.Context, actor access.Actor, ref ident.Ref, in Act, due civil.Date) error {
	return s.act(ctx, actor, ref, in, holds, func(ctx context.Context, t *turn) error {
		if !t.decidable() || t.q.Due.IsZero() {
			return ErrState
		}
		most := t.s.dueFor(t.holder, t.q.Due)
		if today := t.tx.Today(); t.q.Due.Before(today) {
			most = t.s.dueFor(t.holder, today)
		}
		var f fault.Fields
		switch {
		case !due.IsDay():
			f.Add("due", "question.err.day")
		case !due.After(t.q.Due) || due.Before(t.tx.Today()):
			f.Add("due", "question.err.day_before", "Day", t.q.Due.Vi())
		case due.After(most):
			f.Add("due", "question.err.day_most", "Day", most.Vi())
		}
		text, err := in.text("question.err.extend")
		f = append(f, fault.FieldsOf(err)...)
		if err := f.Err(); err != nil {
			return err
		}
		t.q.Due = due
		if err := t.settle(ctx, t.step(StepExtended, text)); err != nil {
			return err
		}
		return t.tellAskers(ctx, "question.extended")
	})
}
