package member

import (
	"context"

	"chibo/access"
	"chibo/account"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/notify"
	"chibo/org"
)

// leave takes the member out of the cell on the day, for a temporary transfer for a
// time only.
func (l *Life) leave(ctx context.Context, tx *db.Tx, v *moving, day civil.Date) error {
	var f fault.Fields
	checkDay(&f, "day", day, tx.Today())
	if err := f.Err(); err != nil {
		return err
	}
	m, err := v.home(ctx, tx)
	if err != nil {
		return err
	}
	v.State, v.LeftOn = LeftCell, day
	if v.Kind == TransferTemporary {
		err = l.goOut(ctx, tx, v, m, day)
	} else {
		err = l.goAway(ctx, tx, v, m, day)
	}
	if err != nil {
		return err
	}
	if err := v.put(ctx, tx); err != nil {
		return err
	}
	if err := recountCell(ctx, tx, v.from); err != nil {
		return err
	}
	if v.Inside() && !v.keepsTo() {
		if err := tellLead(ctx, tx, v.to, v.Transfer); err != nil {
			return err
		}
	}
	return v.note(ctx, tx, "member.transfer_left")
}

// home gives the open membership that the transfer leaves.
func (v *moving) home(ctx context.Context, q db.Q) (Membership, error) {
	m, err := ByID(ctx, q, ident.Ref{Part: v.Ref.Part, ID: v.FromMembership})
	if err == nil && !m.To.IsZero() {
		err = fault.New(fault.Conflict, "member.err.not_home")
	}
	return m, err
}

func (l *Life) goAway(ctx context.Context, tx *db.Tx, v *moving, m Membership, day civil.Date) error {
	if err := l.closeOthers(ctx, tx, m, day, v.Ref); err != nil {
		return err
	}
	return l.end(ctx, tx, m, day, EndingTransfer)
}

// goOut begins the time in which the home cell does without the member (rules.md 5.12).
func (l *Life) goOut(ctx context.Context, tx *db.Tx, v *moving, m Membership, day civil.Date) error {
	s := Spell{Part: m.Part, MembershipID: m.ID, Kind: SpellTempOut, From: day, Place: v.ToName, Basis: v.Basis}
	if s.Place == "" {
		s.Place = v.to.Name + v.ToText
	}
	if day.Before(m.From) {
		return fault.Field("day", "member.err.before_joined", "Day", m.From.Vi())
	}
	if err := overlaps(ctx, tx, s); err != nil {
		return atDay(err)
	}
	id, err := AddSpell(ctx, tx, s)
	v.SpellID = id
	return err
}

// atDay puts the message of a field at the field "day" of a transfer's step.
func atDay(err error) error {
	list := fault.FieldsOf(err)
	if len(list) == 0 {
		return err
	}
	var f fault.Fields
	for _, e := range list {
		e.Field = "day"
		f = append(f, e)
	}
	return f.Err()
}

// arrive puts the member into the receiving cell on the day. An internal move leaves
// and arrives in one transaction (rules.md 5.04).
func (l *Life) arrive(ctx context.Context, tx *db.Tx, v *moving, day civil.Date) error {
	var f fault.Fields
	checkDay(&f, "day", day, tx.Today())
	if len(f) == 0 && day.Before(v.LeftOn) {
		f.Add("day", "member.err.before_left", "Day", v.LeftOn.Vi())
	}
	if err := f.Err(); err != nil {
		return err
	}
	if err := errCellEnded(v.to); err != nil {
		return err
	}
	m, err := ByID(ctx, tx, ident.Ref{Part: v.Ref.Part, ID: v.FromMembership})
	if err != nil {
		return err
	}
	v.State, v.ArrivedOn = Arrived, day
	switch {
	case v.Kind == TransferTemporary && v.ToCell == 0:
	case v.Kind == TransferTemporary:
		err = l.visit(ctx, tx, v, m, day)
	case v.ToCell == 0:
		err = l.gone(ctx, tx, m, v.LeftOn, EndingTransfer)
	default:
		err = l.settle(ctx, tx, v, m, day)
	}
	if err != nil {
		return err
	}
	if err := v.put(ctx, tx); err != nil {
		return err
	}
	if err := l.recount(ctx, tx, v); err != nil {
		return err
	}
	if err := v.tellArrived(ctx, tx); err != nil {
		return err
	}
	return v.note(ctx, tx, "member.transfer_arrived")
}

