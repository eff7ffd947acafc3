package burden

import (
	"chibo/access"
	"chibo/org"
)

// Who may see what, in words:
//
//   - The committee of a cell and its lead see the cell's own load, act by act.
//   - The follower of a cell sees the same; so do officers of the committees above.
//   - An officer of a committee sees the sums of the cells below it, and the
//     administrator too, since they name nobody.
//   - A member without an office sees none here.
func scopeOf(actor access.Actor, u org.Unit) (access.Scope, error) {
	return access.For(actor, access.FigureRead, u.Access())
}
