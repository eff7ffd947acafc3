package rulebook

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"chibo/internal/civil"
)

// entry is one rule as it stands in a data file.
type entry struct {
	Key       string          `json:"key"`
	Value     json.RawMessage `json:"value"`
	ValidFrom civil.Date      `json:"valid_from"`
	ValidTo   civil.Date      `json:"valid_to,omitzero"`
	Source    string          `json:"source"`
	Rule      string          `json:"rule"`
	Status    Status          `json:"status"`
}

var factID = regexp.MustCompile(`^\d+\.\d+$`)

// read makes a Book of data/keys.json and the other files beside it.
func read(files fs.FS) (*Book, error) {
	b := &Book{keys: map[string]Key{}}
	var keys struct {
		Keys []Key `json:"keys"`
	}
	if err := readFile(files, "data/keys.json", &keys); err != nil {
		return nil, err
	}
	for _, k := range keys.Keys {
		if _, twice := b.keys[k.Key]; twice || k.Title.Vi == "" || k.Title.En == "" {
			return nil, fmt.Errorf("rulebook: data/keys.json: key %q stands twice or has no title", k.Key)
		}
		b.keys[k.Key] = k
	}
	names, err := fs.Glob(files, "data/*.json")
	if err != nil {
		return nil, err
	}
	snap := &snapshot{base: map[string][]version{}, over: map[string][]version{}}
	var errs []error
	for _, name := range names {
		if name != "data/keys.json" {
			errs = append(errs, b.readRules(files, name, snap))
		}
	}
	errs = append(errs, b.checkPeriods(snap)...)
	b.snap.Store(snap)
	return b, errors.Join(errs...)
}

func readFile(files fs.FS, name string, into any) error {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return fmt.Errorf("rulebook: %w", err)
	}
	if err := strict(text, into); err != nil {
		return fmt.Errorf("rulebook: %s: %w", name, err)
	}
	return nil
}

// strict decodes JSON and refuses what it does not know, so that a misspelt field
// does not pass as a missing one.
func strict(text []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return err
	}
	if dec.More() {
		return errors.New("more than one value")
	}
	return nil
}

func (b *Book) readRules(files fs.FS, name string, snap *snapshot) error {
	var file struct {
		Rules []entry `json:"rules"`
	}
	if err := readFile(files, name, &file); err != nil {
		return err
	}
	for _, e := range file.Rules {
		v, err := b.version(e)
		if err != nil {
			return fmt.Errorf("rulebook: %s: %s of %s: %w", name, e.Key, e.ValidFrom, err)
		}
		snap.base[e.Key] = append(snap.base[e.Key], v)
	}
	return nil
}

// version checks and decodes an entry.
func (b *Book) version(e entry) (version, error) {
	key, ok := b.key(e.Key)
	switch {
	case !ok:
		return version{}, errors.New("unknown key")
	case e.ValidFrom.IsZero():
		return version{}, errors.New("no valid_from")
	case !e.ValidTo.IsZero() && ordinal(e.ValidTo) <= ordinal(e.ValidFrom):
		return version{}, errors.New("valid_to is not after valid_from")
	case strings.TrimSpace(e.Source) == "":
		return version{}, errors.New("no source")
	case !factID.MatchString(e.Rule):
		return version{}, fmt.Errorf("rule %q is not an id such as 2.03", e.Rule)
	case !slices.Contains([]Status{Verified, VerifiedB, Unverified, Convention}, e.Status):
		return version{}, fmt.Errorf("status %q", e.Status)
	}
	val, err := decode(key, e.Value)
	if err != nil {
		return version{}, err
	}
	return version{
		rule: Rule{
			Key: e.Key, Title: key.Title, Unit: key.Unit, Value: e.Value, ValidFrom: e.ValidFrom,
			ValidTo: e.ValidTo, Source: e.Source, ID: e.Rule, Status: e.Status,
		},
		val: val, from: ordinal(e.ValidFrom), to: ordinalEnd(e.ValidTo),
	}, nil
}

// key gives the description of a key; "sheet.A" is described by "sheet.*".
func (b *Book) key(key string) (Key, bool) {
	if k, ok := b.keys[key]; ok {
		return k, true
	}
	family, _, _ := strings.Cut(key, ".")
	k, ok := b.keys[family+".*"]
	return k, ok
}

// checkPeriods orders the versions of each key and refuses overlaps, keys without
// a value, and sheets that are chosen and do not exist.
func (b *Book) checkPeriods(snap *snapshot) []error {
	var errs []error
	for key, all := range snap.base {
		slices.SortFunc(all, func(x, y version) int { return x.from - y.from })
		for i := 1; i < len(all); i++ {
			if all[i].from < all[i-1].to {
				errs = append(errs, fmt.Errorf("rulebook: %s: the periods from %s and %s overlap", key, all[i-1].rule.ValidFrom, all[i].rule.ValidFrom))
			}
		}
		for _, v := range all {
			if sheet, isCode := v.val.(string); isCode && strings.HasPrefix(key, "score.sheet.") && len(snap.base["sheet."+sheet]) == 0 {
				errs = append(errs, fmt.Errorf("rulebook: %s: there is no sheet %q", key, sheet))
			}
		}
	}
	for key := range b.keys {
		if !strings.HasSuffix(key, "*") && len(snap.base[key]) == 0 {
			errs = append(errs, fmt.Errorf("rulebook: key %s has no value", key))
		}
	}
	return errs
}
