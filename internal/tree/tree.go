package tree

import (
	"strconv"
	"strings"

	"chibo/internal/fault"
)

// Path is a place in the tree, "1.34.345."; the last number is the unit itself.
// It is stored as text.
type Path string

// ErrPath says that a text is not a path.
var ErrPath = fault.New(fault.Invalid, "err.tree_path")

// Parse checks a stored or received path. The empty path is accepted.
func Parse(s string) (Path, error) {
	if s == "" {
		return "", nil
	}
	body, ok := strings.CutSuffix(s, ".")
	if !ok {
		return "", ErrPath
	}
	for seg := range strings.SplitSeq(body, ".") {
		if !isID(seg) {
			return "", ErrPath
		}
	}
	return Path(s), nil
}

// isID says whether seg is a positive number in its shortest form, so that one
// place has one spelling.
func isID(seg string) bool {
	n, err := strconv.ParseInt(seg, 10, 64)
	return err == nil && n > 0 && strconv.FormatInt(n, 10) == seg
}

// Child gives the place of unit id directly below p.
func (p Path) Child(id int64) Path {
	return Path(string(p) + strconv.FormatInt(id, 10) + ".")
}

// Contains says whether q is p or below it. The empty path contains all.
func (p Path) Contains(q Path) bool { return strings.HasPrefix(string(q), string(p)) }

// Range gives the bounds of the subtree of p, itself included: lo <= path < hi.
func (p Path) Range() (lo, hi string) {
	if p == "" {
		return "", ":" // a path begins with a digit, and ':' follows '9'
	}
	return string(p), string(p[:len(p)-1]) + "/"
}

// Parent gives the place directly above, the empty path for the top.
func (p Path) Parent() Path {
	if p == "" {
		return ""
	}
	return p[:strings.LastIndexByte(string(p[:len(p)-1]), '.')+1]
}

// Depth gives the number of units from the top to p, itself included: 0 for the
// empty path, 1 for the top.
func (p Path) Depth() int { return strings.Count(string(p), ".") }

// Ids gives the units from the top down to p itself.
func (p Path) Ids() []int64 {
	ids := make([]int64, 0, p.Depth())
	for seg := range strings.SplitSeq(strings.TrimSuffix(string(p), "."), ".") {
		if n, err := strconv.ParseInt(seg, 10, 64); err == nil {
			ids = append(ids, n)
		}
	}
	return ids
}

// ID gives the unit itself, 0 for the empty path.
func (p Path) ID() int64 {
	ids := p.Ids()
	if len(ids) == 0 {
		return 0
	}
	return ids[len(ids)-1]
}

// Toward gives the unit right below p on the way to q, 0 when q does not stand below p.
func (p Path) Toward(q Path) int64 {
	rest, below := strings.CutPrefix(string(q), string(p))
	if !below {
		return 0
	}
	first, _, _ := strings.Cut(rest, ".")
	id, _ := strconv.ParseInt(first, 10, 64) // "" for p itself
	return id
}

// Lineage gives p and every place above it, nearest first.
func (p Path) Lineage() []Path {
	out := make([]Path, 0, p.Depth())
	for ; p != ""; p = p.Parent() {
		out = append(out, p)
	}
	return out
}

// Move gives the new place of p when the unit at from goes to to; a p that does
// not stand under from stays.
func (p Path) Move(from, to Path) Path {
	if from == "" || !from.Contains(p) {
		return p
	}
	return to + p[len(from):]
}
