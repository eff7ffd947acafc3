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

// ground is where a narrowed search looks: the tree of today, or of a day.
type ground interface {
	// units gives those whose names have the words; cut: there are more.
	units(ctx context.Context, words []viet.Word) (list []org.Unit, cut bool, err error)
	// in looks for members in one of them.
	in(ctx context.Context, u org.Unit, typed []viet.Word) (Found, error)
	top() int64
}

// today is the ground of today's tree.
type today struct {
	q     db.Q
	scope access.Scope
	what  Query
}

func (t today) top() int64 { return t.scope.Unit().ID }

func (t today) units(ctx context.Context, words []viet.Word) ([]org.Unit, bool, error) {
	found, err := org.Find(ctx, t.q, t.scope, org.Query{Words: words, Day: t.what.Day, Limit: org.FindCap})
	return found.Units, found.Cut, err
}

func (t today) in(ctx context.Context, u org.Unit, typed []viet.Word) (Found, error) {
	below, err := t.scope.Narrow(u.Access())
	if err != nil {
		return Found{}, err
	}
	span, err := org.SpanOfUnit(ctx, t.q, below, u)
	if err != nil {
		return Found{}, err
	}
	return find(ctx, t.q, below, span, t.what, typed, fewParts(t.q))
}

// narrowed looks for "khai hòa bình", when nobody's name has all words: those at one
// end name a unit, the others a member there. As many words as a unit's name has go to
// the unit.
func narrowed(ctx context.Context, g ground, limit int, typed []viet.Word) (Found, error) {
	for _, last := range []bool{true, false} {
		all, err := unitsAt(ctx, g, typed, last)
		if err != nil {
			return Found{}, err
		}
		if len(fitting(all, typed, 0)) > 0 { // the name of a unit, and no more
			return Found{}, nil
		}
		for k := len(typed) - 1; k > 0 && len(all) > 0; k-- {
			unit, person := cutWords(typed, k, last)
			found, err := inUnits(ctx, g, limit, person, fitting(all, unit, g.top()))
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
func unitsAt(ctx context.Context, g ground, typed []viet.Word, last bool) ([]org.Unit, error) {
	for k := 1; k <= narrowTries && k < len(typed); k++ {
		words, _ := cutWords(typed, k, last)
		if f := words[0].Fold; utf8.RuneCountInString(f) < narrowRunes && !unicode.IsDigit(rune(f[0])) {
			return nil, nil
		}
		list, cut, err := g.units(ctx, words)
		if err != nil || !cut {
			return list, err
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
func inUnits(ctx context.Context, g ground, limit int, typed []viet.Word, units []org.Unit) (Found, error) {
	var out Found
	for _, u := range units {
		found, err := g.in(ctx, u, typed)
		if err != nil {
			return out, err
		}
		if len(found.Hits) == 0 {
			continue
		}
		out.Units, out.More, out.Cut, out.Cap = append(out.Units, u), out.More || found.More, out.Cut || found.Cut, found.Cap
		for _, h := range found.Hits {
			switch {
			case slices.ContainsFunc(out.Hits, func(o Hit) bool { return o.Ref == h.Ref }):
			case len(out.Hits) == limit:
				out.More = true
				return out, nil
			default:
				out.Hits = append(out.Hits, h)
			}
		}
	}
	return out, nil
}
