package insight

import (
	"chibo/access"
	"chibo/org"
	"chibo/task"
)

// Who may see and do what, in words:
//
//   - The committee of a cell and its lead read the cell's page with all its questions;
//     the follower and the officers above read it with those that are open to them (see
//     Sign.Open). An administrator sees the figures of committees, and no questions and no
//     plans. A member without an office reads none here.
//   - How other cells lie is told to all of these as a spread, without names.
//   - The cell committee answers a question.
//   - The cell's lead makes the plan, since its measures are tasks.
//   - An officer of a committee reads the page of the committee: its subtree.
func scopeOf(actor access.Actor, u org.Unit) (access.Scope, error) {
	return access.For(actor, access.FigureRead, u.Access())
}

// own says whether the actor is of the cell committee, to whom questions come first.
func own(actor access.Actor, cell org.Unit) bool { return actor.Can(access.Prepare, cell.Access()) }

// reads says whether the actor reads contents of the unit, and not its figures alone.
func reads(actor access.Actor, u org.Unit) bool { return actor.Can(access.CellRead, u.Access()) }

// MayPlan says whether the actor makes the cell's plan of improvement.
func MayPlan(actor access.Actor, cell org.Unit) bool { return task.MayGive(actor, cell) }
