package memberweb

import (
	"context"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/web"
	"chibo/member"
	"chibo/org"
)

// place is the unit whose members a page shows.
type place struct {
	org.Place
	Keeps, Opens, Merges bool // the reader decides on corrections, opens records, joins them
}

// at gives the place a page shows, see org.PlaceOf.
func at(ctx context.Context, q db.Q, who access.Actor, id int64) (p place, err error) {
	if p.Place, err = org.PlaceOf(ctx, q, who, access.MemberList, id); err != nil {
		return p, err
	}
	p.Keeps = who.Can(access.RegisterKeep, p.Unit.Access())
	p.Opens = who.Can(access.MemberRead, p.Unit.Access())
	p.Merges = member.MayMerge(who, p.Unit)
	return p, nil
}

// widest gives the widest scope of the reader's lists that holds the place.
func widest(ctx context.Context, q db.Q, who access.Actor, p place) (access.Scope, error) {
	for _, id := range who.Tops(access.MemberList) {
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
