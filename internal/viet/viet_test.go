package viet_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"chibo/internal/viet"
)

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"Thị trấn Đức Thọ":      "thi tran duc tho",
		"HOÀ BÌNH":              "hoa binh",
		"Hòa Bình":              "hoa binh",
		"Hoà Bình":              "hoa binh",
		"thuỷ lợi":              "thuy loi",
		"Nguyễn  Văn\tƯớc ":     "nguyen van uoc",
		"K'Brơi":                "kbroi",
		"H’Hen Niê":             "hhen nie",
		"05-NQ/CB":              "05 nq cb",
		"38.168.053":            "38 168 053",
		"100% _ok_":             "100 ok",
		"Ðặng (A)":              "dang a",
		"ăâđêôơưĂÂĐÊÔƠƯỹ":       "aadeoouaadeoouy",
		"\u200bTổ\u00a0dân phố": "to dan pho",
		" -- ":                  "",
		"":                      "",
	} {
		if got := viet.Fold(in); got != want {
			t.Errorf("Fold(%q) = %q; want %q", in, got, want)
		}
		if got := viet.Fold(norm.NFD.String(in)); got != want {
			t.Errorf("Fold of decomposed %q = %q; want %q", in, got, want)
		}
	}
}

// Every letter of the language folds to plain ASCII.
func TestFoldAllLetters(t *testing.T) {
	for _, base := range "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY" {
		for _, tone := range []string{"", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"} {
			c := norm.NFC.String(string(base) + tone)
			got := viet.Fold(c)
			if len(got) != 1 || got[0] < 'a' || got[0] > 'z' {
				t.Errorf("Fold(%q) = %q", c, got)
			}
		}
	}
}

func checkFold(t interface{ Fatalf(string, ...any) }, s string) {
	f := viet.Fold(s)
	if viet.Fold(f) != f {
		t.Fatalf("Fold(%q) = %q, folded again %q", s, f, viet.Fold(f))
	}
	if f != strings.TrimSpace(f) || strings.Contains(f, "  ") || strings.ContainsAny(f, "%_\\'\"") {
		t.Fatalf("Fold(%q) = %q has stray signs", s, f)
	}
	if g := viet.Fold(viet.NFC(s)); g != f {
		t.Fatalf("Fold of the composed form of %q is %q, not %q", s, g, f)
	}
}

func TestFoldProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		checkFold(t, s)
		if got := viet.Clean(s); viet.Clean(got) != got {
			t.Fatalf("Clean(%q) = %q, cleaned again %q", s, got, viet.Clean(got))
		}
	})
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"Nguyễn Văn Đạt", "hoà", "hòa", "K'Brơi", "ﬁ①Å", "\u0301", "İ", "ǅ", "ŉ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		checkFold(t, s)
		for _, r := range viet.SortKey(s) {
			if r < '0' || r > '9' {
				t.Fatalf("SortKey(%q) = %q has more than digits", s, viet.SortKey(s))
			}
		}
	})
}

func TestSortKeyOrder(t *testing.T) {
	want := []string{
		"",
		"Trần Văn An",
		"Bùi Thị Hồng Ánh",
		"Lê Ân",
		"Nguyễn Văn Bảy",
		"Đỗ Văn Cường",
		"Lê Văn Dũng",
		"Lê Thị Đào",
		"Phạm Thị Hoa",
		"Bùi Thị Hòa",
		"Đặng Thị Hòa",
		"Lê Thị Hoà",
		"Lê Văn Hòa",
		"Lê Văn Hỏa",
		"Lê Văn Hóa",
		"Lê Văn Hoan",
		"Nguyễn Đức Minh",
		"Nguyễn Thị Minh",
		"Nguyễn Thị Mơ",
		"Nguyễn Văn Tuấn",
		"Nguyễn Văn Tư",
		"Hồ Như Ý",
	}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortStableFunc(got, func(a, b string) int { return strings.Compare(viet.SortKey(a), viet.SortKey(b)) })
	if !slices.Equal(got, want) {
		t.Errorf("order:\n%s", strings.Join(got, "\n"))
	}
}

