package account

import (
	"context"
	"crypto/rand"
	_ "embed"
	"math/big"
	"strconv"
	"strings"

	"chibo/internal/db"
	"chibo/internal/viet"
)

// words are short syllables without marks that no Vietnamese keyboard changes while
// they are typed.
//
//go:embed words.txt
var words string

// Shape of a first password: three words and three digits from 2 to 9, "sen-lua-tre-482",
// about 32 bits. It lives for days, and five wrong tries make the account wait.
const (
	firstWords  = 3
	firstDigits = 3
)

func pick(n int) int {
	i, err := rand.Int(rand.Reader, big.NewInt(int64(n)))
	if err != nil { // never: the program would have stopped
		panic(err)
	}
	return int(i.Int64())
}

// newFirst makes a first password.
func newFirst() string {
	all := strings.Fields(words)
	var b strings.Builder
	for range firstWords {
		b.WriteString(all[pick(len(all))])
		b.WriteByte('-')
	}
	for range firstDigits {
		b.WriteByte(byte('2' + pick(8)))
	}
	return b.String()
}

// NormalFirst gives a first password as it was made, however somebody typed it from
// paper: capitals, blanks or other dashes instead of the hyphens.
func NormalFirst(s string) string {
	s = strings.NewReplacer("–", " ", "—", " ", "-", " ", "_", " ", ".", " ").Replace(viet.Fold(s))
	return strings.Join(strings.Fields(s), "-")
}

// loginOf gives the beginning of a login: the given name and the initials of what
// stands before it, "khaild" for Lưu Đình Khải. It tells nothing that the name does not.
func loginOf(name string) string {
	parts := strings.Fields(viet.Fold(name))
	letters := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r >= 'a' && r <= 'z' {
				return r
			}
			return -1
		}, s)
	}
	if len(parts) == 0 {
		return "dv"
	}
	out := letters(parts[len(parts)-1])
	for _, p := range parts[:len(parts)-1] {
		if p = letters(p); p != "" {
			out += p[:1]
		}
	}
	if out == "" {
		return "dv"
	}
	return out[:min(len(out), 24)]
}

const likeLoginSQL = `SELECT login FROM account WHERE login >= $1 AND login < $2`

// freeLogin gives a login nobody has: the name's own, or with the next number from 2.
func freeLogin(ctx context.Context, q db.Q, name string) (string, error) {
	base := loginOf(name)
	list, err := db.List(ctx, q, func(s db.Scanner) (v string, err error) {
		err = s.Scan(&v)
		return v, err
	}, likeLoginSQL, base, base+"~")
	if err != nil {
		return "", err
	}
	taken := make(map[string]bool, len(list))
	for _, l := range list {
		taken[l] = true
	}
	login := base
	for n := 2; taken[login] || len(login) < 2; n++ {
		login = base + strconv.Itoa(n)
	}
	return login, nil
}
