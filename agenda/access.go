package agenda

import (
	"chibo/access"
	"chibo/internal/tree"
	"chibo/org"
)

// Who may see and do what, in words:
//
//   - The officers of a committee, its organisation officer, and the secretary and deputy
//     of a cell make the templates of their own unit, and publish its guidance. They do
//     not do so for a unit below: it has officers of its own.
//   - Whoever may read a unit sees which templates and which guidance hold there, and may
//     open them, also those of a committee above: they are meant for everybody below.
//   - How many cells took a guidance up, and which, is seen by who reads figures of the
//     committee that published it or of a unit below, each for the own cells.
//   - An administrator sees none of it.

// MayKeep says whether the actor makes the templates and the guidance of the unit.
func MayKeep(actor access.Actor, u org.Unit) bool {
	own := false
	for _, g := range actor.Grants {
		own = own || g.OrgID == u.ID && g.Allows(access.AgendaKeep)
	}
	return own && !u.Ended() && actor.Can(access.AgendaKeep, u.Access())
}

// mayOpen says whether the actor may read what the unit at the path gave out: who reads
// there, and everybody who reads somewhere below.
func mayOpen(actor access.Actor, owner tree.Path) bool {
	for _, g := range actor.Grants {
		if g.Allows(access.CellRead) && (owner.Contains(g.Path) || g.Path.Contains(owner)) {
			return true
		}
	}
	return false
}

// countedIn gives the subtree in which the actor sees who took up a guidance of the
// unit; ok is false for who sees no figures there.
func countedIn(actor access.Actor, owner org.Unit) (scope access.Scope, ok bool) {
	if scope, err := access.For(actor, access.FigureRead, owner.Access()); err == nil && actor.Can(access.CellRead, owner.Access()) {
		return scope, true
	}
	var best access.Unit
	for _, g := range actor.Grants {
		if g.Allows(access.FigureRead) && g.Allows(access.CellRead) && owner.Path.Contains(g.Path) &&
			(best.ID == 0 || g.Path.Depth() < best.Path.Depth()) {
			best = access.Unit{ID: g.OrgID, Path: g.Path}
		}
	}
	if best.ID == 0 {
		return access.Scope{}, false
	}
	scope, err := access.For(actor, access.FigureRead, best)
	return scope, err == nil
}
