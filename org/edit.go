package org

import (
	"cmp"
	"context"
	"slices"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/rulebook"
)

// Edit is a unit as a person wants it: all that can be changed without moving it.
type Edit struct {
	ID      int64
	Version int // of what the person has seen
	Naming
	Kind, Type string
	Seq        int
	Founded    civil.Date // zero: as it is
	// Day is the first day of the new names and kind; what was before is kept. Correct
	// says instead that they were written wrong: they hold since the last change.
	Day     civil.Date
	Correct bool
}

// Asked gives what a form shows of the unit: names that follow the name are left
// empty, so that they go on following it.
func (u Unit) Asked() Edit {
	n := u.Naming()
	if n.Short == n.Name {
		n.Short = ""
	}
	if n.PaperName == (Naming{Name: n.Name}).clean().PaperName {
		n.PaperName = ""
	}
	return Edit{ID: u.ID, Version: u.Version, Naming: n, Kind: u.Kind, Type: u.Type, Seq: u.Seq, Founded: u.ValidFrom}
}

// ErrStale says that somebody else has changed the unit since the form was opened.
var ErrStale = fault.New(fault.Conflict, "org.err.stale")

// Edit changes what a unit is called and is, for whoever manages it. Names, code,
// kind and type are dated; place of meetings and order are not. Field errors: those
// of Rename and ChangeKind, "type", "code", "seq", "founded". ErrStale when the unit
// is no longer what the person has seen; nothing is changed then.
func (s *Service) Edit(ctx context.Context, actor access.Actor, in Edit) (Unit, error) {
	var out Unit
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		u, err := ByID(ctx, tx, in.ID)
		if err != nil {
			return err
		}
		if _, err := manage(actor, u); err != nil {
			return err
		}
		if in.Version != u.Version {
			return ErrStale
		}
		var fields []string
		if out, fields, err = Amend(ctx, tx, s.Book, in); err != nil || len(fields) == 0 {
			return err
		}
		return Note(ctx, tx, actor, u, in, fields)
	})
	return out, err
}

// Note writes a change that was made into the audit.
func Note(ctx context.Context, tx *db.Tx, actor access.Actor, u Unit, in Edit, fields []string) error {
	day := in.Day
	if in.Correct {
		day = u.SinceDay()
	}
	return audit.Record(ctx, tx, audit.Entry{
		Part: u.PartID, Account: actor.AccountID, Action: "org.edit", Target: "org", TargetID: u.ID,
		Detail: map[string]any{"fields": fields, "day": day.String(), "correct": in.Correct},
	})
}

// Amend is Edit in the caller's transaction, which has checked the right and writes
// the audit; it gives the names of the fields that changed.
func Amend(ctx context.Context, tx *db.Tx, book *rulebook.Book, in Edit) (Unit, []string, error) {
	u, err := ByID(ctx, tx, in.ID)
	if err != nil {
		return Unit{}, nil, err
	}
	e := edit{in: in, u: u, c: Change{Day: in.Day}, now: book.At(tx.Today(), u.Path)}
	if in.Correct {
		e.c.Day = u.SinceDay()
	}
	if in.Founded.IsZero() {
		e.in.Founded = u.ValidFrom
	}
	e.c.Set = dated(book, cmp.Or(e.c.Day, tx.Today()), u.Path)
	if err := e.check(ctx, tx); err != nil {
		return Unit{}, nil, err
	}
	if err := e.carryOut(ctx, tx); err != nil || len(e.what) == 0 {
		return u, nil, err
	}
	u, err = ByID(ctx, tx, u.ID)
	return u, e.what, err
}

// edit is one change being carried out.
type edit struct {
	in   Edit
	u    Unit
	c    Change
	now  rulebook.Set // the rules of today, for the type
	what []string     // names of the fields that change, for the audit
}

func (e *edit) check(ctx context.Context, tx *db.Tx) error {
	var f fault.Fields
	e.in.Naming.lengths(&f)
	if e.in.Name == "" {
		f.Add("name", "org.err.name_empty")
	}
	if code, ok := ParseCode(e.c.Set, e.in.Code); ok {
		e.in.Code = code
		if err := checkCode(ctx, tx, &f, code, e.u.ID); err != nil {
			return err
		}
	} else {
		f.Add("code", "org.err.code_form", "Example", CodeExample(e.c.Set))
	}
	if e.in.Type != e.u.Type && !knownType(e.now, e.in.Kind, e.in.Type) {
		f.Add("type", "org.err.type_unknown", "Kind", e.now.OrgKind(e.in.Kind).Title.Vi)
	}
	if e.in.Seq < 0 || e.in.Seq > maxSeq {
		f.Add("seq", "org.err.seq", "Most", maxSeq)
	}
	if err := e.founding(ctx, tx, &f); err != nil {
		return err
	}
	e.in.Naming = e.in.clean()
	e.list()
	dated := slices.ContainsFunc(e.what, func(w string) bool { return w != "hall" && w != "seq" && w != "founded" })
	if err := e.c.open(tx, e.u); dated && err != nil {
		f = append(f, fault.FieldsOf(err)...)
	}
	return f.Err()
}

