package agenda

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/viet"
	"chibo/org"
	"chibo/rulebook"
)

// Limits of what people type. They guard against slips and are no rules of the field.
const (
	titleMost   = 500
	sourceMost  = 300
	textMost    = 10000
	linkMost    = 500
	itemsMost   = 60
	minutesMost = 600
	aheadMost   = 2 * 366 // days
)

// Service makes templates and guidance. All fields are required.
type Service struct {
	DB   *db.DB
	Book *rulebook.Book
}

// The refusals beside those at fields.
var (
	ErrNotFound = fault.New(fault.NotFound, "agenda.err.not_found")
	ErrStale    = fault.New(fault.Conflict, "agenda.err.stale")
	ErrNotOwn   = fault.New(fault.Conflict, "agenda.err.not_own")
)

// SaveIn is a new version of a unit's template.
type SaveIn struct {
	OrgID    int64
	Kind     string
	CellType string // "" for every type
	From     civil.Date
	Source   string
	Items    []Item // none: withdrawn, the unit goes back to what stands above
	Seen     int64  // the unit's latest version that the form was made from; 0 none
	Op       string // made on the device
}

// Save writes a new version. Said again with the same Op it does nothing. Errors: fields
// kind, type, from, source, items, items.N.title, items.N.content, items.N.minutes,
// items.N.speaker (N from 0); ErrStale when somebody else has made a version meanwhile;
// ErrNotOwn for withdrawing what the unit does not have.
func (s *Service) Save(ctx context.Context, actor access.Actor, in SaveIn) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		u, err := s.own(ctx, tx, actor, in.OrgID)
		if err != nil {
			return err
		}
		if done, err := exists(ctx, tx, templateOpSQL, u.ID, in.Op); done || err != nil {
			return err
		}
		set := s.Book.At(in.from(tx), u.Path)
		if err := in.check(tx.Today(), set, u); err != nil {
			return err
		}
		had, err := versions(ctx, tx, u.ID, in.Kind, in.CellType)
		if err != nil {
			return err
		}
		if latest(had) != in.Seen {
			return ErrStale
		}
		if len(in.Items) == 0 && (len(had) == 0 || had[0].withdrawn) {
			return ErrNotOwn
		}
		return in.write(ctx, tx, actor, u)
	})
}

func (in SaveIn) from(tx *db.Tx) civil.Date {
	if in.From.IsDay() {
		return in.From
	}
	return tx.Today()
}

// latest gives the version made last.
func latest(list []Template) (id int64) {
	for _, t := range list {
		id = max(id, t.ID)
	}
	return id
}

// own gives the unit to who makes its templates and guidance.
func (s *Service) own(ctx context.Context, q db.Q, actor access.Actor, id int64) (org.Unit, error) {
	u, err := org.ByID(ctx, q, id)
	if err == nil && !MayKeep(actor, u) {
		err = access.ErrForbidden
	}
	return u, err
}

const templateOpSQL = `SELECT COUNT(*) FROM agenda_template WHERE org_id = $1 AND op = $2`

func exists(ctx context.Context, q db.Q, query string, args ...any) (bool, error) {
	var n int
	err := q.QueryRow(ctx, query, args...).Scan(&n)
	return n > 0, err
}

func (in *SaveIn) check(today civil.Date, set rulebook.Set, u org.Unit) error {
	var f fault.Fields
	in.Source = viet.Clean(in.Source)
	if !has(Kinds(set), in.Kind) {
		f.Add("kind", "agenda.err.kind")
	}
	if in.CellType != "" && (!has(set.CellTypes(), in.CellType) || u.IsCell()) {
		f.Add("type", "agenda.err.type")
	}
	checkFrom(&f, "from", today, in.From)
	text(&f, "source", in.Source, sourceMost, true)
	if len(in.Op) < 8 || len(in.Op) > 64 {
		f.Add("op", "agenda.err.op")
	}
	if len(in.Items) > itemsMost {
		f.Add("items", "agenda.err.many", "Most", itemsMost)
		return f.Err()
	}
	section, seen := Opening, map[string]bool{}
	for i := range in.Items {
		it := &in.Items[i]
		it.check(&f, "items."+strconv.Itoa(i)+".", set)
		if rank(it.Section) < rank(section) {
			it.Section = section
		}
		section = it.Section
		if seen[it.Code] || !isCode(it.Code) {
			it.Code = ""
		}
		seen[it.Code] = true
	}
	return f.Err()
}

// checkFrom wants a whole day that is not over and not too far ahead.
func checkFrom(f *fault.Fields, field string, today, day civil.Date) {
	switch {
	case !day.IsDay():
		f.Add(field, "agenda.err.day")
	case day.Before(today):
		f.Add(field, "agenda.err.past", "Day", day.Vi())
	case day.After(today.AddDays(aheadMost)):
		f.Add(field, "agenda.err.far", "Day", day.Vi())
	}
}

// text checks the length of a text in characters.
func text(f *fault.Fields, field, s string, most int, required bool) {
	switch n := utf8.RuneCountInString(s); {
	case n == 0 && required:
		f.Add(field, "agenda.err.empty")
	case n > most:
		f.Add(field, "agenda.err.long", "Most", most)
	}
}

