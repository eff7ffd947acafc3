package reorgweb

import (
	"context"
	"slices"
	"strings"

	"chibo/access"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/i18n"
	"chibo/internal/web"
	"chibo/member"
	"chibo/org"
	"chibo/reorg"
	"chibo/rulebook"
)

// picker gathers what a step's form offers.
type picker struct {
	q     db.Q
	lang  *i18n.Lang
	d     *stepData
	in    stepForm
	root  org.Unit
	set   rulebook.Set
	scope access.Scope

	cellsToo, bodiesToo bool // what the units to choose from are: their like is where they can go
}

func (p *picker) read(ctx context.Context, h *Web, who access.Actor, id int64) (err error) {
	d := p.d
	if d.Act, p.root, err = h.reorgs.Get(ctx, p.q, who, id); err != nil {
		return err
	}
	if d.Act.State != reorg.StateDraft {
		return reorg.ErrNotDraft
	}
	if p.scope, err = access.For(who, access.UnitManage, p.root.Access()); err != nil {
		return err
	}
	day := h.today()
	if d.Act.Day.IsDay() {
		day = d.Act.Day
	}
	p.set = h.reorgs.Book.At(day, p.root.Path)
	d.Crumbs = []crumb{{"/reorganisations", p.lang.T("reorg.title")}, {d.Href, d.Act.Title}, {"", p.lang.T("reorg.kind." + d.Query.Kind)}}
	if d.Founding() || d.Query.Kind == reorg.Kind {
		p.kinds()
	}
	if !d.Founding() {
		if err := p.units(ctx); err != nil {
			return err
		}
	}
	if err := p.members(ctx, h); err != nil || !d.Leads() {
		return err
	}
	return p.targets(ctx)
}

func (p *picker) kinds() {
	code := p.lang.Code()
	for _, k := range p.set.OrgKinds() {
		if k.Code != org.KindProvince {
			p.d.Kinds = append(p.d.Kinds, web.Option{Value: k.Code, Label: k.Title.In(code)})
		}
	}
	for _, list := range [][]rulebook.Choice{p.set.CellTypes(), p.set.Choices("unit.types")} {
		for _, c := range list {
			if !slices.ContainsFunc(p.d.Types, func(o web.Option) bool { return o.Value == c.Code }) {
				p.d.Types = append(p.d.Types, web.Option{Value: c.Code, Label: c.Title.In(code)})
			}
		}
	}
}

// units offers units to choose: those of the place or the search, after the ones
// that are chosen already.
func (p *picker) units(ctx context.Context) error {
	d := p.d
	if d.Query.In == 0 {
		d.Query.In = p.first(ctx)
	}
	in, err := org.ByID(ctx, p.q, d.Query.In)
	if err != nil {
		return err
	}
	if !p.root.Path.Contains(in.Path) {
		return access.ErrForbidden
	}
	d.In = in
	chosen := map[int64]bool{}
	for _, id := range p.in.Units {
		if chosen[id] {
			continue
		}
		chosen[id] = true
		if err := p.offer(ctx, id, true); err != nil {
			return err
		}
	}
	if d.About() && d.Query.Unit != 0 {
		return p.one(ctx)
	}
	list, err := p.found(ctx)
	if err != nil {
		return err
	}
	for _, u := range list {
		if len(d.Units) >= unitRows {
			d.More = true
			break
		}
		p.cellsToo, p.bodiesToo = p.cellsToo || u.IsCell(), p.bodiesToo || !u.IsCell()
		if !chosen[u.ID] && (d.Query.Kind != reorg.Assign || u.IsCell()) {
			d.Units = append(d.Units, p.choice(u, false))
		}
	}
	return p.places(ctx)
}

// mostChildren is more than any unit has directly below it.
const mostChildren = 100_000

// first is where units are looked for at first: down from the root as long as there
// is only one way.
func (p *picker) first(ctx context.Context) int64 {
	at := p.root.ID
	for range 3 {
		list, err := org.Children(ctx, p.q, p.scope, at, "", mostChildren)
		if err != nil || len(list) == 0 {
			return at
		}
		big := slices.DeleteFunc(slices.Clone(list), func(u org.Unit) bool { return !u.IsAbove() })
		if len(big) != 1 {
			return at
		}
		at = big[0].ID
	}
	return at
}

func (p *picker) found(ctx context.Context) ([]org.Unit, error) {
	if p.d.Query.Search != "" {
		return org.List(ctx, p.q, p.scope, org.Filter{Search: p.d.Query.Search, Limit: unitRows + 1})
	}
	list, err := org.Children(ctx, p.q, p.scope, p.d.In.ID, "", mostChildren)
	if err == nil && len(list) == 0 { // a unit without others below is itself what one looks for
		list = []org.Unit{p.d.In}
	}
	return list, err
}

func (p *picker) choice(u org.Unit, chosen bool) unitChoice {
	href := p.d.Href + "/steps/new?kind=" + p.d.Query.Kind + "&unit=" + idText(u.ID)
	return unitChoice{
		ID: u.ID, Name: u.Name, Kind: p.set.OrgKind(u.Kind).Word.In(p.lang.Code()), Above: u.ParentShort, Href: href, Chosen: chosen,
	}
}

