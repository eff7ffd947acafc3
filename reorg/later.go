package reorg

import (
	"context"
	"fmt"
	"strconv"

	"chibo/access"
	"chibo/internal/db"
	"chibo/org"
)

// keepSigns remembers all that there is in the act's units on the day of effect or
// later, now that the act is complete: it was there before, or the act made it.
func (s *Service) keepSigns(ctx context.Context, tx *db.Tx, a Act) error {
	signs, err := s.signs(ctx, tx, a)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	var rows [][]any
	for _, sign := range signs {
		if !seen[sign.Mark] {
			seen[sign.Mark] = true
			rows = append(rows, []any{a.ID, sign.Mark})
		}
	}
	return db.Many(ctx, tx, putSignSQL, rows)
}

// signs asks every feature what there is in the units whose rows the act touched.
func (s *Service) signs(ctx context.Context, q db.Q, a Act) ([]Sign, error) {
	units, err := touched(ctx, q, a)
	if err != nil {
		return nil, err
	}
	var all []Sign
	for _, u := range units { // where its rows lie, as the items' notes know it
		all = append(all, Sign{
			Mark: fmt.Sprintf("unit/%d:%d:%s", u.ID, u.PartID, u.ValidTo), Key: "reorg.later.unit", Args: map[string]any{"Name": u.Name}, Href: unitHref(u.ID),
		})
	}
	for _, f := range s.Followers {
		if f.Later == nil {
			continue
		}
		list, err := f.Later(ctx, q, units, a.Day)
		if err != nil {
			return nil, err
		}
		for _, sign := range list {
			sign.Mark = f.Name + "/" + sign.Mark
			all = append(all, sign)
		}
	}
	return all, nil
}

// touched gives the units that an act founded, ended or re-homed, and the cells that
// took members in.
func touched(ctx context.Context, q db.Q, a Act) ([]org.Unit, error) {
	units, err := org.Affected(ctx, q, a.ID)
	if err != nil {
		return nil, err
	}
	seen := map[int64]bool{}
	for _, u := range units {
		seen[u.ID] = true
	}
	items, err := db.List(ctx, q, scanItem, itemsSQL, a.ID)
	if err != nil {
		return nil, err
	}
	for _, it := range items {
		for _, id := range it.Op.cells() {
			if id == 0 || seen[id] {
				continue
			}
			seen[id] = true
			u, err := org.ByID(ctx, q, id)
			if err != nil {
				return nil, err
			}
			units = append(units, u)
		}
	}
	return units, nil
}

// cells gives the cells between which an item moved members.
func (op Op) cells() []int64 {
	if op.Do == Assign {
		return []int64{op.Unit, op.To}
	}
	return []int64{op.Heir}
}

// later gives what was done in the act's units since it was complete: what stands in
// the way of taking it back.
func (s *Service) later(ctx context.Context, q db.Q, a Act) ([]Sign, error) {
	changed, err := org.ChangedSince(ctx, q, a.ID)
	if err != nil {
		return nil, err
	}
	var out []Sign
	told := map[string]bool{}
	for _, u := range changed {
		told[unitHref(u.ID)] = true
		out = append(out, Sign{Key: "reorg.later.unit", Args: map[string]any{"Name": u.Name}, Href: unitHref(u.ID)})
	}
	if a.State != StateDone { // nothing was noted of an act that stopped halfway
		return out, nil
	}
	marks, err := db.List(ctx, q, func(row db.Scanner) (m string, err error) { return m, row.Scan(&m) }, signsSQL, a.ID)
	if err != nil {
		return nil, err
	}
	known := make(map[string]bool, len(marks))
	for _, m := range marks {
		known[m] = true
	}
	signs, err := s.signs(ctx, q, a)
	if err != nil {
		return nil, err
	}
	for _, sign := range signs {
		if !known[sign.Mark] && !told[sign.Href] {
			out = append(out, sign)
		}
	}
	return out, nil
}

func unitHref(id int64) string { return "/units/" + strconv.FormatInt(id, 10) }

// Later says what stands in the way of taking an act back: each thing with a link.
func (s *Service) Later(ctx context.Context, q db.Q, actor access.Actor, id int64) ([]Sign, error) {
	a, _, err := held(ctx, q, actor, id)
	if err != nil {
		return nil, err
	}
	return s.later(ctx, q, a)
}