func (it *Item) check(f *fault.Fields, prefix string, set rulebook.Set) {
	it.Title = viet.Clean(it.Title)
	text(f, prefix+"title", it.Title, titleMost, true)
	if it.Minutes < 1 || it.Minutes > minutesMost {
		f.Add(prefix+"minutes", "agenda.err.minutes", "Most", minutesMost)
	}
	if !KnownContent(set, it.Content) {
		f.Add(prefix+"content", "agenda.err.content")
	}
	if !has(set.Choices("speaker.roles"), it.Speaker) {
		f.Add(prefix+"speaker", "agenda.err.speaker")
	}
	if rank(it.Section) < 0 {
		it.Section = Main
	}
}

// KnownContent says whether the rulebook has the kind of content.
func KnownContent(set rulebook.Set, code string) bool {
	return slices.ContainsFunc(set.ContentKinds(), func(k rulebook.ContentKind) bool { return k.Code == code })
}

func has(list []rulebook.Choice, code string) bool {
	return slices.ContainsFunc(list, func(c rulebook.Choice) bool { return c.Code == code })
}

// isCode says whether a text can be the code of an item.
func isCode(s string) bool {
	if s == "" || len(s) > 40 {
		return false
	}
	for _, c := range s {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' {
			return false
		}
	}
	return true
}

const insertTemplateSQL = `INSERT INTO agenda_template (id, org_id, kind, cell_type, valid_from, items, source, by_account, by_name, at, op)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`

func (in SaveIn) write(ctx context.Context, tx *db.Tx, actor access.Actor, u org.Unit) error {
	items := ""
	for i := range in.Items {
		if in.Items[i].Code == "" {
			in.Items[i].Code = "x" + strconv.FormatInt(tx.ID(), 36)
		}
	}
	if len(in.Items) > 0 {
		raw, err := json.Marshal(in.Items)
		if err != nil {
			return fmt.Errorf("items of a template: %w", err)
		}
		items = string(raw)
	}
	id := tx.ID()
	if _, err := tx.Exec(ctx, insertTemplateSQL, id, in.OrgID, in.Kind, in.CellType, in.From, items, in.Source, actor.AccountID, actor.Name, tx.NowMS(), in.Op); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Entry{
		Part: u.PartID, Account: actor.AccountID, Action: "agenda.template", Target: "unit", TargetID: in.OrgID,
		Detail: map[string]any{"template": id, "kind": in.Kind, "type": in.CellType, "from": in.From.String(), "items": len(in.Items)},
	})
}

// Shown is what holds at a unit for a kind of meeting and a type of cell, as its page
// shows it.
type Shown struct {
	Unit     org.Unit
	Set      rulebook.Set
	Kind     string
	CellType string
	Day      civil.Date
	Template Template   // that holds on the day
	Above    Template   // that would hold without the unit's own
	Own      []Template // the unit's own versions, the latest first
	Latest   int64      // of them, for SaveIn.Seen
	Keep     bool       // the actor makes them
}

// Show gives what holds at a unit to whoever may read there. An unknown kind or type is
// ErrNotFound; for a cell "" is its own type. Day zero is today.
func (s *Service) Show(ctx context.Context, actor access.Actor, orgID int64, kind, cellType string, day civil.Date) (v Shown, err error) {
	if day.IsZero() {
		day = civil.From(s.DB.Clock().Now())
	}
	v = Shown{Kind: kind, CellType: cellType, Day: day}
	err = s.DB.Read(ctx, func(q db.Q) error {
		if v.Unit, err = org.ByID(ctx, q, orgID); err != nil {
			return err
		}
		if !mayOpen(actor, v.Unit.Path) {
			return access.ErrForbidden
		}
		v.Set = s.Book.At(day, v.Unit.Path)
		if !has(Kinds(v.Set), kind) || cellType != "" && !has(v.Set.CellTypes(), cellType) {
			return ErrNotFound
		}
		if v.Unit.IsCell() { // a cell's own is made for whatever type it has
			v.CellType, cellType = "", v.Unit.Type
		}
		v.Keep = MayKeep(actor.Quiet(), v.Unit)
		if v.Template, err = For(ctx, q, v.Set, v.Unit.Path, cellType, kind, day); err != nil {
			return err
		}
		if v.Above, err = For(ctx, q, v.Set, v.Unit.Path.Parent(), cellType, kind, day); err != nil {
			return err
		}
		v.Own, err = versions(ctx, q, orgID, kind, v.CellType)
		v.Latest = latest(v.Own)
		return err
	})
	return v, err
}

// Listed is what holds at a unit, kind by kind.
type Listed struct {
	Unit  org.Unit
	Set   rulebook.Set
	Day   civil.Date
	Lines []Line
	Keep  bool
}

// List gives what holds at a unit today, to whoever may read there or below.
func (s *Service) List(ctx context.Context, actor access.Actor, orgID int64) (v Listed, err error) {
	v.Day = civil.From(s.DB.Clock().Now())
	err = s.DB.Read(ctx, func(q db.Q) error {
		if v.Unit, err = org.ByID(ctx, q, orgID); err != nil {
			return err
		}
		if !mayOpen(actor, v.Unit.Path) {
			return access.ErrForbidden
		}
		v.Set, v.Keep = s.Book.At(v.Day, v.Unit.Path), MayKeep(actor.Quiet(), v.Unit)
		v.Lines, err = Holding(ctx, q, v.Set, v.Unit, v.Day)
		return err
	})
	return v, err
}
