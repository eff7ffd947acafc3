package org

import (
	"context"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/viet"
	"chibo/rulebook"
)

// Change says when and under which rules a unit is changed.
type Change struct {
	Set rulebook.Set // required: the rules of the day, for the place of the unit
	Day civil.Date   // required: first day of the new state, today or before
	By  By           // the step of a reorganisation; zero: a plain change
}

// Rehoming says that the rows of a unit must go to another part, in the transaction
// that moved the unit: see db.Rehome.
type Rehoming struct{ Unit, From, To int64 }

// open checks that the unit can be changed on the day: it lives, the day has come,
// and nothing is known of a later change.
func (c Change) open(tx *db.Tx, u Unit) error {
	switch {
	case !c.Day.IsDay():
		return fault.Field("day", "org.err.day_empty")
	case c.Day.After(tx.Today()):
		return fault.Field("day", "org.err.day_future", "Day", tx.Today().Vi())
	case u.Ended():
		return fault.Field("unit", "org.err.ended", "Name", u.Name, "Day", u.ValidTo.Vi())
	case c.Day.Before(u.SinceDay()):
		return fault.Field("day", "org.err.day_before_change", "Name", u.Name, "Day", u.SinceDay().Vi())
	}
	return nil
}

// receives checks that the unit can take another one under it on the day.
func (c Change) receives(parent Unit) error {
	switch {
	case parent.Ended():
		return fault.Field("parent", "org.err.parent_ended", "Name", parent.Name, "Day", parent.ValidTo.Vi())
	case c.Day.Before(parent.SinceDay()):
		return fault.Field("day", "org.err.parent_later", "Name", parent.Name, "Day", parent.SinceDay().Vi())
	}
	return nil
}

const belowChangedSQL = `SELECT o.name, o.since FROM org o
 WHERE o.path > $1 AND o.path < $2 AND o.since > $3 ORDER BY o.path LIMIT 1`

// below checks that no unit under u has changed after the day.
func (c Change) below(ctx context.Context, tx *db.Tx, u Unit) error {
	lo, hi := u.Path.Range()
	var name string
	var since civil.Date
	switch err := tx.QueryRow(ctx, belowChangedSQL, lo, hi, c.Day).Scan(&name, &since); {
	case db.NoRows(err):
		return nil
	case err != nil:
		return err
	}
	return fault.Field("day", "org.err.day_below_changed", "Name", name, "Day", since.Vi())
}

// Naming is what a unit is called, and what stands on its papers.
type Naming struct {
	Name      string // required
	Short     string // zero: Name
	PaperName string // zero: Name in capitals
	Place     string
	Hall      string
	Code      string
}

// Naming gives what the unit is called now, to be changed and given to Rename.
func (u Unit) Naming() Naming {
	return Naming{Name: u.Name, Short: u.Short, PaperName: u.PaperName, Place: u.Place, Hall: u.Hall, Code: u.Code}
}

func (n Naming) clean() Naming {
	n.Name, n.Short, n.PaperName = viet.Clean(n.Name), viet.Clean(n.Short), viet.Clean(n.PaperName)
	n.Place, n.Hall, n.Code = viet.Clean(n.Place), viet.Clean(n.Hall), viet.Clean(n.Code)
	if n.Short == "" {
		n.Short = n.Name
	}
	if n.PaperName == "" {
		n.PaperName = viet.Upper(n.Name)
	}
	return n
}

// newSince is the first day of the new state of org: $1, or later when the unit was
// founded or changed later.
const newSince = `CASE WHEN (CASE WHEN since <> '' THEN since ELSE valid_from END) < $1 THEN $1 ELSE since END`

const renameSQL = `UPDATE org SET since = ` + newSince + `, name = $3, short = $4, paper_name = $5, place = $6, hall = $7, code = $8,
  fold = $9, version = version + 1 WHERE id = $2`

// Rename gives a unit other names from the day on. Papers of before keep theirs. The
// caller has checked the right. Field errors: "name", "day", "unit".
func Rename(ctx context.Context, tx *db.Tx, c Change, id int64, n Naming) (Unit, error) {
	u, err := c.unit(ctx, tx, id)
	if err != nil {
		return Unit{}, err
	}
	if n = n.clean(); n.Name == "" {
		return Unit{}, fault.Field("name", "org.err.name_empty")
	}
	if err := keepOne(ctx, tx, u, c.Day, c.By); err != nil {
		return Unit{}, err
	}
	if _, err := tx.Exec(ctx, renameSQL, c.Day, id, n.Name, n.Short, n.PaperName, n.Place, n.Hall, n.Code, viet.Fold(n.Name+" "+n.Short)); err != nil {
		return Unit{}, err
	}
	return ByID(ctx, tx, id)
}

