package reorg

import (
	"context"
	"encoding/json"

	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/tree"
	"chibo/org"
)

// do carries out one item in the caller's transaction and gives what is needed to
// take it back. A rehearsal changes the tree only: rows stay where they are, and
// nobody follows.
func (s *Service) do(ctx context.Context, tx *db.Tx, a Act, it item, rehearsal bool) (string, error) {
	d := doing{Service: s, tx: tx, act: a, by: org.By{Act: a.ID, Step: int64(it.Seq)}, rehearsal: rehearsal}
	if err := d.op(ctx, it.Op); err != nil {
		return "", err
	}
	if err := org.Settle(ctx, tx, d.by); err != nil || len(d.notes) == 0 {
		return "", err
	}
	text, err := json.Marshal(d.notes)
	return string(text), err
}

// doing is an item under way.
type doing struct {
	*Service
	tx        *db.Tx
	act       Act
	by        org.By
	rehearsal bool
	notes     notes
}

// change gives the day and the rules for a unit that will stand under the place.
func (d *doing) change(under tree.Path) org.Change {
	return org.Change{Set: d.Book.At(d.act.Day, under), Day: d.act.Day, By: d.by}
}

func (d *doing) op(ctx context.Context, op Op) error {
	switch op.Do {
	case Found:
		return d.found(ctx, op)
	case Move:
		parent, err := org.ByID(ctx, d.tx, op.To)
		if err != nil {
			return err
		}
		moved, err := org.Move(ctx, d.tx, d.change(parent.Path), op.Unit, op.To, op.Seq)
		if err != nil {
			return err
		}
		if err := d.follow(ctx, moved); err != nil {
			return err
		}
		return d.tell(ctx, func(f Follower) unitTold { return f.Moved }, op.Unit)
	case Rename:
		u, err := org.ByID(ctx, d.tx, op.Unit)
		if err != nil {
			return err
		}
		_, err = org.Rename(ctx, d.tx, d.change(u.Path), u.ID, op.New.naming(u))
		return err
	case Kind:
		u, err := org.ByID(ctx, d.tx, op.Unit)
		if err != nil {
			return err
		}
		_, err = org.ChangeKind(ctx, d.tx, d.change(u.Path.Parent()), u.ID, op.New.Kind, op.New.Type)
		return err
	case Assign:
		return d.assign(ctx, op)
	case end:
		return d.end(ctx, op)
	}
	return fault.New(fault.Invalid, "reorg.err.step_kind")
}

// naming gives the new names; what a rename leaves out follows the new name, and the
// places stay.
func (n New) naming(u org.Unit) org.Naming {
	out := u.Naming()
	out.Name, out.Short, out.PaperName = n.Name, n.Short, n.PaperName
	if n.Place != "" {
		out.Place = n.Place
	}
	if n.Code != "" {
		out.Code = n.Code
	}
	return out
}

func (d *doing) found(ctx context.Context, op Op) error {
	parent, err := org.ByID(ctx, d.tx, op.To)
	if err != nil {
		return err
	}
	n := op.New
	u, err := org.Add(ctx, d.tx, org.NewUnit{
		Set: d.change(parent.Path).Set, ID: op.Unit, ParentID: parent.ID, Kind: n.Kind, Type: n.Type, Name: n.Name, Short: n.Short,
		PaperName: n.PaperName, Place: n.Place, Code: n.Code, Seq: op.Seq, ValidFrom: d.act.Day, By: d.by,
	})
	if err != nil {
		return err
	}
	return d.tell(ctx, func(f Follower) unitTold { return f.Founded }, u.ID)
}

// tell tells every feature of a unit as it stands now.
func (d *doing) tell(ctx context.Context, of func(Follower) unitTold, id int64) error {
	if d.rehearsal {
		return nil
	}
	u, err := org.ByID(ctx, d.tx, id)
	if err != nil {
		return err
	}
	for _, f := range d.Followers {
		fn := of(f)
		if fn == nil {
			continue
		}
		v, err := fn(ctx, d.tx, u, d.act.Day)
		if err != nil {
			return err
		}
		if err := d.notes.add(f.Name, v); err != nil {
			return err
		}
	}
	return nil
}

// follow takes the rows of moved units to their new parts and keeps where they went.
func (d *doing) follow(ctx context.Context, moved []org.Rehoming) error {
	if d.rehearsal {
		return nil
	}
	return d.Service.rehome(ctx, d.tx, moved)
}

