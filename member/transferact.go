package member

import (
	"context"
	"unicode/utf8"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/org"
)

// moving is a transfer in the hands of one act: the cells are those of this program,
// the zero unit stands for outside.
type moving struct {
	Transfer
	from, to org.Unit
	actor    access.Actor
}

// Announce records that a member is to go from the cell: ref is the membership, home
// of course. The receiving end is a cell of this program or words.
func (l *Life) Announce(ctx context.Context, actor access.Actor, ref ident.Ref, in AnnounceIn) (out ident.Ref, err error) {
	err = l.DB.Write(ctx, func(tx *db.Tx) error {
		v, err := l.announce(ctx, tx, actor, ref, in)
		out = v.Ref
		return err
	})
	return out, err
}

// MoveAtOnce is Announce with all that follows, for who keeps the register of both
// cells of this program: the member leaves on the day and is in the other cell from
// it on.
func (l *Life) MoveAtOnce(ctx context.Context, actor access.Actor, ref ident.Ref, in AnnounceIn, day civil.Date) (out ident.Ref, err error) {
	err = l.DB.Write(ctx, func(tx *db.Tx) error {
		v, err := l.announce(ctx, tx, actor, ref, in)
		if err != nil {
			return err
		}
		out = v.Ref
		if !v.Inside() || !MayKeep(actor, v.to) {
			return fault.Field("done", "member.err.not_both_sides")
		}
		if v.Kind != TransferInternal {
			if err := l.leave(ctx, tx, &v, day); err != nil {
				return err
			}
		}
		return l.arrive(ctx, tx, &v, day)
	})
	return out, err
}

func (l *Life) announce(ctx context.Context, tx *db.Tx, actor access.Actor, ref ident.Ref, in AnnounceIn) (moving, error) {
	in.tidy()
	v := moving{actor: actor}
	m, cell, err := kept(ctx, tx, actor, ref)
	if err != nil {
		return v, err
	}
	if err := touchPerson(ctx, tx, m.Part, m.PersonID); err != nil {
		return v, err
	}
	if m, err = ByID(ctx, tx, ref); err != nil {
		return v, err
	}
	v.from = cell
	f := in.check(tx.Today())
	if err := v.receiving(ctx, tx, in, &f); err != nil {
		return v, err
	}
	if err := f.Err(); err != nil {
		return v, err
	}
	if err := free(ctx, tx, m, in.Kind); err != nil {
		return v, err
	}
	v.Transfer = Transfer{
		Ref: ident.Ref{Part: m.Part, ID: tx.ID()}, Kind: in.Kind, State: Announced, PersonID: m.PersonID, Name: m.Name,
		FromCell: cell.ID, FromMembership: m.ID, ToCell: v.to.ID, ToText: in.ToText, Basis: in.Basis, BasisOn: in.BasisOn,
		IntroducedOn: in.IntroducedOn, UntilOn: in.UntilOn, Study: in.Study, Hold: in.Hold, Note: in.Note, Version: 1,
	}
	if v.to.ID != 0 {
		v.ToText = ""
	}
	if err := AddTransfers(ctx, tx, []Transfer{v.Transfer}); err != nil {
		return v, err
	}
	if v.Kind == TransferInternal {
		if err := tellLead(ctx, tx, v.to, v.Transfer); err != nil {
			return v, err
		}
	}
	return v, v.note(ctx, tx, "member.transfer_announce")
}

// receiving finds the end that the member goes to.
func (v *moving) receiving(ctx context.Context, q db.Q, in AnnounceIn, f *fault.Fields) (err error) {
	switch {
	case in.ToCell != 0:
		v.to, err = org.ByID(ctx, q, in.ToCell)
		switch {
		case fault.KindOf(err) == fault.NotFound && err != nil:
			f.Add("to_cell", "member.err.to_empty")
			return nil
		case err != nil:
			return err
		case !v.to.IsCell() || !v.to.ValidTo.IsZero():
			f.Add("to_cell", "member.err.to_no_cell")
		case v.to.ID == v.from.ID:
			f.Add("to_cell", "member.err.to_same")
		case in.Kind == TransferAbroad:
			f.Add("to_cell", "member.err.to_abroad")
		}
	case in.Kind == TransferInternal:
		f.Add("to_cell", "member.err.to_empty")
	case in.ToText == "":
		f.Add("to_text", "member.err.to_text_empty")
	}
	return nil
}

// free refuses a transfer of somebody who is not at home in the cell today, and a
// second one beside one under way.
func free(ctx context.Context, q db.Q, m Membership, kind string) error {
	if m.Kind != KindHome || !m.To.IsZero() {
		return fault.New(fault.Conflict, "member.err.not_home")
	}
	open, err := openTransfers(ctx, q, m.Ref())
	for _, t := range open {
		if t.Pending() || kind == TransferTemporary {
			return fault.New(fault.Conflict, "member.err.transfer_open", "To", t.ToName, "Day", t.BasisOn.Vi())
		}
	}
	return err
}

// ExpectIn announces a member who comes from outside.
type ExpectIn struct {
	CellID int64
	AnnounceIn
}

