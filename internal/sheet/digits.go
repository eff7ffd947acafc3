package sheet

import "strings"

// Digits gives the digits of a cell that holds a number of a person, a card or a
// telephone: what people put between them is taken away. ok is false when there is
// anything else in it.
func Digits(c Cell) (digits string, ok bool) {
	var b strings.Builder
	for _, r := range c.Text {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case strings.ContainsRune(" .-\u00a0'()/", r):
		default:
			return "", false
		}
	}
	return b.String(), true
}

// Phone gives a telephone number with its zero: "912345678" and "+84 912 345 678" are
// 0912345678. Several numbers in one cell give the first. mended says that the zero
// had to be put back; ok is false when it is no telephone number.
func Phone(c Cell) (phone string, mended, ok bool) {
	first := strings.FieldsFunc(c.Text, func(r rune) bool { return strings.ContainsRune(",;/\n", r) })
	if len(first) == 0 {
		return "", false, true
	}
	s := strings.TrimPrefix(strings.TrimSpace(first[0]), "+")
	d, ok := Digits(Cell{Text: s})
	if !ok {
		return "", false, false
	}
	switch {
	case strings.HasPrefix(d, "84") && len(d) >= 11 && len(d) <= 12:
		d = "0" + d[2:]
	case len(d) == 9 && d[0] != '0':
		d, mended = "0"+d, true
	}
	return d, mended, len(d) >= 8 && len(d) <= 11 && d[0] == '0' || d == ""
}

// LostZeros puts back the zeros that a workbook drops at the front of a number, where
// that is certain: the cell is a number, and one or two digits less than want long.
func LostZeros(c Cell, digits string, want int) (string, bool) {
	if c.Kind != Number || len(digits) >= want || len(digits) < want-2 {
		return digits, false
	}
	return strings.Repeat("0", want-len(digits)) + digits, true
}
