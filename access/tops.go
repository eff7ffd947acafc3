package access

import (
	"cmp"
	"slices"
)

// Tops gives the units in which the actor may do the action and that lie in no other
// one of them, the highest first: where a page begins that names no unit. It labels no
// act; who reads on asks For.
func (a Actor) Tops(action Action) []int64 {
	var may []Grant
	for _, g := range a.Grants {
		if g.Path != "" && g.Allows(action) {
			may = append(may, g)
		}
	}
	slices.SortStableFunc(may, func(a, b Grant) int { return cmp.Compare(a.Path.Depth(), b.Path.Depth()) })
	var out []int64
	for i, g := range may {
		if !slices.ContainsFunc(may[:i], func(k Grant) bool { return k.Path.Contains(g.Path) }) {
			out = append(out, g.OrgID)
		}
	}
	return out
}
