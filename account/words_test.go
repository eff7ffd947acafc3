package account

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The words are different, short, and no Vietnamese keyboard (Telex, VNI) changes one
// while it is typed.
func TestWords(t *testing.T) {
	all := strings.Fields(words)
	if len(all) < 200 {
		t.Fatalf("only %d words: too few bits", len(all))
	}
	telex := regexp.MustCompile(`[aeiouy].*[sfrxjwz]|aa|ee|oo|dd|[0-9]`)
	sorted := slices.Clone(all)
	slices.Sort(sorted)
	if len(slices.Compact(sorted)) != len(all) {
		t.Error("a word stands twice")
	}
	for _, w := range all {
		if len(w) < 2 || len(w) > 6 || telex.MatchString(w) || strings.Trim(w, "abcdefghijklmnopqrstuvwxyz") != "" {
			t.Errorf("%q", w)
		}
	}
}

// However a first password is typed from paper, it is the same one.
func TestNormalFirst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := newFirst()
		if NormalFirst(p) != p {
			t.Fatalf("%q is not normal", p)
		}
		dash := rapid.SampledFrom([]string{"-", " ", "  ", "–", "_", " - ", "."}).Draw(t, "dash")
		typed := strings.ReplaceAll(p, "-", dash)
		if rapid.Bool().Draw(t, "upper") {
			typed = strings.ToUpper(typed)
		}
		if got := NormalFirst(" " + typed + " "); got != p {
			t.Fatalf("%q became %q, want %q", typed, got, p)
		}
	})
}

func TestLoginOf(t *testing.T) {
	for name, want := range map[string]string{
		"Lưu Đình Khải": "khaild", "Hồ Thị Lan": "lanht", "Y": "y", "": "dv", "123": "dv", "Đỗ": "do",
		"Nguyễn Phước Bảo Quý Ân": "annpbq", "H'Hen Niê": "nieh",
	} {
		if got := loginOf(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
