package org

import (
	"context"
	"unicode/utf8"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/tree"
	"chibo/internal/viet"
	"chibo/rulebook"
)

// NewUnit is a unit to be founded.
type NewUnit struct {
	Set       rulebook.Set // required: the rules of the founding day, for the place under the parent
	ID        int64        // zero: a new one is made
	ParentID  int64        // zero: the top
	Kind      string       // required
	Type      string
	Name      string     // required
	Short     string     // zero: Name
	PaperName string     // zero: Name in capitals
	Place     string     // zero: that of the parent
	Hall      string     // usual place of meetings
	Code      string     // rules.md 1.38
	Seq       int        // order among siblings; zero: Found puts it last
	ValidFrom civil.Date // zero: today
	By        By         // the step of a reorganisation that founds it; zero: none
}

// ErrSecondTop says that the tree has its top already.
var ErrSecondTop = fault.New(fault.Conflict, "org.err.second_top")

// Add founds a unit in the caller's transaction, which has checked the right to do
// so. A kind that may not stand under the parent's kind on the day (rules.md 1b, and
// 1.02, 1.03 for the shapes) is a field error at "kind"; so are an empty name, a type
// the kind has not (1.34, 1.35), a code that is none (1.38) or taken, a day before the
// parent's, and a parent that has ended.
func Add(ctx context.Context, tx *db.Tx, in NewUnit) (Unit, error) {
	parent, err := parentOf(ctx, tx, in)
	if err != nil {
		return Unit{}, err
	}
	u := in.unit(tx, parent)
	if err := in.check(u, parent); err != nil {
		return Unit{}, err
	}
	var f fault.Fields
	if err := checkCode(ctx, tx, &f, u.Code, u.ID); err != nil {
		return Unit{}, err
	}
	if err := f.Err(); err != nil {
		return Unit{}, err
	}
	if err := insertUnit(ctx, tx, u); err != nil {
		return Unit{}, err
	}
	return u, noteFounded(ctx, tx, u.ID, in.By)
}

func parentOf(ctx context.Context, q db.Q, in NewUnit) (*Unit, error) {
	if in.ParentID == 0 {
		switch _, err := Top(ctx, q); {
		case err == nil:
			return nil, ErrSecondTop
		case fault.KindOf(err) == fault.NotFound:
			return nil, nil
		default:
			return nil, err
		}
	}
	p, err := ByID(ctx, q, in.ParentID)
	return &p, err
}

func (in NewUnit) unit(tx *db.Tx, parent *Unit) Unit {
	u := Unit{
		ID: in.ID, ParentID: in.ParentID, Kind: in.Kind, Type: in.Type, Name: viet.Clean(in.Name), Short: viet.Clean(in.Short),
		PaperName: viet.Clean(in.PaperName), Place: viet.Clean(in.Place), Hall: viet.Clean(in.Hall), Code: viet.Clean(in.Code),
		Seq: in.Seq, ValidFrom: in.ValidFrom, Version: 1,
	}
	if u.ID == 0 {
		u.ID = tx.ID()
	}
	if code, ok := ParseCode(in.Set, u.Code); ok {
		u.Code = code
	}
	if u.Short == "" {
		u.Short = u.Name
	}
	if u.PaperName == "" {
		u.PaperName = viet.Upper(u.Name)
	}
	if u.ValidFrom.IsZero() {
		u.ValidFrom = tx.Today()
	}
	var above tree.Path
	if parent != nil {
		above = parent.Path
		if u.Place == "" {
			u.Place = parent.Place
		}
	}
	u.Path = above.Child(u.ID)
	u.Depth = u.Path.Depth()
	u.PartID = partUnder(parent, u.ID)
	return u
}

func (in NewUnit) check(u Unit, parent *Unit) error {
	var f fault.Fields
	if u.Name == "" {
		f.Add("name", "org.err.name_empty")
	}
	above := ""
	if parent != nil {
		above = parent.Kind
		if !parent.ValidTo.IsZero() && !u.ValidFrom.Before(parent.ValidTo) {
			f.Add("parent", "org.err.parent_ended", "Name", parent.Name, "Day", parent.ValidTo.Vi())
		}
		switch {
		case u.ValidFrom.Before(parent.ValidFrom):
			f.Add("day", "org.err.before_parent", "Name", parent.Name, "Day", parent.ValidFrom.Vi())
		case in.By.Act != 0 && u.ValidFrom.Before(parent.SinceDay()):
			f.Add("day", "org.err.parent_later", "Name", parent.Name, "Day", parent.SinceDay().Vi())
		}
	}
	if _, ok := ParseCode(in.Set, u.Code); !ok {
		f.Add("code", "org.err.code_form", "Example", CodeExample(in.Set))
	}
	kind := in.Set.OrgKind(u.Kind)
	switch {
	case kind.Code == "":
		f.Add("kind", "org.err.kind_unknown")
	case above == "" && !kind.MayStandUnder(""):
		f.Add("kind", "org.err.kind_top", "Kind", kind.Title.Vi)
	case !kind.MayStandUnder(above):
		f.Add("kind", "org.err.kind_place", "Kind", kind.Title.Vi, "Parent", in.Set.OrgKind(above).Title.Vi)
	}
	if kind.Code != "" && !knownType(in.Set, u.Kind, u.Type) {
		f.Add("type", "org.err.type_unknown", "Kind", kind.Title.Vi)
	}
	return f.Err()
}