func (l *Life) recount(ctx context.Context, tx *db.Tx, v *moving) error {
	for _, cell := range []org.Unit{v.from, v.to} {
		if cell.ID == 0 {
			continue
		}
		if err := recountCell(ctx, tx, cell); err != nil {
			return err
		}
	}
	return nil
}

// visit makes the member a guest of the receiving cell.
func (l *Life) visit(ctx context.Context, tx *db.Tx, v *moving, m Membership, day civil.Date) (err error) {
	m.Kind = KindGuest
	v.ToMembership, err = l.begin(ctx, tx, v.to, m, day)
	return err
}

// settle makes the member one of the receiving cell, with the person's row.
func (l *Life) settle(ctx context.Context, tx *db.Tx, v *moving, m Membership, day civil.Date) error {
	spells, err := db.List(ctx, tx, scanSpell, openSpellsSQL, m.Part, m.ID, day)
	if err != nil {
		return err
	}
	if v.Kind == TransferInternal {
		if _, err := v.home(ctx, tx); err != nil {
			return err
		}
		if err := l.goAway(ctx, tx, v, m, day); err != nil {
			return err
		}
		v.LeftOn = day
	} else if spells, err = endedWith(ctx, tx, m, v.LeftOn); err != nil {
		return err
	}
	if err := elsewhere(ctx, tx, m.PersonID, day, civil.Date{}, "day"); err != nil {
		return err
	}
	m.Kind = KindHome
	if v.ToMembership, err = l.begin(ctx, tx, v.to, m, day); err != nil {
		return err
	}
	if err := carry(ctx, tx, spells, Membership{Part: v.to.PartID, ID: v.ToMembership, From: day}); err != nil {
		return err
	}
	if err := l.rehomePerson(ctx, tx, Moved{PersonID: m.PersonID, FromPart: m.Part, ToPart: v.to.PartID}); err != nil {
		return err
	}
	return l.arrived(ctx, tx, m, ident.Ref{Part: v.to.PartID, ID: v.ToMembership})
}

const endedWithSQL = spellColumns + ` WHERE s.part_id = $1 AND s.membership_id = $2 AND s.to_day = $3`

// endedWith gives, open again, the spells that ended because the membership did.
func endedWith(ctx context.Context, q db.Q, m Membership, day civil.Date) ([]Spell, error) {
	list, err := db.List(ctx, q, scanSpell, endedWithSQL, m.Part, m.ID, day)
	for i := range list {
		list[i].To = civil.Date{}
	}
	return list, err
}

// gone tells that a person is nobody's member any more.
func (l *Life) gone(ctx context.Context, tx *db.Tx, m Membership, day civil.Date, ending string) error {
	for _, told := range l.OnLeft {
		if err := told(ctx, tx, Ended{Membership: m, Ending: ending, Day: day}); err != nil {
			return err
		}
	}
	return nil
}

// comeBack ends a temporary time, or takes a member who was not received elsewhere
// back into the cell from the day on; the time outside stays in the register.
func (l *Life) comeBack(ctx context.Context, tx *db.Tx, v *moving, day civil.Date) error {
	var f fault.Fields
	checkDay(&f, "day", day, tx.Today())
	after := v.LeftOn
	if v.ArrivedOn.After(after) {
		after = v.ArrivedOn
	}
	if len(f) == 0 && !after.Before(day) {
		f.Add("day", "member.err.before_left", "Day", after.Vi())
	}
	if err := f.Err(); err != nil {
		return err
	}
	var err error
	if v.Kind == TransferTemporary {
		err = l.endVisit(ctx, tx, v, day)
	} else {
		err = l.takeBack(ctx, tx, v, day)
	}
	if err != nil {
		return err
	}
	v.State, v.EndedOn = Returned, day
	if err := v.put(ctx, tx); err != nil {
		return err
	}
	if err := l.recount(ctx, tx, v); err != nil {
		return err
	}
	return v.note(ctx, tx, "member.transfer_returned")
}

func (l *Life) takeBack(ctx context.Context, tx *db.Tx, v *moving, day civil.Date) error {
	m, err := ByID(ctx, tx, ident.Ref{Part: v.Ref.Part, ID: v.FromMembership})
	if err != nil {
		return err
	}
	if err := elsewhere(ctx, tx, m.PersonID, day, civil.Date{}, "day"); err != nil {
		return err
	}
	spells, err := endedWith(ctx, tx, m, v.LeftOn)
	if err != nil {
		return err
	}
	id, err := l.begin(ctx, tx, v.from, m, day)
	if err != nil {
		return err
	}
	if err := carry(ctx, tx, spells, Membership{Part: m.Part, ID: id, From: day}); err != nil {
		return err
	}
	return l.arrived(ctx, tx, m, ident.Ref{Part: m.Part, ID: id})
}

