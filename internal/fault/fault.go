package fault

import (
	"errors"
	"fmt"
	"strings"
)

// Kind says what sort of failure happened; it maps to one HTTP status and one
// exit code.
type Kind int

// The kinds. Internal is the zero value: an error nobody expected.
const (
	Internal Kind = iota
	NotFound
	Conflict
	Invalid
	Forbidden
	Unauthenticated
	Gone
	TooLarge
	Unavailable
)

// String gives the kind's name in lower case, for logs and tests.
func (k Kind) String() string {
	return [...]string{
		"internal", "not_found", "conflict", "invalid", "forbidden",
		"unauthenticated", "gone", "too_large", "unavailable",
	}[k]
}

// Error is a failure with words for the person who meets it.
type Error struct {
	Kind   Kind
	Key    string         // translation key of the message
	Args   map[string]any // values named in the message
	Fields Fields         // errors of single fields, for Invalid
	Cause  error          // for the log only
}

// New makes an error of a kind. args are name, value pairs used by the message.
func New(kind Kind, key string, args ...any) *Error {
	return &Error{Kind: kind, Key: key, Args: pairs(args)}
}

// Wrap gives cause a kind and words. It returns nil when cause is nil.
func Wrap(cause error, kind Kind, key string, args ...any) error {
	if cause == nil {
		return nil
	}
	return &Error{Kind: kind, Key: key, Args: pairs(args), Cause: cause}
}

// Error is for logs; people read the translation of Key.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", e.Kind, e.Key)
	for _, f := range e.Fields {
		fmt.Fprintf(&b, " [%s: %s]", f.Field, f.Key)
	}
	if e.Cause != nil {
		fmt.Fprintf(&b, ": %v", e.Cause)
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Is makes errors.Is compare kind and key, so that a sentinel matches a copy
// that carries values.
func (e *Error) Is(target error) bool {
	var t *Error
	if !errors.As(target, &t) {
		return false
	}
	return t.Kind == e.Kind && t.Key == e.Key
}

// FieldError is what is wrong with one field of a form, in words by key.
type FieldError struct {
	Field string
	Key   string
	Args  map[string]any
}

// Fields collects field errors while an input is checked. The zero value is ready.
type Fields []FieldError

// Add notes an error of a field. args are name, value pairs used by the message.
func (f *Fields) Add(field, key string, args ...any) {
	*f = append(*f, FieldError{Field: field, Key: key, Args: pairs(args)})
}

// Err gives nil when nothing was noted, and otherwise an Invalid error that
// carries the fields.
func (f Fields) Err() error {
	if len(f) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Key: "err.check_fields", Fields: f}
}

// Field makes an Invalid error of a single field.
func Field(field, key string, args ...any) error {
	var f Fields
	f.Add(field, key, args...)
	return f.Err()
}

// KindOf gives the kind of the first Error in err's chain, Internal when there is none.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// FieldsOf gives the field errors in err's chain, nil when there are none.
func FieldsOf(err error) Fields {
	var e *Error
	if errors.As(err, &e) {
		return e.Fields
	}
	return nil
}

func pairs(args []any) map[string]any {
	if len(args) == 0 {
		return nil
	}
	m := make(map[string]any, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		m[fmt.Sprint(args[i])] = args[i+1]
	}
	return m
}
