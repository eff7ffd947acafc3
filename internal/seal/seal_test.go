package seal_test

import (
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/internal/seal"
)

func TestSealIsBoundAndRandom(t *testing.T) {
	r := seal.Fresh()
	a, err := r.Seal("001070000123", "person.idno/7")
	b, err2 := r.Seal("001070000123", "person.idno/7")
	if err = errors.Join(err, err2); err != nil || a == b || !strings.HasPrefix(a, r.Newest()) {
		t.Fatalf("%q %q %v", a, b, err)
	}
	if strings.Contains(a, "001070000123") {
		t.Error("the number stands in the box")
	}
	if text, err := r.Open(a, "person.idno/7"); text != "001070000123" || err != nil {
		t.Errorf("Open = %q, %v", text, err)
	}
	for name, bad := range map[string]struct{ box, binding string }{
		"another person":  {a, "person.idno/8"},
		"no version":      {a[2:], "person.idno/7"},
		"unknown version": {"9" + a[1:], "person.idno/7"},
		"padded version":  {"0" + a, "person.idno/7"},
		"short":           {"1.AAAA", "person.idno/7"},
		"not base64":      {"1.%%%%", "person.idno/7"},
		"cut":             {a[:len(a)-4], "person.idno/7"},
	} {
		if text, err := r.Open(bad.box, bad.binding); !errors.Is(err, seal.ErrBroken) || text != "" {
			t.Errorf("%s: %q, %v", name, text, err)
		}
	}
	if _, err := seal.Fresh().Open(a, "person.idno/7"); !errors.Is(err, seal.ErrBroken) {
		t.Errorf("another ring: %v", err)
	}
	if box, err := r.Seal("", "x"); box != "" || err != nil || r.MAC("") != "" {
		t.Error("nothing is not hidden")
	}
	if r.MAC("a") != r.MAC("a") || r.MAC("a") == r.MAC("b") || r.MAC("a") == seal.Fresh().MAC("a") {
		t.Error("MAC does not tell texts and rings apart")
	}
}

// Whatever is sealed opens again, and any change of one letter is found.
func TestSealProperty(t *testing.T) {
	r := seal.Fresh()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringN(1, 40, -1).Draw(t, "text")
		binding := rapid.String().Draw(t, "binding")
		box, err := r.Seal(text, binding)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := r.Open(box, binding); got != text || err != nil {
			t.Fatalf("%q, %v", got, err)
		}
		at := rapid.IntRange(2, len(box)-1).Draw(t, "at")
		changed := box[:at] + string(box[at]^1) + box[at+1:]
		if _, err := r.Open(changed, binding); err == nil {
			t.Fatalf("opened with letter %d changed", at)
		}
	})
}

func FuzzOpen(f *testing.F) {
	r := seal.Fresh()
	box, err := r.Seal("001070000123", "person.idno/7")
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{box, "", "1.", "1.AAAA", "x.y", "99999999999999999999.A", strings.Repeat(".", 100)} {
		f.Add(s, "person.idno/7")
	}
	f.Fuzz(func(t *testing.T, b, binding string) {
		text, err := r.Open(b, binding)
		if b != "" && err == nil && (b != box || binding != "person.idno/7" || text != "001070000123") {
			t.Errorf("opened %q for %q: %q", b, binding, text)
		}
	})
}

func TestKeyFile(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, dir := t.Context(), t.TempDir()
		path := filepath.Join(dir, "keys", "chibo.key")
		first, err := seal.Load(ctx, d, path)
		if err != nil {
			t.Fatal(err)
		}
		if st, err := os.Stat(path); err != nil || st.Mode().Perm() != 0o600 {
			t.Fatalf("mode %v, %v", st.Mode(), err)
		}
		old, err := first.Seal("123456789", "p/1")
		if err != nil {
			t.Fatal(err)
		}
		if n, err := seal.Add(path); n != 2 || err != nil {
			t.Fatalf("Add = %d, %v", n, err)
		}
		second, err := seal.Load(ctx, d, path)
		if err != nil {
			t.Fatal(err)
		}
		if text, err := second.Open(old, "p/1"); text != "123456789" || err != nil {
			t.Errorf("after the change: %q, %v", text, err)
		}
		if box, _ := second.Seal("1", "p/1"); !strings.HasPrefix(box, "2.") {
			t.Errorf("sealed with %s", box)
		}
		if m := second.MACs("1"); len(m) != 2 || m[0] != second.MAC("1") || !slices.Contains(m, first.MAC("1")) {
			t.Errorf("MACs = %v", m)
		}
		both, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		line := strings.Index(string(both), "\n2 ") + 1
		other := "1 " + base64.StdEncoding.EncodeToString(make([]byte, 32)) + "\n" + string(both[line:])
		for want, text := range map[string]string{
			"err.key_wrong":     other,
			"err.key_version":   string(both[:line]),
			"err.key_malformed": "1 abc\n",
			"err.key_missing":   "",
		} {
			bad := filepath.Join(dir, want)
			if text != "" {
				if err := os.WriteFile(bad, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			_, err := seal.Load(ctx, d, bad)
			if !errors.Is(err, fault.New(fault.Unavailable, want)) {
				t.Errorf("%s: %v", want, err)
			}
		}
		if _, err := os.Stat(filepath.Join(dir, "err.key_missing")); !errors.Is(err, os.ErrNotExist) {
			t.Error("a missing key was made anew for a database that has sealed values")
		}
		if _, err := seal.Load(ctx, d, filepath.Join(path, "below a file")); !errors.Is(err, fault.New(fault.Unavailable, "err.key_unreadable")) {
			t.Errorf("a file in a file: %v", err)
		}
		if _, err := seal.Add(filepath.Join(dir, "none")); fault.KindOf(err) != fault.Unavailable {
			t.Errorf("Add to nothing: %v", err)
		}
	})
}
