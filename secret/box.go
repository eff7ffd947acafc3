package secret

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hpke"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"errors"
	"strconv"

	"golang.org/x/crypto/argon2"
)

// Work and memory of one guess at a pair of codes: some 50 ms of a core, and 64 MiB.
// With one slip known 10^15 are left.
const (
	argonPasses = 1
	argonKiB    = 64 << 10
	saltLen     = 16
	keyLen      = 32
)

// Box is the pair of keys of one vote as it is kept: nothing in it opens a ballot.
type Box struct {
	public string
	pairs  [Slips]string // sealed under codes 1 and 2, 1 and 3, 2 and 3
}

// pairs says which two codes seal each copy of the private key.
func pairs() [Slips][2]int { return [Slips][2]int{{0, 1}, {0, 2}, {1, 2}} }

// kem holds if either of its halves does: a ballot stays secret longer than any one
// method can be trusted to.
func kem() hpke.KEM { return hpke.MLKEM768X25519() }

// NewBox makes a pair of keys and the codes for the counting team. The private key is
// forgotten on return. It takes some tenths of a second, so it stands outside of any transaction.
func NewBox() (Box, [Slips]Code, error) {
	var box Box
	var codes [Slips]Code
	for i := range codes {
		var err error
		if codes[i], err = newCode(); err != nil {
			return box, codes, err
		}
	}
	private, err := kem().GenerateKey()
	if err != nil {
		return box, codes, err
	}
	secret, err := private.Bytes()
	if err != nil {
		return box, codes, err
	}
	defer clear(secret)
	box.public = base64.StdEncoding.EncodeToString(private.PublicKey().Bytes())
	for i, p := range pairs() {
		if box.pairs[i], err = wrap(secret, codes[p[0]], codes[p[1]]); err != nil {
			return box, codes, err
		}
	}
	return box, codes, nil
}

// Key opens the sealed ballots of one vote. It is held for one count only.
type Key struct{ private hpke.PrivateKey }

var errCodes = errors.New("secret: the codes do not open the box")

// open finds the pair among the codes that were given; an empty one is a slip that is
// not at hand.
func (b Box) open(codes [Slips]Code) (*Key, error) {
	for i, p := range pairs() {
		one, two := codes[p[0]], codes[p[1]]
		if one == "" || two == "" {
			continue
		}
		secret, err := unwrap(b.pairs[i], one, two)
		if err != nil {
			continue
		}
		defer clear(secret)
		private, err := kem().NewPrivateKey(secret)
		if err != nil {
			return nil, err
		}
		return &Key{private}, nil
	}
	return nil, errCodes
}

func wrap(secret []byte, one, two Code) (string, error) {
	salt := make([]byte, saltLen)
	rand.Read(salt) //nolint:errcheck // it never fails
	gcm, err := pairCipher(salt, one, two)
	if err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(gcm.Seal(salt, make([]byte, gcm.NonceSize()), secret, nil)), nil
}

func unwrap(text string, one, two Code) ([]byte, error) {
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(data) < saltLen {
		return nil, errCodes
	}
	gcm, err := pairCipher(data[:saltLen], one, two)
	if err != nil {
		return nil, err
	}
	return gcm.Open(nil, make([]byte, gcm.NonceSize()), data[saltLen:], nil)
}

// pairCipher derives a key that seals one text only, so its nonce may be zero.
func pairCipher(salt []byte, one, two Code) (cipher.AEAD, error) {
	key := argon2.IDKey([]byte(string(one)+"|"+string(two)), salt, argonPasses, argonKiB, 1, keyLen)
	defer clear(key)
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// binding ties a sealed ballot to its vote and voter: put under another name it does
// not open.
func binding(vote, membership int64) []byte {
	return []byte("chibo secret ballot 1|" + strconv.FormatInt(vote, 10) + "|" + strconv.FormatInt(membership, 10))
}

// seal closes a ballot for good; all ballots of a vote have one length.
func seal(public string, vote, membership int64, m Marks) (string, error) {
	data, err := base64.StdEncoding.DecodeString(public)
	if err != nil {
		return "", err
	}
	key, err := kem().NewPublicKey(data)
	if err != nil {
		return "", err
	}
	plain := m.bytes()
	defer clear(plain)
	box, err := hpke.Seal(key, hpke.HKDFSHA256(), hpke.ChaCha20Poly1305(), binding(vote, membership), plain)
	return base64.StdEncoding.EncodeToString(box), err
}

func (k *Key) unseal(text string, vote, membership int64, options int) (Marks, error) {
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, err
	}
	plain, err := hpke.Open(k.private, hpke.HKDFSHA256(), hpke.ChaCha20Poly1305(), binding(vote, membership), data)
	if err != nil {
		return nil, err
	}
	defer clear(plain)
	return marksOf(plain, options)
}

// fingerprint is what a voter takes away: three groups of four.
func fingerprint(box string) string {
	sum := sha256.Sum256([]byte(box))
	s := base32.StdEncoding.EncodeToString(sum[:])
	return s[:4] + "-" + s[4:8] + "-" + s[8:12]
}
