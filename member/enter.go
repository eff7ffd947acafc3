package member

import (
	"context"
	"strings"

	"chibo/access"
	"chibo/account"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/org"
)

// EnterIn is a member as entered by hand. Dates may be known to the month or the year,
// but the day on which the time in this cell begins is a day.
type EnterIn struct {
	CellID     int64
	Name       string
	OtherName  string
	Sex        string
	Birth      civil.Date
	Phone      string
	Card       string
	IDNo       string // sealed before it is stored
	Kind       string // KindHome, KindGuest; "" home
	Origin     string // OriginAdmission, OriginTransfer, OriginRestored, OriginFounded
	From       civil.Date
	AdmittedOn civil.Date
	OfficialOn civil.Date
	FromText   string // the organisation before, of a transfer
	Basis      string // decision
	BasisOn    civil.Date
	Transfer   ident.Ref // the announced one that this arrival ends; zero: none was announced
	Version    int       // of that transfer
	Sure       bool      // those who look alike were seen: it is somebody else
}

func (in *EnterIn) tidy() {
	for _, s := range []*string{&in.FromText, &in.Basis} {
		*s = strings.TrimSpace(*s)
	}
	if in.Kind == "" {
		in.Kind = KindHome
	}
}

// check gives the field errors; those of partial dates compare what is known.
func (in EnterIn) check(today civil.Date, limits Limits) error {
	f := fault.FieldsOf(in.person().Check(limits))
	if in.Kind != KindHome && in.Kind != KindGuest {
		f.Add("kind", "member.err.kind")
	}
	switch in.Origin {
	case OriginAdmission, OriginTransfer, OriginRestored, OriginFounded:
	default:
		f.Add("origin", "member.err.origin")
	}
	checkDay(&f, "from", in.From, today)
	past(&f, "birth", in.Birth, today)
	past(&f, "admitted_on", in.AdmittedOn, today)
	if certainlyBefore(in.AdmittedOn, in.Birth) {
		f.Add("admitted_on", "member.err.admitted_before_birth")
	}
	if certainlyBefore(in.OfficialOn, in.AdmittedOn) {
		f.Add("official_on", "member.err.official_before_admitted")
	}
	if in.Origin == OriginAdmission && in.AdmittedOn.IsZero() {
		f.Add("admitted_on", "member.err.admitted_empty")
	}
	if in.Origin == OriginTransfer && in.FromText == "" {
		f.Add("from_text", "member.err.from_text_empty")
	}
	if in.Origin == OriginRestored && in.Basis == "" {
		f.Add("basis", "member.err.basis_empty")
	}
	return f.Err()
}

func (in EnterIn) person() Person {
	return Person{Name: in.Name, OtherName: in.OtherName, Sex: in.Sex, Birth: in.Birth, Phone: in.Phone, Card: in.Card, IDNo: in.IDNo}
}

func past(f *fault.Fields, field string, day, today civil.Date) {
	if day.After(today) {
		f.Add(field, "member.err.day_future", "Day", today.Vi())
	}
}

// certainlyBefore says whether a lies before b, whatever the parts that are not known.
func certainlyBefore(a, b civil.Date) bool {
	switch {
	case a.IsZero() || b.IsZero():
		return false
	case a.Year() != b.Year():
		return a.Year() < b.Year()
	case a.MonthNum() == 0 || b.MonthNum() == 0:
		return false
	case a.MonthNum() != b.MonthNum():
		return a.MonthNum() < b.MonthNum()
	}
	return a.IsDay() && b.IsDay() && a.Day() < b.Day()
}

// Enter puts a member into the register by hand. When somebody of the register looks
// like the same person and Sure is not said, nothing is written and those are given
// back.
func (l *Life) Enter(ctx context.Context, actor access.Actor, in EnterIn) (ref ident.Ref, same []Lookalike, err error) {
	in.tidy()
	err = l.DB.Write(ctx, func(tx *db.Tx) error {
		same = nil
		cell, err := keeps(ctx, tx, actor, in.CellID)
		if err != nil {
			return err
		}
		if err := errCellEnded(cell); err != nil {
			return err
		}
		if err := in.check(tx.Today(), LimitsOf(l.Book.At(tx.Today(), cell.Path))); err != nil {
			return err
		}
		if in.From.Before(cell.ValidFrom) {
			return fault.Field("from", "member.err.before_cell", "Day", cell.ValidFrom.Vi())
		}
		p := in.person()
		p.Part, p.ID = cell.PartID, tx.ID()
		if p, err = p.Sealed(l.Keys); err != nil {
			return err
		}
		all, err := alike(ctx, tx, actor, p, tx.Today())
		if err != nil {
			return err
		}
		if err := inTwoCells(all); err != nil {
			return err
		}
		if !in.Sure && len(all) > 0 {
			same = all
			return nil
		}
		ref, err = in.write(ctx, tx, actor, cell, p)
		return err
	})
	return ref, same, err
}

