package reorg

import (
	"context"

	"chibo/access"
	"chibo/internal/db"
	"chibo/org"
)

// The kinds of items besides those of steps.
const end = "end"

// Op is what one item does.
type Op struct {
	Step    int64   `json:"step"`
	Do      string  `json:"do"` // Found, Move, Rename, Kind, Assign or "end"
	Unit    int64   `json:"unit"`
	To      int64   `json:"to,omitempty"`   // parent, or the successor of a unit that ends
	Heir    int64   `json:"heir,omitempty"` // cell that takes the members of one that ends
	Seq     int     `json:"seq,omitempty"`  // place among the new siblings
	New     New     `json:"new,omitzero"`
	Members []int64 `json:"members,omitempty"`
}

// planner turns steps into items. It looks at the tree of today and keeps in mind
// what the items before have changed.
type planner struct {
	q     db.Q
	scope access.Scope // of the root
	ops   []Op
	// parent holds the units that the plan founds or moves, order in which order.
	parent map[int64]int64
	order  []int64
	gone   map[int64]bool
	kinds  map[int64]string
	seqs   map[int64]int // last place given out under a unit
}

// plan gives the items of an act in the order in which they are carried out: units
// are founded first, whatever the order of steps, since others go there.
func plan(ctx context.Context, q db.Q, scope access.Scope, a Act) ([]Op, error) {
	p := &planner{q: q, scope: scope, parent: map[int64]int64{}, gone: map[int64]bool{}, kinds: map[int64]string{}, seqs: map[int64]int{}}
	for _, founding := range []bool{true, false} {
		for _, s := range a.Steps {
			if (s.Kind == Found) != founding {
				continue
			}
			if err := p.step(ctx, s); err != nil {
				return nil, err
			}
		}
	}
	return p.ops, nil
}

func (p *planner) step(ctx context.Context, s Step) error {
	switch s.Kind {
	case Found:
		p.put(s.New.ID, s.To)
		p.kinds[s.New.ID] = s.New.Kind
		seq, err := p.seq(ctx, s.To)
		p.ops = append(p.ops, Op{Step: s.ID, Do: Found, Unit: s.New.ID, To: s.To, Seq: seq, New: s.New})
		return err
	case Rename, Kind:
		if s.Kind == Kind {
			p.kinds[s.Unit()] = s.New.Kind
		}
		p.ops = append(p.ops, Op{Step: s.ID, Do: s.Kind, Unit: s.Unit(), New: s.New})
	case Assign:
		p.ops = append(p.ops, Op{Step: s.ID, Do: Assign, Unit: s.Unit(), To: s.To, Members: s.Members})
	case Move:
		for _, id := range s.Units {
			if err := p.move(ctx, s.ID, id, s.To); err != nil {
				return err
			}
		}
	case Merge, Dissolve:
		for _, id := range s.Units {
			if err := p.end(ctx, s, id); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *planner) put(id, parent int64) {
	p.parent[id] = parent
	p.order = append(p.order, id)
}

func (p *planner) move(ctx context.Context, step, id, to int64) error {
	seq, err := p.seq(ctx, to)
	if err != nil {
		return err
	}
	p.put(id, to)
	p.ops = append(p.ops, Op{Step: step, Do: Move, Unit: id, To: to, Seq: seq})
	return nil
}

// end ends a unit after what is below it has gone to the one that takes over.
func (p *planner) end(ctx context.Context, s Step, id int64) error {
	if s.To != 0 {
		children, err := p.children(ctx, id)
		if err != nil {
			return err
		}
		for _, child := range children {
			if err := p.move(ctx, s.ID, child, s.To); err != nil {
				return err
			}
		}
	}
	op := Op{Step: s.ID, Do: end, Unit: id}
	isCell, err := p.isCell(ctx, id)
	if err != nil {
		return err
	}
	if isCell {
		op.Heir = s.To
	}
	if s.Kind == Merge {
		op.To = s.To
	}
	p.gone[id] = true
	p.ops = append(p.ops, op)
	return nil
}

func (p *planner) isCell(ctx context.Context, id int64) (bool, error) {
	if kind, ok := p.kinds[id]; ok {
		return org.Unit{Kind: kind}.IsCell(), nil
	}
	u, err := org.ByID(ctx, p.q, id)
	return u.IsCell(), err
}

// mostChildren is more than any unit has directly below it.
const mostChildren = 100_000

// children gives what lives directly under a unit at this place of the plan.
func (p *planner) children(ctx context.Context, id int64) ([]int64, error) {
	list, err := org.Children(ctx, p.q, p.scope, id, "", mostChildren)
	if err != nil {
		return nil, err
	}
	var out []int64
	for _, u := range list {
		if _, moved := p.parent[u.ID]; !moved && !p.gone[u.ID] {
			out = append(out, u.ID)
		}
	}
	seen := map[int64]bool{}
	for _, child := range p.order {
		if p.parent[child] == id && !p.gone[child] && !seen[child] {
			seen[child] = true
			out = append(out, child)
		}
	}
	return out, nil
}

// seq gives the next place under a unit, after those that stand there today.
func (p *planner) seq(ctx context.Context, under int64) (int, error) {
	if _, ok := p.seqs[under]; !ok {
		list, err := org.Children(ctx, p.q, p.scope, under, "", mostChildren)
		if err != nil {
			return 0, err
		}
		for _, u := range list {
			p.seqs[under] = max(p.seqs[under], u.Seq)
		}
	}
	p.seqs[under]++
	return p.seqs[under], nil
}
