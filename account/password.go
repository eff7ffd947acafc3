package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"chibo/internal/fault"
	"chibo/internal/viet"
)

// Cost of a password: OWASP's second choice, small enough for two at once on the
// smallest server (19 MiB each).
const (
	hashMemory = 19 * 1024 // KiB
	hashTime   = 2
	hashLanes  = 1
	hashBytes  = 32
	saltBytes  = 16
)

// Length of a password in characters. Long sentences are welcome; the upper bound
// only keeps a flood of text away.
const (
	MinPassword = 8
	MaxPassword = 128
)

// atOnce is how many passwords are computed at the same time, and maxWaiting how
// many callers may stand in the queue before the rest is asked to come again.
const (
	atOnce     = 2
	maxWaiting = 256
)

// ErrBusy says that too many people sign in at this moment.
var ErrBusy = fault.New(fault.Unavailable, "account.err.busy")

// hasher computes passwords, few at once.
type hasher struct {
	turn chan struct{}
	line chan struct{}
}

func newHasher() *hasher {
	return &hasher{turn: make(chan struct{}, atOnce), line: make(chan struct{}, maxWaiting)}
}

// run waits for a turn, in which f may use the memory of one password.
func (h *hasher) run(ctx context.Context, f func()) error {
	select {
	case h.line <- struct{}{}:
		defer func() { <-h.line }()
	default:
		return ErrBusy
	}
	select {
	case h.turn <- struct{}{}:
		defer func() { <-h.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	f()
	return nil
}

// hash gives the PHC string of a password with a new salt.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	var salt [saltBytes]byte
	rand.Read(salt[:]) //nolint:errcheck // never fails: it stops the program instead
	var sum []byte
	err := h.run(ctx, func() { sum = derive(password, salt[:]) })
	if err != nil {
		return "", err
	}
	enc := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, hashMemory, hashTime, hashLanes,
		enc.EncodeToString(salt[:]), enc.EncodeToString(sum)), nil
}

// verify says whether password made the PHC string.
func (h *hasher) verify(ctx context.Context, phc, password string) (ok bool, err error) {
	salt, want, err := parsePHC(phc)
	if err != nil {
		return false, err
	}
	err = h.run(ctx, func() { ok = subtle.ConstantTimeCompare(derive(password, salt), want) == 1 })
	return ok, err
}

func derive(password string, salt []byte) []byte {
	return argon2.IDKey([]byte(viet.NFC(password)), salt, hashTime, hashMemory, hashLanes, hashBytes)
}

var errPHC = errors.New("account: a stored password is not an argon2id PHC string of this program")

func parsePHC(phc string) (salt, sum []byte, err error) {
	head := fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$", argon2.Version, hashMemory, hashTime, hashLanes)
	rest, ok := strings.CutPrefix(phc, head)
	if !ok {
		return nil, nil, errPHC
	}
	saltText, sumText, ok := strings.Cut(rest, "$")
	if !ok {
		return nil, nil, errPHC
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(saltText)
	sum, err2 := base64.RawStdEncoding.DecodeString(sumText)
	if err1 != nil || err2 != nil || len(sum) != hashBytes {
		return nil, nil, errPHC
	}
	return salt, sum, nil
}

// checkPassword notes what is wrong with a new password of the account login.
func checkPassword(f *fault.Fields, field, password, login string) {
	switch n := utf8.RuneCountInString(viet.NFC(password)); {
	case n < MinPassword:
		f.Add(field, "account.err.password_short", "Min", MinPassword)
	case n > MaxPassword:
		f.Add(field, "account.err.password_long", "Max", MaxPassword)
	case strings.EqualFold(password, login):
		f.Add(field, "account.err.password_login")
	case oneLetter(password):
		f.Add(field, "account.err.password_simple")
	}
}

// oneLetter says whether a password is one character again and again.
func oneLetter(password string) bool {
	r, _ := utf8.DecodeRuneInString(password)
	return strings.Trim(password, string(r)) == ""
}
