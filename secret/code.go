package secret

import (
	"crypto/rand"
	"math/big"
	"strings"
)

// Slips is how many code slips there are; any two open the box.
const Slips = 3

// codeDigits is the length of a code without its check digit: with one slip known, what
// is left to guess behind Argon2id is 10^15.
const codeDigits = 15

// Code is what stands on one slip: 16 digits, the last a check digit. It is shown once.
type Code string

func newCode() (Code, error) {
	var b strings.Builder
	for range codeDigits {
		n, err := rand.Int(rand.Reader, big.NewInt(10))
		if err != nil {
			return "", err
		}
		b.WriteByte(byte('0' + n.Int64()))
	}
	return Code(b.String() + string(checkDigit(b.String()))), nil
}

// Groups gives the code as it is printed and read out: four groups of four.
func (c Code) Groups() string {
	var parts []string
	for s := string(c); s != ""; s = s[min(4, len(s)):] {
		parts = append(parts, s[:min(4, len(s))])
	}
	return strings.Join(parts, " ")
}

// ParseCode reads a code as people type it, with spaces, dots or dashes. ok is false for
// one that cannot be a code: a digit is missing, or the check digit finds a slip.
func ParseCode(text string) (c Code, ok bool) {
	var b strings.Builder
	for _, r := range text {
		switch {
		case '0' <= r && r <= '9':
			b.WriteRune(r)
		case strings.ContainsRune(" .-\u00a0\t", r):
		default:
			return "", false
		}
	}
	s := b.String()
	if len(s) != codeDigits+1 || checkDigit(s[:codeDigits]) != s[codeDigits] {
		return "", false
	}
	return Code(s), true
}

// checkDigit is Luhn's: one wrong digit is always found, two neighbours that changed
// places nearly always.
func checkDigit(digits string) byte {
	sum := 0
	for i := range len(digits) {
		n := int(digits[len(digits)-1-i] - '0')
		if i%2 == 0 {
			if n *= 2; n > 9 {
				n -= 9
			}
		}
		sum += n
	}
	return byte('0' + (10-sum%10)%10)
}
