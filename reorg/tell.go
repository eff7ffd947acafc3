package reorg

import (
	"context"
	"strings"

	"chibo/figure"
	"chibo/internal/tree"
	"chibo/org"
	"chibo/rulebook"
)

// tell gathers what is known after the last item.
func (r *rehearsing) tell(ctx context.Context) error {
	now := func(id int64) (org.Unit, error) { return org.ByID(ctx, r.tx, id) }
	clear(r.place)
	if err := r.figures(ctx, &r.After, r.Sum[1:], now); err != nil {
		return err
	}
	if err := r.warn(ctx); err != nil {
		return err
	}
	r.Rehomed = len(r.moved)
	asked, err := r.asked(ctx)
	if err != nil {
		return err
	}
	for _, f := range r.Followers {
		if f.Effects == nil {
			continue
		}
		list, err := f.Effects(ctx, r.tx, asked)
		if err != nil {
			return err
		}
		for _, e := range list {
			if e.Blocks {
				p := Problem{Key: e.Key, Args: e.Args}
				if len(e.Items) > 0 {
					p.Href = e.Items[0].Href
				}
				r.Problems = append(r.Problems, p)
			}
			r.Effects = append(r.Effects, e)
		}
	}
	return nil
}

func (r *rehearsing) asked(ctx context.Context) (Asked, error) {
	a := Asked{Day: r.act.Day}
	for _, id := range r.order {
		u := r.was[id]
		if u.Path == "" {
			continue
		}
		if u.IsCell() {
			a.Cells = append(a.Cells, u)
		}
		if r.left[id] {
			a.Leaving = append(a.Leaving, u)
		}
		if r.moved[id] {
			a.Rehomed = append(a.Rehomed, u)
		}
	}
	for _, id := range r.ended {
		if u, ok := r.was[id]; ok {
			a.Ended = append(a.Ended, u)
		}
	}
	for _, ch := range r.Changes {
		if ch.What == Found {
			u, err := org.ByID(ctx, r.tx, ch.Unit.ID)
			if err != nil {
				return a, err
			}
			a.Founded = append(a.Founded, u)
		}
	}
	return a, nil
}

// figures sums the touched cells by the organisation they stand in.
func (r *rehearsing) figures(ctx context.Context, rows *[]FigureRow, sum []figure.State, at func(int64) (org.Unit, error)) error {
	by := map[int64]int{}
	for _, id := range r.order {
		state, ok := r.states[id]
		if !ok {
			continue
		}
		cell, err := at(id)
		if err != nil {
			return err
		}
		if cell.Path == "" { // not founded yet
			continue
		}
		top, err := r.body(ctx, cell)
		if err != nil {
			return err
		}
		i, ok := by[top.ID]
		if !ok {
			i = len(*rows)
			by[top.ID] = i
			*rows = append(*rows, FigureRow{Unit: top})
		}
		(*rows)[i].State = (*rows)[i].State.Plus(state)
		sum[0] = sum[0].Plus(state)
	}
	return nil
}

// body gives the grassroots organisation or commune that a cell belongs to.
func (r *rehearsing) body(ctx context.Context, cell org.Unit) (org.Unit, error) {
	at := cell.Path
	for ; at != ""; at = at.Parent() {
		u, err := r.at(ctx, at)
		if err != nil {
			return u, err
		}
		if u.IsGrassroots() || u.Kind == org.KindCommuneParty || u.IsAbove() {
			return u, nil
		}
	}
	return cell, nil
}

// at gives the unit of a path, each once: by the path, since a unit may move.
func (r *rehearsing) at(ctx context.Context, path tree.Path) (org.Unit, error) {
	if u, ok := r.place[path.ID()]; ok && u.Path == path {
		return u, nil
	}
	u, err := org.ByID(ctx, r.tx, path.ID())
	r.place[path.ID()] = u
	return u, err
}

// warn says what the rules ask of the tree after the act and not before it.
func (r *rehearsing) warn(ctx context.Context) error {
	set := r.Book.At(r.act.Day, r.root.Path)
	if len(r.Changes) > 0 {
		r.Warnings = append(r.Warnings, Warning{
			Key: "reorg.warn.decider", Args: map[string]any{"Root": r.root.Name}, Rule: set.Rule(rulebook.OrgChangeDecider),
		})
	}
	var names []string
	for _, ch := range r.Changes {
		if ch.What == Found && ch.Unit.Kind != org.KindPartyGroup {
			names = append(names, ch.Unit.Name)
		}
	}
	if len(names) > 0 {
		r.Warnings = append(r.Warnings, Warning{
			Key: "reorg.warn.committee", Args: map[string]any{"Names": strings.Join(names, ", ")}, Rule: set.Rule(rulebook.OrgNewCommittee),
		})
	}
	for _, row := range r.After {
		if row.Unit.Kind == org.KindGrassrootsParty {
			r.size(row.Unit, row.State)
		}
	}
	for _, id := range r.order {
		state, ok := r.states[id]
		if !ok {
			continue
		}
		u, err := org.ByID(ctx, r.tx, id)
		if err != nil {
			return err
		}
		r.size(u, state)
	}
	return nil
}

// size warns of a size that the rules mind, unless it was so before (rules.md
// 1.18-1.20).
func (r *rehearsing) size(u org.Unit, state figure.State) {
	set := r.Book.At(r.act.Day, u.Path)
	for _, n := range org.CheckSize(set, u.Kind, state.Officials, state.Members) {
		if r.minded(u, n.Key) {
			continue
		}
		r.Warnings = append(r.Warnings, Warning{
			Key: "reorg.warn.size", Rule: n.Rule, Unit: u.ID,
			Args: map[string]any{"Name": u.Name, "Count": state.Members, "Notice": n.Key, "Limit": n.Limit},
		})
	}
}

func (r *rehearsing) minded(u org.Unit, key string) bool {
	was, ok := r.was[u.ID]
	if !ok || was.Path == "" {
		return false
	}
	var state figure.State
	if was.IsCell() {
		state = r.before[u.ID]
	} else {
		for _, row := range r.Before {
			if row.Unit.ID == u.ID {
				state = row.State
			}
		}
	}
	for _, n := range org.CheckSize(r.Book.At(r.act.Day, was.Path), was.Kind, state.Officials, state.Members) {
		if n.Key == key {
			return true
		}
	}
	return false
}
