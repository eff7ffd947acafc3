package workplan

import (
	"context"

	"chibo/access"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/member"
	"chibo/org"
	"chibo/task"
)

// Who may see and do what, in words:
//
//   - Whoever may read the cell reads its approved plan, how it stands and what was
//     changed since: its members, its committee, the follower and the officers above. An
//     administrator reads none.
//   - A draft is read in the cell: by its members and its committee. From above one sees
//     that there is a draft, nothing of it.
//   - The cell committee writes the plan: starts it, adds, changes, moves and drops items,
//     before and after the approval, and tells the result of any item.
//   - The member in charge of an item tells its result, while still in the cell.
//   - The cell's lead notes that the cell has approved the plan, and gives tasks.
//   - The tasks of an item, one by one, are read as the cell's tasks are.
//   - Officers of a committee see of the cells below who has an approved plan, a draft or
//     none, and how many items are done and late for long.

// MayRead says whether the actor reads the approved plan.
func MayRead(actor access.Actor, cell org.Unit) bool {
	return actor.Can(access.CellRead, cell.Access())
}

// MayReadDraft says whether the actor reads a draft.
func MayReadDraft(actor access.Actor, cell org.Unit) bool {
	return actor.Can(access.Prepare, cell.Access()) || actor.Can(access.TakePart, cell.Access())
}

// MayWrite says whether the actor writes the plan.
func MayWrite(actor access.Actor, cell org.Unit) bool {
	return !cell.Ended() && actor.Can(access.Prepare, cell.Access())
}

// MayApprove says whether the actor notes that the cell has approved the plan.
func MayApprove(actor access.Actor, cell org.Unit) bool {
	return !cell.Ended() && actor.Can(access.Lead, cell.Access())
}

// MayGive says whether the actor gives tasks out of it.
func MayGive(actor access.Actor, cell org.Unit) bool {
	return !cell.Ended() && task.MayGive(actor, cell)
}

// MayCount says whether the actor sees how the plans below a committee stand.
func MayCount(actor access.Actor, u org.Unit) bool {
	return !u.IsCell() && actor.Can(access.FigureRead, u.Access()) && actor.Can(access.CellRead, u.Access())
}

// ownItem says whether the actor is the member in charge. For that nobody is anybody's
// stand-in.
func ownItem(ctx context.Context, q db.Q, actor access.Actor, cell org.Unit, i Item, s *Service) (bool, error) {
	if i.WhoID == 0 || actor.PersonID == 0 || !actor.Quiet().Can(access.TakePart, cell.Access()) {
		return false, nil
	}
	me, err := member.InCell(ctx, q, cell, actor.PersonID, s.today())
	if fault.KindOf(err) == fault.NotFound {
		return false, nil
	}
	return me.ID == i.WhoID, err
}
