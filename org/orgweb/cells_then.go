package orgweb

import (
	"context"

	"chibo/access"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/tree"
	"chibo/member"
	"chibo/org"
)

// readThen fills the list with the cells that stood under the place on the day. The
// search works on today's names and is not offered here.
func (d *cellsData) readThen(ctx context.Context, q db.Q, n namer, who access.Actor) error {
	v, err := org.On(ctx, q, d.Place.Scope, d.Look.Day)
	if fault.KindOf(err) == fault.NotFound {
		d.NotThen = true
		return nil
	}
	if err != nil {
		return err
	}
	d.Query.Search = ""
	kinds, err := v.CountKinds(ctx, q)
	if err != nil {
		return err
	}
	d.Total = kinds[d.Query.Kind]
	d.Found = d.Total
	for _, k := range org.CellKinds() {
		if kinds[k] > 0 || k == d.Query.Kind {
			d.Tabs = append(d.Tabs, kindTab{
				Href: d.href(cellsQuery{Kind: k, Unit: d.Query.Unit}, "", 0), Label: n.set.OrgKind(k).Title.In(n.lang.Code()),
				Count: kinds[k], Active: k == d.Query.Kind,
			})
		}
	}
	after, err := tree.Parse(d.Query.After)
	if err != nil {
		return fault.Wrap(err, fault.NotFound, "err.not_found")
	}
	list, err := v.Kinds(ctx, q, [2]string{d.Query.Kind, d.Query.Kind}, after, pageRows+1)
	if err != nil {
		return err
	}
	shown := list[:min(len(list), pageRows)]
	last := ""
	if len(shown) > 0 {
		last = string(shown[len(shown)-1].Path)
	}
	d.turn(len(list), last)
	d.Rows, err = rowsThen(ctx, q, n, who, v, shown)
	return err
}

// rowsThen joins cells of a day to the figures of its month.
func rowsThen(ctx context.Context, q db.Q, n namer, who access.Actor, v org.View, list []org.Then) ([]cellRow, error) {
	above := map[int64]string{}
	out := make([]cellRow, 0, len(list))
	for _, t := range list {
		row, err := cellOn(ctx, q, n, t.Unit, v.Day)
		if err != nil {
			return nil, err
		}
		size, err := member.SizeThen(ctx, q, v.Under(t))
		if err != nil {
			return nil, err
		}
		if _, ok := above[t.ParentID]; !ok {
			p, err := org.OnDay(ctx, q, t.ParentID, v.Day)
			if err != nil && fault.KindOf(err) != fault.NotFound {
				return nil, err
			}
			above[t.ParentID] = p.Short
		}
		row.Members, row.UnitShort = size.Members, above[t.ParentID]
		if org.CanLookBack(who, t) {
			row.Href = unitHref(t.ID)
		}
		out = append(out, row)
	}
	return out, nil
}

// rowsOn is rowsThen by today's tree.
func rowsOn(ctx context.Context, q db.Q, n namer, who access.Actor, list []org.Unit, day civil.Date) ([]cellRow, error) {
	out := make([]cellRow, 0, len(list))
	for _, u := range list {
		row, err := cellOn(ctx, q, n, u, day)
		if err != nil {
			return nil, err
		}
		scope, err := figure.ScopeOf(who, u)
		if err != nil {
			return nil, err
		}
		size, err := member.SizeOn(ctx, q, scope, day)
		if err != nil {
			return nil, err
		}
		row.Members, row.UnitShort, row.Href = size.Members, u.ParentShort, unitHref(u.ID)
		out = append(out, row)
	}
	return out, nil
}

// cellOn gives a cell with the month of the day, and the score of that month or the
// one before.
func cellOn(ctx context.Context, q db.Q, n namer, u org.Unit, day civil.Date) (cellRow, error) {
	month := day.Month()
	list, err := figure.CellTrend(ctx, q, u.PartID, u.ID, month.Add(-1), month)
	if err != nil {
		return cellRow{}, err
	}
	row := cellRow{CellRow: figure.CellRow{Name: u.Name, Short: u.Short, Kind: u.Kind, Type: u.Type, CellMonth: list[1]}, TypeTitle: n.typ(u.Type)}
	for _, c := range []figure.CellMonth{list[1], list[0]} {
		if row.Score = n.score(u, c); row.Score.Month != 0 {
			break
		}
	}
	return row, nil
}
