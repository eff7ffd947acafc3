package viet

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// NFC gives the composed normal form, in which all text is stored: a decomposed
// mark floats beside its letter in print.
func NFC(s string) string { return norm.NFC.String(s) }

// Clean readies one line of typed text: NFC, without control and invisible
// characters, spaces collapsed and trimmed.
func Clean(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(NFC(s)), " ")
}

// Fold makes text comparable for search: lower case, no marks (so the old and
// the new place of a tone mark are alike, hoà and hòa), đ as d, letters and
// digits only. Apostrophes vanish (K'Brơi is kbroi); every other sign is a
// space; spaces are single. Neither % nor _ is left, so a folded text is safe
// inside LIKE. Folding twice changes nothing.
func Fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	gap := false
	for _, r := range norm.NFKD.String(s) {
		r = unicode.ToLower(r)
		switch {
		case unicode.Is(unicode.M, r), unicode.Is(unicode.Cf, r), isApostrophe(r):
			continue
		case r == 'đ', r == 'ð': // the second is an Icelandic letter typed for it
			r = 'd'
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			gap = b.Len() > 0
			continue
		}
		if gap {
			b.WriteByte(' ')
			gap = false
		}
		b.WriteRune(r)
	}
	return b.String()
}

func isApostrophe(r rune) bool { return strings.ContainsRune("'’‘ʼ`´", r) }

// Upper gives capitals, for headings and for names in a signature block.
func Upper(s string) string { return strings.ToUpper(NFC(s)) }
