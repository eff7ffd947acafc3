package org

import (
	"context"
	"strconv"

	"chibo/access"
	"chibo/internal/db"
)

// Place is the unit at the top of what a page shows, with the right to show it.
type Place struct {
	Unit  Unit
	Scope access.Scope
	Tops  []Unit // all places of a reader who has several; otherwise empty
}

// PlaceOf gives the place of a page: the unit that was asked for, or without one (id 0)
// the reader's own. access.ErrForbidden for a unit in which the reader may not do the
// action, and for a reader who may do it nowhere.
func PlaceOf(ctx context.Context, q db.Q, who access.Actor, action access.Action, id int64) (p Place, err error) {
	ids := who.Tops(action)
	if len(ids) > 1 {
		for _, top := range ids {
			u, err := ByID(ctx, q, top)
			if err != nil {
				return p, err
			}
			p.Tops = append(p.Tops, u)
		}
	}
	switch {
	case id != 0:
		p.Unit, err = ByID(ctx, q, id)
	case len(ids) > 0:
		p.Unit, err = ByID(ctx, q, ids[0])
	default:
		return p, access.ErrForbidden
	}
	if err != nil {
		return p, err
	}
	p.Scope, err = access.For(who, action, p.Unit.Access())
	return p, err
}

// Chosen gives what a form shows as chosen: what was asked for, or, where there is no
// place that holds all, the place itself.
func (p Place) Chosen(asked int64) string {
	switch {
	case asked == 0 && len(p.Tops) == 0:
		return ""
	case asked == 0:
		asked = p.Unit.ID
	}
	return strconv.FormatInt(asked, 10)
}
