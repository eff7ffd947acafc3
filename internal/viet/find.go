package viet

import (
	"encoding/hex"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Word is one word of a name, or of what somebody typed to find one.
type Word struct {
	Fold string // as Fold gives it; never empty
	Text string // as written, composed, in small letters
	key  string // as TextKey gives it: case and the place of the tone mark do not count
}

// Words cuts text into its words, where Fold sees their ends: the folded words, joined
// by spaces, are Fold of the whole.
func Words(s string) []Word {
	var out []Word
	for _, piece := range strings.FieldsFunc(norm.NFKD.String(s), isSign) {
		if fold := Fold(piece); fold != "" {
			text := strings.ToLower(NFC(piece))
			out = append(out, Word{Fold: fold, Text: text, key: TextKey(text)})
		}
	}
	return out
}

// isSign says where a word ends, with the exceptions that Fold makes.
func isSign(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.M, r) && !unicode.Is(unicode.Cf, r) && !isApostrophe(r)
}

// Marked says whether the word carries marks, so that its spelling says more than its
// folded form.
func (w Word) Marked() bool { return w.key != TextKey(w.Fold) }

// Key stands for the spelling with its marks, wherever the tone mark is put (hoà and
// hòa have one key); digits only.
func (w Word) Key() string { return w.key }

// FoldToken writes a folded word for a full-text index in letters and digits of ASCII
// only, with a letter in front that says what the token is: every engine takes it as one
// word, and it needs no quotes in a query.
func FoldToken(fold string) string {
	for i := range len(fold) {
		if fold[i] >= 0x80 {
			return "x" + hex.EncodeToString([]byte(fold))
		}
	}
	return "w" + fold
}

// Spellings gives the ways of writing the word that differ in the place of the tone
// mark only (hòa, hoà), the word as it is first.
func (w Word) Spellings() []string {
	out := []string{w.Text}
	d := []rune(norm.NFD.String(w.Text))
	at := -1
	for i, r := range d {
		if strings.ContainsRune(tones, r) {
			at = i
			break
		}
	}
	if at < 1 {
		return out
	}
	bare := append(append([]rune{}, d[:at]...), d[at+1:]...)
	for i := at - 2; i <= at+1; i++ { // the letter before the tone's, and the one after
		if i < 0 || i >= len(bare) || !strings.ContainsRune("aeiouy", bare[i]) {
			continue
		}
		moved := append(append(append([]rune{}, bare[:i+1]...), d[at]), bare[i+1:]...)
		if s := norm.NFC.String(string(moved)); s != w.Text {
			out = append(out, s)
		}
	}
	return out
}

// How well a typed word fits a word of a name; less is better.
const (
	fitExact  = 0 // the same letters with the same marks
	fitMarked = 1 // the beginning, with its marks
	fitWhole  = 2 // the whole word, without minding marks
	fitBegins = 3 // the beginning of the word
	fitNone   = -1
)

// fit says how well the typed word fits one word of a name.
func (w Word) fit(name Word) int {
	switch {
	case !strings.HasPrefix(name.Fold, w.Fold):
		return fitNone
	case w.key == name.key:
		return fitExact
	case w.Marked() && w.beginsMarked(name):
		return fitMarked
	case w.Fold == name.Fold:
		return fitWhole
	}
	return fitBegins
}

// beginsMarked says whether the name's word begins with the letters typed, their marks
// included; a tone that is not typed yet may still come.
func (w Word) beginsMarked(name Word) bool {
	letters, tone, ok := cutKey(w.key)
	theirs, other, known := cutKey(name.key)
	return ok && known && strings.HasPrefix(theirs, letters) && (tone == "0" || tone == other)
}

// cutKey cuts the key of one word into its letters and its tone.
func cutKey(key string) (letters, tone string, ok bool) {
	at := len(key) - len("000")
	if at < 0 {
		return "", "", false
	}
	return key[:at], key[at+2:], true
}

// Finder tells how well names fit what was typed. It remembers the words it has met,
// since names share them; it is for one search and one goroutine.
type Finder struct {
	typed []Word
	names map[string][]Word
}

// NewFinder makes a Finder for the words typed.
func NewFinder(typed []Word) *Finder {
	return &Finder{typed: typed, names: map[string][]Word{}}
}

// Fit is how well names fit what was typed.
type Fit struct {
	OK    bool // each word typed is the beginning of a word of one of the names
	Whole bool // and a whole word, without minding marks
	Score int  // 0: whole words with the same marks; more for what fits less
}

// Fit compares the words typed, in any order, with one or several names of the same
// person or unit.
func (f *Finder) Fit(names ...string) Fit {
	out := Fit{OK: true, Whole: true}
	for _, t := range f.typed {
		best, whole := fitNone, false
		for _, name := range names {
			for piece := range strings.FieldsSeq(name) {
				for _, w := range f.words(piece) {
					n := t.fit(w)
					if n == fitNone {
						continue
					}
					whole = whole || t.Fold == w.Fold
					if best == fitNone || n < best {
						best = n
					}
				}
			}
		}
		if best == fitNone {
			return Fit{}
		}
		out.Score += best
		out.Whole = out.Whole && whole
	}
	return out
}

func (f *Finder) words(piece string) []Word {
	w, ok := f.names[piece]
	if !ok {
		w = Words(piece)
		f.names[piece] = w
	}
	return w
}

// Patterns gives for each of slots words two patterns of LIKE over a folded name, which
// begins with the word or has a word that does. The longest words say most and go
// first; a slot without a word has empty patterns. all says that no word was left out.
func Patterns(typed []Word, slots int) (patterns []any, all bool) {
	byLength := slices.Clone(typed)
	slices.SortStableFunc(byLength, func(a, b Word) int { return len(b.Fold) - len(a.Fold) })
	for i := range slots {
		begins, within := "", ""
		if i < len(byLength) {
			begins, within = byLength[i].Fold+"%", "% "+byLength[i].Fold+"%"
		}
		patterns = append(patterns, begins, within)
	}
	return patterns, len(typed) <= slots
}
