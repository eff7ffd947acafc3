package question

import (
	"context"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/member"
	"chibo/notify"
	"chibo/org"
)

// View is a question as one reader may see it: what is kept from the reader is not in it.
type View struct {
	Question
	Cell    org.Unit
	Holder  org.Unit
	By      org.Unit // who answered; zero: no answer yet
	Asker   string   // name of the member; "" kept from the reader, or heard from people
	Kept    bool     // there is a member whose name the reader does not see
	Steps   []Step
	Joined  []Question // open ones that go with it, for the cell; see JoinedCount
	Along   int        // how many go with it
	Main    *Question  // the one it goes with, for the cell
	Own     bool       // the reader asked it
	InCell  bool       // the reader belongs to the cell committee
	Acts    bool       // the reader acts for the holder
	Leads   bool       // the reader leads the cell
	Up      org.Unit   // committee right above the holder; zero: none
	Unit    []org.Unit // competent committees it may be sent to
	Others  []Question // open ones of the cell it may be joined with
	Latest  civil.Date // latest day to which the holder can extend; zero: none
	Told    bool       // the cell tells the answer: the asker cannot be expected to read it here
	NoAgain bool       // it was asked again before
}

// Open gives a question to whoever may read it, and otherwise access.ErrForbidden. The
// reader's notices of it are read with it.
func (s *Service) Open(ctx context.Context, actor access.Actor, ref ident.Ref) (v View, err error) {
	actor = actor.Quiet()
	unread := false
	err = s.DB.Read(ctx, func(q db.Q) error {
		if v.Question, err = byRef(ctx, q, ref); err != nil {
			return err
		}
		if v.Cell, err = org.ByID(ctx, q, v.CellID); err != nil {
			return err
		}
		what, own, err := sees(ctx, q, actor, v.Question, v.Cell)
		if err != nil {
			return err
		}
		if what == seesNone {
			return access.ErrForbidden
		}
		v.Own, v.InCell, v.Leads = own, MayEnter(actor, v.Cell), actor.Can(access.Lead, v.Cell.Access())
		if unread, err = notify.LeadsTo(ctx, q, actor.PartID, actor.PersonID, Href(ref)); err != nil {
			return err
		}
		return v.read(ctx, q, s, actor, what)
	})
	if err != nil {
		return View{}, err
	}
	if unread {
		return v, s.DB.WriteGrouped(ctx, func(tx *db.Tx) error { return notify.MarkHref(ctx, tx, actor.PartID, actor.PersonID, Href(ref)) })
	}
	return v, nil
}

func (v *View) read(ctx context.Context, q db.Q, s *Service, actor access.Actor, what int) (err error) {
	if v.Holder, err = org.ByID(ctx, q, v.HolderID); err != nil {
		return err
	}
	v.Acts = v.State.Open() && v.State != Joined && serves(actor, v.Holder)
	if v.AnsweredBy != 0 {
		if v.By, err = org.ByID(ctx, q, v.AnsweredBy); err != nil {
			return err
		}
	}
	if err := v.asker(ctx, q, what); err != nil {
		return err
	}
	if v.Steps, err = Steps(ctx, q, v.Ref); err != nil {
		return err
	}
	if v.Kept {
		v.AskerID, v.byAccount, v.op = 0, 0, ""
		for i := range v.Steps {
			if v.Steps[i].Own {
				v.Steps[i].Name = ""
			}
		}
	}
	along, err := joinedTo(ctx, q, v.Ref)
	if err != nil {
		return err
	}
	v.Along = len(along)
	if v.InCell {
		v.Joined = along
		if v.JoinedTo != 0 {
			m, err := byRef(ctx, q, ident.Ref{Part: v.Ref.Part, ID: v.JoinedTo})
			if err != nil {
				return err
			}
			v.Main = &m
		}
	}
	v.Told, v.NoAgain = v.InCell && !v.Own, v.Round > 1
	return v.choices(ctx, q, s)
}

// asker finds the name, or that it is kept from the reader.
func (v *View) asker(ctx context.Context, q db.Q, what int) error {
	if v.AskerID == 0 {
		return nil
	}
	if what != seesAll && !v.Named {
		v.Kept = true
		return nil
	}
	m, err := member.ByID(ctx, q, ident.Ref{Part: v.Ref.Part, ID: v.AskerID})
	v.Asker = m.Name
	return err
}

// choices reads what the acts of the reader offer.
func (v *View) choices(ctx context.Context, q db.Q, s *Service) (err error) {
	if v.Leads && v.State == InCell {
		list, err := openOf(ctx, q, v.Cell, othersMost)
		if err != nil {
			return err
		}
		for _, x := range list {
			if x.Ref != v.Ref && x.State != Joined {
				v.Others = append(v.Others, x)
			}
		}
	}
	if !v.Acts {
		return nil
	}
	if up, err := above(ctx, q, v.Holder); err == nil {
		v.Up = up
	}
	if v.State == Above {
		if v.Unit, err = competent(ctx, q, v.Holder); err != nil {
			return err
		}
	}
	if !v.Due.IsZero() {
		from := v.Due
		if today := civil.From(s.DB.Clock().Now()); from.Before(today) {
			from = today
		}
		v.Latest = s.dueFor(v.Holder, from)
	}
	return nil
}

// othersMost is how many questions are offered to join with.
const othersMost = 50
