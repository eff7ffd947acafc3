package orgweb

import (
	"cmp"
	"context"
	"slices"

	"chibo/access"
	"chibo/internal/db"
	"chibo/org"
)

// place is the unit at the top of what a page shows.
type place struct {
	Unit  org.Unit
	Scope access.Scope
	Tops  []org.Unit // all places of a reader who has several; otherwise empty
}

// at gives the place a page shows: the unit that was asked for, or without one
// (id 0) the reader's own. ErrForbidden for a unit in which the reader may not do
// the action, and for a reader who may do it nowhere.
func at(ctx context.Context, q db.Q, who access.Actor, action access.Action, id int64) (p place, err error) {
	ids := topsOf(who, action)
	if len(ids) > 1 {
		for _, top := range ids {
			u, err := org.ByID(ctx, q, top)
			if err != nil {
				return p, err
			}
			p.Tops = append(p.Tops, u)
		}
	}
	switch {
	case id != 0:
		p.Unit, err = org.ByID(ctx, q, id)
	case len(ids) > 0:
		p.Unit, err = org.ByID(ctx, q, ids[0])
	default:
		return p, access.ErrForbidden
	}
	if err != nil {
		return p, err
	}
	p.Scope, err = access.For(who, action, p.Unit.Access())
	return p, err
}

// topsOf gives the units in which the reader may do the action and that lie in no
// other one of them, the highest first.
func topsOf(who access.Actor, action access.Action) []int64 {
	var may []access.Grant
	for _, g := range who.Grants {
		if g.Path != "" && who.Can(action, access.Unit{ID: g.OrgID, Path: g.Path}) {
			may = append(may, g)
		}
	}
	slices.SortStableFunc(may, func(a, b access.Grant) int { return cmp.Compare(a.Path.Depth(), b.Path.Depth()) })
	var out []int64
	var kept []access.Grant
	for _, g := range may {
		inside := func(k access.Grant) bool { return k.Path.Contains(g.Path) }
		if !slices.ContainsFunc(kept, inside) {
			kept, out = append(kept, g), append(out, g.OrgID)
		}
	}
	return out
}

// chosen gives what a form shows as chosen: what was asked for, or, where there is no
// place that holds all, the place itself.
func (p place) chosen(asked int64) string {
	if asked == 0 && len(p.Tops) > 0 {
		return idText(p.Unit.ID)
	}
	return idText(asked)
}
