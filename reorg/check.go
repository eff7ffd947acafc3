package reorg

import (
	"context"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/org"
	"chibo/rulebook"
)

// checker says at once what is wrong with a step, so that it is said at the field.
// What depends on the other steps and on the day is said by the rehearsal.
type checker struct {
	q    db.Q
	act  Act
	root org.Unit
	book *rulebook.Book
	day  civil.Date // of effect, today while none is chosen
}

// at gives the rules for what stands under a unit; one that is yet to be founded has
// those of the root.
func (c checker) at(under org.Unit) rulebook.Set {
	if under.Path == "" {
		under = c.root
	}
	return c.book.At(c.day, under.Path)
}

// unit gives a unit that a step may name: one of the tree under the root that lives,
// or one that the act founds.
func (c checker) unit(ctx context.Context, field string, id int64) (org.Unit, error) {
	for _, s := range c.act.Steps {
		if s.Kind == Found && s.New.ID == id {
			return org.Unit{ID: id, ParentID: s.To, Kind: s.New.Kind, Type: s.New.Type, Name: s.New.Name, Short: s.New.Short}, nil
		}
	}
	u, err := org.ByID(ctx, c.q, id)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return u, fault.Field(field, "org.err.not_found")
	case err != nil:
		return u, err
	case !c.root.Path.Contains(u.Path):
		return u, fault.Field(field, "reorg.err.outside", "Root", c.root.Name)
	case u.Ended():
		return u, fault.Field(field, "org.err.ended", "Name", u.Name, "Day", u.ValidTo.Vi())
	}
	return u, nil
}

func (c checker) step(ctx context.Context, s Step) error {
	if s.Kind == Found {
		return c.founding(ctx, s)
	}
	if len(s.Units) == 0 {
		return fault.Field("units", "reorg.err.no_units")
	}
	if len(s.Units) > unitsMost {
		return fault.Field("units", "reorg.err.many_units", "Count", unitsMost)
	}
	to, err := c.target(ctx, s)
	if err != nil {
		return err
	}
	for _, id := range s.Units {
		u, err := c.unit(ctx, "units", id)
		if err != nil {
			return err
		}
		if err := c.fits(s, u, to); err != nil {
			return err
		}
	}
	return nil
}

func (c checker) founding(ctx context.Context, s Step) error {
	var f fault.Fields
	if s.New.Name == "" {
		f.Add("name", "org.err.name_empty")
	}
	if s.To == 0 {
		f.Add("to", "org.err.no_parent")
		return f.Err()
	}
	parent, err := c.unit(ctx, "to", s.To)
	if err != nil {
		return err
	}
	set := c.at(parent)
	switch kind := set.OrgKind(s.New.Kind); {
	case kind.Code == "":
		f.Add("kind", "org.err.kind_unknown")
	case !kind.MayStandUnder(parent.Kind):
		f.Add("kind", "org.err.kind_place", "Kind", kind.Title.Vi, "Parent", set.OrgKind(parent.Kind).Title.Vi)
	}
	return f.Err()
}

// target gives the unit that a step leads to, the zero Unit when it needs none.
func (c checker) target(ctx context.Context, s Step) (org.Unit, error) {
	switch {
	case s.To != 0:
		return c.unit(ctx, "to", s.To)
	case s.Kind == Move:
		return org.Unit{}, fault.Field("to", "org.err.no_parent")
	case s.Kind == Merge, s.Kind == Assign:
		return org.Unit{}, fault.Field("to", "reorg.err.no_to")
	}
	return org.Unit{}, nil
}

// fits checks one unit of a step against where it leads.
func (c checker) fits(s Step, u, to org.Unit) error {
	if u.ID == c.root.ID && s.Kind != Rename && s.Kind != Kind {
		return fault.Field("units", "reorg.err.root", "Name", u.Name)
	}
	under := to.Path != "" && u.Path != "" && u.Path.Contains(to.Path) || u.ID == to.ID
	switch s.Kind {
	case Move:
		if under {
			return fault.Field("to", "org.err.cycle", "Name", u.Name)
		}
	case Merge, Dissolve:
		switch {
		case s.To == 0:
		case under:
			return fault.Field("to", "org.err.successor_self", "Name", u.Name)
		case u.IsCell() != to.IsCell():
			return fault.Field("to", "org.err.successor_kind", "Name", u.Name, "Other", to.Name)
		}
	case Assign:
		if len(s.Members) == 0 {
			return fault.Field("members", "reorg.err.no_members")
		}
		return receives(u, to)
	case Rename:
		if s.New.Name == "" {
			return fault.Field("name", "org.err.name_empty")
		}
	case Kind:
		if c.at(u).OrgKind(s.New.Kind).Code == "" {
			return fault.Field("kind", "org.err.kind_unknown")
		}
	default:
		return fault.Field("kind", "reorg.err.step_kind")
	}
	return nil
}
