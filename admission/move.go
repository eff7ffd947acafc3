package admission

import (
	"context"

	"chibo/access"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/member"
	"chibo/notify"
	"chibo/org"
)

// HandOver offers the dossier of a person who is no member yet to another cell, because
// the person lives or works there now. Nothing moves until that cell takes it. A reserve
// member's dossier goes with the transfer. Fields cell, note; ErrState.
func (s *Service) HandOver(ctx context.Context, actor access.Actor, ref ident.Ref, cellID int64, act Act) error {
	return s.act(ctx, actor, ref, act, leads, func(ctx context.Context, t *turn) error {
		if t.d.State != Open || t.d.MembershipID != 0 || t.d.ToCell != 0 {
			return ErrState
		}
		if _, on, err := meetingOf(ctx, t.tx, t.d); err != nil || on {
			return orState(err)
		}
		to, err := s.cell(ctx, t.tx, cellID)
		if fault.KindOf(err) == fault.NotFound || err == nil && to.ID == t.cell.ID {
			return fault.Field("cell", "admission.err.cell")
		}
		if err != nil {
			return err
		}
		if act.Note == "" {
			return fault.Field("note", "admission.err.why")
		}
		t.d.ToCell = to.ID
		if err := t.settle(ctx, Record{Step: StepMove, Outcome: Passed, Day: t.tx.Today(), Note: act.Note, Body: to.Name, UnitID: t.cell.ID}, "move"); err != nil {
			return err
		}
		people, err := actors(ctx, t.tx, to)
		if err != nil {
			return err
		}
		return notify.Send(ctx, t.tx, notify.Notice{Kind: "admission.offered", Href: Href(ref), Args: map[string]any{"Cell": t.cell.Name}}, people...)
	})
}

// KeepHere takes an offer back, or refuses it: the dossier stays where it is.
func (s *Service) KeepHere(ctx context.Context, actor access.Actor, ref ident.Ref, act Act) error {
	either := func(ctx context.Context, t *turn) error {
		if MayLead(actor, t.cell) {
			return nil
		}
		return t.receives(ctx)
	}
	return s.act(ctx, actor, ref, act, either, func(ctx context.Context, t *turn) error {
		if t.d.ToCell == 0 {
			return ErrState
		}
		t.d.ToCell = 0
		return t.settle(ctx, Record{Step: StepMove, Outcome: Back, Day: t.tx.Today(), Note: act.Note, UnitID: t.cell.ID}, "keep")
	})
}

func (t *turn) receives(ctx context.Context) error {
	if t.d.ToCell == 0 {
		return access.ErrForbidden
	}
	to, err := org.ByID(ctx, t.tx, t.d.ToCell)
	if err == nil && !MayLead(t.actor, to) {
		err = access.ErrForbidden
	}
	return err
}

// Take takes an offered dossier into the actor's cell, with all that was done and when.
// Introducers and helpers of the cell that was left stay with it: they have to be named
// anew. It gives the dossier's new ref.
func (s *Service) Take(ctx context.Context, actor access.Actor, ref ident.Ref, act Act) (now ident.Ref, err error) {
	may := func(ctx context.Context, t *turn) error { return t.receives(ctx) }
	err = s.act(ctx, actor, ref, act, may, func(ctx context.Context, t *turn) error {
		to, err := s.cell(ctx, t.tx, t.d.ToCell)
		if err != nil {
			return err
		}
		if err := s.alone(ctx, t.tx, to, t.d.Person, ref, true); err != nil {
			return err
		}
		if err := t.leaveBehind(ctx); err != nil {
			return err
		}
		from := t.cell
		if err := t.goTo(ctx, to, 0); err != nil {
			return err
		}
		now = t.d.Ref
		return t.settle(ctx, Record{Step: StepTake, Outcome: Passed, Day: t.tx.Today(), Body: from.Name, Note: act.Note, UnitID: to.ID}, "take")
	})
	return now, err
}

const endHelpersSQL = `UPDATE dossier_helper SET to_day = $3 WHERE part_id = $1 AND dossier_id = $2 AND to_day = ''`

// leaveBehind ends what was of the cell that is left.
func (t *turn) leaveBehind(ctx context.Context) error {
	if _, err := t.tx.Exec(ctx, endHelpersSQL, t.d.Ref.Part, t.d.Ref.ID, t.tx.Today()); err != nil {
		return err
	}
	if t.d.DecidedOn.IsZero() { // who introduced somebody who was admitted stays named
		_, err := t.tx.Exec(ctx, dropIntroducersSQL, t.d.Ref.Part, t.d.Ref.ID)
		return err
	}
	return nil
}

// goTo takes the rows to another cell, and where it lies in another part to that part.
func (t *turn) goTo(ctx context.Context, to org.Unit, membership int64) error {
	if from := t.d.Ref.Part; from != to.PartID {
		if err := db.Rehome(ctx, t.tx, oneRehomed(), t.d.Ref.ID, from, to.PartID); err != nil {
			return err
		}
	}
	t.d.Ref.Part, t.d.CellID, t.d.MembershipID, t.d.ToCell = to.PartID, to.ID, membership, 0 // the step goes on waiting: nobody begins anew
	t.d.MeetingID, t.d.ItemID = 0, 0
	t.cell = to
	return nil
}

// Arrived takes the dossier of a reserve member along with the transfer, in its
// transaction: from one membership to the one that goes on from it.
func (s *Service) Arrived(ctx context.Context, tx *db.Tx, from, to member.Membership) error {
	d, ok, err := openOf(ctx, tx, from.Ref())
	if err != nil || !ok {
		return err
	}
	t, err := s.turnOf(ctx, tx, d)
	if err != nil {
		return err
	}
	cell, err := s.unit(ctx, tx, to.CellID)
	if err != nil {
		return err
	}
	left := t.cell.Name
	if err := t.leaveBehind(ctx); err != nil {
		return err
	}
	if err := t.goTo(ctx, cell, to.ID); err != nil {
		return err
	}
	return t.settle(ctx, Record{Step: StepTake, Outcome: Passed, Day: to.From, Body: left, UnitID: cell.ID}, "take")
}

// unit gives a unit that may have ended.
func (s *Service) unit(ctx context.Context, q db.Q, id int64) (org.Unit, error) {
	return org.ByID(ctx, q, id)
}

// besideMost is how many cells are offered to hand a dossier to.
const besideMost = 400

// Beside gives the cells to which a dossier can be handed over: those of the same
// grassroots organisation first, then those of the level above it.
func (s *Service) Beside(ctx context.Context, v View) (out []org.Unit, err error) {
	err = s.DB.Read(ctx, func(q db.Q) error {
		top := v.Place.Above
		if top.ID == 0 || top.ID == v.Cell.ID {
			return nil
		}
		scope, err := access.For(access.System(), access.CellRead, top.Access())
		if err != nil {
			return err
		}
		list, err := org.List(ctx, q, scope, org.Filter{Kinds: org.CellKinds(), Day: v.Today, Limit: besideMost})
		for _, u := range list {
			if u.ID != v.Cell.ID {
				out = append(out, u)
			}
		}
		return err
	})
	return out, err
}
