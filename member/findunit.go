package member

import (
	"context"
	"slices"
	"unicode"
	"unicode/utf8"

	"chibo/access"
	"chibo/internal/db"
	"chibo/internal/viet"
	"chibo/org"
)

const (
	narrowUnits = 12 // units in which a narrowed search looks
	narrowTries = 2  // how many words of a unit's name are needed at most to see all units
	narrowRunes = 2  // a word of fewer letters names no unit, unless it is a number
)

// narrowed looks for "khai hòa bình", when nobody's name has all words: those at one
// end name a unit, the others a member there. As many words as a unit's name has go to
// the unit.
func narrowed(ctx context.Context, q db.Q, scope access.Scope, in Query, typed []viet.Word) (Found, error) {
	for _, last := range []bool{true, false} {
		all, err := unitsAt(ctx, q, scope, in, typed, last)
		if err != nil {
			return Found{}, err
		}
		for k := len(typed) - 1; k > 0 && len(all) > 0; k-- {
			unit, person := cutWords(typed, k, last)
			found, err := inUnits(ctx, q, scope, in, person, fitting(all, unit, scope.Unit().ID))
			if err != nil || len(found.Hits) > 0 {
				return found, err
			}
		}
	}
	return Found{}, nil
}

// cutWords gives the k words of a unit's name and those of a person's.
func cutWords(typed []viet.Word, k int, last bool) (unit, person []viet.Word) {
	if last {
		return typed[len(typed)-k:], typed[:len(typed)-k]
	}
	return typed[:k], typed[k:]
}

// unitsAt gives all units that have the last word, or the first one, and when those
// are too many, the last two.
func unitsAt(ctx context.Context, q db.Q, scope access.Scope, in Query, typed []viet.Word, last bool) ([]org.Unit, error) {
	for k := 1; k <= narrowTries && k < len(typed); k++ {
		words, _ := cutWords(typed, k, last)
		if f := words[0].Fold; utf8.RuneCountInString(f) < narrowRunes && !unicode.IsDigit(rune(f[0])) {
			return nil, nil
		}
		found, err := org.Find(ctx, q, scope, org.Query{Words: words, Day: in.Day, Limit: org.FindCap})
		if err != nil || !found.Cut {
			return found.Units, err
		}
	}
	return nil, nil
}

// fitting gives some of the units whose names have all words, without the one at the top
// of the scope, which narrows nothing.
func fitting(units []org.Unit, words []viet.Word, top int64) []org.Unit {
	f := viet.NewFinder(words)
	var out []org.Unit
	for _, u := range units {
		if u.ID != top && len(out) < narrowUnits && f.Fit(u.Name, u.Short).OK {
			out = append(out, u)
		}
	}
	return out
}

// inUnits looks in each of the units until there are as many as are asked for.
func inUnits(ctx context.Context, q db.Q, scope access.Scope, in Query, typed []viet.Word, units []org.Unit) (Found, error) {
	var out Found
	for _, u := range units {
		below, err := scope.Narrow(u.Access())
		if err != nil {
			return out, err
		}
		found, err := find(ctx, q, below, in, typed, fewParts(q))
		if err != nil {
			return out, err
		}
		if len(found.Hits) == 0 {
			continue
		}
		out.Units, out.More, out.Cut = append(out.Units, u), out.More || found.More, out.Cut || found.Cut
		for _, h := range found.Hits {
			switch {
			case slices.ContainsFunc(out.Hits, func(o Hit) bool { return o.Ref == h.Ref }):
			case len(out.Hits) == in.Limit:
				out.More = true
				return out, nil
			default:
				out.Hits = append(out.Hits, h)
			}
		}
	}
	return out, nil
}
