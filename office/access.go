package office

import (
	"chibo/access"
	"chibo/org"
)

// Who may see and do what here, in words:
//
//   - Who holds which post is known to everybody who may read the cell.
//   - The result of an election in a cell is recorded by the cell's lead, by an
//     officer of a committee above, or by the administrator.
//   - The upper committee appoints a secretary where three rounds elected nobody
//     (rules.md 1.23): only its officers record that, or the administrator.
//   - Posts of a committee above, of a Party group, and the following of a cell are
//     given and ended by the organisation officer of the unit or of one above; the
//     following of a cell by any officer above it, too. Terms begin by whoever may
//     record the unit's election or give its posts.
//   - Members and the cell committee record nothing here. The administrator chooses
//     nobody: that needs the list of members.

// MayElect says whether the actor may record an election in the cell.
func MayElect(actor access.Actor, cell org.Unit) bool {
	u := cell.Access()
	return actor.Can(access.Lead, u) || MayAppoint(actor, cell)
}

// MayAppoint says whether the actor may record an appointment by the upper
// committee: whoever decides the cell's scores sits in it.
func MayAppoint(actor access.Actor, cell org.Unit) bool {
	u := cell.Access()
	return actor.Can(access.ScoreDecide, u) || actor.Can(access.UnitManage, u)
}

// MayTerm says whether the actor may begin a term of the unit.
func MayTerm(actor access.Actor, u org.Unit) bool {
	return u.IsCell() && MayElect(actor, u) || actor.Can(access.UnitManage, u.Access())
}
