package member

import (
	"context"

	"chibo/access"
	"chibo/internal/db"
	"chibo/internal/viet"
	"chibo/org"
)

const (
	narrowUnits = 12 // units in which a narrowed search looks
	narrowTries = 2  // how many words of a unit's name are needed at most to see all units
)

// narrowed looks for "khai hòa bình": the words at one end name a unit, the others a
// member there. The most words that a unit's name has go to the unit. Whoever was
// found before stays in front.
func narrowed(ctx context.Context, q db.Q, scope access.Scope, in Query, typed []viet.Word, found Found) (Found, error) {
	shown := map[int64]bool{}
	for _, h := range found.Hits {
		shown[h.Ref.ID] = true
	}
	for _, last := range []bool{true, false} {
		all, err := unitsAt(ctx, q, scope, in, typed, last)
		if err != nil {
			return found, err
		}
		for k := len(typed) - 1; k > 0; k-- {
			unit, person := cutWords(typed, k, last)
			units := fitting(all, unit, scope.Unit().ID)
			hits, err := inUnits(ctx, q, scope, in, person, units)
			if err != nil {
				return found, err
			}
			for _, h := range hits {
				if !shown[h.Ref.ID] && len(found.Hits) < in.Limit {
					shown[h.Ref.ID] = true
					found.Hits = append(found.Hits, h)
				}
			}
			if len(hits) > 0 {
				found.Units = append(found.Units, units...)
				return found, nil
			}
		}
	}
	return found, nil
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

func inUnits(ctx context.Context, q db.Q, scope access.Scope, in Query, typed []viet.Word, units []org.Unit) ([]Hit, error) {
	var out []Hit
	for _, u := range units {
		below, err := scope.Narrow(u.Access())
		if err != nil {
			return nil, err
		}
		found, err := find(ctx, q, below, in, typed, fewParts(q))
		if err != nil {
			return nil, err
		}
		out = append(out, found.Hits...)
	}
	return out, nil
}
