package orgweb

import (
	"context"
	"net/http"

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

// sizeCells is up to how many cells a page counts the members of a past day one by one,
// which a whole nation's would take seconds; above, see member.FarSize.
const sizeCells = 20000

// thenData is the dot of unit_then.html: a unit on a past day.
type thenData struct {
	Look       web.Look
	Crumbs     []crumb
	Unit       org.Then // names and place of the day shown, or of today by today's tree
	Name       string   // today
	NotThen    bool     // it did not live on the day
	Founded    civil.Date
	Ended      civil.Date
	Kind, Type string
	Upper      string
	Figures    bool
	Size       member.Size
	Sized      bool
	Far        bool // only the number of all members is known
	Cells      int
	Cell       *cellMonth // of a cell: the month of the day
	Month      figure.UnitMonth
	Months     []figure.UnitMonth
	Holders    []holderView
	Term       office.Term
	Members    string // address of the list of members on the day
	Rows       []treeRow
	More       string
	History    []stateView
}

func (s *Web) unitThen(w http.ResponseWriter, r *http.Request, who access.Actor, u org.Unit, look web.Look) error {
	ctx, d := r.Context(), thenData{Look: look, Name: u.Name, Founded: u.ValidFrom, Ended: u.ValidTo}
	n := namer{lang: web.LangOf(r), book: s.book, set: s.book.At(look.Day, u.Path)}
	err := s.db.Read(ctx, func(q db.Q) error {
		scope, err := org.ScopeOf(who, u)
		if err != nil {
			return err
		}
		g := grower{q: q, n: n, who: who, scope: scope, look: d.Look, day: look.Day, today: s.today()}
		d.Unit, err = org.OnDay(ctx, q, u.ID, look.Day)
		if fault.KindOf(err) == fault.NotFound {
			d.NotThen, d.Unit = true, org.Then{Unit: u, Now: u.Path}
		} else if err != nil {
			return err
		}
		if !d.Look.Then() {
			d.Unit.Unit = u
		}
		return d.read(ctx, &g, u)
	})
	if err != nil {
		return err
	}
	return s.pages.Render(w, r, "unit_then.html", d)
}

func (d *thenData) read(ctx context.Context, g *grower, u org.Unit) error {
	d.Kind, d.Type = g.n.kind(d.Unit.Unit), g.n.typ(d.Unit.Type)
	if err := d.way(ctx, g); err != nil {
		return err
	}
	var err error
	if d.History, err = history(ctx, g.q, g.n, u); err != nil {
		return err
	}
	if d.NotThen && d.Look.Then() {
		return nil
	}
	if d.Look.Then() {
		if g.view, err = org.On(ctx, g.q, g.scope, g.day); err != nil {
			return err
		}
	}
	if err := d.people(ctx, g, u); err != nil {
		return err
	}
	if d.Figures = g.who.Can(access.FigureRead, u.Access()); !d.Figures {
		return nil
	}
	if err := d.figures(ctx, g, u); err != nil {
		return err
	}
	var more string
	if d.Rows, more, err = g.level(ctx, u, ""); more != "" {
		d.More = g.href(treeQuery{Unit: u.ID})
	}
	return err
}

// way makes the crumbs: the units above on the day, or today.
func (d *thenData) way(ctx context.Context, g *grower) error {
	for _, id := range d.Unit.Path.Parent().Ids() {
		above, err := org.OnDay(ctx, g.q, id, g.day)
		if fault.KindOf(err) == fault.NotFound || err == nil && !d.Look.Then() {
			now, err := org.ByID(ctx, g.q, id)
			if err != nil {
				return err
			}
			above = org.Then{Unit: now, Now: now.Path}
		} else if err != nil {
			return err
		}
		d.Upper = above.Name
		if org.CanLookBack(g.who, above) {
			d.Crumbs = append(d.Crumbs, crumb{d.Look.Add(unitHref(id)), above.Short})
		}
	}
	d.Crumbs = append(d.Crumbs, crumb{"", d.Unit.Short})
	return nil
}

// people reads who was in office and leads to who was a member; both go with the unit
// to where it stands today.
func (d *thenData) people(ctx context.Context, g *grower, u org.Unit) error {
	if g.who.Can(access.MemberList, u.Access()) {
		d.Members = "/members?unit=" + idText(u.ID)
		if u.IsCell() {
			d.Members = "/members?cell=" + idText(u.ID)
		}
		d.Members = d.Look.Add(d.Members)
	}
	list, err := office.Holders(ctx, g.q, u.PartID, u.ID, g.day)
	if err != nil {
		return err
	}
	for _, h := range list {
		d.Holders = append(d.Holders, holderView{Holder: h, Post: g.n.title(d.Unit.Kind, h.Title)})
	}
	d.Term, err = office.TermOn(ctx, g.q, u.PartID, u.ID, g.day)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	return err
}

func (d *thenData) figures(ctx context.Context, g *grower, u org.Unit) error {
	month := g.day.Month()
	first := month.Add(1 - trendMonths)
	var kinds map[string]int
	var err error
	if d.Look.Then() {
		kinds, err = g.view.CountKinds(ctx, g.q)
	} else {
		kinds, err = org.CountKinds(ctx, g.q, g.scope, g.day)
	}
	if err != nil {
		return err
	}
	d.Cells = cellsOf(kinds)
	if err := d.size(ctx, g); err != nil {
		return err
	}
	if u.IsCell() {
		list, err := figure.CellTrend(ctx, g.q, u.PartID, u.ID, month, month)
		if err == nil {
			d.Cell = &cellMonth{CellMonth: list[0], Score: g.n.score(u, list[0])}
		}
		return err
	}
	var trend []figure.UnitMonth
	if d.Look.Then() {
		trend, err = figure.TrendThen(ctx, g.q, g.view, first, month)
	} else {
		trend, err = figure.Trend(ctx, g.q, g.scope, first, month)
	}
	if err != nil {
		return err
	}
	for i := len(trend) - 1; i >= 0; i-- {
		d.Months = append(d.Months, trend[i])
	}
	d.Month = d.Months[0]
	d.Month.Of = d.Cells
	return nil
}

// size counts the members of the day.
func (d *thenData) size(ctx context.Context, g *grower) (err error) {
	d.Sized = true
	switch {
	case d.Cells > sizeCells:
		v := g.view
		if !d.Look.Then() {
			v = org.View{Scope: g.scope, Day: g.day}
		}
		d.Far = true
		d.Size.Members, d.Sized, err = member.FarSize(ctx, g.q, v, d.Look.Then(), g.today)
	case d.Look.Then():
		d.Size, err = member.SizeThen(ctx, g.q, g.view)
	default:
		d.Size, err = member.SizeOn(ctx, g.q, g.scope, g.day)
	}
	return err
}

// stateView is what a unit was for a time.
type stateView struct {
	org.State
	KindTitle, TypeTitle string
}

func history(ctx context.Context, q db.Q, n namer, u org.Unit) ([]stateView, error) {
	list, err := org.History(ctx, q, u)
	out := make([]stateView, 0, len(list))
	for _, st := range list {
		out = append(out, stateView{st, n.set.OrgKind(st.Kind).Title.In(n.lang.Code()), n.typ(st.Type)})
	}
	return out, err
}

// link is a unit that a page names.
type link struct {
	Name, Href string // Href is "" where the reader may not go
	Day        civil.Date
}

// kin fills in the unit that took over and those that were merged into this one.
func (d *unitData) kin(ctx context.Context, q db.Q, who access.Actor) error {
	to := func(u org.Unit, day civil.Date) link {
		l := link{Name: u.Name, Day: day}
		if org.CanSee(who, u) {
			l.Href = unitHref(u.ID)
		}
		return l
	}
	if d.Unit.SuccessorID != 0 {
		s, err := org.ByID(ctx, q, d.Unit.SuccessorID)
		if err != nil {
			return err
		}
		d.Successor = to(s, d.Unit.ValidTo)
	}
	list, err := org.Merged(ctx, q, d.Unit.ID)
	for _, u := range list {
		d.Merged = append(d.Merged, to(u, u.ValidTo))
	}
	return err
}
