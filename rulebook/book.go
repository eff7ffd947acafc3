package rulebook

import (
	"embed"
	"slices"
	"sync/atomic"

	"chibo/internal/civil"
	"chibo/internal/tree"
)

//go:embed data/*.json
var data embed.FS

// Book is all rules of all days, with the overrides of units. Safe for use from
// many goroutines.
type Book struct {
	keys map[string]Key
	snap atomic.Pointer[snapshot]
}

// snapshot is one state of the rules; it does not change once it is made.
type snapshot struct {
	base map[string][]version // by key, in order of time
	over map[string][]version // by key, in order of making
}

// version is one value of a key.
type version struct {
	rule      Rule
	val       any // decoded by the key's shape; nil: withdrawn
	from, to  int // yyyymmdd, half-open
	id        int64
	withdrawn bool // the unit goes back to what stands above it
}

// New reads the embedded rules. Error: data that does not hold together; it names
// the file, the key and the fault.
func New() (*Book, error) { return read(data) }

// At gives the rules in force on a day for the unit at path: the embedded ones,
// with the overrides of the unit and of those above it, nearest first. The empty
// path gives the rules without overrides.
func (b *Book) At(day civil.Date, path tree.Path) Set {
	s := Set{snap: b.snap.Load(), day: ordinal(day)}
	if len(s.snap.over) > 0 && path != "" {
		s.units = path.Ids()
		slices.Reverse(s.units)
	}
	return s
}

// Edition is what the book says at a moment. Two are equal when nothing was overridden or
// reloaded in between.
type Edition struct{ snap *snapshot }

// Edition gives the present one.
func (b *Book) Edition() Edition { return Edition{b.snap.Load()} }

// find gives the version of a key in force, nil when there is none.
func (s Set) find(key string) *version {
	if s.snap == nil {
		return nil
	}
	if over := s.snap.over[key]; len(over) > 0 {
		for _, unit := range s.units {
			if v := s.ofUnit(over, unit); v != nil && !v.withdrawn {
				return v
			}
		}
	}
	base := s.snap.base[key]
	for i := range base {
		if base[i].from <= s.day && s.day < base[i].to {
			return &base[i]
		}
	}
	return nil
}

// ofUnit gives a unit's own version in force: the one that begins latest, of those
// the one made last.
func (s Set) ofUnit(over []version, unit int64) *version {
	var best *version
	for i := range over {
		v := &over[i]
		if v.rule.OrgID != unit || v.from > s.day || s.day >= v.to {
			continue
		}
		if best == nil || v.from > best.from || (v.from == best.from && v.id > best.id) {
			best = v
		}
	}
	return best
}

// History gives all embedded versions of a key in order of time, for the page that
// shows how a rule came to be.
func (b *Book) History(key string) []Rule {
	var out []Rule
	for _, v := range b.snap.Load().base[key] {
		out = append(out, v.rule)
	}
	return out
}

// Key describes what a key means.
type Key struct {
	Key     string   `json:"key"`
	Shape   string   `json:"shape"` // how the value is written: "int", "ratio", … see decode
	Title   Text     `json:"title"`
	Unit    Text     `json:"unit,omitzero"`
	Choices []string `json:"choices,omitempty"` // allowed codes, for shape "code"
}

// Keys lists all keys that have a value of their own, in order. Sheets and agendas
// stand for themselves and are not listed.
func (b *Book) Keys() []Key {
	var out []Key
	for _, k := range b.keys {
		if k.Key[len(k.Key)-1] != '*' {
			out = append(out, k)
		}
	}
	slices.SortFunc(out, func(x, y Key) int {
		if x.Key < y.Key {
			return -1
		}
		return 1
	})
	return out
}

const forever = 99999999

// ordinal makes a day comparable; an unknown month or day counts as the first.
func ordinal(d civil.Date) int { return d.Year()*10000 + d.MonthNum()*100 + d.Day() }

func ordinalEnd(d civil.Date) int {
	if d.IsZero() {
		return forever
	}
	return ordinal(d)
}