func (in EnterIn) write(ctx context.Context, tx *db.Tx, actor access.Actor, cell org.Unit, p Person) (ident.Ref, error) {
	id, err := AddPerson(ctx, tx, p)
	if err != nil {
		return ident.Ref{}, err
	}
	m := Membership{
		Part: cell.PartID, PersonID: id, CellID: cell.ID, Kind: in.Kind, Name: p.Name, From: in.From, Origin: in.Origin,
		AdmittedOn: in.AdmittedOn, OfficialOn: in.OfficialOn,
	}
	if m.ID, err = AddMembership(ctx, tx, m); err != nil {
		return ident.Ref{}, err
	}
	if err := in.transfer(ctx, tx, m); err != nil {
		return ident.Ref{}, err
	}
	if err := recountCell(ctx, tx, cell); err != nil {
		return ident.Ref{}, err
	}
	return m.Ref(), note(ctx, tx, actor, "member.enter", "membership", m.Ref(), map[string]any{"origin": in.Origin, "kind": in.Kind})
}

// transfer notes where the member comes from: it ends the announced transfer, or makes
// one that has arrived already.
func (in EnterIn) transfer(ctx context.Context, tx *db.Tx, m Membership) error {
	if in.Transfer.IsZero() {
		if in.Origin != OriginTransfer {
			return nil
		}
		t := Transfer{
			Ref: ident.Ref{Part: m.Part, ID: tx.ID()}, Kind: TransferOfficial, State: Arrived, PersonID: m.PersonID, Name: m.Name,
			FromText: in.FromText, ToCell: m.CellID, ToMembership: m.ID, Basis: in.Basis, BasisOn: in.BasisOn, ArrivedOn: m.From,
		}
		if m.Kind == KindGuest {
			t.Kind = TransferTemporary
		}
		if t.BasisOn.IsZero() {
			t.BasisOn = m.From
		}
		return AddTransfers(ctx, tx, []Transfer{t})
	}
	t, err := TransferByID(ctx, tx, in.Transfer)
	if err != nil {
		return err
	}
	switch {
	case !t.Incoming() || t.ToCell != m.CellID:
		return ErrNotFound
	case !t.May(Arrived):
		return t.errNot()
	case t.Version != in.Version:
		return ErrChanged
	case m.Kind == KindGuest && t.Kind != TransferTemporary, m.Kind == KindHome && t.Kind == TransferTemporary:
		return fault.Field("kind", "member.err.kind")
	}
	t.State, t.PersonID, t.ToMembership, t.ArrivedOn = Arrived, m.PersonID, m.ID, m.From
	return t.put(ctx, tx)
}

// inTwoCells refuses somebody whose card or identity number is that of a member of a
// cell today: one person is at home in one cell.
func inTwoCells(all []Lookalike) error {
	for _, a := range all {
		if a.Why != AlikeCard && a.Why != AlikeIDNo || !a.In {
			continue
		}
		if a.Mine {
			return fault.Field(a.Why, "member.err.number_taken", "Name", a.Name, "Cell", a.Cell)
		}
		return fault.Field(a.Why, "member.err.number_taken_elsewhere")
	}
	return nil
}

// RestoreIn says in which cell and from when a person is a member again (rules.md 5.03).
type RestoreIn struct {
	CellID  int64
	Day     civil.Date
	Basis   string // decision
	BasisOn civil.Date
}

// Restore makes a person who has left a member again. ref is a membership of before;
// dates of admission stay. Somebody who is a member now is refused with the cell.
func (l *Life) Restore(ctx context.Context, actor access.Actor, ref ident.Ref, in RestoreIn) (out ident.Ref, err error) {
	err = l.DB.Write(ctx, func(tx *db.Tx) error {
		old, _, err := kept(ctx, tx, actor, ref)
		if err != nil {
			return err
		}
		cell, err := keeps(ctx, tx, actor, in.CellID)
		if err != nil {
			return err
		}
		if err := errCellEnded(cell); err != nil {
			return err
		}
		at, err := partOf(ctx, tx, old.PersonID)
		if err != nil {
			return err
		}
		if err := touchPerson(ctx, tx, at, old.PersonID); err != nil {
			return err
		}
		var f fault.Fields
		checkDay(&f, "day", in.Day, tx.Today())
		if strings.TrimSpace(in.Basis) == "" {
			f.Add("basis", "member.err.basis_empty")
		}
		checkDay(&f, "basis_on", in.BasisOn, tx.Today())
		if err := f.Err(); err != nil {
			return err
		}
		if err := elsewhere(ctx, tx, old.PersonID, in.Day, civil.Date{}, "day"); err != nil {
			return err
		}
		id, err := AddMembership(ctx, tx, Membership{
			Part: cell.PartID, PersonID: old.PersonID, CellID: cell.ID, Name: old.Name, From: in.Day, Origin: OriginRestored,
			AdmittedOn: old.AdmittedOn, OfficialOn: old.OfficialOn,
		})
		if err != nil {
			return err
		}
		out = ident.Ref{Part: cell.PartID, ID: id}
		if err := l.rehomePerson(ctx, tx, Moved{PersonID: old.PersonID, FromPart: at, ToPart: cell.PartID}); err != nil {
			return err
		}
		if err := account.ReopenFor(ctx, tx, cell.PartID, old.PersonID); err != nil {
			return err
		}
		if err := recountCell(ctx, tx, cell); err != nil {
			return err
		}
		return note(ctx, tx, actor, "member.restore", "membership", out, map[string]any{
			"decision": strings.TrimSpace(in.Basis), "on": in.BasisOn.String(),
		})
	})
	return out, err
}
