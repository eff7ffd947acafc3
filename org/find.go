package org

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"chibo/access"
	"chibo/internal/db"
	"chibo/internal/viet"
	"chibo/rulebook"
)

// findWords is how many words of a search are looked at, and findMost how many units
// with them are weighed against each other.
const (
	findWords = 6
	findMost  = 200
)

// A search reads org_find, which holds the folded names in the order of the paths, and
// only then the units it shows. A word matches the beginning of a word.
const findSQL = `SELECT ` + columns + ` FROM org o WHERE o.id IN (SELECT i.id FROM org i
   WHERE i.path >= $1 AND i.path < $2 AND ' ' || i.fold LIKE $3
     AND ($4 = '' OR ' ' || i.fold LIKE $4) AND ($5 = '' OR ' ' || i.fold LIKE $5) AND ($6 = '' OR ' ' || i.fold LIKE $6)
     AND ($7 = '' OR ' ' || i.fold LIKE $7) AND ($8 = '' OR ' ' || i.fold LIKE $8) LIMIT $9)`

const findCodeSQL = `SELECT ` + columns + ` FROM org o
 WHERE o.code <> '' AND o.code >= $3 AND o.code < $4 AND o.path >= $1 AND o.path < $2 ORDER BY o.code, o.id LIMIT $5`

// Found is a unit that a search has found.
type Found struct {
	Unit
	Upper string // the name of the unit directly above
}

// Find gives the units of the scope whose name, short name or code (rules.md 1.38) has
// what was typed: with or without marks, in the old or new place, the beginnings of
// words in any order. Names with the very marks come first, living units before ended
// ones, committees before cells. more says that there are others.
func Find(ctx context.Context, q db.Q, scope access.Scope, set rulebook.Set, typed string, limit int) (list []Found, more bool, err error) {
	lo, hi := scope.Range()
	var units []Unit
	if prefix := codePrefix(set, typed); prefix != "" {
		units, err = db.List(ctx, q, scanUnit, findCodeSQL, lo, hi, prefix, prefix+"~", limit+1)
		if err != nil {
			return nil, false, err
		}
	}
	words := strings.Fields(viet.Fold(typed))
	if len(units) == 0 && len(words) > 0 {
		args := []any{lo, hi}
		for i := range findWords {
			pattern := ""
			if i < len(words) {
				pattern = "% " + words[i] + "%"
			}
			args = append(args, pattern)
		}
		if units, err = db.List(ctx, q, scanUnit, findSQL, append(args, findMost)...); err != nil {
			return nil, false, err
		}
		weigh(units, typed)
	}
	if more = len(units) > limit; more {
		units = units[:limit]
	}
	for _, u := range units {
		f := Found{Unit: u}
		if u.ParentID != 0 {
			up, err := ByID(ctx, q, u.ParentID)
			if err != nil {
				return nil, false, err
			}
			f.Upper = up.Name
		}
		list = append(list, f)
	}
	return list, more, nil
}

// codeDigits is from how many digits on a number is taken for a code, not for that of
// a village.
const codeDigits = 4

// codePrefix gives how the kept codes begin that a typed number may mean; "" for what
// is no number.
func codePrefix(set rulebook.Set, typed string) string {
	digits := strings.Map(func(r rune) rune {
		if r == '.' || r == ' ' || r == '-' {
			return -1
		}
		return r
	}, viet.Clean(typed))
	if len(digits) < codeDigits || strings.ContainsFunc(digits, func(r rune) bool { return r < '0' || r > '9' }) {
		return ""
	}
	return strings.Join(cut(digits, set.Ints(rulebook.OrgCodeGroups)), ".")
}

func weigh(units []Unit, typed string) {
	exact := strings.ToLower(viet.Clean(typed))
	rank := func(u Unit) int {
		n := 0
		if !strings.Contains(strings.ToLower(u.Name+"\n"+u.Short), exact) {
			n++
		}
		if !u.ValidTo.IsZero() {
			n += 2
		}
		return n
	}
	slices.SortFunc(units, func(a, b Unit) int {
		return cmp.Or(rank(a)-rank(b), a.Depth-b.Depth, cmp.Compare(viet.TextKey(a.Name), viet.TextKey(b.Name)), cmp.Compare(a.ID, b.ID))
	})
}