const insertMovedSQL = `INSERT INTO reorg_moved (id, org_id, from_part, to_part, at) VALUES ($1, $2, $3, $4, $5)`

func (s *Service) rehome(ctx context.Context, tx *db.Tx, moved []org.Rehoming) error {
	for _, m := range moved {
		if err := s.Rehome(ctx, tx, m.Unit, m.From, m.To); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, insertMovedSQL, tx.ID(), m.Unit, m.From, m.To, tx.NowMS()); err != nil {
			return err
		}
	}
	return nil
}

func (d *doing) assign(ctx context.Context, op Op) error {
	from, err := org.ByID(ctx, d.tx, op.Unit)
	if err != nil {
		return err
	}
	to, err := org.ByID(ctx, d.tx, op.To)
	if err != nil {
		return err
	}
	if err := d.receives(from, to); err != nil || d.rehearsal {
		return err
	}
	return d.transfer(ctx, d.tx, Transfer{From: from, To: to, Members: op.Members, Day: d.act.Day}, &d.notes)
}

// receives is receives on the day of the act.
func (d *doing) receives(from, to org.Unit) error {
	if d.act.Day.Before(to.ValidFrom) {
		return fault.Field("day", "org.err.parent_later", "Name", to.Name, "Day", to.ValidFrom.Vi())
	}
	return receives(from, to)
}

// receives checks that members can go from one unit to the other.
func receives(from, to org.Unit) error {
	switch {
	case !from.IsCell():
		return fault.Field("units", "reorg.err.not_cell", "Name", from.Name)
	case !to.IsCell():
		return fault.Field("to", "reorg.err.not_cell", "Name", to.Name)
	case from.Ended():
		return fault.Field("units", "org.err.ended", "Name", from.Name, "Day", from.ValidTo.Vi())
	case from.ID == to.ID:
		return fault.Field("to", "reorg.err.same_cell", "Name", to.Name)
	case to.Ended():
		return fault.Field("to", "org.err.ended", "Name", to.Name, "Day", to.ValidTo.Vi())
	}
	return nil
}

// end ends a unit. The members of a cell go first, in the same transaction: nobody
// is without a cell for a moment.
func (d *doing) end(ctx context.Context, op Op) error {
	u, err := org.ByID(ctx, d.tx, op.Unit)
	if err != nil {
		return err
	}
	if op.Heir != 0 {
		heir, err := org.ByID(ctx, d.tx, op.Heir)
		if err != nil {
			return err
		}
		if err := d.receives(u, heir); err != nil {
			return err
		}
	} else if u.IsCell() && !d.rehearsal {
		if err := d.empty(ctx, u); err != nil {
			return err
		}
	}
	moved, err := org.End(ctx, d.tx, d.change(u.Path.Parent()), u.ID, op.To)
	if err != nil {
		return err
	}
	if err := d.follow(ctx, moved); err != nil || d.rehearsal {
		return err
	}
	if u, err = org.ByID(ctx, d.tx, u.ID); err != nil { // where it stands now
		return err
	}
	if op.Heir != 0 {
		heir, err := org.ByID(ctx, d.tx, op.Heir)
		if err != nil {
			return err
		}
		if err := d.transfer(ctx, d.tx, Transfer{From: u, To: heir, Day: d.act.Day}, &d.notes); err != nil {
			return err
		}
	}
	return d.tell(ctx, func(f Follower) unitTold { return f.Ended }, u.ID)
}

// empty refuses to end a cell whose members nobody takes.
func (d *doing) empty(ctx context.Context, cell org.Unit) error {
	state, err := d.weigh(ctx, d.tx, cell, nil, d.act.Day)
	if err == nil && state.Members > 0 {
		err = membersLeft(cell, state.Members)
	}
	return err
}

func membersLeft(cell org.Unit, n int) error {
	return fault.Field("unit", "reorg.err.members_left", "Name", cell.Name, "Count", n)
}

// undoItem takes back one item in the caller's transaction: what followed first, then
// the tree, then the rows of the units that change their part again.
func (s *Service) undoItem(ctx context.Context, tx *db.Tx, a Act, it item) error {
	if err := s.undo(ctx, tx, it.Notes); err != nil {
		return err
	}
	back, err := org.Restore(ctx, tx, org.By{Act: a.ID, Step: int64(it.Seq)})
	if err != nil {
		return err
	}
	return s.rehome(ctx, tx, back)
}
