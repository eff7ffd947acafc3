package orgweb

import (
	"context"
	"net/http"
	"strconv"

	"chibo/access"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/web"
	"chibo/org"
)

// listMax is more than a district or commune has grassroots organisations.
const listMax = 1000

// unitsData is the dot of units.html.
type unitsData struct {
	Place   org.Place
	Month   civil.Month
	Total   int
	Higher  bool // the rows are the units right below, which stand above organisations
	State   figure.State
	Now     figure.UnitMonth
	Rows    []unitRow
	Members string // address of the list of members; "" for who may not see it
}

// unitRow is a grassroots organisation in a month.
type unitRow struct {
	figure.UnitRow
	KindTitle, TypeTitle string
}

func (s *Web) list(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Unit int64 `form:"unit"`
	}
	who, err := start(r, &in)
	if err != nil {
		return err
	}
	ctx, day := r.Context(), s.today()
	d := unitsData{Month: day.Month()}
	_, err = s.db.Recall(ctx, func(q db.Q) (err error) {
		if d.Place, err = org.PlaceOf(ctx, q, who, access.FigureRead, in.Unit); err != nil {
			return err
		}
		filter := org.Filter{Kinds: org.GrassrootsKinds(), Day: day}
		if d.Total, err = org.Count(ctx, q, d.Place.Scope, filter); err != nil || d.Total == 0 {
			return err
		}
		if d.State, err = figure.StateOf(ctx, q, d.Place.Scope); err != nil {
			return err
		}
		if d.Now, err = figure.Month(ctx, q, d.Place.Scope, d.Month); err != nil {
			return err
		}
		n := namer{lang: web.LangOf(r), book: s.book, set: s.book.At(day, d.Place.Unit.Path)}
		if d.Higher, err = higher(ctx, q, d.Place); err != nil {
			return err
		}
		if d.Higher {
			d.Rows, err = childRows(ctx, q, n, d.Place, d.Month)
			return err
		}
		d.Rows, err = grassroots(ctx, q, n, who, d.Place.Scope, day)
		return err
	})
	if err != nil {
		return err
	}
	if who.Can(access.MemberList, d.Place.Unit.Access()) {
		d.Members = "/members?unit=" + strconv.FormatInt(d.Place.Unit.ID, 10)
	}
	return s.pages.Render(w, r, "units.html", d)
}

// higher says whether the place stands above communes: its organisations are then too
// many for one page, and the units right below are shown.
func higher(ctx context.Context, q db.Q, p org.Place) (bool, error) {
	if !p.Unit.IsAbove() {
		return false, nil
	}
	list, err := org.Children(ctx, q, p.Scope, p.Unit.ID, "", 1)
	return err == nil && len(list) > 0 && !list[0].IsGrassroots(), err
}

// childRows gives the units right below a place with their month.
func childRows(ctx context.Context, q db.Q, n namer, p org.Place, month civil.Month) ([]unitRow, error) {
	list, err := figure.Children(ctx, q, p.Scope, p.Unit, month, month, civil.Date{})
	out := make([]unitRow, len(list))
	for i, c := range list {
		row := figure.UnitRow{ID: c.ID, Path: c.Path, Kind: c.Kind, Type: c.Type, Name: c.Name, Short: c.Short, Members: c.Members, UnitMonth: c.Month(month)}
		out[i] = unitRow{UnitRow: row, KindTitle: n.kind(org.Unit{Kind: c.Kind}), TypeTitle: n.typ(c.Type)}
	}
	return out, err
}

// grassroots gives the grassroots organisations of a scope with their month, in
// their order.
func grassroots(ctx context.Context, q db.Q, n namer, who access.Actor, scope access.Scope, day civil.Date) ([]unitRow, error) {
	list, err := org.List(ctx, q, scope, org.Filter{Kinds: org.GrassrootsKinds(), Day: day, Limit: listMax})
	if err != nil {
		return nil, err
	}
	sums, err := figure.ByUnit(ctx, q, scope, day.Month())
	if err != nil {
		return nil, err
	}
	byID := make(map[int64]figure.UnitRow, len(sums))
	for _, row := range sums {
		byID[row.ID] = row
	}
	if len(sums) < len(list) { // below a part: sums of the organisations right under the scope's unit
		if err := small(ctx, q, scope, day.Month(), byID); err != nil {
			return nil, err
		}
	}
	var out []unitRow
	for _, u := range list {
		row, ok := byID[u.ID]
		if !ok {
			if row, err = below(ctx, q, who, u, day.Month()); err != nil {
				return nil, err
			}
		}
		out = append(out, unitRow{UnitRow: row, KindTitle: n.kind(u), TypeTitle: n.typ(u.Type)})
	}
	return out, nil
}

func small(ctx context.Context, q db.Q, scope access.Scope, month civil.Month, into map[int64]figure.UnitRow) error {
	if scope.Unit().ID == 0 {
		return nil
	}
	u, err := org.ByID(ctx, q, scope.Unit().ID)
	if err != nil || u.IsAbove() {
		return err
	}
	list, err := figure.Children(ctx, q, scope, u, month, month, civil.Date{})
	for _, c := range list {
		into[c.ID] = figure.UnitRow{ID: c.ID, Path: c.Path, Kind: c.Kind, Type: c.Type, Name: c.Name, Short: c.Short, Members: c.Members, UnitMonth: c.Month(month)}
	}
	return err
}

// below gives the month of an organisation that is no part of its own: under a
// commune the rows of all its organisations lie together.
func below(ctx context.Context, q db.Q, who access.Actor, u org.Unit, month civil.Month) (figure.UnitRow, error) {
	row := figure.UnitRow{ID: u.ID, Path: u.Path, Kind: u.Kind, Type: u.Type, Name: u.Name, Short: u.Short}
	scope, err := figure.ScopeOf(who, u)
	if err != nil {
		return row, err
	}
	if row.UnitMonth, err = figure.Month(ctx, q, scope, month); err != nil {
		return row, err
	}
	state, err := figure.StateOf(ctx, q, scope)
	row.Members = state.Members
	return row, err
}
