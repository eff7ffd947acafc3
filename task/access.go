package task

import (
	"chibo/access"
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

// CanSee says whether the actor may see the cell's tasks.
func CanSee(actor access.Actor, cell org.Unit) bool {
	return actor.Can(access.CellRead, cell.Access())
}

// mayReport says whether the actor may report on a task of this person in the cell.
func mayReport(actor access.Actor, cell org.Unit, personID int64) bool {
	if actor.Can(access.Prepare, cell.Access()) {
		return true
	}
	return personID != 0 && actor.PersonID == personID && actor.Can(access.TakePart, cell.Access())
}

// MayGive says whether the actor may give work between meetings, change it and judge it.
func MayGive(actor access.Actor, cell org.Unit) bool {
	return actor.Can(access.Lead, cell.Access())
}

// MaySeeYear says whether the actor may see a member's list of a year.
func MaySeeYear(actor access.Actor, cell org.Unit, personID int64) bool {
	return actor.Can(access.Prepare, cell.Access()) || personID != 0 && actor.PersonID == personID && actor.Can(access.CellRead, cell.Access())
}
