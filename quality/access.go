package quality

import (
	"chibo/access"
	"chibo/org"
)

// Who may see and do what, in words (rules.md 3.05-3.07):
//
//   - Whoever may read the cell sees its scores: members hear them in the meeting,
//     the committees above read them.
//   - The cell committee has the score proposed, answers its questions and changes
//     points.
//   - The cell's lead confirms it for the cell, after the cell has agreed.
//   - An officer of a committee above decides the official grade, never the cell
//     itself.
//   - The program itself may propose.
func canSee(actor access.Actor, cell org.Unit) error {
	_, err := access.For(actor, access.CellRead, cell.Access())
	return err
}

func canScore(actor access.Actor, cell org.Unit) error {
	_, err := access.For(actor, access.Prepare, cell.Access())
	return err
}

func canConfirm(actor access.Actor, cell org.Unit) error {
	_, err := access.For(actor, access.Lead, cell.Access())
	return err
}

func canDecide(actor access.Actor, cell org.Unit) error {
	_, err := access.For(actor, access.ScoreDecide, cell.Access())
	return err
}
