package org

import (
	"context"
	"slices"
	"strings"

	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/viet"
	"chibo/rulebook"
)

// ParseCode brings a national code (rules.md 1.38), typed with dots, spaces or
// nothing between its groups, into the kept form "38.168.053.000.001". A unit above
// the cells may have the first groups only. ok is false for what is no code; the
// empty text is the empty code.
func ParseCode(set rulebook.Set, typed string) (code string, ok bool) {
	groups := strings.FieldsFunc(viet.Clean(typed), func(r rune) bool { return r == '.' || r == ' ' || r == '-' })
	sizes := set.Ints(rulebook.OrgCodeGroups)
	if len(groups) == 1 {
		groups = cut(groups[0], sizes)
	}
	if len(groups) > len(sizes) {
		return "", false
	}
	for i, g := range groups {
		if len(g) != sizes[i] || strings.ContainsFunc(g, func(r rune) bool { return r < '0' || r > '9' }) {
			return "", false
		}
	}
	return strings.Join(groups, "."), true
}

// cut parts digits without signs between them into groups; what is too long or too
// short stays a group of a wrong length.
func cut(digits string, sizes []int) []string {
	var out []string
	for _, n := range sizes {
		if len(digits) <= n {
			break
		}
		out, digits = append(out, digits[:n]), digits[n:]
	}
	return append(out, digits)
}

// CodeExample gives a code of the right form to show beside a field.
func CodeExample(set rulebook.Set) string {
	const sample = "38168053000001"
	sizes, n := set.Ints(rulebook.OrgCodeGroups), 0
	for _, s := range sizes {
		n += s
	}
	if n > len(sample) {
		return ""
	}
	return strings.Join(cut(sample[:n], sizes), ".")
}

const codeTakenSQL = `SELECT o.name FROM org o WHERE o.code = $1 AND o.code <> '' AND o.valid_to = '' AND o.id <> $2 ORDER BY o.id LIMIT 1`

// checkCode notes a code that another living unit has.
func checkCode(ctx context.Context, q db.Q, f *fault.Fields, code string, self int64) error {
	if code == "" {
		return nil
	}
	var name string
	err := q.QueryRow(ctx, codeTakenSQL, code, self).Scan(&name)
	if db.NoRows(err) {
		return nil
	}
	if err == nil {
		f.Add("code", "org.err.code_taken", "Name", name)
	}
	return err
}

// Types gives what a unit of the kind may be: of a cell rules.md 1.34, of a
// grassroots organisation or a commune's 1.35, of a grassroots cell either. Empty for
// kinds without types.
func Types(set rulebook.Set, kind string) []rulebook.Choice {
	switch kind {
	case KindCell:
		return set.CellTypes()
	case KindGrassrootsCell:
		return slices.Concat(set.CellTypes(), set.Choices("unit.types"))
	case KindGrassrootsParty, KindCommuneParty:
		return set.Choices("unit.types")
	}
	return nil
}

// knownType says whether a unit of the kind may have the type. Rules from before the
// types were listed refuse none: an old unit has the type it has today.
func knownType(set rulebook.Set, kind, code string) bool {
	if code == "" || !set.Has("cell.types") || !set.Has("unit.types") {
		return true
	}
	return slices.ContainsFunc(Types(set, kind), func(c rulebook.Choice) bool { return c.Code == code })
}
