package viet

import (
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Charset is how Vietnamese letters were written before Unicode: as letters of a
// Western font that a Vietnamese font draws otherwise.
type Charset int

// The charsets. TCVN3 is that of the .VnTime fonts (ABC), VNI that of VNI-Times.
const (
	Unicode Charset = iota
	TCVN3
	VNI
)

// String names the charset as people call it.
func (c Charset) String() string { return [...]string{"Unicode", "TCVN3 (ABC)", "VNI"}[c] }

// tcvn3From and tcvn3To are the same letters, in order. The soft hyphen is ư.
const (
	tcvn3From = "µ¶·¸¹¨»¼½¾Æ©ÇÈÉÊË®ÌÎÏÐÑªÒÓÔÕÖ×ØÜÝÞßáâãä«åæçèé¬êëìíîïñòóô\u00adõö÷øùúûüýþ¡¢£¤¥¦§"
	tcvn3To   = "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵĂÂÊÔƠƯĐ"
)

// VNI writes most letters as a base and a second letter that stands for the mark.
const (
	vniBase     = "aeouy" // and ô for ơ, ö for ư
	vniMarkFrom = "ùøûõïâêáàåãäéèúüë"
	vniSingles  = "ñæóòîíìôö"
	vniAlone    = "đỉĩịỵíìơư"
)

func vniMarks() [17]string {
	return [17]string{
		"\u0301", "\u0300", "\u0309", "\u0303", "\u0323", "\u0302", "\u0306",
		"\u0302\u0301", "\u0302\u0300", "\u0302\u0309", "\u0302\u0303", "\u0302\u0323",
		"\u0306\u0301", "\u0306\u0300", "\u0306\u0309", "\u0306\u0303", "\u0306\u0323",
	}
}

type legacyTables struct {
	tcvn3 map[rune]rune
	pairs map[[2]rune]rune // VNI: base and mark, both in lower case
	alone map[rune]rune
}

var legacy = sync.OnceValue(func() legacyTables {
	t := legacyTables{map[rune]rune{}, map[[2]rune]rune{}, map[rune]rune{}}
	to := []rune(tcvn3To)
	for i, r := range []rune(tcvn3From) {
		t.tcvn3[r] = to[i]
	}
	marks := vniMarks()
	for i, m := range []rune(vniMarkFrom) {
		for _, b := range vniBase + "ôö" {
			letter := string(b)
			switch b {
			case 'ô':
				letter = "ơ"
			case 'ö':
				letter = "ư"
			}
			if c := []rune(norm.NFC.String(letter + marks[i])); len(c) == 1 {
				t.pairs[[2]rune{b, m}] = c[0]
			}
		}
	}
	alone := []rune(vniAlone)
	for i, r := range []rune(vniSingles) {
		t.alone[r] = alone[i]
	}
	return t
})

// FromLegacy turns a text of the charset into Unicode, composed. Letters that the
// charset does not use stay. In a capital font of TCVN3 (.VnTimeH) accented letters
// have the codes of small ones: a text whose plain letters are all capitals becomes
// one of capitals.
func FromLegacy(c Charset, s string) string {
	switch c {
	case TCVN3:
		return fromTCVN3(s)
	case VNI:
		return fromVNI(s)
	}
	return s
}

func fromTCVN3(s string) string {
	t := legacy()
	upper, lower := 0, 0
	out := strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			upper++
		case r >= 'a' && r <= 'z':
			lower++
		}
		if n, ok := t.tcvn3[r]; ok {
			return n
		}
		return r
	}, s)
	if upper > 1 && lower == 0 {
		out = strings.ToUpper(out)
	}
	return norm.NFC.String(out)
}