// arrived tells that a membership goes on in another one.
func (l *Life) arrived(ctx context.Context, tx *db.Tx, from Membership, ref ident.Ref) error {
	if len(l.OnArrived) == 0 {
		return nil
	}
	to, err := ByID(ctx, tx, ref)
	if err != nil {
		return err
	}
	for _, told := range l.OnArrived {
		if err := told(ctx, tx, from, to); err != nil {
			return err
		}
	}
	return nil
}

// endVisit ends the spell at home and the guest's membership.
func (l *Life) endVisit(ctx context.Context, tx *db.Tx, v *moving, day civil.Date) error {
	if v.SpellID != 0 {
		s, err := SpellByID(ctx, tx, ident.Ref{Part: v.Ref.Part, ID: v.SpellID})
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		if err == nil && (s.To.IsZero() || s.To.After(day)) {
			if err := cutSpell(ctx, tx, s, day); err != nil {
				return err
			}
		}
	}
	if v.ToMembership == 0 {
		return nil
	}
	m, err := ByID(ctx, tx, ident.Ref{Part: v.to.PartID, ID: v.ToMembership})
	if err != nil || !m.To.IsZero() {
		return err
	}
	if err := l.end(ctx, tx, m, day, EndingTransfer); err != nil {
		return err
	}
	if v.Incoming() {
		return l.gone(ctx, tx, m, day, EndingTransfer)
	}
	return nil
}

// closeOthers ends what else is under way from a membership that ends: announced
// transfers come to nothing, temporary ones are over.
func (l *Life) closeOthers(ctx context.Context, tx *db.Tx, m Membership, day civil.Date, but ident.Ref) error {
	list, err := openTransfers(ctx, tx, m.Ref())
	if err != nil {
		return err
	}
	for _, t := range list {
		if t.Ref == but {
			continue
		}
		v := moving{Transfer: t}
		if err := v.cells(ctx, tx); err != nil {
			return err
		}
		if t.State == Announced {
			v.State = Cancelled
		} else {
			v.State = Returned
			last := day
			if !t.ArrivedOn.Before(last) {
				last = t.ArrivedOn.AddDays(1)
			}
			if err := l.endVisit(ctx, tx, &v, last); err != nil {
				return err
			}
			if err := l.recount(ctx, tx, &v); err != nil {
				return err
			}
		}
		v.EndedOn = day
		if err := v.put(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}

// TransferHref gives the page of a transfer.
func TransferHref(ref ident.Ref) string { return "/transfers/" + ref.String() }

// tellLead tells the lead of the receiving cell that somebody is to arrive. No name
// goes into a notice.
func tellLead(ctx context.Context, tx *db.Tx, cell org.Unit, t Transfer) error {
	ids, err := access.Leads(ctx, tx, cell.ID, tx.Today())
	if err != nil {
		return err
	}
	from := t.FromName
	if from == "" {
		u, err := org.ByID(ctx, tx, t.FromCell)
		if err != nil {
			return err
		}
		from = u.Name
	}
	return tell(ctx, tx, "member.transfer_in", map[string]any{"From": from}, t.Ref, ids)
}

// tellArrived tells the member, and the lead of the cell that was left.
func (v *moving) tellArrived(ctx context.Context, tx *db.Tx) error {
	if v.ToCell == 0 {
		return nil
	}
	args := map[string]any{"Cell": v.to.Name, "Day": v.ArrivedOn}
	err := tell(ctx, tx, "member.transfer_you", args, v.Ref, []int64{v.PersonID})
	if err != nil || v.keepsFrom() {
		return err
	}
	ids, err := access.Leads(ctx, tx, v.from.ID, tx.Today())
	if err != nil {
		return err
	}
	return tell(ctx, tx, "member.transfer_done", args, v.Ref, ids)
}

// tell sends a notice to those of the persons who have an account.
func tell(ctx context.Context, tx *db.Tx, kind string, args map[string]any, ref ident.Ref, ids []int64) error {
	to := make([]notify.To, 0, len(ids))
	for _, id := range ids {
		a, err := account.ByPerson(ctx, tx, id)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		if err == nil {
			to = append(to, notify.To{Part: a.PartID, PersonID: id})
		}
	}
	return notify.Send(ctx, tx, notify.Notice{Kind: kind, Href: TransferHref(ref), Args: args}, to...)
}
