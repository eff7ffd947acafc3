package i18n

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync/atomic"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// Default is the code of the first language.
const Default = "vi"

// Bundle has the texts of all features in all languages. It does not change
// after Load and is safe for use from many goroutines.
type Bundle struct {
	lib     *goi18n.Bundle // parses the files, knows the plural rules
	langs   map[string]*Lang
	codes   []string
	matcher language.Matcher
	missing atomic.Pointer[func(lang, key string)]
}

// Load reads every <language>.json of the given file systems, in any folder.
// Errors: a file that is not a catalogue, a key that is given twice in a
// language, a placeholder that is not understood, no Vietnamese text at all.
func Load(sources ...fs.FS) (*Bundle, error) {
	b := &Bundle{lib: goi18n.NewBundle(language.Vietnamese), langs: map[string]*Lang{}}
	var errs []error
	for _, src := range sources {
		errs = append(errs, fs.WalkDir(src, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || path.Ext(name) != ".json" {
				return err
			}
			text, err := fs.ReadFile(src, name)
			if err != nil {
				return err
			}
			return b.add(name, text)
		}))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	if b.langs[Default] == nil {
		return nil, fmt.Errorf("i18n: no catalogue of %q among %d sources", Default, len(sources))
	}
	b.order()
	return b, nil
}

// add reads one catalogue.
func (b *Bundle) add(name string, text []byte) error {
	if err := noDuplicates(text); err != nil {
		return fmt.Errorf("i18n: %s: %w", name, err)
	}
	file, err := b.lib.ParseMessageFileBytes(text, name)
	if err != nil {
		return fmt.Errorf("i18n: %s: %w", name, err)
	}
	code := file.Tag.String()
	l := b.langs[code]
	if l == nil {
		l = &Lang{b: b, code: code, local: goi18n.NewLocalizer(b.lib, code), texts: map[string]message{}, f: formatFor(code)}
		b.langs[code] = l
	}
	for _, m := range file.Messages {
		if _, twice := l.texts[m.ID]; twice {
			return fmt.Errorf("i18n: %s: key %q is given by another catalogue too", name, m.ID)
		}
		msg, err := compile(m)
		if err != nil {
			return fmt.Errorf("i18n: %s: %q: %w", name, m.ID, err)
		}
		l.texts[m.ID] = msg
	}
	return nil
}

// noDuplicates refuses a key that stands twice in one file, of which the parser
// would silently keep the last.
func noDuplicates(text []byte) error {
	dec := json.NewDecoder(strings.NewReader(string(text)))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return errors.New("a catalogue is one JSON object")
	}
	seen := map[string]bool{}
	for dec.More() {
		t, err := dec.Token()
		if err != nil {
			return err
		}
		key, _ := t.(string)
		if seen[key] {
			return fmt.Errorf("key %q stands twice", key)
		}
		seen[key] = true
		var skip json.RawMessage
		if err := dec.Decode(&skip); err != nil {
			return err
		}
	}
	return nil
}

// order lists the languages, Vietnamese first, and readies the matcher.
func (b *Bundle) order() {
	for code := range b.langs {
		b.codes = append(b.codes, code)
	}
	slices.SortFunc(b.codes, func(x, y string) int {
		switch {
		case x == y:
			return 0
		case x == Default:
			return -1
		case y == Default:
			return 1
		}
		return strings.Compare(x, y)
	})
	tags := make([]language.Tag, len(b.codes))
	for i, code := range b.codes {
		tags[i] = language.Make(code)
	}
	b.matcher = language.NewMatcher(tags)
}

// Codes lists the languages, Vietnamese first.
func (b *Bundle) Codes() []string { return slices.Clone(b.codes) }

// Lang gives the language of a code, Vietnamese for one that is not there.
func (b *Bundle) Lang(code string) *Lang {
	if l := b.langs[code]; l != nil {
		return l
	}
	return b.langs[Default]
}

// Match gives the language that fits an Accept-Language header best, Vietnamese
// when none does.
func (b *Bundle) Match(accept string) *Lang {
	tags, _, err := language.ParseAcceptLanguage(accept)
	if err != nil || len(tags) == 0 {
		return b.langs[Default]
	}
	_, i, conf := b.matcher.Match(tags...)
	if conf == language.No {
		return b.langs[Default]
	}
	return b.langs[b.codes[i]]
}

// OnMissing sets what is told of each key (or value, as "key{Name}") that was
// asked for and is not there. nil tells nobody.
func (b *Bundle) OnMissing(hook func(lang, key string)) { b.missing.Store(&hook) }

func (b *Bundle) miss(lang, key string) {
	if hook := b.missing.Load(); hook != nil && *hook != nil {
		(*hook)(lang, key)
	}
}