// unit gives a unit that can be changed on the day.
func (c Change) unit(ctx context.Context, tx *db.Tx, id int64) (Unit, error) {
	u, err := ByID(ctx, tx, id)
	if err != nil {
		return Unit{}, err
	}
	return u, c.open(tx, u)
}

const kindSQL = `UPDATE org SET since = ` + newSince + `, kind = $3, type = $4, version = version + 1 WHERE id = $2`

// ChangeKind makes a unit one of another kind or type from the day on. A cell stays
// a cell; a unit with others below it stays on its side of the parts; and all that
// stand above and below it must be allowed there by the rules of the day. Field
// errors: "kind", "day", "unit".
func ChangeKind(ctx context.Context, tx *db.Tx, c Change, id int64, kind, typ string) (Unit, error) {
	u, err := c.unit(ctx, tx, id)
	if err != nil {
		return Unit{}, err
	}
	if err := c.kindFits(ctx, tx, u, kind); err != nil {
		return Unit{}, err
	}
	if err := keepOne(ctx, tx, u, c.Day, c.By); err != nil {
		return Unit{}, err
	}
	if _, err := tx.Exec(ctx, kindSQL, c.Day, id, kind, typ); err != nil {
		return Unit{}, err
	}
	return ByID(ctx, tx, id)
}

const livingBelowSQL = `SELECT ` + columns + ` FROM org o WHERE o.path > $1 AND o.path < $2
   AND (o.valid_to = '' OR o.valid_to > $3) ORDER BY o.path`

func (c Change) kindFits(ctx context.Context, tx *db.Tx, u Unit, kind string) error {
	above := ""
	if u.ParentID != 0 {
		p, err := ByID(ctx, tx, u.ParentID)
		if err != nil {
			return err
		}
		above = p.Kind
	}
	if err := c.mayStand(kind, above); err != nil {
		return err
	}
	if (Unit{Kind: kind}).IsCell() != u.IsCell() {
		return fault.Field("kind", "org.err.kind_cell")
	}
	lo, hi := u.Path.Range()
	list, err := db.List(ctx, tx, scanUnit, livingBelowSQL, lo, hi, c.Day)
	if err != nil {
		return err
	}
	if len(list) > 0 && isAbove(kind) != u.IsAbove() {
		return fault.Field("kind", "org.err.kind_above", "Name", u.Name)
	}
	for _, child := range list {
		if child.ParentID == u.ID && child.Kind != "" && !c.Set.OrgKind(child.Kind).MayStandUnder(kind) {
			return fault.Field("kind", "org.err.kind_child", "Child", child.Name, "Kind", c.Set.OrgKind(kind).Title.Vi)
		}
	}
	return nil
}

// mayStand checks the rules of the day (rules.md 1b, 1.02, 1.03).
func (c Change) mayStand(kind, above string) error {
	k := c.Set.OrgKind(kind)
	switch {
	case k.Code == "":
		return fault.Field("kind", "org.err.kind_unknown")
	case above == "" && !k.MayStandUnder(""):
		return fault.Field("kind", "org.err.kind_top", "Kind", k.Title.Vi)
	case !k.MayStandUnder(above):
		return fault.Field("kind", "org.err.kind_place", "Kind", k.Title.Vi, "Parent", c.Set.OrgKind(above).Title.Vi)
	}
	return nil
}

