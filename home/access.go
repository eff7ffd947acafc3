package home

import (
	"chibo/access"
	"chibo/org"
)

// Who sees which first page, in words:
//
//   - Whoever leads a cell, serves in its committee or is its member has its desk; the
//     parts of the desk are those of the person: only the lead and the committee see
//     the month's path and the work of the others. Who holds several has the desk of
//     the office, and somebody else's only where there is no own one.
//   - The wall of a unit, and the high page of one above very many cells, is for who
//     reads figures there: the officers and keepers of that unit and above it, the lead
//     and committee of a cell for their own. It names cells and whom to call, no
//     member's record, and no task of a cell that keeps its tasks.
//   - The follower sees the cells followed. The administrator sees the first steps of
//     the program and no figures of persons.
//   - An officer of a committee reminds, plans a visit or offers help about a line of its
//     wall, to units strictly below; the administrator, the follower, who only keeps the
//     register and the unit's own people do not. What was done stands with the line for
//     everybody who sees the wall. It is told to who leads the unit, nobody else.
//   - Who goes there says that it was done, and so does an officer who may act there.
//   - Telephone numbers are not shown here: the person's record has them for who may open
//     it, and that opening is noted.
//   - Each link asks for rights of its own.

// actsFrom gives the committee from which the actor acts about a unit: the nearest above
// it. Asked again through Can, so that what is done as a stand-in is labelled.
func actsFrom(actor access.Actor, u org.Unit) (orgID int64, ok bool) {
	above := actor
	above.Grants = nil
	for _, g := range actor.Grants {
		if g.Path != u.Path {
			above.Grants = append(above.Grants, g)
		}
	}
	g, ok := above.By(access.Answer, u.Access())
	return g.OrgID, ok && g.OrgID != 0 && above.Can(access.Answer, u.Access())
}
