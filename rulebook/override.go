package rulebook

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"strings"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
)

// Override is a unit's own value of a key, for itself and all units below it.
type Override struct {
	ID        int64 // set by Override
	OrgID     int64
	Key       string
	Value     json.RawMessage // nil or null: go back to what stands above the unit
	ValidFrom civil.Date
	ValidTo   civil.Date // first day without; zero: until another one begins
	Source    string     // the decision that says so
	MadeBy    int64      // set by Override: the account
	MadeAt    int64      // set by Override: Unix milliseconds
}

const (
	insertOverride = `INSERT INTO rule_override (id, org_id, key, value, valid_from, valid_to, source, made_by, made_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
	allOverrides = `SELECT id, org_id, key, value, valid_from, valid_to, source, made_by, made_at
FROM rule_override ORDER BY id`
)

// Override writes a unit's own value. Nothing is ever changed or deleted: a later
// row that begins on the same day or later wins. The caller checks the right and
// records the act. Error: an Invalid fault with the fields key, value, valid_from,
// valid_to, source.
func (b *Book) Override(ctx context.Context, tx *db.Tx, actorID int64, o Override) error {
	o.ID, o.MadeBy, o.MadeAt = tx.ID(), actorID, tx.NowMS()
	if o.Value == nil {
		o.Value = json.RawMessage("null")
	}
	v, err := b.check(o, b.snap.Load().over)
	if err != nil {
		return err
	}
	return b.write(ctx, tx, o, v)
}

// write keeps a checked override, and adds it to the rules once it is committed.
func (b *Book) write(ctx context.Context, tx *db.Tx, o Override, v version) error {
	if _, err := tx.Exec(ctx, insertOverride, o.ID, o.OrgID, o.Key, string(o.Value), o.ValidFrom, o.ValidTo,
		o.Source, o.MadeBy, o.MadeAt); err != nil {
		return err
	}
	tx.OnCommit(func() { b.add(v) })
	return nil
}

// Check says whether an override could be written, with the same error.
func (b *Book) Check(o Override) error {
	_, err := b.check(o, b.snap.Load().over)
	return err
}

// check reads an override; over are those that are known, for a value that names one.
func (b *Book) check(o Override, over map[string][]version) (version, error) {
	var bad fault.Fields
	key, ok := b.key(o.Key)
	if !ok {
		bad.Add("key", "rulebook.err.key", "Key", o.Key)
		return version{}, bad.Err()
	}
	if o.OrgID <= 0 {
		bad.Add("org", "rulebook.err.org")
	}
	if !o.ValidFrom.IsDay() {
		bad.Add("valid_from", "rulebook.err.valid_from")
	}
	if !o.ValidTo.IsZero() && (!o.ValidTo.IsDay() || !o.ValidTo.After(o.ValidFrom)) {
		bad.Add("valid_to", "rulebook.err.valid_to")
	}
	if strings.TrimSpace(o.Source) == "" {
		bad.Add("source", "rulebook.err.source")
	}
	v := version{
		rule: Rule{
			Key: o.Key, Title: key.Title, Unit: key.Unit, Value: o.Value, ValidFrom: o.ValidFrom, ValidTo: o.ValidTo,
			Source: o.Source, ID: b.factOf(o.Key), Status: Local, OrgID: o.OrgID,
		},
		from: ordinal(o.ValidFrom), to: ordinalEnd(o.ValidTo), id: o.ID,
		withdrawn: len(o.Value) == 0 || string(o.Value) == "null",
	}
	if !v.withdrawn {
		val, err := decode(key, o.Value)
		switch {
		case err != nil && key.Shape == "wording":
			bad.Add("value", "rulebook.err.words", "Most", MaxWording)
		case err != nil:
			bad.Add("value", "rulebook.err.value")
		case !b.whole(o.Key, val, over):
			bad.Add("value", "rulebook.err.sheet")
		}
		if w, ok := val.(Wording); ok {
			b.fits(&bad, o.Key, w)
		}
		v.val = val
	}
	return v, bad.Err()
}

// whole says whether a score sheet that is chosen is there with all its criteria;
// any other value is.
func (b *Book) whole(key string, val any, over map[string][]version) bool {
	code, isCode := val.(string)
	if !isCode || !strings.HasPrefix(key, "score.sheet.") {
		return true
	}
	for _, v := range append(slices.Clip(b.snap.Load().base["sheet."+code]), over["sheet."+code]...) {
		if s, ok := v.val.(Sheet); ok && s.Complete {
			return true
		}
	}
	return false
}

// factOf gives the fact of rules.md that the replaced rule follows.
func (b *Book) factOf(key string) string {
	all := b.snap.Load().base[key]
	if len(all) == 0 && strings.HasPrefix(key, "sheet.") {
		return ownSheetFact
	}
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1].rule.ID
}

// add puts a committed override into the rules.
func (b *Book) add(v version) {
	for {
		old := b.snap.Load()
		next := &snapshot{base: old.base, over: make(map[string][]version, len(old.over)+1)}
		for key, list := range old.over {
			next.over[key] = list
		}
		next.over[v.rule.Key] = append(slices.Clip(next.over[v.rule.Key]), v)
		if b.snap.CompareAndSwap(old, next) {
			return
		}
	}
}

// Reload reads all overrides anew: at the start, and when another machine may have
// written some. A row that no longer can be read (its key is gone) is passed over.
func (b *Book) Reload(ctx context.Context, q db.Q) error {
	rows, err := q.Query(ctx, allOverrides)
	if err != nil {
		return err
	}
	list, err := scanOverrides(rows)
	if err != nil {
		return err
	}
	over := map[string][]version{}
	for _, o := range list {
		if v, err := b.check(o, over); err == nil {
			over[o.Key] = append(over[o.Key], v)
		}
	}
	for {
		old := b.snap.Load()
		if b.snap.CompareAndSwap(old, &snapshot{base: old.base, over: union(over, old.over)}) {
			return nil
		}
	}
}

// union keeps what was added while the rows were read: rows are never deleted, so
// nothing known can be gone.
func union(read, known map[string][]version) map[string][]version {
	out := make(map[string][]version, len(read)+len(known))
	for key, list := range read {
		out[key] = slices.Clone(list)
	}
	for key, list := range known {
		for _, v := range list {
			if !slices.ContainsFunc(out[key], func(w version) bool { return w.id == v.id }) {
				out[key] = append(out[key], v)
			}
		}
	}
	return out
}

func scanOverrides(rows *sql.Rows) (list []Override, err error) {
	defer rows.Close() //nolint:errcheck // Err below says it
	for rows.Next() {
		var o Override
		var value string
		if err := rows.Scan(&o.ID, &o.OrgID, &o.Key, &value, &o.ValidFrom, &o.ValidTo, &o.Source, &o.MadeBy, &o.MadeAt); err != nil {
			return nil, err
		}
		o.Value = json.RawMessage(value)
		list = append(list, o)
	}
	return list, rows.Err()
}

// Overrides lists what a unit put in the place of rules, as written, in the order
// of writing; the account and the instant stand with each.
func (b *Book) Overrides(ctx context.Context, q db.Q, orgID int64) ([]Override, error) {
	rows, err := q.Query(ctx, overridesOf, orgID)
	if err != nil {
		return nil, err
	}
	return scanOverrides(rows)
}

const overridesOf = `SELECT id, org_id, key, value, valid_from, valid_to, source, made_by, made_at
FROM rule_override WHERE org_id = $1 ORDER BY id`
