package member

import (
	"context"

	"chibo/access"
	"chibo/account"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/org"
)

// AdmitIn is a person who becomes a reserve member at the ceremony (rules.md 4.34, 5.02).
type AdmitIn struct {
	Name    string
	Sex     string
	Birth   civil.Date
	On      civil.Date // the ceremony
	Decided civil.Date // the decision of admission: the Party age begins with it (4.38)
	Again   bool       // was a member before (4.16): goes on in the record of then, when it is known
	Sure    bool       // those who look alike were seen: it is somebody else
}

// ErrAlike says that somebody in the register looks like the person.
var ErrAlike = fault.New(fault.Conflict, "member.err.alike_admitted")

// Admit makes a person a reserve member of the cell, in the caller's transaction, with
// rights, figures and rolls at once. Who keeps the cell's register may. Errors: field
// "name" for somebody who is a member today, ErrAlike, those of AddMembership.
func (l *Life) Admit(ctx context.Context, tx *db.Tx, actor access.Actor, cellID int64, in AdmitIn) (Membership, error) {
	cell, err := keeps(ctx, tx, actor, cellID)
	if err != nil {
		return Membership{}, err
	}
	if err := errCellEnded(cell); err != nil {
		return Membership{}, err
	}
	p := Person{Part: cell.PartID, ID: tx.ID(), Name: in.Name, Sex: in.Sex, Birth: in.Birth}
	all, err := alike(ctx, tx, actor, p, tx.Today())
	if err != nil {
		return Membership{}, err
	}
	record, err := before(ctx, tx, all, in)
	if err != nil {
		return Membership{}, err
	}
	m := Membership{
		Part: cell.PartID, PersonID: record, CellID: cell.ID, Kind: KindHome, Name: in.Name, From: in.On, Origin: OriginAdmission, AdmittedOn: in.Decided,
	}
	if record == 0 {
		if m.PersonID, err = AddPerson(ctx, tx, p); err != nil {
			return Membership{}, err
		}
	} else if err := l.comesBack(ctx, tx, cell, record); err != nil {
		return Membership{}, err
	}
	if m.ID, err = AddMembership(ctx, tx, m); err != nil {
		return Membership{}, err
	}
	if err := recountCell(ctx, tx, cell); err != nil {
		return Membership{}, err
	}
	return m, note(ctx, tx, actor, "member.admit", "membership", m.Ref(), nil)
}

// before gives the person's record that somebody who is admitted again had, 0 for none;
// and refuses somebody who is a member now. The same name counts with the same day of
// birth only.
func before(ctx context.Context, q db.Q, all []Lookalike, in AdmitIn) (int64, error) {
	for _, a := range all {
		switch {
		case a.Why != AlikeBirth || in.Sure:
		case a.In:
			return 0, fault.Field("name", "member.err.is_member")
		case !in.Again:
			return 0, ErrAlike
		case a.Mine:
			m, err := ByID(ctx, q, a.Ref)
			return m.PersonID, err
		}
	}
	return 0, nil
}

// comesBack takes the record of somebody who is admitted again to the cell's part.
func (l *Life) comesBack(ctx context.Context, tx *db.Tx, cell org.Unit, person int64) error {
	at, err := partOf(ctx, tx, person)
	if err != nil {
		return err
	}
	if err := touchPerson(ctx, tx, at, person); err != nil {
		return err
	}
	if err := l.rehomePerson(ctx, tx, Moved{PersonID: person, FromPart: at, ToPart: cell.PartID}); err != nil {
		return err
	}
	return account.ReopenFor(ctx, tx, cell.PartID, person)
}

const officialSQL = `UPDATE membership SET official_on = $3 WHERE part_id = $1 AND id = $2 AND to_day = '' AND official_on = ''`

// MakeOfficial makes a reserve member official from the day on, in the caller's
// transaction (rules.md 4.36); ErrNotFound for who is no reserve member any more. The caller
// has checked who may.
func (l *Life) MakeOfficial(ctx context.Context, tx *db.Tx, actor access.Actor, ref ident.Ref, on civil.Date) error {
	m, err := ByID(ctx, tx, ref)
	if err != nil {
		return err
	}
	cell, err := org.ByID(ctx, tx, m.CellID)
	if err != nil {
		return err
	}
	if certainlyBefore(on, m.From) {
		return fault.Field("official_on", "member.err.official_before_admitted")
	}
	res, err := tx.Exec(ctx, officialSQL, ref.Part, ref.ID, on)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return orNotFound(err)
	}
	if err := recountCell(ctx, tx, cell); err != nil {
		return err
	}
	return note(ctx, tx, actor, "member.official", "membership", ref, nil)
}

// Remove records that a reserve member is removed from the list, in the caller's
// transaction (rules.md 4.35).
func (l *Life) Remove(ctx context.Context, tx *db.Tx, actor access.Actor, ref ident.Ref, reason string, in ConfirmIn) error {
	m, cell, err := kept(ctx, tx, actor, ref)
	if err != nil {
		return err
	}
	if err := in.check(EndingRemoval, tx.Today()); err != nil {
		return err
	}
	v := Leaving{MembershipID: m.ID, CellID: cell.ID, Kind: EndingRemoval, Reason: reason, ProposedOn: in.DecisionOn, Version: 1}
	if v.Ref, err = l.propose(ctx, tx, actor, m, v); err != nil {
		return err
	}
	return l.confirm(ctx, tx, actor, v, m, cell, in)
}