// Service holds the use cases of the tree.
type Service struct {
	DB   *db.DB         // required
	Book *rulebook.Book // required
}

// Found founds a unit under another one for an administrator.
func (s *Service) Found(ctx context.Context, actor access.Actor, in NewUnit) (Unit, error) {
	var u Unit
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		parent, err := ByID(ctx, tx, in.ParentID)
		if err != nil {
			return err
		}
		if _, err := manage(actor, parent); err != nil {
			return err
		}
		if in.ValidFrom.IsZero() {
			in.ValidFrom = tx.Today()
		}
		if err := in.asked(ctx, tx, s.Book.At(tx.Today(), parent.Path)); err != nil {
			return err
		}
		if in.Seq == 0 {
			if err := tx.QueryRow(ctx, lastSeqSQL, parent.ID).Scan(&in.Seq); err != nil {
				return err
			}
			in.Seq = min(in.Seq+1, maxSeq)
		}
		in.Set = s.rules(in.ValidFrom, parent.Path)
		if u, err = Add(ctx, tx, in); err != nil {
			return err
		}
		return NoteFound(ctx, tx, actor, u)
	})
	return u, err
}

// NoteFound writes into the audit that a unit was founded. Who calls Add has it written.
func NoteFound(ctx context.Context, tx *db.Tx, actor access.Actor, u Unit) error {
	return audit.Record(ctx, tx, audit.Entry{
		Part: u.PartID, Account: actor.AccountID, Action: "org.found", Target: "org", TargetID: u.ID,
		Detail: map[string]any{"kind": u.Kind, "parent": u.ParentID},
	})
}

// rules gives the rules of the day; of a day before the oldest of them (a unit may be
// older than the Charter in force) the oldest.
func (s *Service) rules(day civil.Date, at tree.Path) rulebook.Set { return dated(s.Book, day, at) }

func dated(book *rulebook.Book, day civil.Date, at tree.Path) rulebook.Set {
	if all := book.History(rulebook.OrgKindsKey); len(all) > 0 && day.Before(all[0].ValidFrom) {
		day = all[0].ValidFrom
	}
	return book.At(day, at)
}

const lastSeqSQL = `SELECT COALESCE(MAX(o.seq), 0) FROM org o WHERE o.parent_id = $1`

const twinSQL = `SELECT COUNT(*) FROM org o WHERE o.parent_id = $1 AND o.name = $2 AND o.valid_to = ''`

// asked checks what a person has typed, over what Add checks: the day, the lengths, the
// type by the rules of today, and that the same form was not sent before.
func (in NewUnit) asked(ctx context.Context, tx *db.Tx, set rulebook.Set) error {
	var f fault.Fields
	switch {
	case !in.ValidFrom.IsDay():
		f.Add("day", "org.err.day_empty")
	case in.ValidFrom.After(tx.Today()):
		f.Add("day", "org.err.day_future", "Day", tx.Today().Vi())
	}
	Naming{Name: in.Name, Short: in.Short, PaperName: in.PaperName, Place: in.Place, Hall: in.Hall}.lengths(&f)
	if in.Seq < 0 || in.Seq > maxSeq {
		f.Add("seq", "org.err.seq", "Most", maxSeq)
	}
	if kind := set.OrgKind(in.Kind); kind.Code != "" && !knownType(set, in.Kind, in.Type) {
		f.Add("type", "org.err.type_unknown", "Kind", kind.Title.Vi)
	}
	var twins int
	if err := tx.QueryRow(ctx, twinSQL, in.ParentID, viet.Clean(in.Name)).Scan(&twins); err != nil {
		return err
	}
	if twins > 0 {
		f.Add("name", "org.err.name_twin")
	}
	return f.Err()
}

// How long, in characters, what a person types of a unit may be, and the highest
// place among siblings.
const (
	maxName = 200
	maxLine = 100
	maxSeq  = 99999
)

func (n Naming) lengths(f *fault.Fields) {
	for _, c := range []struct {
		field, value string
		most         int
	}{
		{"name", n.Name, maxName},
		{"short", n.Short, maxLine},
		{"paper_name", n.PaperName, maxName},
		{"place", n.Place, maxLine},
		{"hall", n.Hall, maxName},
	} {
		if utf8.RuneCountInString(c.value) > c.most {
			f.Add(c.field, "org.err.too_long", "Most", c.most)
		}
	}
}
