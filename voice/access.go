package voice

import (
	"chibo/access"
	"chibo/org"
)

// Who may see and do what, in words:
//
//   - Who stands on the roll of the meeting answers, for himself or herself only, present
//     or not, while the window is open and he or she still takes part in the cell. Nobody
//     does it for another, and no stand-in.
//   - Whether one has answered is told to that member alone.
//   - Before the window has closed nobody sees a number: not the cell's lead, not the
//     committee above, not an administrator.
//   - Then whoever reads the cell, and so its score, reads the sums: its members, its
//     committee, the follower, the officers above.
//   - Nobody ever reads a single answer.
func canRead(actor access.Actor, cell org.Unit) error {
	_, err := access.For(actor, access.CellRead, cell.Access())
	return err
}

// mayAnswer asks for the own right to take part: what somebody holds for another does
// not count.
func mayAnswer(actor access.Actor, cell org.Unit) bool {
	for _, g := range actor.Grants {
		if g.For == 0 && g.Path.Contains(cell.Path) && g.Allows(access.TakePart) {
			return actor.PersonID != 0
		}
	}
	return false
}