func fromVNI(s string) string {
	t := legacy()
	var out strings.Builder
	rs := []rune(s)
	for i := 0; i < len(rs); i++ {
		r, low := rs[i], unicode.ToLower(rs[i])
		letter, wide := rune(0), false
		if i+1 < len(rs) {
			letter, wide = t.pairs[[2]rune{low, unicode.ToLower(rs[i+1])}]
		}
		if wide {
			i++
		} else {
			letter = t.alone[low]
		}
		switch {
		case letter == 0:
			out.WriteRune(r)
		case unicode.IsUpper(r):
			out.WriteRune(unicode.ToUpper(letter))
		default:
			out.WriteRune(letter)
		}
	}
	return norm.NFC.String(out.String())
}

// Recognise says in which charset texts of one column were written. It converts the
// texts both ways and counts the words that then are Vietnamese syllables; Unicode is
// the answer unless another one gives clearly more.
func Recognise(texts []string) Charset {
	var score [3]int
	for _, s := range texts {
		if !suspect(s) {
			continue
		}
		for c := range score {
			score[c] += syllables(FromLegacy(Charset(c), s))
		}
	}
	best := Unicode
	for _, c := range []Charset{TCVN3, VNI} {
		if score[c] > max(score[best], 0) {
			best = c
		}
	}
	return best
}

// Mend gives a text of a column of that charset in Unicode. A text that was written
// otherwise than its column, since it was pasted from elsewhere, is recognised alone.
func Mend(column Charset, s string) string {
	if !suspect(s) {
		return norm.NFC.String(s)
	}
	if column == Unicode {
		column = Recognise([]string{s})
	}
	return norm.NFC.String(FromLegacy(column, s))
}

// suspect says that a text may be of an old charset: it has letters or signs of
// Western fonts and none that only Unicode has for Vietnamese.
func suspect(s string) bool {
	western := false
	for _, r := range s {
		switch {
		case r >= 0x1ea0 && r <= 0x1ef9, strings.ContainsRune("ăĂđĐĩĨũŨơƠưƯ", r), unicode.Is(unicode.Mn, r):
			return false
		case r >= 0xa1 && r <= 0xff:
			western = true
		}
	}
	return western
}

// syllables counts the words with letters that can be Vietnamese syllables, less
// those that cannot.
func syllables(s string) int {
	n := 0
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(".,;-/()", r) }) {
		if strings.ContainsFunc(w, func(r rune) bool { return r > 0x7f || unicode.IsLetter(r) }) {
			if isSyllable(w) {
				n++
			} else {
				n -= 2
			}
		}
	}
	return n
}

const (
	onsets = " b c ch d g gh gi h k kh l m n ng ngh nh p ph q qu r s t th tr v x "
	nuclei = " a e i o u y ai ao au ay ia ie iu oa oe oi ua ue ui uo uy uu eo eu ye ieu yeu oai oay oao oeo uay uoi uou uya uye uyu uau "
	codas  = " c ch m n ng nh p t "
)

func isSyllable(word string) bool {
	marked := 0
	for _, r := range norm.NFD.String(word) {
		switch {
		case strings.ContainsRune(tones, r):
			marked++
		case r > 0x7f && !strings.ContainsRune(letterMarks+"đĐ", r):
			return false // a sign or a letter that Vietnamese has not
		}
	}
	if marked > 1 || inner(word) {
		return false
	}
	f := Fold(word)
	for _, joined := range []string{"gi", "qu"} { // their vowel belongs to the onset
		if rest, ok := strings.CutPrefix(f, joined); ok && strings.ContainsAny(rest, "aeiouy") {
			f = joined[:1] + rest
		}
	}
	first := strings.IndexAny(f, "aeiouy")
	last := strings.LastIndexAny(f, "aeiouy")
	if first < 0 || !strings.Contains(nuclei, " "+f[first:last+1]+" ") {
		return false
	}
	return (first == 0 || strings.Contains(onsets, " "+f[:first]+" ")) && (last == len(f)-1 || strings.Contains(codas, " "+f[last+1:]+" "))
}

// inner says that a capital stands after a small letter: no Vietnamese word does that.
func inner(word string) bool {
	small := false
	for _, r := range word {
		if unicode.IsUpper(r) && small {
			return true
		}
		small = small || unicode.IsLower(r)
	}
	return false
}
