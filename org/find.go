package org

import (
	"cmp"
	"context"
	"slices"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/tree"
	"chibo/internal/viet"
)

// Query is a search for units by name.
type Query struct {
	Words []viet.Word // of what was typed
	Day   civil.Date  // units of that day; zero: those without an end
	Limit int         // zero: 20
	Ended bool        // those that have ended as well, after the others
}

// Found is what a search for units gave.
type Found struct {
	Units []Unit // those whose marks fit first, then whole words, then the higher ones
	More  bool   // there are more
	Cut   bool   // there are more than FindCap; Units are the best of some of them
}

// FindCap is how many units a search compares at most.
const FindCap = 1000

const (
	findLimit = 20
	findSlots = 4 // words that the database compares; Find compares all of them
)

// A unit's folded name begins with a word or has one that does. f reads the index of
// paths and folded names alone.
const findSQL = `SELECT ` + columns + `, COALESCE(p.short, ''), f.fold
  FROM org f CROSS JOIN org o LEFT JOIN org p ON p.id = o.parent_id
 WHERE f.path >= $1 AND f.path < $2
   AND ($3 = '' OR f.fold LIKE $3 || '' OR f.fold LIKE $4 || '') AND ($5 = '' OR f.fold LIKE $5 || '' OR f.fold LIKE $6 || '')
   AND ($7 = '' OR f.fold LIKE $7 || '' OR f.fold LIKE $8 || '') AND ($9 = '' OR f.fold LIKE $9 || '' OR f.fold LIKE $10 || '')
   AND o.path = f.path AND o.valid_from <= $11 AND (o.valid_to = '' OR o.valid_to > $11 OR $13 <> 0)
 LIMIT $12`

// Find gives the units of the scope whose name or short name has, for each word typed,
// a word that begins so. Without words it finds nothing.
func Find(ctx context.Context, q db.Q, scope access.Scope, in Query) (Found, error) {
	if len(in.Words) == 0 {
		return Found{}, nil
	}
	limit := in.Limit
	if limit <= 0 {
		limit = findLimit
	}
	lo, hi := scope.Range()
	patterns, _ := viet.Patterns(in.Words, findSlots)
	args := append([]any{lo, hi}, patterns...)
	ended := 0
	if in.Ended {
		ended = 1
	}
	list, err := db.List(ctx, q, scanFound, findSQL, append(args, dayOrLast(in.Day), FindCap+1, ended)...)
	if err != nil {
		return Found{}, err
	}
	out := Found{Cut: len(list) > FindCap}
	out.Units = rank(list, in.Words)
	if out.More = len(out.Units) > limit || out.Cut; len(out.Units) > limit {
		out.Units = out.Units[:limit]
	}
	return out, nil
}

func scanFound(s db.Scanner) (Unit, error) {
	var u Unit
	var path, fold string
	err := s.Scan(append(u.dest(&path), &u.ParentShort, &fold)...)
	u.Path = tree.Path(path)
	return u, err
}

// rank keeps the units whose names have all words and puts the best first.
func rank(list []Unit, typed []viet.Word) []Unit {
	type ranked struct {
		unit  Unit
		score int
		name  string
	}
	f := viet.NewFinder(typed)
	var all []ranked
	for _, u := range list {
		if fit := f.Fit(u.Name, u.Short); fit.OK {
			all = append(all, ranked{u, fit.Score, viet.TextKey(u.Short)})
		}
	}
	slices.SortStableFunc(all, func(a, b ranked) int {
		return cmp.Or(endedLast(a.unit, b.unit), cmp.Compare(a.score, b.score), cmp.Compare(a.unit.Depth, b.unit.Depth),
			cmp.Compare(a.name, b.name), cmp.Compare(a.unit.ID, b.unit.ID))
	})
	out := make([]Unit, len(all))
	for i, r := range all {
		out[i] = r.unit
	}
	return out
}

func endedLast(a, b Unit) int {
	switch {
	case a.Ended() == b.Ended():
		return 0
	case a.Ended():
		return 1
	}
	return -1
}
