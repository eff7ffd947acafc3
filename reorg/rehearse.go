package reorg

import (
	"context"
	"errors"

	"chibo/access"
	"chibo/figure"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/org"
	"chibo/rulebook"
)

// Rehearsal is what an act would do, before it is done.
type Rehearsal struct {
	Problems []Problem // what stands in the way, in the order of the steps
	Warnings []Warning
	Changes  []Change // unit by unit, in the order of the items
	Effects  []Effect // what the features above tell
	Before   []FigureRow
	After    []FigureRow
	Sum      [2]figure.State // of all cells that the act touches, before and after
	Items    int             // transactions it will take
	Rehomed  int             // units whose rows go to another part
}

// Equal says whether the members are as many after the act as before.
func (r Rehearsal) Equal() bool {
	b, a := r.Sum[0], r.Sum[1]
	b.Cells, a.Cells = 0, 0 // a merged cell is no cell more
	return a == b
}

// Open says whether nothing stands in the way.
func (r Rehearsal) Open() bool { return len(r.Problems) == 0 }

// Change is what happens to one unit.
type Change struct {
	What        string // Found, Move, Rename, Kind, Merge or Dissolve, Assign
	Unit        org.Unit
	Was         org.Unit // before; zero for a founded one
	WasParent   string
	Parent      string // for Merge the one that takes over, for Assign and Dissolve where members go
	Cells       int    // below it, or itself
	Members     int    // of them; for Assign those who go
	RowsGo      bool   // its rows go to another part
	ParentID    int64
	WasParentID int64
}

// Warning says what the rules ask after the act. It stops nothing.
type Warning struct {
	Key  string
	Args map[string]any
	Rule rulebook.Rule
	Unit int64 // 0: none
}

// FigureRow is one grassroots organisation or unit above it with the touched cells
// that stand under it.
type FigureRow struct {
	Unit  org.Unit
	State figure.State
}

// errRehearsed ends the transaction of a rehearsal: nothing of it stays.
var errRehearsed = errors.New("reorg: rehearsed")

// Rehearse tells what the act would do if it were carried out now. It runs the items
// on the tree in a transaction that is rolled back (docs/adr/0011).
func (s *Service) Rehearse(ctx context.Context, actor access.Actor, id int64) (Rehearsal, error) {
	var r rehearsing
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		a, root, err := held(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		r = rehearsing{Service: s, tx: tx, act: a, root: root}
		if err := r.run(ctx); err != nil {
			return err
		}
		return errRehearsed
	})
	if errors.Is(err, errRehearsed) {
		err = nil
	}
	return r.Rehearsal, err
}

// rehearsing is a rehearsal under way.
type rehearsing struct {
	*Service
	Rehearsal
	tx   *db.Tx
	act  Act
	root org.Unit

	was    map[int64]org.Unit     // touched units as they were
	states map[int64]figure.State // of touched cells, with the members who go
	before map[int64]figure.State // the same before the first item
	order  []int64                // of was
	names  map[int64]string
	ended  []int64
	left   map[int64]bool // cells that members leave
	moved  map[int64]bool // units whose rows go
	place  map[int64]org.Unit
	went   map[int64]bool // memberships that some item took away
}

func (r *rehearsing) run(ctx context.Context) error {
	r.was, r.states, r.names = map[int64]org.Unit{}, map[int64]figure.State{}, map[int64]string{}
	r.left, r.moved, r.place = map[int64]bool{}, map[int64]bool{}, map[int64]org.Unit{}
	r.before, r.went = map[int64]figure.State{}, map[int64]bool{}
	r.facts()
	if !r.act.Day.IsDay() || r.act.Day.After(r.tx.Today()) {
		r.act.Day = r.tx.Today() // the rest can be told all the same
	}
	scope, err := access.For(access.System(), access.UnitManage, r.root.Access())
	if err != nil {
		return err
	}
	ops, err := plan(ctx, r.tx, scope, r.act)
	if err != nil {
		return r.stop(0, 0, err)
	}
	r.Items = len(ops)
	for _, op := range ops {
		if err := r.remember(ctx, op); err != nil {
			return err
		}
	}
	if err := r.figures(ctx, &r.Before, r.Sum[:1], func(id int64) (org.Unit, error) { return r.was[id], nil }); err != nil {
		return err
	}
	for i, op := range ops {
		if err := r.op(ctx, item{Seq: i + 1, Op: op}); err != nil {
			return err
		}
	}
	return r.tell(ctx)
}

// facts says what the head of the act lacks.
func (r *rehearsing) facts() {
	today := r.tx.Today()
	add := func(missing bool, key string, args map[string]any) {
		if missing {
			r.Problems = append(r.Problems, Problem{Key: key, Args: args, Href: "#facts"})
		}
	}
	a := r.act
	add(len(a.Steps) == 0, "reorg.err.no_steps", nil)
	add(a.Day.IsZero(), "reorg.err.day_missing", nil)
	add(a.Day.IsDay() && a.Day.After(today), "reorg.err.day_waits", map[string]any{"Day": a.Day.Vi(), "Today": today.Vi()})
	add(a.BasisNo == "" || a.BasisBy == "" || a.BasisDay.IsZero(), "reorg.err.basis_missing", nil)
}

// stop notes what an error says, or gives it on when it says nothing to people.
func (r *rehearsing) stop(step, unit int64, err error) error {
	p, ok := problemOf(err)
	if !ok {
		return err
	}
	p.Step, p.Unit = step, unit
	r.Problems = append(r.Problems, p)
	return nil
}

