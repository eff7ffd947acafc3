package memberweb

import (
	"cmp"
	"context"
	"slices"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/web"
	"chibo/member"
	"chibo/org"
)

// place is the unit whose members a page shows.
type place struct {
	Unit  org.Unit
	Scope access.Scope
	Tops  []org.Unit // all places of a reader who has several; otherwise empty

	Keeps, Opens, Merges bool // the reader decides on corrections, opens records, joins them
}

// at gives the place a page shows: the unit that was asked for, or without one
// (id 0) the reader's own. ErrForbidden for a unit whose members the reader may not
// list, and for a reader who may list none.
func at(ctx context.Context, q db.Q, who access.Actor, id int64) (p place, err error) {
	ids := topsOf(who)
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
	p.Keeps = who.Can(access.RegisterKeep, p.Unit.Access())
	p.Opens = who.Can(access.MemberRead, p.Unit.Access())
	p.Merges = member.MayMerge(who, p.Unit)
	p.Scope, err = member.ListScope(who, p.Unit)
	return p, err
}

// widest gives the widest scope of the reader's lists that holds the place.
func widest(ctx context.Context, q db.Q, who access.Actor, p place) (access.Scope, error) {
	for _, id := range topsOf(who) {
		u, err := org.ByID(ctx, q, id)
		if err != nil {
			return p.Scope, err
		}
		if u.Path.Contains(p.Unit.Path) {
			return member.ListScope(who, u)
		}
	}
	return p.Scope, nil
}

// topsOf gives the units whose members the reader may list and that lie in no other
// one of them, the highest first.
func topsOf(who access.Actor) []int64 { return topsFor(who, access.MemberList) }

// topsFor gives the units in which the reader may do the action and that lie in no
// other one of them, the highest first.
func topsFor(who access.Actor, action access.Action) []int64 {
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

// choiceMax is more than there are organisations under a district, or cells under a
// grassroots organisation.
const choiceMax = 1000

// choices gives the units the reader may narrow a list to, empty where there is but
// one: the own places of who has several, the grassroots organisations below a
// committee above, the cells below a grassroots organisation. The place itself is
// among them when it lies deeper.
func choices(ctx context.Context, q db.Q, who access.Actor, p place, day civil.Date) ([]web.Option, error) {
	own, err := at(ctx, q, who, 0)
	if err != nil {
		return nil, err
	}
	list := own.Tops
	if len(list) == 0 {
		kinds := org.GrassrootsKinds()
		if own.Unit.IsGrassroots() || own.Unit.Kind == org.KindSectional {
			kinds = org.CellKinds()
		}
		if own.Unit.IsAbove() { // above communes there are too many organisations to choose from
			list, err = org.Children(ctx, q, own.Scope, own.Unit.ID, "", choiceMax)
		} else {
			list, err = org.List(ctx, q, own.Scope, org.Filter{Kinds: kinds, Day: day, Limit: choiceMax})
		}
		if err != nil || len(list) < 2 {
			return nil, err
		}
	}
	var out []web.Option
	known := p.Unit.ID == own.Unit.ID
	for _, u := range list {
		known = known || u.ID == p.Unit.ID
		out = append(out, web.Option{Value: idText(u.ID), Label: u.Name})
	}
	if !known {
		out = append(out, web.Option{Value: idText(p.Unit.ID), Label: p.Unit.Name})
	}
	return out, nil
}

// chosen gives what a form shows as chosen: what was asked for, or, where there is no
// place that holds all, the place itself.
func (p place) chosen(asked int64) string {
	if asked == 0 && len(p.Tops) > 0 {
		return idText(p.Unit.ID)
	}
	return idText(asked)
}
