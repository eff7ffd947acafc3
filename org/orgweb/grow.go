package orgweb

import (
	"context"
	"slices"

	"chibo/access"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/web"
	"chibo/member"
	"chibo/office"
	"chibo/org"
)

// grower reads the tree level by level: as it is, as it was on a day, or as it is
// with the figures of a day.
type grower struct {
	q     db.Q
	n     namer
	who   access.Actor
	scope access.Scope
	query treeQuery
	look  web.Look
	day   civil.Date
	today civil.Date
	view  org.View // when the tree of the day is shown
	open  []int64
}

// level gives a page of the units directly under u, with the levels opened below
// them, and the place of the next page.
func (g *grower) level(ctx context.Context, u org.Unit, after string) (rows []treeRow, more string, err error) {
	if g.look.Then() {
		return g.levelThen(ctx, u.ID, after)
	}
	list, err := org.Children(ctx, g.q, g.scope, u.ID, after, levelRows+1)
	if err != nil {
		return nil, "", err
	}
	if len(list) > levelRows {
		list = list[:levelRows]
		more = list[levelRows-1].Sibling()
	}
	sizes, err := g.sizes(ctx, u, list)
	if err != nil {
		return nil, "", err
	}
	broods, err := org.Broods(ctx, g.q, g.scope, u.ID, list)
	if err != nil {
		return nil, "", err
	}
	leads, err := office.Secretaries(ctx, g.q, g.scope, u.ID, list, g.day)
	if err != nil {
		return nil, "", err
	}
	for _, c := range list {
		row := g.row(c)
		row.size = sizes[c.ID]
		if g.opens(row, c.Access()) {
			row.Lead = leads[c.ID]
		}
		if row.Note, err = g.other(ctx, c); err != nil {
			return nil, "", err
		}
		if err := g.rest(ctx, &row, c, broods[c.ID]); err != nil {
			return nil, "", err
		}
		rows = append(rows, row)
	}
	return rows, more, nil
}

// sizes counts cells and members under each unit of a page: from the figures of
// today, or of the day by today's tree.
func (g *grower) sizes(ctx context.Context, parent org.Unit, page []org.Unit) (map[int64]size, error) {
	out := map[int64]size{}
	if !g.look.Past() {
		members, err := figure.Below(ctx, g.q, g.scope, parent, page)
		if err != nil {
			return nil, err
		}
		cells, err := org.CellsBelow(ctx, g.q, g.scope, parent.ID, page)
		for _, u := range page {
			out[u.ID] = size{Members: members[u.ID], Cells: cells[u.ID], HasMembers: true, HasCells: cells != nil && !u.IsCell()}
		}
		return out, err
	}
	for _, u := range page {
		if u.IsAbove() {
			continue
		}
		scope, err := figure.ScopeOf(g.who, u)
		if err != nil {
			return nil, err
		}
		on, err := member.SizeOn(ctx, g.q, scope, g.day)
		if err != nil {
			return nil, err
		}
		kinds, err := org.CountKinds(ctx, g.q, scope, g.day)
		if err != nil {
			return nil, err
		}
		out[u.ID] = size{Members: on.Members, Cells: cellsOf(kinds), HasMembers: true, HasCells: !u.IsCell()}
	}
	return out, nil
}

func cellsOf(kinds map[string]int) (n int) {
	for _, k := range org.CellKinds() {
		n += kinds[k]
	}
	return n
}

// other says what a unit of today's tree was on the day, when that differs.
func (g *grower) other(ctx context.Context, u org.Unit) (string, error) {
	if !g.look.Past() || !u.SinceDay().After(g.day) {
		return "", nil
	}
	then, err := org.OnDay(ctx, g.q, u.ID, g.day)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return g.n.lang.T("org.tree.not_yet", "Day", u.ValidFrom.Vi()), nil
	case err != nil:
		return "", err
	case then.Name != u.Name:
		return g.n.lang.T("org.tree.was_called", "Name", then.Name), nil
	case then.ParentID != u.ParentID:
		return g.n.lang.T("org.tree.was_elsewhere"), nil
	}
	return "", nil
}

func (g *grower) levelThen(ctx context.Context, id int64, after string) (rows []treeRow, more string, err error) {
	list, err := g.view.Children(ctx, g.q, id, after, levelRows+1)
	if err != nil {
		return nil, "", err
	}
	if len(list) > levelRows {
		list = list[:levelRows]
		more = list[levelRows-1].Sibling()
	}
	for _, c := range list {
		row := g.row(c.Unit)
		if !org.CanLookBack(g.who, c) {
			row.Href, row.Note = "", g.n.lang.T("org.tree.moved_away")
		} else if row.Note, err = g.now(ctx, c); err != nil {
			return nil, "", err
		}
		if g.opens(row, c.Today()) { // the part of the day may be another one than today's
			h, err := office.HolderOf(ctx, g.q, c.PartID, c.ID, office.Secretary, g.day)
			if err != nil && fault.KindOf(err) != fault.NotFound {
				return nil, "", err
			}
			row.Lead = h.Name
		}
		if !c.IsAbove() {
			under := g.view.Under(c)
			then, err := member.SizeThen(ctx, g.q, under)
			if err != nil {
				return nil, "", err
			}
			kinds, err := under.CountKinds(ctx, g.q)
			if err != nil {
				return nil, "", err
			}
			row.size = size{Members: then.Members, Cells: cellsOf(kinds), HasMembers: true, HasCells: !c.IsCell()}
		}
		below, err := g.view.Children(ctx, g.q, c.ID, "", 1)
		if err != nil {
			return nil, "", err
		}
		if err := g.rest(ctx, &row, c.Unit, len(below) > 0); err != nil {
			return nil, "", err
		}
		rows = append(rows, row)
	}
	return rows, more, nil
}

// now says what a unit of the day is today, when that differs.
func (g *grower) now(ctx context.Context, c org.Then) (string, error) {
	today, err := org.ByID(ctx, g.q, c.ID)
	switch {
	case err != nil:
		return "", err
	case today.Ended():
		return g.n.lang.T("org.tree.ended", "Day", today.ValidTo.Vi()), nil
	case today.Name != c.Name:
		return g.n.lang.T("org.tree.is_called", "Name", today.Name), nil
	case today.ParentID != c.ParentID:
		return g.n.lang.T("org.tree.is_elsewhere"), nil
	}
	return "", nil
}

func (g *grower) row(u org.Unit) treeRow {
	return treeRow{
		ID: u.ID, Name: u.Name, Kind: g.n.kind(u), Type: g.n.typ(u.Type), Href: g.look.Add(unitHref(u.ID)),
	}
}

// opens says whether the reader may see who leads the unit of a row.
func (g *grower) opens(row treeRow, today access.Unit) bool {
	return row.Href != "" && (g.who.Can(access.FigureRead, today) || g.who.Can(access.CellRead, today))
}

// rest fills in the level below.
func (g *grower) rest(ctx context.Context, row *treeRow, u org.Unit, below bool) error {
	if !below {
		return nil
	}
	row.Toggle, row.Open = g.toggle(u.ID)
	if !row.Open || !slices.Contains(g.open, u.ID) {
		return nil
	}
	rows, more, err := g.level(ctx, u, "")
	row.Rows, row.Cut = rows, more != ""
	if row.Cut && row.Href != "" {
		row.More = g.href(treeQuery{Unit: u.ID})
	}
	return err
}
