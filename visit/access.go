package visit

import (
	"chibo/access"
	"chibo/org"
)

// Who may see and do what, in words:
//
//   - A card is left by an officer of the committee right above the cell, its organisation
//     officer among them, and by the
//     member of it who follows the cell; nobody else, no officer of a committee further
//     up, and no stand-in: one attends in person.
//   - Whoever reads the cell reads its cards: its members hear what was said of their
//     meeting, the officers above and the follower read it. An administrator does not.
//   - The cell committee answers.
//   - Who may leave a card at the cell makes tasks of the remarks on any card there, for
//     the cell or for the committee, and says when the committee's own are done.
//   - An officer of a committee sees the cards left in its cells and below, and what the
//     committee took upon itself.
func mayRead(actor access.Actor, cell org.Unit) error {
	_, err := access.For(actor, access.CellRead, cell.Access())
	return err
}

// MayLeave says whether the actor may leave a card at the cell.
func MayLeave(actor access.Actor, cell org.Unit) bool {
	if !cell.IsCell() || actor.PersonID == 0 {
		return false
	}
	for _, g := range actor.Grants {
		if g.For != 0 || !g.Allows(access.CellRead) {
			continue
		}
		if g.Role == access.RoleUpper && g.OrgID == cell.ParentID || g.Role == access.RoleFollower && g.OrgID == cell.ID {
			return true
		}
	}
	return false
}

// MayAnswer says whether the actor answers for the cell.
func MayAnswer(actor access.Actor, cell org.Unit) bool {
	return actor.Can(access.Prepare, cell.Access())
}

// scopeOf gives the scope in which the actor reads cards of a committee's cells.
func scopeOf(actor access.Actor, u org.Unit) (access.Scope, error) {
	return access.For(actor, access.ScoreDecide, u.Access())
}
