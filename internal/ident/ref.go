package ident

import (
	"strconv"
	"strings"

	"chibo/internal/fault"
)

// Ref names a row that is kept by part: the committee whose rows lie together,
// and the row's id. Pages carry it as "part-id", so that a look-up needs no
// search over all parts.
type Ref struct{ Part, ID int64 }

// ErrRef says that a text is not a Ref; to the reader it is a page that does not exist.
var ErrRef = fault.New(fault.NotFound, "err.not_found")

// ParseRef reads "part-id".
func ParseRef(s string) (Ref, error) {
	part, id, ok := strings.Cut(s, "-")
	if !ok {
		return Ref{}, ErrRef
	}
	p, err1 := strconv.ParseInt(part, 10, 64)
	i, err2 := strconv.ParseInt(id, 10, 64)
	if err1 != nil || err2 != nil || p <= 0 || i <= 0 {
		return Ref{}, ErrRef
	}
	return Ref{Part: p, ID: i}, nil
}

// String writes "part-id".
func (r Ref) String() string {
	return strconv.FormatInt(r.Part, 10) + "-" + strconv.FormatInt(r.ID, 10)
}

// IsZero says whether it names nothing.
func (r Ref) IsZero() bool { return r == Ref{} }