// Move puts a unit with all below it under another parent from the day on, and gives
// the units whose rows change their part; the caller re-homes them in the same
// transaction. seq is the order among the new siblings, 0 to keep it. Field errors:
// "parent", "kind", "day", "unit".
func Move(ctx context.Context, tx *db.Tx, c Change, id, parentID int64, seq int) ([]Rehoming, error) {
	u, err := c.unit(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	if parentID == 0 {
		return nil, fault.Field("parent", "org.err.no_parent")
	}
	parent, err := ByID(ctx, tx, parentID)
	if err != nil {
		return nil, err
	}
	if u.Path.Contains(parent.Path) {
		return nil, fault.Field("parent", "org.err.cycle", "Name", u.Name)
	}
	for _, check := range []func() error{
		func() error { return c.receives(parent) },
		func() error { return c.mayStand(u.Kind, parent.Kind) },
		func() error { return c.below(ctx, tx, u) },
	} {
		if err := check(); err != nil {
			return nil, err
		}
	}
	if seq == 0 {
		seq = u.Seq
	}
	return c.place(ctx, tx, u, parent, partUnder(&parent, u.ID), seq)
}

const inPartSQL = `SELECT o.id FROM org o WHERE o.path >= $1 AND o.path < $2 AND o.part_id = $3 ORDER BY o.path`

const placeSQL = `UPDATE org SET since = ` + newSince + `, path = CAST($4 AS text) || substr(path, $5), depth = depth + $6,
  part_id = CASE WHEN part_id = $7 THEN $8 ELSE part_id END, version = version + 1
 WHERE path >= $2 AND path < $3`

const parentSQL = `UPDATE org SET parent_id = $2, seq = $3 WHERE id = $1`

// place writes the new paths of the whole subtree. Units below that are parts of
// their own stay so.
func (c Change) place(ctx context.Context, tx *db.Tx, u, parent Unit, part int64, seq int) ([]Rehoming, error) {
	to := parent.Path.Child(u.ID)
	lo, hi := u.Path.Range()
	var moved []Rehoming
	if part != u.PartID {
		ids, err := db.List(ctx, tx, func(s db.Scanner) (id int64, err error) { return id, s.Scan(&id) }, inPartSQL, lo, hi, u.PartID)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			moved = append(moved, Rehoming{Unit: id, From: u.PartID, To: part})
		}
	}
	if err := keepPast(ctx, tx, lo, hi, c.Day, c.By); err != nil {
		return nil, err
	}
	if _, err := tx.Exec(ctx, placeSQL, c.Day, lo, hi, string(to), len(u.Path)+1, to.Depth()-u.Path.Depth(), u.PartID, part); err != nil {
		return nil, err
	}
	_, err := tx.Exec(ctx, parentSQL, u.ID, parent.ID, seq)
	return moved, err
}

const endSQL = `UPDATE org SET since = ` + newSince + `, valid_to = $1, successor_id = $3, version = version + 1 WHERE id = $2`

// End closes a unit: the day is the first without it. Nothing may live below it. A
// successor takes its place: the closed unit then stands under it, so that what it
// did still counts there (a unit that is a part of its own keeps its rows; those of
// others change their part, see Move). Field errors: "unit", "successor", "day".
func End(ctx context.Context, tx *db.Tx, c Change, id, successorID int64) ([]Rehoming, error) {
	u, err := c.unit(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	lo, hi := u.Path.Range()
	living, err := db.List(ctx, tx, scanUnit, livingBelowSQL, lo, hi, c.Day)
	if err != nil {
		return nil, err
	}
	if len(living) > 0 {
		return nil, fault.Field("unit", "org.err.still_living", "Name", u.Name, "Child", living[0].Name)
	}
	if err := c.below(ctx, tx, u); err != nil {
		return nil, err
	}
	var moved []Rehoming
	if successorID != 0 {
		if moved, err = c.under(ctx, tx, u, successorID); err != nil {
			return nil, err
		}
	} else if err := keepOne(ctx, tx, u, c.Day, c.By); err != nil {
		return nil, err
	}
	_, err = tx.Exec(ctx, endSQL, c.Day, id, successorID)
	return moved, err
}

// under puts a unit that ends under the one that takes over.
func (c Change) under(ctx context.Context, tx *db.Tx, u Unit, successorID int64) ([]Rehoming, error) {
	s, err := ByID(ctx, tx, successorID)
	if err != nil {
		return nil, err
	}
	switch {
	case u.Path.Contains(s.Path):
		return nil, fault.Field("successor", "org.err.successor_self", "Name", u.Name)
	case s.IsCell() != u.IsCell():
		return nil, fault.Field("successor", "org.err.successor_kind", "Name", u.Name, "Other", s.Name)
	}
	if err := c.receives(s); err != nil {
		return nil, err
	}
	part := u.ID
	if u.PartID != u.ID {
		part = partUnder(&s, u.ID)
	}
	return c.place(ctx, tx, u, s, part, u.Seq)
}