// remember keeps what an item touches as it is before the act: the unit with all
// below it, and the cells that take members in.
func (r *rehearsing) remember(ctx context.Context, op Op) error {
	for _, id := range []int64{op.To, op.Heir} {
		if id == 0 || op.Do != Assign && op.Do != end {
			continue
		}
		if err := r.keep(ctx, id, false); err != nil {
			return err
		}
	}
	switch op.Do {
	case Found, Rename, Kind:
		return nil
	}
	return r.keep(ctx, op.Unit, true)
}

func (r *rehearsing) keep(ctx context.Context, id int64, below bool) error {
	u, err := org.ByID(ctx, r.tx, id)
	if errors.Is(err, org.ErrNotFound) { // founded by the act itself
		return nil
	}
	if err != nil {
		return err
	}
	list := []org.Unit{u}
	if below {
		if list, err = org.Living(ctx, r.tx, u.Path); err != nil {
			return err
		}
	}
	for _, u := range list {
		if _, known := r.was[u.ID]; known {
			continue
		}
		r.was[u.ID] = u
		r.order = append(r.order, u.ID)
		if !u.IsCell() {
			continue
		}
		state, ok, err := figure.StateOfCell(ctx, r.tx, u.PartID, u.ID)
		if err != nil {
			return err
		}
		if ok {
			r.states[u.ID], r.before[u.ID] = state, state
		}
	}
	return nil
}

// op runs one item and notes what it did.
func (r *rehearsing) op(ctx context.Context, it item) error {
	was, err := org.ByID(ctx, r.tx, it.Op.Unit)
	if err != nil && !errors.Is(err, org.ErrNotFound) {
		return err
	}
	err = r.tx.Try(ctx, func() error {
		if _, err := r.do(ctx, r.tx, r.act, it, true); err != nil {
			return err
		}
		return r.carry(ctx, it.Op, was)
	})
	if err != nil {
		return r.stop(it.Op.Step, it.Op.Unit, err)
	}
	return r.note(ctx, it.Op, was)
}

// carry moves the members of an item in the figures.
func (r *rehearsing) carry(ctx context.Context, op Op, was org.Unit) error {
	switch {
	case op.Do == Assign:
		cell := was
		if first, ok := r.was[was.ID]; ok {
			cell = first // its rows still lie where they were
		}
		for _, id := range op.Members {
			if r.went[id] {
				return fault.Field("members", "reorg.err.member_twice", "Name", was.Name)
			}
		}
		moved, err := r.weigh(ctx, r.tx, cell, op.Members, r.act.Day)
		if err != nil {
			return err
		}
		for _, id := range op.Members {
			r.went[id] = true
		}
		r.shift(op.Unit, op.To, moved)
	case op.Do == end && op.Heir != 0:
		all := r.states[op.Unit]
		all.Cells = 0
		r.shift(op.Unit, op.Heir, all)
	case op.Do == end && was.IsCell() && r.states[op.Unit].Members > 0:
		return membersLeft(was, r.states[op.Unit].Members)
	}
	if op.Do == end && was.IsCell() {
		delete(r.states, op.Unit)
	}
	return nil
}

func (r *rehearsing) shift(from, to int64, n figure.State) {
	r.left[from] = true
	minus := figure.State{Members: -n.Members, Officials: -n.Officials, Reserves: -n.Reserves, Exempt: -n.Exempt, Away: -n.Away}
	target := r.states[to]
	target.Cells = 1
	n.Cells = 0
	r.states[from], r.states[to] = r.states[from].Plus(minus), target.Plus(n)
	if _, known := r.was[to]; !known {
		r.was[to] = org.Unit{ID: to} // founded by the act
		r.order = append(r.order, to)
	}
}

// note adds the item to what is told.
func (r *rehearsing) note(ctx context.Context, op Op, was org.Unit) error {
	now, err := org.ByID(ctx, r.tx, op.Unit)
	if err != nil {
		return err
	}
	ch := Change{What: op.Do, Unit: now, Was: was, ParentID: op.To, WasParentID: was.ParentID}
	switch {
	case op.Do == end && op.To != 0:
		ch.What = Merge
	case op.Do == end:
		ch.What, ch.ParentID = Dissolve, op.Heir
	case op.Do == Rename, op.Do == Kind:
		ch.ParentID = now.ParentID
	case op.Do == Assign:
		ch.Members = len(op.Members)
	}
	if ch.Parent, err = r.name(ctx, ch.ParentID); err != nil {
		return err
	}
	if ch.WasParent, err = r.name(ctx, was.ParentID); err != nil {
		return err
	}
	ch.RowsGo = was.ID != 0 && now.PartID != was.PartID
	if op.Do == Move || op.Do == end {
		r.below(&ch, was)
	}
	if op.Do == end {
		r.ended = append(r.ended, op.Unit)
	}
	r.Changes = append(r.Changes, ch)
	return nil
}

// below counts the cells and members that go with a unit.
func (r *rehearsing) below(ch *Change, was org.Unit) {
	first := r.was[was.ID]
	for _, id := range r.order {
		u := r.was[id]
		if !first.Path.Contains(u.Path) || u.Path == "" {
			continue
		}
		if ch.RowsGo && u.PartID == first.PartID {
			r.moved[id] = true
		}
		if u.IsCell() && ch.What == Move {
			ch.Cells++
			ch.Members += r.states[id].Members
		}
	}
}

func (r *rehearsing) name(ctx context.Context, id int64) (string, error) {
	if id == 0 {
		return "", nil
	}
	if n, ok := r.names[id]; ok {
		return n, nil
	}
	u, err := org.ByID(ctx, r.tx, id)
	r.names[id] = u.Name
	return u.Name, err
}