// list notes which fields change.
func (e *edit) list() {
	now := e.u.Naming()
	for _, c := range []struct {
		field   string
		changed bool
	}{
		{"name", e.in.Name != now.Name},
		{"short", e.in.Short != now.Short},
		{"paper_name", e.in.PaperName != now.PaperName},
		{"place", e.in.Place != now.Place},
		{"code", e.in.Code != now.Code},
		{"kind", e.in.Kind != e.u.Kind},
		{"type", e.in.Type != e.u.Type},
		{"hall", e.in.Hall != now.Hall},
		{"seq", e.in.Seq != e.u.Seq},
		{"founded", e.in.Founded != e.u.ValidFrom},
	} {
		if c.changed {
			e.what = append(e.what, c.field)
		}
	}
}

func (e *edit) has(fields ...string) bool {
	return slices.ContainsFunc(fields, func(f string) bool { return slices.Contains(e.what, f) })
}

const typeSQL = `UPDATE org SET since = ` + newSince + `, type = $3, version = version + 1 WHERE id = $2`

const plainSQL = `UPDATE org SET hall = $2, seq = $3, valid_from = $4, version = version + 1 WHERE id = $1`

const pastFoundedSQL = `UPDATE org_past SET from_day = $3 WHERE org_id = $1 AND from_day = $2`

func (e *edit) carryOut(ctx context.Context, tx *db.Tx) error {
	if e.has("name", "short", "paper_name", "place", "code") {
		n := e.in.Naming
		n.Hall = e.u.Hall
		if _, err := Rename(ctx, tx, e.c, e.u.ID, n); err != nil {
			return err
		}
	}
	switch {
	case e.has("kind"):
		if _, err := ChangeKind(ctx, tx, e.c, e.u.ID, e.in.Kind, e.in.Type); err != nil {
			return err
		}
	case e.has("type"): // the place of the unit is not asked about again
		if err := keepOne(ctx, tx, e.u, e.c.Day, e.c.By); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, typeSQL, e.c.Day, e.u.ID, e.in.Type); err != nil {
			return err
		}
	}
	if !e.has("hall", "seq", "founded") {
		return nil
	}
	if _, err := tx.Exec(ctx, plainSQL, e.u.ID, e.in.Hall, e.in.Seq, e.in.Founded); err != nil || !e.has("founded") {
		return err
	}
	_, err := tx.Exec(ctx, pastFoundedSQL, e.u.ID, e.u.ValidFrom, e.in.Founded)
	return err
}

const firstChangeSQL = `SELECT COALESCE(MIN(p.to_day), '') FROM org_past p WHERE p.org_id = $1`

const firstChildSQL = `SELECT COALESCE(MIN(o.valid_from), '') FROM org o WHERE o.parent_id = $1`

// founding checks a founding day that was written wrong: not to come, not before the
// parent's, not after a change or the founding of a unit below.
func (e *edit) founding(ctx context.Context, tx *db.Tx, f *fault.Fields) error {
	day := e.in.Founded
	switch {
	case day == e.u.ValidFrom:
		return nil
	case !day.IsDay():
		f.Add("founded", "org.err.day_empty")
		return nil
	case day.After(tx.Today()):
		f.Add("founded", "org.err.day_future", "Day", tx.Today().Vi())
		return nil
	case !e.u.ValidTo.IsZero() && !day.Before(e.u.ValidTo):
		f.Add("founded", "org.err.ended", "Name", e.u.Name, "Day", e.u.ValidTo.Vi())
		return nil
	}
	if e.u.ParentID != 0 {
		parent, err := ByID(ctx, tx, e.u.ParentID)
		if err != nil {
			return err
		}
		if day.Before(parent.ValidFrom) {
			f.Add("founded", "org.err.before_parent", "Name", parent.Name, "Day", parent.ValidFrom.Vi())
		}
	}
	var change, child civil.Date
	if err := tx.QueryRow(ctx, firstChangeSQL, e.u.ID).Scan(&change); err != nil {
		return err
	}
	if err := tx.QueryRow(ctx, firstChildSQL, e.u.ID).Scan(&child); err != nil {
		return err
	}
	switch {
	case !change.IsZero() && !day.Before(change), !e.u.Since.IsZero() && !day.Before(e.u.Since):
		if change.IsZero() {
			change = e.u.Since
		}
		f.Add("founded", "org.err.after_change", "Day", change.Vi())
	case !child.IsZero() && day.After(child):
		f.Add("founded", "org.err.after_child", "Day", child.Vi())
	}
	return nil
}
