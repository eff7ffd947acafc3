package reorg

import (
	"context"

	"chibo/access"
	"chibo/internal/db"
	"chibo/org"
)

// Who may see and do what here, in words:
//
//   - An act is kept, rehearsed, carried out and taken back by the organisation
//     officer or the administrator of its root, the unit above all that it touches,
//     or of a unit above that (rules.md 1.08: the direct upper committee decides).
//   - Nobody else sees it. What it did is seen in the tree.
//   - An act names only units under its root, and units that it founds itself.

// MayKeep says whether the actor may keep acts of the root.
func MayKeep(actor access.Actor, root org.Unit) bool {
	return actor.Can(access.UnitManage, root.Access())
}

// held gives an act that the actor may keep, with its root.
func held(ctx context.Context, q db.Q, actor access.Actor, id int64) (Act, org.Unit, error) {
	a, err := actByID(ctx, q, id)
	if err != nil {
		return Act{}, org.Unit{}, err
	}
	root, err := org.ByID(ctx, q, a.OrgID)
	if err != nil {
		return Act{}, org.Unit{}, err
	}
	if !MayKeep(actor, root) {
		return Act{}, org.Unit{}, access.ErrForbidden
	}
	return a, root, nil
}
