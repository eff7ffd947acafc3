package secret

import (
	"errors"
	"fmt"
	"log/slog"
)

// Marks is a ballot in the clear: one entry for each option, in order. It lives in the
// memory of one request and cannot be printed, logged or written as JSON.
type Marks []bool

const redacted = "(secret ballot)"

// String gives no content.
func (Marks) String() string { return redacted }

// GoString gives no content.
func (Marks) GoString() string { return redacted }

// Format gives no content, whatever the verb.
func (Marks) Format(f fmt.State, _ rune) { f.Write([]byte(redacted)) } //nolint:errcheck // as fmt does

// LogValue gives no content.
func (Marks) LogValue() slog.Value { return slog.StringValue(redacted) }

var errSecret = errors.New("secret: a ballot has no text")

// MarshalJSON always fails.
func (Marks) MarshalJSON() ([]byte, error) { return nil, errSecret }

// MarshalText always fails.
func (Marks) MarshalText() ([]byte, error) { return nil, errSecret }

func (m Marks) count() (n int) {
	for _, on := range m {
		if on {
			n++
		}
	}
	return n
}

// bytes gives one byte for each option: the length says nothing.
func (m Marks) bytes() []byte {
	out := make([]byte, len(m))
	for i, on := range m {
		if on {
			out[i] = 1
		}
	}
	return out
}

func marksOf(plain []byte, options int) (Marks, error) {
	if len(plain) != options {
		return nil, errors.New("secret: a ballot of another vote")
	}
	m := make(Marks, options)
	for i, b := range plain {
		m[i] = b == 1
	}
	return m, nil
}