// offer adds a unit by its id, also one that the act founds.
func (p *picker) offer(ctx context.Context, id int64, chosen bool) error {
	u, err := p.named(ctx, id)
	if err != nil {
		return err
	}
	p.cellsToo, p.bodiesToo = p.cellsToo || u.IsCell(), p.bodiesToo || !u.IsCell()
	p.d.Units = append(p.d.Units, p.choice(u, chosen))
	return nil
}

func (p *picker) named(ctx context.Context, id int64) (org.Unit, error) {
	for _, s := range p.d.Act.Steps {
		if s.Kind == reorg.Found && s.New.ID == id {
			return org.Unit{ID: id, Kind: s.New.Kind, Name: s.New.Name, Short: s.New.Name}, nil
		}
	}
	u, err := org.ByID(ctx, p.q, id)
	if fault.KindOf(err) == fault.NotFound {
		return org.Unit{ID: id, Name: p.lang.T("reorg.unit_gone")}, nil
	}
	return u, err
}

func (p *picker) one(ctx context.Context) error {
	u, err := p.named(ctx, p.d.Query.Unit)
	if err != nil {
		return err
	}
	c := p.choice(u, true)
	p.d.One, p.d.Units = &c, nil
	return nil
}

// places gives the units in which one can look for others: those above cells.
func (p *picker) places(ctx context.Context) error {
	list, err := p.bodies(ctx)
	for _, u := range list {
		p.d.Places = append(p.d.Places, web.Option{Value: idText(u.ID), Label: indent(u, p.root) + u.Name})
	}
	return err
}

// bodies gives the living units that hold others, each after the one above it.
func (p *picker) bodies(ctx context.Context) ([]org.Unit, error) {
	var out []org.Unit
	level := []org.Unit{p.root}
	for len(level) > 0 {
		u := level[0]
		level = level[1:]
		out = append(out, u)
		if len(out) >= targetRows {
			break
		}
		list, err := org.Children(ctx, p.q, p.scope, u.ID, "", mostChildren)
		if err != nil {
			return nil, err
		}
		list = slices.DeleteFunc(list, func(c org.Unit) bool { return c.IsCell() || c.Kind == org.KindPartyGroup })
		level = append(list, level...)
	}
	return out, nil
}

func indent(u, root org.Unit) string { return strings.Repeat("— ", max(0, u.Depth-root.Depth)) }

// targets offers where the step can lead: units that the act founds first, then those
// of the tree; for members, and for what is done with cells, cells.
func (p *picker) targets(ctx context.Context) error {
	add := func(id int64, label string) {
		p.d.Targets = append(p.d.Targets, web.Option{Value: idText(id), Label: label})
	}
	for _, s := range p.d.Act.Steps {
		if s.Kind == reorg.Found && s.ID != p.in.ID {
			add(s.New.ID, p.lang.T("reorg.new_unit", "Name", s.New.Name))
		}
	}
	list, err := p.bodies(ctx)
	if err != nil {
		return err
	}
	ends := p.d.Query.Kind == reorg.Merge || p.d.Query.Kind == reorg.Dissolve
	if p.d.Query.Kind != reorg.Assign && (!ends || p.bodiesToo) {
		for _, u := range list {
			add(u.ID, indent(u, p.root)+u.Name)
		}
	}
	if p.d.Query.Kind == reorg.Found || p.d.Query.Kind == reorg.Move || ends && !p.cellsToo {
		return nil
	}
	cells, err := p.cells(ctx)
	for _, c := range cells {
		add(c.ID, c.Name+", "+c.ParentShort)
	}
	return err
}

// cells gives the cells near the place: those directly under it, or those around the
// cell that members leave.
func (p *picker) cells(ctx context.Context) ([]org.Unit, error) {
	near := p.d.In
	if p.d.One != nil {
		u, err := p.named(ctx, p.d.One.ID)
		if err != nil {
			return nil, err
		}
		if near, err = org.ByID(ctx, p.q, max(u.ParentID, p.root.ID)); fault.KindOf(err) == fault.NotFound {
			near = p.root
		} else if err != nil {
			return nil, err
		}
	}
	if near.Path == "" || near.IsAbove() {
		near = p.root
	}
	scope, err := access.For(p.scope.Actor(), access.UnitManage, near.Access())
	if err != nil {
		return nil, err
	}
	return org.List(ctx, p.q, scope, org.Filter{Kinds: org.CellKinds(), Limit: targetRows})
}

// members offers the members of the cell that they leave, for who may see the list.
func (p *picker) members(ctx context.Context, h *Web) error {
	if p.d.Query.Kind != reorg.Assign || p.d.One == nil {
		return nil
	}
	cell, err := org.ByID(ctx, p.q, p.d.One.ID)
	if err != nil {
		return err
	}
	if _, err := member.ListScope(p.scope.Actor(), cell); err != nil {
		return err
	}
	p.d.Cell = cell
	body, err := member.Body(ctx, p.q, cell.PartID, cell.ID, h.today())
	standings := p.set.Choices("member.standings")
	for _, m := range body {
		c := memberChoice{ID: m.MembershipID, Name: m.Name, Chosen: slices.Contains(p.in.Members, m.MembershipID)}
		for _, s := range standings {
			if s.Code == m.Standing {
				c.Standing = s.Title.In(p.lang.Code())
			}
		}
		p.d.Members = append(p.d.Members, c)
	}
	return err
}
