package task

import (
	"context"

	"chibo/access"
	"chibo/internal/db"
	"chibo/org"
)

// Who may see and do what, in words:
//
//   - Whoever may read a cell sees its tasks, as they stand in its resolution.
//   - A member reports on the own tasks, while still taking part in that cell.
//   - The cell committee reports for a member who cannot, and the log says who did.
//   - The cell's lead gives work between meetings, gives an open task another day or
//     another member, with the reason, and judges it; a meeting judges with rights of
//     its own.
//   - A member sees the own list of a year; the cell committee that of each member.
//   - An officer of a committee above sees counts and lists of the units below.
//   - Where a unit keeps its tasks from above, whoever reads from above it sees the
//     counts, and that the rest is kept.

// CanSee says whether the actor may see the cell's tasks.
func CanSee(actor access.Actor, cell org.Unit) bool {
	return actor.Can(access.CellRead, cell.Access())
}

// Kept says whether the cell's tasks are kept from the actor, and by which unit.
func Kept(ctx context.Context, q db.Q, actor access.Actor, cell org.Unit) (by access.Keeper, kept bool, err error) {
	return access.KeptFrom(ctx, q, actor, access.CellRead, cell.Access(), access.KeptTasks)
}

// opens gives access.ErrForbidden to who may not see the cell's tasks one by one.
func opens(ctx context.Context, q db.Q, actor access.Actor, cell org.Unit) error {
	if !CanSee(actor, cell) {
		return access.ErrForbidden
	}
	_, kept, err := Kept(ctx, q, actor, cell)
	if err == nil && kept {
		err = access.ErrForbidden
	}
	return err
}

// mayReport says whether the actor may report on a task of this person in the cell. The
// own task is asked first: for that nobody is anybody's stand-in.
func mayReport(actor access.Actor, cell org.Unit, personID int64) bool {
	if personID != 0 && actor.PersonID == personID && actor.Can(access.TakePart, cell.Access()) {
		return true
	}
	return actor.Can(access.Prepare, cell.Access())
}

// MayGive says whether the actor may give work between meetings, change it and judge it.
func MayGive(actor access.Actor, cell org.Unit) bool {
	return actor.Can(access.Lead, cell.Access())
}

// MaySeeYear says whether the actor may see a member's list of a year.
func MaySeeYear(actor access.Actor, cell org.Unit, personID int64) bool {
	return actor.Can(access.Prepare, cell.Access()) || personID != 0 && actor.PersonID == personID && actor.Can(access.CellRead, cell.Access())
}
