package i18n

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Used is what the program's own text says about keys: those that are surely
// asked for, and every literal that may be one.
type Used struct {
	asked    map[string]string // key → file that asks
	literals map[string]bool
	prefixes map[string]bool // "meeting.state.", completed when the program runs
}

// Scan reads the templates (.html) and the Go files (not tests) below fsys.
// Asked for are {{t "key"}}, {{tr "key"}}, {{.T "key"}}, l.T("key"), and the keys
// of fault.New, fault.Wrap, fault.Field and Fields.Add. A literal that ends with a
// dot, or a format such as "meeting.state.%s", stands for every key that begins so.
func Scan(fsys fs.FS) (*Used, error) {
	u := &Used{asked: map[string]string{}, literals: map[string]bool{}, prefixes: map[string]bool{}}
	return u, fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if base := path.Base(name); name != "." && (strings.HasPrefix(base, ".") || base == "testdata") {
				return fs.SkipDir
			}
			return nil
		}
		ext := path.Ext(name)
		if (ext != ".go" && ext != ".html") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		u.read(name, string(text), ext == ".html")
		return nil
	})
}

// Add notes keys that are asked for in a way the scan cannot see.
func (u *Used) Add(keys ...string) {
	for _, k := range keys {
		u.asked[k] = "(given)"
	}
}

// AddPrefix notes that every key with a prefix is in use.
func (u *Used) AddPrefix(prefixes ...string) {
	for _, p := range prefixes {
		u.prefixes[p] = true
	}
}

const keyText = `([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+)`

func (u *Used) read(name, text string, template bool) {
	asks := []string{
		`\.T\(\s*"` + keyText + `"`,
		`fault\.New\(\s*[\w.]+,\s*"` + keyText + `"`,
		`fault\.Wrap\(\s*[^"\n]+?,\s*[\w.]+,\s*"` + keyText + `"`,
		`(?:fault\.Field|\.Add)\(\s*"[\w.\[\]]*",\s*"` + keyText + `"`,
	}
	if template {
		asks = []string{`[{( ](?:t|tr|[\w.$]*\.T)\s+"` + keyText + `"`}
	}
	for _, ask := range asks {
		for _, m := range regexp.MustCompile(ask).FindAllStringSubmatch(text, -1) {
			u.asked[m[1]] = name
		}
	}
	for _, m := range regexp.MustCompile("[\"`]"+keyText+"[\"`]").FindAllStringSubmatch(text, -1) {
		u.literals[m[1]] = true
	}
	for _, m := range regexp.MustCompile("[\"`]([a-z][a-z0-9_]*(?:\\.[a-z0-9_]+)*\\.)(?:%[sdv][^\"`]*)?[\"`]").FindAllStringSubmatch(text, -1) {
		u.prefixes[m[1]] = true
	}
}

func (u *Used) has(key string) bool {
	if u.asked[key] != "" || u.literals[key] {
		return true
	}
	for p := range u.prefixes {
		if strings.HasPrefix(key, p) {
			return true
		}
	}
	return false
}

// Check lists what is wrong between the catalogues and the program, sorted: a key
// that a language lacks, texts that need different values, a key that is asked
// for and missing, a key that nothing uses.
func Check(b *Bundle, used *Used) []string {
	var out []string
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	vi := b.langs[Default]
	for _, code := range b.codes {
		l := b.langs[code]
		for key, m := range vi.texts {
			other, ok := l.texts[key]
			switch {
			case !ok:
				say("%s: %q is missing", code, key)
			case !slices.Equal(minus(m.names, "Count"), minus(other.names, "Count")):
				say("%s: %q needs values %v, in Vietnamese %v", code, key, other.names, m.names)
			}
		}
		for key := range l.texts {
			if !vi.Has(key) {
				say("%s: %q has no Vietnamese text", code, key)
			}
		}
	}
	for key, file := range used.asked {
		if !vi.Has(key) {
			say("%s asks for %q, which no catalogue has", file, key)
		}
	}
	for key := range vi.texts {
		if !used.has(key) {
			say("%q is used by nothing", key)
		}
	}
	slices.Sort(out)
	return out
}

func minus(names []string, name string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == name })
}
