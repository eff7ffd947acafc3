package document

import (
	"context"

	"chibo/access"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/org"
)

// Who may read a paper, in words: whoever may read the meetings of the unit that
// issued it, which are its members, its committee, those who follow it and the
// officers of the committees above. An administrator reads no papers. Nobody
// changes a paper.

// open gives the paper and its unit when the actor may read it.
func open(ctx context.Context, q db.Q, who access.Actor, ref ident.Ref) (Document, org.Unit, error) {
	d, err := ByRef(ctx, q, ref)
	if err != nil {
		return Document{}, org.Unit{}, err
	}
	u, err := org.ByID(ctx, q, d.OrgID)
	if err != nil {
		return Document{}, org.Unit{}, err
	}
	_, err = access.For(who, access.CellRead, u.Access())
	return d, u, err
}
