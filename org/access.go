package org

import "chibo/access"

// Who may see and do what here, in words:
//
//   - Names and places of units are no secret inside the organisation: whoever
//     may read a unit's figures or its cell sees the units below it.
//   - A search for units by name gives those of the scope alone.
//   - Only the administrator of a unit, or of one above it, founds and changes
//     units below it.
//
// Reading needs a scope of access.FigureRead, access.CellRead or
// access.MemberList; the list then shows the scope's subtree only.

// CanSee says whether the actor may open the page of the unit.
func CanSee(actor access.Actor, u Unit) bool {
	return actor.Can(access.FigureRead, u.Access()) || actor.Can(access.CellRead, u.Access())
}

// ScopeOf gives the scope in which the actor may see the units from u down, or
// access.ErrForbidden.
func ScopeOf(actor access.Actor, u Unit) (access.Scope, error) {
	if actor.Can(access.FigureRead, u.Access()) {
		return access.For(actor, access.FigureRead, u.Access())
	}
	return access.For(actor, access.CellRead, u.Access())
}

// manage gives the scope in which the actor may found units under u.
func manage(actor access.Actor, u Unit) (access.Scope, error) {
	return access.For(actor, access.UnitManage, u.Access())
}
