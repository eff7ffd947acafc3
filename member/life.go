package member

import (
	"context"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/seal"
	"chibo/internal/workday"
	"chibo/org"
	"chibo/rulebook"
)

// Life holds the use cases that change where a member is and how he or she stands:
// entering, transfers, spells, the fee, leaving. See access.go for who may.
type Life struct {
	DB   *db.DB            // required
	Book *rulebook.Book    // required
	Days *workday.Calendar // required
	Keys *seal.Ring        // required when an identity number is entered

	// OnEnded is told in the transaction that a membership has ended, whatever the
	// reason: posts held in that cell end too.
	OnEnded []func(ctx context.Context, tx *db.Tx, e Ended) error
	// OnLeft is told that a person has left the Party or this register: nobody's member
	// any more. Accounts close and posts above the cell end.
	OnLeft []func(ctx context.Context, tx *db.Tx, e Ended) error
	// OnArrived is told that a transfer ended in another cell: the membership there goes on
	// from the one before.
	OnArrived []func(ctx context.Context, tx *db.Tx, from, to Membership) error
	// OnMoved is told that a person's row has gone to another part: rows that are kept
	// by part and person follow. The account and the notices have followed already.
	OnMoved []func(ctx context.Context, tx *db.Tx, m Moved) error
	// Skipped is asked for the months of a year in which members of a part skipped the
	// regular meeting of the cell without a reason; cell 0 is the whole part. nil:
	// nothing is known.
	Skipped func(ctx context.Context, q db.Q, part, cellID int64, year int) (map[int64][]civil.Month, error)
	// Duties is asked for the open work of a member of the cell, as the actor may see
	// it. nil: nothing is known.
	Duties func(ctx context.Context, q db.Q, actor access.Actor, m Membership, cell org.Unit, today civil.Date) (Duties, error)
}

// DutiesOf gives the open work of who leaves by the transfer, in the cell that is left.
func (l *Life) DutiesOf(ctx context.Context, q db.Q, actor access.Actor, t Transfer) (Duties, error) {
	if l.Duties == nil || t.FromMembership == 0 || t.Kind == TransferTemporary {
		return Duties{}, nil
	}
	m, err := ByID(ctx, q, ident.Ref{Part: t.Ref.Part, ID: t.FromMembership})
	if err != nil {
		return Duties{}, err
	}
	cell, err := org.ByID(ctx, q, m.CellID)
	if err != nil {
		return Duties{}, err
	}
	return l.Duties(ctx, q, actor, m, cell, civil.From(l.DB.Clock().Now()))
}

// Duties is the work that a member still has in the cell. It stays with the cell that
// gave it, whoever leaves: the secretary there hands it over or closes it.
type Duties struct {
	Open int
	List []Duty // with titles, for who may see the cell's work
}

// Duty is one piece of open work.
type Duty struct {
	Title   string
	Href    string
	Due     civil.Date
	Overdue bool
}

// Ended is a membership that has ended.
type Ended struct {
	Membership
	Ending string
	Day    civil.Date // first day outside
}

// Moved is a person whose row went from one part to another.
type Moved struct{ PersonID, FromPart, ToPart int64 }

// checkDay refuses a day that has not come: the register says what has happened.
func checkDay(f *fault.Fields, field string, day, today civil.Date) {
	switch {
	case !day.IsDay():
		f.Add(field, "member.err.day_empty")
	case day.After(today):
		f.Add(field, "member.err.day_future", "Day", today.Vi())
	}
}

// errCellEnded refuses to put somebody into a cell that is there no more.
func errCellEnded(cell org.Unit) error {
	if cell.ValidTo.IsZero() {
		return nil
	}
	return fault.New(fault.Conflict, "member.err.cell_ended", "Cell", cell.Name, "Day", cell.ValidTo.Vi())
}

// keeps gives the cell when the actor keeps its register, and otherwise
// access.ErrForbidden; a unit that is no cell is NotFound.
func keeps(ctx context.Context, q db.Q, actor access.Actor, cellID int64) (org.Unit, error) {
	cell, err := org.ByID(ctx, q, cellID)
	if err != nil {
		return cell, err
	}
	if !MayKeep(actor, cell) {
		return cell, access.ErrForbidden
	}
	if !cell.IsCell() {
		return cell, fault.New(fault.NotFound, "err.not_found")
	}
	return cell, nil
}

// kept gives the membership and its cell when the actor keeps the register there.
func kept(ctx context.Context, q db.Q, actor access.Actor, ref ident.Ref) (Membership, org.Unit, error) {
	m, err := ByID(ctx, q, ref)
	if err != nil {
		return m, org.Unit{}, err
	}
	cell, err := keeps(ctx, q, actor, m.CellID)
	return m, cell, err
}

func note(ctx context.Context, tx *db.Tx, actor access.Actor, action, target string, ref ident.Ref, detail map[string]any) error {
	return audit.Record(ctx, tx, audit.Entry{
		Part: ref.Part, Account: actor.AccountID, Action: action, Target: target, TargetID: ref.ID, Detail: detail,
	})
}

// recountCell counts the cell's members again after a change.
func recountCell(ctx context.Context, tx *db.Tx, cell org.Unit) error {
	return RefreshState(ctx, tx, cell.PartID, cell.ID, tx.Today())
}
