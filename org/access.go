package org

import "chibo/access"

// Who may see and do what here, in words:
//
//   - Names and places of units are no secret inside the organisation: whoever
//     may read a unit's figures or its cell sees the units below it.
//   - Only the administrator or the organisation officer of a unit, or of one above
//     it, founds units below it and changes what it is called and is.
//   - The past goes with the unit. Whoever may see a unit today may see what it was
//     on any day, wherever it stood then.
//   - The tree of a past day under a unit is that unit's own history: names, kinds and
//     sums of all that stood under it then may be seen by whoever may see the unit
//     today, also of units that have moved away since (docs/adr/0010).
//   - What names persons goes with the unit to where it stands today: who was in
//     office or a member of a unit that has moved away is seen by those above it now,
//     and no longer by those above it then.
//
// Reading needs a scope of access.FigureRead, access.CellRead or
// access.MemberList; the list then shows the scope's subtree only. A View is the same
// for a past day: On makes it from a scope.

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

// CanLookBack says whether the actor may open the page of a unit as it was: the unit
// today, in the own subtree.
func CanLookBack(actor access.Actor, t Then) bool {
	return actor.Can(access.FigureRead, t.Today()) || actor.Can(access.CellRead, t.Today())
}

// MayManage says whether the actor may found units under u and change it.
func MayManage(actor access.Actor, u Unit) bool {
	return u.ValidTo.IsZero() && actor.Can(access.UnitManage, u.Access())
}

// manage gives the scope in which the actor may change u and found units under it.
func manage(actor access.Actor, u Unit) (access.Scope, error) {
	return access.For(actor, access.UnitManage, u.Access())
}
