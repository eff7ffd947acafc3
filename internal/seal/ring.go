package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"

	"chibo/internal/fault"
)

// secretBytes is the length of a version's secret.
const secretBytes = 32

// What the keys of a version are derived for.
const (
	forSealing  = "chibo seal v1"
	forHashing  = "chibo mac v1"
	forPrinting = "chibo print v1"
)

// Ring is all versions of the key. Safe for use from many goroutines.
type Ring struct {
	versions map[int]version
	newest   int
}

type version struct {
	aead  cipher.AEAD
	mac   []byte
	print string
}

// ErrBroken says that a sealed value cannot be opened: it was changed, it belongs to
// somebody else, or its key is not on the ring.
var ErrBroken = fault.New(fault.Internal, "err.key_broken")

// Fresh makes a ring with one new key that is kept nowhere, for tests and for
// databases that are thrown away.
func Fresh() *Ring {
	secret := make([]byte, secretBytes)
	rand.Read(secret) //nolint:errcheck // never fails (crypto/rand)
	r, err := newRing(map[int][]byte{1: secret})
	if err != nil {
		panic(err) // a secret of the right length always makes a cipher
	}
	return r
}

func newRing(secrets map[int][]byte) (*Ring, error) {
	r := &Ring{versions: make(map[int]version, len(secrets))}
	for n, secret := range secrets {
		v, err := newVersion(secret)
		if err != nil {
			return nil, err
		}
		r.versions[n] = v
		r.newest = max(r.newest, n)
	}
	return r, nil
}

func newVersion(secret []byte) (v version, err error) {
	key, err := hkdf.Key(sha256.New, secret, nil, forSealing, secretBytes)
	if err != nil {
		return v, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return v, err
	}
	if v.aead, err = cipher.NewGCM(block); err != nil {
		return v, err
	}
	if v.mac, err = hkdf.Key(sha256.New, secret, nil, forHashing, secretBytes); err != nil {
		return v, err
	}
	sum, err := hkdf.Key(sha256.New, secret, nil, forPrinting, 12)
	v.print = base64.RawURLEncoding.EncodeToString(sum)
	return v, err
}

// Seal closes a text for its binding with the newest key: "2.…". Two seals of one
// text differ. The empty text stays empty: there is nothing to hide.
func (r *Ring) Seal(text, binding string) (string, error) {
	if text == "" {
		return "", nil
	}
	v := r.versions[r.newest]
	box := make([]byte, v.aead.NonceSize(), v.aead.NonceSize()+len(text)+v.aead.Overhead())
	if _, err := rand.Read(box); err != nil {
		return "", err
	}
	box = v.aead.Seal(box, box, []byte(text), []byte(binding))
	return strconv.Itoa(r.newest) + "." + base64.RawURLEncoding.EncodeToString(box), nil
}

// Open gives the text that was sealed for the binding, or ErrBroken.
func (r *Ring) Open(box, binding string) (string, error) {
	if box == "" {
		return "", nil
	}
	v, rest, ok := r.of(box)
	if !ok {
		return "", ErrBroken
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(rest)
	if err != nil || len(raw) < v.aead.NonceSize() {
		return "", ErrBroken
	}
	n := v.aead.NonceSize()
	text, err := v.aead.Open(nil, raw[:n], raw[n:], []byte(binding))
	if err != nil {
		return "", ErrBroken
	}
	return string(text), nil
}

// MAC gives the keyed hash of a text by the newest key: "2.…", "" for the empty text.
func (r *Ring) MAC(text string) string { return r.macBy(r.newest, text) }

// MACs gives the hash of a text by every key, the newest first, to look for values
// that were written before the key was changed.
func (r *Ring) MACs(text string) []string {
	out := make([]string, 0, len(r.versions))
	for n := r.newest; n > 0; n-- {
		if _, ok := r.versions[n]; ok {
			out = append(out, r.macBy(n, text))
		}
	}
	return out
}

func (r *Ring) macBy(n int, text string) string {
	if text == "" {
		return ""
	}
	h := hmac.New(sha256.New, r.versions[n].mac)
	h.Write([]byte(text))
	return strconv.Itoa(n) + "." + base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

// Newest gives what every box and hash of the newest key begins with: "2.".
func (r *Ring) Newest() string { return strconv.Itoa(r.newest) + "." }

// of gives the version that a box names, and the rest of the box.
func (r *Ring) of(box string) (v version, rest string, ok bool) {
	num, rest, ok := strings.Cut(box, ".")
	n, err := strconv.Atoi(num)
	if !ok || err != nil || strconv.Itoa(n) != num {
		return v, "", false
	}
	v, ok = r.versions[n]
	return v, rest, ok
}