// Expect records that somebody from outside is to come: the arrival is confirmed by
// Enter.
func (l *Life) Expect(ctx context.Context, actor access.Actor, in ExpectIn) (ref ident.Ref, err error) {
	in.tidy()
	err = l.DB.Write(ctx, func(tx *db.Tx) error {
		cell, err := keeps(ctx, tx, actor, in.CellID)
		if err != nil {
			return err
		}
		if err := errCellEnded(cell); err != nil {
			return err
		}
		f := in.check(tx.Today())
		if in.Kind == TransferInternal {
			f.Add("kind", "member.err.transfer_kind")
		}
		if utf8.RuneCountInString(in.Name) > maxText {
			f.Add("name", "member.err.too_long", "Most", maxText)
		}
		if in.Name == "" {
			f.Add("name", "member.err.name_empty")
		}
		if in.FromText == "" {
			f.Add("from_text", "member.err.from_text_empty")
		}
		if err := f.Err(); err != nil {
			return err
		}
		ref = ident.Ref{Part: cell.PartID, ID: tx.ID()}
		t := Transfer{
			Ref: ref, Kind: in.Kind, State: Announced, Name: in.Name, FromText: in.FromText, ToCell: cell.ID, Basis: in.Basis,
			BasisOn: in.BasisOn, IntroducedOn: in.IntroducedOn, UntilOn: in.UntilOn, Study: in.Study, Note: in.Note,
		}
		if err := AddTransfers(ctx, tx, []Transfer{t}); err != nil {
			return err
		}
		return note(ctx, tx, actor, "member.transfer_expect", "transfer", ref, map[string]any{"kind": in.Kind})
	})
	return ref, err
}

// StepIn is one act on a transfer. Day is that of leaving (the first day outside), of
// arrival, or of the return; Version is what the page showed.
type StepIn struct {
	Day          civil.Date
	IntroducedOn civil.Date // of the introduction, when it was not known before; leaving only
	Note         string     // why it came to nothing
	Version      int
}

// ConfirmLeft records that the member has left the cell.
func (l *Life) ConfirmLeft(ctx context.Context, actor access.Actor, ref ident.Ref, in StepIn) error {
	return l.step(ctx, actor, ref, in, func(tx *db.Tx, v *moving) error {
		if !v.May(LeftCell) {
			return v.errNot()
		}
		if !v.keepsFrom() {
			return access.ErrForbidden
		}
		if !in.IntroducedOn.IsZero() {
			v.IntroducedOn = in.IntroducedOn
		}
		return l.leave(ctx, tx, v, in.Day)
	})
}

// ConfirmArrived records that the member is in the receiving cell, or, when that is
// outside, that its confirmation has come. Who comes from outside arrives by Enter.
func (l *Life) ConfirmArrived(ctx context.Context, actor access.Actor, ref ident.Ref, in StepIn) error {
	return l.step(ctx, actor, ref, in, func(tx *db.Tx, v *moving) error {
		if !v.May(Arrived) || v.Incoming() {
			return v.errNot()
		}
		if !v.keepsTo() {
			return access.ErrForbidden
		}
		return l.arrive(ctx, tx, v, in.Day)
	})
}

// ConfirmReturned records that the member is back: not received elsewhere, or the
// temporary activity is over.
func (l *Life) ConfirmReturned(ctx context.Context, actor access.Actor, ref ident.Ref, in StepIn) error {
	return l.step(ctx, actor, ref, in, func(tx *db.Tx, v *moving) error {
		if !v.May(Returned) {
			return v.errNot()
		}
		if !v.keepsFrom() && !v.keepsTo() {
			return access.ErrForbidden
		}
		v.Note = in.Note
		return l.comeBack(ctx, tx, v, in.Day)
	})
}

// Cancel records that nothing came of a transfer before anybody left.
func (l *Life) Cancel(ctx context.Context, actor access.Actor, ref ident.Ref, in StepIn) error {
	return l.step(ctx, actor, ref, in, func(tx *db.Tx, v *moving) error {
		if !v.May(Cancelled) {
			return v.errNot()
		}
		if !v.keepsFrom() && !v.keepsTo() {
			return access.ErrForbidden
		}
		v.State, v.EndedOn, v.Note = Cancelled, tx.Today(), in.Note
		if err := v.put(ctx, tx); err != nil {
			return err
		}
		return v.note(ctx, tx, "member.transfer_cancel")
	})
}

func (l *Life) step(ctx context.Context, actor access.Actor, ref ident.Ref, in StepIn, do func(tx *db.Tx, v *moving) error) error {
	return l.DB.Write(ctx, func(tx *db.Tx) error {
		v := moving{actor: actor}
		var err error
		if v.Transfer, err = TransferByID(ctx, tx, ref); err != nil {
			return err
		}
		if err := v.cells(ctx, tx); err != nil {
			return err
		}
		if !v.keepsFrom() && !v.keepsTo() {
			return access.ErrForbidden
		}
		if v.PersonID != 0 {
			if err := touchPerson(ctx, tx, ref.Part, v.PersonID); err != nil {
				return err
			}
		}
		if v.Version != in.Version && v.Open() {
			return ErrChanged
		}
		return do(tx, &v)
	})
}

func (v *moving) cells(ctx context.Context, q db.Q) (err error) {
	if v.FromCell != 0 {
		if v.from, err = org.ByID(ctx, q, v.FromCell); err != nil {
			return err
		}
	}
	if v.ToCell != 0 {
		v.to, err = org.ByID(ctx, q, v.ToCell)
	}
	return err
}

// keepsFrom says whether the actor speaks for the cell that is left.
func (v *moving) keepsFrom() bool { return v.FromCell != 0 && MayKeep(v.actor, v.from) }

// keepsTo says whether the actor speaks for the receiving end: for one outside, the
// cell that is left notes what was told from there.
func (v *moving) keepsTo() bool {
	if v.ToCell == 0 {
		return v.keepsFrom()
	}
	return MayKeep(v.actor, v.to)
}

func (v *moving) note(ctx context.Context, tx *db.Tx, action string) error {
	return note(ctx, tx, v.actor, action, "transfer", v.Ref, map[string]any{
		"kind": v.Kind, "state": v.State, "both": v.keepsFrom() && v.keepsTo(),
	})
}
