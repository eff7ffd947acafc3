package viet

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// GivenName gives the last word of a full name, by which people are called and
// sorted: "Nguyễn Thị Bình An" is "An".
func GivenName(full string) string {
	words := strings.Fields(NFC(full))
	if len(words) == 0 {
		return ""
	}
	return words[len(words)-1]
}

// Initials gives the capital first letter of each word: "Trần Đức Long" is "TĐL".
// Words that begin with no letter are passed over.
func Initials(full string) string {
	var b strings.Builder
	for _, w := range strings.Fields(NFC(full)) {
		if r, _ := utf8.DecodeRuneInString(w); unicode.IsLetter(r) {
			b.WriteRune(unicode.ToUpper(r))
		}
	}
	return b.String()
}
