package viet

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The Vietnamese alphabet with f, j, w and z, which foreign names bring, in their
// usual places. A letter's place here is its weight.
const alphabet = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"

// The tones in the order of Vietnamese dictionaries, which is also that of the
// Unicode tables for the language: ngang, huyền, hỏi, ngã, sắc, nặng.
const tones = "\u0300\u0309\u0303\u0301\u0323"

// The three marks that make another letter: breve, circumflex, horn.
const letterMarks = "\u0306\u0302\u031b"

// SortKey gives a key whose plain byte order is the order of people in a
// Vietnamese list: by given name (the last word), then family name (the first),
// then the words between. Each word goes by its letters in the order of the
// alphabet (a ă â b c d đ …), and words of the same letters by tone; so all Hoa
// come before all Hòa. Case, signs and the place of the tone mark do not count.
//
// The key is made of digits only, so every collation of every database sorts it
// alike. It is our own and not that of a library, since it is stored and must
// not change with an upgrade.
func SortKey(name string) string {
	words := strings.Fields(NFC(name))
	if n := len(words); n > 1 {
		words = append([]string{words[n-1]}, words[:n-1]...)
	}
	return keyOf(words)
}

// TextKey is the same for titles and names of units: the words in their own
// order, and numbers by value, so that "Thôn 2" comes before "Thôn 10".
func TextKey(s string) string { return keyOf(strings.Fields(NFC(s))) }

func keyOf(words []string) string {
	var b strings.Builder
	for _, w := range words {
		writeWord(&b, w)
	}
	return b.String()
}

// writeWord appends the units of a word, a closing 00, and its tone. Units are
// 1n + n digits for a number, 30 and up for a letter, 99 + code for the letters
// of other scripts. All are greater than 00, so a short word comes first.
func writeWord(b *strings.Builder, word string) {
	tone, before := 0, b.Len()
	d := []rune(norm.NFD.String(word))
	for i := 0; i < len(d); i++ {
		r := unicode.ToLower(d[i])
		if t := strings.IndexRune(tones, r); t >= 0 && tone == 0 {
			tone = len([]rune(tones[:t])) + 1
		}
		switch {
		case unicode.IsDigit(r):
			end := i
			for end < len(d) && unicode.IsDigit(d[end]) {
				end++
			}
			writeNumber(b, d[i:end])
			i = end - 1
		case unicode.IsLetter(r):
			writeLetter(b, r, d[i+1:])
		}
	}
	if b.Len() > before {
		b.WriteString("00")
		b.WriteByte(byte('0' + tone))
	}
}

// writeLetter appends the weight of r, which the marks that follow may turn into
// another letter.
func writeLetter(b *strings.Builder, r rune, rest []rune) {
	letter := string(r)
	for _, m := range rest {
		if !unicode.Is(unicode.Mn, m) {
			break
		}
		if strings.ContainsRune(letterMarks, m) {
			if c := norm.NFC.String(string(r) + string(m)); strings.Contains(alphabet, c) {
				letter = c
			}
		}
	}
	if at := strings.Index(alphabet, letter); at >= 0 {
		b.WriteString(strconv.Itoa(30 + utf8.RuneCountInString(alphabet[:at])))
		return
	}
	fmt.Fprintf(b, "99%07d", r)
}

// writeNumber appends a number by value: how many digits it has (9 at most, a
// longer one is cut), then the digits.
func writeNumber(b *strings.Builder, digits []rune) {
	var s []byte
	for _, r := range digits {
		if r < '0' || r > '9' {
			continue // a digit of another script
		}
		if len(s) > 0 || r != '0' {
			s = append(s, byte(r))
		}
	}
	s = s[:min(len(s), 9)]
	b.WriteByte('1')
	b.WriteByte(byte('0' + len(s)))
	b.Write(s)
}
