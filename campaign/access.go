package campaign

import (
	"chibo/access"
	"chibo/internal/tree"
	"chibo/org"
)

// Who may see and do what, in words:
//
//   - The officers of a committee and its organisation officer begin campaigns of their own
//     unit, change and close them. A cell begins none.
//   - Whoever may read a unit sees which campaigns it takes part in, their steps, days and
//     guidance, also those of a committee above.
//   - Progress, with the names of the units that have not, is for who reads figures of the
//     committee, or of a unit below it, each for the own part of the tree.
//   - A unit's report, its note and files, is read by who leads or prepares there, by its
//     officers, by its follower and by the officers above; an administrator reads none, and
//     neither do other members.
//   - The unit itself reports: a cell's lead and committee, a committee's officers. Nobody
//     above reports for it.
//   - The officers of the committee of the campaign, and of a committee between, accept or
//     send back. Nobody accepts the own unit's report.

// MayKeep says whether the actor begins and changes campaigns of the unit.
func MayKeep(actor access.Actor, u org.Unit) bool {
	own := false
	for _, g := range actor.Grants {
		own = own || g.OrgID == u.ID && g.Allows(access.AgendaKeep)
	}
	return own && !u.IsCell() && !u.Ended() && actor.Can(access.AgendaKeep, u.Access())
}

// mayOpen says whether the actor may read what the committee at the path asks for.
func mayOpen(actor access.Actor, owner tree.Path) bool {
	for _, g := range actor.Grants {
		if g.Allows(access.CellRead) && (owner.Contains(g.Path) || g.Path.Contains(owner)) {
			return true
		}
	}
	return false
}

// MayReport says whether the actor reports for the unit.
func MayReport(actor access.Actor, u org.Unit) bool {
	if u.Ended() {
		return false
	}
	if u.IsCell() {
		return actor.Can(access.Prepare, u.Access())
	}
	own := false
	for _, g := range actor.Grants {
		own = own || g.OrgID == u.ID && g.Allows(access.AgendaKeep)
	}
	return own && actor.Can(access.AgendaKeep, u.Access())
}

// mayRead says whether the actor reads a unit's reports.
func mayRead(actor access.Actor, u org.Unit) bool {
	return actor.Can(access.FigureRead, u.Access()) && actor.Can(access.CellRead, u.Access())
}

// mayDecide says whether the actor accepts reports of the unit, for a campaign of the
// committee at the path.
func mayDecide(actor access.Actor, owner tree.Path, u org.Unit) bool {
	above := actor
	above.Grants = nil
	for _, g := range actor.Grants {
		if owner.Contains(g.Path) && g.Path != u.Path {
			above.Grants = append(above.Grants, g)
		}
	}
	return above.Can(access.Answer, u.Access())
}

// scopeIn gives the subtree of the committee in which the actor sees progress: asked for a
// unit, that; else the widest.
func scopeIn(actor access.Actor, owner org.Unit, asked *org.Unit) (access.Scope, error) {
	if asked != nil {
		if !owner.Path.Contains(asked.Path) {
			return access.Scope{}, access.ErrForbidden
		}
		if !actor.Can(access.CellRead, asked.Access()) {
			return access.Scope{}, access.ErrForbidden
		}
		return access.For(actor, access.FigureRead, asked.Access())
	}
	if actor.Can(access.CellRead, owner.Access()) {
		if scope, err := access.For(actor, access.FigureRead, owner.Access()); err == nil {
			return scope, nil
		}
	}
	var best access.Unit
	for _, g := range actor.Grants {
		if g.Allows(access.FigureRead) && g.Allows(access.CellRead) && owner.Path.Contains(g.Path) && (best.ID == 0 || g.Path.Depth() < best.Path.Depth()) {
			best = access.Unit{ID: g.OrgID, Path: g.Path}
		}
	}
	if best.ID == 0 {
		return access.Scope{}, access.ErrForbidden
	}
	return access.For(actor, access.FigureRead, best)
}
