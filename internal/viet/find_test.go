package viet_test

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"chibo/internal/viet"
)

// The words joined are Fold of the whole, whatever the text.
func TestWordsAreThoseOfFold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		var folds []string
		for _, w := range viet.Words(s) {
			folds = append(folds, w.Fold)
		}
		if got, want := strings.Join(folds, " "), viet.Fold(s); got != want {
			t.Fatalf("words of %q: %q, folded %q", s, got, want)
		}
	})
}

func TestFit(t *testing.T) {
	const name = "Nguyễn Thị Hòa"
	better := []string{"Nguyễn Thị Hòa", "nguyễn thị hò", "nguyễn thị hoa", "nguyen thi ho"}
	last := -1
	for _, typed := range better {
		fit := viet.NewFinder(viet.Words(typed)).Fit(name)
		if !fit.OK || fit.Score <= last {
			t.Errorf("%q: %+v after %d", typed, fit, last)
		}
		last = fit.Score
	}
	for typed, want := range map[string]viet.Fit{
		"Hoà Nguyễn Thị": {OK: true, Whole: true}, // old place of the tone, other order
		"HÒA":            {OK: true, Whole: true},
		"hoá":            {OK: true, Whole: true, Score: 2}, // a wrong mark
		"hoa":            {OK: true, Whole: true, Score: 2},
		"h":              {OK: true, Score: 3},
		"ng t h":         {OK: true, Score: 9},
		"oa":             {},
		"hoan":           {},
		"nguyen hoa lan": {},
	} {
		if got := viet.NewFinder(viet.Words(typed)).Fit(name); got != want {
			t.Errorf("%q: %+v, want %+v", typed, got, want)
		}
	}
	if fit := viet.NewFinder(viet.Words("tư hoa")).Fit(name, "Tư Lành"); !fit.OK {
		t.Error("words of two names of one person do not fit together")
	}
}

// Any beginnings of a name's words, in any order and form, fit it.
func TestBeginningsFit(t *testing.T) {
	word := rapid.StringOfN(rapid.SampledFrom([]rune("aăâbcdđeêghiklmnoôơpqrstuưvxyóòỏõọếềểễệ'-")), 1, 7, -1)
	rapid.Check(t, func(t *rapid.T) {
		name := strings.Join(rapid.SliceOfN(word, 1, 5).Draw(t, "name"), " ")
		words := viet.Words(name)
		if len(words) == 0 {
			return
		}
		var typed []string
		for _, w := range words {
			r := []rune(w.Fold)
			typed = append(typed, string(r[:rapid.IntRange(1, len(r)).Draw(t, "cut")]))
		}
		typed = rapid.Permutation(typed).Draw(t, "order")
		q := strings.Join(typed, " ")
		if rapid.Bool().Draw(t, "upper") {
			q = strings.ToUpper(q)
		}
		if !viet.NewFinder(viet.Words(q)).Fit(name).OK {
			t.Fatalf("%q does not find %q", q, name)
		}
		if fit := viet.NewFinder(viet.Words(norm.NFD.String(viet.Upper(name)))).Fit(name); !fit.OK || fit.Score != 0 {
			t.Fatalf("%q does not fit itself: %+v", name, fit)
		}
	})
}

func TestSpellings(t *testing.T) {
	for word, want := range map[string]string{"hòa": "hoà", "Thuỷ": "thủy", "khoẻ": "khỏe", "quý": "quý", "hoàn": "hoàn"} {
		if got := viet.Words(word)[0].Spellings(); !slices.Contains(got, want) {
			t.Errorf("%s: %v lacks %s", word, got, want)
		}
	}
	if got := viet.Words("hoa")[0].Spellings(); len(got) != 1 {
		t.Errorf("without a tone: %v", got)
	}
}

func TestPatterns(t *testing.T) {
	p, all := viet.Patterns(viet.Words("hoà nguyen t"), 2)
	want := []any{"nguyen%", "% nguyen%", "hoa%", "% hoa%"}
	if !slices.Equal(p, want) || all {
		t.Errorf("%v %v", p, all)
	}
	if p, all := viet.Patterns(viet.Words("hoa"), 2); !all || p[2] != "" || p[3] != "" {
		t.Errorf("%v %v", p, all)
	}
}
