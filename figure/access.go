package figure

import (
	"chibo/access"
	"chibo/org"
)

// Who may see figures, in words:
//
//   - The committee of a cell and its lead see the cell's own figures.
//   - The member of the upper committee who follows a cell sees that cell's.
//   - An officer of a committee above sees those of every unit below, open down to
//     the single cell.
//   - The administrator of a unit sees its figures, since they name nobody.
//   - A member without an office sees none here.
//
// Every reading function takes a scope of access.FigureRead and answers for that
// subtree only.

// ScopeOf gives the scope in which the actor sees the figures of u and below, or
// access.ErrForbidden.
func ScopeOf(actor access.Actor, u org.Unit) (access.Scope, error) {
	return access.For(actor, access.FigureRead, u.Access())
}