// ngang, huyền, hỏi, ngã, sắc, nặng on each vowel, and the alphabet.
func TestTonesAndAlphabet(t *testing.T) {
	var words []string
	for _, v := range "aăâeêioôơuưy" {
		for _, tone := range []string{"", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"} {
			words = append(words, norm.NFC.String(string(v)+tone))
		}
	}
	if !slices.IsSortedFunc(words, func(a, b string) int { return strings.Compare(viet.SortKey(a), viet.SortKey(b)) }) {
		t.Error("vowels with tones are out of order")
	}
	abc := strings.Split("a ă â b c d đ e ê g h i k l m n o ô ơ p q r s t u ư v x y", " ")
	if !slices.IsSortedFunc(abc, func(a, b string) int { return strings.Compare(viet.SortKey(a), viet.SortKey(b)) }) {
		t.Error("the alphabet is out of order")
	}
}

func TestTextKey(t *testing.T) {
	want := []string{"Chi bộ Cơ quan", "Chi bộ Thôn 1", "Chi bộ Thôn 2", "Chi bộ Thôn 10", "Chi bộ Thôn 10A", "Chi bộ Thôn Đông", "Đảng bộ xã"}
	if !slices.IsSortedFunc(want, func(a, b string) int { return strings.Compare(viet.TextKey(a), viet.TextKey(b)) }) {
		t.Error("units are out of order")
	}
	if viet.TextKey("Thôn 02") != viet.TextKey("thôn 2") {
		t.Error("a leading zero counts")
	}
}

var letters = []rune("aăâbcdđeêghiklmnoôơpqrstuưvxy")

// A key has digits only; it does not see case, form or the place of the tone.
func TestSortKeyProperties(t *testing.T) {
	word := rapid.StringOfN(rapid.SampledFrom(letters), 1, 7, -1)
	rapid.Check(t, func(t *rapid.T) {
		name := strings.Join(rapid.SliceOfN(word, 1, 5).Draw(t, "name"), " ")
		k := viet.SortKey(name)
		if strings.ContainsFunc(k, func(r rune) bool { return r < '0' || r > '9' }) {
			t.Fatalf("SortKey(%q) = %q", name, k)
		}
		if viet.SortKey(viet.Upper(name)) != k || viet.SortKey(norm.NFD.String(name)) != k {
			t.Fatalf("SortKey(%q) sees case or form", name)
		}
		longer := name + string(letters[rapid.IntRange(0, len(letters)-1).Draw(t, "l")])
		if viet.SortKey(longer) <= k {
			t.Fatalf("%q does not come after %q", longer, name)
		}
	})
	for _, pair := range [][2]string{{"hòa", "hoà"}, {"thủy", "thuỷ"}, {"úy", "uý"}} {
		if viet.SortKey(pair[0]) != viet.SortKey(pair[1]) {
			t.Errorf("%s and %s differ", pair[0], pair[1])
		}
	}
}

func TestNameParts(t *testing.T) {
	if got := viet.GivenName(" Nguyễn Thị Bình An "); got != "An" {
		t.Errorf("GivenName = %q", got)
	}
	if viet.GivenName("") != "" || viet.Initials("") != "" {
		t.Error("an empty name has parts")
	}
	if got := viet.Initials(norm.NFD.String("Trần đức Long")); got != "TĐL" {
		t.Errorf("Initials = %q", got)
	}
	if got := viet.Upper("Nghị quyết tháng 10 của chi bộ, ư ơ đ"); got != "NGHỊ QUYẾT THÁNG 10 CỦA CHI BỘ, Ư Ơ Đ" {
		t.Errorf("Upper = %q", got)
	}
	if got := viet.Clean("  Hoà\u0300\u200b \n x "); !norm.NFC.IsNormalString(got) || strings.ContainsFunc(got, unicode.IsControl) {
		t.Errorf("Clean = %q", got)
	}
}
